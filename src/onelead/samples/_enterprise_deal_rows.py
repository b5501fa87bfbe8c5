"""The enterprise sample: deals as rows: the list on the as-of date, its history, and the truth at each moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from onelead.samples._bulk import TODAY, Dice, days, numbered, pick, where
from onelead.samples._enterprise_deals import COMPETITORS, LOST, SOURCES, STAGES, TYPES, WON
from onelead.samples._enterprise_world import CURRENCIES, RECURRING, as_of, month_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from onelead.samples._enterprise_deals import Deals
    from onelead.samples._enterprise_world import Block, World

STATED = (0.1, 0.2, 0.3, 0.5, 0.7, 0.9)
CATEGORIES = ("Pipeline", "Pipeline", "Pipeline", "Best Case", "Best Case", "Commit")
NEXT_STEPS = ("Call back", "Send proposal", "Arrange demo", "Meet the board", "Clarify budget", "Legal review", "Agree on terms")
REASONS = ("Price", "Competitor", "No budget", "No decision", "Missing feature", "Timing")
LEAKS = {
    "paperwork_status": "Signed or Withdrawn, written in at closing: it gives the outcome away",
    "implementation_hours": "planned a few days after a deal was won: only won deals have it",
}
HARMLESS = {
    "demo_done": "set when Discovery begins",
    "budget_status": "changes at any stage, and says nothing",
}
"""Further columns: those that give the outcome away, and those that do not."""


def deal_tables(world: World, block: Block, deals: Deals) -> dict[str, pl.DataFrame]:
    """Opportunities and opportunity_history, without the columns that are null everywhere."""
    size = len(deals.number)
    stage = deals.stage
    over = ~deals.is_open
    at = np.arange(size)
    common = _common(world, block, deals)
    signed = _signed(block.dice, deals)
    close = np.where(over, deals.closed, deals.plan[at, stage])
    drawn = block.dice.happens(0.01, size)
    rows = pl.DataFrame(
        {
            **{name: common[name] for name in ("opportunity_id", "customer_id", "currency", "owner_id", "owner_name")},
            "opportunity_name": common["product"] + " " + common["deal_type"].str.to_lowercase(),
            "product_line": pick(["Software", "Services"], (deals.codes["product"] >= RECURRING).astype(np.int64)),
            "stage": _stage_names(stage, over, deals.won),
            "amount": np.round(deals.amounts[at, stage] * common["per_dollar"].to_numpy(), 2),
            "created_date": days(deals.created),
            "close_date": days(close),
            "is_won": where(over, pl.Series(deals.won)),
            "forecast_category": pick([*CATEGORIES, "Closed", "Omitted"], _category(stage, over, deals.won)),
            "probability": np.where(over, deals.won * 1.0, np.asarray(STATED)[stage]),
            "lead_source": common["lead_source"],
            "deal_type": common["deal_type"],
            "product_id": common["product_id"],
            "region": common["region"],
            "team": common["team"],
            "competitor": common["competitor"],
            "loss_reason": where(over & ~deals.won, block.dice.choice(REASONS, size)),
            "next_step": where(~over & ~block.dice.happens(0.15, size), block.dice.choice(NEXT_STEPS, size)),
            "contact_count": deals.contacts,
            "push_count": ((deals.pushed > 0) & deals.known).sum(axis=1),
            "stage_date": days(np.where(over, deals.closed, deals.entered[at, stage])),
            **_extras(block.dice, deals, stage, over, signed),
        }
    )
    rows = rows.with_columns(
        pl.lit(as_of()).alias("last_refresh_date"),
        *(pl.when(~pl.Series(drawn)).then(name).alias(name) for name in ("owner_id", "owner_name")),
    )
    return {"opportunities": rows, "opportunity_history": _history(block, deals, common, signed)}


def _common(world: World, block: Block, deals: Deals) -> pl.DataFrame:
    """What does not change during a deal."""
    region = block.region[deals.company]
    currency = block.currency[deals.company]
    products = world.products
    return pl.DataFrame(
        {
            "opportunity_id": numbered("D", deals.number + 1, 8),
            "customer_id": block.frame["customer_id"].gather(deals.company),
            "currency": pick(list(CURRENCIES), currency),
            "per_dollar": 1 / world.rates[currency, month_of(deals.created)],
            "owner_id": world.rep_ids.gather(deals.rep),
            "owner_name": world.rep_names.gather(deals.rep),
            "team": world.rep_team.gather(deals.rep),
            "region": pick(world.regions, region),
            "product_id": products["product_id"].gather(deals.codes["product"]),
            "product": products["product_name"].gather(deals.codes["product"]),
            "lead_source": pick(list(SOURCES), deals.codes["source"]),
            "deal_type": pick(list(TYPES), deals.codes["type"]),
            "competitor": pick([None, *list(COMPETITORS)[1:]], deals.codes["competitor"]),
        }
    )


def _stage_names(stage: NDArray[np.int64], over: NDArray[np.bool_], won: NDArray[np.bool_]) -> pl.Series:
    return pick([*STAGES, WON, LOST], np.where(over, np.where(won, len(STAGES), len(STAGES) + 1), stage))


def _category(stage: NDArray[np.int64], over: NDArray[np.bool_], won: NDArray[np.bool_]) -> NDArray[np.int64]:
    return np.where(over, np.where(won, len(CATEGORIES), len(CATEGORIES) + 1), stage)


def _signed(dice: Dice, deals: Deals) -> NDArray[np.int64]:
    """Day on which the implementation of a won deal was planned; 0 where it never is."""
    after = deals.closed + 1 + dice.below(12, len(deals.closed))
    return np.where(deals.won & dice.happens(0.9, len(after)), after, 0)


def _extras(dice: Dice, deals: Deals, stage: NDArray[np.int64], over: NDArray[np.bool_], signed: NDArray[np.int64]) -> dict[str, pl.Series]:
    """The further columns as they stand at a stage, or once the deal is over."""
    paper = pick(["Signed", "Withdrawn"], (~deals.won).astype(np.int64))
    planned = over & (signed > 0) & (signed <= TODAY)
    return {
        "paperwork_status": where(over, paper),
        "implementation_hours": where(planned, pl.Series(20.0 + (deals.number * 37) % 400)),
        "demo_done": pick(["No", "Yes"], ((stage >= 2) & (deals.number % 10 < 7)).astype(np.int64)),  # noqa: PLR2004 - from Discovery on, in seven of ten
        "budget_status": dice.choice(("Open", "Requested", "Approved"), len(stage)),
    }


def _history(block: Block, deals: Deals, common: pl.DataFrame, signed: NDArray[np.int64]) -> pl.DataFrame:
    """A row for the begin of each stage, one for the closing, and one where the implementation was planned."""
    deal, stage = np.nonzero(deals.known)
    closed = np.nonzero(~deals.is_open)[0]
    planned = np.nonzero((signed > 0) & (signed <= TODAY))[0]
    last = deals.last
    rows = np.concatenate([deal, closed, planned])
    at = np.concatenate([stage, last[closed], last[planned]])
    over = np.arange(len(rows)) >= len(deal)
    late = np.arange(len(rows)) >= len(deal) + len(closed)
    day = np.concatenate([deals.entered[deal, stage], deals.closed[closed], signed[planned]])
    won = deals.won[rows]
    second = 8 * 3600 + block.dice.below(3600, len(rows)) + 3600 * np.minimum(at + over + late, 9)
    size = len(rows)
    fixed = common.select("opportunity_id", "customer_id", "currency", "owner_id", "owner_name")[rows]
    return fixed.with_columns(
        pl.Series((day * 86_400 + second) * 1_000_000).cast(pl.Datetime("us")).alias("changed_at"),
        _stage_names(at, over, won).alias("stage"),
        pl.Series(np.round(deals.amounts[rows, at] * common["per_dollar"].to_numpy()[rows], 2)).alias("amount"),
        days(np.where(over, deals.closed[rows], deals.plan[rows, at])).alias("close_date"),
        pick([*CATEGORIES, "Closed", "Omitted"], _category(at, over, won)).alias("forecast_category"),
        pl.Series(np.where(over, won * 1.0, np.asarray(STATED)[at])).alias("probability"),
        block.dice.choice(NEXT_STEPS, size).alias("next_step"),
        where(over, pl.Series(won)).alias("is_won"),
        where(over, pick(["Signed", "Withdrawn"], (~won).astype(np.int64))).alias("paperwork_status"),
        where(late, pl.Series(20.0 + (deals.number[rows] * 37) % 400)).alias("implementation_hours"),
        pick(["No", "Yes"], ((at >= 2) & (deals.number[rows] % 10 < 7)).astype(np.int64)).alias("demo_done"),  # noqa: PLR2004 - as in the list
        block.dice.choice(("Open", "Requested", "Approved"), size).alias("budget_status"),
    ).sort("opportunity_id", "changed_at", maintain_order=True)


def deal_truth(deals: Deals, ids: pl.Series, *, stage_days: bool) -> pl.DataFrame:
    """True chances: a row a deal as it stands (or stood before it closed), or a row for each begin of a stage."""
    if stage_days:
        deal, stage = np.nonzero(deals.known)
        return pl.DataFrame(
            {
                "opportunity_id": ids.gather(deal),
                "day": days(deals.entered[deal, stage]),
                "stage": pick(STAGES, stage),
                "win_probability": deals.win_at[deal, stage].round(6),
                "slip_probability": deals.push_ahead[deal, stage].round(6),
            }
        )
    at, stage = np.arange(len(deals.number)), deals.stage
    return pl.DataFrame(
        {
            "opportunity_id": ids,
            "is_open": deals.is_open,
            "win_probability_at_creation": deals.win_at[:, 0].round(6),
            "win_probability": deals.win_at[at, stage].round(6),
            "slip_probability": deals.push_ahead[at, stage].round(6),
            "will_win": deals.won,
            "will_close": days(deals.closed),
        }
    )
