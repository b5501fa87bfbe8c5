"""Amounts by month and what they are expected to be, and how far off such forecasts were."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field
from starlette.responses import Response

from onelead.api._asking import Asked
from onelead.api._models import One
from onelead.api._problems import declared
from onelead.api._resource import Resource
from onelead.workspace import series_forecast

DOC = "Amounts by month with their forecast and ranges, in total and by region, product line and team; and how far off it was."
router = APIRouter(tags=["forecasts"])


class Period(BaseModel):
    """What came in a period, or what is expected of it."""

    source: str = Field(description="Table whose amounts are summed: transactions, invoices or opportunities (won deals).")
    dimension: str
    member: str = Field(description="Which part; All for the total.")
    span: str = Field(description="month, quarter (fiscal), or days ahead: 30 days, 60 days, 90 days.")
    period_start: dt.date
    period_end: dt.date
    made_on: dt.date = Field(description="Last day that the forecast knew.")
    step: int | None = Field(description="Months ahead, where it is a forecast month.")
    actual: float | None = Field(description="What came; of a quarter that has begun its whole months so far.")
    mean: float | None = Field(description="What is expected of the whole period; null for what came.")
    low_80: float | None
    high_80: float | None
    low_95: float | None
    high_95: float | None
    method: str | None


class Lacking(BaseModel):
    """What a source lacks for a forecast."""

    source: str
    rows: int
    months: int = Field(description="Whole months with amounts.")
    least: int = Field(description="Whole months that a forecast needs.")
    reason: str


class Forecast(BaseModel):
    """The forecast, or why there is none."""

    dimensions: list[str] = Field(description="total, and what it can be split by; empty without a forecast.")
    members: list[str] = Field(description="Parts of the dimension asked for, the largest first.")
    periods: list[Period]
    lacking: list[Lacking] = Field(description="Without a forecast: what each source lacks, for those who see every account.")


class Step(BaseModel):
    """How far off back-tests were, so many months ahead. Shares of what came; parts: over regions, product lines and teams."""

    step: int
    back_tests: int
    off: float | None
    naive_off: float | None = Field(description="Had one said the value of a year before.")
    bias: float | None = Field(description="Above zero: it said too much.")
    inside_80: float | None = Field(description="Share of the total's months that lay in their 80 % range.")
    inside_95: float | None
    parts_off: float | None = None
    parts_naive_off: float | None = None
    parts_bias: float | None = None
    parts_inside_80: float | None = None
    parts_inside_95: float | None = None


class Said(BaseModel):
    """One month of a back-test of the total."""

    made_on: dt.date
    period_start: dt.date
    step: int
    mean: float
    actual: float
    off: float | None


class Record(BaseModel):
    """The track record."""

    steps: list[Step]
    said: list[Said]


@router.get("/forecasts", response_model=One[Forecast], responses=declared(), operation_id="get_forecast", summary="Amounts to come")
def get_forecast(
    asked: Asked,
    dimension: Annotated[str, Query(min_length=1, max_length=20, description="total, region, product or team.")] = "total",
    member: Annotated[str | None, Query(min_length=1, max_length=200, description="One part; without it the largest.")] = None,
) -> Response:
    """History and forecast of one series by month, fiscal quarter and the next 30, 60 and 90 days; parts add up to the total."""

    def make() -> tuple[dict[str, Any], bool]:
        members = asked.ask(series_forecast.members, dimension)
        wanted = member or next(iter(members), "All")
        found = asked.ask(series_forecast.periods, dimension, wanted)
        known = asked.ask(series_forecast.dimensions)
        lacking = [] if known or asked.viewer.account_ids is not None else asked.ask(series_forecast.why_none)
        return {"dimensions": known, "members": members, "periods": found.to_dicts(), "lacking": lacking}, False

    return asked.one(make)


@router.get(
    "/forecasts/track-record",
    response_model=One[Record],
    responses=declared(),
    operation_id="get_forecast_record",
    summary="Past forecasts of amounts",
)
def get_record(asked: Asked) -> Response:
    """How far off back-tests were by months ahead, beside the value of a year before; and what they said of the total."""

    def make() -> tuple[dict[str, Any], bool]:
        return {"steps": asked.ask(series_forecast.record).to_dicts(), "said": asked.ask(series_forecast.said_before).to_dicts()}, False

    return asked.one(make)


RESOURCE = Resource("forecasts", DOC, router)
