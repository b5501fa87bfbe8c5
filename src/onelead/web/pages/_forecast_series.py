"""The revenue of the Forecast page: amounts by month with their forecast, by region, product line and team, and how good it was."""

from __future__ import annotations

from onelead.web._page import Chart, Column, Panel, Tab, Table, Tile, Tiles
from onelead.web.pages import _series as data

HOW = (
    "Sums of whole months, in the workspace's currency at dated rates, go on as the mean of three models of series (exponential smoothing with "
    "a damped trend, Theta, and Theta on what is left without the season); one that runs away from the others is left out. Ranges are as wide "
    "as back-tests proved to need: the newest months are held out, forecast from what came before, and compared. Nothing is known of deals "
    "or plans here: it says what comes if the past goes on. The Bookings tab adds up the open deals."
)
SUMS = "Parts and total are forecast each by itself and then moved as little as their certainty asks, so that they add up; their range ends do not."
WINDOWS = "Days ahead take of each month its share of days. A quarter that has begun holds what came. Ranges of sums have back-tests of their own."
RANGE = (
    Column("low_80", "Low", "money", hint="Low end of the 80 % range."),
    Column("high_80", "High", "money", hint="High end of the 80 % range."),
    Column("low_95", "Low, 95 %", "money", show=False),
    Column("high_95", "High, 95 %", "money", show=False),
)

REVENUE = Tab(
    "revenue",
    "Revenue",
    (
        Tiles(
            id="series-tiles",
            title="Revenue to come",
            tiles=(
                Tile(label="This quarter", number=data.tile("quarter"), how=f"{HOW} {WINDOWS}"),
                *(Tile(label=f"Next {days} days", number=data.tile(f"{days} days"), how=f"{HOW} {WINDOWS}") for days in (30, 60, 90)),
            ),
        ),
        Panel(id="series-chooser", title="What is shown", template="panels/forecast_series.html", data=data.chooser, bare=True),
        Chart(
            id="series-fan",
            title="Amounts by month",
            sub=data.called,
            data=data.fan_rows,
            figure=data.fan_figure,
            height=340,
            when=data.has_one,
            how=HOW,
            metrics=("revenue",),
            columns=(
                Column("period_start", "Month", "date"),
                Column("actual", "What came", "money"),
                Column("mean", "Forecast", "money"),
                *RANGE,
            ),
        ),
        Table(
            id="series-parts",
            title="By part",
            sub="click one to see it above",
            rows=data.part_rows,
            columns=data.part_columns,
            size=10,
            total=("year_before", "days_30", "days_60", "days_90", "quarter_1", "quarter_2", "quarter_3", "quarter_4", "year_ahead"),
            search=("member",),
            when=data.has_one,
            how=f"{HOW} {SUMS} {WINDOWS} The six largest parts of the last twelve months have a series each, the others one together.",
        ),
        Table(
            id="series-periods",
            title="By period",
            span=6,
            sub=data.called,
            rows=data.period_rows,
            columns=(
                Column("period", "Period", phone="title"),
                Column("period_start", "From", "date", show=False),
                Column("period_end", "Until", "date", show=False),
                Column("mean", "Forecast", "money", phone="value"),
                *RANGE,
                Column("actual", "Known of it", "money", minor=True),
            ),
            size=20,
            when=data.has_one,
            how=f"{HOW} {WINDOWS}",
        ),
        Table(
            id="series-record",
            title="How far off it was",
            span=6,
            sub="by months ahead, in back-tests",
            rows=data.record_rows,
            columns=(
                Column("ahead", "Ahead", phone="title"),
                Column("off", "Off", "percent", phone="value", hint="Sum of the differences ÷ sum of what came."),
                Column("naive_off", "Year before", "percent", hint="The same, had one said the value of a year before."),
                Column("bias", "Too high", "percent", hint="Above zero: it said too much; below: too little.", minor=True),
                Column("parts_off", "Parts off", "percent", hint="Over all regions, product lines and teams."),
                Column("parts_inside_80", "In 80 %", "percent", hint="How often the parts lay in their 80 % range.", minor=True),
                Column("parts_inside_95", "In 95 %", "percent", minor=True),
                Column("back_tests", "Tests", "count", minor=True),
            ),
            size=12,
            when=data.has_one,
            how="The newest months are held out, forecast from what came before, and compared with what came, from several starts. Off and too high are "
            "of the total; how often ranges held is over its parts, learned from other parts. Total and parts hold the same rows, so that these "
            "shares say less than as many independent tests would.",
        ),
        Chart(
            id="series-said",
            title="What would have been said",
            sub="the total, from past months",
            data=data.said_rows,
            figure=data.said_figure,
            height=300,
            when=data.has_one,
            how="Each dotted line is what the forecast would have said, had it known no month after the one named.",
            columns=(
                Column("made_on", "Known until", "date"),
                Column("period_start", "Month", "date"),
                Column("step", "Months ahead", "count"),
                Column("mean", "Forecast", "money"),
                Column("actual", "What came", "money"),
                Column("off", "Difference", "percent"),
            ),
        ),
    ),
)
