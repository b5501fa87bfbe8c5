"""What speaks against open deals, by hand: each flag with its number, its norm, and the deals that it is not judged of."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from tests.frames import AS_OF, MemorySnapshot
from tests.workspace._deals import deal, view_of

from onelead.core.settings import Settings
from onelead.workspace.coaching import coaching
from onelead.workspace.deal_facts import UNDATED
from onelead.workspace.deal_risk import deals_at_risk, risk_flags, risk_judged
from onelead.workspace.pipeline import stages


def back(days: int) -> date:
    return AS_OF - timedelta(days=days)


def told(key: str, days: int, **more: Any) -> dict[str, Any]:
    return {"opportunity_id": key, "account_id": "1", "changed_at": datetime.combine(back(days), datetime.min.time()), **more}


WON = [
    row
    for number, days in enumerate((10, 20, 30, 40, 50))
    for row in (told(f"w{number}", 300, stage="Proposal", amount=10.0), told(f"w{number}", 300 - days, stage="Won", is_won=True))
]
HISTORY = [
    *WON,
    told("old", 41, stage="Proposal", amount=100.0, close_date=back(-5)),
    told("old", 40, amount=90.0, close_date=back(-10)),
    told("old", 39, amount=95.0, close_date=back(-20)),
    told("new", 40, stage="Proposal", amount=100.0, close_date=back(-5)),
    told("new", 3, amount=91.0, close_date=back(-10)),
    told("euro", 9, stage="Proposal", amount=100.0, currency="USD"),
    told("euro", 8, amount=50.0, currency="EUR"),
]
DEALS = [
    *(deal(f"w{number}", is_won=True, created_date=back(300), close_date=back(300 - days), amount=10.0) for number, days in enumerate((10, 20, 30, 40, 50))),
    deal("old", stage="Proposal", amount=95.0, close_date=back(-20), contact_count=1, next_step="Call"),
    deal("new", stage="Proposal", amount=91.0, close_date=back(1), contact_count=2, next_step=" "),
    deal("euro", stage="Proposal", amount=50.0, currency="EUR", created_date=back(9)),
    deal("bare", created_date=back(51)),
]  # fmt: skip
ACTS = [
    {"activity_id": "1", "opportunity_id": "old", "account_id": "1", "activity_date": back(30), "contact_id": "c"},
    {"activity_id": "2", "opportunity_id": "new", "account_id": "1", "activity_date": back(29), "contact_id": "c"},
    {"activity_id": "3", "opportunity_id": "new", "account_id": "1", "activity_date": back(-3), "contact_id": "d"},
]


def found(settings: Settings | None = None, **tables: Any) -> dict[tuple[str, str], dict[str, Any]]:
    given = {"opportunities": DEALS, "opportunity_history": HISTORY, "activities": ACTS} | tables
    rows = risk_flags(*view_of(settings=settings, **given)).iter_rows(named=True)
    return {(row["opportunity_id"], row["flag"]): row for row in rows}


def hits(judged: dict[tuple[str, str], dict[str, Any]], flag: str) -> dict[str, bool]:
    return {deal: row["hit"] for (deal, kind), row in judged.items() if kind == flag}


def test_each_flag_by_its_number_and_norm() -> None:
    """80 % of the won deals had gone on from Proposal by day 40: old is there for 41 days, new for 40. The rest by hand."""
    judged = found()
    assert hits(judged, "overdue") == {"old": False, "new": True}
    assert hits(judged, "stage_age") == {"old": True, "new": False, "euro": False}
    assert hits(judged, "open_long") == {"bare": True}, "its stage tells nothing: 80 % of the won deals had closed by day 40"
    assert hits(judged, "pushed") == {"old": True, "new": False, "euro": False}
    assert hits(judged, "amount_cut") == {"old": False, "new": False}, "5 and 9 % below the highest; in two currencies nobody can say"
    assert hits(judged, "no_activity") == {"old": True, "new": False, "euro": False, "bare": True}, (
        "30 days, 29, none in the 9 and 51 since"
    )
    assert hits(judged, "unchanged") == {"old": True, "new": False, "euro": False}
    assert hits(judged, "single_contact") == {"old": True, "new": False}
    assert hits(judged, "no_next_step") == {"old": False, "new": True, "euro": True, "bare": True}


def test_the_evidence_in_words() -> None:
    judged = found()
    said = {flag: row["words"] for (deal, flag), row in judged.items() if deal == "old" and row["hit"]}
    assert said == {
        "stage_age": "41 d in Proposal; 80% of 5 won deals had gone on by day 40",
        "pushed": "Pushed 2 times",
        "no_activity": "No activity for 30 d",
        "unchanged": "Unchanged for 39 d",
        "single_contact": "One contact only",
    }
    age = judged["old", "stage_age"]
    assert (age["number"], age["norm"], age["severe"]) == (41, 40, False)
    assert judged["new", "overdue"]["severe"]
    assert judged["bare", "no_activity"]["words"] == "No activity in the 51 d since it was created"


def test_thresholds_are_settings_for_each_stage() -> None:
    settings = Settings.model_validate(
        {
            "risk": {
                "amount_cut": 0.06,
                "amount_cut_by_stage": {"propos": 0.05},
                "pushes": 3,
                "stage_age": 2.0,
                "not_asked": {"Propos": ["no_next_step", "single_contact"]},
                "norm_least": 5,
            }
        }
    )
    judged = found(settings)
    assert hits(judged, "amount_cut") == {"old": True, "new": True}
    assert not hits(judged, "pushed")["old"]
    assert not hits(judged, "stage_age")["old"]
    assert hits(judged, "no_next_step") == {"bare": True}
    assert hits(judged, "single_contact") == {}


def test_a_norm_needs_enough_won_deals() -> None:
    few = Settings.model_validate({"risk": {"norm_least": 6}})
    assert not hits(found(few), "stage_age")
    assert not hits(found(few), "open_long")


def test_what_the_data_does_not_tell_is_not_judged() -> None:
    """A plain list: no history, no second load, no activities, no contacts, no next step."""
    view, parts = view_of(opportunities=[deal("a", close_date=back(3), amount=1.0), deal("b")])
    judged = {row["flag"]: (row["judged"], row["flagged"]) for row in risk_judged(view, parts).iter_rows(named=True)}
    assert judged.pop("overdue") == (1, 1)
    assert set(judged.values()) == {(0, 0)}
    assert deals_at_risk(view, parts).select("opportunity_id", "risk", "words").rows() == [
        ("a", 1, ["crit|Close date passed 3 d ago"]),
        ("b", 0, []),
    ]


def test_an_earlier_day_knows_nothing_of_what_the_list_says_today() -> None:
    view, parts = view_of(opportunities=DEALS, opportunity_history=HISTORY, activities=ACTS)
    earlier = type(view)(view.snapshot, view.publication, view.context.on(back(35)), view.viewer)
    judged = {(row["opportunity_id"], row["flag"]): row for row in risk_flags(earlier, parts).iter_rows(named=True)}
    assert not hits(judged, "single_contact")
    assert not hits(judged, "no_next_step")
    assert judged["old", "unchanged"]["number"] == 4, "from 39 to 35 days ago"


def test_row_rights() -> None:
    view, parts = view_of(opportunities=DEALS, opportunity_history=HISTORY, activities=ACTS, accounts_seen=["2"])
    assert risk_flags(view, parts).is_empty()
    assert risk_judged(view, parts)["open"].sum() == 0


def test_time_in_stage_stands_beside_the_stages() -> None:
    rows = {row["stage"]: row for row in stages(*view_of(opportunities=DEALS, opportunity_history=HISTORY)).iter_rows(named=True)}
    assert (rows["Proposal"]["moved"], rows["Proposal"]["in_stage_days"]) == (3, 40)


def test_a_list_that_says_when_its_stage_began_is_believed() -> None:
    rows = [deal("s", stage="Proposal", stage_date=back(45), amount=1.0), *DEALS[:5]]
    judged = found(opportunities=rows, opportunity_history=WON, activities=[])
    assert judged["s", "stage_age"]["number"] == 45
    assert hits(judged, "stage_age") == {"s": True}


@pytest.mark.parametrize("stage", ["Proposal", None])
def test_deals_that_were_there_at_the_first_load_set_no_norm(stage: str | None) -> None:
    """Since when they stood in their stage, nobody says: five deals won at the second load say nothing of how long won deals take."""
    now = [deal(f"w{number}", stage="Won", is_won=True, amount=1.0) for number in range(5)] + [deal("open", stage=stage, amount=1.0)]
    news = [
        {"table": "opportunities", "key": f"w{number}", "load_id": "2", "as_of": back(10), "change": "changed", "column": column}
        | {"before": before, "after": after, "account_id": "1"}
        for number in range(5)
        for column, before, after in (("stage", "Proposal", "Won"), ("is_won", None, "true"))
    ]
    view, parts = view_of(opportunities=now, changes=news)
    assert not hits({(row["opportunity_id"], row["flag"]): row for row in risk_flags(view, parts).iter_rows(named=True)}, "stage_age")
    assert deals_at_risk(view, parts).filter(pl.col("risk") > 0).is_empty()


def test_a_list_from_before_the_sales_model_is_judged_by_what_it_has() -> None:
    """A base of before has fewer columns, and neither history nor people: what it does not tell is not judged, and nothing fails."""
    view, parts = view_of(opportunities=DEALS)
    old = {name: view.frame(name) for name in ("accounts", "opportunities", "changes")}
    old["opportunities"] = old["opportunities"].drop(*UNDATED, "stage_date")
    before = replace(view, snapshot=MemorySnapshot(old))
    assert "overdue" in set(risk_flags(before, parts)["flag"])
    assert coaching(before, parts)["people"].is_empty(), "its deals name no owner"
