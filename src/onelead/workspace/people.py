"""Use cases: who looks after which account, and who is in whose team."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Sequence

    from onelead.workspace.viewing import View
    from onelead.workspace.wiring import Parts

SCHEMA = {"account_id": pl.String, "person": pl.String, "how": pl.String, "rows": pl.Int64}


def owners(view: View, _: Parts) -> pl.DataFrame:
    """People by account: account_id, person, how (what makes them its owner), rows; the strongest tie first."""
    found = view.frame("opportunities")
    if "owner_name" not in found.columns:
        return pl.DataFrame(schema=SCHEMA)
    known = found.filter(pl.col("owner_name").is_not_null() & pl.col("account_id").is_not_null())
    counted = known.group_by("account_id", pl.col("owner_name").alias("person")).agg(pl.len().cast(pl.Int64).alias("rows"))
    return (
        counted.with_columns(pl.lit("owns its opportunities").alias("how"))
        .select(*SCHEMA)
        .sort(["rows", "account_id", "person"], descending=[True, False, False])
    )


def accounts_of(view: View, parts: Parts, names: Sequence[str]) -> tuple[str, ...]:
    """Ids of the accounts that any of ``names`` looks after."""
    return tuple(sorted(set(owners(view, parts).filter(pl.col("person").is_in(list(names)))["account_id"].to_list())))
