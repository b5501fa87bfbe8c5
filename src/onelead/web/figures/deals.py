"""Figures of deals: each placed by amount and chance; open ones by stage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from onelead.web.figures.common import LEGEND, PLAIN, UNDER_LEGEND, at_the_edge, beside, names_axis, short

if TYPE_CHECKING:
    from collections.abc import Callable

    from onelead.web._formats import Formats
    from onelead.web._page import Figure

URGENCY = (
    (30, "Closes within 30 d", "token:--ol-crit", "diamond"),
    (90, "Within 90 d", "token:--ol-warn", "triangle-up"),
    (None, "Later", "token:--ol-good", "circle"),
)
NO_DATE = ("No close date", "token:--ol-unknown", "circle-open")
OVERDUE = ("Close date passed", "token:--ol-crit", "x")
SIZES = {"Strategic": 20, "Growth": 14}
SMALL = 9
STRIP = 0.38
"""Half the height of the strip of a class."""
LEVELS = ("Low", "Medium", "High")
FADED = (1.0, 0.85, 0.7, 0.56, 0.44)


def urgency(days: int | None) -> tuple[str, str, str]:
    """Words, colour and shape of the time to close."""
    if days is None:
        return NO_DATE
    if days < 0:
        return OVERDUE
    return next((words, colour, shape) for limit, words, colour, shape in URGENCY if limit is None or days <= limit)


def matrix(frame: pl.DataFrame, fmt: Formats, link: Callable[[str], str | None]) -> Figure:
    """Deals by amount (across) and chance (up): colour and shape for the time to close, size for the account's tier.

    ``frame``: opportunity_name, account_id, account_name, value, probability, predicted_propensity, days_to_close, tier. Without
    calibrated chances the three classes stand on the axis as words, deals of a class beside each other.
    """
    measured = frame["probability"].drop_nulls().len() > 0
    groups: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for row in frame.filter(pl.col("value") > 0).with_row_index("place").iter_rows(named=True):
        groups.setdefault(urgency(row["days_to_close"]), []).append(row)
    order = [OVERDUE, *((words, colour, shape) for _, words, colour, shape in URGENCY), NO_DATE]
    data = [_marks(group, groups[group], fmt, link, measured=measured) for group in order if group in groups]
    up: dict[str, Any] = {"title": {"text": "Chance (account's model)"}, "tickformat": ".0%", "range": [-0.04, 1.04]}
    if not measured:
        up = {
            "tickmode": "array",
            "tickvals": [0, 1, 2],
            "ticktext": list(LEVELS),
            "range": [-0.6, 2.6],
            "title": {"text": "Propensity class"},
        }
        up |= {"showgrid": False, "zeroline": False}
    layout = {
        "xaxis": {"type": "log", "title": {"text": "Amount"}, "tickformat": "~s", "showgrid": True, "dtick": 1},
        "yaxis": up,
        "showlegend": True,
        "legend": LEGEND,
        "margin": UNDER_LEGEND,
        "shapes": [] if measured else [_strip(place) for place in range(len(LEVELS))],
    }
    return {"data": data, "layout": layout}


def _strip(place: int) -> dict[str, Any]:
    """The band of a class: where in it a deal stands means nothing."""
    edges = {"xref": "paper", "x0": 0, "x1": 1, "yref": "y", "y0": place - STRIP, "y1": place + STRIP}
    return {"type": "rect", "layer": "below", "line": {"width": 0}, "fillcolor": "token:--ol-text-3/0.07", **edges}


def _marks(
    group: tuple[str, str, str], rows: list[dict[str, Any]], fmt: Formats, link: Callable[[str], str | None], *, measured: bool
) -> dict[str, Any]:
    words, colour, shape = group
    return {
        "type": "scatter",
        "mode": "markers",
        "name": words,
        "x": [row["value"] for row in rows],
        "y": [_height(row, measured=measured) for row in rows],
        "marker": {
            "color": colour,
            "symbol": shape,
            "size": [SIZES.get(row["tier"], SMALL) for row in rows],
            "opacity": 0.8,
            "line": {"width": 1, "color": "token:--ol-surface"},
        },
        "customdata": [link(row["account_id"]) for row in rows],
        "hovertext": [_deal_words(row, fmt) for row in rows],
        "hovertemplate": "%{hovertext}<extra></extra>",
    }


def _height(row: dict[str, Any], *, measured: bool) -> float | None:
    if measured:
        return row["probability"]  # type: ignore[no-any-return]
    level = row["predicted_propensity"]
    # a fixed spread by place, so that equal deals do not hide each other
    return LEVELS.index(level) + (row["place"] * 7 % 11 - 5) / 5 * (STRIP - 0.08) if level in LEVELS else None


def _deal_words(row: dict[str, Any], fmt: Formats) -> str:
    chance = fmt.percent(row["probability"]) if row["probability"] is not None else row["predicted_propensity"] or "no score"
    parts = [f"<b>{row['opportunity_name'] or 'Unnamed'}</b>", row["account_name"] or "No account"]
    return "<br>".join([*parts, f"{fmt.money(row['value'])}, {chance}, {row['tier'] or 'no tier'}"])


def stages(frame: pl.DataFrame, fmt: Formats, link: Callable[[str | None], str], *, valued: bool) -> Figure:
    """Open deals by stage as bars: by value, or by count where no amount is known. ``frame``: stage, deals, value, valued, …."""
    rows = frame.to_dicts()
    sizes = [(row["value"] if valued else row["deals"]) or 0 for row in rows]
    last = len(rows) - 1
    bar = {
        "type": "bar",
        "orientation": "h",
        "y": list(range(len(rows))),
        "x": sizes,
        "width": 0.62,
        "marker": {"color": "token:--ol-s1", "opacity": [FADED[min(last - place, len(FADED) - 1)] for place in range(len(rows))]},
        "customdata": [link(row["stage"]) for row in rows],
        "hovertext": [
            f"{row['stage'] or 'No stage'}<br><b>{fmt.money(row['value'])}</b>, {fmt.plural(row['deals'], 'deal')}" for row in rows
        ],
        "hovertemplate": "%{hovertext}<extra></extra>",
    }
    words = [
        f"<b>{fmt.money(row['value'])}</b>  {fmt.count(row['deals'])}" if valued else f"<b>{fmt.count(row['deals'])}</b>" for row in rows
    ]
    layout = {
        "xaxis": {"visible": False, "range": [0, (max(sizes, default=0) or 1) * (1.9 if frame["in_stage_days"].count() else 1.5)]},
        "yaxis": names_axis([short(row["stage"], "No stage") for row in rows]),
        "margin": PLAIN,
        "annotations": [
            *(beside(size, place, text, 13) for place, (size, text) in enumerate(zip(sizes, words, strict=True))),
            *(at_the_edge(place, fmt.days(row["in_stage_days"])) for place, row in enumerate(rows) if row["in_stage_days"] is not None),
        ],
        "showlegend": False,
    }
    return {"data": [bar], "layout": layout}
