"""Use cases: bookings to come, from open deals and deals not yet born, with intervals; and how often such forecasts were right."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import polars as pl

from onelead.core.fiscal import FiscalCalendar
from onelead.models import ModelInput
from onelead.models.bookings.learn import Learned, learn, problem
from onelead.models.bookings.periods import Period, edges, periods, summary, within
from onelead.models.bookings.plan import Plan, make_plan
from onelead.models.bookings.record import Record, read_record, standing
from onelead.models.bookings.simulate import Draws, simulate
from onelead.models.bookings.track import by_week, covered, track
from onelead.tables import canonical_tables
from onelead.workspace.stored import completed
from onelead.workspace.viewing import of_the_snapshot

if TYPE_CHECKING:
    from collections.abc import Callable

    from onelead.workspace.viewing import View
    from onelead.workspace.wiring import Parts

LEVELS = ("owner", "team", "region")
LEVELS_MOST = 500
"""Names of a level that are summed apart at most: those with the most open deals."""
PERIODS = {
    "kind": pl.String,
    "key": pl.String,
    "begin": pl.Date,
    "end": pl.Date,
    "booked": pl.Float64,
    "forecast": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "low95": pl.Float64,
    "high95": pl.Float64,
    "opened": pl.Float64,
    "born": pl.Float64,
}
"""Of a period (kind: days, month, quarter): its days; what is booked in it already; mean and 80 % and 95 % interval of the whole (with what
is booked); the means of open deals and of deals not yet born."""
GROUPS = {"level": pl.String, "name": pl.String, **PERIODS}
WIN_CHANCE = "win_chance"
YEAR = 365
LEAST = 1e-4
"""No chance is nearer to certainty, so that its log-odds are finite."""


@of_the_snapshot
def record(view: View, _: Parts) -> Record:
    """Deals, their ends and how they stood, as of the view's date; those that the viewer may see."""
    nothing = pl.DataFrame()
    frame = held(view)
    deals = frame("opportunities")
    if view.viewer.deal_owners is not None:
        deals = deals.filter(pl.col("owner_name").is_in(sorted(view.viewer.deal_owners)))
    given = ModelInput(view.context, view.publication.base, nothing, lambda _day: nothing, nothing, deals, nothing, nothing, frame=frame)
    return read_record(given)


def held(view: View) -> Callable[[str], pl.DataFrame]:
    """Base tables by name in their columns of today; empty, or a column null, where a snapshot is older."""

    def frame(name: str) -> pl.DataFrame:
        if name not in view.snapshot.tables():
            return canonical_tables()[name].empty()
        # rates belong to no account, and who sees a deal may know what it is worth
        rows = view.snapshot.frame(name) if name == "exchange_rates" else view.frame(name)
        return completed(name, rows)

    return frame


@of_the_snapshot
def learned(view: View, parts: Parts) -> Learned | str:
    """What past deals of all accounts teach (``models.bookings.learn``), or why bookings cannot be forecast."""
    past = view.once(parts, record)
    return problem(past) or learn(past)


@dataclass(frozen=True)
class Ground:
    """What is drawn from: the plan, the periods asked for, the viewer's deals, the open ones as they stand, and what past ones teach.

    ``rows`` are those of ``standing`` (deals without an amount included) with log_odds and ``modelled`` (the chance is the learned model's).
    """

    plan: Plan
    asked: list[Period]
    record: Record
    rows: pl.DataFrame
    taught: Learned


def ground(view: View, parts: Parts) -> Ground | str:
    """What a forecast of the viewer's deals is drawn from, or why there is none."""
    taught = view.once(parts, learned)
    if isinstance(taught, str):
        return taught
    own, as_of = record(view, parts), view.context.as_of
    rows = _with_chance(view, taught, standing(own, [as_of]))
    asked = periods(as_of, FiscalCalendar(view.context.settings.fiscal))
    plan = make_plan(taught, rows, as_of, edges(asked, as_of), chance=rows["log_odds"].to_numpy(), seen=seen_by(view))
    return Ground(plan, asked, own, rows, taught)


@dataclass(frozen=True)
class Drawn:
    """What is drawn from, and the draws: every number about bookings to come is a sum over them."""

    ground: Ground
    draws: Draws

    @property
    def nbytes(self) -> int:
        """Room that it takes, for those who keep it."""
        return int(self.draws.opened.nbytes + self.draws.born.nbytes + self.ground.record.nbytes)


@of_the_snapshot
def drawn(view: View, parts: Parts) -> Drawn | str:
    """The viewer's deals, drawn; or why there is no forecast."""
    basis = ground(view, parts)
    return basis if isinstance(basis, str) else Drawn(basis, simulate(basis.plan, seed=view.context.settings.propensity.seed))


def of_viewer(view: View, parts: Parts) -> Drawn | str:
    """``drawn``; kept where the viewer sees every deal, as most do."""
    return view.once(parts, drawn) if sees_all(view) else drawn(view, parts)


def sees_all(view: View) -> bool:
    """Most readers do: their answers are kept."""
    return view.viewer.account_ids is None and view.viewer.deal_owners is None


def _with_chance(view: View, taught: Learned, rows: pl.DataFrame) -> pl.DataFrame:
    """The win chance of the model where it learned one for the view's date; else one learned from how the deal stands."""
    light = pl.Series("light", taught.chance.log_odds(rows))
    known = view.frame("predictions") if "predictions" in view.snapshot.tables() and view.context.as_of == view.publication.as_of else None
    if known is None or known.is_empty():
        return rows.with_columns(light.alias("log_odds"), pl.lit(value=False).alias("modelled"))
    chances = known.filter((pl.col("model") == WIN_CHANCE) & (pl.col("label_source") == "outcomes") & pl.col("probability").is_not_null())
    share = pl.col("probability").clip(LEAST, 1 - LEAST)
    given = chances.select(opportunity_id="subject_id", given=(share / (1 - share)).log())
    joined = rows.with_columns(light).join(given, on="opportunity_id", how="left", maintain_order="left")
    return joined.with_columns(pl.coalesce("given", "light").alias("log_odds"), pl.col("given").is_not_null().alias("modelled"))


def seen_by(view: View) -> pl.Expr | None:
    """Past deals whose likes the viewer's forecast may count on: their own."""
    tests = []
    if view.account_filter is not None:
        tests.append(pl.col("account_id").is_in(view.account_filter))
    if view.viewer.deal_owners is not None:
        tests.append(pl.col("owner").is_in(sorted(view.viewer.deal_owners)))
    return pl.all_horizontal(tests) if tests else None


@of_the_snapshot
def forecast(view: View, parts: Parts) -> dict[str, Any]:
    """Bookings to come: ``periods`` (PERIODS), ``groups`` (GROUPS: the same draws summed by owner, team and region) and what stands behind.

    ``problem`` says what is missing, and all else is absent then. ``open``, ``unvalued`` (open deals without an amount, left out),
    ``modelled`` (deals whose chance is the learned model's), ``closed`` and ``won`` past deals, ``births`` a month or None, ``draws``.
    """
    found = of_viewer(view, parts)
    if isinstance(found, str):
        return {"problem": found}
    basis, draws = found.ground, found.draws
    done = booked_until(view, basis)
    births = basis.taught.births
    return {
        "problem": None,
        "periods": pl.DataFrame(_rows(view, basis, draws, done), schema=PERIODS),
        "groups": _groups(view, basis, draws, done),
        "open": basis.rows.height,
        "unvalued": basis.rows["value"].null_count(),
        "modelled": int(basis.rows["modelled"].sum()),
        "closed": basis.taught.closed,
        "won": basis.taught.won,
        "births": births.rate * YEAR / 12 if births else None,
        "draws": len(draws.opened),
    }


def booked_until(view: View, basis: Ground) -> pl.DataFrame:
    """What was won from the begin of each period to the as-of date: kind, key, owner, team, region, owner_id, value."""
    won = basis.record.deals.filter(pl.col("won").fill_null(value=False) & pl.col("value").is_not_null())
    found = [
        won.filter((pl.col("closed") >= period.begin) & (pl.col("closed") <= view.context.as_of)).select(
            pl.lit(period.kind).alias("kind"), pl.lit(period.key).alias("key"), *LEVELS, "owner_id", "value"
        )
        for period in basis.asked
        if period.begin <= view.context.as_of
    ]
    empty = pl.DataFrame(schema=dict.fromkeys(("kind", "key", *LEVELS, "owner_id"), pl.String) | {"value": pl.Float64})
    return pl.concat([empty, *found])


def _groups(view: View, basis: Ground, draws: Draws, done: pl.DataFrame) -> pl.DataFrame:
    rows = []
    for level in LEVELS:
        names = pl.concat([basis.plan.units[level], done[level]]).value_counts(sort=True).head(LEVELS_MOST)[level]
        for name in names.to_list():
            same = pl.col(level).eq_missing(pl.lit(name, pl.String))
            units = basis.plan.units.filter(same)["unit"].to_numpy()
            part = Draws(draws.opened[:, units], draws.born[:, units])
            rows += [{"level": level, "name": name, **row} for row in _rows(view, basis, part, done.filter(same))]
    return pl.DataFrame(rows, schema=GROUPS)


def _rows(view: View, basis: Ground, draws: Draws, done: pl.DataFrame) -> list[dict[str, Any]]:
    """The columns of PERIODS from the draws of some units, and what is booked of them."""
    found = []
    opened, born = draws.opened.sum(axis=1), draws.born.sum(axis=1)
    for period in basis.asked:
        already = float(done.filter((pl.col("kind") == period.kind) & (pl.col("key") == period.key))["value"].sum() or 0.0)
        parts = [within(part, basis.plan.edges, period, view.context.as_of) for part in (opened, born)]
        ends = {name: value + already for name, value in summary(parts[0] + parts[1]).items()}
        about: dict[str, Any] = {"kind": period.kind, "key": period.key, "begin": period.begin, "end": period.end, "booked": already}
        found.append({**about, **ends, "opened": float(parts[0].mean()), "born": float(parts[1].mean())})
    return found


@of_the_snapshot
def track_record(view: View, parts: Parts) -> pl.DataFrame:
    """The same forecast made on past days of the deals that the viewer may see, beside what came: ``models.bookings.track.TRACK``.

    Past forecasts learn from what was known on the first day of their quarter, with a win chance that is learned for that day: the model of
    today's win chances knows how those deals ended.
    """
    calendar = FiscalCalendar(view.context.settings.fiscal)
    return track(record(view, parts), calendar, seed=view.context.settings.propensity.seed)


def _tracked(view: View, parts: Parts) -> pl.DataFrame:
    return view.once(parts, track_record) if sees_all(view) else track_record(view, parts)


@of_the_snapshot
def accuracy_by_week(view: View, parts: Parts) -> pl.DataFrame:
    """How far past forecasts of whole quarters were off, by the week that they were made in: see ``models.bookings.track.by_week``."""
    return by_week(_tracked(view, parts))


@of_the_snapshot
def track_words(view: View, parts: Parts) -> dict[str, Any]:
    """The track record in figures: forecasts, quarters, covered80, covered95 (shares; None without any), error and what the naive ones are off."""
    rows = _tracked(view, parts).filter(pl.col("window") == "quarter")
    whole = pl.col("actual").sum()
    gaps = {name: ((pl.col(name) - pl.col("actual")).abs().sum() / whole) for name in ("forecast", "by_rate", "last_quarter")}
    found = rows.select(pl.len().alias("forecasts"), pl.col("quarter").n_unique().alias("quarters"), *covered(), **gaps).row(0, named=True)
    return {**found, "since": rows["quarter"].min(), "until": rows["until"].max()}


def quarter_of(view: View) -> tuple[Any, Any]:
    """First and last day of the fiscal quarter that tomorrow lies in: the one that a forecast made today is about."""
    calendar = FiscalCalendar(view.context.settings.fiscal)
    start = calendar.quarter_start(view.context.as_of + timedelta(days=1))
    return start, calendar.quarter_end(start)
