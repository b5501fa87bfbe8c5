"""Use cases: what bookings would be under other assumptions, as a distribution, with the effect of each of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from onelead.core.errors import UsageError
from onelead.core.fiscal import FiscalCalendar
from onelead.models.bookings.levers import Levers, moved
from onelead.models.bookings.periods import Period, edges, summary, within
from onelead.models.bookings.plan import make_plan
from onelead.models.bookings.simulate import WORK, draws_for, simulate
from onelead.workspace.bookings import ground, held, seen_by, sees_all
from onelead.workspace.scenario_evidence import evidence, past_quarters
from onelead.workspace.scenario_store import SEGMENTS, read_actions, read_levers
from onelead.workspace.viewing import of_the_snapshot
from onelead.workspace.whatif import what_if

if TYPE_CHECKING:
    from onelead.models.bookings.learn import Learned
    from onelead.models.bookings.plan import Plan
    from onelead.models.learning.matrix import Floats
    from onelead.workspace.scenario_store import Scenario
    from onelead.workspace.viewing import View
    from onelead.workspace.wiring import Parts

QUARTERS, DRAWS, YEAR = 4, 2000, 365
BIRTHS_MOST = 5 * WORK
"""Deals that may begin under a scenario, over all draws: more take minutes and all memory, and no assumption is worth that."""
CHURN = "churn_risk"
AS_IT_STANDS = Levers()
ENDS = ("forecast", "low", "high", "low95", "high95")
OUTCOMES = {"kind": pl.String, "key": pl.String, "label": pl.String, **dict.fromkeys(ENDS, pl.Float64)}
"""What a scenario brings: kind (quarter, year, lost, net), mean and intervals."""
EFFECTS = {
    "lever": pl.String,
    "label": pl.String,
    "changes": pl.String,
    "evidence": pl.String,
    "assumption": pl.Boolean,
    "effect": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
}
"""What each lever alone changes in the net of four quarters: mean, and 80 % interval of the difference, draw by draw; last, all together."""


@dataclass(frozen=True)
class Base:
    """What scenarios change: the plan of four quarters summed over everybody, its deals, whom births copy, who sells, who may leave.

    ``begun``: how many of the viewer's deals began in the last year.
    """

    plan: Plan
    asked: list[Period]
    ids: list[str]
    winners: pl.DataFrame
    reps: int
    taught: Learned
    leaving: pl.DataFrame | None
    past: pl.DataFrame
    begun: int

    @property
    def nbytes(self) -> int:
        """Room that it takes, for those who keep it."""
        return int(self.taught.nbytes + self.winners.estimated_size() + self.plan.chance.nbytes * 6)


@of_the_snapshot
def base(view: View, parts: Parts) -> Base | str:
    """What scenarios of the viewer's deals start from, or why there are none."""
    found = ground(view, parts)
    if isinstance(found, str):
        return found
    as_of, calendar = view.context.as_of, FiscalCalendar(view.context.settings.fiscal)
    asked = _asked(as_of, calendar)
    seen, rows = seen_by(view), found.rows
    chance = rows["log_odds"].to_numpy()
    plan = make_plan(found.taught, rows, as_of, edges(asked, as_of), chance=chance, seen=seen)
    one = replace(
        plan,
        units=plan.units.head(1),
        unit=np.zeros_like(plan.unit),
        born=tuple(replace(part, unit=np.zeros_like(part.unit)) for part in plan.born),
    )
    births = found.taught.births
    winners = pl.DataFrame() if births is None else births.rows.filter(seen) if seen is not None else births.rows
    segments = held(view)("accounts").select("account_id", "industry", "size_class").unique("account_id", keep="first")
    winners = winners.join(segments, on="account_id", how="left", maintain_order="left") if winners.width else winners
    recent = found.record.deals.filter(pl.col("born") > as_of - timedelta(days=YEAR))
    ids = rows.filter(pl.col("value").is_not_null())["opportunity_id"].to_list()
    past = past_quarters(found.record, calendar)
    return Base(one, asked, ids, winners, recent["owner"].drop_nulls().n_unique(), found.taught, _leaving(view), past, recent.height)


def _asked(as_of: Any, calendar: FiscalCalendar) -> list[Period]:  # noqa: ANN401 - a day
    start = calendar.quarter_start(as_of + timedelta(days=1))
    found = []
    for _ in range(QUARTERS):
        found.append(Period("quarter", calendar.label(start), start, calendar.quarter_end(start)))
        start = calendar.quarter_end(start) + timedelta(days=1)
    return [*found, Period("year", "Four quarters", found[0].begin, found[-1].end)]


def _leaving(view: View) -> pl.DataFrame | None:
    """Chance of each account to leave within a year, and its yearly value; None where no model learned it for the date."""
    if "predictions" not in view.snapshot.tables() or view.context.as_of != view.publication.as_of:
        return None
    rows = view.frame("predictions").filter((pl.col("model") == CHURN) & pl.col("probability").is_not_null())
    if rows.is_empty() or "value" not in rows.columns:
        return None
    rows = rows.filter((pl.col("horizon_days") == YEAR) & (pl.col("value") > 0))
    return rows.select("probability", "value") if rows.height else None


def _draws(found: Base, levers: Levers, as_of: Any, seed: int) -> dict[str, Floats]:  # noqa: ANN401 - a day
    """Draws of each quarter, of the four together, of what is lost by leaving accounts, and of the net."""
    plan = moved(found.plan, found.ids, found.winners, levers, as_of, found.reps)
    most = BIRTHS_MOST // draws_for(found.plan, DRAWS)
    begin = sum(float(part.rate.sum()) for part in plan.born)
    if begin > most:
        raise UsageError("More deals would begin within four quarters than can be drawn.", hint=f"Assume less: up to {most:,} can be.")
    drawn = simulate(plan, seed=seed, draws=DRAWS, like=found.plan).total[:, 0, :]
    sums = {period.key: within(drawn, plan.edges, period, as_of) for period in found.asked}
    year = sums[found.asked[-1].key]
    if found.leaving is not None:
        sums["lost"] = _lost(found.leaving, levers.churn, len(year), seed)
        sums["net"] = year - sums["lost"]
    return sums


def _lost(leaving: pl.DataFrame, factor: float, count: int, seed: int) -> Floats:
    """Yearly value of accounts that leave within a year: the normal approximation of a sum over accounts, the hazard × ``factor``."""
    chance, value = 1.0 - (1.0 - leaving["probability"].to_numpy()) ** factor, leaving["value"].to_numpy()
    spread = float(np.sqrt((chance * (1.0 - chance) * value**2).sum()))
    normal = np.random.default_rng([seed, YEAR]).normal(size=count)
    found: Floats = np.clip(float(chance @ value) + spread * normal, 0.0, float(value.sum()))
    return found


def _of_viewer(view: View, parts: Parts) -> Base | str:
    return view.once(parts, base) if sees_all(view) else base(view, parts)


@of_the_snapshot
def tried(view: View, parts: Parts, levers: Levers = AS_IT_STANDS) -> dict[str, Any]:
    """Bookings under ``levers``: ``outcomes`` (OUTCOMES) and ``effects`` (EFFECTS), or ``problem``.

    Quarters count what is still to come, from the day after the as-of date. Equal data, settings and levers give equal draws. Raises
    UsageError where more deals would begin than can be drawn.
    """
    found = _of_viewer(view, parts)
    if isinstance(found, str):
        return {"problem": found}
    as_of, seed = view.context.as_of, view.context.settings.propensity.seed
    usual, under = _draws(found, AS_IT_STANDS, as_of, seed), _draws(found, levers, as_of, seed)
    labels = {"lost": "Recurring revenue lost in a year", "net": "Bookings less what is lost"}
    kinds = {period.key: period.kind for period in found.asked}
    rows = [{"kind": kinds.get(key, key), "key": key, "label": labels.get(key, key), **_ends(values)} for key, values in under.items()]
    measure = "net" if "net" in usual else found.asked[-1].key
    effects = []
    for name, alone in levers.parts().items():
        change = _draws(found, alone, as_of, seed)[measure] - usual[measure]
        effects.append({"lever": name, **evidence(name, levers, found), **_change(change)})
    if effects:
        together = {"lever": "together", "label": "All together", "changes": "", "evidence": None, "assumption": False}
        effects.append({**together, **_change(under[measure] - usual[measure])})
    return {"problem": None, "outcomes": pl.DataFrame(rows, schema=OUTCOMES), "effects": pl.DataFrame(effects, schema=EFFECTS)}


def _ends(values: Floats) -> dict[str, float]:
    found = summary(values)
    return {name: found[name] for name in ENDS}


def _change(values: Floats) -> dict[str, float]:
    found = summary(values)
    return {name: round(found[key], 2) for name, key in (("effect", "forecast"), ("low", "low"), ("high", "high"))}


def result(view: View, parts: Parts, scenario: Scenario | None = None) -> dict[str, Any]:
    """What a scenario (None: today's data as they are) brings: ``tried``, and ``actions``: what the waiting actions are worth under it.

    A price assumed for deals holds for the actions' price book as well, unless the scenario states one for it.
    """
    levers = read_levers(scenario["levers"]) if scenario else AS_IT_STANDS
    acted = read_actions(scenario["actions"] if scenario else {})
    if acted.price_factor is None and levers.price != 1.0:
        acted = replace(acted, price_factor=levers.price)
    found = view.once(parts, tried, levers) if sees_all(view) else tried(view, parts, levers)
    return {**found, "actions": what_if(view, parts, acted)["total"]}


@of_the_snapshot
def choices(view: View, parts: Parts) -> dict[str, Any]:
    """What levers may name: ``segments`` (column → values of accounts and deals), ``deals`` (open ones, the largest first), ``reps``."""
    found = _of_viewer(view, parts)
    if isinstance(found, str):
        return {"problem": found}
    named = {name: found.winners[name].drop_nulls().unique().sort().to_list() for name in SEGMENTS if name in found.winners.columns}
    names = view.frame("opportunities", ["opportunity_id", "opportunity_name"]).unique("opportunity_id", keep="first")
    rows = pl.DataFrame({"opportunity_id": found.ids, "value": found.plan.value}).join(names, on="opportunity_id", how="left")
    deals = rows.sort("value", "opportunity_id", descending=[True, False]).head(200)
    return {"problem": None, "segments": named, "deals": deals, "reps": found.reps}
