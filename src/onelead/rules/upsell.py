"""Upsell: products on a lower level of support than others of their kind at the same account."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from onelead.rules._assets import by, by_category, left_out, noun, opener_fields
from onelead.rules._evidence import where_category
from onelead.rules._proposal import Rule, RuleInput, proposals
from onelead.rules._text import counted, flag, json_object, plural, sentences, share_of, thousands

if TYPE_CHECKING:
    from datetime import date


def propose(given: RuleInput) -> pl.DataFrame:
    """Some products of a category have the highest level of support, others of the same category and account a lower one or none.

    Levels are those of the support level table (a setting), the lowest first: no active support (uncovered, expired fixed or flex
    support, or no status), warranty, contract. Offered is the level that the neighbours have.
    Who: every account with such products, one action for each product category. Left out is what a renewal is about: products past
    their end of life or within a year of it, past their end of service life, and those whose support ends within 90 days (settings),
    so that no product's money stands in two actions; where nothing of the category has the highest level, there is nothing to compare with.
    Worth: contract values, else a share of the replacement value for a year of support (a setting, estimated); unpriced products are
    counted, not valued. It is not revenue at risk.
    Chance: the recorded success rate of such actions, an assumption until there are enough outcomes.
    Sure: High where all of them have no active support; one step less where some are on warranty, which runs on for now, or have no
    status at all, and for an identity under review.
    """
    levels = list(given.context.settings.reading.support_levels)
    top = len(levels) - 1
    covered = _covered(given, top)
    if top < 1 or covered.is_empty():
        return proposals(given.assets.clear())
    life_end, support_end = _limits(given)
    low = (
        (pl.col("level") < top)
        & ~(pl.col("eol") <= life_end).fill_null(value=False)
        & ~pl.col("eos_past")
        & ~pl.col("support_end").is_between(given.context.as_of, support_end).fill_null(value=False)
    )
    frame = by_category(given, low, date_column="support", value_column="support_value").join(
        covered, on=["account_id", "product_category"], how="inner", nulls_equal=True, maintain_order="left"
    )
    bare, total = pl.col("lowest"), pl.col("evidence_count")
    others = total - bare
    return proposals(
        frame,
        title=pl.lit("Offer ") + pl.lit(levels[top].lower()) + pl.lit(" support for ") + noun(),
        why=_why(bare, others, levels) + left_out(),
        due_date=pl.lit(by(RULE.due_days, given)),
        doubts=((others > 0) | (pl.col("no_status") > 0)).cast(pl.Int64),
        evidence_table="assets",
        evidence_where=_where(given, life_end, support_end),
        next_steps=_steps(others),
        opportunity_areas=sentences("Support on one level for the whole category"),
        risk_flags=sentences(flag(bare > 0, share_of(bare, total, noun()) + pl.lit(" without active support"))),
        template="upsell_support",
        parameters=json_object(
            {
                **opener_fields(),
                "covered": pl.col("covered"),
                "category": pl.col("product_category").fill_null("products"),
                "bare": bare,
                "level": levels[top].lower(),
            }
        ),
    )


def _covered(given: RuleInput, top: int) -> pl.DataFrame:
    """account_id, product_category, covered: products on the highest level."""
    rows = given.assets.filter(pl.col("level") == top)
    return rows.group_by("account_id", "product_category").agg(pl.len().cast(pl.Int64).alias("covered"))


def _steps(others: pl.Expr) -> pl.Expr:
    differ = plural(pl.col("evidence_count"), "it differs", "they differ")
    return sentences(
        pl.lit("Ask why ") + differ + pl.lit(" from the ") + thousands(pl.col("covered")) + pl.lit(" on the highest level"),
        "Send a quote for the level of the others",
        flag(others > 0, pl.lit("Note when the warranty ends, so that cover follows on without a gap")),
    )


def _limits(given: RuleInput) -> tuple[date, date]:
    """The last days on which an end of life, and an end of support, belong to a renewal."""
    settings = given.context.settings.actions
    return by(settings.critical_eol_days, given), by(settings.expiring_contract_days, given)


def _why(bare: pl.Expr, others: pl.Expr, levels: list[str]) -> pl.Expr:
    covered = pl.col("covered")
    without = thousands(bare) + plural(bare, " has", " have") + pl.lit(f" {levels[0].lower()}")
    middle = thousands(others) + plural(others, " is", " are") + pl.lit(f" on {' or '.join(levels[1:-1]).lower() or 'a lower level'}")
    parts = pl.concat_str(flag(bare > 0, without), flag(others > 0, middle), separator=", ", ignore_nulls=True)
    beside = pl.lit(", beside ") + counted(covered, "asset", "assets") + pl.lit(f" of the category on {levels[-1].lower()}")
    return pl.lit("Of ") + noun() + pl.lit(" with life ahead, ") + parts + beside


def _where(given: RuleInput, life_end: date, support_end: date) -> pl.Expr:
    """Finds the same rows again: category, a status below the highest level, and none of the dates that belong to a renewal."""
    low = given.assets.filter(pl.col("level") < len(given.context.settings.reading.support_levels) - 1)
    statuses = low["support_status"].drop_nulls().unique().sort().to_list()
    as_of = given.context.as_of.isoformat()
    free = {"any": [{"end_of_service_date": None}, {"end_of_service_date": {">=": as_of}}]}
    support = {
        "any": [
            {"support_end_date": None, **free},
            {"support_end_date": {"<": as_of}, **free},
            {"support_end_date": {">": support_end.isoformat()}, **free},
        ]
    }
    life = {"any": [{"end_of_life_date": None, **support}, {"end_of_life_date": {">": life_end.isoformat()}, **support}]}
    ways: list[dict[str, object]] = [{"support_status": None, **life}]
    if statuses:
        ways.append({"support_status": {"in": statuses}, **life})
    return where_category(ways)


RULE = Rule(
    id="upsell",
    label="Upsell, higher support level",
    kind="cross_sell",
    priority=5,
    timeline="Within 90 days",
    due_days=90,
    urgency="Medium",
    template="upsell_support",
    propose=propose,
    fits=("support", "managed", "monitor", "health check", "operations", "proactive"),
    priced=True,
)
