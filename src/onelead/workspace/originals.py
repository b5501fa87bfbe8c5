"""The files that were loaded, kept as they came, named by their content."""

from __future__ import annotations

import errno
import os
import shutil
from typing import TYPE_CHECKING

from onelead.core.errors import StorageFullError

if TYPE_CHECKING:
    from pathlib import Path


def keep_original(file: Path, sha256: str, directory: Path) -> Path:
    """A copy of ``file`` in ``directory``, named by its hash; nothing is copied when it is there already.

    The copy is complete or absent: it is written under a temporary name first. Raises StorageFullError.
    """
    target = directory / f"{sha256}{file.suffix.lower()}"
    if target.exists():
        return target
    directory.mkdir(parents=True, exist_ok=True)
    part = directory / f".{sha256}.{os.getpid()}.part"
    try:
        shutil.copyfile(file, part)
        part.replace(target)
    except OSError as error:
        part.unlink(missing_ok=True)
        if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
            raise StorageFullError(
                "The disk is full: the file could not be kept.", hint="Free some room and load again; nothing was changed."
            ) from error
        raise
    return target
