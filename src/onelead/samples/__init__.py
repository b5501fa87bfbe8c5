"""Layer 2: synthetic data with a planted truth, one file a sample. Companies and people in it are invented."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onelead.core.registry import discover, pick
from onelead.samples._base import Option, OptionValue, Sample, Written

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["DEFAULT_SEED", "Option", "OptionValue", "Sample", "Written", "layouts", "samples", "write"]

DEFAULT_SEED = 20240904
"""The seed of the samples that the documentation shows."""


def layouts() -> dict[str, dict[str, tuple[str, ...]]]:
    """Layout → sheet → headers, spelt as real exports spell them."""
    from onelead.samples import _layouts

    return {"DataExport": _layouts.DATA_EXPORT}


def samples() -> dict[str, Sample]:
    """All samples by name."""
    return discover("onelead.samples", "SAMPLE", Sample)


def write(name: str, out: Path, *, seed: int = DEFAULT_SEED, scale: int | None = None, **options: OptionValue) -> Written:
    """Write the sample ``name`` to ``out`` (an .xlsx file, or a directory of canonical tables) and its truth beside it.

    ``scale`` multiplies the rows, or says how many companies there are (enterprise). Equal arguments give equal bytes; missing directories are made.

    Raises UnknownNameError for a sample that does not exist and UsageError for options that it does not have.
    """
    sample = pick(samples(), name, "sample")
    scale = sample.usual_scale if scale is None else scale
    values = sample.checked(out, seed=seed, scale=scale, options=options)
    out.parent.mkdir(parents=True, exist_ok=True)
    return sample.write(out, seed=seed, scale=scale, **values)
