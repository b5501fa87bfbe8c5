"""Contributions in long form: the strongest features of each account, and one row that sums up the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from onelead.models._scores import CONTRIBUTION_SCHEMA, of_accounts
from onelead.models.learning.matrix import matrix

if TYPE_CHECKING:
    from collections.abc import Sequence

    from onelead.models.learning.classifier import Classifier
    from onelead.models.learning.matrix import Floats

OTHERS = "other features"


def long_contributions(
    model: str, accounts: pl.Series, features: Sequence[str], values: Floats, pushes: Floats, *, keep: int, note: str | None
) -> pl.DataFrame:
    """``pushes`` (accounts × features, log-odds) as rows: the ``keep`` strongest of each account, then the sum of the rest.

    Baseline plus all rows of an account is its log-odds. Ties go by the order of ``features``.
    """
    order = np.argsort(-np.abs(pushes), axis=1, kind="stable")[:, :keep]
    kept = order.shape[1]
    names = pl.Series("feature", list(features), dtype=pl.String)
    strongest = pl.DataFrame(
        {
            "account_id": accounts.gather(np.repeat(np.arange(len(pushes)), kept)),
            "feature": names.gather(order.ravel()),
            "value": np.take_along_axis(values, order, axis=1).ravel(),
            "contribution": np.take_along_axis(pushes, order, axis=1).ravel(),
        }
    ).with_columns(pl.lit(note, dtype=pl.String).alias("note"))
    if len(features) <= keep:
        return _complete(strongest, model)
    others = pl.DataFrame(
        {"account_id": accounts, "contribution": pushes.sum(axis=1) - np.take_along_axis(pushes, order, axis=1).sum(axis=1)}
    ).with_columns(
        pl.lit(OTHERS).alias("feature"),
        pl.lit(None, dtype=pl.Float64).alias("value"),
        pl.lit(f"Sum of the {len(features) - keep} weaker features.").alias("note"),
    )
    return _complete(pl.concat([strongest, others.select(strongest.columns)]), model)


def deal_contributions(model: str, deals: pl.DataFrame, classifier: Classifier, *, keep: int) -> tuple[pl.DataFrame, float]:
    """As ``long_contributions``, for deals (opportunity_id, account_id and the features): a word stands in the note, the number is null.

    Also the baseline: it plus the rows of a deal is the log-odds of its chance.
    """
    names = classifier.columns.names
    pushes, baseline = classifier.contributions(deals)
    values = matrix(deals.with_columns(pl.col(pl.String).str.extract("^$")), names)
    rows = long_contributions(model, deals["opportunity_id"], names, values, pushes, keep=keep, note=None)
    words = deals.select("opportunity_id", *(pl.col(name) for name in names if deals.schema.get(name) == pl.String))
    told = words.unpivot(index="opportunity_id", variable_name="feature", value_name="word")
    named = rows.rename({"account_id": "opportunity_id"}).join(told, on=["opportunity_id", "feature"], how="left", maintain_order="left")
    owners = named.join(deals.select("opportunity_id", "account_id"), on="opportunity_id", how="left", maintain_order="left")
    complete = owners.with_columns(
        pl.lit("opportunity").alias("subject_kind"), pl.col("opportunity_id").alias("subject_id"), pl.coalesce("note", "word").alias("note")
    )
    return complete.select(CONTRIBUTION_SCHEMA.names()).cast(CONTRIBUTION_SCHEMA), baseline


def _complete(rows: pl.DataFrame, model: str) -> pl.DataFrame:
    named = rows.with_columns(pl.lit(model).alias("model"), pl.col("value").fill_nan(None))
    return of_accounts(named).sort("account_id", pl.col("contribution").abs(), "feature", descending=[False, True, False])
