"""One piece of long work of a served workspace: its state, its steps, and where it waits for a person."""

from __future__ import annotations

import os
import secrets
import socket
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from onelead.core.errors import BusyError, CancelledError, OneLeadError
from onelead.core.stopping import Stop
from onelead.workspace.progress import Steps

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date
    from pathlib import Path

    from onelead.workspace.loading import Preview

KINDS = ("load", "refresh", "sample")
WAITING, READING, PASSWORD, PREVIEW, PUBLISHING = "waiting", "reading", "password", "preview", "publishing"
DONE, FAILED, CANCELLED, INTERRUPTED = "done", "failed", "cancelled", "interrupted"
WORKING = (READING, PUBLISHING)
ENDED = (DONE, FAILED, CANCELLED, INTERRUPTED)
STATES = (WAITING, READING, PASSWORD, PREVIEW, PUBLISHING, *ENDED)
"""waiting: another load has its turn. password, preview: a person is asked. The last four are for good."""

SHAPE = ("identity", "write base")
RESULTS = ("features", "metrics", "propensity", "actions", "write results")
PLANS = {
    "load": ("read", "keep originals", *SHAPE, *RESULTS),
    "refresh": (*SHAPE, *RESULTS),
    "sample": ("write sample", "read", "keep originals", *SHAPE, *RESULTS),
}
WORDS = {
    "write sample": "Writing the sample workbook",
    "read": "Reading the files",
    "keep originals": "Keeping the files as they came",
    "identity": "Unifying customers",
    "write base": "Writing the tables",
    "features": "Computing features",
    "metrics": "Computing metrics",
    "propensity": "Scoring accounts",
    "actions": "Ranking actions",
    "write results": "Writing the results",
}


class Progress(Steps):
    """The steps of a job: which runs, which are through, and how much of the usual time that is. Ends the work where it was asked to.

    ``usual`` are the seconds by step of an earlier job of the kind; without it every step counts the same.
    """

    def __init__(self, plan: Sequence[str], stop: Stop, on_begin: Callable[[str], None], usual: dict[str, float] | None = None) -> None:
        super().__init__(self._told)
        self.text = ""
        self.begun: list[str] = []
        self._ahead = list(plan)
        self._stop, self._on_begin, self._usual = stop, on_begin, usual or {}

    def _told(self, text: str) -> None:
        self._stop.check()
        self.text = WORDS.get(text, text[:1].upper() + text[1:])

    @contextmanager
    def __call__(self, name: str) -> Iterator[None]:
        """Time the enclosed work as step ``name``. Steps of the plan that were passed over do not come any more."""
        self._stop.check()
        if name in self._ahead:
            self._ahead = self._ahead[self._ahead.index(name) + 1 :]
        if name not in self.begun:
            self.begun.append(name)
        self._on_begin(name)
        with super().__call__(name):
            yield

    def again(self, plan: Sequence[str]) -> None:
        """Begin from the first step: a file is read once more, with another password."""
        self._ahead, self.begun, self.seconds = list(plan), [], {}

    @property
    def step(self) -> int:
        """Number of the step that runs, from 1; 0 before the first."""
        return len(self.begun)

    @property
    def of(self) -> int:
        """How many steps there are."""
        return len(self.begun) + len(self._ahead)

    @property
    def share(self) -> float:
        """How much of the work is through, 0 to 1: whole steps only."""
        known = [seconds for seconds in self._usual.values() if seconds > 0]
        usual = sum(known) / len(known) if known else 1.0
        through, total = (sum(self._usual.get(name, usual) for name in names) for names in (self.begun[:-1], [*self.begun, *self._ahead]))
        return through / total if total else 0.0


@dataclass
class Job:
    """One load, refresh or sample. Its thread waits at ``until`` for what a person says; others read and change it under ``changed``."""

    kind: str
    user: str
    files: list[str] = field(default_factory=list)
    id: str = field(default_factory=lambda: secrets.token_hex(8))
    state: str = WAITING
    text: str = ""
    created_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    ended_at: datetime | None = None
    before: int | None = None
    """The snapshot that readers saw when it began: what an undo goes back to."""
    result: dict[str, Any] = field(default_factory=dict)
    error: dict[str, Any] | None = None
    confirmed_by: str | None = None
    directory: Path | None = None
    preview: Preview | None = None
    as_of: date | None = None
    accept_bad_rows: bool = False
    stop: Stop = field(default_factory=Stop)
    changed: threading.Condition = field(default_factory=threading.Condition)
    progress: Progress | None = None
    password: str | None = None
    noted: bool = False
    worked: float = 0.0
    _since: float | None = None

    @property
    def over(self) -> bool:
        """Whether it has ended."""
        return self.state in ENDED

    def enter(self, state: str, text: str) -> None:
        """Change the state. Only the time in which it works itself counts, not the waiting for a person or a turn."""
        self.worked, self._since = self.seconds, time.monotonic() if state in WORKING else None
        self.state, self.text = state, text

    @property
    def seconds(self) -> float:
        """How long it has worked."""
        return self.worked + (time.monotonic() - self._since if self._since is not None else 0.0)

    def until(self, said: Callable[[], bool], seconds: float, what: str) -> None:
        """Wait until ``said`` holds. Raises CancelledError when the job was cancelled, or nobody said anything for ``seconds``."""
        with self.changed:
            came = self.changed.wait_for(lambda: said() or self.stop.asked, seconds)
        self.stop.check()
        if not came:
            raise CancelledError(f"Nobody {what} within {seconds / 60:.0f} minutes.", hint="Nothing was changed. Load the files again.")

    def record(self) -> dict[str, Any]:
        """What is remembered of it: plain JSON, no password, nothing of the rows."""
        return {
            "id": self.id,
            "kind": self.kind,
            "state": self.state,
            "user": self.user,
            "files": self.files,
            "created_at": self.created_at.isoformat(),
            "ended_at": self.ended_at.isoformat() if self.ended_at else None,
            "before": self.before,
            "seconds": round(self.seconds, 3),
            "confirmed_by": self.confirmed_by,
            "result": self.result,
            "error": self.error,
            "text": self.text,
            "process": os.getpid(),
            "host": socket.gethostname(),
        }


def told(error: OneLeadError) -> dict[str, Any]:
    """An expected error as it is shown: code, message, hint."""
    return {"code": error.code, "message": error.message, "hint": error.hint}


def taken(job: Job) -> BusyError:
    """What the second of two people hears who decide the same."""
    if job.state == CANCELLED or job.stop.asked:
        return BusyError("This load was cancelled.", hint="Load the files again.")
    if job.confirmed_by is not None:
        return BusyError(f"{job.confirmed_by} confirmed this load already.", hint="Watch its progress; it is published once.")
    return BusyError(f"This load cannot be confirmed: it is {job.state}.", hint="Look at its state.")


def alive(record: dict[str, Any]) -> bool:
    """Whether the process that keeps a remembered job still runs on this machine, as another process than this one."""
    pid = int(record.get("process") or 0)
    if record.get("host") != socket.gethostname() or pid in {0, os.getpid()}:
        return False
    try:
        os.kill(pid, 0)
    except PermissionError:
        return True
    except OSError:
        return False
    return True
