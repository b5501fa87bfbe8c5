"""One history of deals from two: what the CRM recorded at each change, and what changed from load to load."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from datetime import date

STATE: dict[str, pl.DataType | type[pl.DataType]] = {
    "stage": pl.String,
    "amount": pl.Float64,
    "currency": pl.String,
    "close_date": pl.Date,
    "owner_id": pl.String,
    "owner_name": pl.String,
    "forecast_category": pl.String,
    "probability": pl.Float64,
    "next_step": pl.String,
    "is_won": pl.Boolean,
}
"""What a deal is followed by."""
MOMENT = pl.Datetime("us")
_KEYS = ("opportunity_id", "changed_at")


def deal_history(
    history: pl.DataFrame, changes: pl.DataFrame, opportunities: pl.DataFrame, *, first_load: date | None = None
) -> pl.DataFrame:
    """How each deal stood from each moment on: opportunity_id, changed_at, the columns of ``STATE``, is_listed; sorted by both keys.

    ``history`` are rows of opportunity_history: a value holds until another is given, an empty cell says nothing. ``changes`` are rows of
    changes, ``opportunities`` those of the newest load: going back from these over the changes gives what each load listed, known from the
    as-of date of that load on. ``first_load`` is the as-of date of the first one, whose rows are no changes; without it, what it listed is
    known from the second one on. ``is_listed`` is false from the load on that a deal was missing from, null where no load speaks of it.

    Nothing is carried back in time: a row tells what could be known at its moment.
    """
    events = pl.concat([_recorded(history), *_uploaded(changes, opportunities, first_load)], how="diagonal")
    ordered = events.sort(*_KEYS, "rank", maintain_order=True).with_row_index("at").with_columns(pl.col("at").cast(pl.Int64))
    begin = pl.col("at").min().over("opportunity_id")
    followed = [*STATE, "is_listed"]
    last = [pl.when(pl.col(f"has_{name}")).then(pl.col("at")).forward_fill().alias(f"has_{name}") for name in followed]
    known = ordered.with_columns(begin.alias("begin")).with_columns(last)
    held = [pl.when(pl.col(f"has_{name}") >= pl.col("begin")).then(pl.col(name).gather(pl.col(f"has_{name}"))) for name in followed]
    full = known.with_columns(entry.alias(name) for entry, name in zip(held, followed, strict=True))
    return full.unique(_KEYS, keep="last", maintain_order=True).select(*_KEYS, *followed)


def deals_on(states: pl.DataFrame, day: date) -> pl.DataFrame:
    """One row for each deal that ``states`` (of ``deal_history``) knows at the end of ``day`` and that was still listed, as it stood then."""
    by_then = states.filter(pl.col("changed_at").dt.date() <= day)
    newest = by_then.unique("opportunity_id", keep="last", maintain_order=True)
    return newest.filter(pl.col("is_listed").fill_null(value=True))


def listed_first(states: pl.DataFrame, history: pl.DataFrame, changes: pl.DataFrame, *, first_load: date | None = None) -> pl.DataFrame:
    """Deals that were there when loads began to tell of them, and the day: since when they stood so, nobody says. opportunity_id, entered.

    ``states`` are those of ``deal_history``, the rest is what they were made of.
    """
    news = changes.filter(pl.col("table") == "opportunities")
    told = pl.concat([history["opportunity_id"], news.filter(pl.col("change") == "added")["key"].alias("opportunity_id")])
    there = states.select("opportunity_id").unique(maintain_order=True).filter(~pl.col("opportunity_id").is_in(told.unique().implode()))
    return there.with_columns(entered=pl.lit(first_load or news["as_of"].min(), pl.Date))


def _recorded(history: pl.DataFrame) -> pl.DataFrame:
    """Rows of the CRM's history, with what each of them says."""
    state = history.select("opportunity_id", pl.col("changed_at").cast(MOMENT), *(pl.col(name).cast(kind) for name, kind in STATE.items()))
    says = [pl.col(name).is_not_null().alias(f"has_{name}") for name in STATE]
    nothing = [pl.lit(None, pl.Boolean).alias("is_listed"), pl.lit(value=False).alias("has_is_listed"), pl.lit(0).alias("rank")]
    return state.with_columns(*says, *nothing)


def _uploaded(changes: pl.DataFrame, opportunities: pl.DataFrame, first_load: date | None) -> list[pl.DataFrame]:
    """What loads tell: how each deal was first listed, and what changed then."""
    news = changes.filter(pl.col("table") == "opportunities").rename({"key": "opportunity_id"}).sort("as_of", maintain_order=True)
    begun = first_load or news["as_of"].min()
    if begun is None:
        return []
    news = news.with_columns(pl.col("as_of").cast(MOMENT).alias("changed_at"))
    listed = opportunities.filter(~pl.col("is_repeat")) if "is_repeat" in opportunities.columns else opportunities
    added = news.filter(pl.col("change") == "added").unique("opportunity_id", keep="first", maintain_order=True)
    starts = listed.join(added.select(*_KEYS), on="opportunity_id", how="left").with_columns(
        pl.col("changed_at").fill_null(pl.lit(begun).cast(MOMENT))
    )
    return [_first(starts, news), _changed(news), _presence(news)]


def _first(starts: pl.DataFrame, news: pl.DataFrame) -> pl.DataFrame:
    """Each deal as it was listed first: the value before its earliest change after that, else today's."""
    rows = starts.select(*_KEYS, *(pl.col(name) if name in starts.columns else pl.lit(None).alias(name) for name in STATE))
    rows = rows.with_columns(pl.col(name).cast(kind) for name, kind in STATE.items())
    later = news.filter(pl.col("change") == "changed").join(rows.select("opportunity_id", began="changed_at"), on="opportunity_id")
    earliest = later.filter(pl.col("changed_at") > pl.col("began")).unique(["opportunity_id", "column"], keep="first", maintain_order=True)
    for name in STATE:
        before = earliest.filter(pl.col("column") == name).select("opportunity_id", was=_typed("before", name), moved=pl.lit(value=True))
        rows = rows.join(before, on="opportunity_id", how="left").with_columns(
            pl.when(pl.col("moved")).then(pl.col("was")).otherwise(pl.col(name)).alias(name)
        )
        rows = rows.drop("was", "moved")
    says = [pl.col(name).is_not_null().alias(f"has_{name}") for name in STATE]
    return rows.with_columns(*says, *_listing(listed=True), pl.lit(1).alias("rank"))


def _changed(news: pl.DataFrame) -> pl.DataFrame:
    """One row for each deal and load that changed it; what was emptied is empty from then on."""
    moved = news.filter((pl.col("change") == "changed") & pl.col("column").is_in(list(STATE)))
    one = {name: pl.col("column") == name for name in STATE}
    values = [_typed("after", name).filter(one[name]).last().alias(name) for name in STATE]
    says = [one[name].any().alias(f"has_{name}") for name in STATE]
    rows = moved.group_by(*_KEYS, maintain_order=True).agg(*values, *says)
    nothing = [pl.lit(None, pl.Boolean).alias("is_listed"), pl.lit(value=False).alias("has_is_listed")]
    return rows.with_columns(*nothing, pl.lit(2).alias("rank"))


def _presence(news: pl.DataFrame) -> pl.DataFrame:
    """When a deal left the list, or came back."""
    rows = news.filter(pl.col("change").is_in(["added", "removed"]))
    return rows.select(
        *_KEYS, (pl.col("change") == "added").alias("is_listed"), pl.lit(value=True).alias("has_is_listed"), pl.lit(3).alias("rank")
    )


def _listing(*, listed: bool) -> list[pl.Expr]:
    return [pl.lit(listed).alias("is_listed"), pl.lit(value=True).alias("has_is_listed")]


def _typed(column: str, name: str) -> pl.Expr:
    """The text of a change as the value that it was."""
    if STATE[name] == pl.Boolean:
        return pl.col(column) == "true"
    if STATE[name] == pl.Date:
        return pl.col(column).str.to_date("%Y-%m-%d", strict=False)
    return pl.col(column).cast(STATE[name], strict=False)
