"""Parameters that many addresses take: dates, snapshots, conditions, orders, pages."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated

from fastapi import Query
from pydantic import BeforeValidator, WithJsonSchema

MOST = 1000
USUAL = 100
DAY = r"^(19|20|21)\d\d-\d\d-\d\d$"
CONDITION = r"^\s*[A-Za-z_][\w.]*\s*(!=|>=|<=|=|>|<)"
NAME = r"^[A-Za-z_][\w.]*$"


def _day(value: object) -> object:
    """Refuse what only looks like a date: a bare number is none."""
    if isinstance(value, str) and not re.fullmatch(DAY, value):
        raise ValueError("a date is written like 2024-09-04, from 1900 to 2199")
    if not isinstance(value, str | date | None):
        raise ValueError("a date is a text like 2024-09-04")  # noqa: TRY004 - pydantic wants a ValueError
    return value


Day = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date", "pattern": DAY})]
FormDay = Annotated[date | None, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date", "pattern": DAY})]
"""An optional date of a form, which cannot say null but by leaving it out."""
AsOf = Annotated[
    Day | None, Query(description="Business date that numbers are computed for; without it the newest export date in the data.")
]
SnapshotNumber = Annotated[
    int | None, Query(ge=1, le=2**31 - 1, description="Snapshot to answer from; without it the published one. See /api/v1/snapshots.")
]
Where = Annotated[
    list[Annotated[str, Query(max_length=500, pattern=CONDITION)]],
    Query(
        max_length=20,
        description="Conditions such as `product_category=WLAN HW` or `days_to_end_of_life<90`, all of which have to hold; several `=` on one "
        "column mean any of them, an empty value means unknown. Operators: `=`, `!=`, `>=`, `<=`, `>`, `<`.",
    ),
]
Sort = Annotated[
    list[Annotated[str, Query(max_length=100, pattern=r"^-?[A-Za-z_][\w.]*$")]],
    Query(max_length=5, description="Columns to sort by, `-column` for the largest first. Unknown values come last."),
]
Fields = Annotated[
    list[Annotated[str, Query(max_length=100, pattern=NAME)]],
    Query(max_length=100, description="Columns to answer; without it the usual ones."),
]
By = Annotated[
    list[Annotated[str, Query(max_length=100, pattern=NAME)]],
    Query(max_length=5, description="Columns to group by, of the metric's table or of the account."),
]
Limit = Annotated[int, Query(ge=1, le=MOST, description="Rows of a page.")]
CursorText = Annotated[
    str | None,
    Query(
        max_length=400,
        pattern=r"^[A-Za-z0-9_-]+$",
        description="`next` of the page before: goes on in that page's snapshot, whatever was loaded since.",
    ),
]
