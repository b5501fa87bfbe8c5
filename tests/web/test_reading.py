"""Dates in figures as the reader's language writes them."""

from __future__ import annotations

import pytest

from onelead.web._formats import Formats
from onelead.web.figures.reading import d3_format, with_dates

FIGURE = {
    "data": [{"x": ["2024-09-04"], "hovertemplate": "%{x|%-d %b %Y} <b>%{y}</b>", "customdata": ["/rows?b=%b %y"]}],
    "layout": {"xaxis": {"type": "date", "tickformat": "%b %y"}, "annotations": [{"text": "%b %y"}]},
}


@pytest.mark.parametrize(
    ("written", "locale", "found"),
    [
        ("%-d %b %Y", "de", "%-d. %b %Y"),
        ("%-d %b %y", "de", "%-d. %b %y"),
        ("%b %y", "de", "%b %y"),
        ("%-d %b %Y", "ja", "%Y年%-m月%-d日"),
        ("%-d %b %Y", "es", "%-d %b %Y"),
        ("%b %Y", "zh", "%Y年%-m月"),
    ],
)
def test_a_format_takes_the_order_of_the_language(written: str, locale: str, found: str) -> None:
    assert d3_format(written, locale) == found


def test_formats_are_changed_where_the_browser_reads_them_and_nowhere_else() -> None:
    found = with_dates(FIGURE, Formats("de"))
    assert found["data"][0]["hovertemplate"] == "%{x|%-d. %b %Y} <b>%{y}</b>"
    assert found["data"][0]["customdata"] == FIGURE["data"][0]["customdata"]  # type: ignore[index]
    assert found["layout"]["annotations"] == [{"text": "%b %y"}]
    assert with_dates(FIGURE, Formats("en_GB")) is FIGURE
