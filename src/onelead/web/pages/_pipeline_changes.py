"""What Pipeline shows of what changed: between which points, the waterfall, the same by group, the deals behind it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import polars as pl

from onelead.core.errors import UsageError
from onelead.core.fiscal import FiscalCalendar
from onelead.web._page import Chart, Column, Missing, Panel, Tab, Table
from onelead.web._reasons import no_amounts
from onelead.web.figures import waterfall as figures
from onelead.web.pages._pipeline import has_deals
from onelead.workspace.deal_movements import STEPS, pipeline_changes
from onelead.workspace.deal_points import GROUPS, earlier_snapshots, months_before
from onelead.workspace.deals import deal_data

if TYPE_CHECKING:
    from onelead.web._ask import Ask
    from onelead.web._page import Figure

SINCE = {"week": "A week", "month": "A month", "quarter": "Last quarter's end", "year": "A year"}
CLOSING = {"": "Any time", "quarter": "This quarter or before", "next": "Next quarter or before", "year": "This year or before"}
BY = {"owner_name": "Owner", "team": "Team", "region": "Region", "product_line": "Product line"}
OWN = ("since", "from", "to", "closing", "by", "of", "step")
"""Parameters of the tab."""
ENOUGH = 12
"""So many earlier snapshots are offered."""


def since(ask: Ask) -> date | int | None:
    """The first point that the address names: a day, the number of a snapshot, or None for the snapshot before. Raises UsageError."""
    day, wanted, end = ask.day("from"), ask.one("since"), ask.day("to") or ask.as_of
    if day is not None or not wanted or wanted == "last":
        return day
    if wanted == "quarter":
        return FiscalCalendar(ask.serving.parts.settings.fiscal).quarter_start(end) - timedelta(days=1)
    if wanted == "week":
        return end - timedelta(days=7)
    if wanted in SINCE:
        return months_before(end, 1 if wanted == "month" else 12)
    if not wanted.isdecimal():
        raise UsageError(f"since is {wanted!r}.", hint=f"Give the number of an earlier snapshot, or one of {', '.join(SINCE)}.")
    return int(wanted)


def closing(ask: Ask) -> date | None:
    """The last close day that counts: the end of this fiscal quarter, of the next, or of the year; None for all."""
    wanted, calendar = ask.one("closing"), FiscalCalendar(ask.serving.parts.settings.fiscal)
    if wanted == "year":
        return calendar.year_end(ask.as_of)
    if wanted not in ("quarter", "next"):
        return None
    end = calendar.quarter_end(ask.as_of)
    return end if wanted == "quarter" else calendar.quarter_end(end + timedelta(days=1))


def by(ask: Ask) -> str:
    """What deals are told apart by."""
    wanted = ask.one("by")
    return wanted if wanted in GROUPS else GROUPS[0]


def changed(ask: Ask) -> dict[str, Any]:
    """The comparison that the address asks for. Raises Missing where nothing tells of an earlier point, UsageError for points that cannot be."""
    if not ask.deals(deal_data)["value"] and not ask.deals(deal_data)["won_value"]:
        raise Missing(
            no_amounts(ask, "No open opportunity states an amount in the workspace's currency."),
            hint="Load opportunities with their amount.",
        )
    found = ask.deals(pipeline_changes, since=since(ask), until=ask.day("to"), closing=closing(ask), by=by(ask))
    if found["since"] is None:
        raise Missing(
            "Nothing tells of an earlier day.",
            hint="Load the next export, or opportunities with their created date or their history: what changed shows from then on.",
        )
    return found


def chooser(ask: Ask) -> dict[str, Any]:
    """The points to choose from, and what is chosen."""
    snapshots = ask(earlier_snapshots)
    wanted = "" if ask.day("from") else ask.one("since") or ("last" if snapshots else "month")
    quick = [("last", "Last snapshot")] if snapshots else []
    own = dict.fromkeys(OWN)
    links = [
        (words, ask.here(**{**own, "since": key, "closing": ask.one("closing"), "by": ask.one("by"), "tab": "changes"}), key == wanted)
        for key, words in [*quick, *SINCE.items()]
    ]
    named = [(str(number), f"{ask.fmt.short_date(day)}, snapshot {number:04d}") for number, day in snapshots[:ENOUGH]]
    kept = [(name, value) for name, values in ask.params.items() if name not in (*OWN, "tab") for value in values]
    chosen = {name: ask.one(name) or "" for name in OWN}
    return {
        "quick": links,
        "snapshots": named,
        "kept": [*kept, ("tab", "changes")],
        "chosen": chosen,
        "closing": CLOSING,
        "by": BY,
        "now": by(ask),
        "top": ask.as_of.isoformat(),
        "group": (chosen["of"], ask.here(of=None)) if chosen["of"] else None,
    }


def parts(ask: Ask) -> tuple[float, float, pl.DataFrame]:
    """Start, end and steps of all deals, or of the group that the address names."""
    found, group = changed(ask), ask.one("of")
    if not group:
        return found["start"], found["end"], found["steps"]
    row = next((row for row in found["groups"].iter_rows(named=True) if row["group"] == group), None)
    if row is None:
        raise Missing(f"Nothing of {group} is open at either point.", hint="Choose another group.")
    counted = dict(of_group(ask, found).group_by("step").agg(pl.col("opportunity_id").n_unique()).iter_rows())
    rows = [{"step": step, "value": row[step.replace(" ", "_")], "deals": counted.get(step, 0)} for step in STEPS]
    return row["start"], row["end"], pl.DataFrame(rows)


def of_group(ask: Ask, found: dict[str, Any]) -> pl.DataFrame:
    """The deals of the group that the address names, or all."""
    frame: pl.DataFrame = found["deals"]
    group = ask.one("of")
    return frame if not group else frame.filter(pl.col(by(ask)).fill_null("Not stated") == group)


def steps(ask: Ask) -> pl.DataFrame:
    """The steps between the two points."""
    return parts(ask)[2]


def figure(frame: pl.DataFrame, ask: Ask) -> Figure:
    """The waterfall."""
    found, fmt = changed(ask), ask.fmt
    start, end, _ = parts(ask)
    names = (fmt.short_date(found["since"]), fmt.short_date(found["until"]))
    if names[0] == names[1]:
        names = (f"{names[0]} before", f"{names[1]} now")
    return figures.waterfall(start, end, frame, names, fmt, lambda step: ask.here(step=step, tab="changes") + "#b-moved")


def sub(ask: Ask) -> str:
    """Between which days, which deals count, where the axis starts, and that it balances."""
    try:
        found = changed(ask)
        start, end, rows = parts(ask)
    except Missing:
        return ""
    fmt, last = ask.fmt, closing(ask)
    axis = figures.axis_from(start, end, rows.filter(pl.col("deals") > 0)["value"].to_list())
    gap = round(start + float(rows["value"].sum()) - end, 2)
    said = [f"{fmt.short_date(found['since'])} to {fmt.short_date(found['until'])}"]
    said += [ask.one("of") or ""] if ask.one("of") else []
    said += [f"closing by {fmt.short_date(last)}"] if last else []
    said += [f"axis starts at {fmt.money(axis)}"] if axis else []
    said.append(f"balances to {fmt.money_full(abs(gap))}")
    said += [f"{fmt.plural(found['unvalued'], 'deal')} without an amount"] if found["unvalued"] else []
    said += [f"{fmt.plural(found['carried'], 'first amount')} told later"] if found["carried"] else []
    return " · ".join(said)


def groups(ask: Ask) -> pl.DataFrame:
    """The same by group."""
    frame: pl.DataFrame = changed(ask)["groups"]
    return frame


def group_columns(ask: Ask) -> tuple[Column, ...]:
    """A column a step that any deal took."""
    try:
        found = changed(ask)
        took = set(found["steps"].filter(pl.col("deals") > 0)["step"])
    except (Missing, UsageError):
        took = set(STEPS)
    money = [
        Column(step.replace(" ", "_"), step.capitalize(), "money", minor=step not in ("created", "won", "lost"))
        for step in STEPS
        if step in took
    ]
    name = Column("group", BY[by(ask)], link=lambda row, ask: ask.here(of=row["group"], step=None, tab="changes") + "#b-moved")
    return (
        name,
        Column("start", "Start", "money"),
        *money,
        Column("end", "End", "money", phone="value"),
        Column("deals", "Deals", "count"),
    )


def moved(ask: Ask) -> pl.DataFrame:
    """The deals behind the waterfall, or behind one of its bars."""
    frame = of_group(ask, changed(ask))
    chosen = ask.one("step")
    frame = frame.filter(pl.col("step") == chosen) if chosen else frame
    frame = frame.sort(pl.col("value").abs(), descending=True, maintain_order=True)
    return frame.with_columns(step=pl.col("step").str.slice(0, 1).str.to_uppercase() + pl.col("step").str.slice(1))


HOW = (
    "Each deal's part in the difference between the open pipeline at two points, in whole cents: start + created + pulled in + increased − decreased "
    "− pushed out − lost − won = end. A deal that was won at another amount is increased or decreased first; one that came and was closed in between "
    "was created and won or lost; reopened ones count as created. Pulled in and pushed out: deals whose close date moved over the last day that Closing "
    "names, and those won before their time; while it names none, a moved close date moves no money. Exchange rates: what the same amount in another "
    "currency is worth at the rates of the second day and was at those of the first. Left the list: no longer loaded. A deal counts for the owner, team, "
    "region and product line that it has at the second point. Days between loads are told by the history of the opportunities and by what loads changed; "
    "a deal that neither tells of stands as it is listed."
)
LINK = Column(
    "opportunity_name", "Deal", sub="account_name", link=lambda row, ask: ask.link("/record", kind="opportunity", id=row["opportunity_id"])
)
CHANGES = Tab(
    "changes",
    "What changed",
    (
        Panel(id="between", title="Between", template="panels/pipeline_between.html", data=chooser, bare=True),
        Chart(
            id="changed",
            title="What changed",
            sub=sub,
            data=steps,
            figure=figure,
            height=330,
            how=HOW,
            metrics=("open_pipeline_value",),
            columns=(Column("step", "Step"), Column("value", "Value", "money"), Column("deals", "Deals", "count")),
        ),
        Table(
            id="moved",
            title="Deals that changed",
            rows=moved,
            columns=(
                LINK,
                Column("step", "Step", "badge"),
                Column("value", "Effect", "money"),
                Column("value_before", "Before", "money", minor=True),
                Column("value_now", "After", "money", minor=True),
                Column("close_date_before", "Close before", "date", minor=True),
                Column("close_date_now", "Close after", "date", minor=True),
                Column("stage_before", "Stage before", minor=True),
                Column("stage_now", "Stage after", minor=True),
                Column("owner_name", "Owner", minor=True),
                Column("team", "Team", show=False),
                Column("region", "Region", show=False),
                Column("product_line", "Product line", show=False),
                Column("opportunity_id", "Opportunity", show=False),
            ),
            size=10,
            total=("value",),
            search=("opportunity_name", "account_name", "owner_name"),
            how="The deals behind What changed; click one of its bars for those of one step. Their effects add up to the difference.",
        ),
        Table(
            id="groups",
            title="The same by group",
            rows=groups,
            columns=group_columns,
            size=10,
            total=("start", *(step.replace(" ", "_") for step in STEPS), "end"),
            search=("group",),
            how="Each row balances by itself. Click a name for its own waterfall and deals.",
        ),
    ),
    when=has_deals,
)
