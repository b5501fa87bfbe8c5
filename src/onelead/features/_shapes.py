"""Expressions that several families use. All keep the unknown unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from onelead.core.settings import FeatureSettings

TERCILES = 3


def null_unless(column: str, known: str | None = None) -> pl.Expr:
    """``column``, or null where the count ``known`` (the column itself by default) is 0 or null."""
    return pl.when(pl.col(known or column) > 0).then(pl.col(column))


def share(part: str, whole: str) -> pl.Expr:
    """``part`` / ``whole``, null where there is no whole."""
    return pl.when(pl.col(whole) > 0).then(pl.col(part) / pl.col(whole))


def urgency(days: str, known: str, limits: FeatureSettings) -> pl.Expr:
    """3, 2 or 1 by days to an end; 1 where ends are stated and none is announced; null where nothing is stated.

    Source: solution document, product lifecycle features.
    """
    return (
        pl.when(pl.col(days) < limits.eol_urgent_days)
        .then(3)
        .when(pl.col(days) < limits.eol_near_days)
        .then(2)
        .when(pl.col(known) > 0)
        .then(1)
    )


def known_sum(*columns: str) -> pl.Expr:
    """Sum of the columns that are known; null where none is."""
    return pl.when(pl.any_horizontal(pl.col(name).is_not_null() for name in columns)).then(pl.sum_horizontal(*columns))


def tercile(amount: pl.Expr) -> pl.Expr:
    """1, 2 or 3 by the share of accounts that have strictly less; equal amounts get equal scores, null stays null."""
    below = amount.rank("min") - 1
    return (TERCILES * below / amount.count()).floor() + 1
