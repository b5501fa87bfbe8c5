"""What the revenue tab of the forecast shows: the fan, parts and periods with their ranges, the record; or what is missing."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import polars as pl

from onelead.core.fiscal import FiscalCalendar
from onelead.web._page import Column, Missing, Number
from onelead.web.figures import series as figures
from onelead.web.figures.common import month_name
from onelead.workspace import series_forecast as use

if TYPE_CHECKING:
    from collections.abc import Callable

    from onelead.web._ask import Ask
    from onelead.web._page import Figure

TOTAL, ALL = "total", "All"
WORDS = {TOTAL: "Total", "region": "Region", "product": "Product line", "team": "Team"}
SOURCES = {"transactions": "transactions", "invoices": "invoices", "opportunities": "won deals"}
DAY = {"transactions": "transaction_date", "invoices": "invoice_date"}
HINT = "Load at least two years of transactions (or invoices, or won deals) with their dates and amounts."


def known(ask: Ask) -> pl.DataFrame:
    """The published forecast. Raises Missing, which says why there is none."""
    frame: pl.DataFrame = ask(use.forecasts)
    if frame.height:
        return frame
    if ask.viewer.account_ids is not None:
        raise Missing(
            "Totals cover all accounts, and only some are shown.",
            hint="Take the account filters off, or ask somebody who sees all accounts.",
        )
    reasons = [f"{entry['label']}: {entry['reason']}" for entry in ask(use.why_none)]
    raise Missing(
        "No forecast of amounts: too little is known of the past.",
        hint=f"{' '.join(reasons)} {HINT}",
        link=ask.link("/load"),
        link_text="Load data",
    )


def has_one(ask: Ask) -> bool:
    """Whether there is a forecast."""
    return bool(ask(use.forecasts).height)


def dimension(ask: Ask) -> str:
    """By what the parts are shown: as the address says, else the first that there is."""
    found: list[str] = ask(use.dimensions)
    wanted = ask.one("by")
    if wanted in found:
        return str(wanted)
    return next((name for name in found if name != TOTAL), TOTAL)


def member(ask: Ask) -> tuple[str, str]:
    """The series that the chart and the periods show: dimension and part; the total without one in the address."""
    part = ask.one("part")
    return (dimension(ask), part) if part and part in ask(use.members, dimension(ask)) else (TOTAL, ALL)


def called(ask: Ask) -> str:
    """The series that is shown, in words."""
    by, part = member(ask)
    return "all amounts" if by == TOTAL else f"{WORDS[by].lower()} {part}"


def chooser(ask: Ask) -> dict[str, Any]:
    """By what to split, as links; what it was learned from; and how to get back to the total."""
    known(ask)
    card = ask(use.card)
    by = dimension(ask)
    choices = [(WORDS[name], ask.here(by=name, part=None), name == by) for name in ask(use.dimensions) if name != TOTAL]
    whole = ask.here(part=None) if member(ask)[0] != TOTAL else None
    return {"choices": choices, "shown": called(ask), "whole": whole, **_learned(card, ask)}


def _learned(card: dict[str, Any] | None, ask: Ask) -> dict[str, Any]:
    if card is None:
        return {"learned": None}
    rows = card["metrics"]["by_step"]["total"]
    first = rows[0] if rows else None
    frame = known(ask)
    made: date = frame["made_on"].max()  # type: ignore[assignment]
    return {
        "learned": {
            "months": card["learned_from"]["months"],
            "source": SOURCES[card["learned_from"]["source"]],
            "made": ask.fmt.date(made),
        },
        "first": first,
        "limits": card["limits"],
    }


def fan_rows(ask: Ask) -> pl.DataFrame:
    """Months of the series that is shown."""
    known(ask)
    frame: pl.DataFrame = ask(use.periods, *member(ask))
    return frame.filter(pl.col("span") == "month")


def fan_figure(frame: pl.DataFrame, ask: Ask) -> Figure:
    """History and fan; months of the total open their rows."""
    source = frame["source"][0]

    def link(month: date) -> str | None:
        if member(ask)[0] != TOTAL or source not in DAY:
            return None
        after = (month + timedelta(days=31)).replace(day=1)
        return ask.link("/explore", source=source, cond=(f"{DAY[source]}>={month}", f"{DAY[source]}<{after}"))

    return figures.fan(frame, ask.fmt, link)


def part_rows(ask: Ask) -> pl.DataFrame:
    """The parts of the chosen dimension, the total below them."""
    known(ask)
    by = dimension(ask)
    frame: pl.DataFrame = ask(use.by_member, by)
    return frame.with_columns(dimension=pl.lit(by))


def part_columns(ask: Ask) -> tuple[Column, ...]:
    """Columns of the parts: quarters stand under their own names."""
    by = dimension(ask)
    starts = known(ask).filter(pl.col("span") == "quarter")["period_start"].unique().sort().to_list()
    calendar = FiscalCalendar(ask.serving.parts.settings.fiscal)
    quarters = [(f"quarter_{place}", calendar.label(start)) for place, start in enumerate(starts, 1)]
    windows = [*((f"days_{days}", f"{days} days") for days in (30, 60, 90)), *quarters]
    spans = [column for name, words in windows for column in _with_range(name, words)]
    first = Column("member", WORDS[by], phone="title", link=lambda row, ask: ask.here(part=row["member"]))
    return (
        first,
        Column("year_before", "Last 12 months", "money", minor=True),
        *spans,
        Column("year_ahead", "Next 12 months", "money", phone="value"),
    )


def _with_range(name: str, words: str) -> tuple[Column, ...]:
    whole = name == "days_90"
    return (
        Column(name, words, "money", minor=not whole, show=name not in {"quarter_3", "quarter_4"}),
        Column(f"{name}_low", f"{words}, low", "money", show=whole, minor=True, hint="Low end of the 80 % range."),
        Column(f"{name}_high", f"{words}, high", "money", show=whole, minor=True, hint="High end of the 80 % range."),
    )


def period_rows(ask: Ask) -> pl.DataFrame:
    """The periods ahead of the series that is shown: days, fiscal quarters, months."""
    known(ask)
    frame: pl.DataFrame = ask(use.periods, *member(ask))
    calendar = FiscalCalendar(ask.serving.parts.settings.fiscal)
    ahead = frame.filter(pl.col("mean").is_not_null())
    rows = [{**row, "period": _period(row, calendar, ask)} for row in ahead.iter_rows(named=True)]
    order = {"days": 0, "quarter": 1, "month": 2}
    rows.sort(key=lambda row: (order[str(row["span"]).split()[-1]], row["period_end"]))
    return pl.DataFrame(rows, schema={**ahead.schema, "period": pl.String})


def _period(row: dict[str, Any], calendar: FiscalCalendar, ask: Ask) -> str:
    if row["span"] == "quarter":
        return calendar.label(row["period_start"])
    return month_name(row["period_start"], ask.fmt) if row["span"] == "month" else f"Next {row['span']}"


def tile(span: str, place: int = 0) -> Callable[[Ask], Number]:
    """The total of a period with its 80 % range."""

    def number(ask: Ask) -> Number:
        frame: pl.DataFrame = ask(use.periods)
        rows = frame.filter((pl.col("span") == span) & pl.col("mean").is_not_null()).sort("period_start")
        if rows.height <= place:
            return Number(None, reason="Too little is known of the past" if ask.viewer.account_ids is None else "Totals cover all accounts")
        row = rows.row(place, named=True)
        of = f"{ask.fmt.money(row['actual'])} of it known" if row["actual"] else f"until {ask.fmt.date(row['period_end'])}"
        return Number(row["mean"], "money", of=of, low=row["low_80"], high=row["high_80"])

    return number


def record_rows(ask: Ask) -> pl.DataFrame:
    """The record by months ahead. Raises Missing without any back-test."""
    known(ask)
    frame: pl.DataFrame = ask(use.record)
    if frame.is_empty():
        raise Missing(
            "Nothing could be held out yet, so nobody knows how good it is.",
            hint="With more months of history the newest are held out and compared.",
        )
    return frame.with_columns(ahead=pl.when(pl.col("step") == 1).then(pl.lit("1 month")).otherwise(pl.format("{} months", "step")))


def said_rows(ask: Ask) -> pl.DataFrame:
    """Back-tests of the total."""
    known(ask)
    return ask(use.said_before)


def said_figure(frame: pl.DataFrame, ask: Ask) -> Figure:
    """What would have been said beside what came."""
    return figures.said(frame, ask.fmt, lambda day: month_name(day, ask.fmt))
