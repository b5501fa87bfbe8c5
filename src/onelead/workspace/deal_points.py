"""Use cases: how the deals stood at a point in time: in an earlier snapshot, on any day that their history tells of, or now."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from onelead.core.context import Context
from onelead.core.errors import UnknownNameError, UsageError
from onelead.tables import STATE, canonical_tables, deal_history, deals_on, listed_first
from onelead.tables.exchange_rates import converted
from onelead.workspace.deals import LOST, OPEN, WON, deals, rates_of, readings
from onelead.workspace.snapshots import standing_publications
from onelead.workspace.stored import completed
from onelead.workspace.viewing import of_the_snapshot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from onelead.store import Publication
    from onelead.workspace.viewing import View
    from onelead.workspace.wiring import Parts

Point = date | int | None
"""A day of the history, the number of an earlier snapshot, or None for what is seen now."""
ID = "opportunity_id"
GROUPS = ("owner_name", "team", "region", "product_line")
"""What deals are told apart by."""
STOOD = (ID, "opportunity_name", "account_id", *GROUPS, "stage", "state", "amount", "currency", "value", "close_date", "created_date")


@dataclass(frozen=True)
class Stood:
    """The deals at a point: rows of ``STOOD``, whose day it is, and how many amounts are of a later day because none is told of that one."""

    deals: pl.DataFrame
    day: date
    carried: int = 0


def sales_frame(view: View, name: str, columns: Sequence[str]) -> pl.DataFrame:
    """Columns of a table of the sales model, only the rows that the viewer may see.

    Without rows, or a column null, in a base that was loaded before there was the table or the column.
    """
    empty = canonical_tables()[name].empty()
    if name not in view.snapshot.tables():
        return empty.select(columns)
    held = view.snapshot.table(name).columns
    rows = view.frame(name, [column for column in columns if column in held])
    return completed(name, rows).select(columns)


def earlier_snapshots(view: View, parts: Parts) -> list[tuple[int, date]]:
    """Number and as-of date of the snapshots before this one that hold other data, newest first."""
    now = view.publication
    seen: dict[str, Publication] = {}
    for found in standing_publications(view, parts):
        if found.id < now.id and found.base != now.base and found.as_of <= view.context.as_of:
            seen.setdefault(found.base, found)
    return [(found.id, found.as_of) for found in seen.values()]


def first_point(view: View, parts: Parts) -> Point:
    """What is compared with where nobody says: the snapshot before, else a month before; None where nothing tells of an earlier day."""
    number = next((number for number, _ in earlier_snapshots(view, parts)), None)
    if number is not None:
        return number
    told = sales_frame(view, "opportunity_history", [ID]).height or view.frame("opportunities", ["created_date"])["created_date"].count()
    return months_before(view.context.as_of, 1) if told else None


def months_before(day: date, months: int) -> date:
    """The same day so many months before, or the last one of that month where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@of_the_snapshot
def deal_states(view: View, parts: Parts) -> pl.DataFrame:
    """How each deal stood from each moment on (``tables.deal_history``), with its account: what the CRM recorded and what loads changed."""
    listed, history = view.frame("opportunities"), sales_frame(view, "opportunity_history", [ID, "account_id", "changed_at", *STATE])
    news = view.frame("changes").filter(pl.col("table") == "opportunities")
    whole = pl.concat([listed, _gone(view, parts, news, listed)], how="diagonal_relaxed")
    states = deal_history(history, news, whole, first_load=_first_load(view, parts, news))
    homes = [whole.select(ID, "account_id"), history.select(ID, "account_id"), news.select(pl.col("key").alias(ID), "account_id")]
    home = pl.concat(homes).drop_nulls().unique(ID, keep="first", maintain_order=True)
    return states.join(home, on=ID, how="left", maintain_order="left")


@of_the_snapshot
def first_listed(view: View, parts: Parts) -> pl.DataFrame:
    """Deals that were there when loads began to tell of them, and the day: since when they stood so, nobody says. opportunity_id, entered."""
    news = view.frame("changes").filter(pl.col("table") == "opportunities")
    states, history = view.once(parts, deal_states), sales_frame(view, "opportunity_history", [ID])
    return listed_first(states, history, news, first_load=_first_load(view, parts, news))


def _gone(view: View, parts: Parts, news: pl.DataFrame, listed: pl.DataFrame) -> pl.DataFrame:
    """Deals that left the list, as the last snapshot that still stands and holds them states them."""
    wanted = set(news.filter(pl.col("change") == "removed")["key"].to_list()) - set(listed[ID].to_list())
    found = [listed.clear()]
    for number, _ in earlier_snapshots(view, parts) if wanted else ():
        rows = _rows_of(view, parts, number)[0].filter(pl.col(ID).is_in(list(wanted)))
        wanted -= set(rows[ID].to_list())
        found.append(rows)
    return pl.concat(found, how="diagonal_relaxed")


def _rows_of(view: View, parts: Parts, wanted: int) -> tuple[pl.DataFrame, pl.DataFrame, date]:
    """Opportunities and exchange rates of an earlier snapshot, and its as-of date."""
    publication = next(found for found in standing_publications(view, parts) if found.id == wanted)
    snapshot = parts.engine.open(publication.base, publication.results)
    try:
        return view.seen(snapshot.frame("opportunities")), rates_of(snapshot), publication.as_of
    finally:
        snapshot.close()


def _first_load(view: View, parts: Parts, news: pl.DataFrame) -> date | None:
    """The as-of date of the first load, where its snapshot still stands: the oldest one, if nothing had changed by then."""
    known = standing_publications(view, parts)
    begun, changed = min((found.as_of for found in known), default=None), news["as_of"].min()
    return begun if begun is not None and isinstance(changed, date) and begun < changed else None


def deals_at(view: View, parts: Parts, point: Point) -> Stood:
    """The deals as they stood at ``point``, amounts at the exchange rates of that day; of all owners that the viewer may see.

    Raises UnknownNameError for a snapshot that is none of the earlier ones, UsageError for a day after the as-of date.
    """
    view = replace(view, viewer=replace(view.viewer, deal_owners=None))
    if isinstance(point, int):
        return _of_snapshot(view, parts, point)
    day = point or view.context.as_of
    if day > view.context.as_of:
        raise UsageError(f"{day} comes after the as-of date {view.context.as_of}.", hint="Choose a day that is known.")
    if day == view.context.as_of == (view.context.exported or day):
        return Stood(_full(deals(view, parts), view.frame("opportunities")), day)
    return _of_day(view, parts, day)


def _of_snapshot(view: View, parts: Parts, wanted: int) -> Stood:
    known = [number for number, _ in earlier_snapshots(view, parts)]
    if wanted not in known:
        raise UnknownNameError("earlier snapshot", str(wanted), [str(number) for number in known])
    frame, rates, day = _rows_of(view, parts, wanted)
    return Stood(_full(readings(frame, Context(day, view.context.settings), rates), frame), day)


def _of_day(view: View, parts: Parts, day: date) -> Stood:
    """Each deal as its history tells of that day; one whose history begins later, with what it was told first; else as it is listed.

    A deal that the list says was created by then was open even where its history begins later.
    """
    listed, rates = view.frame("opportunities"), rates_of(view.snapshot)
    states = view.of_everyone(parts, deal_states)
    first = states.filter(pl.col("is_listed").fill_null(value=True)).unique(ID, keep="first", maintain_order=True)
    begun = states.filter(pl.col("changed_at").dt.date() <= day).select(ID).unique()
    own = listed.filter(~pl.col("is_repeat").fill_null(value=False)) if "is_repeat" in listed.columns else listed
    waiting = own.filter(pl.col("created_date") <= day).select(ID).join(begun, on=ID, how="anti")
    early = first.join(waiting, on=ID, how="semi").with_columns(
        close_date=pl.when(pl.col("is_won").is_null()).then("close_date"), stage=pl.lit(None, pl.String), is_won=pl.lit(None, pl.Boolean)
    )
    told = pl.concat([deals_on(states, day), early])
    state = pl.when(pl.col("is_won").is_null()).then(pl.lit(OPEN)).when("is_won").then(pl.lit(WON)).otherwise(pl.lit(LOST))
    told = told.with_columns(state=state)
    dated = told.with_columns(on=rate_day(day))
    told = told.with_columns(converted(dated, rates, to=view.context.settings.prices.currency, day="on").alias("value"))
    silent = readings(own.join(states.select(ID).unique(), on=ID, how="anti"), view.context.on(day), rates)
    return Stood(pl.concat([_full(told, own), _full(silent, own)]), day, early["amount"].count())


def rate_day(day: date) -> pl.Expr:
    """The day at whose exchange rate a deal that stood so on ``day`` is converted: its close where it was closed, else that day."""
    return pl.when(pl.col("state") == OPEN).then(pl.lit(day)).otherwise(pl.min_horizontal("close_date", pl.lit(day)))


def _full(stood: pl.DataFrame, listed: pl.DataFrame) -> pl.DataFrame:
    """Rows of ``STOOD``: what ``stood`` does not say, as ``listed`` does."""
    lacking = [name for name in STOOD if name not in stood.columns and name in listed.columns]
    owner = [pl.col("owner_name").alias("listed_owner")] if "owner_name" in stood.columns else []
    known = listed.unique(ID, keep="first", maintain_order=True).select(ID, *lacking, *owner)
    rows = stood.join(known, on=ID, how="left", maintain_order="left")
    if owner:
        rows = rows.with_columns(pl.coalesce("owner_name", "listed_owner").alias("owner_name"))
    kinds = {"created_date": pl.Date, "close_date": pl.Date, "amount": pl.Float64, "value": pl.Float64}
    wanted = [pl.col(name) if name in rows.columns else pl.lit(None).alias(name) for name in STOOD]
    return rows.select(expression.cast(kinds.get(name, pl.String)) for name, expression in zip(STOOD, wanted, strict=True))
