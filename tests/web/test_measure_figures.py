"""Figures of Business Metrics, Predictive Analytics and Explore: valid Plotly, colours by token only, marks that lead to their rows."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go
import polars as pl
import pytest

from onelead.web._formats import Formats
from onelead.web.figures import executive, plain, predicting
from onelead.web.figures import explore as exploring

if TYPE_CHECKING:
    from onelead.web._page import Figure

FMT = Formats("en", "USD", date(2024, 9, 4))
GROUPS = pl.DataFrame({"g": ["a", None, "b"], "value": [3.0, 2.0, None], "rows": [3, 2, 1]})
PAIRS = pl.DataFrame({"y": [2020, 2021, 2020], "g": ["a", "a", None], "value": [1.0, 2.0, 3.0], "rows": [1, 2, 3]})
MANY = pl.DataFrame({"x": ["p"] * 9, "g": list("abcdefghi"), "value": [1.0] * 9, "rows": list(range(9, 0, -1))})
TREND = pl.DataFrame({"as_of": [date(2024, 1, 1), date(2024, 9, 4)], "value": [235.0, 249.0], "snapshot": [1, 2]})
PARETO = pl.DataFrame({"account_id": ["1", "2"], "account_name": ["A & Co", "A & Co"], "value": [80.0, 20.0], "running": [0.8, 1.0]})
CALIBRATION = pl.DataFrame({"predicted": [0.1, 0.6], "observed": [0.2, 0.5], "low": [0.1, 0.4], "high": [0.3, 0.6], "rows": [10, 10]})
SCORES = pl.DataFrame(
    {
        "account_id": ["1", "2", "3"],
        "account_name": ["A", "B <b>", "C"],
        "class": ["High", "Low", "Low"],
        "sure": ["Strong", "Weak", "Weak"],
        "probability": [0.9, 0.0, 1.0],
        "prediction_confidence": [0.8, 0.7, 0.6],
        "opportunity_propensity_score": [1.0, 0.2, 0.0],
    }
)


def link(row: Any) -> str:
    return f"/x?{row}"


FIGURES: dict[str, Figure] = {
    "bars": plain.bars(["a", "b", None], [1.0, None, 2.0], ["1", "—", "2"], ["/a", None, "/c"]),
    "columns": plain.columns(GROUPS, "g", None, FMT.count, link),
    "columns by": plain.columns(PAIRS, "y", "g", FMT.count, link),
    "columns by many": plain.columns(MANY, "x", "g", FMT.count, link),
    "lines": plain.lines(PAIRS, "y", "g", FMT.count, link),
    "lines of dates": plain.lines(TREND.with_columns(rows=pl.lit(1)), "as_of", None, FMT.money, link),
    "donut": plain.donut(["a", None], [1.0, None], ["1", "—"], ["/a", None], middle="3"),
    "heat": exploring.heat(["a", None], ["x"], [[1.0], [None]], [["1"], [""]], [["/1"], [None]]),
    "steps": exploring.steps(pl.DataFrame({"low": [0.0, 5.0], "high": [5.0, 10.0], "rows": [3, 1]}), FMT.number, ["/a", "/b"]),
    "spreads": exploring.spreads(
        pl.DataFrame({"group": ["a", None], "low": [0.0, 1], "q1": [1.0, 1], "middle": [2.0, 1], "q3": [3.0, 1], "high": [9.0, 1]})
    ),
    "dots": exploring.dots(pl.DataFrame({"x": [1.0], "y": [2.0]}), "Days", "Value"),
    "propensity": executive.propensity(pl.DataFrame({"class": ["High", "Low"], "accounts": [3, 7]}), FMT.count, link),
    "kinds": executive.kinds(pl.DataFrame({"kind": ["Renewals"], "accounts": [6], "actions": [13]}), FMT.count, link),
    "trend": executive.trend(TREND, FMT.money, link),
    "pareto": executive.pareto(PARETO, FMT, link),
    "calibration": predicting.calibration(CALIBRATION, FMT),
    "importance": predicting.importance(pl.DataFrame({"label": ["Urgency"], "mean": [0.4]}), FMT.number),
    "chances": predicting.chances(SCORES, FMT, link),
    "documented": predicting.documented(SCORES, FMT, link),
    "sureness": predicting.sureness(SCORES, FMT, link),
    "worded": predicting.worded(SCORES, link),
}


def resolved(value: Any) -> Any:
    """Tokens as a browser would replace them."""
    if isinstance(value, str) and value.startswith("token:"):
        assert re.fullmatch(r"token:--ol-[a-z0-9-]+(/0?\.\d+)?", value), value
        return "#123456"
    if isinstance(value, list):
        return [resolved(entry) for entry in value]
    return {name: resolved(entry) for name, entry in value.items()} if isinstance(value, dict) else value


@pytest.mark.parametrize("name", FIGURES)
def test_is_valid_for_plotly_and_safe_for_json(name: str) -> None:
    figure = FIGURES[name]
    go.Figure(resolved(figure))
    text = json.dumps(figure, default=str, allow_nan=False)
    assert not re.search(r"#[0-9a-fA-F]{6}|rgba?\(", text), "colours come from tokens"


def test_bars_lead_where_they_say_and_unknown_has_a_name() -> None:
    trace = FIGURES["bars"]["data"][0]
    assert trace["customdata"] == ["/a", None, "/c"]
    assert trace["y"] == ["a", "b", "Unknown"]
    assert FIGURES["bars"]["layout"]["xaxis"]["range"][0] == 0


def test_at_most_six_series_are_drawn_those_with_the_most_rows() -> None:
    assert [trace["name"] for trace in FIGURES["columns by many"]["data"]] == list("abcdef")


def test_words_of_an_axis_stay_in_their_order() -> None:
    assert FIGURES["lines"]["layout"]["xaxis"]["categoryarray"] == ["2020", "2021"]
    assert FIGURES["lines of dates"]["layout"]["xaxis"]["type"] == "date"


def test_two_accounts_of_one_name_are_two_bars() -> None:
    names = FIGURES["pareto"]["data"][0]["x"]
    assert len(set(names)) == 2
    assert FIGURES["pareto"]["data"][1]["y"] == [0.8, 1.0]


def test_every_account_is_in_one_step_also_at_the_ends() -> None:
    for name in ("chances", "documented"):
        assert sum(sum(trace["y"]) for trace in FIGURES[name]["data"]) == 3
    assert FIGURES["chances"]["data"][1]["y"][-1] == 1, "a chance of 1 belongs to the last step"


def test_rules_are_words_and_no_percentage() -> None:
    text = json.dumps(FIGURES["worded"]) + json.dumps(FIGURES["documented"])
    assert "%}" not in text.replace("%{x}", "").replace("%{y}", "").replace("%{text}", "")
    assert {trace["name"]: trace["x"] for trace in FIGURES["worded"]["data"]} == {"Strong": [1, 0, 0], "Fair": [0, 0, 0], "Weak": [0, 0, 2]}
