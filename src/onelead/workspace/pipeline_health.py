"""Use case: the health of the open pipeline as one score of 0 to 100 with its parts, for all deals, by owner and by team."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import polars as pl

from onelead.workspace.asking import metric_by, metric_values, owned_by
from onelead.workspace.deal_facts import deal_facts
from onelead.workspace.deal_risk import STANDS_IN, flags, judgements

if TYPE_CHECKING:
    from onelead.workspace.viewing import View
    from onelead.workspace.wiring import Parts

ID = "opportunity_id"
COVERAGE = "coverage"
FULL = 100.0


def pipeline_health(view: View, parts: Parts) -> dict[str, Any]:
    """The health of all open deals that are seen: score (None where nothing tells it), weight (share with data), deals, parts.

    score = Σ weight × points ÷ Σ weight over the parts that have data. ``parts`` (a row a part, by weight): part, label, weight, share (of the
    weight with data), points (null without data), lost (points of the score that it costs), number and unit, flagged, judged, needs. A risk's points are
    100 × the share of the amount of the judged deals that it does not speak against; a deal without an amount weighs as much as the mean of
    those that state one, and where none does, all weigh the same. Coverage's are 100 × the coverage of this fiscal quarter's quota ÷ the
    coverage that is wanted, 100 at most.
    """
    judged = _judged(view, parts)
    rows = _parts(view, judged, "all", _coverage(view, None))
    score = _scored(rows, "all").row(0, named=True) if rows.height else {"score": None, "weight": None}
    return {"score": score["score"], "weight": score["weight"], "deals": judged[ID].n_unique(), "parts": _told(view, rows)}


def health_by(view: View, parts: Parts, by: Literal["owner_name", "team"]) -> pl.DataFrame:
    """The same by owner or team: group, deals, value, score, weight, worst (the part that costs most) and the points of each part by its id.

    The lowest first. ``score`` is null below the open deals that the settings ask for: few deals are no pipeline.
    """
    judged = _judged(view, parts)
    rows = _parts(view, judged, by, _coverage(view, by))
    least = view.context.settings.risk.health_least
    known = judged.select(ID, by, "value").unique(ID)
    sizes = known.group_by(by).agg(pl.len().cast(pl.Int64).alias("deals"), pl.col("value").sum())
    frame = sizes.join(_scored(rows, by), on=by, how="left", nulls_equal=True)
    wide = rows.pivot(on="part", index=by, values="points", aggregate_function="first") if rows.height else None
    frame = frame if wide is None else frame.join(wide, on=by, how="left", nulls_equal=True)
    enough = pl.col("deals") >= least
    named = frame.with_columns(pl.when(enough).then(name).alias(name) for name in ("score", "worst"))
    return named.rename({by: "group"}).sort(["score", "group"], nulls_last=True)


def _judged(view: View, parts: Parts) -> pl.DataFrame:
    """Every judgement of every open deal with its owner, team and how much it weighs; a deal that nothing is known of has one without flag."""
    whole = deal_facts(view, parts)
    facts = whole.select(ID, "owner_name", "team", "value")
    usual = pl.col("value").filter(pl.col("value") > 0).mean()
    weighed = facts.with_columns(size=pl.coalesce("value", usual, pl.lit(1.0)))
    return weighed.join(judgements(whole, view.context.settings).select(ID, "flag", "hit"), on=ID, how="left", maintain_order="left")


def _parts(view: View, judged: pl.DataFrame, by: str, coverage: pl.DataFrame) -> pl.DataFrame:
    """A row a group and part that has data: points, weight, number (what is measured), judged, flagged."""
    risk = view.context.settings.risk
    frame = judged.with_columns(all=pl.lit("all")).filter(pl.col("flag").is_not_null())
    size = pl.col("size")
    found = frame.group_by(by, part="flag").agg(
        (size.filter(~pl.col("hit")).sum() / size.sum()).alias("number"),
        pl.len().cast(pl.Int64).alias("judged"),
        pl.col("hit").sum().cast(pl.Int64).alias("flagged"),
    )
    found = found.with_columns(points=FULL * pl.col("number"))
    wanted = coverage.with_columns(
        part=pl.lit(COVERAGE),
        points=(FULL * pl.col("number") / risk.health_coverage).clip(0, FULL),
        judged=pl.lit(None, pl.Int64),
        flagged=pl.lit(None, pl.Int64),
    ).filter(pl.col("number").is_not_null())
    own = wanted.rename({"group": by}).select(found.columns) if wanted.height else found.clear()
    weights = pl.DataFrame({"part": list(risk.health_weights), "weight": [float(value) for value in risk.health_weights.values()]})
    whole = pl.concat([found.filter(pl.col("number").is_not_nan()), own], how="vertical_relaxed")
    return whole.join(weights.filter(pl.col("weight") > 0), on="part", how="inner")


def _scored(rows: pl.DataFrame, by: str) -> pl.DataFrame:
    """score, weight (points of weight with data) and worst (the part that costs most) of each group."""
    lost = pl.col("weight") * (FULL - pl.col("points"))
    return rows.group_by(by).agg(
        ((pl.col("weight") * pl.col("points")).sum() / pl.col("weight").sum()).alias("score"),
        pl.col("weight").sum(),
        pl.col("part").sort_by(lost, descending=True).first().alias("worst"),
    )


def _coverage(view: View, by: str | None) -> pl.DataFrame:
    """Coverage of the quota of this fiscal quarter: group, number; null where no quota is loaded."""
    if by is None:
        value = metric_values(view, ["pipeline_coverage"]).filter(pl.col("metric") == "pipeline_coverage")["value"]
        return pl.DataFrame(
            {"group": ["all"], "number": [value[0] if value.len() else None]}, schema={"group": pl.String, "number": pl.Float64}
        )
    if view.account_filter is not None:
        return pl.DataFrame(schema={"group": pl.String, "number": pl.Float64})
    owners = view.viewer.deal_owners
    found = metric_by(view, "pipeline_coverage", (by,), () if owners is None else owned_by(owners))
    return found.select(pl.col(by).alias("group"), pl.col("value").cast(pl.Float64).alias("number"))


def _told(view: View, rows: pl.DataFrame) -> pl.DataFrame:
    """Every part with a weight, those without data too."""
    risk = view.context.settings.risk
    known = {flag.id: (flag.label, flag.needs) for flag in flags(view.context.settings)}
    known[COVERAGE] = ("Coverage of the quota", "quotas by person or team and quarter")
    listed = pl.DataFrame(
        [
            {
                "part": part,
                "label": known[part][0],
                "weight": float(weight),
                "needs": known[part][1],
                "unit": "times" if part == COVERAGE else "ratio",
            }
            for part, weight in risk.health_weights.items()
            if weight > 0
        ]
    )
    frame = listed.join(rows.select("part", "points", "number", "judged", "flagged"), on="part", how="left", maintain_order="left")
    has = pl.col("points").is_not_null()
    paced = frame.filter((pl.col("part") == "stage_age") & has).height > 0
    frame = frame.filter(has | (pl.col("part") != STANDS_IN) | (not paced))
    share = pl.when(has).then(pl.col("weight") / pl.col("weight").filter(has).sum())
    frame = frame.with_columns(share=share)
    return frame.with_columns(lost=pl.col("share") * (FULL - pl.col("points"))).sort(["weight", "label"], descending=[True, False])
