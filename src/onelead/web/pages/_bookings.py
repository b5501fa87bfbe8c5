"""What the bookings tab shows: periods, groups, the track record; or what is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from onelead.core.fiscal import FiscalCalendar
from onelead.web._page import Column, Missing, Number
from onelead.web.figures import bookings as figures
from onelead.workspace import bookings

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from onelead.web._ask import Ask
    from onelead.web._page import Figure, Frame, Row

HINT = "Load opportunities with their created and close dates and outcomes, and their history where the CRM keeps one."
TRACK_COLUMNS = (
    Column("quarter_name", "Quarter", phone="title"),
    Column("window_name", "Forecast of"),
    Column("week", "Week", "count", hint="Week of the quarter that it was made at the end of; 0: the day before."),
    Column("day", "Made on", "date"),
    Column("forecast", "Forecast", "money", phone="value"),
    Column("low", "Low", "money"),
    Column("high", "High", "money"),
    Column("actual", "What came", "money"),
    Column("held", "Within", "flag", hint="Whether what came lies in the 80 % interval."),
    Column("by_rate", "Stated dates × win rate", "money", minor=True),
    Column("last_quarter", "Quarter before", "money", minor=True),
    Column("low95", "Low, 95 %", "money", show=False),
    Column("high95", "High, 95 %", "money", show=False),
)


def forecast(ask: Ask) -> dict[str, Any]:
    """The forecast of the deals that the filters leave. Raises Missing."""
    found = ask.deals(bookings.forecast)
    if found["problem"]:
        raise Missing(found["problem"], hint=HINT, link=ask.link("/load"), link_text="Load data")
    return found


def _tile(ask: Ask, kind: str, place: int) -> Number:
    found = ask.deals(bookings.forecast)
    if found["problem"]:
        return Number(None, reason=found["problem"])
    row = found["periods"].filter(pl.col("kind") == kind).row(place, named=True)
    already = f"{ask.fmt.money(row['booked'])} of it booked" if row["booked"] else f"until {ask.fmt.date(row['end'])}"
    return Number(row["forecast"], "money", of=already, low=row["low"], high=row["high"])


def this_quarter(ask: Ask) -> Number:
    """The fiscal quarter with what is booked."""
    return _tile(ask, "quarter", 0)


def window(days: int) -> Callable[[Ask], Number]:
    """The next so many days."""
    return lambda ask: _tile(ask, "days", (30, 60, 90).index(days))


def basis(ask: Ask) -> dict[str, Any]:
    """What stands behind the forecast, and how often it was right."""
    found = ask.deals(bookings.forecast)
    return {**found, "track": None if found["problem"] else ask.overall(bookings.track_words)}


def calendar(ask: Ask) -> FiscalCalendar:
    """The fiscal calendar of the workspace."""
    return FiscalCalendar(ask.serving.parts.settings.fiscal)


def months(ask: Ask) -> pl.DataFrame:
    """Months until the end of the next quarter."""
    found: pl.DataFrame = forecast(ask)["periods"]
    return found.filter(pl.col("kind") == "month")


def deals_due(ask: Ask) -> Callable[[date, date], str]:
    """Addresses of the open deals that are stated to close between two days."""
    return lambda begin, end: ask.deals_link("open_opportunities", f"close_date>={begin}", f"close_date<={end}")


def months_figure(frame: pl.DataFrame, ask: Ask) -> Figure:
    """Stacked means with the interval of their sum."""
    return figures.by_month(frame, ask.fmt, deals_due(ask))


def period_name(ask: Ask, kind: str, begin: date, key: str) -> str:
    """A period in words."""
    if kind == "days":
        return f"Next {key} days"
    return ask.fmt.date(begin)[-8:].strip() if kind == "month" else calendar(ask).label(begin)


def period_rows(ask: Ask) -> pl.DataFrame:
    """Windows, quarters, then months."""
    found = forecast(ask)["periods"]
    order = {"days": 0, "quarter": 1, "month": 2}
    rows = sorted(found.iter_rows(named=True), key=lambda row: (order[row["kind"]], row["end"]))
    named = [{**row, "period": period_name(ask, row["kind"], row["begin"], row["key"])} for row in rows]
    return pl.DataFrame(named, schema={"period": pl.String, **bookings.PERIODS})


def period_link(row: Row, ask: Ask) -> str:
    """Open deals that are stated to close in it."""
    return deals_due(ask)(row["begin"], row["end"])


def quarter_words(ask: Ask) -> str:
    """Which quarter a table is about."""
    found = forecast(ask)["periods"].filter(pl.col("kind") == "quarter")["begin"]
    return f"{calendar(ask).label(found[0])}, with what is booked"


def group_rows(level: str) -> Frame:
    """One level: this quarter, and the next one beside it."""

    def rows(ask: Ask) -> pl.DataFrame:
        found: pl.DataFrame = forecast(ask)["groups"].filter((pl.col("level") == level) & (pl.col("kind") == "quarter"))
        begins = found["begin"].unique().sort()
        later = found.filter(pl.col("begin") == begins[1]).select("name", later="forecast", later_low="low", later_high="high")
        now = found.filter(pl.col("begin") == begins[0]).drop("level")
        return now.join(later, on="name", nulls_equal=True, how="left", maintain_order="left")

    return rows


def group_link(level: str) -> Callable[[Row, Ask], str | None]:
    """The pipeline of an owner; of a team or a region the open deals."""

    def link(row: Row, ask: Ask) -> str | None:
        if row["name"] is None:
            return None
        return (
            ask.link("/pipeline", owner=row["name"]) if level == "owner" else ask.deals_link("open_opportunities", f"{level}={row['name']}")
        )

    return link


# How often it was right ------------------------------------------------------------------------------------------------


def track_rows(ask: Ask) -> pl.DataFrame:
    """Every past forecast, of all deals that the reader may see. Raises Missing."""
    forecast(ask)
    found = ask.overall(bookings.track_record)
    if found.is_empty():
        raise Missing(
            "No past quarter has enough before it to try the forecast on.",
            hint="It is tried from the second year of deals on, quarter by quarter.",
        )
    label = calendar(ask).label
    words = [f"next {name} days" if name.isdigit() else "the quarter" for name in found["window"]]
    return found.with_columns(
        pl.Series("quarter_name", [label(day) for day in found["quarter"]]),
        pl.Series("window_name", words),
        pl.col("actual").is_between("low", "high").alias("held"),
    )


def past_rows(ask: Ask) -> pl.DataFrame:
    """Whole quarters, forecast the day before they began."""
    return track_rows(ask).filter((pl.col("window") == "quarter") & (pl.col("week") == 0))


def past_figure(frame: pl.DataFrame, ask: Ask) -> Figure:
    """Forecast and interval beside what came."""
    return figures.past(frame, frame["quarter_name"].to_list(), ask.fmt)


def week_rows(ask: Ask) -> pl.DataFrame:
    """Errors by week of the quarter. Raises Missing."""
    track_rows(ask)
    return ask.overall(bookings.accuracy_by_week)


def week_figure(frame: pl.DataFrame, ask: Ask) -> Figure:
    """Lines of this forecast and of two simple ones."""
    return figures.errors(frame, ask.fmt)


def accuracy_words(ask: Ask) -> str:
    """How often the intervals held."""
    if ask.deals(bookings.forecast)["problem"]:
        return ""
    found = ask.overall(bookings.track_words)
    if not found["forecasts"]:
        return ""
    shares = ask.fmt.percent(found["covered80"]), ask.fmt.percent(found["covered95"])
    return f"80 % intervals held {shares[0]}, 95 % ones {shares[1]}"
