"""Action Required: what to do today, ranked, with evidence and opening words; worked on the spot."""

from __future__ import annotations

from onelead.web._page import Chart, Column, Filter, Page, Panel, Tile, Tiles
from onelead.web.figures.due_weeks import due_weeks
from onelead.web.pages import _acts, _worklist

TILES = Tiles(
    id="tiles",
    title="At a glance",
    tiles=(
        Tile(
            "expired_products", of=_worklist.of_assets, status=lambda value, _: "crit" if value else "good", micro=_worklist.expired_micro
        ),
        Tile(
            "unused_credits",
            status=lambda value, _: "warn" if value else "good",
            also=_worklist.credits_also,
            micro=_worklist.credits_micro,
        ),
        Tile(
            "unsupported_products",
            of=_worklist.of_assets,
            status=lambda value, _: "crit" if value else "good",
            micro=_worklist.unsupported_micro,
        ),
        Tile("revenue_at_risk", status=lambda value, _: "warn" if value else "good", micro=_worklist.risk_micro),
    ),
)
LIST = Panel(
    id="list",
    title="Ranked actions",
    span=9,
    template="panels/action_list.html",
    data=_worklist.actions,
    bare=True,
    table=_worklist.exported,
    how="Rules look at every account and propose actions with their evidence. Of several renewals of one product category an account keeps "
    "the most urgent. Ranked by priority, then by expected value: the chance of its type (an assumption of the settings until outcomes are "
    "recorded) times what it is worth.",
)
TYPES = Panel(
    id="types",
    title="By type",
    span=3,
    template="panels/action_types.html",
    data=_worklist.types,
    sub=_worklist.types_sub,
    how="Number and expected value (chance times value) of the actions in this state, by type. What has no known value adds none.",
)
WEEKS = Chart(
    id="weeks",
    title="Actions by due week",
    sub=_worklist.weeks_sub,
    span=3,
    data=_worklist.weeks,
    figure=due_weeks,
    height=190,
    columns=(
        Column("week", "Week of", "date"),
        Column("value", "Expected value", "money", estimated="estimated"),
        Column("count", "Actions", "count"),
    ),
    empty="No actions under these filters.",
    how="Expected value of the actions by the week in which they are due, or their number where no value is known; what is due after ten weeks stands in the last bar. "
    "Hatched: overdue. Dotted: due within two weeks.",
)
RECENT = Panel(
    id="recent",
    title="Last 30 days",
    span=3,
    template="panels/action_recent.html",
    data=_worklist.recent,
    how="What people did with actions on lists of the 30 days up to the as-of date; what was taken back does not count. The value of won "
    "actions is the one that the list showed: what was booked in fact is not recorded.",
)
NOTE = Panel(id="note", title="Unattributed rows", span=3, template="panels/action_note.html", data=_worklist.notes, bare=True)


PAGE = Page(
    id="action_required",
    title="Action Required",
    section="Act",
    icon="bolt",
    about="What to do today, ranked, with its evidence, what it is worth and opening words. Accept, snooze, dismiss or finish it on the spot.",
    order=10,
    lead=_worklist.lead,
    filters=(
        Filter("type", "Type", _worklist.type_choices, icon="list", many=True),
        Filter("urgency", "Urgency", _worklist.urgency_choices, icon="urgent", many=True),
        Filter("subject", "Subject", _worklist.subject_choices, icon="package", many=True),
        Filter("least", "Value from", icon="coin", kind="number", everything="Any", hint="Smallest expected value"),
        Filter("week", "Due week", icon="calendar-due", kind="date", everything="Any", hint="Any day of the week"),
        Filter("order", "Order", _worklist.ORDERS, icon="arrows-sort", everything="Priority, then value"),
    ),
    blocks=(TILES, LIST, TYPES, WEEKS, RECENT, NOTE),
    posts={"accept": _acts.accept, "snooze": _acts.snooze, "dismiss": _acts.dismiss, "done": _acts.done, "undo": _acts.undo},
    fragments={"row": _acts.row},
    count=_worklist.count,
)
