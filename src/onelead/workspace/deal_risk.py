"""Use cases: what speaks against open deals, each with its evidence; what the data does not tell is not judged, and said so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from onelead.workspace.deal_facts import deal_facts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from onelead.core.risk_settings import RiskSettings
    from onelead.core.settings import Settings
    from onelead.workspace.viewing import View
    from onelead.workspace.wiring import Parts

ID = "opportunity_id"
STANDS_IN = "open_long"
"""Judged only where the stage of a deal tells nothing: where all of them do, nobody asks for it."""


@dataclass(frozen=True)
class Flag:
    """One thing that may speak against a deal: ``number`` is what is measured, ``norm`` from where on it is a risk, both of ``deal_facts``."""

    id: str
    label: str
    number: pl.Expr
    norm: pl.Expr
    words: pl.Expr
    needs: str
    """What the data needs for it to be judged."""
    unit: str = "days"
    below: bool = False
    """Whether it is a risk below the norm, not beyond it."""
    at: bool = True
    """Whether the norm itself is a risk already."""

    @property
    def hit(self) -> pl.Expr:
        """Whether it speaks against the deal; null where it cannot be judged."""
        if self.below:
            return self.number < self.norm
        return self.number >= self.norm if self.at else self.number > self.norm


def flags(settings: Settings) -> tuple[Flag, ...]:
    """Every flag, the most telling first, with its thresholds."""
    risk, col = settings.risk, pl.col
    age = col("norm_days") * _threshold(risk, "stage_age")
    share = f"{100 * risk.norm_share:.0f}%"
    late = -col("days_to_close")
    cut = (100 * col("amount_cut")).round(0).cast(pl.Int64)
    return (
        Flag("overdue", "Close date overdue", late, _threshold(risk, "overdue_days"), pl.format("Close date passed {} d ago", late), "close dates", at=False),
        Flag(
            "stage_age",
            "Too long in its stage",
            col("stage_days"),
            age,
            pl.format(f"{{}} d in {{}}; {share} of {{}} won deals had gone on by day {{}}", col("stage_days"), col("stage"), col("won_deals"), col("norm_days").cast(pl.Int64)),
            "the history of the opportunities, or a second load, and enough won deals",
            at=False,
        ),
        Flag(
            "open_long",
            "Open too long",
            col("open_days"),
            col("cycle_norm") * _threshold(risk, "stage_age"),
            pl.format(
                f"Open for {{}} d; {share} of {{}} won deals had closed by day {{}}",
                col("open_days"),
                col("cycles"),
                col("cycle_norm").cast(pl.Int64),
            ),
            "created dates, and enough won deals with both dates",
            at=False,
        ),
        Flag("pushed", "Pushed", col("pushes"), _threshold(risk, "pushes"), _times(col("pushes")), "the history of the opportunities, or a second load", "count"),
        Flag("amount_cut", "Amount falling", col("amount_cut"), _threshold(risk, "amount_cut"), pl.format("Amount {}% below its highest", cut), "the history of the opportunities, or a second load, with amounts", "ratio"),
        Flag("no_activity", "No activity", col("quiet_days"), _threshold(risk, "quiet_days"), _quiet(), "activities that name their opportunity"),
        Flag("unchanged", "Unchanged", col("unchanged_days"), pl.lit(float(settings.revenue.silent_days)), pl.format("Unchanged for {} d", col("unchanged_days")), "the history of the opportunities, or a second load"),
        Flag("single_contact", "Too few contacts", col("contacts"), _threshold(risk, "contacts"), _contacts(), "the number of contacts, or activities with them", "count", below=True),
        Flag("no_next_step", "No next step", col("next_steps"), pl.lit(1.0), pl.lit("No next step stated"), "next steps", "count", below=True),
    )  # fmt: skip


def _times(count: pl.Expr) -> pl.Expr:
    return pl.when(count == 1).then(pl.lit("Pushed once")).otherwise(pl.format("Pushed {} times", count))


def _quiet() -> pl.Expr:
    ever = pl.col("last_activity").is_not_null()
    days = pl.col("quiet_days")
    return (
        pl.when(ever)
        .then(pl.format("No activity for {} d", days))
        .otherwise(pl.format("No activity in the {} d since it was created", days))
    )


def _contacts() -> pl.Expr:
    known = pl.col("contacts")
    return (
        pl.when(known == 0)
        .then(pl.lit("No contact"))
        .when(known == 1)
        .then(pl.lit("One contact only"))
        .otherwise(pl.format("{} contacts only", known))
    )


def _threshold(risk: RiskSettings, name: str) -> pl.Expr:
    """The threshold of each deal: that of its stage where the settings name one, else the one for all."""
    own: Mapping[str, float] = getattr(risk, f"{name}_by_stage")
    found = pl.lit(float(getattr(risk, name)))
    for stage, value in own.items():
        found = pl.when(_in(stage)).then(pl.lit(float(value))).otherwise(found)
    return found


def _in(stage: str) -> pl.Expr:
    return pl.col("stage").str.to_lowercase().str.starts_with(stage.lower()).fill_null(value=False)


def risk_flags(view: View, parts: Parts) -> pl.DataFrame:
    """What was judged of each open deal: opportunity_id, flag, hit, severe, number, norm, unit, words; a row a deal and flag.

    ``words`` say the evidence. What the data does not tell of a deal, or the settings do not ask for in its stage, has no row.
    """
    return judgements(deal_facts(view, parts), view.context.settings)


def judgements(facts: pl.DataFrame, settings: Settings) -> pl.DataFrame:
    """``risk_flags`` of ``deal_facts``."""
    return pl.concat([_judged(facts, flag, settings.risk) for flag in flags(settings)])


def _judged(facts: pl.DataFrame, flag: Flag, risk: RiskSettings) -> pl.DataFrame:
    left_out = [_in(stage) for stage, names in risk.not_asked.items() if flag.id in names]
    asked = facts.filter(~pl.any_horizontal(left_out)) if left_out else facts
    severe = pl.lit(flag.id == "overdue") | (pl.lit(not flag.below) & (flag.number >= risk.severe * flag.norm))
    return asked.with_columns(hit=flag.hit).filter(pl.col("hit").is_not_null()).select(
        ID,
        "hit",
        flag=pl.lit(flag.id),
        severe=pl.col("hit") & severe,
        number=flag.number.cast(pl.Float64),
        norm=flag.norm.cast(pl.Float64),
        unit=pl.lit(flag.unit),
        words=flag.words,
    )  # fmt: skip


def deals_at_risk(view: View, parts: Parts) -> pl.DataFrame:
    """Open deals with ``deal_facts``, and what speaks against them: risk (how many), severe, flags (ids), words ("crit|Close date …").

    The most severe, then the most and the largest first; deals that nothing speaks against have a risk of 0.
    """
    facts = deal_facts(view, parts)
    hits = judgements(facts, view.context.settings).filter("hit")
    kind = pl.when("severe").then(pl.lit("crit|")).otherwise(pl.lit("warn|"))
    told = hits.group_by(ID, maintain_order=True).agg(
        pl.len().cast(pl.Int64).alias("risk"),
        pl.col("severe").sum().cast(pl.Int64).alias("severe"),
        pl.col("flag").alias("flags"),
        pl.concat_str(kind, "words").alias("words"),
    )
    frame = facts.join(told, on=ID, how="left", maintain_order="left")
    empty = [pl.col(name).fill_null(pl.lit([], pl.List(pl.String))) for name in ("flags", "words")]
    frame = frame.with_columns(pl.col("risk", "severe").fill_null(0), *empty)
    return frame.sort(["severe", "risk", "value", ID], descending=[True, True, True, False], nulls_last=True)


def risk_judged(view: View, parts: Parts) -> pl.DataFrame:
    """Each flag: flag, label, judged and flagged deals, value of the flagged, open (deals in all), needs (what it is judged by).

    ``judged`` 0 says that the data does not tell it of any open deal: it is not judged then. ``STANDS_IN`` has no row where it is not needed.
    """
    facts = deal_facts(view, parts)
    found = judgements(facts, view.context.settings)
    values = facts.select(ID, "value")
    counted = found.join(values, on=ID, how="left").group_by("flag").agg(
        pl.len().cast(pl.Int64).alias("judged"),
        pl.col("hit").sum().cast(pl.Int64).alias("flagged"),
        pl.col("value").filter("hit").sum().alias("value"),
    )  # fmt: skip
    known = flags(view.context.settings)
    listed = pl.DataFrame(
        {name: [getattr(flag, name if name != "flag" else "id") for flag in known] for name in ("flag", "label", "needs")}
    )
    joined = listed.join(counted, on="flag", how="left", maintain_order="left")
    joined = joined.with_columns(pl.col("judged", "flagged").fill_null(0), open=pl.lit(facts.height, pl.Int64))
    return joined.filter((pl.col("flag") != STANDS_IN) | (pl.col("judged") > 0) | (facts["norm_days"].count() == 0))
