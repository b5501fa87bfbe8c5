"""Events of an account that the data do not date themselves: what a load changed, and what people did with actions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from onelead.tables import assets, opportunities
from onelead.workspace.account_rows import account_actions

if TYPE_CHECKING:
    from onelead.workspace.viewing import View
    from onelead.workspace.wiring import Parts

THINGS = {"assets": ("asset", "assets"), "opportunities": ("opportunity", "opportunities")}
DONE = {"accept": "Accepted", "snooze": "Snoozed", "dismiss": "Dismissed", "done": "Done"}
UNITS = {
    column: "date" if found.dtype == pl.Date else "number"
    for table in (assets.TABLE, opportunities.TABLE)
    for column, found in table.contract.columns().items()
    if found.dtype.is_numeric() or found.dtype == pl.Date
}
"""Columns whose values are no text → what they are. Amounts are numbers: each is in the currency of its row."""
KEYS = 2


def change_events(view: View, account_id: str) -> pl.DataFrame:
    """What loads changed in the account's assets and opportunities: one event a load, kind of change, column and pair of values."""
    changes = view.snapshot.table("changes")
    mine = changes.filter(changes.account_id == account_id, changes.as_of <= view.context.as_of)
    frame = view.snapshot.execute(mine)
    grouped = frame.group_by("as_of", "load_id", "table", "change", "column", "before", "after").agg(
        pl.len().cast(pl.Int64).alias("rows"), pl.col("key").sort().head(KEYS).str.join(", ").alias("_keys")
    )
    one = [pl.col("table").replace_strict({name: words[place] for name, words in THINGS.items()}, default="rows") for place in (0, 1)]
    things = pl.format("{} {}", pl.col("rows"), pl.when(pl.col("rows") == 1).then(one[0]).otherwise(one[1]))
    column = pl.col("column").str.replace_all("_", " ")
    values = pl.format("{}: {}", things, column)
    verb = {"added": "came with the load", "removed": "no longer in the load"}
    whole = pl.format("{} {}", things, pl.col("change").replace_strict(verb, default=""))
    more = pl.format("{} and {} more", "_keys", pl.col("rows") - KEYS)
    return grouped.with_columns(
        pl.col("as_of").alias("date"),
        pl.when(pl.col("change") == "changed").then(values).otherwise(whole).alias("title"),
        pl.when(pl.col("rows") > KEYS).then(more).otherwise("_keys").alias("detail"),
        pl.lit("git-compare").alias("icon"),
        pl.lit("Changes").alias("kind"),
        pl.col("column").replace_strict(UNITS, default="text").alias("unit"),
        pl.when(pl.col("rows") == 1)
        .then(pl.col("table").replace_strict({"assets": "asset", "opportunities": "opportunity"}, default=None))
        .alias("of"),
        pl.when(pl.col("rows") == 1).then("_keys").alias("key"),
    )


def action_events(view: View, parts: Parts, account_id: str) -> pl.DataFrame:
    """What people did with the account's actions and did not undo, dated by the as-of date of the list that they worked on."""
    log = parts.store.action_log()
    undone = log["undoes"].drop_nulls().implode()
    mine = log.filter((pl.col("account_id") == account_id) & (pl.col("event") != "undo") & ~pl.col("event_id").is_in(undone))
    mine = mine.filter(pl.col("as_of") <= view.context.as_of)
    titles = account_actions(view, parts, account_id).select("action_id", pl.col("title").alias("_title"))
    named = mine.join(titles, on="action_id", how="left", maintain_order="left")
    fallback = pl.format("{} {}", pl.col("type").str.replace_all("_", " "), pl.col("subject"))
    outcome = pl.coalesce(pl.col("outcome").str.replace_all("_", " "), pl.col("why"), pl.format("until {}", pl.col("until")))
    won = pl.when(pl.col("outcome") == "won").then(pl.lit("good")).when(pl.col("outcome") == "lost").then(pl.lit("warn"))
    return named.with_columns(
        pl.col("as_of").alias("date"),
        pl.format("{}: {}", pl.col("event").replace_strict(DONE, default="Worked"), pl.coalesce("_title", fallback)).alias("title"),
        pl.concat_str([pl.format("by {}", pl.col("who")), outcome], separator=" · ", ignore_nulls=True).alias("detail"),
        won.alias("status"),
        pl.lit("list-check").alias("icon"),
        pl.lit("Actions").alias("kind"),
        pl.lit(1).alias("rows"),
        pl.lit("action").alias("of"),
        pl.col("action_id").alias("key"),
    )
