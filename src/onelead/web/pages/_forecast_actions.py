"""The actions of the Forecast page: what waits, what ends and what may close by month, and what other assumptions would give."""

from __future__ import annotations

from onelead.web._page import Chart, Column, Panel, Tab, Table, Tile, Tiles
from onelead.web.pages import _forecast as data
from onelead.web.pages import _series

RANGE = (
    "Ranges are sums of the single ranges (80 % of the chance, prices ± the settings' spread): every action low, or every one high at once."
)

TILES = Tiles(
    id="tiles",
    title="Headline numbers",
    tiles=(
        Tile(
            label="Expected from actions",
            number=data.total_expected,
            link=lambda ask: ask.link("/action-required"),
            link_text="Open the actions",
            how=f"Sum of chance × value over all waiting actions. {RANGE} Chances are assumptions until outcomes are recorded.",
        ),
        Tile(
            label="Ending soon",
            number=data.ending_soon,
            micro=data.ending_parts,
            status="warn",
            link=lambda ask: ask.here(tab="actions") + "#b-ending",
            link_text="See by month",
            how="A year of support on assets whose support ends, by contract value, else the support share of the price book; and the credits "
            "unused under contracts that end (purchased − delivered, never below zero), at the price of a credit.",
        ),
        Tile(
            label="Reaching end of life",
            number=data.wave_count,
            link=lambda ask: ask.rows_link("expiring_products_365"),
            link_text="Open the assets",
            how="Assets whose announced end of life lies in the coming twelve months, the current one included.",
        ),
        Tile(
            label="Open deals, weighted",
            number=data.weighted,
            link=lambda ask: ask.link("/pipeline"),
            link_text="Open the pipeline",
            how="Amounts of open deals × the recorded win rate of closed ones, with that rate's 80 % interval. One rate for all deals.",
        ),
    ),
)

ACTIONS = Tab(
    "actions",
    "Actions",
    (
        TILES,
        Panel(
            id="models",
            title="What this is not",
            template="panels/forecast_models.html",
            data=lambda _: {},
            bare=True,
            when=lambda ask: not _series.has_one(ask),
        ),
        Chart(
            id="expected",
            title="Expected value of actions",
            span=7,
            sub=data.expected_sub,
            data=data.expected_rows,
            figure=data.expected_figure,
            height=300,
            how=f"Chance × value of the waiting actions by month of their due date. {RANGE}",
            columns=(
                Column("month", "Month", "date"),
                Column("actions", "Actions", "count"),
                Column("at_stake", "At stake", "money"),
                Column("expected", "Expected", "money", estimated="estimated"),
                Column("low", "Low", "money"),
                Column("high", "High", "money"),
                Column("unvalued", "Of unknown value", "count"),
            ),
        ),
        Table(
            id="types",
            title="By type of action",
            span=5,
            rows=data.type_rows,
            columns=(
                Column("kind", "Type", link=lambda row, ask: ask.link("/action-required", type=row["type"])),
                Column("actions", "Actions", "count"),
                Column("chance", "Chance", "percent", hint="Mean; an assumption until outcomes are recorded."),
                Column("expected", "Expected", "money", estimated="estimated"),
                Column("low", "Low", "money", show=False),
                Column("high", "High", "money", show=False),
                Column("at_stake", "At stake", "money", show=False),
            ),
            sort="-expected",
            size=10,
            total=("actions", "expected"),
            how="The same expected values by type. All of them rest on assumed chances where no outcomes were recorded.",
        ),
        Panel(
            id="levers",
            title="What if",
            span=5,
            sub="assumptions, not facts",
            template="panels/forecast_levers.html",
            data=data.lever_form,
            how="Each lever replaces a setting for this view only: what the rules gave is weighed anew with it, and nothing is kept. A chance that outcomes were "
            "recorded for moves less: an assumption weighs as many outcomes as the settings say. The levers stand in the address, so a what-if is a link.",
        ),
        Panel(
            id="totals",
            title="Under these assumptions",
            span=7,
            template="panels/forecast_totals.html",
            data=data.tried_totals,
            lazy=True,
            how="What the rules gave as of the snapshot's date, weighed anew under the assumptions, as a full run would; actions keep the states that people gave them.",
        ),
        Chart(
            id="tried",
            title="Expected value under these assumptions",
            sub="the marks are as the settings have it",
            data=data.tried_rows,
            figure=data.tried_figure,
            height=280,
            lazy=True,
            when=data.tries,
            how=f"Chance × value by month of the due date, recomputed. {RANGE}",
            columns=(
                Column("month", "Month", "date"),
                Column("actions", "Actions", "count"),
                Column("expected", "Expected", "money", estimated="estimated"),
                Column("usual", "As the settings have it", "money"),
                Column("low", "Low", "money"),
                Column("high", "High", "money"),
            ),
        ),
        Chart(
            id="ending",
            title="Support and credits that end",
            span=6,
            sub="value at stake by month",
            data=data.ending_rows,
            figure=data.ending_figure,
            height=280,
            empty="No support or credit contract is known to end by then.",
            how="Support: a year of it, by contract value, else the support share of the price book (estimated). Credits: those unused under the "
            "contract (purchased − delivered, never below zero), at the price of a credit (estimated).",
            columns=(
                Column("month", "Month", "date"),
                Column("kind", "What"),
                Column("count", "Count", "count"),
                Column("value", "Value", "money", estimated="estimated"),
                Column("unpriced", "Without a price", "count"),
            ),
        ),
        Chart(
            id="wave",
            title="Lifecycle wave",
            span=6,
            sub=data.wave_sub,
            data=data.wave_rows,
            figure=data.wave_figure,
            height=280,
            empty="No asset reaches its announced end of life by then.",
            how="Assets by month of their announced end of life, counted.",
            columns=(
                Column("month", "Month", "date"),
                Column("count", "Assets", "count"),
                Column("value", "Replacement value", "money", estimated="estimated"),
                Column("unpriced", "Without a price", "count"),
            ),
        ),
        Chart(
            id="schedule",
            title="Open deals by close date",
            sub=data.schedule_sub,
            data=data.schedule_rows,
            figure=data.schedule_figure,
            height=300,
            how="Amounts of open deals by month of their expected close; those whose date has passed and those without one apart. Weighted by the "
            "recorded win rate from 10 closed deals on (a setting); the range is that rate's 80 % interval.",
            metrics=("open_pipeline_value", "win_rate"),
            columns=(
                Column("period", "Close"),
                Column("deals", "Deals", "count"),
                Column("value", "Value", "money"),
                Column("weighted", "Weighted", "money"),
                Column("low", "Low", "money"),
                Column("high", "High", "money"),
                Column("unvalued", "Without an amount", "count"),
            ),
        ),
    ),
)
