"""A large vendor: any number of assets with the accounts, projects, opportunities and credits that go with them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from onelead.samples._base import Option, OptionValue, Sample, Written, write_truth
from onelead.samples._histories import AS_OF
from onelead.samples._installed import PRODUCTS, STATUSES
from onelead.samples._sheets import catalogue
from onelead.samples._vocabulary import EXPIRY_BUCKETS

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    from onelead.samples._bulk import Dice

ASSETS_PER_ACCOUNT, ASSETS_PER_PROJECT, ASSETS_PER_OPPORTUNITY, ASSETS_PER_CREDIT = 40, 4, 20, 8
TERRITORY_SHARE = 0.8
"""Share of the accounts that are a sales territory; the others are known to the project system only."""
SPELLINGS = {"name": 0.35, "shouted": 0.35, "bare": 0.2, "short": 0.1}
"""How often a project customer is written in which way."""
_STATUS_WEIGHTS = (32, 24, 6, 25, 6, 5, 2)
_STAGES = ("C", "LOST", "NOBID", "X", "I")
_OPEN_STAGES = ("I", "OC", "S", "DP", "PRE", "C")


@dataclass(frozen=True)
class World:
    """The accounts of the sample: ids and names by account number, and the project customers with the account that each one is."""

    territories: pl.Series
    names: pl.DataFrame
    with_territory: int
    customer_account: NDArray[np.int64]
    customer_ids: pl.Series
    customer_names: pl.Series


def _world(accounts: int, seed: int) -> World:
    import numpy as np
    import polars as pl

    from onelead.samples._bulk import Dice, company_names, numbered, pick

    dice = Dice(seed)
    names = company_names(accounts, seed)
    with_territory = max(1, int(accounts * TERRITORY_SHARE))
    width = max(5, len(str(with_territory * 2)))
    first = 10 ** (width - 1)
    order = dice.numbers.permutation(np.arange(first, first + with_territory, dtype=np.int64))
    extra = dice.below(accounts, accounts // 2)  # half as many accounts again are known under a second customer id
    owner = np.concatenate([np.arange(accounts, dtype=np.int64), extra])
    spelling = dice.index(len(SPELLINGS), len(owner), list(SPELLINGS.values()))
    written = pl.Series([None], dtype=pl.String).new_from_index(0, len(owner))
    for number, kind in enumerate(SPELLINGS):
        written = pick(names[kind].to_list(), owner).zip_with(pl.Series(spelling == number), written)
    ids = numbered("", 300_000_000 + dice.numbers.permutation(len(owner)).astype(np.int64), 9)
    return World(pl.Series(order).cast(pl.String), names, with_territory, owner, ids, written)


def _assets(dice: Dice, world: World, rows: int) -> pl.DataFrame:
    import numpy as np
    import polars as pl

    from onelead.samples._bulk import TODAY, days, numbered, pick, where

    product = dice.index(len(PRODUCTS), rows, [entry.share for entry in PRODUCTS])
    since = np.array([(date(entry.since, 1, 1) - date(1970, 1, 1)).days for entry in PRODUCTS], dtype=np.int64)[product]
    bought = np.minimum(since + dice.below(2200, rows), TODAY - 1)
    end_of_life = since + 2555 + 365 * np.array([number % 4 for number in range(len(PRODUCTS))])[product] + 30 * dice.below(8, rows)
    sentinel = (date(2099, 12, 31) - date(1970, 1, 1)).days
    end_of_life = np.where(dice.happens(0.25, rows) | (end_of_life > TODAY + 1500), sentinel, end_of_life)
    status = dice.index(len(STATUSES), rows, _STATUS_WEIGHTS)
    active = status < 3  # noqa: PLR2004 - the first three of the statuses
    lifetime = (status == 0) & dice.happens(0.3, rows)
    support_end = np.where(active, TODAY + 10 + dice.below(1000, rows), np.maximum(bought, TODAY - 10 - dice.below(1500, rows)))
    support_end = np.where(lifetime, bought + 365 * (30 + dice.below(60, rows)), support_end)
    columns = {
        "asset_id": numbered("SN", np.arange(rows, dtype=np.int64), 9),
        **{
            column: pick([getattr(entry, field) for entry in PRODUCTS], product)
            for column, field in (
                ("product_id", "number"), ("product_description", "line"), ("product_category", "category"), ("product_name", "name"),
                ("business_area", "area"), ("business_unit", "unit"), ("practice_area", "practice"),
            )
        },
        "territory_id": world.territories.gather(_skewed(dice, world.with_territory, rows)),
        "end_of_life_date": days(end_of_life),
        "end_of_service_date": days(np.where(end_of_life == sentinel, sentinel, end_of_life + 1825)),
        "support_start_date": days(bought),
        "support_end_date": days(support_end),
        "support_source": where(status < 6, pick(("Warranty", "Contract"), (status != 0).astype(np.int64))),  # noqa: PLR2004
        "support_status": pick((*STATUSES[:-1], None), status),
    }  # fmt: skip
    return pl.DataFrame(columns)


def _skewed(dice: Dice, count: int, rows: int) -> NDArray[np.int64]:
    """Numbers below ``count``: each once while rows last, then the low ones more often, as a few customers own much."""
    import numpy as np

    drawn = (dice.numbers.random(rows) ** 1.6 * count).astype(np.int64)
    covered = min(rows, count)
    drawn[:covered] = np.arange(covered)
    return drawn


def _opportunities(dice: Dice, world: World, rows: int) -> tuple[pl.DataFrame, NDArray[np.int64]]:
    import numpy as np
    import polars as pl

    from onelead.samples._bulk import numbered, pick, practices

    account = _skewed(dice, world.with_territory, rows)
    table = pl.DataFrame(
        {
            "opportunity_id": numbered("OPE-", np.arange(rows, dtype=np.int64), 10),
            "opportunity_name": practices(dice, rows) + " " + dice.choice(("refresh", "renewal", "expansion", "pilot"), rows),
            "territory_id": world.territories.gather(account),
            "account_name": pick(world.names["name"].to_list(), account),
            "owner_name": dice.people(rows),
            "product_line": dice.choice(("Wireless LAN", "Rack Servers", "Storage Arrays", "Switching", "Services"), rows),
        }
    )
    return table, account


def _projects(dice: Dice, world: World, rows: int, deals: tuple[pl.DataFrame, NDArray[np.int64]]) -> pl.DataFrame:
    import numpy as np
    import polars as pl

    from onelead.samples._bulk import TODAY, days, numbered, pick, places, practices, sizes, where

    customer = _skewed(dice, len(world.customer_account), rows)
    account = world.customer_account[customer]
    draw = dice.numbers.random(rows)
    draw[: len(world.customer_account)] *= 0.9  # every customer is named by one row at least
    with_id, named = draw < 0.65, draw < 0.9  # noqa: PLR2004 - 65 % id and name, 25 % name only, 10 % no customer
    start = TODAY + 60 - (dice.numbers.random(rows) ** 1.3 * 2600).astype(np.int64)
    length = np.clip(np.exp(dice.numbers.normal(4.6, 0.8, rows)), 7, 900).astype(np.int64)
    recent = start > TODAY - 200
    stage = where(recent, dice.choice(_OPEN_STAGES, rows, (40, 15, 10, 15, 10, 20)), dice.choice(_STAGES, rows, (70, 15, 6, 6, 3)))
    return pl.DataFrame(
        {
            "project_id": numbered("PJ-", np.arange(rows, dtype=np.int64), 9),
            "project_description": practices(dice, rows) + " project",
            "opportunity_id": _keys(dice, account, named, deals),
            "customer_id": where(with_id, world.customer_ids.gather(customer)),
            "account_name": where(named, world.customer_names.gather(customer)),
            "practice": practices(dice, rows),
            **places(dice, rows),
            "industry_code": dice.choice(("Manufacturing", "Healthcare", "Transport", "Finance", "Public"), rows),
            "start_date": days(start),
            "end_date": days(start + length),
            "days": pl.Series(length).cast(pl.Float64),
            "size_bucket": sizes(dice, rows),
            "stage_status": stage,
            "financial_status": dice.choice(("G", "Y", "R", None), rows, (75, 10, 6, 9)),
            "packaged_service": pl.Series(dice.happens(0.3, rows)),
            "responsible_person": dice.people(rows),
            "third_party_service_cost": pl.Series(dice.happens(0.2, rows)),
            "third_party_material_cost": pl.Series(dice.happens(0.1, rows)),
            "labor_cost": pl.Series(dice.happens(0.9, rows)),
            "last_refresh_date": days(TODAY - np.where(dice.happens(0.7, rows), 0, dice.below(60, rows))),
            "import_date": pick((AS_OF.isoformat(),), np.zeros(rows, dtype=np.int64)).str.to_date(),
        }
    )


def _keys(dice: Dice, account: NDArray[np.int64], named: NDArray[np.bool_], deals: tuple[pl.DataFrame, NDArray[np.int64]]) -> pl.Series:
    """On a fifth of the rows with a customer: the id of an opportunity of its account, where that has one."""
    import numpy as np

    from onelead.samples._bulk import where

    table, owner = deals
    last = np.full(int(max(account.max(initial=0), owner.max(initial=0))) + 1, -1, dtype=np.int64)
    last[owner] = np.arange(len(owner))
    found = last[account]
    use = (found >= 0) & named & dice.happens(0.2, len(account))
    return where(use, table["opportunity_id"].gather(np.maximum(found, 0)))


def _credits(dice: Dice, world: World, rows: int) -> pl.DataFrame:
    import numpy as np
    import polars as pl

    from onelead.samples._bulk import TODAY, days, pick, practices, where

    bought = np.where(dice.happens(0.25, rows), dice.below(30, rows), 0)
    converted = (bought * dice.numbers.random(rows)).astype(np.int64)
    delivered = (converted * (0.8 + 0.2 * dice.numbers.random(rows))).astype(np.int64)
    bucket = dice.index(4, rows, (1, 2, 4, 8))
    lead = np.array([5, 46, 91, 181], dtype=np.int64)[bucket] + dice.below(40, rows)
    owned = dice.happens(0.9, rows)
    return pl.DataFrame(
        {
            "project_id": (7_000_000 + pl.Series(np.arange(rows, dtype=np.int64))).cast(pl.String),
            "project_name": practices(dice, rows) + " credits",
            "territory_id": where(owned, world.territories.gather(_skewed(dice, world.with_territory, rows))),
            "practice": practices(dice, rows),
            **{
                f"{name}_credits": pl.Series(values).cast(pl.Float64)
                for name, values in (
                    ("purchased", bought), ("converted", converted), ("delivered", delivered),
                    ("converted_not_delivered", converted - delivered), ("active", bought - converted),
                )
            },
            "expiry_bucket": pick(EXPIRY_BUCKETS, bucket),
            "contract_end_date": days(TODAY + lead),
        }
    )  # fmt: skip


def _write(out: Path, *, seed: int, scale: int, **options: OptionValue) -> Written:
    import polars as pl

    from onelead.samples._bulk import Dice
    from onelead.samples._canonical import conform, write_tables

    assets = int(options["assets"]) * scale
    world = _world(max(2, assets // ASSETS_PER_ACCOUNT), seed)
    dice = Dice(seed + 2)
    deals = _opportunities(dice, world, max(1, assets // ASSETS_PER_OPPORTUNITY))
    tables = {
        "assets": _assets(dice, world, assets),
        "opportunities": deals[0],
        "projects": _projects(dice, world, max(1, assets // ASSETS_PER_PROJECT), deals),
        "service_credits": _credits(dice, world, max(1, assets // ASSETS_PER_CREDIT)),
        "services": pl.DataFrame(catalogue(), schema=["practice", "sub_practice", "service"], orient="row"),
    }
    files = write_tables(out, {name: conform(name, table) for name, table in tables.items()})
    truth: dict[str, object] = {
        "sample": "scale",
        "seed": seed,
        "scale": scale,
        "as_of": AS_OF.isoformat(),
        "rows": {name: table.height for name, table in tables.items()},
        "accounts": world.names.height,
        "territories": world.with_territory,
        "raw_customer_ids": world.with_territory + len(world.customer_ids),
        "figures": _figures(tables),
    }
    return Written(files, write_truth(out, truth))


def _figures(tables: dict[str, pl.DataFrame]) -> dict[str, float]:
    import polars as pl

    sums = tables["service_credits"].select(pl.col("^.*_credits$").sum()).row(0, named=True)
    projects = tables["projects"]
    return {
        "expired_products": tables["assets"].filter(pl.col("end_of_life_date") < AS_OF).height,
        "unsupported_products": tables["assets"].filter(~pl.col("support_status").str.contains("Active").fill_null(value=False)).height,
        "projects_without_customer": projects.filter(pl.col("customer_id").is_null() & pl.col("account_name").is_null()).height,
        **sums,
    }


SAMPLE = Sample(
    id="scale",
    label="A large vendor",
    doc="Any number of assets, with accounts, projects, opportunities and credits to match, straight to Parquet.",
    write=_write,
    options={"assets": Option(default=100_000, doc="How many assets; accounts, projects, opportunities and credits follow.", minimum=1)},
    workbook=False,
    directory=True,
)
