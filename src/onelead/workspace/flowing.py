"""Use case: how the open pipeline became what it is: each deal's part between two snapshots, balanced to the cent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from onelead.core.context import Context
from onelead.core.errors import UnknownNameError
from onelead.workspace.deals import OPEN, WON, deals, of_owners, rates_of, readings
from onelead.workspace.snapshots import standing_publications

if TYPE_CHECKING:
    from datetime import date

    from onelead.store import Publication
    from onelead.workspace.viewing import View
    from onelead.workspace.wiring import Parts

STEPS = ("new", "raised", "pulled in", "cut", "pushed out", "won", "lost", "left the list")
"""What may have happened to a deal, in the order of the picture."""
CENTS = 100


def flow(view: View, parts: Parts, *, before: int | None = None, until: date | None = None) -> dict[str, Any]:
    """The open pipeline of an earlier snapshot and of this one, and the deals that make the difference.

    Args:
        view: What is seen now.
        parts: The wired parts.
        before: Number of the earlier snapshot; None is the newest before this one with other data.
        until: Only deals that close by this day count; then a deal that moves over it is pulled in or pushed out. None counts all.

    Returns:
        ``before`` (snapshot, None where there is none), ``since`` (its as-of date), ``start`` and ``end`` (open value), ``steps`` (a row a
        step: step, value, deals) and ``deals`` (a row a deal and step: step, value, opportunity_id, name, account, amounts and dates
        before and now). start + the steps = end, in cents. ``unvalued`` counts open deals without an amount on either side.

    Raises:
        UnknownNameError: no such earlier snapshot.
    """
    found = _earlier(view, parts, before)
    if found is None:
        return {"before": None, "since": None}
    now = deals(view, parts)
    was = _deals_of(view, parts, found)
    moved = moves(was, now, until)
    names = view.frame("accounts", ["account_id", "account_name"]).unique("account_id")
    moved = moved.join(names, on="account_id", how="left", maintain_order="left")
    steps = moved.group_by("step").agg(pl.col("cents").sum(), pl.col("opportunity_id").n_unique().cast(pl.Int64).alias("deals"))
    listed = pl.DataFrame({"step": STEPS}).join(steps, on="step", how="left", maintain_order="left")
    return {
        "before": found.id,
        "since": found.as_of,
        "start": _open_cents(was, until) / CENTS,
        "end": _open_cents(now, until) / CENTS,
        "steps": listed.select("step", value=pl.col("cents").fill_null(0) / CENTS, deals=pl.col("deals").fill_null(0)),
        "deals": moved.with_columns(value=pl.col("cents") / CENTS).drop("cents"),
        "unvalued": now.filter(_is_open(until) & pl.col("value").is_null()).height,
    }


def earlier_snapshots(view: View, parts: Parts) -> list[tuple[int, date]]:
    """Number and as-of date of the snapshots before this one that hold other data, newest first."""
    now = view.publication
    seen: dict[str, Publication] = {}
    for found in standing_publications(view, parts):
        if found.id < now.id and found.base != now.base and found.as_of <= view.context.as_of:
            seen.setdefault(found.base, found)
    return [(found.id, found.as_of) for found in seen.values()]


def _earlier(view: View, parts: Parts, wanted: int | None) -> Publication | None:
    known = [number for number, _ in earlier_snapshots(view, parts)]
    if wanted is not None and wanted not in known:
        raise UnknownNameError("earlier snapshot", str(wanted), [str(number) for number in known])
    number = wanted if wanted is not None else next(iter(known), None)
    return next((found for found in standing_publications(view, parts) if found.id == number), None)


def _deals_of(view: View, parts: Parts, publication: Publication) -> pl.DataFrame:
    """Deals of an earlier snapshot as of its own date, only those that the viewer may see."""
    snapshot = parts.engine.open(publication.base, publication.results)
    try:
        frame, rates = snapshot.frame("opportunities"), rates_of(snapshot)
    finally:
        snapshot.close()
    frame = of_owners(view, frame)
    if view.account_filter is not None:
        frame = frame.filter(pl.col("account_id").is_in(view.account_filter))
    return readings(frame, Context(publication.as_of, view.context.settings), rates)


def _is_open(until: date | None) -> pl.Expr:
    still = pl.col("state") == OPEN
    return still if until is None else (still & (pl.col("close_date") <= until)).fill_null(value=False)


def _cents() -> pl.Expr:
    return (pl.col("value").fill_null(0.0) * CENTS).round(0).cast(pl.Int64)


def _open_cents(frame: pl.DataFrame, until: date | None) -> int:
    return int(frame.filter(_is_open(until)).select(_cents().sum()).item() or 0)


def moves(was: pl.DataFrame, now: pl.DataFrame, until: date | None = None) -> pl.DataFrame:
    """What each deal adds to the open pipeline or takes from it between two lists: step, cents, opportunity_id and both readings.

    A deal may take two steps: one that is won at another amount is raised or cut first. Steps of deals without amounts are 0 cents and
    are told all the same. The cents of all steps add up to the difference of the open values.
    """
    kept = ("opportunity_id", "opportunity_name", "account_id", "stage", "state", "value", "close_date")
    sides = [frame.select(*kept, counts=_is_open(until), cents=_cents()) for frame in (was, now)]
    both = sides[0].join(sides[1], on="opportunity_id", how="full", coalesce=True, suffix="_now")
    both = both.with_columns(pl.col("counts", "counts_now").fill_null(value=False), pl.col("cents", "cents_now").fill_null(0))
    before, after = pl.col("counts"), pl.col("counts_now")
    closed_now = (pl.col("state_now") != OPEN).fill_null(value=False)
    # one that closed without an amount took its last known one with it
    unsaid = closed_now & pl.col("value_now").is_null()
    both = both.with_columns(cents_now=pl.when(unsaid).then("cents").otherwise("cents_now"))
    left = pl.col("state_now").is_null()
    in_both = pl.col("state").is_not_null() & (pl.col("state") == OPEN) & (pl.col("state_now") == OPEN)
    change = pl.col("cents_now") - pl.col("cents")
    # a deal that closed may have changed its amount on the way; one that left the list took its last known amount with it
    changes = before & (after | closed_now) & (change != 0)
    parts = [
        both.filter(changes).with_columns(step=pl.when(change > 0).then(pl.lit("raised")).otherwise(pl.lit("cut")), cents=change),
        both.filter(~before & after).with_columns(
            step=pl.when(in_both).then(pl.lit("pulled in")).otherwise(pl.lit("new")), cents=pl.col("cents_now")
        ),
        both.filter(before & closed_now).with_columns(
            step=pl.when(pl.col("state_now") == WON).then(pl.lit("won")).otherwise(pl.lit("lost")), cents=-pl.col("cents_now")
        ),
        both.filter(before & left).with_columns(step=pl.lit("left the list"), cents=-pl.col("cents")),
        both.filter(before & ~after & ~closed_now & ~left).with_columns(step=pl.lit("pushed out"), cents=-pl.col("cents")),
    ]
    return pl.concat(parts).select(
        "step",
        "cents",
        "opportunity_id",
        opportunity_name=pl.coalesce("opportunity_name_now", "opportunity_name"),
        account_id=pl.coalesce("account_id_now", "account_id"),
        value_before="value",
        value_now="value_now",
        close_before="close_date",
        close_now="close_date_now",
        stage_before="stage",
        stage_now="stage_now",
    )
