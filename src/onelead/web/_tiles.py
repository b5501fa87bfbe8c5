"""Headline numbers: from a metric or a page's own number to what a tile shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from onelead.web._page import Micro, Number
from onelead.web._reasons import unknown, unlike
from onelead.workspace.defining import metric_lines, values_before

if TYPE_CHECKING:
    from collections.abc import Callable

    from onelead.web._ask import Ask
    from onelead.web._page import Status, Tile, Tiles

BETTER = {"more is better": "up", "less is better": "down", "neither": "neutral"}
LINE_WIDTH, LINE_HEIGHT, LINE_TOP = 150.0, 26.0, 4.0


@dataclass(frozen=True)
class Face:
    """A tile, ready to be written."""

    tile: Tile
    label: str
    value: str
    known: bool
    of: str
    estimated: bool
    span: str
    status: Status | None
    also: tuple[str, bool] | None
    micro: Micro | None
    line: str
    link: str | None
    link_text: str
    change: str
    trend: str
    since: str
    unlike: str
    reason: str
    how: str | None


def faces(tiles: Tiles, ask: Ask) -> list[Face]:
    """The tiles of a block; all their metrics are asked for at once."""
    names = tuple(tile.metric for tile in tiles.tiles if tile.metric)
    lines = (ask.deals if tiles.of_deals else ask)(metric_lines, names) if names else {}
    before = ask(values_before) if names else {}
    rows_link = ask.deals_link if tiles.of_deals else ask.rows_link
    return [_face(tile, ask, lines, before, rows_link) for tile in tiles.tiles]


def _face(tile: Tile, ask: Ask, lines: dict[str, dict[str, Any]], before: dict[str, Any], rows_link: Callable[[str], str]) -> Face:
    if tile.number is not None:
        number, label, how = tile.number(ask), tile.label or "", f"/how/tile/{tile.key}" if tile.how else None
    else:
        line = lines[str(tile.metric)]
        number, label = _from_metric(line, before, ask), tile.label or str(line["label"])
        how = ask.link(f"/how/metric/{tile.metric}")
    micro = tile.micro(ask) if tile.micro and number.value is not None else None
    link = tile.link(ask) if tile.link else rows_link(tile.metric) if tile.metric and number.rows else None
    return Face(
        tile=tile,
        label=label,
        value=ask.fmt.tile(number),
        known=number.value is not None,
        of=number.of or (tile.of(ask) if callable(tile.of) else tile.of),
        estimated=number.estimated,
        span=ask.fmt.span(number.low, number.high, number.unit),
        status=_status(tile, number, ask),
        also=tile.also(ask) if tile.also and number.value is not None else None,
        micro=micro,
        line=polyline(micro.line) if micro and len(micro.line) > 1 else "",
        link=link,
        link_text=tile.link_text or (ask.fmt.plural(number.rows, "row") if number.rows else "Open"),
        change=ask.fmt.change(number.change, number.unit) if number.change is not None else "",
        trend=_trend(number),
        since=number.since,
        unlike=unlike(before["other"].get(tile.metric)) if tile.metric and number.value is not None else "",
        reason=number.reason,
        how=how,
    )


def _from_metric(line: dict[str, Any], before: dict[str, Any], ask: Ask) -> Number:
    value, earlier = line["value"], before["values"].get(line["metric"])
    return Number(
        value=value,
        unit=str(line["unit"]),
        estimated=bool(line["estimated"]),
        rows=line["rows"],
        change=None if value is None or earlier is None else value - earlier,
        since=ask.fmt.short_date(before["since"]) if before["since"] and earlier is not None else "",
        direction=BETTER.get(str(line["direction"]), "neutral"),  # type: ignore[arg-type]  # the values are those of Number
        reason="" if value is not None else unknown(ask, str(line["metric"]), "Not in the loaded files"),
    )


def _status(tile: Tile, number: Number, ask: Ask) -> Status | None:
    if number.value is None:
        return "unknown" if tile.status else None
    if callable(tile.status):
        return tile.status(number.value, ask) if isinstance(number.value, int | float) else None
    return tile.status


def _trend(number: Number) -> str:
    """good, bad or flat: coloured by what it means, not by where it points."""
    if not number.change or number.direction == "neutral":
        return "flat"
    return "good" if (number.change > 0) == (number.direction == "up") else "bad"


def polyline(values: tuple[float, ...]) -> str:
    """Points of a small line over 150 × 26, the newest at the right."""
    low, high = min(values), max(values)
    step = LINE_WIDTH / (len(values) - 1)
    spread = (high - low) or 1.0
    return " ".join(
        f"{place * step:.1f},{LINE_HEIGHT - LINE_TOP - (value - low) / spread * (LINE_HEIGHT - 2 * LINE_TOP):.1f}"
        for place, value in enumerate(values)
    )
