"""Scenarios: assumptions under a name, and what bookings would be under them."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response as Plain

from onelead.api._asking import Asked, Changing
from onelead.api._models import One
from onelead.api._problems import declared
from onelead.api._resource import Resource
from onelead.workspace import scenario_store as store
from onelead.workspace import scenarios

DOC = "Assumptions under a name, and what bookings would be under them, with the effect of each."
STANDS = "as-it-stands"
router = APIRouter(tags=["scenarios"])
Id = Annotated[str, Path(min_length=1, max_length=100, description="Id of the scenario.")]
Pair = Annotated[list[str], Field(min_length=2, max_length=2)]
IdOrNone = Annotated[str, Path(min_length=1, max_length=100, description=f"Id of the scenario, or {STANDS}.")]


class Levers(BaseModel):
    """What is assumed otherwise; what is left out stays as it is. Factors: 1 is as it stands."""

    model_config = ConfigDict(extra="forbid")
    win_rate: float | None = Field(None, ge=0, le=5, description="Factor of the chance of winning.")
    deal_size: float | None = Field(None, ge=0, le=5, description="Factor of amounts.")
    cycle: float | None = Field(None, ge=0.1, le=5, description="Factor of the days to close.")
    price: float | None = Field(None, ge=0.1, le=5, description="Factor of prices.")
    price_effect: float | None = Field(None, ge=-10, le=10, description="Per cent of chance for one per cent of price.")
    churn: float | None = Field(None, ge=0, le=10, description="Factor of the hazard of leaving.")
    reps: float | None = Field(None, ge=-10_000, le=10_000, description="People more or fewer.")
    reps_in: float | None = Field(None, ge=0, le=12, description="After so many months.")
    ramp: float | None = Field(None, ge=0, le=36, description="Months until they are as productive as the others.")
    campaign: float | None = Field(None, ge=0, le=10, description="Share of more deals begun.")
    campaign_months: float | None = Field(None, ge=0, le=12)
    campaign_on: list[str] | None = Field(
        None, min_length=2, max_length=2, description="Column (region, team, industry, size_class) and value."
    )
    dropped: list[str] | None = Field(None, max_length=store.MAX_DEALS, description="Ids of deals that are lost.")
    pulled: list[Pair] | None = Field(None, max_length=store.MAX_DEALS, description="Ids of deals and the day they would close.")


class ActionLevers(BaseModel):
    """What is assumed of the waiting actions."""

    model_config = ConfigDict(extra="forbid")
    chances: dict[str, float] | None = Field(None, max_length=100, description="Type of action → chance, 0 to 1.")
    price_factor: float | None = Field(None, ge=0, le=5, description="Factor of the price book.")
    support_share: float | None = Field(None, ge=0, le=1)
    credit: float | None = Field(None, ge=0, le=1e9, description="Price of a service credit.")


class Scenario(BaseModel):
    """Assumptions under a name."""

    id: str
    name: str
    owner: str
    created: dt.datetime
    changed: dt.datetime
    levers: Levers
    actions: ActionLevers


class NewScenario(BaseModel):
    """A scenario to keep."""

    model_config = ConfigDict(extra="forbid")
    name: str = Field(min_length=1, max_length=store.MAX_NAME, description="Unique; case does not count.")
    levers: Levers = Levers()
    actions: ActionLevers = ActionLevers()


class ScenarioChange(BaseModel):
    """What to change; what is left out stays."""

    model_config = ConfigDict(extra="forbid")
    name: str | None = Field(None, min_length=1, max_length=store.MAX_NAME)
    levers: Levers | None = None
    actions: ActionLevers | None = None


class Outcome(BaseModel):
    """What a quarter, four of them, or a year would bring."""

    kind: str = Field(description="quarter, year, lost (recurring revenue in a year) or net.")
    key: str
    label: str
    forecast: float = Field(description="Mean of all draws.")
    low: float
    high: float
    low95: float
    high95: float


class Effect(BaseModel):
    """What one lever alone changes; last, all together."""

    lever: str
    label: str
    changes: str = Field(description="Which input of the forecast it changes.")
    evidence: str | None
    assumption: bool = Field(description="Whether nothing in the data speaks for it.")
    effect: float
    low: float
    high: float


class Result(BaseModel):
    """What a scenario brings."""

    problem: str | None
    outcomes: list[Outcome] | None = None
    effects: list[Effect] | None = None
    actions: dict[str, Any] = Field(description="What the waiting actions are worth: expected, low, high, at_stake, actions, unvalued.")


def _given(body: BaseModel | None) -> dict[str, Any] | None:
    return None if body is None else body.model_dump(mode="json", exclude_none=True)


@router.get("/scenarios", response_model=list[Scenario], responses=declared(), operation_id="list_scenarios", summary="List scenarios")
def list_scenarios(change: Changing) -> list[store.Scenario]:
    """All scenarios, by name."""
    return store.scenarios(change.serving.parts)


@router.post(
    "/scenarios",
    status_code=201,
    response_model=Scenario,
    responses=declared(403),
    operation_id="create_scenario",
    summary="Keep a scenario",
)
def create_scenario(change: Changing, body: NewScenario, response: Response) -> store.Scenario:
    """Keep assumptions under a new name."""
    kept = store.save_scenario(change.serving.parts, change.viewer, body.name, _given(body.levers), _given(body.actions))
    response.headers["Location"] = f"/api/v1/scenarios/{kept['id']}"
    return kept


@router.get("/scenarios/{id}", response_model=Scenario, responses=declared(), operation_id="get_scenario", summary="One scenario")
def one_scenario(change: Changing, id: Id) -> store.Scenario:  # noqa: A002 - the name in the address
    """One scenario."""
    return store.scenario(change.serving.parts, id)


@router.get(
    "/scenarios/{id}/result", response_model=One[Result], responses=declared(), operation_id="get_scenario_result", summary="What it brings"
)
def scenario_result(asked: Asked, id: IdOrNone) -> Plain:  # noqa: A002 - the name in the address
    """Bookings of the next four quarters under the scenario as a distribution, with the effect of each lever, alone and together."""

    def make() -> tuple[dict[str, Any], bool]:
        chosen = None if id == STANDS else store.scenario(asked.serving.parts, id)
        found = asked.ask(scenarios.result, chosen)
        return {name: value.to_dicts() if name in {"outcomes", "effects"} else value for name, value in found.items()}, True

    return asked.one(make)


@router.patch(
    "/scenarios/{id}", response_model=Scenario, responses=declared(403), operation_id="change_scenario", summary="Change a scenario"
)
def change_scenario(change: Changing, id: Id, body: ScenarioChange) -> store.Scenario:  # noqa: A002 - the name in the address
    """Rename a scenario, or assume otherwise."""
    levers, actions = _given(body.levers), _given(body.actions)
    return store.change_scenario(change.serving.parts, change.viewer, id, name=body.name, levers=levers, actions=actions)


@router.post(
    "/scenarios/{id}/duplicate",
    status_code=201,
    response_model=Scenario,
    responses=declared(403),
    operation_id="duplicate_scenario",
    summary="Copy a scenario",
)
def duplicate_scenario(change: Changing, id: Id) -> store.Scenario:  # noqa: A002 - the name in the address
    """Copy a scenario under a free name."""
    return store.duplicate_scenario(change.serving.parts, change.viewer, id)


@router.delete("/scenarios/{id}", status_code=204, responses=declared(403), operation_id="delete_scenario", summary="Delete a scenario")
def delete_scenario(change: Changing, id: Id) -> None:  # noqa: A002 - the name in the address
    """Delete a scenario; restore brings it back."""
    store.delete_scenario(change.serving.parts, change.viewer, id)


@router.post(
    "/scenarios/{id}/restore",
    response_model=Scenario,
    responses=declared(403),
    operation_id="restore_scenario",
    summary="Bring a scenario back",
)
def restore_scenario(change: Changing, id: Id) -> store.Scenario:  # noqa: A002 - the name in the address
    """Bring a deleted scenario back, under its name where that is still free."""
    return store.restore_scenario(change.serving.parts, change.viewer, id)


RESOURCE = Resource("scenarios", DOC, router)
