"""The enterprise sample: what is the same for all companies (people, products, rates), and the companies of one block with their traits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from onelead.samples._bulk import EPOCH, TODAY, Dice, company_names, days, numbered, pick, where
from onelead.samples._vocabulary import COUNTRIES, FAMILY_NAMES, GIVEN_NAMES

if TYPE_CHECKING:
    from numpy.typing import NDArray

WINDOW = 1096
"""Days of history before the as-of date: three years."""
BEGIN = TODAY - WINDOW
CURRENCIES = {"USD": 1.0, "EUR": 1.08, "GBP": 1.27, "JPY": 0.0068}
"""Currency → what a unit is worth in dollars at the beginning."""
_HOME = {"GB": "GBP", "JP": "JPY", "DE": "EUR", "FR": "EUR", "NL": "EUR", "DK": "EUR", "CZ": "EUR"}
INDUSTRIES = {
    "Manufacturing": (0.2, 0.15), "Financial services": (0.15, 0.45), "Healthcare": (0.14, 0.2), "Retail": (0.14, -0.25), "Technology": (0.13, 0.3),
    "Public sector": (0.1, -0.1), "Energy": (0.08, 0.1), "Education": (0.06, -0.4),
}  # fmt: skip
"""Industry → share, and what it adds to the logarithm of the amounts spent."""
SIZES = {"Small": 100, "Medium": 800, "Large": 5_000, "Enterprise": 30_000}
"""Class of size → usual number of employees."""
_SIZE_SHARES = (0.4, 0.33, 0.19, 0.08)
CATEGORIES = ("Platform", "Analytics", "Security", "Integration", "Support", "Training")
PRODUCTS, RECURRING = 24, 16
"""Products, the first of which are sold by time."""


@dataclass(frozen=True)
class World:
    """People, products and rates. ``rates`` holds dollars a unit by currency and month; ``rep_skill`` and ``rep_region`` go by rep."""

    seed: int
    companies: int
    signal: bool
    people: pl.DataFrame
    rep_ids: pl.Series
    rep_names: pl.Series
    rep_skill: NDArray[np.float64]
    rep_region: NDArray[np.int64]
    rep_team: pl.Series
    products: pl.DataFrame
    rates: NDArray[np.float64]
    regions: tuple[str, ...]
    names: pl.Series


@dataclass(frozen=True)
class Block:
    """Some companies: their rows, and what the simulation knows of them besides, by position."""

    dice: Dice
    first: int
    frame: pl.DataFrame
    employees: NDArray[np.float64]
    industry: NDArray[np.int64]
    region: NDArray[np.int64]
    currency: NDArray[np.int64]
    owner: NDArray[np.int64]
    since: NDArray[np.int64]
    until: NDArray[np.int64]
    """Last day as a customer, or the as-of date."""
    traits: dict[str, NDArray[np.float64]]
    hazard: NDArray[np.float64]
    products: NDArray[np.int64]


def make_world(companies: int, seed: int, *, signal: bool) -> World:
    """The people, products and rates of a sample of ``companies``."""
    dice = Dice(seed * 7919 + 17)
    regions = tuple(sorted({country.region for country in COUNTRIES.values()}))
    reps = min(2_000, max(2 * len(regions), companies // 60))
    rep = np.arange(reps, dtype=np.int64)
    skill = dice.numbers.normal(0, 1, reps).round(4)
    region = rep % len(regions)
    names = pick(
        [f"{family}, {given}" for family in FAMILY_NAMES for given in GIVEN_NAMES], dice.below(len(FAMILY_NAMES) * len(GIVEN_NAMES), reps)
    )
    team = pick([f"{name} {side}" for side in ("A", "B") for name in regions], region + len(regions) * (rep // len(regions) % 2))
    ids = numbered("R", rep + 1, 5)
    return World(
        seed, companies, signal, _people(dice, ids, names, team, pick(regions, region)), ids, names, skill, region, team, _products(dice), _rates(dice), regions,
        company_names(companies, seed)["name"],
    )  # fmt: skip


def _people(dice: Dice, ids: pl.Series, names: pl.Series, team: pl.Series, region: pl.Series) -> pl.DataFrame:
    """Reps, and a manager for each team."""
    teams = team.unique(maintain_order=True)
    manager = numbered("M", np.arange(1, len(teams) + 1, dtype=np.int64), 4)
    size = len(ids)
    reps = pl.DataFrame(
        {
            "person_id": ids, "person_name": names, "role": pl.Series(["Rep"]).new_from_index(0, size), "team": team, "region": region,
            "manager_id": team.replace_strict(teams, manager), "start_date": days(BEGIN - dice.below(2_000, size)),
            "capacity": pl.Series(60.0 + dice.below(60, size)), "skills": dice.choice(CATEGORIES, size),
        }
    )  # fmt: skip
    heads = pl.DataFrame(
        {
            "person_id": manager, "person_name": dice.people(len(teams)), "role": pl.Series(["Manager"]).new_from_index(0, len(teams)), "team": teams,
            "region": teams.str.head(-2), "start_date": days(BEGIN - dice.below(3_000, len(teams))),
        }
    )  # fmt: skip
    return pl.concat([reps, heads], how="diagonal")


def _products(dice: Dice) -> pl.DataFrame:
    number = np.arange(PRODUCTS, dtype=np.int64)
    category = pick(CATEGORIES, number // 4)
    price = np.round(np.exp(dice.numbers.normal(8.2, 0.6, PRODUCTS)), 0)
    return pl.DataFrame(
        {
            "product_id": numbered("P", number + 1, 3), "product_name": category + " " + pick(["Core", "Plus", "Pro", "Edge"], number % 4),
            "product_category": category, "product_line": pick(["Software", "Services"], (number >= RECURRING).astype(np.int64)), "list_price": price,
            "unit_cost": np.round(price * (0.2 + 0.4 * dice.numbers.random(PRODUCTS)), 2), "currency": pl.Series(["USD"]).new_from_index(0, PRODUCTS),
            "is_recurring": number < RECURRING, "launch_date": days(BEGIN - dice.below(2_500, PRODUCTS)),
        }
    )  # fmt: skip


def _rates(dice: Dice) -> NDArray[np.float64]:
    """Dollars a unit by currency and month of the window: a walk of small steps."""
    months = WINDOW // 30 + 2
    steps = dice.numbers.normal(0, 0.012, (len(CURRENCIES), months))
    steps[0] = 0
    return np.asarray(list(CURRENCIES.values()))[:, None] * np.exp(np.cumsum(steps, axis=1))


def month_of(day: NDArray[np.int64]) -> NDArray[np.int64]:
    """Which rate holds on ``day``: one for every 30 days of the window."""
    return np.clip((day - BEGIN) // 30, 0, WINDOW // 30 + 1)


def rates_frame(world: World) -> pl.DataFrame:
    """The rates as rows."""
    count = world.rates.shape[1]
    months = np.tile(np.arange(count, dtype=np.int64), len(CURRENCIES) - 1)
    kind = np.repeat(np.arange(1, len(CURRENCIES), dtype=np.int64), count)
    rows = pl.DataFrame(
        {"currency": pick(list(CURRENCIES), kind), "rate_date": days(BEGIN + 30 * months), "rate": world.rates[kind, months].round(6)}
    )
    return rows.with_columns(pl.lit("USD").alias("base_currency"))


HAZARD = 0.00028
"""Churn a day of a company without any driver: about a tenth in a year."""
CHURN = {
    "usage_decline": (0.9, "how fast its purchases thin out: 1 to nothing, -1 doubling"),
    "late_payment": (0.5, "mean days that it pays after the due date, in units of 15"),
    "low_sentiment": (0.6, "how far the mean sentiment of its activities lies below zero, in units of 0.4"),
    "few_products": (0.35, "3 less the number of products that it buys"),
    "tenure": (-0.3, "logarithm of 1 + years as a customer at the begin of the window"),
}
"""Driver → what a unit adds to the logarithm of the daily hazard of churning, and its meaning."""


def make_block(world: World, first: int, size: int) -> Block:
    """``size`` companies from number ``first`` on."""
    dice = Dice(0)
    dice.numbers = np.random.default_rng([world.seed, first])
    industry = dice.index(len(INDUSTRIES), size, [share for share, _ in INDUSTRIES.values()])
    grade = dice.index(len(SIZES), size, _SIZE_SHARES)
    employees: NDArray[np.float64] = np.round(np.asarray(list(SIZES.values()))[grade] * np.exp(dice.numbers.normal(0, 0.5, size))) + 1
    known = list(COUNTRIES.values())
    land = dice.below(len(known), size)
    region = np.asarray([world.regions.index(country.region) for country in known], dtype=np.int64)[land]
    currency = np.asarray([list(CURRENCIES).index(_HOME.get(country.code, "USD")) for country in known], dtype=np.int64)[land]
    reps = len(world.rep_ids) // len(world.regions)
    owner = region + len(world.regions) * dice.below(reps, size)
    since = TODAY - 90 - (dice.numbers.random(size) ** 1.5 * 3_000).astype(np.int64)
    products = 1 + np.minimum(dice.numbers.poisson(1.6, size), 5).astype(np.int64)
    traits = _traits(dice, size, since, products)
    hazard = _hazard(traits, signal=world.signal)
    begin = np.maximum(since + 60, BEGIN)
    gone = begin + np.ceil(dice.numbers.exponential(1, size) / hazard).astype(np.int64)
    frame = _companies(world, dice, (first, size), (industry, grade, land, owner, currency), (employees, since, gone))
    return Block(dice, first, frame, employees, industry, region, currency, owner, since, np.minimum(gone, TODAY), traits, hazard, products)


def _traits(dice: Dice, size: int, since: NDArray[np.int64], products: NDArray[np.int64]) -> dict[str, NDArray[np.float64]]:
    return {
        "usage_decline": np.clip(dice.numbers.normal(0, 0.45, size), -0.95, 0.95),
        "late_payment": dice.numbers.gamma(1.2, 0.5, size),
        "low_sentiment": np.clip(dice.numbers.normal(-0.4, 0.8, size), -2, 2),
        "few_products": 3.0 - products,
        "tenure": np.log1p(np.maximum(BEGIN - since, 0) / 365.25),
    }


def _hazard(traits: dict[str, NDArray[np.float64]], *, signal: bool) -> NDArray[np.float64]:
    """Chance a day of churning; without signal that of everybody is the same."""
    hazard: NDArray[np.float64] = HAZARD * np.exp(sum(CHURN[name][0] * value for name, value in traits.items()))
    return hazard if signal else np.full(len(hazard), HAZARD * 1.22)


def _companies(
    world: World,
    dice: Dice,
    span: tuple[int, int],
    places: tuple[NDArray[np.int64], ...],
    numbers: tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]],
) -> pl.DataFrame:
    (first, size), (industry, grade, land, owner, currency), (employees, since, gone) = span, places, numbers
    number = np.arange(first, first + size, dtype=np.int64)
    names = world.names[first : first + size]
    known = list(COUNTRIES.values())
    ids = numbered("C", number + 1, 7)
    below = dice.happens(0.1, size) & (number % 10 != 0)
    left = gone <= TODAY
    return pl.DataFrame(
        {
            "customer_id": ids, "account_name": names, "parent_customer_id": where(below, numbered("C", number // 10 * 10 + 1, 7)),
            "industry": pick(list(INDUSTRIES), industry), "size_class": pick(list(SIZES), grade), "employees": employees.astype(np.int64),
            "annual_revenue": np.round(employees * 180_000 * np.exp(dice.numbers.normal(0, 0.4, size)), -3),
            "currency": pick(list(CURRENCIES), currency), "segment": pick(["Commercial", "Commercial", "Key", "Key"], grade),
            "region": pick([country.region for country in known], land), "country": pick([country.name for country in known], land),
            "owner_id": world.rep_ids.gather(owner), "owner_name": world.rep_names.gather(owner), "created_date": days(since.astype(np.int64)),
            "churned_date": where(left, days(np.where(left, gone, 0).astype(np.int64))), "is_churned": left,
        }
    ).with_columns(pl.lit(as_of()).alias("last_refresh_date"))  # fmt: skip


def as_of() -> date:
    """The day of the export."""
    return date.fromordinal(EPOCH.toordinal() + TODAY)
