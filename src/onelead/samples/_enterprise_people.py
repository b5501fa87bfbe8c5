"""The enterprise sample: contacts, leads, activities, and the quotas of the reps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from onelead.samples._bulk import TODAY, days, numbered, pick, where
from onelead.samples._enterprise_deals import SOURCES
from onelead.samples._enterprise_world import BEGIN, INDUSTRIES
from onelead.samples._vocabulary import FAMILY_NAMES, GIVEN_NAMES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from onelead.samples._enterprise_deals import Deals
    from onelead.samples._enterprise_world import Block, World

TITLES = ("Head of IT", "Chief Financial Officer", "Buyer", "Operations Manager", "Architect", "Chief Executive")
LEVELS = ("Manager", "Executive", "Staff", "Manager", "Staff", "Executive")
KINDS = ("Call", "Meeting", "E-mail", "Demo")
OUTCOMES = ("Reached", "No answer", "Next step agreed", "Postponed")
STAGE_RATE, ACCOUNT_RATE = 0.8, 1.6
"""Activities of a deal at a stage, and of a company besides, on average."""


def contacts(block: Block) -> pl.DataFrame:
    """One to four people a company."""
    dice = block.dice
    count = 1 + dice.below(4, len(block.since))
    company = np.repeat(np.arange(len(count), dtype=np.int64), count)
    place = np.arange(len(company), dtype=np.int64) - np.repeat(np.cumsum(count) - count, count)
    title = dice.below(len(TITLES), len(company))
    given = pick(GIVEN_NAMES, dice.below(len(GIVEN_NAMES), len(company)))
    family = pick(FAMILY_NAMES, dice.below(len(FAMILY_NAMES), len(company)))
    ids = contact_ids(block, company, place)
    return pl.DataFrame(
        {
            "contact_id": ids,
            "customer_id": block.frame["customer_id"].gather(company),
            "contact_name": family + ", " + given,
            "email": (given + "." + family).str.to_lowercase() + "@" + ids.str.to_lowercase() + ".example",
            "job_title": pick(TITLES, title),
            "seniority": pick(LEVELS, title),
            "created_date": days(block.since[company]),
            "is_active": ~dice.happens(0.05, len(company)),
        }
    )


def contact_ids(block: Block, company: NDArray[np.int64], place: NDArray[np.int64]) -> pl.Series:
    """Ids of people of companies; the place is counted from 0."""
    return numbered("N", (block.first + company) * 10 + place, 8)


def leads(world: World, block: Block, deals: Deals, ids: pl.Series) -> pl.DataFrame:
    """A lead for each new deal, and one that came to nothing for each two companies."""
    dice = block.dice
    new = np.nonzero(deals.codes["type"] == 0)[0]
    lost = np.nonzero(dice.happens(0.5, len(block.since)))[0]
    size = len(new) + len(lost)
    won = np.arange(size) < len(new)
    company = np.concatenate([deals.company[new], lost])
    came = np.concatenate([deals.created[new] - 3 - dice.below(40, len(new)), BEGIN + dice.below(TODAY - BEGIN, len(lost))])
    source = np.concatenate([deals.codes["source"][new], dice.below(len(SOURCES), len(lost))])
    converted = where(won, days(np.concatenate([deals.created[new], np.zeros(len(lost), dtype=np.int64)])))
    names = block.frame["account_name"].gather(company)
    return pl.DataFrame(
        {
            "lead_id": numbered("L", (block.first * 3 + np.arange(size)).astype(np.int64), 8),
            "customer_id": where(won, block.frame["customer_id"].gather(company)),
            "account_name": where(won, names, names.str.slice(0, 5) + " Prospects Ltd."),
            "lead_source": pick(list(SOURCES), source),
            "status": pick(["Lost", "Converted"], won.astype(np.int64)),
            "score": np.round(30 + 40 * dice.numbers.random(size) + 15 * won, 0),
            "industry": pick(list(INDUSTRIES), block.industry[company]),
            "region": pick(world.regions, block.region[company]),
            "owner_id": world.rep_ids.gather(block.owner[company]),
            "created_date": days(came),
            "qualified_date": where(won, days(came + 2)),
            "converted_date": converted,
            "opportunity_id": where(won, pl.concat([ids.gather(new), pl.Series([None], dtype=pl.String).new_from_index(0, len(lost))])),
            "loss_reason": where(~won, dice.choice(("No budget", "Not reached", "No need"), size)),
        }
    )


def activities(world: World, block: Block, deals: Deals, ids: pl.Series) -> pl.DataFrame:
    """What was done at the stages of deals, and with companies besides; the mood is the company's own."""
    dice, rng = block.dice, block.dice.numbers
    deal, stage = np.nonzero(deals.known)
    each = rng.poisson(STAGE_RATE, len(deal))
    deal, stage = np.repeat(deal, each), np.repeat(stage, each)
    ends = np.concatenate([deals.entered[:, 1:], deals.closed[:, None]], axis=1)
    until = np.minimum(np.minimum(ends[deal, stage], deals.closed[deal]), TODAY)
    begun = deals.entered[deal, stage]
    when = begun + (rng.random(len(deal)) * np.maximum(until - begun, 1)).astype(np.int64)
    life = block.until - np.maximum(block.since, BEGIN)
    other = np.repeat(np.arange(len(life), dtype=np.int64), rng.poisson(ACCOUNT_RATE * np.clip(life, 0, None) / 730))
    company = np.concatenate([deals.company[deal], other])
    size = len(company)
    day = np.concatenate([when, np.maximum(block.since, BEGIN)[other] + (rng.random(len(other)) * life[other]).astype(np.int64)])
    mood = np.clip(-0.4 * block.traits["low_sentiment"][company] + rng.normal(0, 0.35, size), -1, 1)
    of_deal = np.arange(size) < len(deal)
    owner = np.concatenate([deals.rep[deal], block.owner[other]])
    tied = np.concatenate([deal, np.zeros(len(other), dtype=np.int64)])
    return pl.DataFrame(
        {
            "activity_id": numbered("A", (block.first * 40 + np.arange(size)).astype(np.int64), 9),
            "customer_id": where(~(of_deal & dice.happens(0.02, size)), block.frame["customer_id"].gather(company)),
            "opportunity_id": where(of_deal, ids.gather(tied)) if len(ids) else pl.Series([None], dtype=pl.String).new_from_index(0, size),
            "contact_id": contact_ids(block, company, np.zeros(size, dtype=np.int64)),
            "activity_date": days(day),
            "activity_type": dice.choice(KINDS, size, (4, 2, 5, 1)),
            "outcome": dice.choice(OUTCOMES, size),
            "sentiment": where(dice.happens(0.7, size), pl.Series(np.round(mood, 3))),
            "owner_id": world.rep_ids.gather(owner),
        }
    )


def quotas(world: World, won_dollars: NDArray[np.float64]) -> pl.DataFrame:
    """A quota for each rep and calendar quarter: around what the rep usually brings in, and never nothing."""
    rng = np.random.default_rng([world.seed, 99])
    begins = [day for year in range(2021, 2025) for day in (np.datetime64(f"{year}-{month:02}-01") for month in (1, 4, 7, 10))]
    since = np.array([(day - np.datetime64("1970-01-01")).astype(int) for day in begins], dtype=np.int64)
    ends = np.append(since[1:], since[-1] + 92) - 1
    kept = (ends >= BEGIN) & (since <= TODAY + 92)
    since, ends = since[kept], ends[kept]
    reps = len(world.rep_ids)
    usual = np.maximum(won_dollars / 12, won_dollars.mean() / 30 + 1_000)
    rep, quarter = np.repeat(np.arange(reps), len(since)), np.tile(np.arange(len(since)), reps)
    return pl.DataFrame(
        {
            "person_id": world.rep_ids.gather(rep),
            "team": world.rep_team.gather(rep),
            "period_start": days(since[quarter]),
            "period_end": days(ends[quarter]),
            "amount": np.round(usual[rep] * np.exp(rng.normal(0.1, 0.15, len(rep))), -2),
            "currency": pl.Series(["USD"]).new_from_index(0, len(rep)),
            "measure": pl.Series(["Bookings"]).new_from_index(0, len(rep)),
        }
    )
