"""Headline metrics, computed once at refresh."""

from __future__ import annotations

import dataframely as dy

from onelead.tables._base import Table


class MetricValueContract(dy.Schema):
    """One metric's value over all rows, attributed or not."""

    metric = dy.String(nullable=False, primary_key=True, description="Id of the metric.")
    value = dy.Float64(nullable=True, description="Its value; null is unknown.")
    estimated = dy.Bool(nullable=False, description="Whether the value rests on an estimate.")
    currency = dy.String(nullable=True, description="ISO 4217 code of a value that is money; null for all others.")
    rows = dy.Int64(nullable=True, description="How many rows stand behind it.")


TABLE = Table(
    id="metric_values",
    label="Metric values",
    doc="Headline metrics over all rows.",
    contract=MetricValueContract,
    key=("metric",),
    fact=False,
    layer="results",
)
