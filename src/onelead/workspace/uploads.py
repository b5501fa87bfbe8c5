"""Files that were handed over: kept in the workspace until their job has ended, under names that cannot lead anywhere else."""

from __future__ import annotations

import errno
import re
import shutil
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, BinaryIO

from onelead.core.errors import SourceLimitError, StorageFullError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

UPLOADS = "uploads"
FILES_AT_ONCE = 50
_PIECE = 1 << 20
_LONGEST = 120
_UNWANTED = re.compile(r"[\x00-\x1f\x7f/\\:*?\"<>|]")

Upload = tuple[str, "Path | bytes | BinaryIO"]
"""Name as the person gave it, and the content: a file, bytes, or an open stream of bytes."""


def spool(uploads: Sequence[Upload], directory: Path, max_mb: int) -> list[Path]:
    """Copies of ``uploads`` in ``directory``, which is made. Of a name only its last part is kept, and of that only harmless characters.

    Raises UsageError for no or too many files, SourceLimitError for files that together are larger than ``max_mb``, StorageFullError.
    Nothing is left behind then.
    """
    if not uploads:
        raise UsageError("There is nothing to load.", hint="Choose one or more files.")
    if len(uploads) > FILES_AT_ONCE:
        raise UsageError(f"{len(uploads)} files are too many at once; the limit is {FILES_AT_ONCE}.", hint="Load them in several turns.")
    directory.mkdir(parents=True, exist_ok=True)
    room = max_mb << 20
    files: list[Path] = []
    try:
        for name, content in uploads:
            target = _free(directory, harmless(name))
            room -= _copy(content, target, room, max_mb)
            files.append(target)
    except OSError as error:
        discard(directory)
        if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
            raise StorageFullError("The disk is full: the file could not be taken.", hint="Free some room and load again.") from error
        raise
    except BaseException:
        discard(directory)
        raise
    return files


def harmless(name: str) -> str:
    """The last part of a path as any system writes it, without characters that mean something to a file system."""
    last = PurePosixPath(PureWindowsPath(name).as_posix()).name
    kept = _UNWANTED.sub("", last).strip().lstrip(".") or "file"
    stem, suffix = Path(kept).stem, Path(kept).suffix
    return f"{stem[: _LONGEST - len(suffix)]}{suffix[:_LONGEST]}"


def discard(directory: Path | None) -> None:
    """Remove what was handed over."""
    if directory is not None:
        shutil.rmtree(directory, ignore_errors=True)


def _free(directory: Path, name: str) -> Path:
    """A path for ``name`` that is not taken: the second file of a name is "name (2)"."""
    target, count = directory / name, 1
    while target.exists():
        count += 1
        target = directory / f"{Path(name).stem} ({count}){Path(name).suffix}"
    return target


def _copy(content: Path | bytes | BinaryIO, target: Path, room: int, max_mb: int) -> int:
    """Copy ``content``, at most ``room`` bytes; how many it were."""
    if isinstance(content, bytes):
        return _write([content], target, room, max_mb)
    if isinstance(content, Path):
        with content.open("rb") as stream:
            return _write(iter(lambda: stream.read(_PIECE), b""), target, room, max_mb)
    return _write(iter(lambda: content.read(_PIECE), b""), target, room, max_mb)


def _write(pieces: object, target: Path, room: int, max_mb: int) -> int:
    size = 0
    with target.open("xb") as out:
        for piece in pieces:  # type: ignore[attr-defined]  # any iterable of bytes
            size += len(piece)
            if size > room:
                raise SourceLimitError(
                    target.name,
                    f"the files are larger than the limit of {max_mb} MB together.",
                    hint="Load them in several turns, or raise load.max_unpacked_mb.",
                    limit=max_mb,
                )
            out.write(piece)
    return size
