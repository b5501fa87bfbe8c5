"""The figure of due weeks: frame in, figure out, without a server."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from onelead.web._formats import Formats
from onelead.web.figures.due_weeks import _ticks, due_weeks


class Asked:
    """As much of a request as the figure needs."""

    fmt = Formats(as_of=date(2024, 9, 4))

    def here(self, **params: Any) -> str:
        return "&".join(f"{name}={value}" for name, value in params.items() if value is not None)


SCHEMA = {"week": pl.Date, "value": pl.Float64, "count": pl.Int64, "estimated": pl.Boolean, "when": pl.String}
ROWS = [
    (date(2024, 8, 26), 1000.0, 2, True, "late"),
    (date(2024, 9, 9), None, 1, False, "soon"),
    (date(2024, 11, 11), 2500.0, 5, True, "after"),
]


def test_bars_are_weeks_with_their_state_and_lead_to_their_actions() -> None:
    figure = due_weeks(pl.DataFrame(ROWS, schema=SCHEMA, orient="row"), Asked())  # type: ignore[arg-type]
    bars = figure["data"][0]
    assert bars["x"] == ["26 Aug", "9 Sep", "11 Nov +"]
    assert bars["y"] == [1000.0, 0, 2500.0]
    assert bars["marker"]["color"] == ["token:--ol-crit", "token:--ol-warn", "token:--ol-s2"]
    assert bars["customdata"] == ["week=2024-08-26", "week=2024-09-09", "order=due"]
    assert "2 actions due in the week of 26 Aug 2024" in bars["hovertext"][0]
    assert "5 actions due after 11 Nov 2024" in bars["hovertext"][2]
    assert figure["layout"]["yaxis"]["ticktext"][0] == "$0"


def test_without_any_value_the_actions_are_counted() -> None:
    rows = [(week, None, count, False, when) for week, _, count, _, when in ROWS]
    figure = due_weeks(pl.DataFrame(rows, schema=SCHEMA, orient="row"), Asked())  # type: ignore[arg-type]
    assert figure["data"][0]["y"] == [2, 1, 5]
    assert figure["layout"]["yaxis"]["ticktext"] == ["0", "2", "4"]


def test_ticks_are_round_and_few() -> None:
    assert _ticks(0) == [0.0]
    assert _ticks(254_810) == [0, 100_000, 200_000]
    assert _ticks(5) == [0, 2, 4]
