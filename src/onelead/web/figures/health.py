"""Figures of health: how scores are spread, how they move, accounts by parts, an account against its peers. Frame in, figure out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from onelead.web._page import Figure, Status

BANDS: tuple[tuple[str, Status], ...] = (("Critical", "crit"), ("At risk", "warn"), ("Healthy", "good"))
"""Bands as scorecards name them, the worst first, with the status that they are drawn in."""
TEXTURES = {"crit": "/", "warn": ".", "good": ""}
TOP = 100.0
BIN = 10
SOFT = 0.07
FEW = 6
"""So many dates are written one by one on an axis."""


def band_status(band: str | None) -> Status:
    """Status of a band; a score that is not known has none."""
    return dict(BANDS).get(band or "", "unknown")


def points_status(points: float | None, bands: Mapping[str, float]) -> Status:
    """Status of a part's points, by the limits of the bands."""
    if points is None:
        return "unknown"
    return "good" if points >= bands["healthy"] else "warn" if points >= bands["at_risk"] else "crit"


def spread(frame: pl.DataFrame, link: Callable[[str], str]) -> Figure:
    """Accounts by score in steps of ten (columns low, band, accounts), a colour a band. ``link`` is where the accounts of a band are."""
    lows = list(range(0, int(TOP), BIN))
    steps = [_step(low) for low in lows]
    data = []
    for band, status in BANDS:
        found = dict(frame.filter(pl.col("band") == band).select("low", "accounts").iter_rows())
        counts = [found.get(low, 0) for low in lows]
        if any(counts):
            data.append(_bars(band, status, steps, counts) | {"customdata": [link(band)] * len(lows)})
    layout = {
        "barmode": "stack",
        "bargap": 0.16,
        "showlegend": True,
        "legend": {"orientation": "h", "x": 0, "y": 1.14},
        "xaxis": {
            "categoryorder": "array",
            "categoryarray": steps,
            "tickvals": steps,
            "ticktext": [f"{low}+" for low in lows],
            "tickangle": 0,
            "title": {"text": "Score"},
        },
        "yaxis": {"rangemode": "tozero", "showticklabels": False, "showgrid": False},
        "margin": {"l": 4, "r": 4, "t": 28, "b": 4},
    }
    return {"data": data, "layout": layout}


def _bars(band: str, status: str, steps: list[str], counts: list[int]) -> dict[str, Any]:
    pattern = {"shape": TEXTURES[status], "fillmode": "overlay", "size": 6, "solidity": 0.14, "fgcolor": "token:--ol-hatch"}
    return {
        "type": "bar",
        "name": band,
        "x": steps,
        "y": counts,
        "texttemplate": ["%{y:,}" if count else "" for count in counts],
        "textposition": "auto",
        "insidetextanchor": "middle",
        "marker": {"color": f"token:--ol-{status}", "pattern": pattern},
        "hovertemplate": f"<b>%{{y}}</b> accounts<br>{band}, score %{{x}}<extra></extra>",
    }


def _step(low: int) -> str:
    return f"{low}–{low + BIN if low + BIN == TOP else low + BIN - 1}"


def binned(frame: pl.DataFrame) -> pl.DataFrame:
    """Accounts by step of ten and band: low, band, accounts. 100 belongs to the last step."""
    low = (pl.col("score") / BIN).floor().clip(0, TOP / BIN - 1).cast(pl.Int64) * BIN
    known = frame.filter(pl.col("score").is_not_null())
    return known.group_by(low.alias("low"), "band").agg(pl.len().cast(pl.Int64).alias("accounts")).sort("low", "band")


def history(frame: pl.DataFrame, bands: Mapping[str, float], name: str) -> Figure:
    """A score over as-of dates (columns as_of, score) over the bands."""
    known = frame.filter(pl.col("score").is_not_null())
    days = [day.isoformat() for day in known["as_of"]]
    scores = known["score"].round(1).to_list()
    low, high = max(0.0, min(scores, default=0.0) - 15), min(TOP, max(scores, default=TOP) + 15)
    edges = ((0.0, bands["at_risk"], *BANDS[0]), (bands["at_risk"], bands["healthy"], *BANDS[1]), (bands["healthy"], TOP, *BANDS[2]))
    shown = [(max(start, low), min(end, high), word, status) for start, end, word, status in edges if start < high and end > low]
    line = {
        "type": "scatter",
        "x": days,
        "y": scores,
        "name": name,
        "mode": "lines+markers+text",
        "text": ["" for _ in scores[:-1]] + [f"{scores[-1]:.0f}"] if scores else [],
        "textposition": "top center",
        "line": {"color": "token:--ol-s1", "width": 2},
        "marker": {"size": [6] * (len(scores) - 1) + [9], "color": "token:--ol-s1"},
        "hovertemplate": "%{x|%-d %b %Y} <b>%{y:.0f}</b> of 100<extra></extra>",
    }
    layout = {
        "xaxis": {"type": "date", "tickvals": days if len(days) <= FEW else None, "tickformat": "%-d %b %y"},
        "yaxis": {"range": [low, high], "tickvals": sorted({bands["at_risk"], bands["healthy"]} & set(_between(bands, low, high)))},
        "shapes": [_shade(start, end, status) for start, end, _, status in shown],
        "annotations": [_word(word, (start + end) / 2) for start, end, word, _ in shown if end - start > BIN / 2],
        "margin": {"l": 4, "r": 4, "t": 8, "b": 4},
        "showlegend": False,
    }
    return {"data": [line], "layout": layout}


def _between(bands: Mapping[str, float], low: float, high: float) -> list[float]:
    return [edge for edge in bands.values() if low <= edge <= high]


def _shade(start: float, end: float, status: str) -> dict[str, Any]:
    place = {"type": "rect", "xref": "paper", "x0": 0, "x1": 1, "y0": start, "y1": end, "layer": "below", "line": {"width": 0}}
    return {**place, "fillcolor": f"token:--ol-{status}/{SOFT}"}


def _word(text: str, at: float) -> dict[str, Any]:
    font = {"size": 11, "color": "token:--ol-text-3"}
    return {"xref": "paper", "x": 1, "xanchor": "right", "y": at, "text": text, "showarrow": False, "font": font}


def heat(frame: pl.DataFrame, parts: Sequence[tuple[str, str]], bands: Mapping[str, float], link: Callable[[str], str | None]) -> Figure:
    """Accounts × parts: points in each cell, a colour a band; a part without data stays empty. The worst account is on top."""
    rows = frame.to_dicts()
    cells = [[row[f"part_{part}"] for part, _ in parts] for row in rows]
    edges = [0.0, bands["at_risk"] / TOP, bands["healthy"] / TOP, 1.0]
    shades = ("--ol-crit/0.34", "--ol-warn/0.30", "--ol-good/0.30")
    scale = [[edge, f"token:{shade}"] for start, end, shade in zip(edges, edges[1:], shades, strict=False) for edge in (start, end)]
    grid = {
        "type": "heatmap",
        "x": [label.replace(" ", "<br>") for _, label in parts],
        "y": list(range(len(rows))),
        "z": cells,
        "zmin": 0,
        "zmax": TOP,
        "colorscale": scale,
        "showscale": False,
        "xgap": 3,
        "ygap": 3,
        "text": [["" if value is None else f"{value:.0f}" for value in line] for line in cells],
        "texttemplate": "%{text}",
        "textfont": {"color": "token:--ol-text", "size": 12},
        "hoverongaps": False,
        "customdata": [[link(row["account_id"])] * len(parts) for row in rows],
        "hovertext": [[f"{row['account_name']}<br>{row[f'says_{part}']}" for part, _ in parts] for row in rows],
        "hovertemplate": "<b>%{z:.0f}</b> points, %{x}<br>%{hovertext}<extra></extra>",
    }
    names = [_short(row["account_name"]) for row in rows]
    layout = {
        "xaxis": {"side": "top", "showgrid": False, "tickangle": 0},
        "yaxis": {"autorange": "reversed", "tickvals": list(range(len(rows))), "ticktext": names, "showgrid": False},
        "margin": {"l": 4, "r": 4, "t": 4, "b": 4},
    }
    return {"data": [grid], "layout": layout}


def _short(name: str, most: int = 30) -> str:
    return name if len(name) <= most else f"{name[: most - 1]}…"


def radar(axes: Sequence[Mapping[str, Any]], name: str) -> Figure:
    """An account against the median of its peers: axes with label, share and peer_share (0 to 100 on the axis' own scale)."""
    known = [axis for axis in axes if axis["share"] is not None or axis["peer_share"] is not None]
    labels = [axis["label"] for axis in known]
    mine = [axis["share"] for axis in known]
    peers = [axis["peer_share"] for axis in known]
    data: list[dict[str, Any]] = []
    if any(value is not None for value in peers):
        data.append(
            _ring(labels, peers, "Peer median")
            | {
                "mode": "lines",
                "line": {"color": "token:--ol-text-3", "width": 1.5, "dash": "dot"},
                "hovertemplate": "Peers, %{theta}: %{text}<extra></extra>",
            }
            | {"text": _closed([axis["peer_text"] for axis in known])}
        )
    data.append(
        _ring(labels, mine, name)
        | {"mode": "lines+markers", "fill": "toself", "fillcolor": "token:--ol-s1/0.16", "line": {"color": "token:--ol-s1", "width": 2}}
        | {"marker": {"size": 6, "color": "token:--ol-s1"}, "text": _closed([axis["text"] for axis in known])}
        | {"hovertemplate": "%{theta}: <b>%{text}</b><extra></extra>"}
    )
    layout = {
        "margin": {"l": 72, "r": 72, "t": 30, "b": 44},
        "showlegend": True,
        "legend": {"orientation": "h", "x": 0.5, "xanchor": "center", "y": -0.12, "yanchor": "top"},
        "polar": {
            "angularaxis": {"rotation": 90, "direction": "clockwise", "ticks": ""},
            "radialaxis": {"range": [0, TOP], "tickvals": [25, 50, 75, 100], "ticktext": ["", "50", "", ""], "ticks": ""},
        },
    }
    return {"data": data, "layout": layout}


def _ring(labels: list[str], values: list[float | None], name: str) -> dict[str, Any]:
    return {"type": "scatterpolar", "theta": _closed(labels), "r": _closed(values), "name": name}


def _closed(values: list[Any]) -> list[Any]:
    return [*values, *values[:1]]
