"""Figures of predictions: calibration, what a model looks at, how scores are spread, how sure they are. Frame in, figure out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from onelead.web.figures.common import whole_numbers
from onelead.web.figures.executive import CLASSES
from onelead.web.figures.plain import bars, short

if TYPE_CHECKING:
    from collections.abc import Callable

    from onelead.web._formats import Formats
    from onelead.web._page import Figure

STEP = 0.05
AXIS = {"range": [-0.02, 1.02], "tickformat": ".0%", "zeroline": False}
DIAGONAL = {
    "type": "scatter",
    "mode": "lines",
    "name": "Perfect",
    "x": [0, 1],
    "y": [0, 1],
    "line": {"color": "token:--ol-text-3", "width": 1, "dash": "dot"},
    "hoverinfo": "skip",
    "showlegend": False,
}
"""Where predicted and observed shares agree."""
WORDS = ("Strong", "Fair", "Weak")


def calibration(frame: pl.DataFrame, fmt: Formats) -> Figure:
    """Predicted against observed share (columns predicted, observed, low, high, rows); on the dotted line they agree."""
    points = {
        "type": "scatter",
        "mode": "lines+markers",
        "name": "Model",
        "x": frame["predicted"].to_list(),
        "y": frame["observed"].to_list(),
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": (frame["high"] - frame["observed"]).to_list(),
            "arrayminus": (frame["observed"] - frame["low"]).to_list(),
            "color": "token:--ol-s1",
            "thickness": 1.2,
            "width": 4,
        },
        "text": [
            f"{fmt.percent(row['observed'])} came, {fmt.percent(row['predicted'])} predicted<br>80% range "
            f"{fmt.span(row['low'], row['high'], 'ratio')}, {fmt.plural(row['rows'], 'row')}"
            for row in frame.iter_rows(named=True)
        ],
        "line": {"color": "token:--ol-s1", "width": 1.5},
        "marker": {"color": "token:--ol-s1", "size": 8},
        "hovertemplate": "%{text}<extra></extra>",
        "showlegend": False,
    }
    layout = {
        "xaxis": {**AXIS, "title": {"text": "Predicted chance"}, "showgrid": True},
        "yaxis": {**AXIS, "title": {"text": "Share that came"}},
        "margin": {"l": 8, "r": 12, "t": 8, "b": 8},
    }
    return {"data": [DIAGONAL, points], "layout": layout}


def importance(frame: pl.DataFrame, write: Callable[[float | None], str]) -> Figure:
    """Features by mean size of their push (columns label, mean)."""
    names = frame["label"].to_list()
    return bars(names, frame["mean"].to_list(), [write(value) for value in frame["mean"]], [None] * len(names))


def chances(frame: pl.DataFrame, fmt: Formats, link: Callable[[str], str]) -> Figure:
    """Accounts by chance in steps of 5 % (columns probability, class), a colour a class."""
    steps = int(1 / STEP)
    place = (pl.col("probability") / STEP).floor().clip(0, steps - 1).cast(pl.Int64).alias("step")
    counted = frame.filter(pl.col("probability").is_not_null()).group_by(place, "class").agg(pl.len().alias("accounts"))
    most = counted.group_by("step").agg(pl.col("accounts").sum())["accounts"].max()
    data = []
    for name, token in CLASSES.items():
        found = dict(counted.filter(pl.col("class") == name).select("step", "accounts").iter_rows())
        if found:
            data.append(
                {
                    "type": "bar",
                    "name": name,
                    "x": [(step + 0.5) * STEP for step in range(steps)],
                    "y": [found.get(step, 0) for step in range(steps)],
                    "width": [STEP * 0.9] * steps,
                    "text": [f"{round(100 * step * STEP)} – {fmt.percent((step + 1) * STEP, 0)}" for step in range(steps)],
                    "textposition": "none",
                    "marker": {"color": token},
                    "customdata": [link(name)] * steps,
                    "hovertemplate": f"<b>%{{y}}</b> accounts<br>{name}, chance %{{text}}<extra></extra>",
                }
            )
    layout = {
        "barmode": "stack",
        "showlegend": True,
        "xaxis": {"tickformat": ".0%", "title": {"text": "Chance of a won start"}, "range": [0, 1]},
        "yaxis": {**whole_numbers(most), "title": {"text": "Accounts"}},
        "margin": {"l": 4, "r": 8, "t": 30, "b": 4},
    }
    return {"data": data, "layout": layout}


def documented(frame: pl.DataFrame, fmt: Formats, link: Callable[[str], str]) -> Figure:
    """Accounts by documented score, 0 to 1 (columns opportunity_propensity_score, class): a score that is no probability."""
    renamed = frame.select(pl.col("opportunity_propensity_score").alias("probability"), "class")
    figure = chances(renamed, fmt, link)
    for trace in figure["data"]:
        trace["text"] = [f"{fmt.number(step * STEP, 2)} – {fmt.number((step + 1) * STEP, 2)}" for step in range(int(1 / STEP))]
        trace["hovertemplate"] = f"<b>%{{y}}</b> accounts<br>{trace['name']}, score %{{text}}<extra></extra>"
    figure["layout"]["xaxis"] = {"title": {"text": "Documented score, 0 to 1"}, "range": [0, 1]}
    return figure


def sureness(frame: pl.DataFrame, fmt: Formats, link: Callable[[str], str | None]) -> Figure:
    """Chance against the confidence in the class (columns account_id, account_name, probability, prediction_confidence, class)."""
    data = []
    for name, token in CLASSES.items():
        part = frame.filter(pl.col("class") == name)
        if part.height:
            data.append(
                {
                    "type": "scatter",
                    "mode": "markers",
                    "name": name,
                    "x": part["probability"].to_list(),
                    "y": part["prediction_confidence"].to_list(),
                    "text": [short(account, 40) for account in part["account_name"]],
                    "customdata": [link(account) for account in part["account_id"]],
                    "marker": {"color": token, "size": 7, "opacity": 0.75},
                    "hovertext": [
                        f"chance {fmt.percent(chance, 0)}, class {name} with confidence {fmt.percent(sure, 0)}"
                        for chance, sure in part.select("probability", "prediction_confidence").iter_rows()
                    ],
                    "hovertemplate": "<b>%{text}</b><br>%{hovertext}<extra></extra>",
                }
            )
    layout = {
        "showlegend": True,
        "xaxis": {**AXIS, "title": {"text": "Chance of a won start"}, "showgrid": True},
        "yaxis": {**AXIS, "title": {"text": "Confidence in the class"}},
        "margin": {"l": 8, "r": 12, "t": 30, "b": 8},
    }
    return {"data": data, "layout": layout}


def worded(frame: pl.DataFrame, link: Callable[[str], str]) -> Figure:
    """Accounts by class and by how sure the rules are, in words (columns class, sure)."""
    counted = {(row[0], row[1]): row[2] for row in frame.group_by("class", "sure").len().iter_rows()}
    data = [
        {
            "type": "bar",
            "orientation": "h",
            "name": word,
            "y": list(CLASSES),
            "x": [counted.get((name, word), 0) for name in CLASSES],
            "texttemplate": ["%{x:,}" if (name, word) in counted else "" for name in CLASSES],
            "textposition": "inside",
            "insidetextfont": {"color": "token:--ol-text"},
            "marker": {"color": f"token:--ol-s1/{shade}", "line": {"color": "token:--ol-s1", "width": 1}},
            "customdata": [link(name) for name in CLASSES],
            "hovertemplate": f"<b>%{{x}}</b> accounts<br>%{{y}}, {word.lower()} by rule<extra></extra>",
        }
        for word, shade in zip(WORDS, ("0.55", "0.28", "0.08"), strict=True)
    ]
    layout = {
        "barmode": "stack",
        "showlegend": True,
        "yaxis": {"autorange": "reversed", "type": "category", "showgrid": False},
        "xaxis": {"showticklabels": False, "zeroline": False},
        "margin": {"l": 4, "r": 8, "t": 30, "b": 4},
    }
    return {"data": data, "layout": layout}
