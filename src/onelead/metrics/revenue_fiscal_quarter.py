"""Revenue, fiscal quarter."""

from __future__ import annotations

from onelead.core.fiscal import FiscalCalendar
from onelead.metrics._money import revenue_metric
from onelead.metrics._periods import Period

METRIC = revenue_metric(
    id="revenue_fiscal_quarter",
    label="Revenue, fiscal quarter",
    definition="Amounts of the transactions from the first day of the fiscal quarter to the as-of date in the workspace's currency, refunds taken off.",
    period=lambda context: Period(FiscalCalendar(context.settings.fiscal).quarter_start(context.as_of), context.as_of),
    source="Enterprise requirements, core features: revenue",
)
