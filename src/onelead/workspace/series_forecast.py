"""Use cases: amounts by month and what they are expected to be, by region, product line and team, with the record of the forecast."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import polars as pl

from onelead.core.errors import UnknownNameError
from onelead.metrics import SOURCES, monthly
from onelead.models.series.revenue import DIMENSIONS, EVERYTHING, LEAST_MONTHS, OTHERS, TOTAL, UNKNOWN, Amounts, forecast_amounts, lacking
from onelead.tables.forecasts import TABLE
from onelead.workspace.viewing import of_the_snapshot

if TYPE_CHECKING:
    from onelead.core.context import Context, Snapshot
    from onelead.workspace.viewing import View
    from onelead.workspace.wiring import Parts

MODEL = "amounts"


def forecast_of(snapshot: Snapshot, context: Context) -> tuple[pl.DataFrame, list[dict[str, object]]]:
    """Rows of the table forecasts and the card of the first source that knows enough months; no rows and no card where none does.

    Transactions come before invoices, invoices before won deals. Nothing heavy is imported unless there is something to forecast.
    """
    for source in SOURCES:
        amounts = Amounts(source, monthly(snapshot, context, source), context)
        if not lacking(amounts):
            rows, card = forecast_amounts(amounts)
            return rows, [card | {"base_id": snapshot.base_id}]
    return TABLE.contract.create_empty(), []


@of_the_snapshot
def why_none(view: View, parts: Parts) -> list[dict[str, Any]]:  # noqa: ARG001 - a use case takes the parts
    """For each source what it lacks for a forecast: source, label, rows, months, least, reason. For those who see every account."""
    found = []
    for name, source in SOURCES.items():
        months = monthly(view.snapshot, view.context, name)
        known = {"rows": int(months["rows"].sum()), "months": months["month"].n_unique(), "least": LEAST_MONTHS}
        found.append({"source": name, "label": source.label, **known, "reason": lacking(Amounts(name, months, view.context))})
    return found


def card(view: View, parts: Parts) -> dict[str, Any] | None:  # noqa: ARG001 - a use case takes the parts
    """The card of the forecast; None where there is none, or where the viewer may not see every account."""
    if view.account_filter is not None:
        return None
    cards = view.frame("model_cards").filter(pl.col("model") == MODEL)["card"]
    return None if cards.is_empty() else json.loads(cards[0])


def forecasts(view: View, parts: Parts) -> pl.DataFrame:  # noqa: ARG001 - a use case takes the parts
    """The rows of the table forecasts; none for a viewer who may not see every account, and in snapshots of before there were any."""
    return view.frame(TABLE.id) if TABLE.id in view.snapshot.tables() else TABLE.contract.create_empty()


def members(view: View, parts: Parts, dimension: str) -> list[str]:
    """The parts of a dimension that have a forecast, the largest first."""
    return by_member(view, parts, dimension)["member"].to_list()


def by_member(view: View, parts: Parts, dimension: str = TOTAL) -> pl.DataFrame:
    """One row a part of the dimension, the largest of the coming year first, what stands together last.

    member, year_before (the last twelve months), then mean, low and high (80 %) of the next 30, 60 and 90 days (``days_30`` …), of the
    fiscal quarters (``quarter_1`` …; the first holds what came already) and ``method``. Raises UnknownNameError.
    """
    frame = _of(view, parts, dimension)
    now = frame.filter(pl.col("made_on") == pl.col("made_on").max())
    came = now.filter(pl.col("mean").is_null()).sort("period_start").group_by("member").agg(year_before=pl.col("actual").tail(12).sum())
    year = now.filter((pl.col("span") == "month") & pl.col("mean").is_not_null())
    found = came.join(year.group_by("member").agg(year_ahead=pl.col("mean").sum(), method=pl.col("method").first()), on="member")
    for name, part in _windows(now).items():
        found = found.join(
            part.select("member", **{name: "mean", f"{name}_low": "low_80", f"{name}_high": "high_80"}), on="member", how="left"
        )
    rest = pl.col("member").is_in([OTHERS, UNKNOWN])
    return found.sort([rest, "year_ahead", "member"], descending=[False, True, False])


def _windows(now: pl.DataFrame) -> dict[str, pl.DataFrame]:
    days = {f"days_{span.split()[0]}": now.filter(pl.col("span") == span) for span in ("30 days", "60 days", "90 days")}
    quarters = now.filter(pl.col("span") == "quarter")["period_start"].unique().sort()
    of = {
        f"quarter_{place}": now.filter((pl.col("span") == "quarter") & (pl.col("period_start") == start))
        for place, start in enumerate(quarters, 1)
    }
    return days | of


def periods(view: View, parts: Parts, dimension: str = TOTAL, member: str = EVERYTHING) -> pl.DataFrame:
    """What came and what is expected of one series, by month, quarter and days ahead, oldest first: see the table forecasts.

    Raises UnknownNameError for a dimension or a part that has no forecast.
    """
    frame = _of(view, parts, dimension)
    known = frame["member"].unique().sort().to_list()
    if frame.height and member not in known:
        raise UnknownNameError("part", member, known)
    return frame.filter((pl.col("member") == member) & (pl.col("made_on") == pl.col("made_on").max())).sort("span", "period_start")


def said_before(view: View, parts: Parts) -> pl.DataFrame:
    """Back-tests of the total, the newest first: made_on, period_start, step, mean, actual, off (share of what came)."""
    frame = _of(view, parts, TOTAL)
    tested = frame.filter((pl.col("made_on") < pl.col("made_on").max()) & pl.col("mean").is_not_null())
    off = pl.when(pl.col("actual") > 0).then(pl.col("mean") / pl.col("actual") - 1)
    return tested.select("made_on", "period_start", "step", "mean", "actual", off=off).sort(["made_on", "step"], descending=[True, False])


def record(view: View, parts: Parts) -> pl.DataFrame:
    """How far off back-tests were by months ahead: step, back_tests, off, naive_off, bias, inside_80, inside_95 of the total.

    ``parts_…``: the same over all regions, product lines and teams. See ``models.series.revenue_card.by_step``. Empty without any.
    """
    found = card(view, parts)
    if found is None or not found["metrics"]["by_step"]["total"]:
        return pl.DataFrame()
    total, rest = (pl.DataFrame(found["metrics"]["by_step"][name], infer_schema_length=None) for name in ("total", "parts"))
    if rest.is_empty():
        return total
    return total.join(
        rest.rename({name: f"parts_{name}" for name in rest.columns if name != "step"}), on="step", how="left", maintain_order="left"
    )


def dimensions(view: View, parts: Parts) -> list[str]:
    """total, and the dimensions that have a forecast."""
    known = forecasts(view, parts)["dimension"].unique().to_list()
    return [name for name in (TOTAL, *DIMENSIONS) if name in known]


def _of(view: View, parts: Parts, dimension: str) -> pl.DataFrame:
    if dimension not in (TOTAL, *DIMENSIONS):
        raise UnknownNameError("dimension", dimension, [TOTAL, *DIMENSIONS])
    return forecasts(view, parts).filter(pl.col("dimension") == dimension)
