"""Metrics of some accounts, put together from what is known of each: pieces are asked once for all accounts, a filter only picks of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import polars as pl

from onelead.core.places import Places
from onelead.core.registry import pick
from onelead.metrics import _filters
from onelead.metrics._query import Asked, finished, measures, metrics, view_of
from onelead.metrics._summed import NotSummedError, Summed
from onelead.metrics._views import VIEWS

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    import ibis.expr.types as ir

    from onelead.core.context import Context, Snapshot

OWNER = "account_id"
MOST_BYTES = 96 * 2**20
"""Pieces that would take more are not made: the tables themselves are asked then."""
SPLIT = frozenset({OWNER, "account_name", "owner_name", "product_category", "practice", "lifecycle_state"})
"""Beside those of the account, columns that an ``=`` may ask for of the pieces: their values are few, or one account's own."""


@dataclass(frozen=True)
class Pieces:
    """One row for each account (null: rows of none) and group, with what values are made of. ``whole``: name → what makes it."""

    frame: pl.DataFrame
    whole: Mapping[str, pl.Expr]

    @property
    def nbytes(self) -> int:
        """Roughly what they take in memory."""
        return int(self.frame.estimated_size()) + self._places.nbytes

    @cached_property
    def _places(self) -> Places:
        return Places(self.frame[OWNER])

    def of(self, accounts: Collection[str] | None) -> pl.DataFrame:
        """The pieces of some accounts; of all rows for None."""
        return self.frame if accounts is None else self.frame[self._places.of(accounts)]

    def records(self, accounts: Collection[str] | None) -> dict[str, dict[str, object]]:
        """Value, rows and estimated by metric, of ``pieces_of_view``."""
        out: dict[str, dict[str, object]] = {}
        for name, value in self.of(accounts).select(self.whole.values()).row(0, named=True).items():
            metric_id, _, measure = name.rpartition(".")
            out.setdefault(metric_id, {})[measure] = value
        return out


def pieces_of_view(snapshot: Snapshot, context: Context, table: str) -> Pieces | None:
    """Pieces of every metric of a view that can be taken apart, named ``ID.value``, ``ID.rows`` and ``ID.estimated``; None without any."""
    rows = view_of(snapshot, context, VIEWS[table])
    if OWNER not in rows.columns:
        return None
    wanted: dict[str, ir.Scalar] = {}
    for metric in metrics().values():
        if metric.table == table:
            found = measures(metric, rows, context, f"{metric.id}.")
            try:
                Summed(found)
            except NotSummedError:
                continue
            wanted |= found
    summed = Summed(wanted)
    return _sized(Pieces(snapshot.execute(rows.group_by(OWNER).aggregate(**summed.pieces)), summed.whole)) if wanted else None


def pieces_of_metric(snapshot: Snapshot, context: Context, metric_id: str, by: Sequence[str], where: Sequence[str]) -> Pieces | None:
    """Pieces of one metric by columns (see ``query``), named value, rows and estimated; None where it cannot be taken apart.

    Raises as ``query`` does.
    """
    asked = Asked(snapshot, context, pick(metrics(), metric_id, "metric"), where, None)
    if OWNER not in view_of(snapshot, context, asked.view).columns:
        return None
    rows, places = asked.selected(list(dict.fromkeys([OWNER, *by])))
    try:
        summed = Summed(measures(asked.metric, rows, context))
    except NotSummedError:
        return None
    grouped = rows.group_by(**{name: rows[place] for name, place in places.items()}).aggregate(**summed.pieces)
    return _sized(Pieces(snapshot.execute(grouped), summed.whole))


def split(where: Sequence[str]) -> tuple[dict[str, list[str]], tuple[str, ...]] | None:
    """Conditions in two: values by column, which pick among pieces, and those that the pieces are asked under.

    None where one can be neither: a value that is looked for has to be among the rows of who asks.
    """
    picked: dict[str, list[str]] = {}
    rest = []
    for item in where:
        condition = _filters.parse(item)
        if condition.operator != "=" or not condition.text:
            rest.append(item)
        elif condition.column in SPLIT or condition.column.startswith("account."):
            picked.setdefault(condition.column, []).append(condition.text)
        else:
            return None
    return picked, tuple(rest)


def query_of(
    pieces: Pieces, metric_id: str, by: Sequence[str], picked: Mapping[str, list[str]], accounts: Collection[str] | None
) -> pl.DataFrame | None:
    """As ``query``, of pieces by these columns and those of ``picked``; None where a picked value is not there, or is no text."""
    frame = pieces.of(accounts)
    for column, texts in picked.items():
        if frame.schema[column] != pl.String or not set(texts) <= set(frame[column].unique()):
            return None
    for column, texts in picked.items():
        frame = frame.filter(pl.col(column).is_in(texts))
    whole = list(pieces.whole.values())
    found = frame.group_by(by).agg(whole) if by else frame.select(whole)
    return finished(found, pick(metrics(), metric_id, "metric"), by, everything=accounts is None)


def _sized(found: Pieces) -> Pieces | None:
    return found if found.nbytes <= MOST_BYTES else None
