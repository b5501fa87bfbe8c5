"""Figures for those who lead: propensity, kinds of opportunities, how a metric moved, what risk concentrates in. Frame in, figure out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from onelead.web.figures.plain import bars, donut, short, unique

if TYPE_CHECKING:
    from collections.abc import Callable

    from onelead.web._formats import Formats
    from onelead.web._page import Figure

CLASSES = {"High": "token:--ol-s1", "Medium": "token:--ol-s2", "Low": "token:--ol-unknown"}
MOST = 12


def propensity(frame: pl.DataFrame, count: Callable[[float | None], str], link: Callable[[str], str]) -> Figure:
    """Accounts by class (columns class, accounts)."""
    names = frame["class"].to_list()
    total = count(float(frame["accounts"].sum()))
    return donut(
        [f"{name} {count(accounts)}" for name, accounts in frame.iter_rows()],
        frame["accounts"].to_list(),
        [f"{count(value)} accounts" for value in frame["accounts"]],
        [link(name) for name in names],
        tokens=[CLASSES.get(name, "token:--ol-unknown") for name in names],
        middle=f"<b>{total}</b><br>accounts",
    )


def kinds(frame: pl.DataFrame, count: Callable[[float | None], str], link: Callable[[str], str]) -> Figure:
    """Accounts with waiting actions by kind (columns kind, accounts, actions)."""
    texts = [f"{count(accounts)}  ·  {count(actions)} actions" for accounts, actions in frame.select("accounts", "actions").iter_rows()]
    figure = bars(frame["kind"].to_list(), frame["accounts"].to_list(), texts, [link(kind) for kind in frame["kind"]])
    top = max(frame["accounts"].to_list(), default=0) or 1
    figure["layout"]["xaxis"]["range"] = [0, top * 1.45]
    return figure


def trend(frame: pl.DataFrame, write: Callable[[float | None], str], link: Callable[[int], str]) -> Figure:
    """A metric over as-of dates (columns as_of, value, snapshot)."""
    known = frame.filter(pl.col("value").is_not_null()).sort("as_of")
    days = [day.isoformat() for day in known["as_of"]]
    texts = [write(value) for value in known["value"]]
    few = len(days) <= 8  # noqa: PLR2004 - more numbers run into each other
    line = {
        "type": "scatter",
        "mode": "lines+markers+text" if few else "lines+markers",
        "x": days,
        "y": known["value"].to_list(),
        "text": texts,
        "textposition": "top center",
        "cliponaxis": False,
        "line": {"color": "token:--ol-s1", "width": 2},
        "marker": {"color": "token:--ol-s1", "size": [6] * (len(days) - 1) + [9] if days else []},
        "fill": "tozeroy",
        "fillcolor": "token:--ol-s1/0.08",
        "customdata": [link(snapshot) for snapshot in known["snapshot"]],
        "hovertemplate": "<b>%{text}</b><br>%{x|%-d %b %Y}<extra></extra>",
    }
    top = max(known["value"].to_list(), default=1.0) or 1.0
    low = min([0.0, *known["value"].to_list()])
    layout = {
        "showlegend": False,
        "xaxis": {"type": "date", "tickvals": days if few else None, "tickformat": "%-d %b %y"},
        "yaxis": {"range": [low * 1.1, top * 1.22], "showticklabels": not few},
        "margin": {"l": 18, "r": 26, "t": 8, "b": 4},
    }
    return {"data": [line], "layout": layout}


def pareto(frame: pl.DataFrame, fmt: Formats, link: Callable[[str], str | None]) -> Figure:
    """A sum by account and the running share (columns account_id, account_name, value, running), the largest first."""
    shown = frame.head(MOST)
    names = unique([short(name, 20) for name in shown["account_name"]])
    links = [link(account) for account in shown["account_id"]]
    bar = {
        "type": "bar",
        "x": names,
        "y": shown["value"].to_list(),
        "text": [fmt.money(value) for value in shown["value"]],
        "textposition": "outside",
        "textangle": 0,
        "constraintext": "none",
        "cliponaxis": False,
        "marker": {"color": "token:--ol-s1"},
        "customdata": links,
        "hovertext": shown["account_name"].to_list(),
        "hovertemplate": "<b>%{text}</b><br>%{hovertext}<extra></extra>",
    }
    line = {
        "type": "scatter",
        "mode": "lines+markers",
        "x": names,
        "y": shown["running"].to_list(),
        "yaxis": "y2",
        "text": [fmt.percent(share, 0) for share in shown["running"]],
        "customdata": links,
        "line": {"color": "token:--ol-s3", "width": 2, "dash": "dot"},
        "marker": {"color": "token:--ol-s3", "size": 6},
        "hovertemplate": "<b>%{text}</b> of it so far<extra></extra>",
    }
    return {"data": [bar, line], "layout": _two_axes(shown["value"].to_list(), len(names), fmt)}


def _two_axes(values: list[float], count: int, fmt: Formats) -> Figure:
    top = max(values, default=1.0) or 1.0
    return {
        "showlegend": False,
        "xaxis": {"type": "category", "tickangle": -24 if count > 3 else 0},  # noqa: PLR2004 - names fit side by side up to three
        "yaxis": {"showticklabels": False, "showgrid": False, "range": [0, top * 1.2]},
        "yaxis2": {
            "overlaying": "y",
            "side": "right",
            "range": [0, 1.19],
            "tickvals": [0.5, 0.8, 1],
            "ticktext": [fmt.percent(share) for share in (0.5, 0.8, 1)],
            "showgrid": False,
            "zeroline": False,
        },
        "margin": {"l": 4, "r": 34, "t": 8, "b": 4},
    }
