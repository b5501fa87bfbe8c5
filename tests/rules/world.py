"""A small world for rules: base tables with just the columns a test cares about, everything else null."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import polars as pl

from onelead.core.context import Context
from onelead.core.settings import Settings
from onelead.rules import RuleInput
from onelead.tables import canonical_tables

AS_OF = date(2024, 9, 4)
BASE = (
    *("accounts", "account_links", "assets", "opportunities", "projects", "services", "service_credits"),
    *("contracts", "opportunity_history", "activities", "predictions", "products", "transactions"),
)


def day(distance: int) -> date:
    """The as-of date plus so many days."""
    return AS_OF + timedelta(days=distance)


def table(name: str, rows: list[dict[str, Any]]) -> pl.DataFrame:
    schema = canonical_tables()[name].stored
    full = [{"is_repeat": False, "source_row": place, **row} for place, row in enumerate(rows, start=2)]
    return pl.DataFrame([{column: row.get(column) for column in schema} for row in full], schema=schema, orient="row")


def account(account_id: str, name: str | None = None, **more: Any) -> dict[str, Any]:
    return {"account_id": account_id, "account_name": name or f"Name of {account_id}", "level": "account", "raw_ids": 1, **more}


def score(account_id: str, propensity: str = "Low", **more: Any) -> dict[str, Any]:
    fields = {"account_id": account_id, "predicted_propensity": propensity, "opportunity_propensity_score": 0.5, "label_source": "none"}
    return {**fields, **more}


def given(
    *,
    settings: Settings | None = None,
    success_rates: dict[str, tuple[int, int]] | None = None,
    scores: list[dict[str, Any]] | None = None,
    **tables: list[dict[str, Any]] | pl.DataFrame,
) -> RuleInput:
    """A rule input. Accounts that are not given are made from the account ids of the other tables."""
    rows = {name: tables.get(name, []) for name in (*BASE, *tables)}
    if "accounts" not in tables:
        named = {
            row["account_id"] for name in BASE for row in rows[name] if not isinstance(rows[name], pl.DataFrame) and row.get("account_id")
        }
        rows["accounts"] = [account(name) for name in sorted(named)]
    frames = {name: part if isinstance(part, pl.DataFrame) else table(name, part) for name, part in rows.items()}
    return RuleInput(
        context=Context(as_of=AS_OF, settings=settings or Settings()),
        base_id="base-1",
        accounts=frames["accounts"],
        frames=lambda name: frames.get(name, table(name, [])),
        features=frames["accounts"].select("account_id"),
        scores=table("scores", scores or []),
        success_rates=success_rates or {},
    )


def asset(asset_id: str, account_id: str = "A", category: str | None = "WLAN HW", **more: Any) -> dict[str, Any]:
    return {"asset_id": asset_id, "account_id": account_id, "product_category": category, "support_status": "Active Warranty", **more}


def rich() -> RuleInput:
    """A world in which every rule has something to say, in every variant of its opener."""
    assets = [
        *(asset(f"PAST{i}", "A", "x86 Premium Servers", end_of_life_date=date(2019, 3, 31), support_status="Uncovered") for i in range(5)),
        asset("NEAR1", "A", "x86 Premium Servers", end_of_life_date=day(100)),
        asset("END1", "A", "x86 Premium Servers", support_end_date=day(3)),
        asset("ONE", "B", "C-Class Units & Enclosures", end_of_life_date=day(0), contract_value=1000.0),
        asset("PLAN1", "B", "WLAN HW", end_of_life_date=day(400)),
        asset("PLAN2", "B", "WLAN HW", end_of_life_date=day(500)),
        asset("SUP1", "C", "WLAN HW", support_end_date=day(20)),
        asset("SUP2", "C", "WLAN HW", support_end_date=day(25)),
        asset("SUP3", "C", "Odd Thing", support_end_date=day(60), end_of_service_date=day(-1)),
        asset("NOCAT", "C", None, end_of_life_date=day(-10)),
        asset("PLAIN", "D", "WLAN HW", end_of_life_date=date(2099, 12, 31)),
        asset("OLD", "L", "Campus Switches", product_name="AP-325", end_of_service_date=day(-20)),
        asset("NEXT", "M", "Campus Switches", product_name="ap-325", end_of_life_date=day(500)),
        asset("TOP", "N", "Campus Switches", support_status="Active Contract"),
        asset("LOW", "N", "Campus Switches", support_status="Expired Flex Support", end_of_life_date=day(800)),
        asset("MID", "N", "Campus Switches", support_end_date=day(200)),
        asset("RUNS", "O", "Campus Switches"),
        *(asset(f"S{name}{i}", name, category) for name in "EFGH" for i, category in enumerate(("WLAN HW", "Server Storage & Inf"))),
    ]
    credit_rows = [
        {
            "account_id": "B",
            "project_id": "P1",
            "purchased_credits": 100.0,
            "delivered_credits": 20.0,
            "active_credits": 80.0,
            "contract_end_date": day(10),
        },
        {
            "account_id": "C",
            "project_id": "P2",
            "purchased_credits": 50.0,
            "delivered_credits": 40.0,
            "active_credits": 10.0,
            "expiry_bucket": "0-45",
        },
        {"account_id": "D", "purchased_credits": 10.0, "delivered_credits": 10.0, "active_credits": 8.0, "expiry_bucket": ">180"},
        {"account_id": "E", "active_credits": 8.0, "practice": "Network & Edge"},
        {"account_id": "F", "purchased_credits": 0.0, "delivered_credits": 0.0, "contract_end_date": day(5)},
        {"project_id": "P9", "purchased_credits": 7.0, "delivered_credits": 4.0},
    ]
    projects = [
        *({"account_id": "A", "project_id": f"A{i}", "stage_status": "C", "size_bucket": "$50k-$500k", "practice": "Compute & Platforms",
           "start_date": day(-900), "end_date": day(-300 + i)} for i in range(3)),
        {"account_id": "C", "project_id": "C1", "stage_status": "S", "financial_status": "R", "start_date": day(-30)},
        {"account_id": "I", "project_id": "I1", "stage_status": "C", "size_bucket": "<$50k", "practice": "Network", "start_date": day(-40), "end_date": day(-20)},
        *({"account_id": name, "project_id": f"{name}{practice}", "stage_status": "C", "size_bucket": "<$50k", "practice": practice,
           "start_date": day(-60), "end_date": day(-10)} for name in "LMN" for practice in ("Network & Edge", "Hybrid Cloud", "Security & Risk")),
        {"account_id": "O", "project_id": "O1", "stage_status": "C", "practice": "Hybrid Cloud", "start_date": day(-60), "end_date": day(-10)},
    ]  # fmt: skip
    opportunities = [
        {"account_id": name, "opportunity_id": f"OPE-{name}{i}"}
        for name, count in (("B", 1), ("D", 2), ("E", 1), ("H", 1), ("K", 2))
        for i in range(count)
    ]
    opportunities += deals()["opportunities"]
    services = [
        {"practice": practice, "sub_practice": sub, "service": service}
        for practice, sub, service in (
            ("Network & Edge", "Campus & Wireless", "Access Point Refresh Assessment"),
            ("Compute & Platforms", "Server Refresh", "Server Generation Upgrade Design"),
            ("Compute & Platforms", "Virtualisation", "Cluster Right-sizing"),
            ("Storage & Data Protection", "Backup & Recovery", "Recovery Rehearsal Workshop"),
            ("Operational Services", "Managed Operations", "Patch Management Support Extension"),
        )
    ]
    scores = [
        score("D", "High"), score("E", "Medium", label_source="rules"), score("I", "High"), score("K", "Medium"),
        score("F", "High", label_source="outcomes", probability=0.7, probability_low=0.6, probability_high=0.8),
    ]  # fmt: skip
    links = [
        {"link_id": "1", "kind": "name", "value": "Bee", "account_id": "B", "candidate_id": "C", "method": "name_alike", "confidence": 0.8,
         "status": "review", "evidence": "alike", "rows": 3},
    ]  # fmt: skip
    return given(
        accounts=[account(name) for name in "ABCDEFGHIJKLMNOPQRS"] + [account("A-n", level="named", parent_id="A")],
        assets=assets, service_credits=credit_rows, projects=projects, opportunities=opportunities, services=services, scores=scores,
        account_links=links, opportunity_history=deals()["opportunity_history"], predictions=[*deals()["predictions"], *ending()["predictions"]],
        contracts=ending()["contracts"], **{**sales(), "transactions": sales()["transactions"] + ending()["transactions"]},
    )  # fmt: skip


def deals() -> dict[str, list[dict[str, Any]]]:
    """A slipping deal and a stalled one of J; five won deals of J were in Proposal for 10 to 50 days, so that 80 % had gone on by day 40."""
    won = [{"account_id": "J", "opportunity_id": f"WON{i}", "is_won": True, "close_date": day(-100)} for i in range(5)]
    still = {"account_id": "J", "stage": "Proposal"}
    opened = [
        {
            **still,
            "opportunity_id": "SLIPS",
            "opportunity_name": "Core network",
            "amount": 50_000.0,
            "close_date": day(20),
            "owner_name": "Ann",
        },
        {**still, "opportunity_id": "STANDS", "opportunity_name": "Branch offices", "amount": 8_000.0, "close_date": day(-2)},
    ]
    history = [
        *(state for i in range(5) for state in (in_stage(f"WON{i}", -200), in_stage(f"WON{i}", -200 + 10 * (i + 1), is_won=True))),
        in_stage("STANDS", -41),
        in_stage("SLIPS", -5),
    ]
    said = [prediction("slip_chance", "SLIPS", 0.6, 0.5, 0.8), prediction("win_chance", "STANDS", 0.25, 0.1, 0.5)]
    return {"opportunities": won + opened, "opportunity_history": history, "predictions": said}


def sales() -> dict[str, list[dict[str, Any]]]:
    """41 customers (C00 to C39 and O) buy Core, 100 buy Else, all for four years; the first 12 of Core and one of Else bought Plus of late."""
    days = (-1500, -1200, -900, -600, -300, -20)
    core, other = [*(f"C{i:02}" for i in range(40)), "O"], [f"E{i:02}" for i in range(100)]
    lines = [(who, "P-CORE", at, 100.0) for who in core for at in days] + [(who, "P-ELSE", at, 100.0) for who in other for at in days]
    lines += [(who, "P-PLUS", -100, 500.0) for who in (*core[:12], other[0])]
    transactions = [
        {"transaction_id": f"T{i}", "account_id": who, "product_id": what, "transaction_date": day(at), "amount": amount}
        for i, (who, what, at, amount) in enumerate(lines)
    ]
    products = [{"product_id": f"P-{name.upper()}", "product_name": name} for name in ("Core", "Else", "Plus")]
    return {"transactions": transactions, "products": products}


def in_stage(deal: str, distance: int, **more: Any) -> dict[str, Any]:
    at = datetime.combine(day(distance), time(9))
    return {"opportunity_id": deal, "changed_at": at, "stage": None if more.get("is_won") else "Proposal", **more}


def prediction(model: str, deal: str, chance: float, low: float | None, high: float | None, source: str = "outcomes") -> dict[str, Any]:
    ends = {"probability": chance, "probability_low": low, "probability_high": high}
    return {"model": model, "subject_kind": "opportunity", "subject_id": deal, "horizon_days": 0, "label_source": source, **ends}


def contract(name: str, account_id: str, left: int, **more: Any) -> dict[str, Any]:
    """A contract that began a year before it ends in ``left`` days."""
    return {
        "contract_id": name,
        "account_id": account_id,
        "start_date": day(left - 364),
        "end_date": day(left),
        "annual_value": 10_000.0,
        **more,
    }


def ending() -> dict[str, list[dict[str, Any]]]:
    """P (two contracts, one ends in 20 days) and Q (buys only) are likely to leave; contracts of R end: one in 60 days, one renews itself and is at risk, one is not."""
    contracts = [
        contract("P1", "P", 20),
        contract("P2", "P", 200),
        contract("P3", "P", -5),
        contract("R1", "R", 60),
        contract("R2", "R", 15, auto_renew=True),
        contract("R3", "R", 15, auto_renew=True),
        contract("R4", "R", 300),
        contract("R5", "R", 40, cancelled_date=day(-1)),
        contract("S1", "S", 10),
    ]
    bought = [{"transaction_id": f"T{at}", "account_id": "Q", "transaction_date": day(-at), "amount": 500.0} for at in (10, 50, 400)]
    said = [
        *(leaves("P", days, chance, 20_000.0) for days, chance in ((30, 0.1), (90, 0.25), (180, 0.4), (365, 0.6))),
        *(
            leaves("Q", days, chance, 10_000.0, basis="purchases", label_source="rates")
            for days, chance in ((30, 0.2), (90, 0.3), (180, 0.5))
        ),
        *(leaves("R", days, 0.1, 30_000.0) for days in (30, 90, 180)),
        *(ends(name, chance) for name, chance in (("P1", 0.4), ("R1", 0.2), ("R2", 0.15), ("R3", 0.05), ("R4", 0.9), ("R5", 0.9))),
    ]
    return {"contracts": contracts, "transactions": bought, "predictions": said}


def leaves(account_id: str, days: int, chance: float, stake: float, **more: Any) -> dict[str, Any]:
    """What is said of an account so many days ahead."""
    row = prediction("churn_risk", account_id, chance, chance - 0.1, chance + 0.1)
    return {**row, "subject_kind": "account", "account_id": account_id, "horizon_days": days, "value": stake, "basis": "dates", **more}


def ends(contract_id: str, chance: float) -> dict[str, Any]:
    """What is said of a contract by the end of its term."""
    row = prediction("renewal_risk", contract_id, chance, chance / 2, chance * 1.05)
    return {**row, "subject_kind": "contract", "account_id": contract_id[0], "value": 10_000.0, "basis": "dates"}
