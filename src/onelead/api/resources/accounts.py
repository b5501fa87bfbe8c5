"""Accounts: customers after unification."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import BaseModel
from starlette.responses import Response

from onelead.api._asking import Asked, Listing
from onelead.api._models import Listed, One, Open, row_model
from onelead.api._problems import declared
from onelead.api._resource import Resource
from onelead.workspace.browsing import Column, default_columns, framed_page
from onelead.workspace.explaining import account, explain
from onelead.workspace.questions import account_rows

DOC = "Customers after unification, with their propensity and the actions that wait."
router = APIRouter(tags=["accounts"])
Name = Annotated[
    str, Path(min_length=1, max_length=200, description="Account id, source id, name, or a part of a name that no other account has.")
]
ADDED = [
    Column("predicted_propensity", str, "High, Medium or Low; null when the model abstains."),
    Column("composite_score", float, "What predictions are ranked by."),
    Column("opportunity_propensity_score", float, "The documented weighted score, 0 to 1."),
    Column("label_source", str, "What the model learned from: outcomes, rules or none."),
    Column("actions", int, "Actions that wait."),
    Column("top_priority", int, "Highest priority of them, 1 to 10."),
    Column("expected_value", float, "Their expected value.", "money"),
    Column("estimated", bool, "Whether the expected value rests on an estimate."),
]
AccountRow = row_model("AccountRow", [*default_columns("accounts"), *ADDED], DOC)


class AccountMetric(BaseModel):
    """A metric of one account."""

    metric: str
    label: str
    unit: str
    value: float | None
    estimated: bool
    rows: int | None


class AccountLink(Open):
    """A source id or name that means the account, and why."""

    kind: str
    value: str
    method: str
    confidence: float | None
    status: str
    evidence: str | None


class Account(Open):
    """One account with everything that is known of it."""

    account_id: str
    account_name: str
    level: str
    named_accounts: list[dict[str, Any]]
    rows: dict[str, int]
    metrics: list[AccountMetric]
    score: dict[str, Any] | None
    links: list[AccountLink]
    actions: list[dict[str, Any]]


class Contribution(Open):
    """One feature's share in a score."""

    feature: str
    label: str
    value: float | None
    contribution: float
    note: str | None = None


class Explanation(Open):
    """Why an account scores as it does."""

    account_id: str
    account_name: str
    as_of: dt.date
    score: dict[str, Any] | None
    model: str
    contributions: list[Contribution]
    features: dict[str, Any]
    actions: list[dict[str, Any]]


@router.get(
    "/accounts",
    response_model=Listed[AccountRow],  # type: ignore[valid-type]  # made at run time
    responses=declared(410),
    operation_id="list_accounts",
    summary="List accounts",
)
def list_accounts(asked: Listing) -> Response:
    """Top-level accounts with their propensity and the number and worth of their waiting actions; the best first unless sorted."""

    def make() -> tuple[list[Any], int, bool]:
        fields = (*asked.fields, "estimated") if "expected_value" in asked.fields else asked.fields
        page = framed_page(asked.ask(account_rows), asked.where, asked.sort, fields, asked.after, asked.limit)
        shown = page["items"]
        return shown.to_dicts(), page["total"], "estimated" in shown.columns and bool(shown["estimated"].any())

    return asked.page(make)


@router.get("/accounts/{account}", response_model=One[Account], responses=declared(), operation_id="get_account", summary="One account")
def one_account(asked: Asked, account: Name) -> Response:
    """Names and ids, row counts, metrics, score, identity links and waiting actions of an account."""
    return asked.one(lambda: _with_flag(asked.ask(_account, account)))


@router.get(
    "/accounts/{account}/explain",
    response_model=One[Explanation],
    responses=declared(),
    operation_id="explain_account",
    summary="Why it scores so",
)
def explain_account(asked: Asked, account: Name) -> Response:
    """Class, chance, the features that push most, what the model learned from, and the actions with their evidence."""
    return asked.one(lambda: _with_flag(asked.ask(explain, account)))


_account = account


def _with_flag(found: dict[str, Any]) -> tuple[dict[str, Any], bool]:
    money = [entry for entry in found.get("metrics", ()) if entry["unit"] == "money"]
    return found, any(entry.get("estimated") for entry in [*money, *found["actions"]])


RESOURCE = Resource("accounts", DOC, router)
