"""Reading untrusted files: in a child process, under limits on time, memory and unpacked size."""

from __future__ import annotations

import contextlib
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import weakref
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from onelead.core.errors import OneLeadError, PasswordError, SourceError, SourceLimitError, StorageFullError, nearest

if TYPE_CHECKING:
    from collections.abc import Callable

    from onelead.core.settings import LoadSettings
    from onelead.core.stopping import Stop
    from onelead.sources._raw import RawFile

_SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - a file system in memory: what was encrypted is not written to a disk in plain
_ROOM_PER_BYTE = 40
_PREFIX = "onelead-read-"
_GRACE_SECONDS = 5
_OUT_OF_MEMORY = (
    "memory allocation of",
    "MemoryError",
    "Cannot allocate memory",
    "malloc of size",
    "realloc of size",
    "failed to spawn",
    "can't start new thread",
)
_TOO_LARGE = ("File too large", "os error 27")
_DISK_FULL = ("No space left on device", "os error 28")
_ERRORS: dict[str, type[SourceError]] = {"password": PasswordError, "source_limit": SourceLimitError}


@dataclass(frozen=True)
class _Child:
    process: subprocess.Popen[bytes]
    out: Path
    deadline: float


def _remove_orphans(place: Path) -> None:
    """Remove what a reading left behind whose OneLead was killed: its directory is named by the process that is gone."""
    for left in place.glob(f"{_PREFIX}*"):
        owner = left.name.removeprefix(_PREFIX).split("-")[0]
        if owner.isdigit() and not Path(f"/proc/{owner}").exists() and Path("/proc/self").exists():
            shutil.rmtree(left, ignore_errors=True)


def _kill(process: subprocess.Popen[bytes]) -> None:
    """Kill the child's process group; it closes its output then, which wakes whoever waits for it."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _end(process: subprocess.Popen[bytes], out: Path) -> None:
    """Kill the child's process group, if it still runs, and remove what it wrote."""
    if process.poll() is None:
        _kill(process)
        process.wait()
    if process.stdout is not None:
        process.stdout.close()
    shutil.rmtree(out, ignore_errors=True)


class Reading:
    """A file that is being read. Import what you need next while it runs, then ask for the ``result``."""

    def __init__(self, file: Path, settings: LoadSettings, password: Callable[[], str | None] | None, stop: Stop | None = None) -> None:
        self._file, self._settings, self._password, self._stop = file, settings, password, stop
        check_file(file)
        self._child = self._spawn(None)

    def result(self) -> RawFile:
        """Wait for the file and return its sheets. Asks for the password if the workbook turns out to be encrypted.

        Raises SourceError, PasswordError, SourceLimitError, StorageFullError: exactly one, and clear; CancelledError when it was stopped.
        """
        answer = self._wait()
        if answer.get("error") == PasswordError.code and answer.get("missing") and self._password is not None:
            password = self._password()
            if password is not None:
                self._child = self._spawn(password)
                answer = self._wait()
        if "error" in answer:
            raise self._error(answer)
        return self._sheets

    def cancel(self) -> None:
        """Stop reading."""
        _end(self._child.process, self._child.out)

    def _spawn(self, password: str | None) -> _Child:
        place = _private_place(self._file) if password is not None else None
        _remove_orphans(Path(place or tempfile.gettempdir()))
        out = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=place))
        limits = {
            "memory_mb": self._settings.max_memory_mb,
            "unpacked_mb": self._settings.max_unpacked_mb,
            "seconds": self._settings.max_seconds,
            "rows": self._settings.max_rows,
        }
        request = {"file": str(self._file.resolve()), "name": self._file.name, "out": str(out), "password": password, "limits": limits}
        with (out / "stderr").open("wb") as errors:
            process = subprocess.Popen(
                [sys.executable, "-P", "-m", "onelead.sources._child"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                env=os.environ | {"RUST_BACKTRACE": "0"},
                start_new_session=True,
            )
        weakref.finalize(self, _end, process, out)
        if process.stdin is not None:
            with contextlib.suppress(BrokenPipeError):  # it died at once; waiting for it says why
                process.stdin.write(json.dumps(request).encode())
                process.stdin.close()
        return _Child(process, out, time.monotonic() + self._settings.max_seconds)

    def _wait(self) -> dict[str, Any]:
        """The child's answer; its sheets are loaded before its directory goes."""
        child = self._child
        try:
            with self._stop.calling(lambda: _kill(child.process)) if self._stop else contextlib.nullcontext():
                self._wait_for_end(child)
            if self._stop:
                self._stop.check()
            if child.process.returncode:
                raise self._crash(child)
            answer: dict[str, Any] = json.loads((child.out / "answer.json").read_text(encoding="utf-8"))
            if "error" not in answer:
                self._sheets = _load(self._file, child.out, answer)
            return answer
        finally:
            _end(child.process, child.out)

    def _wait_for_end(self, child: _Child) -> None:
        """Return as soon as the child closes its output, which is when it ends; ``Popen.wait`` would look only every 50 ms."""
        ended, _, _ = select.select(
            [child.process.stdout] if child.process.stdout else [], [], [], max(0.0, child.deadline - time.monotonic())
        )
        try:
            child.process.wait(_GRACE_SECONDS if ended else 0)
        except subprocess.TimeoutExpired:
            raise self._out_of_time() from None

    def _error(self, answer: dict[str, Any]) -> SourceError:
        kind = _ERRORS.get(answer["error"], SourceError)
        message = str(answer["message"]).removeprefix(f"{self._file.name}: ")
        return kind(self._file.name, message, hint=answer["hint"], missing=bool(answer.get("missing")))

    def _out_of_time(self) -> SourceLimitError:
        seconds = self._settings.max_seconds
        return SourceLimitError(
            self._file.name,
            f"reading took longer than the limit of {seconds} seconds.",
            hint="Raise load.max_seconds if you trust it.",
            limit=seconds,
        )

    def _crash(self, child: _Child) -> OneLeadError:
        """What the end of the child means, from its signal and its last words."""
        name, code = self._file.name, child.process.returncode
        with (child.out / "stderr").open("rb") as stream:
            stream.seek(max(0, (child.out / "stderr").stat().st_size - 8192))
            words = stream.read().decode(errors="replace")
        if code in {-signal.SIGXCPU, 128 + signal.SIGXCPU}:
            return self._out_of_time()
        if code == -signal.SIGXFSZ or any(mark in words for mark in _TOO_LARGE):
            megabytes = self._settings.max_unpacked_mb
            return SourceLimitError(
                name, f"its contents are larger than the limit of {megabytes} MB.", hint="Raise load.max_unpacked_mb if you trust it."
            )
        if any(mark in words for mark in _DISK_FULL):
            return StorageFullError("There is no room left for temporary files.", hint="Free some space, or set TMPDIR to a larger disk.")
        if code == -signal.SIGKILL or any(mark in words for mark in _OUT_OF_MEMORY):
            megabytes = self._settings.max_memory_mb
            return SourceLimitError(
                name, f"reading needs more memory than the limit of {megabytes} MB.", hint="Raise load.max_memory_mb if you trust it."
            )
        hint = "Open it in a spreadsheet program and save it again as .xlsx."
        if code < 0 or "PanicException" in words:
            return SourceError(name, "the file is damaged: its contents contradict each other.", hint=hint, exit=code)
        last = (words.strip().splitlines() or ["no reason given"])[-1]
        return SourceError(name, f"the reading process failed ({last}).", hint=hint, exit=code)


def start(file: Path, settings: LoadSettings, *, password: Callable[[], str | None] | None = None, stop: Stop | None = None) -> Reading:
    """Begin to read ``file`` in a child process and return at once.

    ``password`` is called once, and only when the workbook is encrypted; None means that there is none. ``stop`` ends the child.

    Raises SourceError for what is no file.
    """
    return Reading(file, settings, password, stop)


def read_raw(file: Path, settings: LoadSettings, *, password: Callable[[], str | None] | None = None) -> RawFile:
    """The sheets of ``file`` with their raw values; see ``start`` and ``Reading.result``."""
    return start(file, settings, password=password).result()


def check_file(file: Path) -> None:
    """Raise SourceError for what is no readable file with something in it; names the nearest file for a name that does not exist."""
    if not file.exists():
        others = [entry.name for entry in file.parent.iterdir() if entry.is_file()] if file.parent.is_dir() else []
        close = nearest(file.name, others, count=1)
        raise SourceError(file.name, "there is no such file.", hint=f"Did you mean {close[0]!r}?" if close else f"Looked in {file.parent}.")
    if not file.is_file():
        raise SourceError(file.name, "this is not a file.", hint="Name a workbook, a .csv or a .parquet file.")
    if not os.access(file, os.R_OK):
        raise SourceError(file.name, "you may not read this file.", hint="Check its permissions.")
    if file.stat().st_size == 0:
        raise SourceError(file.name, "the file is empty.", hint="Export it again.")


def _private_place(file: Path) -> Path | None:
    """Where to put what was encrypted: memory, where there is room for it, else the usual place for temporary files."""
    if not _SHARED_MEMORY.is_dir() or not os.access(_SHARED_MEMORY, os.W_OK):
        return None
    return _SHARED_MEMORY if shutil.disk_usage(_SHARED_MEMORY).free > _ROOM_PER_BYTE * file.stat().st_size else None


def _load(file: Path, out: Path, answer: dict[str, Any]) -> RawFile:
    import polars as pl

    from onelead.sources._mapped import mapped
    from onelead.sources._raw import RawFile, RawSheet

    sheets = []
    for known in answer["sheets"]:
        if isinstance(known["file"], list):
            frame = pl.concat([mapped(out / part) for part in known["file"]], rechunk=False)
        else:
            frame = pl.read_ipc(out / known["file"]) if known["file"] else pl.DataFrame()
        if not known["header"]:
            frame.columns = [f"c{index}" for index in range(frame.width)]
        sheets.append(RawSheet(known["name"], frame, known["header"], known["visible"], known["unreadable"]))
    return RawFile(file, file.name, answer["kind"], sheets, answer["notes"])
