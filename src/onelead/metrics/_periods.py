"""Stretches of days that metrics look back on, and fiscal periods of a column of days."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import ibis

from onelead.core.fiscal import FiscalCalendar

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from onelead.core.context import Context

MONTHS = 12
FALSE = False


@dataclass(frozen=True)
class Period:
    """Days from ``first`` to ``last``, both included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days there are."""
        return (self.last - self.first).days + 1

    def has(self, day: ir.DateValue) -> ir.BooleanValue:
        """Whether a day lies in it; false for an unknown one."""
        return day.between(ibis.literal(self.first), ibis.literal(self.last)).fill_null(FALSE)


def months_before(day: date, months: int) -> date:
    """The same day ``months`` earlier; the last of the month where that one is shorter."""
    year, month = divmod(day.year * MONTHS + day.month - 1 - months, MONTHS)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def trailing(context: Context, months: int, skipped: int = 0) -> Period:
    """The ``months`` up to the as-of date, that day included; ``skipped`` months earlier."""
    last = months_before(context.as_of, skipped)
    return Period(months_before(context.as_of, skipped + months) + timedelta(days=1), last)


def fiscal_quarter(context: Context) -> Period:
    """The whole fiscal quarter of the as-of date."""
    known = FiscalCalendar(context.settings.fiscal)
    return Period(known.quarter_start(context.as_of), known.quarter_end(context.as_of))


def fiscal_columns(day: ir.DateValue, context: Context) -> dict[str, ir.Value]:
    """fiscal_year ("FY2025") and fiscal_quarter ("FY2025 Q1") of a column of days, as ``core.fiscal`` calls them."""
    settings = context.settings.fiscal
    begins = day.year().cast("int64") - ibis.ifelse(day.month() < settings.first_month, 1, 0)
    later = 0 if settings.named_after_start or settings.first_month == 1 else 1
    year = ibis.literal("FY") + (begins + later).cast("string")
    months = (day.month().cast("int64") - settings.first_month + MONTHS) % MONTHS
    quarter = ibis.cases(*((months < end, f" Q{at}") for at, end in enumerate((3, 6, 9), start=1)), else_=" Q4")
    return {"fiscal_year": year, "fiscal_quarter": year + quarter}


FISCAL = {"fiscal_year": "Fiscal year, such as FY2025.", "fiscal_quarter": "Fiscal quarter, such as FY2025 Q1."}
"""What the columns of ``fiscal_columns`` are."""
