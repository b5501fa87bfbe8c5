"""Which chances were measured by recorded outcomes, and how far they reach; the others are assumptions and get no percentage on screen."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import polars as pl

from onelead.rules import chance_of

if TYPE_CHECKING:
    from onelead.rules import Chance
    from onelead.workspace.viewing import View
    from onelead.workspace.wiring import Parts

SAME = 0.005
"""A stored chance this near to what the records say now was computed from them."""


def with_measured_chance(rows: pl.DataFrame, view: View, parts: Parts) -> pl.DataFrame:
    """``rows`` (type, chance, account_id) with chance_low, chance_high, tries: the 80 % range where outcomes weigh more than the assumption.

    Where the account's propensity was learned from outcomes, its chance is shifted from that of its type, and the range with it; a chance
    that is neither shifted nor what the records say now was computed before they came, and is still an assumption.
    """
    rates = view.once(parts, _success_rates)
    ranges = {}
    for name, (_, tries) in rates.items():
        chance = chance_of(name, parts.settings.actions, rates)
        if chance is not None and not chance.assumed:
            ranges[name] = (chance, tries)
    learned = _learned(view, rows["account_id"]) if ranges else set()
    found = [_range(row, ranges, learned) for row in rows.select("type", "chance", "account_id").iter_rows(named=True)]
    columns = {"chance_low": pl.Float64, "chance_high": pl.Float64, "tries": pl.Int64}
    return rows.hstack(pl.DataFrame(found, schema=columns, orient="row"))


def _success_rates(_: View, parts: Parts) -> dict[str, tuple[int, int]]:
    return parts.store.success_rates()


def _learned(view: View, accounts: pl.Series) -> set[str]:
    table = view.snapshot.table("scores")
    ids = accounts.drop_nulls().unique().to_list()
    scores = view.snapshot.execute(
        table.filter(table.account_id.isin(ids or [""]) & (table.label_source == "outcomes")).select("account_id")
    )
    return set(scores["account_id"].to_list())


def _range(
    row: dict[str, object], ranges: dict[str, tuple[Chance, int]], learned: set[str]
) -> tuple[float | None, float | None, int | None]:
    if row["type"] not in ranges or not isinstance(row["chance"], float):
        return None, None, None
    chance, tries = ranges[str(row["type"])]
    if abs(row["chance"] - chance.mean) > SAME and row["account_id"] not in learned:
        return None, None, None
    shift = _log_odds(row["chance"]) - _log_odds(chance.mean)
    return _share(_log_odds(chance.low) + shift), _share(_log_odds(chance.high) + shift), tries


def _log_odds(share: float) -> float:
    kept = min(max(share, 1e-6), 1 - 1e-6)
    return math.log(kept / (1 - kept))


def _share(log_odds: float) -> float:
    return 1 / (1 + math.exp(-log_odds))
