"""Bookings to come, with their intervals, and how often such forecasts were right."""

from __future__ import annotations

import datetime as dt
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, Field
from starlette.responses import Response

from onelead.api._asking import Asked
from onelead.api._models import One
from onelead.api._problems import declared
from onelead.api._resource import Resource
from onelead.workspace import bookings

DOC = "What open deals and deals not yet born will bring, with intervals, by period, team, region and owner; and the track record."
TABLES = ("periods", "groups")
router = APIRouter(tags=["bookings"])


class Period(BaseModel):
    """Bookings of a period."""

    kind: str = Field(description="days (the next 30, 60, 90), month or quarter (fiscal).")
    key: str
    begin: dt.date
    end: dt.date
    booked: float = Field(description="Won in the period by the as-of date.")
    forecast: float = Field(description="Mean of all draws, with what is booked.")
    low: float = Field(description="Lower end of the 80 % interval.")
    high: float
    low95: float
    high95: float
    opened: float = Field(description="Mean of what open deals bring.")
    born: float = Field(description="Mean of what deals bring that are yet to begin.")


class Group(Period):
    """Bookings of a period by one owner, team or region; means add up to those of the period."""

    level: str
    name: str | None


class Forecast(BaseModel):
    """The forecast, or why there is none."""

    problem: str | None = Field(description="What is missing; all else is null then.")
    periods: list[Period] | None = None
    groups: list[Group] | None = None
    open: int | None = Field(None, description="Open deals.")
    unvalued: int | None = Field(None, description="Open deals without an amount, left out.")
    modelled: int | None = Field(None, description="Open deals whose chance is that of the win-chance model.")
    closed: int | None = Field(None, description="Closed deals that were learned from.")
    won: int | None = None
    births: float | None = Field(None, description="Deals that begin a month; null where too few state their creation.")
    draws: int | None = None


class Past(BaseModel):
    """One forecast made on a past date."""

    window: str = Field(description="quarter, or the days ahead: 30, 60, 90.")
    quarter: dt.date
    week: int = Field(description="Week of the quarter that it was made at the end of; 0: the day before the quarter.")
    day: dt.date
    until: dt.date
    booked: float
    forecast: float
    low: float
    high: float
    low95: float
    high95: float
    by_rate: float = Field(description="For comparison: open amounts stated to close by then × the win rate of closed deals.")
    last_quarter: float = Field(description="For comparison: what the quarter before brought.")
    actual: float = Field(description="What came.")


class Week(BaseModel):
    """Accuracy of forecasts of whole quarters, by the week that they were made in. Errors are shares of what came."""

    week: int
    quarters: int
    error: float | None
    by_rate_error: float | None
    last_quarter_error: float | None
    bias: float | None
    covered80: float | None
    covered95: float | None


class Track(BaseModel):
    """The track record."""

    forecasts: list[Past]
    weeks: list[Week]


@router.get("/bookings", response_model=One[Forecast], responses=declared(), operation_id="get_bookings", summary="Bookings to come")
def get_bookings(asked: Asked) -> Response:
    """Bookings of the next 30, 60 and 90 days, by month and by fiscal quarter, with their intervals; and by owner, team and region."""

    def make() -> tuple[dict[str, Any], bool]:
        found = asked.ask(bookings.forecast)
        return {name: value.to_dicts() if name in TABLES else value for name, value in found.items()}, False

    return asked.one(make)


@router.get(
    "/bookings/track-record", response_model=One[Track], responses=declared(), operation_id="get_bookings_track", summary="Past forecasts"
)
def get_track(asked: Asked) -> Response:
    """The same forecast made on past dates, beside what came and beside what one would have said without it."""

    def make() -> tuple[dict[str, Any], bool]:
        weeks = asked.ask(bookings.accuracy_by_week).to_dicts()
        return {"forecasts": asked.ask(bookings.track_record).to_dicts(), "weeks": weeks}, False

    return asked.one(make)


RESOURCE = Resource("bookings", DOC, router)
