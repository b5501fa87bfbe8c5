"""Ticks of money axes in the reader's locale."""

from __future__ import annotations

from onelead.web._formats import Formats
from onelead.web.figures.common import money_axis
from onelead.web.figures.ticks import steps, with_ticks

US, GERMAN = Formats("en", "USD"), Formats("de_DE", "EUR")


def axis(values: list[float], fmt: Formats, **layout: object) -> dict[str, object]:
    figure = {"data": [{"type": "bar", "x": ["a", "b"], "y": values}], "layout": {"yaxis": money_axis(fmt), **layout}}
    return dict(with_ticks(figure, fmt)["layout"]["yaxis"])


def test_an_axis_writes_money_as_the_rest_of_the_page() -> None:
    found = axis([250_000.0, 800_000.0], US)
    assert found["ticktext"] == ["$0", "$200K", "$400K", "$600K", "$800K"]
    assert "tickformat" not in found
    assert "tickprefix" not in found
    assert axis([2_000_000.0, 4_000_000.0], GERMAN)["ticktext"] == [f"{n}\xa0Mio.\xa0€" if n else "0\xa0€" for n in range(5)]


def test_stacked_bars_are_as_tall_as_their_piles() -> None:
    bars = [{"type": "bar", "x": ["a"], "y": [500.0]}, {"type": "bar", "x": ["a"], "y": [400.0]}]
    found = with_ticks({"data": bars, "layout": {"barmode": "stack", "yaxis": money_axis(US)}}, US)["layout"]["yaxis"]
    assert found["ticktext"] == ["$0", "$200", "$400", "$600", "$800"]


def test_a_range_that_is_set_and_a_log_axis() -> None:
    layout = {"xaxis": {"type": "log", "tickformat": "~s", "dtick": 1}, "yaxis": money_axis(US) | {"range": [2e6, 3e6]}}
    found = with_ticks({"data": [{"x": [900.0, 52_000.0], "y": [2e6, 2.9e6]}], "layout": layout}, US)["layout"]
    assert found["xaxis"]["ticktext"] == ["$100", "$1K", "$10K", "$100K"]
    assert found["yaxis"]["ticktext"][0] == "$2M"
    assert found["yaxis"]["range"] == [2e6, 3e6]


def test_steps_are_round_and_few() -> None:
    assert steps(0, 165_000) == [0, 50_000, 100_000, 150_000]
    assert steps(-10, 10) == [-10, -5, 0, 5, 10]
    assert steps(0, 0) == [0]


def test_shares_are_written_as_everywhere_else() -> None:
    layout = {"xaxis": {"tickformat": ".0%", "range": [-0.02, 1.02]}, "yaxis": {"tickformat": ",d"}}
    found = with_ticks({"data": [{"x": [0.2, 0.4], "y": [1, 2]}], "layout": layout}, Formats("de"))["layout"]
    assert found["xaxis"]["ticktext"] == ["0\xa0%", "25\xa0%", "50\xa0%", "75\xa0%", "100\xa0%"]
    assert found["yaxis"] == layout["yaxis"]
