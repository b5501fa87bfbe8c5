"""Who is likely to leave and what accounts are worth, as Customer Health and Customer 360 show it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import polars as pl

from onelead.web._page import Choice as Option
from onelead.web._page import Column, Filter, Micro, Missing, Number, Panel, Table, Tile, Tiles
from onelead.workspace.leaving import HORIZONS, LIKELY, account_outlook, account_risks, ending_contracts, risk_totals
from onelead.workspace.predicting import cards

if TYPE_CHECKING:
    from collections.abc import Mapping

    from onelead.web._ask import Ask

LEAVING = "likely"
NUMBER = re.compile(r"-?\d+(\.\d+)?")
ADDED = (
    "risk_180",
    "risk_low_180",
    "risk_high_180",
    "stake",
    "expected_loss",
    "likely",
    "risk_why",
    "lifetime",
    "lifetime_low",
    "lifetime_high",
)
HOW = (
    "The chance that an account leaves, learned from what was known of earlier accounts before they left, or (where only purchases are loaded) the "
    "chance that it has stopped to buy; the model card says how often that was right. At stake is the yearly value of its running contracts, else "
    "what it bought in the last year."
)
FILTER = Filter("leaving", "Leaving", lambda ask: (Option(LEAVING, "Likely to leave"),) if told(ask) else (), icon="logout")
SAYS = {
    "dates": "learned from accounts that left",
    "flag": "from who is marked as having left: no time is known",
    "purchases": "from how often and how lately it buys",
}
WORTH = {"contracts": "by its contracts: yearly value × the chance that they still run", "purchases": "by what it goes on buying"}


def told(ask: Ask) -> bool:
    """Whether a model tells of any account."""
    return bool(ask.overall(account_risks).height)


def joined(frame: pl.DataFrame, ask: Ask) -> pl.DataFrame:
    """``frame`` (with account_id) with what models say of the accounts, under the filter of the page."""
    risks = ask(account_risks).rename({"why": "risk_why"}).select("account_id", *ADDED)
    found = frame.join(risks, on="account_id", how="left", maintain_order="left")
    return found.filter(pl.col("likely").fill_null(value=False)) if ask.one("leaving") == LEAVING else found


def columns(ask: Ask) -> tuple[Column, ...]:
    """What a table of accounts adds; nothing where no model spoke."""
    if not told(ask):
        return ()
    return (
        Column("risk_180", "Leaves in 180 d", "percent", hint="Chance to leave within 180 days; a dash where none can be told."),
        Column("stake", "At stake", "money", minor=True, hint="Yearly value of its running contracts, else purchases of the last year."),
        Column("lifetime", "Lifetime value", "money", minor=True, hint="What it brings in the next years, discounted."),
        Column("risk_why", "Why it may leave", minor=True, show=False),
    )


# Tiles -----------------------------------------------------------------------------------------------------------------


def _unknown(ask: Ask) -> str:
    """Why no account gets a chance."""
    card = next((card for card in ask.overall(cards) if card["model"] == "churn_risk"), None)
    return str(card["summary"]) if card else "Load companies with the day on which they left, contracts, or transactions"


def likely(ask: Ask) -> Number:
    """Accounts that are likely to leave."""
    found = ask(risk_totals)
    if not found["told"]:
        return Number(None, reason=_unknown(ask))
    if found["source"] == "none":
        return Number(None, reason=_unknown(ask))
    return Number(found["likely"], of=f"of {ask.fmt.plural(found['told'], 'account')}")


def likely_reading(ask: Ask) -> Micro:
    """From which chance on."""
    return Micro(reading=f"From {ask.fmt.percent(ask(risk_totals)['from'])} within {LIKELY} days")


def stake(ask: Ask) -> Number:
    """What the likely ones bring in a year."""
    found = ask(risk_totals)
    if not found["told"]:
        return Number(None, "money", reason=_unknown(ask))
    return Number(found["stake"] or 0.0, "money", of="a year")


def loss_reading(ask: Ask) -> Micro:
    """Expected over all accounts."""
    return Micro(reading=f"{ask.fmt.money(ask(risk_totals)['expected_loss'])} expected to be lost within a year, over all accounts")


def lifetime(ask: Ask) -> Number:
    """Lifetime value of all accounts."""
    found = ask(risk_totals)
    if not found["valued"]:
        return Number(None, "money", reason="No contract and too few purchases to tell")
    return Number(found["lifetime"], "money", of=f"of {ask.fmt.plural(found['valued'], 'account')}")


def _here(ask: Ask) -> str:
    return ask.here(leaving=LEAVING) + "#b-accounts"


TILES = Tiles(
    id="leaving",
    title="Leaving",
    when=told,
    tiles=(
        Tile(label="Likely to leave", number=likely, status="crit", micro=likely_reading, link=_here, link_text="Show", how=HOW),
        Tile(label="At stake", number=stake, micro=loss_reading, link=_here, link_text="Show", how="Yearly value of the accounts that are likely to leave. " + HOW),
        Tile(
            label="Lifetime value",
            number=lifetime,
            how="What all accounts bring in the next years, discounted: contracts by the chance that they still run, else what accounts go on buying. "
            "Years and discount are settings.",
        ),
    ),
)  # fmt: skip


# One account -----------------------------------------------------------------------------------------------------------


def _id(ask: Ask) -> str:
    from onelead.web.pages._customer_360 import id_of

    return id_of(ask)


def _written(said: str | None, ask: Ask) -> str | None:
    """What is said of a driver; a number in the reader's digits."""
    return ask.fmt.number(float(said)) if said and NUMBER.fullmatch(said) else said


def has_outlook(ask: Ask) -> bool:
    """Whether a model tells of the account of the page."""
    return ask.overall(account_outlook, _id(ask)) is not None


def outlook(ask: Ask) -> Mapping[str, Any]:
    """Chances at each time ahead, drivers with the lengths of their bars, what is at stake, lifetime value. Raises Missing without any."""
    found = ask.overall(account_outlook, _id(ask))
    if found is None:
        raise Missing("No model tells of this account.", hint=_unknown(ask), link=ask.link("/load"), link_text="Load a file")
    top = max((abs(push["push"]) for push in found["pushes"]), default=0.0) or 1.0
    by = {card["model"]: card for card in ask.overall(cards)}
    most = max((chance["high"] or chance["chance"] for chance in found["chances"]), default=0.0)
    scale = next(limit for limit in (0.1, 0.25, 0.5, 1.0) if most <= limit or limit == 1.0)
    return {
        **found,
        "pushes": [{**push, "said": _written(push["said"], ask)} for push in found["pushes"]],
        "top": top,
        "scale": scale,
        "says": SAYS.get(found["basis"] or "", ""),
        "worth": WORTH.get(found["lifetime_basis"] or "", ""),
        "summary": by.get("churn_risk", {}).get("summary", ""),
        "card": ask.link("/predictive-analytics", model="churn_risk", tab="models"),
        "worth_card": ask.link("/predictive-analytics", model="lifetime_value", tab="models"),
    }


def chances_table(ask: Ask) -> pl.DataFrame:
    """The chances as a table."""
    rows = outlook(ask)["chances"]
    return (
        pl.DataFrame(rows) if rows else pl.DataFrame(schema={"days": pl.Int64, "chance": pl.Float64, "low": pl.Float64, "high": pl.Float64})
    )


RISK = Panel(
    id="risk",
    title="Risk of leaving and lifetime value",
    span=12,
    template="panels/customer_360_risk.html",
    data=outlook,
    table=chances_table,
    when=has_outlook,
    how=HOW + " Pushes are log-odds of leaving within 30 days. Lifetime value is what the account brings in the next years, discounted.",
)


def contracts(ask: Ask) -> pl.DataFrame:
    """Running contracts of the account of the page."""
    account = _id(ask)
    return ask.overall(ending_contracts).filter(pl.col("account_id") == account)


def has_contracts(ask: Ask) -> bool:
    """Whether it has any."""
    return bool(contracts(ask).height)


CONTRACTS = Table(
    id="contracts",
    title="Running contracts",
    when=has_contracts,
    rows=contracts,
    columns=(
        Column("contract_id", "Contract", sub="product_id"),
        Column("contract_type", "Kind", minor=True),
        Column("end_date", "Term ends", "date"),
        Column("days", "In", "days"),
        Column("auto_renew", "Renews itself", "flag", minor=True),
        Column("yearly", "A year", "money"),
        Column("ends", "Not renewed", "percent", hint="Chance that it ends without a renewal at the end of its term."),
        Column("risk_365", "Ends in a year", "percent", minor=True, hint="Chance that it ends within 365 days."),
    ),
    search=("contract_id", "product_id"),
    total=("yearly",),
    how="Contracts that renew each other count as one that goes on. The chance comes from contracts that ended and those that were renewed; its model card says how often it was right.",
)
__all__ = ["CONTRACTS", "FILTER", "HORIZONS", "RISK", "TILES", "columns", "joined", "told"]
