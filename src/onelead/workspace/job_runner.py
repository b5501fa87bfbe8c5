"""How a job runs: in a thread of its own, from the first step to an end that is told in words, asking a person where it must."""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from onelead.core.errors import BusyError, CancelledError, OneLeadError, PasswordError
from onelead.workspace import job as states
from onelead.workspace import uploads
from onelead.workspace.job import Job, Progress
from onelead.workspace.loading import LoadOptions, LoadReport, load, refresh
from onelead.workspace.sampling import write_sample

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from onelead.store import Publication
    from onelead.workspace.loading import Preview
    from onelead.workspace.serving import Serving

NAMESPACE = "jobs"
TURN_SECONDS = 0.5
SAMPLE = "august"
_log = logging.getLogger(__name__)


class Runner:
    """Runs jobs of one workspace. ``patience`` is how long a job waits for a person, in seconds; ``ended`` hears of every end."""

    def __init__(self, serving: Serving, patience: float, ended: Callable[[], None]) -> None:
        self._serving, self._patience, self._ended = serving, patience, ended
        self._usual: dict[str, dict[str, float]] = {}

    def begin(self, job: Job, work: Callable[[Job], None]) -> threading.Thread:
        """Start ``work`` (``load``, ``sample`` or ``refresh``) for ``job``; returns at once."""
        job.progress = Progress(states.PLANS[job.kind], job.stop, partial(self._step, job), self._usual.get(job.kind))
        thread = threading.Thread(target=self._run, args=(job, work), name=f"onelead-job-{job.id}", daemon=True)
        self._to(job, states.PUBLISHING if job.kind == "refresh" else states.READING)
        thread.start()
        return thread

    def load(self, job: Job, paths: Sequence[Path]) -> None:
        """Read ``paths``, show them to a person, publish them once confirmed."""
        self._note(job, self._loaded(job, paths, partial(self._ask, job)))

    def sample(self, job: Job, directory: Path) -> None:
        """Write the sample into ``directory`` and load it; nobody is asked."""
        with _progress(job)("write sample"):
            directory.mkdir(parents=True, exist_ok=True)
            written = write_sample(SAMPLE, directory / f"{SAMPLE}.xlsx", st_id=True)
        self._note(job, self._loaded(job, written.files, None))

    def refresh(self, job: Job) -> None:
        """Compute again."""
        found: Publication | None = None
        while found is None:
            try:
                found = refresh(self._serving.parts, job.as_of, _progress(job))
            except BusyError as error:
                self._wait_turn(job, error)
                self._to(job, states.PUBLISHING)
        job.result = {"changed": found.id != job.before, "snapshot": found.id, "as_of": found.as_of.isoformat(), "notes": []}

    def _run(self, job: Job, work: Callable[[Job], None]) -> None:
        try:
            work(job)
        except CancelledError as error:
            self._end(job, states.CANCELLED, states.told(error))
        except OneLeadError as error:
            self._end(job, states.CANCELLED if job.stop.asked else states.FAILED, states.told(error))
        except Exception:  # noqa: BLE001 - a job must end in a state, whatever is wrong; the log has the rest
            _log.exception("job %s failed", job.id)
            words = {"code": "internal", "message": "Something failed that should not.", "hint": f"The server's log has it under {job.id}."}
            self._end(job, states.FAILED, words)
        else:
            self._end(job, states.DONE, None)

    def _loaded(self, job: Job, paths: Sequence[Path], confirm: Callable[[Preview], bool] | None) -> LoadReport:
        progress = _progress(job)
        while True:
            given, job.password = job.password, None
            # Bad rows are judged by the person who confirms; without one, as the job was told.
            accept = confirm is not None or job.accept_bad_rows
            word = None if given is None else partial(str, given)
            options = LoadOptions(
                job.as_of, accept_bad_rows=accept, password=word, confirm=confirm, stop=job.stop, named_day=lambda: job.as_of
            )
            try:
                return load(self._serving.parts, list(paths), options, progress)
            except BusyError as error:
                job.password = given
                self._wait_turn(job, error)
            except PasswordError as error:
                if given is None and not error.fields.get("missing"):
                    raise  # one that no password opens
                self._to(job, states.PASSWORD, error.message)
                job.until(lambda: job.password is not None, self._patience, "gave the password")
            progress.again(states.PLANS[job.kind])
            self._to(job, states.READING)

    def _note(self, job: Job, report: LoadReport) -> None:
        found = report.publication
        job.result = {
            "changed": report.changed,
            "snapshot": found.id,
            "as_of": found.as_of.isoformat(),
            "rows": report.source_rows,
            "quarantined": report.quarantined,
            "notes": report.notes,
        }

    def _ask(self, job: Job, preview: Preview) -> bool:
        job.preview = preview
        self._to(job, states.PREVIEW)
        job.until(lambda: job.confirmed_by is not None, self._patience, "confirmed it")
        self._to(job, states.PUBLISHING)
        return True

    def _wait_turn(self, job: Job, error: BusyError) -> None:
        self._to(job, states.WAITING, error.message)
        with job.changed:
            job.changed.wait_for(lambda: job.stop.asked, TURN_SECONDS)
        job.stop.check()

    def _step(self, job: Job, name: str) -> None:
        if name not in {"read", "write sample"} and job.state == states.READING:
            self._to(job, states.PUBLISHING)

    def _to(self, job: Job, state: str, text: str = "") -> None:
        with job.changed:
            same = job.noted and (job.state, job.text) == (state, text)
            job.enter(state, text)
            job.noted = True
        if not same:
            self._serving.parts.store.remember(NAMESPACE, job.id, job.record())
        with job.changed:
            job.changed.notify_all()

    def _end(self, job: Job, state: str, error: dict[str, Any] | None) -> None:
        uploads.discard(job.directory)
        job.preview, job.password, job.error, job.ended_at = None, None, error, datetime.now(UTC)
        if job.progress is not None and state == states.DONE and job.result.get("changed"):
            self._usual[job.kind] = dict(job.progress.seconds)
        self._to(job, state)
        self._ended()


def _progress(job: Job) -> Progress:
    if job.progress is None:
        raise RuntimeError("a job runs before it has begun")
    return job.progress
