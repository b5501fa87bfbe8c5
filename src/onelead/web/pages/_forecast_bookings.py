"""The bookings of the Forecast page: what open deals and deals not yet born will bring, and how often such forecasts were right."""

from __future__ import annotations

from dataclasses import replace

from onelead.web._page import Chart, Column, Panel, Tab, Table, Tile, Tiles
from onelead.web.pages import _bookings as data

HOW = (
    "Open deals: each is won by its win chance, and then after as many days as deals that were won took from the same stage and as near to "
    "their stated close date, at the amount that such deals ended with. Deals not yet born: as many begin as in the last year (by month of "
    "the year, where two years agree), and become what past deals became. All is drawn thousands of times under one seed; the interval holds "
    "80 % of the draws. It also covers that the past itself is only a sample."
)
SUMS = "The same draws summed: team, region and owner add up to the whole, draw by draw (their interval ends do not)."
NAIVE = "Stated dates × win rate: open amounts that were to close by then × the share won of closed deals. Both others are what one would say without this."

BOOKED = Column("booked", "Booked", "money", minor=True)
SPAN = (
    Column("forecast", "Forecast", "money", phone="value", hint="Mean of all draws, with what is booked."),
    Column("low", "Low", "money", hint="One in ten draws is below."),
    Column("high", "High", "money", hint="One in ten draws is above."),
)
FURTHER = (
    Column("opened", "From open deals", "money", minor=True),
    Column("born", "From deals not yet born", "money", minor=True),
    Column("low95", "Low, 95 %", "money", show=False),
    Column("high95", "High, 95 %", "money", show=False),
)


def _group(level: str, title: str, span: int) -> Table:
    return Table(
        id=f"bookings-{level}",
        title=title,
        span=span,
        sub=data.quarter_words,
        rows=data.group_rows(level),
        columns=(
            Column("name", title.removeprefix("By ").capitalize(), phone="title", link=data.group_link(level)),
            BOOKED,
            *SPAN,
            Column("later", "Next quarter", "money", minor=True),
            Column("later_low", "Next quarter, low", "money", show=False),
            Column("later_high", "Next quarter, high", "money", show=False),
        ),
        sort="-forecast",
        size=10,
        total=("booked", "forecast", "later"),
        search=("name",),
        how=f"{HOW} {SUMS}",
        empty="No deal states it.",
    )


BOOKINGS = Tab(
    "bookings",
    "Bookings",
    (
        Tiles(
            id="bookings-tiles",
            title="Bookings to come",
            tiles=(
                Tile(label="This quarter", number=data.this_quarter, how=HOW),
                *(Tile(label=f"Next {days} days", number=data.window(days), how=HOW) for days in (30, 60, 90)),
            ),
        ),
        Panel(
            id="bookings-basis", title="What it rests on", template="panels/forecast_bookings.html", data=data.basis, bare=True, lazy=True
        ),
        Chart(
            id="bookings-months",
            title="Bookings by month",
            span=7,
            sub="until the end of the next quarter",
            data=data.months,
            figure=data.months_figure,
            height=320,
            how=HOW,
            columns=(Column("begin", "Month", "date"), BOOKED, *SPAN, *FURTHER),
        ),
        Table(
            id="bookings-periods",
            title="By period",
            span=5,
            rows=data.period_rows,
            columns=(
                Column("period", "Period", phone="title", link=data.period_link),
                *SPAN,
                *(replace(column, show=False) for column in (BOOKED, *FURTHER)),
            ),
            size=10,
            how=HOW,
        ),
        _group("team", "By team", 6),
        _group("region", "By region", 6),
        _group("owner", "By owner", 12),
        Chart(
            id="bookings-past",
            title="Forecasts of past quarters",
            span=6,
            sub="made the day before the quarter began",
            data=data.past_rows,
            figure=data.past_figure,
            height=300,
            lazy=True,
            how=f"The same forecast made on past dates from what was known then, beside what came. {NAIVE}",
            columns=data.TRACK_COLUMNS,
        ),
        Chart(
            id="bookings-accuracy",
            title="Accuracy by week of the quarter",
            span=6,
            sub=data.accuracy_words,
            data=data.week_rows,
            figure=data.week_figure,
            height=300,
            lazy=True,
            how=f"Sum of the errors of past quarters ÷ sum of what came, by the week that the forecast was made in. {NAIVE}",
            columns=(
                Column("week", "Week", "count"),
                Column("quarters", "Quarters", "count"),
                Column("error", "Error", "percent"),
                Column("bias", "Too high or low", "percent"),
                Column("covered80", "Within 80 %", "percent"),
                Column("covered95", "Within 95 %", "percent"),
                Column("by_rate_error", "Error of stated dates × win rate", "percent"),
                Column("last_quarter_error", "Error of the quarter before", "percent"),
            ),
        ),
        Table(
            id="bookings-track",
            title="Every past forecast",
            rows=data.track_rows,
            columns=data.TRACK_COLUMNS,
            sort="-day",
            size=10,
            lazy=True,
            how=f"Whole quarters at the end of each of their weeks, and the next 30, 60 and 90 days at the begin of each quarter. {NAIVE}",
        ),
    ),
)
