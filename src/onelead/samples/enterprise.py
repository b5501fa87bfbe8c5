"""An enterprise vendor: companies, deals, contracts, money and people, with a planted truth for everything that a model may find."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from onelead.samples._base import Option, OptionValue, Sample, Truth, Written, write_truth
from onelead.samples._histories import AS_OF

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    from onelead.samples._enterprise_files import Growing
    from onelead.samples._enterprise_world import Block, World

BLOCK = 50_000
"""Companies that are made at a time: what bounds the memory."""
HORIZONS = (30, 90, 180, 365)


def _write(out: Path, *, seed: int, scale: int, **options: OptionValue) -> Written:
    from onelead.samples._enterprise_files import Growing
    from onelead.samples._enterprise_people import quotas
    from onelead.samples._enterprise_world import make_block, make_world, rates_frame

    signal = not options["no_signal"]
    world = make_world(scale, seed, signal=signal)
    truths = out.parent / f"{out.name}.truth"
    shutil.rmtree(truths, ignore_errors=True)
    counts: dict[str, int] = {"opportunities": 0, "transactions": 0, "repeated": 0}
    with Growing(out, canonical=True) as files, Growing(truths, canonical=False) as truth:
        won = _no_dollars(world)
        files.add("people", world.people)
        files.add("products", world.products)
        files.add("exchange_rates", rates_frame(world))
        for first in range(0, scale, BLOCK):
            won += _add_block(world, make_block(world, first, min(BLOCK, scale - first)), files, truth, counts)
        files.add("quotas", quotas(world, won))
    told = _truth(world, seed, scale, files, counts)
    place = write_truth(out, told)
    return Written(files.files, place)


def _no_dollars(world: World) -> NDArray[np.float64]:
    import numpy as np

    return np.zeros(len(world.rep_ids))


def _add_block(world: World, block: Block, files: Growing, truth: Growing, counts: dict[str, int]) -> NDArray[np.float64]:
    """Everything of some companies; the dollars that each rep won."""
    import numpy as np
    import polars as pl

    from onelead.samples import _enterprise_money as money
    from onelead.samples import _enterprise_people as people
    from onelead.samples._enterprise_deal_rows import deal_tables, deal_truth
    from onelead.samples._enterprise_deals import make_deals

    deals = make_deals(world, block, counts["opportunities"])
    tables = deal_tables(world, block, deals)
    ids = tables["opportunities"]["opportunity_id"]
    again = tables["opportunities"].head(max(1, len(ids) // 2_000))  # a real export repeats some
    level = money.spend_level(world, block)
    files.add("companies", block.frame)
    files.add("contacts", people.contacts(block))
    files.add("leads", people.leads(world, block, deals, ids))
    files.add("opportunities", pl.concat([tables["opportunities"], again]))
    files.add("opportunity_history", tables["opportunity_history"])
    files.add("activities", people.activities(world, block, deals, ids))
    bought = money.transactions(world, block, level, counts["transactions"])
    files.add("transactions", bought)
    for name, frame in money.contracts(world, block, level).items():
        files.add(name, frame)
    truth.add("opportunities", deal_truth(deals, ids, stage_days=False))
    truth.add("stages", deal_truth(deals, ids, stage_days=True))
    truth.add("companies", _company_truth(block, level))
    counts["opportunities"] += len(ids)
    counts["transactions"] += bought.height
    counts["repeated"] += again.height
    earned = deals.won & ~deals.is_open
    amount = deals.amounts[np.arange(len(ids)), deals.last] * earned
    return np.bincount(deals.rep, weights=amount, minlength=len(world.rep_ids)).astype(np.float64)


def _company_truth(block: Block, level: NDArray[np.float64]) -> pl.DataFrame:
    import numpy as np
    import polars as pl

    chances = {f"churn_{days}": (1 - np.exp(-block.hazard * days)).round(6) for days in HORIZONS}
    traits = {name: value.round(5) for name, value in block.traits.items()}
    return pl.DataFrame(
        {
            "customer_id": block.frame["customer_id"],
            "daily_hazard": block.hazard.round(9),
            **chances,
            "usual_amount": np.exp(level).round(2),
            **traits,
        }
    )


def _truth(world: World, seed: int, scale: int, files: Growing, counts: dict[str, int]) -> Truth:
    from onelead.samples import _enterprise_deal_rows as rows
    from onelead.samples import _enterprise_deals as deals
    from onelead.samples import _enterprise_money as money
    from onelead.samples import _enterprise_world as made

    regions = dict(zip(world.regions, deals.region_effects(world).tolist(), strict=True))
    return {
        "sample": "enterprise",
        "seed": seed,
        "scale": scale,
        "as_of": AS_OF.isoformat(),
        "no_signal": not world.signal,
        "rows": dict(sorted(files.rows.items())),
        "repeated_opportunities": counts["repeated"],
        "win": {
            "intercept": deals.INTERCEPT, "weights": deals.WIN, "lead_source": deals.SOURCES, "deal_type": deals.TYPES, "competitor": deals.COMPETITORS, "region": regions,
            "lost_by_last_stage": dict(zip(deals.STAGES, deals.DROPS.tolist(), strict=True)), "rep_skill": dict(zip(world.rep_ids, world.rep_skill.tolist(), strict=True)),
        },
        "push": deals.PUSH,
        "churn": {"daily_hazard": made.HAZARD, "log_hazard": {name: weight for name, (weight, _) in made.CHURN.items()}, "doc": {name: doc for name, (_, doc) in made.CHURN.items()}},
        "spend": {"intercept": money.AMOUNT, "log_employees": money.SIZE_WEIGHT, "industry": {name: effect for name, (_, effect) in made.INDUSTRIES.items()}, "region": regions, "month": dict(enumerate(money.SEASON, 1)), "noise": money.NOISE},
        "slip": "slip_probability is the chance that the close date moves to a later one at least once more; a won deal then closes after the date stated that day",
        "leaks": rows.LEAKS,
        "harmless": rows.HARMLESS,
        "files": {"opportunities": "chances on the as-of date, or before the closing, and what becomes of each deal", "stages": "chances when each stage began", "companies": "chances of churning from the as-of date on, by days; the drivers"},
    }  # fmt: skip


SAMPLE = Sample(
    id="enterprise",
    label="An enterprise vendor",
    doc="The enterprise sales model with planted drivers of winning, slipping, churning and spending, straight to Parquet; the true chances of "
    "each deal and company lie beside it. The scale is the number of companies.",
    write=_write,
    options={"no_signal": Option(default=False, doc="Draw outcomes at random, so that a model has nothing to find.")},
    workbook=False,
    directory=True,
    usual_scale=500,
)
