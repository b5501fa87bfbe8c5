"""Use cases: columns of deals that no history follows: what speaks for and against learning from them, and a person's word on each.

A column of the list shows what it held at the end. Only a person knows whether it held the same when the deal was created; a column that is
confirmed counts as known from the creation on, any other is not used. Identifiers never are.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import polars as pl

from onelead.core.errors import UnknownNameError, UsageError
from onelead.models import deal_label, identifies
from onelead.tables.opportunities import frame_as_known
from onelead.workspace.configuring import save_settings, version_of

if TYPE_CHECKING:
    from onelead.core.viewer import Viewer
    from onelead.workspace.viewing import View
    from onelead.workspace.wiring import Parts

NAMED = ("competitor", "contact_count", "push_count", "loss_reason", "product_id", "lead_id", "contract_id", "description")
"""Columns with a name of ours that the history does not follow and whose meaning does not say that they are known at creation."""
LATE = r"loss|lost|reason|closed|closing|won|win|signed|signature|paperwork|implementation|invoice|deliver|actual|outcome|result|final"
GROWING = r"count|last|latest|current|push|days|date|step|age|activit|status|stage|score"
NEVER, AGAINST, UNCLEAR, FOR = "never", "against", "unclear", "for"
APART = 0.3
"""A gap of this share between how often open and closed, or won and lost, deals fill a column says that closing fills it."""
TELLS = 0.9
"""AUC from which a column alone tells won from lost better than anything known beforehand does."""
LEAST = 100
EXTRAS_MOST = 30
PRIOR = 5.0
ROWS_MOST = 50_000


def column_proposals(view: View, parts: Parts) -> pl.DataFrame:  # noqa: ARG001 - a use case takes the parts
    """Columns that could be learned from: column, label, verdict, why, filled_open, filled_won, filled_lost, auc (null: untold), confirmed.

    ``verdict`` is for, unclear, against or never (identifiers); columns that hold nothing are left out, as are those that the history follows.
    """
    rows = view.frame("opportunities").filter(~pl.col("is_repeat").fill_null(value=False))
    known = frame_as_known(rows, view.context)
    known = known.sample(ROWS_MOST, seed=1) if known.height > ROWS_MOST else known
    state = known.select(
        pl.when("is_open").then(pl.lit("open")).when("is_won").then(pl.lit("won")).when(~pl.col("is_won")).then(pl.lit("lost"))
    )
    found = {name: known[name] for name in NAMED if name in known.columns and known[name].count()}
    found |= _extras(known, _names(view.frame("opportunity_history", ["extra"])["extra"]))
    confirmed = view.context.settings.models.known_columns
    told = [{**_judged(name, values, state.to_series()), "confirmed": name in confirmed} for name, values in found.items()]
    schema = {"column": pl.String, "label": pl.String, "verdict": pl.String, "why": pl.String, "confirmed": pl.Boolean}
    shares = dict.fromkeys(("filled_open", "filled_won", "filled_lost", "auc"), pl.Float64)
    order = pl.col("verdict").replace_strict({FOR: 0, UNCLEAR: 1, AGAINST: 2, NEVER: 3}, return_dtype=pl.Int64)
    return pl.DataFrame(told, schema={**schema, **shares}).sort(order, "column")


def confirm_column(view: View, parts: Parts, viewer: Viewer, column: str, *, known: bool) -> str:
    """Say that ``column`` is ``known`` when a deal is created, or take that back; the next refresh learns accordingly. Returns its label.

    Raises UnknownNameError for a column that is not proposed, UsageError for an identifier, and what saving settings raises.
    """
    proposed = {row["column"]: row for row in column_proposals(view, parts).iter_rows(named=True)}
    now = list(parts.settings.models.known_columns)
    if column not in proposed and column not in now:
        raise UnknownNameError("column of deals", column, list(proposed))
    if known and proposed[column]["verdict"] == NEVER:
        raise UsageError(f"{proposed[column]['label']} is an identifier.", hint="No model learns from names of single things.")
    wanted = [name for name in now if name != column] + ([column] if known else [])
    save_settings(parts, viewer, "models", {"models.known_columns": ["\n".join(sorted(wanted))]}, version_of(parts))
    return deal_label(column)


def _names(extra: pl.Series) -> set[str]:
    """Names of the columns in JSON objects."""
    names: set[str] = set()
    for text in extra.drop_nulls().unique().head(2_000):
        names |= set(json.loads(text))
    return names


def _extras(known: pl.DataFrame, followed: set[str]) -> dict[str, pl.Series]:
    names = sorted(name for name in _names(known["extra"]) - followed if "'" not in name)[:EXTRAS_MOST]
    return {name: known.select(pl.col("extra").str.json_path_match(f"$['{name}']")).to_series() for name in names}


def _judged(name: str, values: pl.Series, state: pl.Series) -> dict[str, Any]:
    filled = {word: float(values.filter(state == word).is_not_null().mean() or 0.0) for word in ("open", "won", "lost")}  # type: ignore[arg-type]  # truth values
    closed = int(state.is_in(["won", "lost"]).sum())
    auc = _auc(values, state) if closed >= LEAST else None
    if identifies(name, values):
        verdict, why = NEVER, f"{values.drop_nulls().n_unique()} different values in {values.count()} deals: an identifier or free text"
    else:
        verdict, why = _against(name, filled, auc) or _so_far(name, auc, closed)
    shares = {f"filled_{word}": share for word, share in filled.items()}
    return {"column": name, "label": deal_label(name), "verdict": verdict, "why": why, **shares, "auc": auc}


def _words(name: str) -> str:
    return name.lower().replace("_", " ")


def _against(name: str, filled: dict[str, float], auc: float | None) -> tuple[str, str] | None:
    """What speaks against a column: its name, when it is filled, or that it tells too much."""
    if re.search(LATE, _words(name)):
        return AGAINST, "Its name speaks of how a deal ended"
    closing = abs(filled["won"] - filled["lost"])
    if max(closing, max(filled["won"], filled["lost"]) - filled["open"]) > APART:
        return AGAINST, "Open, won and lost deals fill it unlike often: closing seems to fill it"
    if auc is not None and auc > TELLS:
        return AGAINST, f"Alone it tells won from lost with an AUC of {auc:.2f}: too good to be known beforehand"
    return None


def _so_far(name: str, auc: float | None, closed: int) -> tuple[str, str]:
    if re.search(GROWING, _words(name)):
        return UNCLEAR, "Its name speaks of what may change while a deal runs; the list shows how it ended"
    if auc is None:
        return UNCLEAR, f"{closed} closed deals are too few to tell"
    return FOR, f"Open, won and lost deals fill it about alike; alone it tells won from lost with an AUC of {auc:.2f}"


def _auc(values: pl.Series, state: pl.Series) -> float | None:
    """AUC of the share won among deals of the other half with the same value (numbers by tenths), on closed deals."""
    import numpy as np

    from onelead.models.learning.measure import auc

    rows = pl.DataFrame({"value": values, "won": state}).filter(pl.col("won").is_in(["won", "lost"]))
    rows = rows.with_columns((pl.col("won") == "won").cast(pl.Float64))
    if rows["value"].dtype.is_numeric():
        rows = rows.with_columns((pl.col("value").rank("average") * 10 / pl.len()).floor().alias("value"))
    overall = float(rows["won"].mean() or 0.0)  # type: ignore[arg-type]  # a column of numbers
    rows = rows.with_row_index("row").with_columns(half=pl.col("row") % 2)
    sums = {name: part.over("value") - part.over("value", "half") for name, part in (("won", pl.col("won").sum()), ("rows", pl.len()))}
    others = (sums["won"] + PRIOR * overall) / (sums["rows"].cast(pl.Float64) + PRIOR)
    scored = rows.with_columns(others.alias("share"))
    found = auc(scored["won"].to_numpy(), scored["share"].to_numpy(), np.ones(scored.height))
    return None if np.isnan(found) else float(found)
