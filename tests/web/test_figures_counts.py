"""What figures say of counts, classes and marks: whole numbers, strips, a legend that shows the mark."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest

from onelead.web._formats import Formats
from onelead.web.figures import deals, forecast, health, predicting
from onelead.web.figures.common import whole_numbers
from onelead.web.figures.due_weeks import due_weeks

FMT = Formats()


def test_overdue_and_open_value_have_a_mark_of_their_own_in_the_legend() -> None:
    nothing: dict[str, list[Any]] = {name: [None, None] for name in ("weighted", "low", "high")}
    frame = pl.DataFrame(
        {"period": ["Overdue", "2024-10"], "month": [None, date(2024, 10, 1)], "deals": [1, 2], "value": [10.0, 20.0], **nothing}
    )
    whole = forecast.schedule(frame, FMT, str)["data"]
    assert [trace["name"] for trace in whole] == ["Overdue open value", "Open value"]
    assert "pattern" in whole[0]["marker"]
    assert "pattern" not in whole[1]["marker"]


def test_weeks_without_a_value_count_actions_in_whole_steps() -> None:
    frame = pl.DataFrame(
        {"week": [date(2024, 9, 2)], "value": [None], "count": [2], "estimated": [False], "when": ["later"]},
        schema_overrides={"value": pl.Float64},
    )
    ask: Any = SimpleNamespace(fmt=FMT, here=lambda **_: "/")
    axis = due_weeks(frame, ask)["layout"]["yaxis"]
    assert axis["tickvals"] == [0, 1, 2]
    assert axis["title"] == {"text": "Actions"}


@pytest.mark.parametrize(("largest", "step"), [(5, 1), (6, None), (None, None)])
def test_small_counts_step_by_one(largest: int | None, step: int | None) -> None:
    assert whole_numbers(largest).get("dtick") == step


def test_spread_of_few_predictions_steps_by_one() -> None:
    frame = pl.DataFrame({"probability": [0.1, 0.12, 0.9], "class": ["Low", "Low", "High"]})
    assert predicting.chances(frame, Formats(), str)["layout"]["yaxis"]["dtick"] == 1


def test_classes_without_chances_are_strips_that_do_not_touch() -> None:
    rows = [
        {"opportunity_name": f"o{n}", "account_id": "a", "account_name": "A", "value": 10.0, "probability": None, "tier": "Growth"}
        | {"predicted_propensity": ("Low", "Medium", "High")[n % 3], "days_to_close": 10}
        for n in range(30)
    ]
    figure = deals.matrix(pl.DataFrame(rows, schema_overrides={"probability": pl.Float64}), FMT, str)
    strips = [(shape["y0"], shape["y1"]) for shape in figure["layout"]["shapes"]]
    assert len(strips) == 3
    assert all(first[1] < after[0] for first, after in pairwise(strips))
    heights = [height for trace in figure["data"] for height in trace["y"]]
    assert all(any(low < height < high for low, high in strips) for height in heights)


def test_counts_on_bars_are_written_by_the_reader_s_language() -> None:
    sure = predicting.worded(pl.DataFrame({"class": ["High"] * 1111, "sure": ["Strong"] * 1111}), str)["data"][0]
    assert (sure["texttemplate"], sure["x"]) == (["%{x:,}", "", ""], [1111, 0, 0])
    scores = health.spread(pl.DataFrame({"low": [0], "band": ["Critical"], "accounts": [1111]}), str)["data"][0]
    assert scores["texttemplate"] == ["%{y:,}"] + [""] * 9
