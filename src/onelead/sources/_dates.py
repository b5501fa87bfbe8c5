"""The date columns of one sheet: which way round they are written, which century two digits mean, and what a person should know of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from onelead.sources._values import DateEvidence, DateOrder, date_evidence, iso_dates, other_dates, short_years, told_apart

if TYPE_CHECKING:
    from collections.abc import Collection

    from onelead.sources._raw import RawTable
    from onelead.tables import Table

_WRITTEN: dict[DateOrder, str] = {"day": "day/month", "month": "month/day"}
_OTHER: dict[DateOrder, DateOrder] = {"day": "month", "month": "day"}


def forward_columns(table: Table) -> frozenset[str]:
    """Columns whose dates lie ahead when they are written: what the contract marks as ``forward``."""
    return frozenset(name for name, column in table.contract.columns().items() if (column.metadata or {}).get("forward"))


class SheetDates:
    """Day/month or month/day, for each column by its own values, else by those of the other date columns of the sheet.

    Two digits mean 2000 to 2099 in ``forward`` columns, where 31/12/99 is how exports write "none announced", else 1970 to 2069.
    """

    def __init__(self, frame: pl.DataFrame, schema: pl.Schema, raw: RawTable, forward: Collection[str]) -> None:
        self.notes: list[str] = []
        self._raw = raw
        self._forward = forward
        self._rest: dict[str, pl.Series] = {}
        self._evidence: dict[str, DateEvidence] = {}
        self._iso: dict[str, pl.Series] = {}
        for column, wanted in schema.items():
            if wanted in (pl.Date, pl.Datetime) and column in frame.columns and frame.schema[column] == pl.String:
                text = frame[column]
                iso = self._iso[column] = iso_dates(text)
                # In the order of the rows, so that a note always takes the same example.
                rest = text.filter(iso.is_null() & text.is_not_null()).unique(maintain_order=True)
                if len(rest):
                    self._rest[column] = rest
                    self._evidence[column] = date_evidence(rest)

    def read(self, column: str, text: pl.Series) -> pl.Series:
        """``text`` as dates, null where it is none."""
        iso = self._iso[column]
        if column not in self._rest:
            return iso
        rest = self._rest[column]
        order, why = self._order(column)
        found = other_dates(rest, order, forward=column in self._forward)
        self._note_order(column, order, why, found)
        self._note_years(column, found)
        return iso.fill_null(text.replace_strict(rest, found, default=None, return_dtype=pl.Date))

    def _order(self, column: str) -> tuple[DateOrder, str]:
        """The order of a column, and where it was taken from if not from its own values."""
        own = self._evidence[column]
        if own.slashed == 0 or own.order is not None:
            return own.order or "day", ""
        sheet = sum(self._evidence.values(), DateEvidence()).order
        if sheet is not None:
            return sheet, ", like other dates of the sheet"
        return ("day", ", as is usual with dots") if own.dotted else ("month", "")

    def _note_order(self, column: str, order: DateOrder, why: str, found: pl.Series) -> None:
        own, rest = self._evidence[column], self._rest[column]
        mixed = own.day_first > 0 and own.month_first > 0
        open_to_both = told_apart(rest, None)
        if mixed:
            other = rest.filter(told_apart(rest, _OTHER[order]))[0]
            example = self._example(rest, found, open_to_both if open_to_both.any() else told_apart(rest, order))
            self._note(
                f"{self._header(column)} holds day/month and month/day dates; all were read as {_WRITTEN[order]}{why}, "
                f"and what fits {_WRITTEN[_OTHER[order]]} only, such as {other!r}, was not read: {example}"
            )
        elif own.order is None and open_to_both.any():
            self._note(
                f"the dates in {self._header(column)} could be day/month or month/day; they were read as {_WRITTEN[order]}{why}: "
                f"{self._example(rest, found, open_to_both)}"
            )

    def _note_years(self, column: str, found: pl.Series) -> None:
        rest = self._rest[column]
        short = short_years(rest) & found.is_not_null()
        if short.any():
            span = "2000 to 2099" if column in self._forward else "1970 to 2069"
            self._note(f"the two-digit years in {self._header(column)} were taken for {span}: {self._example(rest, found, short)}")

    def _header(self, column: str) -> str:
        return repr(self._raw.headers.get(column, column))

    def _note(self, text: str) -> None:
        self.notes.append(f"Sheet {self._raw.sheet!r}: {text}")

    @staticmethod
    def _example(rest: pl.Series, found: pl.Series, which: pl.Series) -> str:
        place = which.arg_true()[0]
        day = found[place]
        return f"{rest[place]!r} was read as {day.day} {day:%B %Y}."
