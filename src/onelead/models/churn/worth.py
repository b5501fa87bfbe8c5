"""What accounts are worth over the next years: by contracts that survive, or by what they go on buying. Each account by one of the two."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from onelead.models._base import ModelOutput
from onelead.models._card import build_card
from onelead.models._scores import CONTRIBUTION_SCHEMA, as_predictions
from onelead.models.buying.history import DAYS, spending
from onelead.models.churn.dated import SOURCES, forecast
from onelead.models.churn.question import Fitted, pack
from onelead.models.churn.terms import company_spells, contract_spells
from onelead.models.churn.undated import buyers
from onelead.models.survival.forecast import MONEY
from onelead.models.survival.value import YEAR

if TYPE_CHECKING:
    from onelead.models._base import ModelInput
    from onelead.models.buying.forecast import BuyingForecast
    from onelead.models.churn.question import Question
    from onelead.models.learning.matrix import Floats
    from onelead.models.survival.forecast import SurvivalForecast

VALUES = ("value", "value_low", "value_high")
LIMITS = [
    "An account with a contract that runs is worth its contracts: what it buys besides is not counted, because sources book contracts as purchases too.",
    "The yearly value of a contract stays as it is today; expansion and price changes to come are not in it.",
    "Contracts are discounted as the money comes in evenly, purchases in the middle of each year.",
    "The interval of an account is what eight of ten like it fall into; the intervals of accounts do not add up to that of the total.",
]


def lifetime(question: Question, data: ModelInput) -> ModelOutput | None:
    """Predictions of all accounts that a running contract or a purchase speaks for, with the card."""
    spells = contract_spells(data)
    signed = forecast(question, data, spells.drop("term_end")) if not spells.is_empty() else None
    buying = buyers(data) if not data.frame("transactions").is_empty() else None
    if signed is None and buying is None:
        return None
    parts = [part for part in (_of_contracts(signed), _of_purchases(data, buying, spells)) if part is not None]
    days = round(data.context.settings.models.lifetime_years * YEAR)
    rows = pl.concat(parts).with_columns(
        model=pl.lit(question.id), subject_kind=pl.lit("account"), subject_id="account_id", horizon_days=pl.lit(days, pl.Int64)
    )
    predicted = as_predictions(rows).sort("subject_id")
    artefact = b""
    if signed is not None and signed.model is not None and SOURCES[str(signed.card["label_source"])] == "outcomes":
        kept = signed.kept and data.incumbent is not None
        artefact = (
            data.incumbent.artefact
            if kept and data.incumbent
            else pack(question, Fitted(data.context.as_of.isoformat(), hazard=signed.model))
        )
    card = _card(question, data, predicted, signed, buying, learned=bool(artefact))
    return ModelOutput(predicted, pl.DataFrame(schema=CONTRIBUTION_SCHEMA), card, artefact)


def _of_contracts(signed: SurvivalForecast | None) -> pl.DataFrame | None:
    """One row an account with a running contract: the sums over its contracts, which end together more often than not."""
    if signed is None or signed.spells.is_empty():
        return None
    source = SOURCES[str(signed.card["label_source"])]
    sums = [
        pl.when(pl.col(name).is_not_null().any()).then(pl.col(name).sum()).alias(value) for name, value in zip(MONEY, VALUES, strict=True)
    ]
    rows = signed.spells.group_by("account_id").agg(sums)
    return rows.with_columns(basis=pl.lit("contracts"), label_source=pl.lit(source))


def _of_purchases(data: ModelInput, buying: BuyingForecast | None, spells: pl.DataFrame) -> pl.DataFrame | None:
    """One row an account that buys, has no running contract and is not known to have left."""
    if buying is None:
        return None
    left = company_spells(data).filter(pl.col("end").is_not_null())["account_id"]
    running = spells.filter(pl.col("end").is_null() & (pl.col("seen_until").is_null()))["account_id"]
    source = "rates" if buying.model else "none"
    rows = buying.accounts.select(
        "account_id", *(pl.Series(name, values) for name, values in zip(VALUES, _discounted(data, buying), strict=True))
    )
    alone = rows.filter(~pl.col("account_id").is_in(pl.concat([left, running]).implode()))
    return alone.with_columns(basis=pl.lit("purchases"), label_source=pl.lit(source))


def _discounted(data: ModelInput, buying: BuyingForecast) -> tuple[pl.Series, ...]:
    """Worth of the purchases to come, each year's at the rate of its middle; the interval shrinks with the mean."""
    plain = [buying.accounts[name] for name in ("expected_value", "value_low", "value_high")]
    if buying.model is None or buying.seen is None or buying.model.worth is None:
        return tuple(plain)
    settings, summary = data.context.settings.models, buying.seen.summary()
    ends = [min(float(year), settings.lifetime_years) for year in range(1, int(np.ceil(settings.lifetime_years)) + 1)]
    until = [np.zeros(summary.height), *(buying.model.expected(summary, buying.seen.as_of, end * 52 * 7 / DAYS) for end in ends)]
    middle = [(begin + end) / 2 for begin, end in zip([0.0, *ends], ends, strict=False)]
    counts: Floats = np.sum(
        [(1 + settings.lifetime_discount) ** -at * (after - before) for at, before, after in zip(middle, until, until[1:], strict=False)],
        axis=0,
    )
    share = pl.Series(counts / np.maximum(until[-1], 1e-12))
    mean = pl.Series(counts * buying.model.worth.expected(spending(summary)))
    return mean, plain[1] * share, pl.Series(np.maximum(plain[2] * share, mean))


def _card(
    question: Question,
    data: ModelInput,
    predicted: pl.DataFrame,
    signed: SurvivalForecast | None,
    buying: BuyingForecast | None,
    *,
    learned: bool,
) -> dict[str, object]:
    contracts: Any = signed.card if signed else {}
    purchases: Any = buying.card if buying else {}
    told = predicted.filter(pl.col("value").is_not_null())
    sources = told["label_source"].unique().to_list()
    source = "outcomes" if learned else "rates" if "rates" in sources or "outcomes" in sources else "none"
    reasons = [*contracts.get("why_not_higher", []), *(purchases.get("why_not_higher", []) if buying and buying.model is None else [])]
    if source != "outcomes" and not reasons:
        reasons = ["No contract says how long contracts last: it is what accounts go on buying."]
    settings = data.context.settings.models
    money = contracts.get("back_test", {}).get("value")
    return build_card(
        data,
        label_source=source,
        summary=_summary(told, settings.lifetime_years, money, data.context.settings.prices.currency) if told.height else f"OneLead abstains. {' '.join(reasons)}",
        model=question.id,
        question=f"What will each account bring in the next {settings.lifetime_years:g} years, at a discount of {settings.lifetime_discount:.0%} a year?",
        learned_from={"contracts": contracts.get("learned_from"), "purchases": purchases.get("learned_from"), "accounts_by_contracts": told.filter(pl.col("basis") == "contracts").height, "accounts_by_purchases": told.filter(pl.col("basis") == "purchases").height},
        features=[],
        method={"name": "survival of contracts × yearly value; Pareto/NBD and Gamma-Gamma for purchases", "contracts": contracts.get("method"), "purchases": purchases.get("method"), "years": settings.lifetime_years, "discount": settings.lifetime_discount, "total": round(float(told["value"].sum()), 2), "in_use": contracts.get("incumbent")},
        split={"by": "time", "learned_until": contracts["back_test"].get("learned_until")} if money else None,
        metrics={"measured_on": "later data: learned until an earlier day, compared with what came after it", "contracts": money, "purchases": purchases.get("back_test")} if money or purchases.get("back_test") else None,
        signal=learned,
        limits=LIMITS,
        why_not_higher=[] if learned else [{"step": "outcomes", "reason": reason} for reason in reasons],
    )  # fmt: skip


def _summary(told: pl.DataFrame, years: float, money: dict[str, Any] | None, currency: str) -> str:
    by = {basis: (rows.height, float(rows["value"].sum())) for (basis,), rows in told.group_by("basis")}
    parts = [f"{count:,} accounts by {basis}: {value:,.0f} {currency}" for basis, (count, value) in sorted(by.items())]
    text = f"Over {years:g} years, discounted: {'; '.join(parts)}."
    expected = [money["expected"][name]["total"] for name in ("model", "all_stay")] if money else []
    if not money or not all(expected):  # contracts worth nothing bring no share of anything
        return text
    model, stay = (money["real"] / each for each in expected)
    return f"{text} On the {money['days']} days after an earlier date contracts brought {model:.0%} of what was expected ({stay:.0%} of what they would have brought had all stayed)."
