"""Use case: how the open pipeline became what it is: each deal's part between two points in time, balanced to the cent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from onelead.core.errors import UnknownNameError, UsageError
from onelead.tables.exchange_rates import converted
from onelead.workspace.deal_points import GROUPS, ID, deals_at, first_point, rate_day
from onelead.workspace.deals import LOST, OPEN, WON, rates_of

if TYPE_CHECKING:
    from datetime import date

    from onelead.workspace.deal_points import Point
    from onelead.workspace.viewing import View
    from onelead.workspace.wiring import Parts

STEPS = ("created", "pulled in", "increased", "decreased", "pushed out", "lost", "won", "exchange rates", "left the list")
"""What may have happened to a deal, in the order of the picture."""
CENTS = 100
UNNAMED = "Not stated"
"""The group of deals that do not say theirs."""
NOTHING = {"since": None, "since_snapshot": None}


def pipeline_changes(
    view: View, parts: Parts, *, since: Point = None, until: date | None = None, closing: date | None = None, by: str = GROUPS[0]
) -> dict[str, Any]:
    """The open pipeline at two points in time, and the deals that make the difference: start + the steps = end, in whole cents.

    Args:
        view: What is seen now.
        parts: The wired parts.
        since: The first point: a day, or the number of an earlier snapshot; None: see ``first_point``.
        until: The second point; None is the as-of date.
        closing: Only deals that close by this day count; then one whose close date moves over it is pulled in or pushed out, and so is
            one that is won before its time. None counts all: then a moved close date changes nothing.
        by: What the groups are: one of ``GROUPS``. A deal counts for the one that it has at the second point.

    Returns:
        ``since`` (a day, None where there is nothing to compare with), ``since_snapshot`` (its number or None), ``until``, ``start`` and
        ``end`` (open value), ``steps`` (a row a step: step, value, deals), ``groups`` (a row a group: group, start, the steps, end),
        ``deals`` (a row a deal and step), ``unvalued`` (open deals without an amount at the end) and ``carried`` (deals whose amount on
        the first day is one that was told later).

    Raises:
        UnknownNameError: no such earlier snapshot, no such group. UsageError: the points are in the wrong order.
    """
    if by not in GROUPS:
        raise UnknownNameError("breakdown", by, list(GROUPS))
    start = since if since is not None else first_point(view, parts)
    if start is None:
        return dict(NOTHING)
    was, now = deals_at(view, parts, start), deals_at(view, parts, until)
    if was.day > now.day or (was.day == now.day and not isinstance(start, int)):
        raise UsageError(f"The first day, {was.day}, is not before {now.day}.", hint="Choose an earlier first day.")
    both = paired(was.deals, now.deals, was.day, now.day, closing, rates_of(view.snapshot), view.context.settings.prices.currency)
    owners = view.viewer.deal_owners
    both = both if owners is None else both.filter(pl.col("owner_name").is_in(sorted(owners)))
    moved = moves(both)
    steps = moved.group_by("step").agg(pl.col("cents").sum(), pl.col(ID).n_unique().cast(pl.Int64).alias("deals"))
    listed = pl.DataFrame({"step": STEPS}).join(steps, on="step", how="left", maintain_order="left")
    names = view.frame("accounts", ["account_id", "account_name"]).unique("account_id")
    return {
        "since": was.day,
        "since_snapshot": start if isinstance(start, int) else None,
        "until": now.day,
        "start": _total(both, "start") / CENTS,
        "end": _total(both, "end") / CENTS,
        "steps": listed.select("step", value=pl.col("cents").fill_null(0) / CENTS, deals=pl.col("deals").fill_null(0)),
        "groups": grouped(both, moved, by),
        "deals": moved.with_columns(value=pl.col("cents") / CENTS)
        .drop("cents")
        .join(names, on="account_id", how="left", maintain_order="left"),
        "unvalued": both.filter("counts_now" & pl.col("value_now").is_null()).height,
        "carried": was.carried,
    }


def _total(both: pl.DataFrame, column: str) -> int:
    return int(both[column].sum())


def paired(
    was: pl.DataFrame, now: pl.DataFrame, day: date, until: date, closing: date | None, rates: pl.DataFrame, home: str
) -> pl.DataFrame:
    """Each deal at both points (rows of ``STOOD``; those of the second end in _now), with whole cents: start, same, at_end, end.

    ``start`` and ``end`` are its parts of the open pipeline; ``same`` is its first amount at the exchange rates of the second point, and
    ``at_end`` its amount there, open or closed: so that rates are told apart from what people changed. Groups are those of the second point.
    """
    sides = [
        frame.with_columns(counts=_counts(closing), cents=_cents("value"), on=rate_day(end)) for frame, end in ((was, day), (now, until))
    ]
    both = sides[0].join(sides[1], on=ID, how="full", coalesce=True, suffix="_now")
    both = both.with_columns(pl.col("counts", "counts_now").fill_null(value=False), pl.col("cents", "cents_now").fill_null(0))
    both = both.with_columns(converted(both, rates, to=home, day="on_now").alias("same"))
    # what left the list, or has no rate any more, stays what it was
    same = pl.when(pl.col("state_now").is_not_null() & pl.col("same").is_not_null() | pl.col("value").is_null())
    both = both.with_columns(same=same.then(_cents("same")).otherwise("cents"))
    # one that closed without an amount took its last known one with it
    unsaid = (pl.col("state_now") != OPEN) & pl.col("value_now").is_null()
    begun = pl.col("state").is_null() & (pl.col("created_date_now") > day)
    within = pl.lit(value=True) if closing is None else (pl.col("close_date_now") <= closing).fill_null(value=True)
    return both.with_columns(
        start=pl.when("counts").then("cents").otherwise(0),
        end=pl.when("counts_now").then("cents_now").otherwise(0),
        at_end=pl.when(unsaid).then("same").otherwise("cents_now"),
        within_now=within,
        begun_and_closed=(begun & within & pl.col("state_now").is_in([WON, LOST])).fill_null(value=False),
        **{name: pl.coalesce(f"{name}_now", name) for name in ("opportunity_name", "account_id", *GROUPS)},
    )


def _counts(closing: date | None) -> pl.Expr:
    still = pl.col("state") == OPEN
    return (still if closing is None else still & (pl.col("close_date") <= closing)).fill_null(value=False)


def _cents(column: str) -> pl.Expr:
    return (pl.col(column).fill_null(0.0) * CENTS).round(0).cast(pl.Int64)


def moves(both: pl.DataFrame) -> pl.DataFrame:
    """What each deal of ``paired`` adds to the open pipeline or takes from it, a row a deal and step, in cents.

    A deal may take several steps: one that is won at another amount is increased or decreased first; one that came and was closed between
    the points was created and won or lost. Reopened deals, and those that came back to the list, count as created. Steps of deals without
    amounts are 0 cents and are told all the same. The cents of all steps add up to the difference of the ends.
    """
    before, after = pl.col("counts"), pl.col("counts_now")
    closed, left = (pl.col("state_now") != OPEN).fill_null(value=False), pl.col("state_now").is_null()
    won, was_open = (pl.col("state_now") == WON).fill_null(value=False), (pl.col("state") == OPEN).fill_null(value=False)
    change, rates = pl.col("at_end") - pl.col("same"), pl.col("same") - pl.col("cents")
    stays = before & (after | closed)
    early = ~before & was_open & won & pl.col("within_now")
    at_end, first = pl.col("at_end"), pl.col("cents")
    ends = (before & closed) | pl.col("begun_and_closed") | early
    told = [
        ("created", (~before & after & ~was_open) | pl.col("begun_and_closed"), at_end),
        ("pulled in", (~before & after & was_open) | early, at_end),
        ("increased", stays & (change > 0), change),
        ("decreased", stays & (change < 0), change),
        ("pushed out", before & ~after & ~closed & ~left, -first),
        ("lost", ends & ~won, -at_end),
        ("won", ends & won, -at_end),
        ("exchange rates", stays & (rates != 0), rates),
        ("left the list", before & left, -first),
    ]
    parts = [both.filter(test).with_columns(step=pl.lit(step), cents=cents) for step, test, cents in told]
    sides = {
        f"{name}_{side}": f"{name}{mark}" for name in ("value", "close_date", "stage") for side, mark in (("before", ""), ("now", "_now"))
    }
    return pl.concat(parts).select("step", "cents", ID, "opportunity_name", "account_id", *GROUPS, **sides)


def grouped(both: pl.DataFrame, moved: pl.DataFrame, by: str) -> pl.DataFrame:
    """The same by group: group, start, a column a step, end, deals (that took a step); the largest movement first."""
    ends = both.group_by(by).agg(pl.col("start", "end").sum())
    counted = moved.group_by(by).agg(
        *(pl.col("cents").filter(pl.col("step") == step).sum().alias(_name(step)) for step in STEPS),
        pl.col(ID).n_unique().cast(pl.Int64).alias("deals"),
        pl.col("cents").abs().sum().alias("moved"),
    )
    rows = ends.join(counted, on=by, how="left", nulls_equal=True)
    rows = rows.filter((pl.col("start") != 0) | (pl.col("end") != 0) | (pl.col("deals") > 0)).with_columns(pl.col(by).fill_null(UNNAMED))
    money = [(pl.col(name).fill_null(0) / CENTS).alias(name) for name in ("start", *map(_name, STEPS), "end")]
    return rows.sort(["moved", by], descending=[True, False], nulls_last=True).select(
        pl.col(by).alias("group"), *money, pl.col("deals").fill_null(0)
    )


def _name(step: str) -> str:
    return step.replace(" ", "_")
