"""Settings: the fiscal calendar."""

from __future__ import annotations

from pydantic import Field

from onelead.core.section import Section


class FiscalSettings(Section):
    """The fiscal calendar: when years and weeks begin, and what a fiscal year is called."""

    first_month: int = Field(1, ge=1, le=12, description="First month of the fiscal year.")
    named_after_start: bool = Field(
        default=False, description="A fiscal year is called by the calendar year that it begins in; else by the one that it ends in."
    )
    week_start: int = Field(1, ge=1, le=7, description="First day of the week, 1 Monday to 7 Sunday.")
