"""Use case: the numbers that a sales leader asks for and that the loaded data cannot give yet, each with what it would need."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import polars as pl

from onelead import metrics as kpis

if TYPE_CHECKING:
    from onelead.workspace.viewing import View
    from onelead.workspace.wiring import Parts


@dataclass(frozen=True)
class Lacking:
    """A number without data: what it is called, where it belongs, what it is made of.

    ``columns`` are columns of opportunities that it needs; without them it needs a table that this version does not read.
    """

    id: str
    label: str
    area: str
    needs: str
    columns: tuple[str, ...] = ()


DEALS = "opportunities.csv"
NUMBERS = (
    Lacking("open_pipeline_value", "Open pipeline value", "Pipeline", "the amount of each opportunity", ("amount",)),
    Lacking("weighted_pipeline", "Weighted pipeline", "Pipeline", "amount and stage of each opportunity", ("amount", "stage")),
    Lacking("win_rate", "Win rate", "Pipeline", "which opportunities were won and which lost", ("is_won",)),
    Lacking("average_deal_size", "Average deal size", "Pipeline", "amount and outcome of closed opportunities", ("amount", "is_won")),
    Lacking(
        "sales_cycle_days",
        "Sales cycle",
        "Pipeline",
        "created and close date of closed opportunities",
        ("created_date", "close_date", "is_won"),
    ),
    Lacking("coverage", "Pipeline coverage", "Pipeline", "quotas by person and period"),
    Lacking("revenue", "Revenue", "Revenue", "invoices or transactions with date and amount"),
    Lacking("growth", "Growth, year on year", "Revenue", "invoices or transactions over two years"),
    Lacking("arr", "Annual recurring revenue", "Revenue", "subscription contracts with amount and term"),
    Lacking("nrr", "Net revenue retention", "Revenue", "recurring revenue by account over two years"),
    Lacking("grr", "Gross revenue retention", "Revenue", "recurring revenue by account over two years"),
    Lacking("tcv", "Total contract value", "Revenue", "contracts with amount and term"),
    Lacking("retention", "Customer retention", "Revenue", "which accounts bought in which period"),
    Lacking("lifetime_value", "Customer lifetime value", "Revenue", "transactions by account over years"),
    Lacking("quota_attainment", "Quota attainment", "Revenue", "quotas by person and period"),
)


def lacking(view: View, parts: Parts) -> pl.DataFrame:  # noqa: ARG001 - a use case takes the parts
    """Numbers that cannot be computed: id, label, area, needs, load (the file that would bring it; null where this version reads none).

    A number leaves the list once the columns that it needs hold a value, or once there is a metric of its id.
    """
    frame = view.frame("opportunities")
    filled = {name for name in frame.columns if frame[name].null_count() < frame.height}
    rows = [
        {**{name: value for name, value in asdict(number).items() if name != "columns"}, "load": DEALS if number.columns else None}
        for number in NUMBERS
        if not (number.columns and filled.issuperset(number.columns)) and number.id not in kpis.metrics()
    ]
    schema = dict.fromkeys(("id", "label", "area", "needs", "load"), pl.String)
    return pl.DataFrame(rows, schema=schema)
