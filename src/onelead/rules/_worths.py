"""What actions would be worth under other prices, without running the rules again for each.

A rule's worth is linear in the prices that it rests on: a + b × price factor + c × price factor × support share + d × price of a credit.
The rules themselves say what a, b, c and d are of each action: they are run (without their texts) at four prices where one term after
the other appears. So the formula stands in the rules alone, and a test compares with a full run.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import polars as pl

from onelead.rules._proposal import PROPOSAL, Rule, RuleInput, wordless
from onelead.rules._rank import action_ids, labelled, rules, settled, valued
from onelead.rules._text import json_list

if TYPE_CHECKING:
    from collections.abc import Mapping

    from onelead.core.context import Context
    from onelead.core.settings import ActionSettings

MONEY = ("value", "value_low", "value_high")
KEYS = ("account_id", "subject")
TERMS = ("fixed", "book", "support", "credit")


@dataclass(frozen=True)
class Prices:
    """A factor on the whole price book, a year of support as a share of the replacement value, the price of a service credit."""

    factor: float = 1.0
    support_share: float = 0.0
    credit: float = 0.0

    def context(self, context: Context) -> Context:
        """``context`` with these prices."""
        prices = context.settings.prices
        book = {name: price * self.factor for name, price in prices.price_book.items()}
        changed = prices.model_copy(update={"price_book": book, "support_share": self.support_share, "credit": self.credit})
        return replace(context, settings=context.settings.model_copy(update={"prices": changed}))


FIXED, BOOK, SUPPORT, CREDIT = Prices(0.0), Prices(), Prices(1.0, 1.0), Prices(0.0, 0.0, 1.0)
"""One term after the other: a, then a + b, then a + b + c; and a + d."""


def worths(given: RuleInput) -> pl.DataFrame:
    """Every action that the rules give, with the terms of its worth.

    Columns: action_id, account_id, type, subject, due_date, estimated, evidence_count, evidence_keys (JSON), propensity with its range, and
    of each of value, value_low and value_high the terms (``value_fixed``, ``value_book`` …); all terms null: unknown.
    """
    inputs = {prices: replace(given, context=prices.context(given.context)) for prices in (FIXED, BOOK, SUPPORT, CREDIT)}
    with wordless():
        proposed = pl.concat([labelled(rule, _terms(rule, given, inputs)) for rule in rules().values()])
    found = settled(proposed, given)
    ids = action_ids(found["account_id"], found["type"], found["subject"])
    return found.select(
        pl.Series("action_id", ids, dtype=pl.String),
        *("account_id", "type", "subject", "due_date", "estimated", "evidence_count", "revenue_at_risk"),
        json_list(pl.col("evidence_keys").fill_null(pl.lit([], dtype=pl.List(pl.String)))).alias("evidence_keys"),
        *("propensity", "propensity_low", "propensity_high"),
        *(f"{name}_{term}" for name in MONEY for term in TERMS),
    )


def worth_under(
    found: pl.DataFrame, prices: Prices, settings: ActionSettings, success_rates: Mapping[str, tuple[int, int]]
) -> pl.DataFrame:
    """``worths`` as actions under some prices and chances: value, chance, expected_value with its range, and estimated, as the list has them."""
    weights = {"fixed": 1.0, "book": prices.factor, "support": prices.factor * prices.support_share, "credit": prices.credit}
    money = [pl.sum_horizontal(pl.col(f"{name}_{term}") * weights[term] for term in TERMS).alias(name) for name in MONEY]
    known = [pl.when(pl.col(f"{name}_fixed").is_not_null()).then(pl.col(name)).alias(name) for name in MONEY]
    return valued(found.with_columns(money).with_columns(known), settings, success_rates)


def _terms(rule: Rule, given: RuleInput, inputs: Mapping[Prices, RuleInput]) -> pl.DataFrame:
    """Proposals of a rule with the terms of their worth instead of the worth."""
    if not rule.priced:
        frame = rule.propose(given).select(PROPOSAL.names())
        fixed = [pl.col(name).alias(f"{name}_fixed") for name in MONEY]
        none = [(pl.col(name) * 0.0).alias(f"{name}_{term}") for name in MONEY for term in TERMS[1:]]
        return frame.with_columns(*fixed, *none).select(*PROPOSAL.names(), *(f"{name}_{term}" for name in MONEY for term in TERMS))
    frame = rule.propose(inputs[FIXED]).select(PROPOSAL.names())
    for prices, place in ((BOOK, "at_book"), (SUPPORT, "at_support"), (CREDIT, "at_credit")):
        there = rule.propose(inputs[prices]).select(*KEYS, *(pl.col(name).alias(f"{name}_{place}") for name in MONEY))
        frame = frame.join(there, on=KEYS, how="left", nulls_equal=True, maintain_order="left")
    terms = {"fixed": ("", None), "book": ("_at_book", ""), "support": ("_at_support", "_at_book"), "credit": ("_at_credit", "")}
    columns = [
        (pl.col(name + upper) - (pl.col(name + lower) if lower is not None else 0.0)).alias(f"{name}_{term}")
        for name in MONEY
        for term, (upper, lower) in terms.items()
    ]
    return frame.select(*PROPOSAL.names(), *columns)
