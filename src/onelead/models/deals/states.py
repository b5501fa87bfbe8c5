"""Deals as they stood: one history, its running counts, and how each deal ended. Nothing after the as-of date is looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from onelead.models.deals.identifiers import identifies
from onelead.tables import STATE, deal_history
from onelead.tables.opportunities import frame_as_known

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from onelead.models._base import ModelInput

EXTRAS_MOST = 30
"""Columns without a name of ours that are followed at most: the ones that most rows of the history fill."""
EXTRA = "extra: "
ID = "opportunity_id"


@dataclass(frozen=True)
class Deals:
    """Deals, and what is known of them.

    ``listed``: one row a deal: opportunity_id, account_id, created, what is known of it since its creation. ``states``: how it stood from
    each moment on, with running counts. ``ends``: opportunity_id, won, closed (a day). ``extras``: the followed columns without a name. ``at_creation``: columns of ``listed`` that are known since then, by their meaning or by a
    person's word.
    """

    listed: pl.DataFrame
    states: pl.DataFrame
    ends: pl.DataFrame
    extras: list[str]
    at_creation: list[str]


AT_CREATION = ("lead_source", "deal_type", "product_line", "region", "team")
"""What the list says of a deal from its creation on, by the meaning of the column."""


def read_deals(data: ModelInput) -> Deals:
    """The deals of the base as of ``data.context.as_of``."""
    as_of = data.context.as_of
    listed = data.opportunities.filter(~pl.col("is_repeat")) if "is_repeat" in data.opportunities.columns else data.opportunities
    listed = frame_as_known(listed, data.context)
    history = data.frame("opportunity_history").filter(pl.col("changed_at").dt.date() <= as_of)
    # The list is that of the newest load: what later loads changed has to be taken back before it is cut off.
    told = deal_history(history, data.frame("changes"), listed).filter(pl.col("changed_at").dt.date() <= as_of)
    states = pl.concat([told, _as_listed(told, listed, as_of)], how="diagonal")
    extras = _extras(history)
    known = _running(states.join(extras, on=[ID, "changed_at"], how="left"), [name for name in extras.columns if name.startswith(EXTRA)])
    begun = known.group_by(ID).agg(pl.col("changed_at").dt.date().min().alias("first_seen"))
    wanted = [pl.col(name) if name in listed.columns else pl.lit(None, pl.String).alias(name) for name in AT_CREATION]
    confirmed = _confirmed(data, listed, known.columns)
    rows = listed.select(ID, "account_id", "created_date", *wanted, *confirmed).join(begun, on=ID, how="left").sort(ID)
    rows = rows.with_columns(pl.coalesce("created_date", "first_seen").alias("created")).filter(pl.col("created") <= as_of)
    names = [name for name in known.columns if name.startswith(EXTRA)]
    return Deals(
        rows.drop("created_date", "first_seen"),
        known,
        _ends(listed, known),
        names,
        [*AT_CREATION, *(column.meta.output_name() for column in confirmed)],
    )


def _confirmed(data: ModelInput, listed: pl.DataFrame, followed: Sequence[str]) -> list[pl.Expr]:
    """Columns that a person confirmed; what the history follows is read there, and no identifier is."""
    found = []
    for name in data.context.settings.models.known_columns:
        if name in (ID, "account_id", "is_won", *AT_CREATION, *followed) or EXTRA + name in followed or "'" in name:
            continue
        if name not in listed.columns and "extra" not in listed.columns:
            continue
        column = pl.col(name) if name in listed.columns else pl.col("extra").str.json_path_match(f"$['{name}']").alias(EXTRA + name)
        values = listed.select(column).to_series()
        if values.count() and not identifies(name, values):
            found.append(column)
    return found


def _as_listed(told: pl.DataFrame, listed: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Deals that neither history nor loads speak of, as the list states them: known on the as-of date, of earlier days nothing is."""
    silent = listed.filter(pl.col("is_won").is_null() & ~pl.col(ID).is_in(told[ID].unique().implode()))
    state = [(pl.col(name) if name in listed.columns else pl.lit(None).alias(name)).cast(kind) for name, kind in STATE.items()]
    return silent.select(ID, pl.lit(as_of).cast(pl.Datetime("us")).alias("changed_at"), *state)


def _ends(listed: pl.DataFrame, states: pl.DataFrame) -> pl.DataFrame:
    """When the history first says won or lost, and what; else the list, where it says when.

    What was over when it was first heard of ended on its close date, not on the day on which somebody loaded it.
    """
    begun = pl.col("changed_at") == pl.col("changed_at").min().over(ID)
    day = pl.col("changed_at").dt.date()
    dated = states.with_columns(closed=pl.when(begun).then(pl.min_horizontal("close_date", day)).otherwise(day))
    told = dated.filter(pl.col("is_won").is_not_null()).unique(ID, keep="first", maintain_order=True)
    told = told.select(ID, pl.col("is_won").alias("won"), "closed")
    close = pl.col("close_date") if "close_date" in listed.columns else pl.lit(None, pl.Date).alias("close_date")
    plain = listed.filter(pl.col("is_won").is_not_null()).select(ID, pl.col("is_won").alias("won"), close.alias("closed"))
    return pl.concat([told, plain.join(told, on=ID, how="anti").drop_nulls()]).sort(ID)


def _running(states: pl.DataFrame, extras: list[str]) -> pl.DataFrame:
    """States with what had happened by each: first amount, pushes of the close date, when the stage began, changes of owner."""
    ordered = states.filter(pl.col("is_listed").fill_null(value=True)).sort(ID, "changed_at")
    before = {name: pl.col(name).shift(1).over(ID) for name in ("close_date", "stage", "owner_id", "amount")}
    moved = (pl.col("stage") != before["stage"]).fill_null(value=True)
    return ordered.with_columns(
        pl.col("amount").drop_nulls().first().over(ID).alias("first_amount"),
        (pl.col("close_date") > before["close_date"]).fill_null(value=False).cum_sum().over(ID).cast(pl.Int64).alias("pushes"),
        (pl.col("amount") < before["amount"]).fill_null(value=False).cum_sum().over(ID).cast(pl.Int64).alias("amount_cuts"),
        (pl.col("owner_id") != before["owner_id"]).fill_null(value=False).cum_sum().over(ID).cast(pl.Int64).alias("owner_changes"),
        pl.when(moved).then(pl.col("changed_at").dt.date()).forward_fill().over(ID).alias("stage_since"),
        *(pl.col(name).forward_fill().over(ID) for name in extras),
    )


def _extras(history: pl.DataFrame) -> pl.DataFrame:
    """The columns without a name of ours, as texts: opportunity_id, changed_at and one column each."""
    keys = history.select(ID, pl.col("changed_at").cast(pl.Datetime("us")), "extra") if "extra" in history.columns else None
    filled = keys.drop_nulls("extra") if keys is not None else None
    if filled is None or filled.is_empty():
        return pl.DataFrame(schema={ID: pl.String, "changed_at": pl.Datetime("us")})
    names: dict[str, int] = {}
    for text in filled["extra"].unique().head(2_000):
        for name in _keys(text):
            names[name] = names.get(name, 0) + 1
    kept = sorted(names, key=lambda name: (-names[name], name))[:EXTRAS_MOST]
    columns = [pl.col("extra").str.json_path_match(f"$['{name}']").alias(EXTRA + name) for name in kept]
    return filled.select(ID, "changed_at", *columns).unique([ID, "changed_at"], keep="last", maintain_order=True)


def _keys(text: str) -> list[str]:
    import json

    try:
        found = json.loads(text)
    except ValueError:
        return []
    return [name for name in found if "'" not in name] if isinstance(found, dict) else []
