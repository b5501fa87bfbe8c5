"""Tables on the server: search, sort, page, and cells as they are written. Frame in, view out."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import polars as pl

from onelead.web._digits import digits_of
from onelead.web._formats import DASH
from onelead.web._page import SIZES, Column, Table
from onelead.web._phone import card_classes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from onelead.web._ask import Ask
    from onelead.web._formats import Formats
    from onelead.web._page import Row, Status

RIGHT = frozenset({"count", "number", "money", "percent", "points", "days", "bar", "score"})
MONEY_WORDS = ("value", "amount", "price", "revenue", "arr", "tcv")
SHARE_WORDS = ("share", "rate", "confidence", "chance", "probability", "utilization", "utilisation")
HUNDRED = 100.0


@dataclass(frozen=True)
class Cell:
    """One cell, ready to be written."""

    column: Column
    text: str
    sub: str = ""
    estimated: bool = False
    status: Status | None = None
    link: str | None = None
    width: float = 0.0
    """Length of the bar in the cell, in percent of the column's largest."""
    raw: Any = None


@dataclass(frozen=True)
class Scale:
    """What the values of a column have in common: the largest, for bars, and the digits after the point."""

    largest: float
    digits: int | None


@dataclass(frozen=True)
class Head:
    """A column's header: its sort link and state (ascending, descending, none)."""

    column: Column
    sort: str | None
    state: str


@dataclass(frozen=True)
class Line:
    """A row and where it leads."""

    cells: tuple[Cell, ...]
    link: str | None


@dataclass(frozen=True)
class Shown:
    """A table as one page of it is shown. Rows are counted from 1."""

    heads: tuple[Head, ...]
    lines: tuple[Line, ...]
    total: tuple[Cell, ...] | None
    first: int
    last: int
    count: int
    of: int
    page: int
    pages: int
    size: int
    search: str
    cards: dict[str, str]
    """Class of the cells of each column where rows are cards: on a phone."""


def columns_of(table: Table, frame: pl.DataFrame, ask: Ask) -> tuple[Column, ...]:
    """The declared columns that the frame has; guessed ones where none are declared."""
    given = table.columns(ask) if callable(table.columns) else table.columns
    declared = given or guessed_columns(frame, ask)
    return tuple(column for column in declared if column.name in frame.columns)


def guessed_columns(frame: pl.DataFrame, ask: Ask) -> tuple[Column, ...]:
    """Columns for a frame that nobody described: kinds by type and name, the account's name as a link to the account."""
    out: list[Column] = []
    for name, dtype in frame.schema.items():
        if name == "account_id" and "account_name" in frame.columns:
            continue
        label = "Account" if name == "account_name" else name.replace("_", " ").strip().capitalize()
        estimated = "is_estimated" if name == "unit_value" and "is_estimated" in frame.columns else None
        link = (lambda row, asked: asked.account_link(row.get("account_id"))) if name == "account_name" else None
        out.append(Column(name, label, kind=_kind(name, dtype), estimated=estimated, link=link))
    del ask
    return tuple(out)


def _kind(name: str, dtype: pl.DataType) -> str:
    if dtype == pl.Boolean:
        return "flag"
    if dtype in {pl.Date, pl.Datetime} or isinstance(dtype, pl.Datetime):
        return "date"
    if not dtype.is_numeric():
        return "text"
    words = name.lower().split("_")
    if any(word in words for word in MONEY_WORDS):
        return "money"
    if any(word in words for word in SHARE_WORDS):
        return "percent"
    return "count" if dtype.is_integer() else "number"


def shown(table: Table, frame: pl.DataFrame, ask: Ask) -> Shown:
    """One page of ``frame`` under the search, order and page that the URL says."""
    columns = columns_of(table, frame, ask)
    visible = tuple(column for column in columns if column.show)
    words = ask.one(f"q.{table.id}") or ""
    found = searched(frame, table.search, words) if table.search else frame
    order = ask.one(f"sort.{table.id}") or table.sort
    found = ordered(found, order, columns)
    size = _size(ask.one(f"size.{table.id}"), table.size)
    pages = max(1, math.ceil(found.height / size))
    page = min(max(1, _whole(ask.one(f"page.{table.id}"), 1)), pages)
    part = found.slice((page - 1) * size, size)
    scales = {column.name: _scale(found, column) for column in visible}
    lines = tuple(
        Line(
            tuple(_cell(column, row, ask, scales[column.name]) for column in visible), table.row_link(row, ask) if table.row_link else None
        )
        for row in part.iter_rows(named=True)
    )
    heads = tuple(_head(column, order) for column in visible)
    total = _total(table, found, visible, scales, ask)
    first = (page - 1) * size + 1 if part.height else 0
    last = (page - 1) * size + part.height
    longest = {column.name: _longest(line.cells[place].text for line in lines) for place, column in enumerate(visible)}
    cards = card_classes(visible, longest, leads=table.row_link is not None) if visible else {}
    return Shown(heads, lines, total, first, last, found.height, frame.height, page, pages, size, words, cards)


def searched(frame: pl.DataFrame, columns: Sequence[str], words: str) -> pl.DataFrame:
    """The rows in which every word occurs in one of ``columns``, whatever its case."""
    here = [name for name in columns if name in frame.columns]
    for word in words.lower().split():
        hits = [pl.col(name).cast(pl.String).str.to_lowercase().str.contains(word, literal=True).fill_null(value=False) for name in here]
        frame = frame.filter(pl.any_horizontal(hits)) if hits else frame
    return frame


def ordered(frame: pl.DataFrame, order: str, columns: Sequence[Column]) -> pl.DataFrame:
    """``frame`` by a column ("-name": largest first), unknown values last; as it is for a column that cannot be sorted by."""
    name = order.removeprefix("-")
    known = {column.name for column in columns if column.sortable}
    if not name or name not in known:
        return frame
    by = pl.col(name).str.to_lowercase() if frame.schema[name] == pl.String else pl.col(name)
    return frame.sort(by, descending=order.startswith("-"), nulls_last=True, maintain_order=True)


def _head(column: Column, order: str) -> Head:
    if not column.sortable:
        return Head(column, None, "none")
    if order == column.name:
        return Head(column, f"-{column.name}", "ascending")
    if order == f"-{column.name}":
        return Head(column, column.name, "descending")
    first = f"-{column.name}" if column.kind in RIGHT else column.name
    return Head(column, first, "none")


def _cell(column: Column, row: Row, ask: Ask, scale: Scale) -> Cell:
    value = row[column.name]
    return Cell(
        column=column,
        text=written(column.kind, value, ask, scale.digits),
        sub=_sub(column, row, ask),
        estimated=bool(value is not None and column.estimated and row.get(column.estimated)),
        status=column.status(row) if column.status else None,
        link=column.link(row, ask) if column.link else None,
        width=_width(column, value, scale.largest),
        raw=value,
    )


def _sub(column: Column, row: Row, ask: Ask) -> str:
    value = row.get(column.sub) if column.sub else None
    return "" if value is None else written("text", value, ask)


def _width(column: Column, value: object, largest: float) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return 0.0
    if column.kind == "score":
        return min(max(float(value), 0.0), HUNDRED)
    return HUNDRED * max(float(value), 0.0) / largest if largest else 0.0


def written(kind: str, value: Any, ask: Ask, digits: int | None = None) -> str:  # noqa: ANN401 - any value of a frame
    """A value as its kind is written; unknown is a dash. ``digits`` after the point, where the whole column has them."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return DASH
    fmt = ask.fmt
    if isinstance(value, date):
        return fmt.moment(value) if isinstance(value, datetime) else fmt.date(value)
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, int | float):
        return _number(kind, value, ask.fmt, digits)
    return str(value)


def _number(kind: str, value: float, fmt: Formats, digits: int | None) -> str:
    if kind in {"count", "score"} or (kind == "text" and float(value).is_integer()):
        return fmt.count(value)
    if kind in {"money", "days"}:
        return fmt.money_full(value) if kind == "money" else fmt.days(value)
    return {"percent": fmt.percent, "points": fmt.points}.get(kind, fmt.number)(value, digits)


def _total(table: Table, frame: pl.DataFrame, columns: Sequence[Column], scales: dict[str, Scale], ask: Ask) -> tuple[Cell, ...] | None:
    if not table.total or not frame.height:
        return None
    cells = []
    for place, column in enumerate(columns):
        if column.name in table.total:
            value = frame[column.name].sum() if frame[column.name].null_count() < frame.height else None
            flagged = bool(value is not None and column.estimated in frame.columns and frame[column.estimated].any())
            cells.append(Cell(column, written(column.kind, value, ask, scales[column.name].digits), estimated=flagged))
        else:
            cells.append(Cell(column, "Total" if place == 0 else ""))
    return tuple(cells)


def exported(table: Table, frame: pl.DataFrame, ask: Ask) -> pl.DataFrame:
    """The rows of a table as they are taken away: searched and ordered, all pages, under the columns' labels, flags beside estimates."""
    columns = [column for column in columns_of(table, frame, ask) if column.export and column.kind != "html"]
    found = searched(frame, table.search, ask.one(f"q.{table.id}") or "") if table.search else frame
    found = ordered(found, ask.one(f"sort.{table.id}") or table.sort, columns)
    out: dict[str, pl.Expr] = {}
    for column in columns:
        out.setdefault(column.label or _words(column.name), pl.col(column.name))
        if column.sub and column.sub in found.columns and column.sub not in {other.name for other in columns}:
            out.setdefault(_words(column.sub), pl.col(column.sub))
        if column.estimated and column.estimated in found.columns:
            out.setdefault(f"{column.label or _words(column.name)} estimated", pl.col(column.estimated))
    return found.select(**out)


def _words(name: str) -> str:
    """A column's name as a header: "band" → "Band"."""
    words = name.replace("_", " ")
    return words[:1].upper() + words[1:]


def _longest(texts: Iterable[str]) -> int:
    return max((len(text) for text in texts if text != DASH), default=0)


def _scale(frame: pl.DataFrame, column: Column) -> Scale:
    values = frame[column.name]
    top: Any = values.max() if column.kind == "bar" and values.dtype.is_numeric() else None
    return Scale(float(top) if top else 0.0, digits_of(column.kind, values))


def _size(given: str | None, default: int) -> int:
    wanted = _whole(given, default)
    return wanted if wanted in SIZES or wanted == default else default


def _whole(text: str | None, default: int) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 9 else default  # noqa: PLR2004 - more digits are no page number
