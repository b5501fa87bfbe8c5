"""What a sample is, the options it takes, and the truth file that it leaves beside its data."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from onelead.core.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

OptionValue = bool | int
Truth = dict[str, object]


@dataclass(frozen=True)
class Option:
    """An option of a sample; its type is that of its default."""

    default: OptionValue
    doc: str
    minimum: int = 0


@dataclass(frozen=True)
class Written:
    """What a sample wrote: its data files, and the truth that was planted in them (JSON)."""

    files: list[Path]
    truth: Path


class Writer(Protocol):
    """Writes a sample. ``scale`` multiplies its rows; equal arguments give equal bytes."""

    def __call__(self, out: Path, *, seed: int, scale: int, **options: OptionValue) -> Written:
        """Write to ``out`` and the truth beside it."""
        ...


@dataclass(frozen=True)
class Sample:
    """A synthetic data set with a planted truth.

    ``directory`` says whether the sample can be written as canonical tables (one Parquet file a table) into a directory, ``workbook``
    whether it can be written as an .xlsx file. ``usual_scale`` is taken where none is asked for.
    """

    id: str
    label: str
    doc: str
    write: Writer
    options: Mapping[str, Option] = field(default_factory=dict)
    workbook: bool = True
    directory: bool = False
    usual_scale: int = 1

    def checked(self, out: Path, *, seed: int, scale: int, options: Mapping[str, OptionValue]) -> dict[str, OptionValue]:
        """All options of the sample, defaults filled in.

        Raises UsageError for a place that the sample cannot be written to, a seed or scale out of range, an option that it does not
        have and a value out of range.
        """
        if seed < 0:
            raise UsageError(f"A seed is a whole number from 0, not {seed}.", hint="Leave it out to use the default.")
        if scale < 1:
            raise UsageError(f"A scale is a whole number from 1, not {scale}.", hint="Scale 2 writes twice the rows.")
        self._check_place(out)
        unknown = sorted(set(options) - set(self.options))
        if unknown:
            valid = ", ".join(self.options) or "none"
            raise UsageError(f"The sample {self.id!r} has no option {unknown[0]!r}.", hint=f"Its options: {valid}.", option=unknown[0])
        values: dict[str, OptionValue] = {}
        for name, option in self.options.items():
            values[name] = self._check_option(name, option, options.get(name, option.default))
        return values

    def _check_place(self, out: Path) -> None:
        forms = [
            *(["a workbook (a file that ends with .xlsx)"] if self.workbook else []),
            *(["canonical tables (a directory)"] if self.directory else []),
        ]
        if not (self.directory if is_directory(out) else self.workbook and out.suffix.lower() == ".xlsx"):
            raise UsageError(f"The sample {self.id!r} cannot be written to {out.name!r}.", hint=f"It is written as {' or '.join(forms)}.")

    def _check_option(self, name: str, option: Option, value: OptionValue) -> OptionValue:
        wanted = type(option.default)
        if type(value) is not wanted:
            kind = "yes or no" if wanted is bool else "a whole number"
            raise UsageError(f"The option {name!r} of the sample {self.id!r} is {kind}, not {value!r}.", option=name)
        if wanted is int and value < option.minimum:
            raise UsageError(f"The option {name!r} of the sample {self.id!r} is at least {option.minimum}, not {value}.", option=name)
        return value


def is_directory(out: Path) -> bool:
    """Whether ``out`` names a directory of tables: one that exists, or a name without a suffix."""
    return out.is_dir() or (not out.suffix and not out.is_file())


def write_truth(out: Path, truth: Truth) -> Path:
    """Write the truth beside ``out``: august.xlsx → august.truth.json, directory big → big.truth.json."""
    name = out.name if is_directory(out) else out.stem
    place = out.parent / f"{name}.truth.json"
    place.write_text(json.dumps(truth, ensure_ascii=False, indent=None, separators=(",", ":"), sort_keys=False) + "\n", encoding="utf-8")
    return place


class Traps:
    """Collects where each trap was planted: its name, sheet, column and spreadsheet rows."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str, str | None], list[int]] = {}

    def add(self, trap: str, sheet: str, column: str | None, row: int) -> None:
        """Note that ``trap`` sits in ``row`` (as the spreadsheet shows it, from 1) of ``column``; None for the whole row."""
        self._found.setdefault((trap, sheet, column), []).append(row)

    def as_list(self) -> list[dict[str, object]]:
        """The traps as the truth file holds them."""
        return [
            {"trap": trap, "sheet": sheet, "column": column, "rows": rows}
            for (trap, sheet, column), rows in sorted(self._found.items(), key=str)
        ]
