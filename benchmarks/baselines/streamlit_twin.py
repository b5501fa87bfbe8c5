"""Action Required as a good Streamlit author would write it: the same tiles, list, types, weeks, work of late and notes, on the same workspace.

    ONELEAD_TWIN=WORKSPACE streamlit run streamlit_twin.py

The workspace is opened once (``st.cache_resource``), every answer is kept by its arguments for all sessions (``st.cache_data``), only the 25 rows that are
shown are read, and the chart is a small Plotly figure. Nothing is slowed down. What our page has beyond it (opening an action with its evidence, working
it, links behind every number, exports, search) is left out, in its favour.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go
import streamlit as st

import onelead
from onelead.workspace.defining import metric_lines
from onelead.workspace.glance import glance
from onelead.workspace.people import owners
from onelead.workspace.worklist import recent_work, unattributed, worklist

if TYPE_CHECKING:
    import polars as pl

TILES = ("expired_products", "unused_credits", "unsupported_products", "revenue_at_risk")
COLOURS = {"late": "#e0453a", "soon": "#c98a12", "later": "#01a982", "after": "#4ecdc4"}
SHOWN = ["rank", "account_name", "type_label", "subject", "urgency", "due_date", "chance", "value", "expected_value", "owner"]
TITLES = {"rank": "Rank", "account_name": "Account", "type_label": "Type", "subject": "Subject", "urgency": "Urgency", "due_date": "Due"}


@st.cache_resource
def workspace() -> onelead.Workspace:  # type: ignore[name-defined]  # known to type checkers only
    """The workspace, shared by all sessions."""
    return onelead.open(os.environ["ONELEAD_TWIN"], create=False)


@st.cache_data
def listed(types: tuple[str, ...], urgencies: tuple[str, ...], order: str) -> dict[str, Any]:
    """The list under the filters, and the counts beside it."""
    return workspace().ask(worklist, types=types, urgencies=urgencies, order=order, limit=25)


@st.cache_data
def lines() -> dict[str, dict[str, Any]]:
    """The headline metrics."""
    return workspace().ask(metric_lines, (*TILES, "assets", "unused_credit_value"))


@st.cache_data
def behind() -> dict[str, Any]:
    """What stands behind the headline numbers."""
    return workspace().ask(glance)


@st.cache_data
def done() -> dict[str, Any]:
    """What people did of late."""
    return workspace().ask(recent_work)


@st.cache_data
def loose() -> dict[str, int]:
    """Rows that reach no account."""
    return workspace().ask(unattributed)


@st.cache_data
def people() -> list[str]:
    """Names for the owner filter."""
    return sorted(str(name) for name in workspace().ask(owners)["person"].unique())


def figure(weeks: pl.DataFrame) -> go.Figure:
    """A bar a week."""
    bars = go.Bar(
        x=[f"{week:%d %b}" for week in weeks["week"]], y=weeks["value"].to_list(), marker_color=[COLOURS[when] for when in weeks["when"]]
    )
    return go.Figure(bars, layout={"height": 190, "margin": {"l": 0, "r": 0, "t": 6, "b": 0}, "xaxis": {"type": "category"}})


def tiles() -> None:
    """Four headline numbers, each with its line over a year."""
    found, story = lines(), behind()
    drawn = {"expired_products": story["expired"], "revenue_at_risk": story["at_risk"]}
    for column, name in zip(st.columns(4), TILES, strict=True):
        value = found[name]["value"]
        text = "–" if value is None else f"${value:,.0f}" if found[name]["unit"] == "currency" else f"{value:,.0f}"
        column.metric(found[name]["label"], text, border=True, chart_data=drawn.get(name))


def main() -> None:
    """The page."""
    st.set_page_config("Action Required", layout="wide")
    st.title("Action Required")
    first = listed((), (), "rank")
    bar = st.columns(4)
    labels = dict(first["types"].select("type", "label").iter_rows())
    types = bar[0].multiselect("Type", list(labels), format_func=lambda name: labels[name])
    urgencies = bar[1].multiselect("Urgency", [name for name, _ in first["urgencies"]])
    order = bar[2].selectbox("Order", ["rank", "due", "value"])
    bar[3].multiselect("Owner", people())
    found = listed(tuple(types), tuple(urgencies), order)
    st.caption(f"{found['count']:,} open actions in {found['accounts']:,} accounts")
    tiles()
    left, right = st.columns([3, 1])
    rows = found["rows"]
    with left:
        st.dataframe(rows.select(name for name in SHOWN if name in rows.columns).rename(TITLES, strict=False), hide_index=True, height=900)
    with right:
        st.plotly_chart(figure(found["weeks"]), width="stretch", config={"displayModeBar": False})
        st.dataframe(found["types"].select("label", "count", "value"), hide_index=True)
        work = done()
        st.markdown(
            f"**Last 30 days**: {work['done']} done, {work['accept']} accepted, {work['snooze']} snoozed, {work['dismiss']} dismissed"
        )
        for table, count in loose().items():
            st.info(f"{count:,} rows of {table} reach no account")


main()
