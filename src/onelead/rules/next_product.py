"""Next product: what customers who had one product bought next, and this one has not."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import polars as pl

from onelead.rules._assets import by
from onelead.rules._deals import percent
from onelead.rules._next_products import offers, pairs, product_names, purchases, typical
from onelead.rules._proposal import KEYS_SHOWN, Rule, RuleInput, proposals
from onelead.rules._text import counted, flag, json_object, sentences, thousands
from onelead.tables.opportunities import frame_as_known

if TYPE_CHECKING:
    from collections.abc import Callable


def propose(given: RuleInput) -> pl.DataFrame:
    """A product that customers who had another one bought within a year clearly more often than customers at large, and this account did not.

    Who: accounts that bought something in the last year. The shares are counted over up to three whole past years: of those who had the one
    product and not the other when a year began, who bought the other within it. A pair is told from 30 owners and 5 buyers on, where the
    share lies above that of all customers with little doubt (1 %), as some of many pairs look good by chance. A product with an open deal is
    not offered a second time. One product an account, the one that is worth most.
    Worth: the median of what its owners spend on it in a year, with the quartiles as range; always estimated. It is not revenue at risk.
    Chance: that of the type (an assumption until there are enough outcomes), more for accounts whose pair has a higher share, less for others.
    Evidence: what the account bought of the first product.
    Sure: Medium, as what others bought is no wish of the account; one step less for an identity under review.
    """
    if given.frames("transactions").is_empty():
        return proposals(given.engagement.clear())
    as_of = given.context.as_of
    bought = purchases(given.frames, given.context)
    found = offers(bought, pairs(bought, as_of), as_of)
    if found.is_empty():
        return proposals(given.engagement.clear())
    frame = (
        found.join(_asked_already(given), on=["account_id", "product"], how="anti")
        .join(typical(bought, as_of), on="product", how="left")
        .sort(pl.col("account_id"), pl.col("rate") * pl.col("value").fill_null(0.0), "product", descending=[False, True, False])
        .unique("account_id", keep="first", maintain_order=True)
        .join(given.top_accounts, on="account_id", how="inner", maintain_order="left")
    )
    frame = _with_evidence(frame, given)
    return proposals(
        frame,
        subject=pl.col("product"),
        title=pl.lit("Offer ") + pl.col("product") + pl.lit(" beside ") + pl.col("owned"),
        why=_why(),
        due_date=pl.lit(by(RULE.due_days, given)),
        estimated=pl.col("value").is_not_null(),
        propensity=pl.col("rate"),
        propensity_low=pl.col("low"),
        propensity_high=pl.col("high"),
        doubts=pl.lit(1),
        next_steps=sentences(
            pl.lit("Ask how the account covers today what ") + pl.col("product") + pl.lit(" does"),
            pl.lit("Show how ") + pl.col("product") + pl.lit(" works with ") + pl.col("owned"),
            "Agree on a small first use with a date on which both sides judge it",
        ),
        opportunity_areas=sentences(pl.lit("Product: ") + pl.col("product")),
        template="next_product",
        parameters=json_object(
            {"account_name": pl.col("account_name"), "greeting": pl.col("greeting"), "product": pl.col("product"), "owned": pl.col("owned")}
        ),
    )


def _why() -> pl.Expr:
    others = thousands(pl.col("adopters")) + pl.lit(" of ") + counted(pl.col("owners"), "customer", "customers")
    return (
        others
        + pl.lit(" who had ")
        + pl.col("owned")
        + pl.lit(" without ")
        + pl.col("product")
        + pl.lit(" bought it within a year (")
        + percent("rate")
        + pl.lit("), ")
        + pl.col("lift").round(1).cast(pl.String)
        + pl.lit(" times as often as customers at large; this account has not")
        + flag(pl.col("value").is_not_null(), pl.lit("; valued as what its owners spend on it in a year")).fill_null("")
    )


def _asked_already(given: RuleInput) -> pl.DataFrame:
    """account_id, product of open deals."""
    rows = given.frames("opportunities").filter(~pl.col("is_repeat").fill_null(value=False))
    still = frame_as_known(rows, given.context).filter("is_open")
    names = product_names(given.frames)
    of_line = still.select("account_id", product="product_line")
    of_product = still.select("account_id", "product_id").join(names, on="product_id").select("account_id", "product")
    return pl.concat([of_line, of_product]).drop_nulls().unique()


def _with_evidence(frame: pl.DataFrame, given: RuleInput) -> pl.DataFrame:
    """``frame`` with the account's purchases of the owned product."""
    names = _owned_names(given.frames)
    rows = given.frames("transactions").filter(
        ~pl.col("is_repeat").fill_null(value=False) & (pl.col("transaction_date") <= given.context.as_of)
    )
    named = rows.join(names, on="product_id", how="left").select(
        "account_id", "transaction_id", day="transaction_date", owned=pl.coalesce("owned", "product_id")
    )
    lines = named.join(frame.select("account_id", "owned"), on=["account_id", "owned"], how="semi").sort(
        "day", "transaction_id", descending=True
    )
    keys = lines.group_by("account_id", "owned", maintain_order=True).agg(
        pl.len().cast(pl.Int64).alias("evidence_count"), pl.col("transaction_id").head(KEYS_SHOWN).alias("evidence_keys")
    )
    ids = {name: sorted(found) for name, found in names.group_by("owned").agg("product_id").iter_rows()}
    until = {"is_repeat": False, "transaction_date": {"<=": given.context.as_of.isoformat()}}
    ways = {
        name: json.dumps({**until, "product_id": {"in": ids.get(name, [name])}}, separators=(",", ":")) for name in frame["owned"].unique()
    }
    return frame.join(keys, on=["account_id", "owned"], how="left", maintain_order="left").with_columns(
        evidence_table=pl.lit("transactions"), evidence_where=pl.col("owned").replace_strict(ways, return_dtype=pl.String)
    )


def _owned_names(frames: Callable[[str], pl.DataFrame]) -> pl.DataFrame:
    return product_names(frames).rename({"product": "owned"})


RULE = Rule(
    id="next_product",
    label="Next product",
    kind="cross_sell",
    priority=4,
    timeline="Within 90 days",
    due_days=90,
    urgency="Medium",
    template="next_product",
    propose=propose,
    fits=("assess", "workshop", "advis", "blueprint"),
)
