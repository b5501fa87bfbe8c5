"""Amounts by month, and what they are expected to be."""

from __future__ import annotations

import dataframely as dy

from onelead.tables._base import Table


class ForecastContract(dy.Schema):
    """One period of one series: what came, what is expected, or (back-tests) what would have been said beside what came."""

    source = dy.String(nullable=False, primary_key=True, description="Table whose amounts are summed: transactions, invoices or won deals.")
    dimension = dy.String(nullable=False, primary_key=True, description="total, region, product or team.")
    member = dy.String(nullable=False, primary_key=True, description="Which region, product line or team; All for the total.")
    span = dy.String(nullable=False, primary_key=True, description="month, quarter (fiscal), or days ahead: 30 days, 60 days, 90 days.")
    period_start = dy.Date(nullable=False, primary_key=True, description="First day of the period.")
    period_end = dy.Date(nullable=False, description="Last day of the period.")
    made_on = dy.Date(
        nullable=False,
        primary_key=True,
        description="Last day that the forecast knew; of a back-test an earlier one than of the forecast.",
    )
    step = dy.Int64(nullable=True, description="How many months ahead of what was known; null for what came and for longer periods.")
    actual = dy.Float64(
        nullable=True, description="What came; of a period that has begun its whole months so far.", metadata={"unit": "money"}
    )
    mean = dy.Float64(nullable=True, description="What is expected of the whole period; null for what came.", metadata={"unit": "money"})
    low_80 = dy.Float64(nullable=True, description="Low end of the 80 % range.", metadata={"unit": "money"})
    high_80 = dy.Float64(nullable=True, description="High end of the 80 % range.", metadata={"unit": "money"})
    low_95 = dy.Float64(nullable=True, description="Low end of the 95 % range.", metadata={"unit": "money"})
    high_95 = dy.Float64(nullable=True, description="High end of the 95 % range.", metadata={"unit": "money"})
    method = dy.String(nullable=True, description="ensemble, or seasonal_naive where the series is too short for it; null for what came.")


TABLE = Table(
    id="forecasts",
    label="Forecasts of amounts",
    doc="Amounts by month with their history, forecast, ranges and back-tests: the total and by region, product line and team.",
    contract=ForecastContract,
    key=("source", "dimension", "member", "span", "period_start", "made_on"),
    fact=False,
    layer="results",
)
