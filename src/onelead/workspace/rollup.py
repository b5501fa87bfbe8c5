"""Use cases: the roll-up of a fiscal quarter: the rep's, the manager's and the model's number side by side, against quota."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from onelead.core.errors import UnknownNameError, UsageError
from onelead.core.fiscal import FiscalCalendar
from onelead.metrics._views import VIEWS
from onelead.models.bookings.periods import summary, within
from onelead.tables import canonical_tables
from onelead.workspace.bookings import booked_until, of_viewer, sees_all
from onelead.workspace.calls import brought, stated
from onelead.workspace.rollup_rights import heard, require
from onelead.workspace.viewing import of_the_snapshot

if TYPE_CHECKING:
    from onelead.models.bookings.periods import Period
    from onelead.models.learning.matrix import Floats
    from onelead.workspace.bookings import Drawn
    from onelead.workspace.viewing import View
    from onelead.workspace.wiring import Parts

MEASURES = {"commit": "Commit", "most_likely": "Most likely", "best_case": "Best case"}
NUMBERS = {
    "level": pl.String,
    "team": pl.String,
    "rep": pl.String,
    "subject": pl.String,
    "manager": pl.String,
    "quota": pl.Float64,
    "booked": pl.Float64,
    "deals": pl.Int64,
    "commit": pl.Float64,
    "most_likely": pl.Float64,
    "best_case": pl.Float64,
    "model": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
}
"""A rep, a team, or all (level): ``subject`` names it in overrides (a rep's id, else name; a team's name). ``model`` is the mean of the draws,
low and high their 80 % interval. All but quota and deals count what is booked; deals are open ones stated to close in the quarter."""
SIDES = {"rep_number": pl.Float64, "rep_said": pl.Boolean, "manager_number": pl.Float64, "manager_said": pl.Boolean}
ROLLUP = {**NUMBERS, **SIDES}
QUOTA_VIEW = VIEWS["quota_progress"]


@of_the_snapshot
def numbers(view: View, parts: Parts) -> dict[str, Any]:
    """What data and model say: ``rows`` (NUMBERS: all, then each team with its reps), begin and end of the quarter, shares of categories.

    ``problem`` says why there is no forecast; all else is absent then.
    """
    found = of_viewer(view, parts)
    if isinstance(found, str):
        return {"problem": found}
    period = next(period for period in found.ground.asked if period.kind == "quarter")
    shares = brought(found.ground.record, FiscalCalendar(view.context.settings.fiscal), view.context.as_of, period.end)
    whose = _whose(view, found)
    open_deals = _keyed(found.ground.rows, whose)
    sums = stated(open_deals, period.end, shares, ["team", "subject"])
    done = booked_until(view, found.ground).filter((pl.col("kind") == period.kind) & (pl.col("key") == period.key))
    booked = _keyed(done, whose).group_by("team", "subject").agg(pl.col("value").sum().alias("booked"))
    quotas = _quotas(view, whose)
    units = _keyed(found.ground.plan.units, whose).sort("unit")
    keys = pl.concat([frame.select("team", "subject") for frame in (units, booked, quotas)]).unique()
    reps = keys
    for frame in (sums, booked, quotas):
        reps = reps.join(frame, on=["team", "subject"], how="left", nulls_equal=True)
    reps = reps.join(whose.select("subject", "rep", "manager").unique("subject"), on="subject", how="left", nulls_equal=True)
    rows = _summed(reps, units, found, period)
    return {"problem": None, "rows": rows, "begin": period.begin, "end": period.end, "shares": shares}


def _whose(view: View, found: Drawn) -> pl.DataFrame:
    """Owners as deals name them: owner, owner_id → subject (id, else name), rep (name), team_of and manager, of the people table where it has them."""
    listed = [frame.select("owner", "owner_id") for frame in (found.ground.plan.units, found.ground.rows, found.ground.record.deals)]
    known_people = view.snapshot.frame("people") if "people" in view.snapshot.tables() else canonical_tables()["people"].empty()
    people = known_people.unique("person_id", keep="first").select("person_id", "person_name", "team", "manager_id")
    named = people.select(manager_id="person_id", manager="person_name")
    known = people.join(named, on="manager_id", how="left").select(
        owner_id="person_id", person="person_name", team_of="team", manager="manager"
    )
    owners = pl.concat([*listed, known.select(owner=pl.lit(None, pl.String), owner_id="owner_id")]).unique()
    joined = owners.join(known, on="owner_id", how="left")
    # deals that state a name only are those of the person of this name, where there is just one
    single = known.filter(~pl.col("person").is_duplicated()).select(owner="person", by_name="owner_id")
    joined = joined.join(single, on="owner", how="left").with_columns(pl.coalesce("owner_id", "by_name").alias("id"))
    again = joined.select("owner", "owner_id", "id").join(known.rename({"owner_id": "id"}), on="id", how="left")
    subject, rep = pl.coalesce("id", "owner").alias("subject"), pl.coalesce("person", "owner", "id").alias("rep")
    return _at_home(again.select("owner", "owner_id", subject, rep, "team_of", "manager"), found.ground.record.deals)


def _at_home(whose: pl.DataFrame, deals: pl.DataFrame) -> pl.DataFrame:
    """``whose`` with one team a person, so that what they say counts once: where no table names it, the one that most of their deals name."""
    subjects = whose.select("owner", "owner_id", "subject")
    named = deals.select("owner", "owner_id", "team").drop_nulls("team").join(subjects, on=["owner", "owner_id"], nulls_equal=True)
    home = named.group_by("subject").agg(pl.col("team").mode().sort().first().alias("home"))
    joined = whose.join(home, on="subject", how="left", maintain_order="left")
    return joined.with_columns(pl.coalesce("team_of", "home").alias("team_of")).drop("home")


def _keyed(rows: pl.DataFrame, whose: pl.DataFrame) -> pl.DataFrame:
    """``rows`` with subject, and team: that of the person where it is known, else that of the deal."""
    joined = rows.join(
        whose.select("owner", "owner_id", "subject", "team_of"),
        on=["owner", "owner_id"],
        how="left",
        nulls_equal=True,
        maintain_order="left",
    )
    return joined.with_columns(pl.coalesce("team_of", "team").alias("team"))


def _quotas(view: View, whose: pl.DataFrame) -> pl.DataFrame:
    """Quotas of the quarter as the metric of attainment counts them: team, subject (null: the team bears it), quota.

    They belong to no account, so that who sees some accounts only sees none.
    """
    rows = QUOTA_VIEW.build(view.snapshot, view.context)
    rows = view.snapshot.execute(rows.filter(rows.kind == "Quota").select("team", "owner_id", "owner_name", "value"))
    if view.account_filter is not None:
        rows = rows.clear()
    if view.viewer.deal_owners is not None:
        rows = rows.filter(pl.col("owner_name").is_in(sorted(view.viewer.deal_owners)))
    teams = whose.drop_nulls("team_of").select(owner_id="subject", team_of="team_of").unique("owner_id")
    named = rows.join(teams, on="owner_id", how="left").with_columns(pl.coalesce("team_of", "team").alias("team"))
    return named.group_by("team", subject="owner_id").agg(pl.col("value").sum().alias("quota"))


def _summed(reps: pl.DataFrame, units: pl.DataFrame, found: Drawn, period: Period) -> pl.DataFrame:
    """Rows of NUMBERS: all, teams by name, and under each its reps, the largest quota first."""
    draws = within(found.draws.total, found.ground.plan.edges, period, found.ground.record.as_of)  # by draw and unit
    rows = [_row("all", None, reps, draws)]
    for (team,), part in reps.sort("team", nulls_last=True).group_by("team", maintain_order=True):
        mine = units.select(pl.col("team").eq_missing(pl.lit(team, pl.String))).to_series().to_numpy()
        rows.append(_row("team", team, part, draws[:, mine]))
        for one in part.sort("quota", "rep", descending=[True, False], nulls_last=True).iter_rows(named=True):
            own = mine & units.select(pl.col("subject").eq_missing(pl.lit(one["subject"], pl.String))).to_series().to_numpy()
            rows.append(
                {**_row("rep", team, pl.DataFrame([one], schema=part.schema), draws[:, own]), "rep": one["rep"], "subject": one["subject"]}
            )
    known = [row for row in rows if row["level"] == "all" or row["quota"] or row["deals"] or row["high"]]
    return pl.DataFrame(known, schema=NUMBERS)


def _row(level: str, team: object, part: pl.DataFrame, draws: Floats) -> dict[str, Any]:
    managers = part["manager"].drop_nulls().unique().sort().to_list()
    booked = float(part["booked"].sum() or 0.0)
    likely = part["most_likely"].drop_nulls()
    ends = summary(draws.sum(axis=1)) if draws.shape[1] else {"forecast": 0.0, "low": 0.0, "high": 0.0}
    return {
        "level": level,
        "team": team,
        "rep": None,
        "subject": team,
        "manager": managers[0] if len(managers) == 1 else None,
        "quota": float(part["quota"].sum()) if part["quota"].drop_nulls().len() else None,
        "booked": booked,
        "deals": int(part["deals"].sum() or 0),
        "commit": booked + float(part["commit"].sum() or 0.0),
        "most_likely": booked + float(likely.sum()) if likely.len() or not part["deals"].sum() else None,
        "best_case": booked + float(part["best_case"].sum() or 0.0),
        "model": booked + ends["forecast"],
        "low": booked + ends["low"],
        "high": booked + ends["high"],
    }


def rollup(view: View, parts: Parts, measure: str = "most_likely") -> dict[str, Any]:
    """``numbers`` with both people's calls of one measure (rows of ROLLUP), and the categories' sums left as they are.

    A rep's number is what they said, else what their categories say. A manager's number for a rep is what the manager said, else the rep's;
    for a team what the manager said of the team, else the sum over its reps. ``rep_said`` and ``manager_said`` tell what was said.
    """
    if measure not in MEASURES:
        raise UnknownNameError("measure", measure, list(MEASURES))
    found = view.once(parts, numbers) if sees_all(view) else numbers(view, parts)
    if found["problem"]:
        return found
    said = parts.store.overrides().filter((pl.col("period_start") == found["begin"]) & (pl.col("measure") == measure))
    said = heard(view, parts, said, found["rows"])
    calls = {(row["side"], row["level"], row["subject"]): row["amount"] for row in said.iter_rows(named=True)}
    rows = [_called(row, calls, measure) for row in found["rows"].iter_rows(named=True)]
    for row in rows:
        if row["level"] != "rep":
            below = [one for one in rows if one["level"] == "rep" and (row["level"] == "all" or one["team"] == row["team"])]
            row["rep_number"] = _total(below, "rep_number")
    for level, under in (("team", "rep"), ("all", "team")):
        for row in (row for row in rows if row["level"] == level and not row["manager_said"]):
            below = [one for one in rows if one["level"] == under and (level == "all" or one["team"] == row["team"])]
            row["manager_number"] = _total(below, "manager_number")
    return {**found, "rows": pl.DataFrame(rows, schema=ROLLUP), "measure": measure}


def _called(row: dict[str, Any], calls: dict[tuple[str, str, str], float], measure: str) -> dict[str, Any]:
    own = calls.get(("rep", row["level"], row["subject"]))
    boss = calls.get(("manager", row["level"], row["subject"]))
    mine = row[measure] if own is None else own
    sides = {"rep_number": mine, "rep_said": own is not None, "manager_number": mine if boss is None else boss}
    return {**row, **sides, "manager_said": boss is not None}


def _total(rows: list[dict[str, Any]], name: str) -> float | None:
    known = [row[name] for row in rows if row[name] is not None]
    return sum(known) if known else None


# What people say -------------------------------------------------------------------------------------------------------


def override(view: View, parts: Parts, *, side: str, level: str, subject: str, measure: str, amount: float, reason: str) -> int:
    """Put a rep's or a manager's number beside the computed ones, for the quarter that is forecast now. Returns the id of the entry.

    A rep may say their own number, a manager what the own team and its reps will bring; a VP that of every team, operations and the
    administrator everybody's. Raises ForbiddenError, UnknownNameError for whom the roll-up does not name, and as ``Store.override``.
    """
    if side == "rep" and level != "rep":
        raise UsageError("A team has no rep's number.", hint="It is the sum over its reps; the manager's number of a team can be said.")
    found = rollup(view, parts)
    if found["problem"]:
        raise UsageError("There is no forecast to put a number beside.", hint=found["problem"])
    rows = found["rows"].filter((pl.col("level") == level) & (pl.col("subject") == subject))
    if rows.is_empty():
        raise UnknownNameError(level, subject, found["rows"].filter(pl.col("level") == level)["subject"].drop_nulls().to_list())
    require(view.viewer, parts, side, rows.row(0, named=True))
    context = view.context
    return parts.store.override(
        found["begin"],
        side,
        level,
        subject,
        measure,
        amount,
        currency=context.settings.prices.currency,
        reason=reason,
        as_of=context.as_of,
        who=view.viewer.user,
    )


def undo_override(view: View, parts: Parts, override_id: int) -> int:
    """Take an override back; whoever may make it may. Raises ForbiddenError, UnknownNameError and ConflictError."""
    known = parts.store.override_log().filter(pl.col("override_id") == override_id)
    if known.is_empty():
        raise UnknownNameError("override", str(override_id), [])
    entry, found = known.row(0, named=True), rollup(view, parts)
    rows = (
        found["rows"].filter((pl.col("level") == entry["level"]) & (pl.col("subject") == entry["subject"]))
        if not found["problem"]
        else None
    )
    # who left the roll-up since has nobody above them: operations may still take the entry back
    row = (
        rows.row(0, named=True)
        if rows is not None and rows.height
        else {"rep": None, "manager": None, "team": None, "level": entry["level"]}
    )
    require(view.viewer, parts, entry["side"], row)
    return parts.store.undo_override(override_id, who=view.viewer.user)


def history(view: View, parts: Parts) -> pl.DataFrame:
    """Every override of the quarter that is forecast, the newest first: schema of the store's log, and whose (words). Rights as the roll-up."""
    found = rollup(view, parts)
    log = parts.store.override_log()
    if found["problem"]:
        return log.clear().with_columns(pl.lit("").alias("whose"))
    names = found["rows"].filter(pl.col("level") != "all").select("level", "subject", whose=pl.coalesce("rep", "team"))
    log = heard(view, parts, log.filter(pl.col("period_start") == found["begin"]), found["rows"])
    mine = log.join(names, on=["level", "subject"], how="inner", maintain_order="left")
    return mine.sort("override_id", descending=True)
