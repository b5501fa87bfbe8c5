"""Layer 2: metrics. One file each; here are the questions that can be asked of them."""

from __future__ import annotations

from onelead.metrics._browse import Browse, Column, columns_of
from onelead.metrics._by_account import Pieces, pieces_of_metric, pieces_of_view, query_of, split
from onelead.metrics._explore import AGGREGATES, GRAINS, Explore
from onelead.metrics._filters import Condition, parse
from onelead.metrics._metric import Metric
from onelead.metrics._monthly import SOURCES, monthly
from onelead.metrics._quality import quality
from onelead.metrics._query import dimensions, metrics, query, rows, sql, values

__all__ = [
    "AGGREGATES",
    "GRAINS",
    "SOURCES",
    "Browse",
    "Column",
    "Condition",
    "Explore",
    "Metric",
    "Pieces",
    "columns_of",
    "dimensions",
    "metrics",
    "monthly",
    "parse",
    "pieces_of_metric",
    "pieces_of_view",
    "quality",
    "query",
    "query_of",
    "rows",
    "split",
    "sql",
    "values",
]
