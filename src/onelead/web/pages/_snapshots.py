"""Data Insights, snapshots and lineage: what was published, what differs, where the rows came from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from onelead.core.errors import UsageError
from onelead.web._page import Chart, Column, Done, Missing, Panel, Table
from onelead.web.figures.lineage import flow
from onelead.workspace.insights import table_label
from onelead.workspace.lineage import freshness, made_from, row_origins
from onelead.workspace.reviewing import published_snapshots, snapshots_compared
from onelead.workspace.rights import MANAGE_SNAPSHOTS, allowed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.datastructures import FormData

    from onelead.web._ask import Ask
    from onelead.web._page import Figure

TWO = 2
NO_SHEET = "no sheet"
SHARES = ("ratio", "percent")
"""Units whose changes are points."""


def listed(ask: Ask) -> Mapping[str, Any]:
    """Snapshots, newest first, and the two that are compared."""
    before, after = compared(ask)
    frame = ask.overall(published_snapshots)
    return {"lines": frame.to_dicts(), "before": before, "after": after, "may": allowed(ask.everyone, MANAGE_SNAPSHOTS)}


def compared(ask: Ask) -> tuple[int | None, int | None]:
    """The snapshots to compare: those of the address, else the shown one and the one before it (the one after the first)."""
    listed = ask.overall(published_snapshots).sort("snapshot")
    known, stand = listed["snapshot"].to_list(), listed.filter(~pl.col("taken_back"))["snapshot"].to_list()
    shown = ask.known_stamp.publication
    earlier, later = [number for number in stand if number < shown], [number for number in known if number > shown]
    usual = (earlier[-1], shown) if earlier else (shown, later[0]) if later else (None, shown)
    return _number(ask.one("before"), known) or usual[0], _number(ask.one("after"), known) or usual[1]


def _number(given: str | None, known: list[int]) -> int | None:
    return int(given) if given and given.isdecimal() and int(given) in known else None


def _differences(ask: Ask) -> dict[str, pl.DataFrame]:
    before, after = compared(ask)
    if before is None or after is None:
        raise Missing("There is one snapshot only, so nothing to compare.", hint="The next load or refresh publishes another.")
    if before == after:
        raise Missing("Both sides are the same snapshot.", hint="Choose two different ones in the list above.")
    return ask(snapshots_compared, before, after)


def _words(ask: Ask) -> str:
    before, after = compared(ask)
    return f"from {before:04d} to {after:04d}" if before and after else ""


def row_changes(ask: Ask) -> pl.DataFrame:
    """Rows by table."""
    frame = _differences(ask)["rows"]
    return frame.with_columns(pl.Series("label", [table_label(name) for name in frame["table"].to_list()], pl.String))


def metric_changes(ask: Ask) -> pl.DataFrame:
    """Metrics that differ, written in their unit."""
    frame = _differences(ask)["metrics"]
    rows = [
        {
            "label": row["label"],
            "metric": row["metric"],
            "before": ask.fmt.of(row["before"], row["unit"]),
            "after": ask.fmt.of(row["after"], row["unit"]),
            "change": _change(row, ask),
        }
        for row in frame.to_dicts()
    ]
    return pl.DataFrame(rows, schema=dict.fromkeys(("label", "metric", "before", "after", "change"), pl.String))


def _change(row: dict[str, Any], ask: Ask) -> str:
    if row["before"] is None or row["after"] is None:
        return ""
    moved = row["after"] - row["before"]
    return ask.fmt.points(moved) if row["unit"] in SHARES else ask.fmt.signed(moved, row["unit"])


def action_changes(ask: Ask) -> pl.DataFrame:
    """Actions that came and went."""
    return _differences(ask)["actions"].with_columns(
        pl.col("change").replace({"new": "New", "gone": "Gone"}), pl.col("type").str.replace_all("_", " ").alias("type")
    )


def rollback(ask: Ask, form: FormData) -> Done:
    """Let readers see an earlier snapshot again."""
    number = str(form.get("snapshot") or "")
    if not number.isdecimal():
        raise UsageError("No snapshot was named.", hint="Choose one in the list of snapshots.")
    found = ask.workspace.rollback(int(number))
    return Done(f"Readers see snapshot {found.id:04d} now.", to=ask.link("/data-insights", tab="snapshots", snapshot=None, as_of=None))


LIST = Panel(
    id="snapshots",
    title="Snapshots",
    template="panels/insights_snapshots.html",
    data=listed,
    table=lambda ask: ask.overall(published_snapshots),
    how="A snapshot is a base (what was loaded) and the results computed from it, published together. Going back moves what readers see; nothing "
    "is deleted, and going forward again works the same way. One that was taken back is no longer the snapshot before another.",
)
ROWS = Table(
    id="row-changes",
    title="Rows",
    span=4,
    sub=_words,
    rows=row_changes,
    how="Rows of each table in both snapshots, as far as you may see them.",
    columns=(
        Column("label", "Table"),
        Column("before", "Before", "count"),
        Column("after", "After", "count"),
        Column("change", "Change", "count"),
    ),
)
METRICS = Table(
    id="metric-changes",
    title="Metrics that differ",
    span=8,
    sub=_words,
    rows=metric_changes,
    how="Every metric whose value differs between the two snapshots, each computed as of the date of its snapshot.",
    search=("label",),
    columns=(
        Column("label", "Metric", link=lambda row, ask: ask.rows_link(row["metric"])),
        Column("before", "Before", sortable=False),
        Column("after", "After", sortable=False),
        Column("change", "Change", sortable=False),
    ),
    empty="No metric differs.",
)
ACTIONS = Table(
    id="action-changes",
    title="Actions that came and went",
    sub=_words,
    rows=action_changes,
    how="Actions are told apart by account, type and subject: new ones are only in the later snapshot, gone ones only in the earlier.",
    search=("title", "account_name", "type"),
    columns=(
        Column("change", "Change", "badge"),
        Column("title", "Action"),
        Column("account_name", "Account", link=lambda row, ask: ask.account_link(row["account_id"])),
        Column("type", "Type", minor=True),
    ),
    empty="The same actions in both.",
)


# Lineage ---------------------------------------------------------------------------------------------------------------------


def origins(ask: Ask) -> pl.DataFrame:
    """Rows by file, sheet and table."""
    return ask(row_origins).with_columns(pl.col("sheet").fill_null(NO_SHEET), pl.col("file").fill_null("unknown file"))


def _flow(frame: pl.DataFrame, ask: Ask) -> Figure:
    return flow(frame, ask.fmt.compact)


def files(ask: Ask) -> pl.DataFrame:
    """What the snapshot is made of, for those who see all of it."""
    if ask.everyone.account_ids is not None:
        raise Missing("Shown only to those who see every account.", hint="The files hold rows of all accounts.")
    return ask.overall(made_from)


def fresh(ask: Ask) -> Mapping[str, Any]:
    """How old the data is."""
    return ask.overall(freshness)


FRESH = Panel(id="fresh", title="Freshness", template="panels/insights_fresh.html", data=fresh, bare=True)
FLOW = Chart(
    id="flow",
    title="From file to account",
    sub="Widths are rows",
    data=origins,
    figure=_flow,
    height=420,
    columns=(
        Column("file", "File"),
        Column("sheet", "Sheet"),
        Column("label", "Table"),
        Column("rows", "Rows", "count"),
        Column("attributed", "Attributed", "count"),
        Column("unattributed", "Unattributed", "count"),
        Column("repeats", "Repeats", "count"),
        Column("quarantined", "In quarantine", "count"),
    ),
    how="Every row keeps the file, the sheet and the row that it came from. A row is attributed when an id, a shared key or a name leads to an "
    "account; unattributed rows count in headline figures. Repeats are rows with the key of an earlier one: kept, and counted once in metrics.",
)
ORIGINS = Table(
    id="row-origins",
    title="Rows by file, sheet and table",
    how="Counted over the rows of the snapshot by the file and sheet that each names. Repeats have the key of an earlier row.",
    rows=origins,
    columns=(
        Column("file", "File", sub="sheet"),
        Column("label", "Table"),
        Column("rows", "Rows", "count"),
        Column("attributed", "Attributed", "count", minor=True),
        Column(
            "unattributed",
            "Unattributed",
            "count",
            link=lambda row, ask: ask.rows_link("unattributed_rows") if row["unattributed"] else None,
        ),
        Column("repeats", "Repeats", "count", minor=True),
        Column(
            "quarantined",
            "In quarantine",
            "count",
            link=lambda row, ask: ask.here(tab="quarantine", table=row["table"]) if row["quarantined"] else None,
        ),
    ),
    total=("rows", "attributed", "unattributed", "repeats", "quarantined"),
)
FILES = Table(
    id="made-from",
    title="Files of this snapshot",
    how="The files whose rows the tables of this snapshot hold, told apart by their content.",
    rows=files,
    columns=(
        Column("label", "Table"),
        Column("file", "File"),
        Column("rows", "Rows in the source", "count"),
        Column("loaded_at", "Loaded (UTC)", "date", sub="loaded_by"),
        Column("sha256", "SHA-256 of the file", minor=True),
    ),
    foot="A table that a load does not hold carries forward from the load that did.",
)
