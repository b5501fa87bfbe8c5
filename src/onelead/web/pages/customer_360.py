"""Customer 360: one account with everything known of it: health, scores and why, assets, deals, projects, credits, actions, identity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from onelead.web._page import Chart, Column, Page, Panel, Tab
from onelead.web.figures import health as figures
from onelead.web.pages import _account_tables as tables
from onelead.web.pages import _account_work as work
from onelead.web.pages import _customer_360 as loads
from onelead.web.pages import _customer_risk as risk

if TYPE_CHECKING:
    from onelead.web._ask import Ask
    from onelead.web._page import Block

PEER_COLUMNS = (
    Column("label", "Axis"),
    Column("text", "Account"),
    Column("peer_text", "Peer median"),
    Column("top", "Top of the scale", "number"),
    Column("doc", "Meaning"),
)


def _has(ask: Ask) -> bool:
    return loads.chosen(ask)


RADAR = Chart(
    id="radar",
    title="Against peers",
    span=5,
    sub=loads.peers_sub,
    data=loads.profile,
    figure=loads.radar,
    columns=PEER_COLUMNS,
    height=372,
    empty="No features of this account are known.",
    how="Urgency (of 4), RFM (of 9), projects and platforms (on a scale to the most in the group), success rate of projects (of 100 %): the "
    "account against the median of its peers, which are the accounts of its industry, else of its region, where there are at least five, "
    "else all others. Source: solution document, customer deep dive.",
)
WHY = Panel(
    id="why",
    title="Why this score",
    span=7,
    sub="propensity to start a won project or opportunity",
    template="panels/customer_360_why.html",
    data=loads.why,
    table=loads.why_rows,
    how="What each feature adds to or takes from the account's score. A percentage stands only where a model was calibrated on observed "
    "outcomes; else a word says which class the account is in, and by what.",
)
ASSETS = Panel(
    id="life",
    title="Assets",
    span=12,
    template="panels/customer_360_assets.html",
    data=loads.life,
    bare=True,
    table=loads.asset_rows,
    metrics=("expired_products", "unsupported_products"),
    how="From the start of the current support to the end of life and the end of service life, on one scale of time; the line is the as-of date.",
)
TIMELINE = Panel(
    id="timeline",
    title="Timeline",
    span=7,
    template="panels/customer_360_timeline.html",
    data=work.timeline_panel,
    bare=True,
    table=work.history,
    how="Dated events of the account's rows, what loads changed, and what people did with its actions. What has no date is not here.",
)
NEXT = Panel(
    id="next",
    title="Recommended next",
    span=5,
    template="panels/customer_360_next.html",
    data=work.next_actions,
    bare=True,
    how="The account's waiting actions by rank: priority, then expected value.",
)
HISTORY = Chart(
    id="history",
    title="Health over snapshots",
    span=5,
    data=loads.history,
    figure=lambda frame, ask: figures.history(frame, loads.card_of(ask)["bands"], "Health"),
    columns=(Column("as_of", "As of", "date"), Column("score", "Health", "number"), Column("band", "Band")),
    height=190,
    lazy=True,
    how="The newest snapshot of each as-of date, all scored by the scorecard and the settings of today.",
)
ACTIONS = Panel(id="actions", title="Actions", template="panels/customer_360_actions.html", data=work.actions, bare=True)
NAMED = Panel(id="named", title="Named accounts below it", template="panels/customer_360_named.html", data=loads.head)
KIND_SEGMENTS = Panel(id="kinds", title="Kinds", template="panels/customer_360_kinds.html", data=work.timeline_panel, bare=True)
HEALTH_RADAR = Chart(
    id="parts",
    title="Health by part, against peers",
    span=5,
    sub=loads.peers_sub,
    data=loads.health_profile,
    figure=loads.radar,
    columns=PEER_COLUMNS,
    height=320,
    empty="No part of its health has data.",
    how="Points of each part of the scorecard against the median of the peers that have data.",
)
WHY_HEALTH = Panel(
    id="health",
    title="Why this health",
    span=7,
    template="panels/customer_360_health.html",
    data=loads.head,
    how="Each part's points times its weight after re-weighing; what it loses is (100 − points) × that weight.",
)


def _tab(name: str, label: str, *blocks: Block, count: Any = None) -> Tab:  # noqa: ANN401 - a counter
    return Tab(name, label, blocks, count=count, when=_has)


PAGE = Page(
    id="customer_360",
    title="Customer 360",
    section="Accounts",
    icon="id",
    about="Everything known of one account: health, why it scores as it does, assets, deals, projects, credits, actions, history.",
    order=20,
    lead=lambda ask: "" if ask.one("id") else "Choose an account.",
    blocks=(
        Panel(id="head", title="Account", template="panels/customer_360_head.html", data=loads.head, bare=True, when=_has),
        Panel(id="missing", title="Not found", template="panels/customer_360_missing.html", data=loads.nearest, when=loads.unknown),
        tables.CHOOSER,
    ),
    tabs=(
        _tab("overview", "Overview", WHY, RADAR, risk.RISK, ASSETS, TIMELINE, NEXT, HISTORY),
        _tab("assets", "Assets", ASSETS, tables.ASSET_TABLE, count=loads.count("assets")),
        _tab("deals", "Opportunities", tables.DEALS, count=loads.count("opportunities")),
        _tab("projects", "Projects", tables.PROJECTS, count=loads.count("projects")),
        _tab("credits", "Credits", tables.CREDITS, count=loads.count("service_credits")),
        Tab("outlook", "Outlook", (risk.RISK, risk.CONTRACTS), when=lambda ask: _has(ask) and risk.has_outlook(ask)),
        _tab("actions", "Actions", ACTIONS, count=work.action_count),
        _tab("identity", "Identity", tables.LINKS, NAMED),
        _tab("history", "History", KIND_SEGMENTS, tables.EVENTS),
        _tab("why", "Why", WHY_HEALTH, HEALTH_RADAR, WHY, RADAR),
    ),
)
