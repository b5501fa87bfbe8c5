"""Explore: any table or metric, narrowed, grouped, pivoted, drawn, saved under a name, taken away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onelead.web._page import Chart, Page, Panel, Table
from onelead.web.pages import _explore_chart as chart
from onelead.web.pages import _explore_form as form
from onelead.web.pages import _explore_table as table
from onelead.web.pages import _exploring as loads

if TYPE_CHECKING:
    from onelead.web._ask import Ask


def _lead(ask: Ask) -> str:
    kind, _, name = loads.question(ask).source.partition(":")
    return f"{name.replace('_', ' ').capitalize()}, a {kind}, under any condition. The whole question is in the address."


PAGE = Page(
    id="explore",
    title="Explore",
    section="Measure",
    icon="compass",
    about="Any table or metric: filter, group, pivot, draw, save under a name, export.",
    order=30,
    lead=_lead,
    blocks=(
        Panel(id="builder", title="Question", span=9, template="panels/explore_builder.html", data=form.builder),
        Panel(
            id="views",
            title="Saved views",
            span=3,
            template="panels/explore_views.html",
            data=form.views,
            how="A view is an address under a name. Everybody of this workspace can open it; its owner and administrators can change it.",
        ),
        Chart(
            id="chart",
            title="Chart",
            sub=chart.chart_sub,
            data=chart.chart_rows,
            figure=chart.figure,
            height=380,
            when=chart.drawn,
            empty="No rows satisfy these conditions.",
            how="What the question above asks, drawn. A click shows the rows of the mark.",
        ),
        Table(
            id="result",
            title="Result",
            rows=table.rows,
            columns=table.table_columns,
            size=25,
            row_link=table.row_link,
            how="Grouped by the engine over all rows that satisfy the conditions. Totals of a pivot are computed of the rows, never added up of "
            "cells. A click on a group lists its rows.",
            empty="No rows satisfy these conditions.",
        ),
        Panel(id="limits", title="How this was computed", template="panels/explore_limits.html", data=form.limits),
    ),
    posts={"save": form.save, "rename": form.rename, "delete": form.delete},
    fragments={"values": form.values},
)
