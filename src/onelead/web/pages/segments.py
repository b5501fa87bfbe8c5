"""Segments: accounts by industry, size and behaviour, and what is out of the ordinary."""

from __future__ import annotations

from onelead.web._page import Chart, Column, Filter, Page, Tab, Table, Tile, Tiles
from onelead.web.pages import _segments as data

BEHAVIOUR = (
    "Spend: the accounts that together bring the first 80 % of revenue are large, of the next 15 % middle, else small (by the larger of the last two "
    "years). Trend: the last twelve months against the twelve before; a fifth more is growing, a fifth less shrinking, nothing any more gone quiet, "
    "nothing before new. Segments are by all accounts, so that an account's is the same for every reader. Size: by employees, as the European Union "
    "classes them, else as the source words it."
)


def _tile(trend: str, label: str, column: str) -> Tile:
    return Tile(label=label, number=data.moving(trend, column), how=BEHAVIOUR)


SEGMENTS = Tab(
    "segments",
    "Segments",
    (
        Chart(
            id="grid",
            title="Accounts by spend and trend",
            data=data.behaving,
            figure=data.grid,
            columns=(
                Column("spend", "Spend"),
                Column("trend", "Trend"),
                Column("accounts", "Accounts", "count"),
                Column("revenue", "Revenue", "money"),
            ),
            how=f"{BEHAVIOUR} A cell opens its accounts.",
            height=240,
        ),
        Table(
            id="segments",
            title="Segments",
            rows=data.listed,
            columns=(
                Column("segment", "Segment", link=data.segment_link),
                Column("accounts", "Accounts", kind="count"),
                Column("revenue", "Revenue, 12 months", kind="money", phone="value"),
                Column("before", "Year before", kind="money", minor=True),
                Column("change", "Change", kind="percent"),
                Column("share", "Share of revenue", kind="percent", minor=True),
            ),
            total=("accounts", "revenue", "before"),
            how=BEHAVIOUR,
        ),
        Table(
            id="accounts",
            title="Accounts",
            sub=data.chosen,
            rows=data.accounts,
            sort="-revenue",
            search=("account_name", "behaviour", "industry", "size"),
            columns=(
                Column("account_name", "Account", link=data.account_link),
                Column("behaviour", "Behaviour"),
                Column("revenue", "Revenue, 12 months", kind="money", phone="value"),
                Column("before", "Year before", kind="money", minor=True),
                Column("change", "Change", kind="percent"),
                Column("industry", "Industry", minor=True),
                Column("size", "Size", minor=True),
            ),
            how=BEHAVIOUR,
        ),
    ),
)
UNUSUAL = Tab(
    "unusual",
    "Out of the ordinary",
    (
        Table(
            id="silent",
            title="Silent for longer than is their way",
            rows=data.silent,
            search=("account_name",),
            columns=(
                Column("account_name", "Account", link=data.account_link),
                Column("last_purchase", "Last purchase", kind="date"),
                Column("days", "Silent for", kind="days", phone="value"),
                Column("usual_days", "Usual gap", kind="days"),
                Column("purchases", "Days with purchases", kind="count", minor=True),
                Column("chance", "Chance of such a gap", kind="percent", minor=True, hint="If it bought at random at its own rate."),
            ),
            empty="No account is silent for longer than is its way.",
            how="Accounts that bought on six days at least and have bought nothing for so long that a gap like it would come in one of a hundred cases, "
            "if they bought at random at their own rate. Of a thousand accounts some ten are so by chance: a reason to call, not a finding.",
        ),
        Table(
            id="months",
            title="Months out of line",
            rows=data.months,
            search=("place",),
            columns=(
                Column("written", "Month", sortable=False, export=False),
                Column("month", "Month", kind="date", show=False),
                Column("place", "Where"),
                Column("actual", "Came", kind="money", phone="value"),
                Column("expected", "Expected", kind="money"),
                Column("off", "Off by", kind="percent"),
                Column(
                    "score",
                    "How unusual",
                    kind="number",
                    minor=True,
                    hint="How far off, in units of how far the other months are (robust z); told from 3.5 on.",
                ),
            ),
            empty="No month of the last year stands out; it takes about three years of months to say so.",
            how="Months of the last year, in total and by region, product line and team. Expected is the mean of the twelve months before, times how the same "
            "month a year earlier stood to the mean of its twelve. Told where that is off by far more than in the other months (robust z of 3.5; Iglewicz and Hoaglin, 1993).",
        ),
        Table(
            id="jumps",
            title="Metrics that jumped",
            rows=data.metrics,
            columns=(
                Column("label", "Metric", link=data.metric_link),
                Column("since", "Since", kind="date"),
                Column(
                    "score",
                    "How unusual",
                    kind="number",
                    phone="value",
                    hint="How far off the last change is, in units of the changes before.",
                ),
            ),
            empty="No metric jumped; it takes eight snapshots to say so.",
            how="Metrics whose change since the snapshot before is far out of line with the changes before it (robust z of 3.5, from six earlier changes on).",
        ),
    ),
)
PAGE = Page(
    id="segments",
    title="Segments",
    section="Accounts",
    icon="users",
    order=30,
    about="Accounts by industry, size and behaviour, under names that say what they are; accounts, months and metrics out of the ordinary.",
    lead="Who grows, who shrinks, who has gone quiet, and what is out of the ordinary",
    filters=(Filter("kind", "Segments by", data.KIND_CHOICES, icon="columns", default="behaviour"),),
    blocks=(
        Tiles(
            id="tiles",
            title="Headline numbers",
            tiles=(
                _tile("growing", "Growing", "revenue"),
                _tile("shrinking", "Shrinking", "revenue"),
                _tile("gone quiet", "Gone quiet", "before"),
                Tile(
                    label="Silent",
                    number=data.silent_count,
                    link=lambda ask: ask.here(tab="unusual"),
                    link_text="See them",
                    how="Accounts that have bought nothing for longer than is their way; see Out of the ordinary.",
                ),
            ),
        ),
    ),
    tabs=(SEGMENTS, UNUSUAL),
)
