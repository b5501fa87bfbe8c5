"""Loads of a served workspace as jobs: begun by one request, watched, confirmed or cancelled by others, remembered afterwards.

States: reading → (password) → preview → publishing → done | failed | cancelled; waiting while another load has its turn; interrupted
when the server ended under it. What is published stays untouched until the last step of a job.
"""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from onelead.core.errors import BusyError, QualityError, UnknownNameError, UsageError
from onelead.workspace import job as states
from onelead.workspace import rights, uploads
from onelead.workspace.job import Job
from onelead.workspace.job_runner import NAMESPACE, SAMPLE, Runner
from onelead.workspace.previewing import shown
from onelead.workspace.snapshots import rollback

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date
    from pathlib import Path

    from onelead.core.viewer import Viewer
    from onelead.store import Publication
    from onelead.workspace.serving import Serving

REMEMBERED = 50
PATIENCE_SECONDS = 3600.0
"""How long a job waits for a person: while it shows what it read, nobody else can load."""
_of: WeakKeyDictionary[Serving, Jobs] = WeakKeyDictionary()
_of_lock = threading.Lock()


def jobs_of(serving: Serving) -> Jobs:
    """The jobs of a served workspace: one list for all doors."""
    with _of_lock:
        if serving not in _of:
            _of[serving] = Jobs(serving)
        return _of[serving]


class Jobs:
    """Starts, watches, confirms and cancels jobs. Any thread may call; each job runs in a thread of its own."""

    def __init__(self, serving: Serving, *, patience: float = PATIENCE_SECONDS) -> None:
        self._serving = serving
        self._runner = Runner(serving, patience, self._forget_old)
        self._running: dict[str, tuple[Job, threading.Thread | None]] = {}
        self._lock = threading.Lock()
        self._forget_dead()

    # What begins --------------------------------------------------------------------------------------------------------

    def start(
        self,
        viewer: Viewer,
        files: Sequence[uploads.Upload],
        *,
        password: str | None = None,
        as_of: date | None = None,
        accept_bad_rows: bool = False,
    ) -> str:
        """Take ``files`` (name and content each) and begin to read them; returns the id of the job at once.

        Raises ForbiddenError, UsageError for no files, SourceLimitError for too large ones, StorageFullError.
        """
        rights.require(viewer, rights.LOAD)
        job = Job("load", viewer.user, as_of=as_of, accept_bad_rows=accept_bad_rows, password=password)
        job.directory = self._home / job.id
        paths = uploads.spool(files, job.directory, self._serving.parts.settings.load.max_unpacked_mb)
        job.files = [path.name for path in paths]
        return self._begin(job, partial(self._runner.load, paths=paths))

    def refresh(self, viewer: Viewer, as_of: date | None = None) -> str:
        """Compute everything again after decisions, outcomes or changed settings; returns the id of the job."""
        rights.require(viewer, rights.LOAD)
        return self._begin(Job("refresh", viewer.user, as_of=as_of), self._runner.refresh)

    def sample(self, viewer: Viewer) -> str:
        """Load the August sample into an empty workspace; returns the id of the job. Raises UsageError where something is loaded."""
        rights.require(viewer, rights.LOAD)
        if self._serving.parts.store.current() is not None:
            raise UsageError("The sample is for an empty workspace; this one holds data.", hint="Make a new workspace for the sample.")
        job = Job("sample", viewer.user, files=[f"{SAMPLE}.xlsx"])
        job.directory = self._home / job.id
        return self._begin(job, partial(self._runner.sample, directory=job.directory))

    def _begin(self, job: Job, work: Callable[[Job], None]) -> str:
        current = self._serving.parts.store.current()
        job.before = current.id if current else None
        with self._lock:
            self._running[job.id] = (job, None)
        thread = self._runner.begin(job, work)
        with self._lock:
            self._running[job.id] = (job, thread)
        return job.id

    # What people say ----------------------------------------------------------------------------------------------------

    def confirm(self, viewer: Viewer, job_id: str, *, accept_bad_rows: bool = False, as_of: date | None = None) -> None:
        """Publish what was previewed. Of several people the first counts; the others get a BusyError that says who it was.

        ``as_of`` is the as-of date of the new snapshot instead of the one that the preview names.

        Raises QualityError where too many rows are bad and ``accept_bad_rows`` is false: the job then goes on waiting.
        """
        rights.require(viewer, rights.LOAD)
        job = self._at_hand(job_id)
        with job.changed:
            if job.state != states.PREVIEW or job.confirmed_by is not None or job.preview is None or job.stop.asked:
                raise states.taken(job)
            if job.preview.refusal and not (accept_bad_rows or job.accept_bad_rows):
                raise QualityError(job.preview.refusal, hint="Mend the source, or load the good rows and keep the bad ones in quarantine.")
            job.as_of = as_of or job.as_of
            job.confirmed_by = viewer.user
            job.changed.notify_all()

    def give_password(self, viewer: Viewer, job_id: str, password: str) -> None:
        """Read the files again with ``password``, which is kept nowhere. Raises BusyError for a job that does not ask for one."""
        rights.require(viewer, rights.LOAD)
        job = self._at_hand(job_id)
        with job.changed:
            if job.state != states.PASSWORD or job.password is not None:
                raise BusyError("This load does not wait for a password.", hint="Look at its state.")
            job.password = password
            job.changed.notify_all()

    def cancel(self, viewer: Viewer, job_id: str) -> None:
        """End a job: what reads is stopped, what waits ends, what publishes ends at its next step. Too late after the last step."""
        rights.require(viewer, rights.LOAD)
        job = self._at_hand(job_id)
        with job.changed:
            if job.over:
                raise BusyError(f"This {job.kind} is {job.state} already.", hint="Go back to an earlier snapshot to undo a load.")
            if job.state in {states.PREVIEW, states.PUBLISHING} and not job.stop.asked:
                job.text = "Ending"
            job.stop.ask()
            job.changed.notify_all()

    def undo(self, viewer: Viewer, job_id: str) -> Publication:
        """Let readers see the snapshot again that they saw before this job.

        Raises UsageError where there was none or readers see something else by now, UnknownNameError where it was pruned.
        """
        rights.require(viewer, rights.MANAGE_SNAPSHOTS)
        found = self.job(viewer, job_id)
        current = self._serving.parts.store.current()
        if found["before"] is None:
            raise UsageError("Nothing was loaded before this.", hint="There is no earlier snapshot to go back to.")
        if current is None or found["result"].get("snapshot") != current.id:
            raise UsageError("Readers see another snapshot by now.", hint="Choose one in the list of snapshots.")
        return rollback(self._serving.parts, str(found["before"]))

    # What can be seen ---------------------------------------------------------------------------------------------------

    def jobs(self, viewer: Viewer) -> list[dict[str, Any]]:
        """All jobs that are remembered, the newest first: id, kind, state, user, files, times, before, result, error, text.

        ``result`` holds snapshot, as_of, changed, rows by table, quarantined, notes; ``error`` code, message, hint.
        """
        rights.require(viewer, rights.LOAD)
        kept: dict[str, dict[str, Any]] = dict(self._serving.parts.store.recall_all(NAMESPACE))
        with self._lock:
            kept |= {job_id: job.record() for job_id, (job, _) in self._running.items()}
        return sorted(kept.values(), key=lambda record: str(record["created_at"]), reverse=True)

    def job(self, viewer: Viewer, job_id: str) -> dict[str, Any]:
        """One job as in ``jobs``. Raises UnknownNameError."""
        known = {record["id"]: record for record in self.jobs(viewer)}
        if job_id not in known:
            raise UnknownNameError("load", job_id, list(known))
        return known[job_id]

    def active(self, viewer: Viewer) -> dict[str, Any] | None:
        """The oldest job that has not ended: the one that has its turn."""
        running = [record for record in self.jobs(viewer) if record["state"] not in states.ENDED]
        turn = [record for record in running if record["state"] != states.WAITING]
        waiting = turn or running
        return waiting[-1] if waiting else None

    def progress(self, viewer: Viewer, job_id: str) -> dict[str, Any]:
        """How far a job is: state, step, of, share (0 to 1), text, seconds of work (no waiting for a person), and the steps through with their seconds."""
        record = self.job(viewer, job_id)
        with self._lock:
            found = self._running.get(job_id)
        out = {
            **record,
            "seconds": float(record.get("seconds") or 0.0),
            "step": 0,
            "of": 0,
            "share": 1.0 if record["state"] == states.DONE else 0.0,
        }
        if found is None or (progress := found[0].progress) is None:
            return {**out, "steps": []}
        through = [{"step": name, "label": states.WORDS.get(name, name), "seconds": s} for name, s in progress.rounded().items()]
        share = out["share"] or progress.share
        text = record["text"] or progress.text
        return {**out, "step": progress.step, "of": progress.of, "share": share, "text": text, "steps": through}

    def preview(self, viewer: Viewer, job_id: str) -> dict[str, Any] | None:
        """What was read, for a person to judge (see ``previewing.shown``); None before it is read."""
        rights.require(viewer, rights.LOAD)
        self.job(viewer, job_id)
        with self._lock:
            found = self._running.get(job_id)
        return None if found is None or found[0].preview is None else shown(found[0].preview)

    def close(self, seconds: float = 5.0) -> None:
        """End what runs and wait for it, as the server stops."""
        with self._lock:
            running = list(self._running.values())
        for job, thread in running:
            with job.changed:
                job.stop.ask()
                job.changed.notify_all()
            if thread is not None:
                thread.join(seconds)

    def wait(self, job_id: str, seconds: float, *also: str) -> str:
        """Wait until a job has ended, or is in one of the states ``also``; its state then. For programs and tests."""
        job = self._at_hand(job_id)
        with job.changed:
            job.changed.wait_for(lambda: job.over or job.state in also, seconds)
        return job.state

    @property
    def _home(self) -> Path:
        return self._serving.parts.directory / uploads.UPLOADS

    def _at_hand(self, job_id: str) -> Job:
        with self._lock:
            found = self._running.get(job_id)
            known = list(self._running)
        if found is not None:
            return found[0]
        kept = self._serving.parts.store.recall(NAMESPACE, job_id)
        if kept is None:
            raise UnknownNameError("load", job_id, known)
        raise BusyError(f"This {kept['kind']} is {kept['state']}.", hint="Look at its state; begin a new one if it did not end well.")

    def _forget_old(self) -> None:
        store = self._serving.parts.store
        kept = sorted(store.recall_all(NAMESPACE).values(), key=lambda record: str(record["created_at"]), reverse=True)
        for record in kept[REMEMBERED:]:
            if record["state"] in states.ENDED:
                store.forget(NAMESPACE, record["id"])
                with self._lock:
                    self._running.pop(record["id"], None)

    def _forget_dead(self) -> None:
        """Mark the jobs of processes that are gone, and remove what was handed to them."""
        store = self._serving.parts.store
        words = {"code": "interrupted", "message": "The server ended while this ran.", "hint": "Nothing was changed. Load the files again."}
        records = store.recall_all(NAMESPACE)
        for record in records.values():
            if record["state"] not in states.ENDED and not states.alive(record):
                now = datetime.now(UTC).isoformat()
                store.remember(
                    NAMESPACE, record["id"], {**record, "state": states.INTERRUPTED, "error": words, "ended_at": now, "text": ""}
                )
        for left in self._home.glob("*") if self._home.is_dir() else ():
            if left.name not in records or not states.alive(records[left.name]):
                uploads.discard(left)
