"""Columns that name single things: no model learns from them, whoever confirms them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

SHARED = 10
"""Deals that a value of an id-like column has on average, at least, to be a category and no identifier."""


def identifies(name: str, values: pl.Series) -> bool:
    """Whether ``values`` name single deals: words that nearly every deal has of its own, or those of an id-like column that few deals share."""
    filled, distinct = values.count(), values.drop_nulls().n_unique()
    if values.dtype.is_float():
        return False
    words = name.lower().replace("_", " ")
    id_like = re.search(r"\b(id|key|number|no|code|uuid|guid)$", words) is not None
    return (id_like and filled < SHARED * distinct) or (filled >= SHARED and distinct > filled / 2)
