"""What Explore asks: the question that the address holds, its answer, and where each group leads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from onelead.core.errors import OneLeadError
from onelead.workspace.exploring import explore, explored_rows, pivot, source_columns

if TYPE_CHECKING:
    from onelead.web._ask import Ask
    from onelead.web._page import Row

DEFAULT = "table:assets"
LISTED = 10_000
CHARTS = {
    "bar": "Bars",
    "line": "Line",
    "pie": "Pie",
    "heat": "Heat map",
    "histogram": "Histogram",
    "box": "Boxes",
    "scatter": "Points",
    "none": "No chart",
}
OPERATORS = ("=", "!=", ">=", "<=", ">", "<")
ADDITIVE = ("count", "sum")


@dataclass(frozen=True)
class Question:
    """What is asked: hashable, so that a request reads it once."""

    source: str
    where: tuple[str, ...]
    by: tuple[str, ...]
    how: str
    column: str | None
    up: str | None
    chart: str
    pivoted: bool

    @property
    def metric(self) -> str | None:
        """The metric, where it is one."""
        return self.source.removeprefix("metric:") if self.source.startswith("metric:") else None

    @property
    def additive(self) -> bool:
        """Whether the groups add up to the whole."""
        return self.metric is None and self.how in ADDITIVE


def question(ask: Ask) -> Question:
    """The question of the address; a condition in the three fields of the form counts as one more."""
    added = [ask.params.get(name, ("",))[0] for name in ("c.column", "c.is", "c.value")]
    condition = (f"{added[0]}{added[1]}{added[2]}",) if added[0] and added[1] in OPERATORS else ()
    where = tuple(dict.fromkeys((*ask.many("cond"), *condition)))
    by = tuple(dict.fromkeys(ask.many("by")))
    how = ask.one("how") or "count"
    column = ask.one("of")
    chart = ask.one("chart") or _usual(by)
    pivoted = len(by) == 2 and ask.one("shape") != "list"  # noqa: PLR2004 - rows × columns
    return Question(ask.one("source") or DEFAULT, where, by, how, column, ask.one("up"), chart, pivoted)


def _usual(by: tuple[str, ...]) -> str:
    if not by:
        return "none"
    return "line" if "@" in by[0] else "bar"


def columns(ask: Ask) -> list[dict[str, str]]:
    """Columns of the source; none where it does not exist (its own card says so)."""
    try:
        return ask(source_columns, question(ask).source)
    except OneLeadError:
        return []


def kinds(ask: Ask) -> dict[str, str]:
    """Kind of each column."""
    return {column["name"]: column["kind"] for column in columns(ask)}


def label(name: str) -> str:
    """A column in words."""
    bare, _, grain = name.partition("@")
    words = bare.removeprefix("account.").removeprefix("extra.").replace("_", " ").capitalize()
    suffix = f" by {grain}" if grain else ""
    return words + (" (account)" if bare.startswith("account.") else "") + suffix


def answer(ask: Ask) -> dict[str, Any]:
    """The grouped answer, one row a group."""
    asked = question(ask)
    return ask(explore, asked.source, where=asked.where, by=asked.by, how=asked.how, column=asked.column)


def crossed(ask: Ask) -> dict[str, Any]:
    """The pivot."""
    asked = question(ask)
    return ask(pivot, asked.source, rows=asked.by[0], across=asked.by[1], where=asked.where, how=asked.how, column=asked.column)


def listed(ask: Ask) -> dict[str, Any]:
    """The rows themselves."""
    asked = question(ask)
    return ask(explored_rows, asked.source, asked.where, LISTED)


# Where a group leads ---------------------------------------------------------------------------------------------------


def conditions(name: str, value: Any, kind: str) -> tuple[str, ...]:  # noqa: ANN401 - any value of a column
    """Conditions that hold for just the rows of a group."""
    bare, _, grain = name.partition("@")
    if value is None:
        return (f"{bare}=",)
    if grain:
        first, after = _span(value, grain)
        return (f"{bare}>={first}", f"{bare}<{after}")
    if kind == "flag":
        return (f"{bare}={'true' if value else 'false'}",)
    return (f"{bare}={value}",)


def _span(value: Any, grain: str) -> tuple[date, date]:  # noqa: ANN401 - a year, or the first day of a quarter or month
    if grain == "year":
        return date(int(value), 1, 1), date(int(value) + 1, 1, 1)
    months = 3 if grain == "quarter" else 1
    last = value.month - 1 + months
    return value, date(value.year + last // 12, last % 12 + 1, 1)


def drill(row: Row, ask: Ask, names: tuple[str, ...]) -> str:
    """This page with only the rows of a group, listed."""
    asked, known = question(ask), kinds(ask)
    more = [entry for name in names for entry in conditions(name, row[name], known.get(name, "text"))]
    return ask.here(cond=(*asked.where, *more), by=None, chart=None, shape=None, **NO_FORM)


NO_FORM = {"c__column": None, "c__is": None, "c__value": None}
