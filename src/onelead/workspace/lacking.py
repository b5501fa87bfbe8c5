"""Use case: the numbers that a sales leader asks for and that the loaded data cannot give yet, each with what it would need."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from onelead import metrics as kpis

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from onelead.workspace.viewing import View
    from onelead.workspace.wiring import Parts


@dataclass(frozen=True)
class Lacking:
    """A metric without data: where it belongs, what it is made of in words, and the columns of one table that have to hold something."""

    metric: str
    area: str
    needs: str
    columns: tuple[str, ...]
    table: str = "opportunities"


NUMBERS = (
    Lacking("open_pipeline_value", "Pipeline", "the amount of each opportunity", ("amount",)),
    Lacking("win_rate", "Pipeline", "which opportunities were won and which lost", ("is_won",)),
    Lacking("average_deal_size", "Pipeline", "amount and outcome of closed opportunities", ("amount", "is_won")),
    Lacking("sales_cycle_days", "Pipeline", "created and close date of closed opportunities", ("created_date", "close_date", "is_won")),
    Lacking(
        "stage_conversion", "Pipeline", "the stages that each opportunity went through", ("changed_at", "stage"), "opportunity_history"
    ),
    Lacking("lead_to_closed", "Pipeline", "leads with the day on which they became opportunities", ("created_date",), "leads"),
    Lacking("pipeline_coverage", "Pipeline", "quotas by person and period", ("amount",), "quotas"),
    Lacking("revenue", "Revenue", "transactions with date and amount", ("transaction_date", "amount"), "transactions"),
    Lacking("revenue_growth_year", "Revenue", "transactions over two years", ("transaction_date", "amount"), "transactions"),
    Lacking("arr", "Revenue", "contracts with their value a year", ("annual_value", "start_date"), "contracts"),
    Lacking("nrr", "Revenue", "contracts of now and of a year ago", ("annual_value", "start_date"), "contracts"),
    Lacking("logo_retention", "Revenue", "contracts of now and of a year ago", ("annual_value", "start_date"), "contracts"),
    Lacking("tcv", "Revenue", "contracts with their amount", ("amount",), "contracts"),
    Lacking("overdue_receivables", "Revenue", "invoices with due and paid dates", ("due_date", "amount"), "invoices"),
    Lacking("quota_attainment", "Revenue", "quotas by person and period", ("amount",), "quotas"),
)


def lacking(view: View, parts: Parts) -> pl.DataFrame:  # noqa: ARG001 - a use case takes the parts
    """Numbers that cannot be computed: id, label, area, needs, load (the file that would bring it).

    A number leaves the list once each column that it needs holds a value, in any row of the table: what the files bring is the same for
    everybody, and says nothing of any account.
    """
    filled = {table: _filled(view, table) for table in {number.table for number in NUMBERS}}
    rows = [
        {
            "id": number.metric,
            "label": kpis.metrics()[number.metric].label,
            "area": number.area,
            "needs": number.needs,
            "load": f"{number.table}.csv",
        }
        for number in NUMBERS
        if not filled[number.table].issuperset(number.columns)
    ]
    return pl.DataFrame(rows, schema=dict.fromkeys(("id", "label", "area", "needs", "load"), pl.String))


def _filled(view: View, table: str) -> set[str]:
    """Columns of a table that hold a value. Counted where the rows are: a table may have millions."""
    wanted = sorted({column for number in NUMBERS if number.table == table for column in number.columns})

    def build() -> ir.Table:
        rows = view.snapshot.table(table)
        return rows.aggregate(**{column: rows[column].count() for column in wanted})

    counts = view.snapshot.execute(view.snapshot.expression(("filled", table), build)).row(0, named=True)
    return {column for column, count in counts.items() if count}
