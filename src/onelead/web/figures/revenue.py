"""Figures of Revenue Focus: portfolio by lifecycle, who holds the opportunities, product lines, how numbers moved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from onelead.web.figures.common import LEGEND, PLAIN, SERIES, UNDER_LEGEND, beside, money_axis, months_axis, names_axis, short, texture

if TYPE_CHECKING:
    from collections.abc import Callable

    from onelead.web._formats import Formats
    from onelead.web._page import Figure

LIFECYCLE = (
    ("Past end of life", "token:--ol-crit", "/"),
    ("Expiring", "token:--ol-warn", "."),
    ("Current", "token:--ol-good", ""),
    ("Unknown", "token:--ol-unknown", "x"),
)
"""State, colour and texture, the worst first: colour never says it alone."""
MOST_SLICES = 6
MOST_BARS = 10
OTHER = "Other"


def portfolio(frame: pl.DataFrame, fmt: Formats, link: Callable[[str | None, str], str], measure: str = "value") -> Figure:
    """Categories as stacked horizontal bars by lifecycle state. ``frame``: product_category, state, assets, value, estimated, unpriced."""
    frame = folded(frame)
    categories = frame["product_category"].unique(maintain_order=True).to_list()
    order = {name: place for place, name in enumerate(categories)}
    data = [
        _state(part, state, colour, shape, order, fmt, link, measure)
        for state, colour, shape in LIFECYCLE
        if (part := frame.filter(pl.col("state") == state)).height
    ]
    totals = frame.group_by("product_category", maintain_order=True).agg(
        pl.col(measure).sum().alias("total"), pl.col("assets").sum().alias("count"), pl.col("unpriced").sum().alias("bare")
    )
    rows = totals.to_dicts()
    top = max((row["total"] or 0 for row in rows), default=0) or 1
    layout = {
        "barmode": "stack",
        "showlegend": True,
        "legend": LEGEND,
        "xaxis": {"visible": False, "range": [0, top * 1.45]},
        "yaxis": names_axis([short(name, "No category") for name in categories]),
        "margin": UNDER_LEGEND,
        "annotations": [beside(row["total"] or 0, order[row["product_category"]], _total_words(row, fmt, measure)) for row in rows],
    }
    return {"data": data, "layout": layout}


def folded(frame: pl.DataFrame) -> pl.DataFrame:
    """``frame`` with at most ten categories, in their order: the others stand together, a row a state."""
    names = frame["product_category"].unique(maintain_order=True).to_list()
    if len(names) <= MOST_BARS:
        return frame
    kept = names[: MOST_BARS - 1]
    rest = ~pl.col("product_category").is_in(kept) | pl.col("product_category").is_null()
    if None in kept:
        rest &= pl.col("product_category").is_not_null()
    other = (
        frame.filter(rest)
        .group_by("state", maintain_order=True)
        .agg(pl.col("assets").sum(), pl.col("value").sum(), pl.col("estimated").any(), pl.col("unpriced").sum())
        .with_columns(product_category=pl.lit(f"{OTHER} ({len(names) - len(kept)} categories)"))
    )
    return pl.concat([frame.filter(~rest), other.select(frame.columns)], how="vertical_relaxed")


def _state(
    part: pl.DataFrame,
    state: str,
    colour: str,
    shape: str,
    order: dict[str | None, int],
    fmt: Formats,
    link: Callable[[str | None, str], str],
    measure: str,
) -> dict[str, Any]:
    rows = part.to_dicts()
    return {
        "type": "bar",
        "orientation": "h",
        "name": state,
        "y": [order[row["product_category"]] for row in rows],
        "x": [row[measure] or 0 for row in rows],
        "width": 0.62,
        "marker": {"color": colour, "pattern": texture(shape)},
        "customdata": [_category_link(row["product_category"], state, link) for row in rows],
        "hovertext": [_asset_words(row, fmt) for row in rows],
        "hovertemplate": f"%{{hovertext}}<br>{state}<extra></extra>",
    }


def _category_link(name: str | None, state: str, link: Callable[[str | None, str], str]) -> str:
    return "" if name is not None and name.startswith(f"{OTHER} (") else link(name, state)


def _asset_words(row: dict[str, Any], fmt: Formats) -> str:
    value = "no price" if row["value"] is None else fmt.money(row["value"]) + (" est." if row["estimated"] else "")
    return f"<b>{fmt.plural(row['assets'], 'asset')}</b>, {value}"


def _total_words(row: dict[str, Any], fmt: Formats, measure: str) -> str:
    if measure == "assets":
        return f"<b>{fmt.count(row['count'])}</b>"
    value = "no price" if row["bare"] == row["count"] else fmt.money(row["total"])
    return f"<b>{value}</b><br>{fmt.plural(row['count'], 'asset')}"


def concentration(frame: pl.DataFrame, fmt: Formats, link: Callable[[str], str | None]) -> Figure:
    """Accounts by open opportunities, the first in the brand's green, the others in its accent.

    ``frame``: account_id, account_name, opportunities, share.
    """
    rows = frame.to_dicts()
    counts = [row["opportunities"] for row in rows]
    bar = {
        "type": "bar",
        "orientation": "h",
        "y": list(range(len(rows))),
        "x": counts,
        "width": 0.62,
        "marker": {"color": ["token:--ol-brand", *["token:--ol-accent"] * (len(rows) - 1)][: len(rows)]},
        "text": [f"<b>{fmt.count(row['opportunities'])}</b>  {fmt.percent(row['share'])}" for row in rows],
        "textposition": "outside",
        "cliponaxis": False,
        "textfont": {"color": "token:--ol-text", "size": 12},
        "customdata": [link(row["account_id"]) for row in rows],
        "hovertext": [row["account_name"] for row in rows],
        "hovertemplate": "%{hovertext}<br><b>%{x}</b> open opportunities<extra></extra>",
    }
    layout = {
        "xaxis": {"visible": False, "range": [0, max(counts, default=1) * 1.4]},
        "yaxis": names_axis([short(row["account_name"]) for row in rows]),
        "margin": PLAIN,
        "showlegend": False,
    }
    return {"data": [bar], "layout": layout}


def sliced(frame: pl.DataFrame) -> pl.DataFrame:
    """``frame`` (line, count, share) with at most six slices: the smaller ones become "Other"."""
    named = frame.with_columns(line=pl.col("line").fill_null("Not stated"))
    if named.height <= MOST_SLICES:
        return named
    rest = named.slice(MOST_SLICES - 1)
    other = pl.DataFrame({"line": [f"{OTHER} ({rest.height})"], "count": [rest["count"].sum()], "share": [rest["share"].sum()]})
    return pl.concat([named.head(MOST_SLICES - 1), other], how="vertical_relaxed")


def donut(frame: pl.DataFrame, fmt: Formats, link: Callable[[str | None], str | None], unit: str) -> Figure:
    """Product lines as slices of a ring, with the count in its middle. ``frame``: line, count, share."""
    shown = sliced(frame)
    total = int(frame["count"].sum())
    known = set(frame["line"].drop_nulls())
    ring = {
        "type": "pie",
        "hole": 0.64,
        "labels": shown["line"].to_list(),
        "values": shown["count"].to_list(),
        "sort": False,
        "direction": "clockwise",
        "marker": {"colors": list(SERIES[: shown.height]), "line": {"color": "token:--ol-surface", "width": 2}},
        "text": [f"{short(line)} {fmt.percent(share)}" for line, share in shown.select("line", "share").iter_rows()],
        "textinfo": "text",
        "textposition": "outside",
        "textfont": {"size": 12, "color": "token:--ol-text-2"},
        "customdata": [link(line) if line in known else link(None) for line in shown["line"]],
        "hovertemplate": f"<b>%{{value}}</b> {unit}<br>%{{label}}<extra></extra>",
        "automargin": True,
    }
    middle = {"showarrow": False, "x": 0.5, "y": 0.5, "text": f"<b>{fmt.compact(total)}</b><br>{unit}", "align": "center"}
    layout = {
        "showlegend": False,
        "margin": {"l": 8, "r": 8, "t": 24, "b": 24},
        "annotations": [middle | {"font": {"size": 14, "color": "token:--ol-text"}}],
    }
    return {"data": [ring], "layout": layout}


def lines(frame: pl.DataFrame, fmt: Formats, unit: str = "money") -> Figure:
    """Numbers over as-of dates, a line a group, each named at its end. ``frame``: as_of, name, value, estimated."""
    data = []
    for place, name in enumerate(frame["name"].unique(maintain_order=True).to_list()[:MOST_SLICES]):
        part = frame.filter((pl.col("name") == name) & pl.col("value").is_not_null()).sort("as_of")
        if part.is_empty():
            continue
        values = part["value"].to_list()
        data.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": name,
                "x": [day.isoformat() for day in part["as_of"]],
                "y": values,
                "line": {"color": SERIES[place % len(SERIES)], "width": 2},
                "marker": {"size": 7, "color": SERIES[place % len(SERIES)]},
                "hovertext": [
                    fmt.of(value, unit) + (" est." if flag else "") for value, flag in zip(values, part["estimated"], strict=True)
                ],
                "hovertemplate": "<b>%{hovertext}</b><extra>%{fullData.name}</extra>",
            }
        )
    days = frame["as_of"].unique().sort().to_list()
    layout = {
        "hovermode": "x unified",
        "showlegend": True,
        "legend": LEGEND,
        "xaxis": {
            "type": "date",
            "tickvals": [day.isoformat() for day in days] if len(days) <= MOST_SLICES else None,
            "tickformat": "%-d %b %y",
        },
        "yaxis": money_axis(fmt),
        "margin": UNDER_LEGEND,
    }
    return {"data": data, "layout": layout}


def monthly(frame: pl.DataFrame, fmt: Formats, word: str, *, estimated: bool = False) -> Figure:
    """Money by month as bars with the change on the month before in the hover. ``frame``: month, value, rows, change."""
    flag = " est." if estimated else ""
    changes = [f"<br>{fmt.signed(change, 'percent')} on the month before" if change is not None else "" for change in frame["change"]]
    bar = {
        "type": "bar",
        "x": [month.isoformat() for month in frame["month"]],
        "y": frame["value"].to_list(),
        "marker": {"color": "token:--ol-s1"},
        "hovertext": [
            f"<b>{fmt.money(value)}{flag}</b>, {fmt.plural(count, word)}{change}"
            for (value, count), change in zip(frame.select("value", "rows").iter_rows(), changes, strict=True)
        ],
        "hovertemplate": "%{x|%b %Y}<br>%{hovertext}<extra></extra>",
    }
    layout = {"xaxis": months_axis(frame["month"].to_list()), "yaxis": money_axis(fmt), "margin": PLAIN}
    return {"data": [bar], "layout": layout}
