"""What changed is written as the reader writes numbers and days; what it was is not guessed."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from onelead.web._actions import _day
from onelead.web._formats import Formats
from onelead.web.pages._account_work import event_title

GERMAN = Formats(locale="de_DE", as_of=date(2024, 9, 4))


@pytest.mark.parametrize(
    ("unit", "before", "after", "words"),
    [
        ("number", "11500.0", "16500.5", "1 opportunity: amount from 11.500 to 16.500,5"),
        ("date", "2024-09-15", None, "1 opportunity: amount from 15. Sept. 2024 to nothing"),
        ("text", "Qualify", "Propose", "1 opportunity: amount from Qualify to Propose"),
        ("number", "TBD", "7", "1 opportunity: amount from TBD to 7"),
        ("text", None, None, "1 opportunity: amount"),
    ],
)
def test_a_change_is_written_for_its_reader(unit: str, before: str | None, after: str | None, words: str) -> None:
    row = {"title": "1 opportunity: amount", "unit": unit, "before": before, "after": after}
    ask: Any = SimpleNamespace(fmt=GERMAN)
    assert event_title(row, ask) == words


def test_a_day_of_a_letter_is_written_for_its_reader() -> None:
    assert _day("30 September 2024", GERMAN) == GERMAN.date(date(2024, 9, 30))
    assert _day("5 March 2025", GERMAN) == GERMAN.date(date(2025, 3, 5))
    assert _day("soon", GERMAN) == "soon"
