"""The scenarios of the Forecast page: assumptions under a name, side by side, with the effect of each."""

from __future__ import annotations

from onelead.web._page import Chart, Column, Panel, Tab, Table
from onelead.web.pages import _scenarios as data

HOW = (
    "Each scenario changes inputs of the bookings forecast and draws it again with the same luck, so that a difference is the assumption and "
    "nothing else. Quarters count what is still to come. What is lost: the yearly value of accounts × their chance of leaving within a year. "
    "Equal data and assumptions give equal numbers."
)
END = (Column("low", "Low, 80 %", "money"), Column("high", "High, 80 %", "money"))

SCENARIOS = Tab(
    "scenarios",
    "Scenarios",
    (
        Panel(id="scenarios-list", title="Scenarios", span=5, template="panels/scenario_list.html", data=data.listed, how=HOW),
        Chart(
            id="scenarios-ranges",
            title="Side by side",
            span=7,
            sub=data.range_words,
            data=data.range_rows,
            figure=data.range_figure,
            height=300,
            lazy=True,
            how=HOW,
            columns=(
                Column("scenario", "Scenario"),
                Column("label", "Outcome"),
                Column("forecast", "Mean", "money"),
                *END,
                Column("low95", "Low, 95 %", "money"),
                Column("high95", "High, 95 %", "money"),
            ),
        ),
        Table(
            id="scenarios-beside",
            title="What they bring",
            rows=data.beside_rows,
            columns=data.beside_columns,
            size=10,
            lazy=True,
            how=f"{HOW} Waiting actions are worth what their rules say at the scenario's prices and chances.",
        ),
        Table(
            id="scenarios-effects",
            title="Effect of each assumption",
            sub="alone, and all together",
            rows=data.effect_rows,
            columns=(
                Column("scenario", "Scenario"),
                Column("label", "Lever", phone="title", sub="moved"),
                Column(
                    "effect",
                    "Effect",
                    "money",
                    sub="range",
                    phone="value",
                    hint="On the main outcome; with its 80 % interval, draw by draw.",
                ),
                Column("changes", "Changes", phone="wide"),
                Column("basis", "Basis", "badge", status=data.basis_status),
                Column("evidence", "Evidence", phone="wide"),
                Column("low", "Low", "money", show=False),
                Column("high", "High", "money", show=False),
            ),
            size=25,
            lazy=True,
            empty="No scenario with an assumption is compared.",
            how=f"{HOW} The parts need not add up: a higher win rate of larger deals brings more than both apart.",
        ),
        Chart(
            id="scenarios-quarters",
            title="Quarter by quarter",
            span=6,
            sub="still to come, with 80 % interval",
            data=data.quarter_rows,
            figure=data.quarter_figure,
            height=300,
            lazy=True,
            how=HOW,
            columns=(Column("scenario", "Scenario"), Column("label", "Quarter"), Column("forecast", "Mean", "money"), *END),
        ),
        Panel(
            id="scenarios-form",
            title="Assume otherwise",
            span=6,
            sub="changes in per cent; 0 leaves it as it stands",
            template="panels/scenario_form.html",
            data=data.form,
            how="What is within the range of past quarters counts as seen before; everything else is marked an assumption.",
        ),
    ),
)
