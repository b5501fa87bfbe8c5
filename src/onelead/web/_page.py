"""What a page is: a declaration of filters, tiles, charts, tables and panels, each bound to a use case. One renderer shows them all.

A page is one public file in ``web/pages`` with one ``PAGE``. Loaders get an ``Ask``, return a Polars frame or a dict, or raise ``Missing``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from onelead.core.errors import OneLeadError

if TYPE_CHECKING:
    import polars as pl
    from starlette.datastructures import FormData

    from onelead.web._ask import Ask

Frame = Callable[["Ask"], "pl.DataFrame"]
Figure = dict[str, Any]
Row = Mapping[str, Any]
Status = Literal["crit", "warn", "good", "info", "unknown"]

SECTIONS = ("Act", "Accounts", "Revenue", "Measure", "Data", "Admin")
SIZES = (10, 25, 50, 100, 200)


class Missing(OneLeadError):  # noqa: N818 - it is a state of the data, not a mistake
    """What a block needs is not in the data: it says so in its card, with what to load; never a zero."""

    code = "missing_data"
    status = 404

    def __init__(self, message: str, *, hint: str | None = None, link: str | None = None, link_text: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.link = link
        self.link_text = link_text


@dataclass(frozen=True)
class Choice:
    """One value of a filter."""

    value: str
    label: str
    count: int | None = None


@dataclass(frozen=True)
class Filter:
    """A pill under the title; its value lives in the URL under ``name``.

    ``choices`` are the values to choose from (a function of the request, or fixed), ``many`` allows several; without, it takes a ``kind``.
    """

    name: str
    label: str
    choices: Callable[[Ask], Sequence[Choice]] | tuple[Choice, ...] | None = None
    icon: str = "filter"
    many: bool = False
    kind: Literal["text", "number", "date"] = "text"
    default: str | None = None
    everything: str = "All"
    hint: str = ""


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Kinds: text, count, number, money, percent (a share of 0 to 1), points, days, date, flag, badge, score (0 to 100 with its bar),
    bar (a number drawn beside its digits), range (a dict low, point, high), html (a Markup made by the page's own macro).

    ``sub`` names a column shown as second line; ``estimated`` a column that marks the value as an estimate; ``status`` gives crit,
    warn, good, info or unknown from the row (for badges and marks); ``link`` a URL from the row. On a phone, where a row is a card,
    ``minor`` columns go first where room ends, and ``phone`` says what a column is where the guess of ``_phone`` would not do.
    """

    name: str
    label: str
    kind: str = "text"
    sub: str | None = None
    estimated: str | None = None
    status: Callable[[Row], Status | None] | None = None
    link: Callable[[Row, Ask], str | None] | None = None
    minor: bool = False
    phone: Literal["", "title", "value", "wide"] = ""
    sortable: bool = True
    export: bool = True
    show: bool = True
    hint: str = ""
    """What the column means: shown on its header and in the table's foot."""


@dataclass(frozen=True)
class Block:
    """A card of a page. ``span`` is its width in twelfths; ``how`` says in plain words how its numbers are computed.

    ``metrics`` are ids whose definitions stand behind it. A ``lazy`` block is fetched once the page stands; ``when`` says if it is there.
    """

    id: str
    title: str
    span: int = 12
    how: str = ""
    metrics: tuple[str, ...] = ()
    lazy: bool = False
    sub: str | Callable[[Ask], str] = ""
    link: tuple[str, Callable[[Ask], str]] | None = None
    """Words and target of a link in the card's head."""
    when: Callable[[Ask], bool] | None = None
    kind: ClassVar[str] = "block"


@dataclass(frozen=True)
class Micro:
    """A small picture in a tile: shares of a whole (label, value, status) or a line of past values, and its reading."""

    reading: str = ""
    shares: tuple[tuple[str, float, Status | Literal["brand", "accent"]], ...] = ()
    line: tuple[float, ...] = ()


@dataclass(frozen=True)
class Number:
    """A value that a tile shows when it is no metric of its own."""

    value: float | str | None
    unit: str = "count"
    estimated: bool = False
    of: str = ""
    low: float | None = None
    high: float | None = None
    reason: str = ""
    """Why it is unknown."""
    rows: int | None = None
    change: float | None = None
    since: str = ""
    direction: Literal["up", "down", "neutral"] = "neutral"


@dataclass(frozen=True)
class Tile:
    """One headline number: a metric by id, or ``number`` for any other. ``of`` writes its denominator."""

    metric: str | None = None
    label: str | None = None
    number: Callable[[Ask], Number] | None = None
    of: Callable[[Ask], str] | str = ""
    status: Callable[[float, Ask], Status | None] | Status | None = None
    micro: Callable[[Ask], Micro | None] | None = None
    link: Callable[[Ask], str] | None = None
    link_text: str | None = None
    how: str = ""
    also: Callable[[Ask], tuple[str, bool] | None] | None = None
    """A second reading beside the value ("= $165,000") and whether it is estimated."""

    @property
    def key(self) -> str:
        """A name that is unique among the tiles of a page."""
        return self.metric or (self.label or "").lower().replace(" ", "_")


@dataclass(frozen=True)
class Tiles(Block):
    """A row of headline numbers; ``of_deals``: metrics of opportunities count the chosen owners' own."""

    tiles: tuple[Tile, ...] = ()
    of_deals: bool = False
    kind: ClassVar[str] = "tiles"


@dataclass(frozen=True)
class Chart(Block):
    """A figure: frame in, figure out.

    ``figure`` returns a plain Plotly dict; colours are written as "token:--ol-s1". ``customdata`` of a mark is the URL that a click
    opens. The frame is also shown as a table and exported, under ``columns`` (all columns as text without).
    """

    data: Frame | None = None
    figure: Callable[[pl.DataFrame, Ask], Figure] | None = None
    columns: tuple[Column, ...] = ()
    height: int = 280
    empty: str = "Nothing to draw under these filters."
    kind: ClassVar[str] = "chart"


@dataclass(frozen=True)
class Table(Block):
    """A table that is sorted, searched, paged and exported on the server.

    ``sort`` is a column, with "-" for the largest first, or "" for the order of the rows. ``row_link`` opens a row.
    ``total`` adds a last row with the sums of the count and money columns named; ``search`` are those that the search box looks in.
    """

    rows: Frame | None = None
    columns: tuple[Column, ...] | Callable[[Ask], tuple[Column, ...]] = ()
    sort: str = ""
    size: int = 25
    row_link: Callable[[Row, Ask], str | None] | None = None
    search: tuple[str, ...] = ()
    total: tuple[str, ...] = ()
    foot: str = ""
    empty: str = "No rows under these filters."
    kind: ClassVar[str] = "table"


@dataclass(frozen=True)
class Panel(Block):
    """A card with a template of its own (``templates/panels/…``) over the dict of ``data``. ``bare`` draws no card around it."""

    template: str = ""
    data: Callable[[Ask], Mapping[str, Any]] | None = None
    bare: bool = False
    table: Frame | None = None
    """What the panel exports, if it does."""
    kind: ClassVar[str] = "panel"


@dataclass(frozen=True)
class Tab:
    """A part of a page under its own address (``?tab=id``)."""

    id: str
    label: str
    blocks: tuple[Block, ...]
    count: Callable[[Ask], int | None] | None = None
    when: Callable[[Ask], bool] | None = None


@dataclass(frozen=True)
class Done:
    """What a post did: words for the reader, what undoes it, what to show again.

    ``undo`` is (name of a post of the page, its form). ``refresh`` are ids of blocks to draw again; ``to`` goes to another address
    instead; ``fragment`` is HTML that replaces the element that posted.
    """

    message: str = ""
    undo: tuple[str, Mapping[str, str]] | None = None
    refresh: tuple[str, ...] = ()
    to: str | None = None
    fragment: str | None = None


Post = Callable[["Ask", "FormData"], Done]


@dataclass(frozen=True)
class Button:
    """A button in the page's head."""

    label: str
    icon: str
    link: Callable[[Ask], str]


@dataclass(frozen=True)
class Page:
    """A screen. Its docstring-like ``about`` stands in the menu and in the help."""

    id: str
    title: str
    section: str
    icon: str
    about: str
    order: int = 50
    lead: Callable[[Ask], str] | str = ""
    filters: tuple[Filter, ...] = ()
    blocks: tuple[Block, ...] = ()
    tabs: tuple[Tab, ...] = ()
    buttons: tuple[Button, ...] = ()
    posts: Mapping[str, Post] = field(default_factory=dict)
    fragments: Mapping[str, Callable[[Ask], str]] = field(default_factory=dict)
    """Pieces of HTML fetched on their own: ``GET /f/<page id>/<name>``."""
    count: Callable[[Ask], tuple[int, str]] | None = None
    """A number beside the page in the menu, and the words that say what it counts."""
    hidden: bool = False
    """Not in the menu: reached from other pages."""
    needs_data: bool = True
    """Whether the page shows the empty workspace while nothing is loaded."""
    account_filters: bool = True
    """Whether the shared account filters (territory, owner, region …) stand under its title."""
    print_only: bool = False
    """A page made to be printed: no shell on paper, a print button on screen."""

    @property
    def path(self) -> str:
        """Address of the page."""
        return "/" + self.id.replace("_", "-")

    def all_blocks(self) -> tuple[Block, ...]:
        """Every block, of all tabs."""
        return (*self.blocks, *(block for tab in self.tabs for block in tab.blocks))

    def block(self, block_id: str) -> Block | None:
        """One block by id."""
        return next((block for block in self.all_blocks() if block.id == block_id), None)
