"""Use case: write synthetic data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onelead.samples import write

if TYPE_CHECKING:
    from pathlib import Path

    from onelead.samples import Written


def write_sample(name: str, out: Path, *, seed: int = 1, scale: int | None = None, **options: bool | int) -> Written:
    """Write sample ``name`` to ``out``, with its planted truth beside it.

    Raises UnknownNameError for a sample that does not exist, UsageError for an option that it does not have.
    """
    return write(name, out, seed=seed, scale=scale, **options)
