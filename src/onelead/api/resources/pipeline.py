"""The pipeline: what changed in it between two points, what speaks against its deals, its health, and where they stall."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field
from starlette.responses import Response

from onelead.api._asking import Asked, Listing, Question
from onelead.api._models import Listed, One, Open
from onelead.api._parameters import Day
from onelead.api._problems import declared
from onelead.api._resource import Resource
from onelead.core.errors import UsageError
from onelead.workspace.browsing import framed_page
from onelead.workspace.coaching import coaching
from onelead.workspace.deal_movements import pipeline_changes
from onelead.workspace.deal_risk import deals_at_risk, risk_judged
from onelead.workspace.pipeline_health import health_by, pipeline_health

DOC = "The open pipeline: what changed between two points, balanced to the cent; deals at risk, its health, and where deals stall."
router = APIRouter(tags=["pipeline"])
From = Annotated[
    Day | None, Query(alias="from", description="First day; without it and `since_snapshot`, the snapshot before, else a month before.")
]
To = Annotated[Day | None, Query(description="Second day; without it the as-of date.")]
Since = Annotated[int | None, Query(ge=1, le=2**31 - 1, description="Number of an earlier snapshot as the first point, instead of `from`.")]
Closing = Annotated[
    Day | None, Query(description="Only deals that close by this day count: one whose close date moves over it is pulled in or pushed out.")
]
By = Annotated[Literal["owner_name", "team", "region", "product_line"], Query(description="What the groups are.")]


class Step(BaseModel):
    """What happened to some deals, and what it did to the open pipeline."""

    step: str = Field(description="created, pulled in, increased, decreased, pushed out, lost, won, exchange rates, left the list.")
    value: float = Field(description="Effect, in whole cents.")
    deals: int


class Changes(BaseModel):
    """Start + the steps = end, in whole cents."""

    since: dt.date | None = Field(
        description="Day of the first point; null where nothing tells of an earlier one, and then nothing else is said."
    )
    since_snapshot: int | None = Field(description="Its snapshot, where it is one.")
    until: dt.date | None = None
    start: float | None = Field(None, description="Open pipeline at the first point.")
    end: float | None = Field(None, description="Open pipeline at the second one.")
    steps: list[Step] = Field([], description="Each step, in the order of the sum.")
    groups: list[dict[str, Any]] = Field([], description="The same by group: group, start, a member a step, end, deals.")
    unvalued: int | None = Field(None, description="Open deals without an amount at the end.")
    carried: int | None = Field(None, description="Deals whose amount on the first day is one that was told later.")


class MovedDeal(Open):
    """A deal and a step that it took."""

    opportunity_id: str | None = None
    step: str | None = None
    value: float | None = Field(None, description="Effect, in whole cents.")


@router.get(
    "/pipeline/changes",
    response_model=One[Changes],
    responses=declared(),
    operation_id="get_pipeline_changes",
    summary="What changed in the pipeline",
)
def changes(
    asked: Asked, first: From = None, to: To = None, since_snapshot: Since = None, closing: Closing = None, by: By = "owner_name"
) -> Response:
    """The open pipeline at two points in time and the steps between them, for all deals and by group."""

    def make() -> tuple[dict[str, Any], bool]:
        found = dict(_changes(asked, first, to, since_snapshot, closing, by))
        found.pop("deals", None)
        return {name: value.to_dicts() if name in ("steps", "groups") else value for name, value in found.items()}, False

    return asked.one(make)


@router.get(
    "/pipeline/changes/deals",
    response_model=Listed[MovedDeal],
    responses=declared(410),
    operation_id="list_pipeline_changes",
    summary="Deals that changed",
)
def changed_deals(asked: Listing, first: From = None, to: To = None, since_snapshot: Since = None, closing: Closing = None) -> Response:
    """The deals behind the steps, a row a deal and step: values, close dates and stages at both points."""

    def make() -> tuple[list[dict[str, Any]], int, bool]:
        frame = _changes(asked, first, to, since_snapshot, closing, "owner_name").get("deals")
        if frame is None:
            return [], 0, False
        page = framed_page(frame, asked.where, asked.sort, asked.fields, asked.after, asked.limit)
        return page["items"].to_dicts(), page["total"], False

    return asked.page(make)


def _changes(
    asked: Question, first: dt.date | None, to: dt.date | None, snapshot: int | None, closing: dt.date | None, by: str
) -> dict[str, Any]:
    if first is not None and snapshot is not None:
        raise UsageError("The first point is given twice.", hint="Give either from or since_snapshot.")
    return asked.ask(pipeline_changes, since=first or snapshot, until=to, closing=closing, by=by)


class RiskyDeal(Open):
    """An open deal, what the data tells of it, and what speaks against it."""

    opportunity_id: str | None = None
    risk: int | None = Field(None, description="How many things speak against it.")
    severe: int | None = Field(None, description="How many of them are severe.")
    flags: list[str] | None = Field(None, description="Their ids.")
    says: list[str] | None = Field(None, description="Each with its evidence, in words.")


class Judged(BaseModel):
    """A kind of risk, and how many open deals it could be judged of."""

    flag: str
    label: str
    judged: int = Field(description="Deals of which the data tells it; 0: it is not judged.")
    flagged: int = Field(description="Deals that it speaks against.")
    value: float | None = Field(description="Their amounts.")
    open: int = Field(description="Open deals in all.")
    needs: str = Field(description="What it is judged by.")


class HealthPart(BaseModel):
    """A part of pipeline health."""

    part: str
    label: str
    weight: float
    share: float | None = Field(description="Share of the weight of the parts that have data; null where it has none.")
    points: float | None = Field(description="0 to 100.")
    lost: float | None = Field(description="Points of the score that it costs.")
    number: float | None = Field(description="What was measured: times the quota left, or share of the amount without the risk.")
    unit: str
    judged: int | None
    flagged: int | None
    needs: str = Field(description="What it is measured by.")


class PipelineHealth(BaseModel):
    """The health of the open pipeline, 0 to 100. Null where no part has data."""

    score: float | None
    weight: float | None = Field(description="Weight of the parts that have data.")
    deals: int
    parts: list[HealthPart]
    owners: list[dict[str, Any]] = Field(description="The same by owner: group, deals, value, score, worst, and the points of each part.")
    teams: list[dict[str, Any]] = Field(description="The same by team.")


class Coaching(BaseModel):
    """Where each person's deals stall, beside their team."""

    since: dt.date | None = Field(description="Stays and deals that ended after this day count; null counts all.")
    stages: list[str]
    people: list[dict[str, Any]] = Field(
        description="Person, team, win rate with its 95 % range, deals at risk, and the stage that they stall in."
    )
    cells: list[dict[str, Any]] = Field(
        description="Person and stage: conversion and days beside the team's; verdict and pace are below, above, level or few."
    )


@router.get(
    "/pipeline/risks",
    response_model=Listed[RiskyDeal],
    responses=declared(410),
    operation_id="list_pipeline_risks",
    summary="Deals at risk",
)
def risks(asked: Listing) -> Response:
    """Open deals with what speaks against each, the most severe first unless sorted; those that nothing speaks against come last."""

    def make() -> tuple[list[dict[str, Any]], int, bool]:
        frame = asked.ask(deals_at_risk).rename({"words": "says"})
        page = framed_page(frame, asked.where, asked.sort, asked.fields, asked.after, asked.limit)
        rows = page["items"].to_dicts()
        told = [{**row, "says": [said.partition("|")[2] for said in row["says"]]} if row.get("says") else row for row in rows]
        return told, page["total"], False

    return asked.page(make)


@router.get(
    "/pipeline/risks/judged",
    response_model=One[list[Judged]],
    responses=declared(),
    operation_id="list_judged_risks",
    summary="Which risks were judged",
)
def judged(asked: Asked) -> Response:
    """Each kind of risk: how many open deals it could be judged of and how many it speaks against, or what is missing."""
    return asked.one(lambda: (asked.ask(risk_judged).to_dicts(), False))


@router.get(
    "/pipeline/health",
    response_model=One[PipelineHealth],
    responses=declared(),
    operation_id="get_pipeline_health",
    summary="Pipeline health",
)
def health(asked: Asked) -> Response:
    """The health of the open pipeline with its parts, and the same by owner and by team."""

    def make() -> tuple[dict[str, Any], bool]:
        found = asked.ask(pipeline_health)
        groups = {"owners": asked.ask(health_by, "owner_name").to_dicts(), "teams": asked.ask(health_by, "team").to_dicts()}
        return {**found, "parts": found["parts"].to_dicts(), **groups}, False

    return asked.one(make)


@router.get(
    "/pipeline/coaching", response_model=One[Coaching], responses=declared(), operation_id="get_coaching", summary="Where deals stall"
)
def where_deals_stall(
    asked: Asked, months: Annotated[int, Query(ge=0, le=120, description="Count what ended in the last months; 0 counts all.")] = 12
) -> Response:
    """People by stages: conversion, days, win rate and risks beside their team, and whether the difference is beyond chance."""

    def make() -> tuple[dict[str, Any], bool]:
        found = asked.ask(coaching, months=months or None)
        return {name: value.to_dicts() if name in ("people", "cells") else value for name, value in found.items() if name != "stays"}, False

    return asked.one(make)


RESOURCE = Resource("pipeline", DOC, router)
