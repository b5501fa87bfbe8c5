"""Evidence: the rows behind an action, and how they are found again.

``evidence_where`` is a JSON object of column → condition; all must hold, together with the action's account. A plain value or null means
equal (null: is null); an object holds comparisons (``<``, ``<=``, ``>``, ``>=``, ``!=`` where null counts as different, ``in``). The key
``any`` holds a list of such objects of which at least one must hold.
"""

from __future__ import annotations

import json
import operator
from datetime import date
from functools import reduce
from typing import TYPE_CHECKING, Any

import polars as pl

from onelead.rules._proposal import KEYS_SHOWN
from onelead.rules._text import json_object

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from onelead.rules._proposal import RuleInput

_COMPARE: dict[str, Callable[[pl.Expr, Any], pl.Expr]] = {
    "<": lambda column, value: column < value,
    "<=": lambda column, value: column <= value,
    ">": lambda column, value: column > value,
    ">=": lambda column, value: column >= value,
    "!=": lambda column, value: column.ne_missing(pl.lit(value)),
    "in": lambda column, value: column.is_in(value),
}


def evidence_rows(action: Mapping[str, object], frames: Callable[[str], pl.DataFrame]) -> pl.DataFrame:
    """The rows that an action rests on; no rows where it names no table.

    ``action`` is a row of the actions table, ``frames`` gives base tables in their stored columns.
    """
    table = action["evidence_table"]
    if not isinstance(table, str):
        return pl.DataFrame()
    frame = frames(table)
    where = json.loads(str(action["evidence_where"] or "{}"))
    return frame.filter(pl.col("account_id").eq_missing(pl.lit(action["account_id"])) & _condition(where, frame.schema))


def _condition(where: Mapping[str, object], schema: Mapping[str, pl.DataType]) -> pl.Expr:
    parts = [pl.lit(value=True)]
    for name, wanted in where.items():
        if name == "any" and isinstance(wanted, list):
            parts.append(reduce(operator.or_, [_condition(way, schema) for way in wanted], pl.lit(value=False)))
        elif isinstance(wanted, dict):
            parts.extend(_COMPARE[sign](pl.col(name), _typed(value, schema[name])) for sign, value in wanted.items())
        else:
            parts.append(pl.col(name).eq_missing(pl.lit(_typed(wanted, schema[name]))))
    return reduce(operator.and_, parts)


def _typed(value: object, dtype: pl.DataType) -> object:
    return date.fromisoformat(value) if dtype == pl.Date and isinstance(value, str) else value


def where_category(ways: Sequence[Mapping[str, object]]) -> pl.Expr:
    """The where-object of a category's counted assets of which at least one of ``ways`` holds."""
    start = pl.struct("product_category").struct.json_encode().str.head(-1)
    return start + pl.lit(f',"is_repeat":false,"any":{json.dumps(ways, separators=(",", ":"), ensure_ascii=False)}}}')


def whole_account(given: RuleInput, frame: pl.DataFrame, tables: tuple[str, ...]) -> pl.DataFrame:
    """``frame`` (with account_id) with the evidence columns: all rows of the account in the first of ``tables`` that has any.

    ``tables`` are of assets, projects, opportunities and accounts (the account's own entry: there is always one). Where none has rows the
    count is 0 and the table null.
    """
    for table in tables:
        found = _keys(given, table).select("account_id", pl.col("count").alias(f"{table}_count"), pl.col("keys").alias(f"{table}_keys"))
        frame = frame.join(found, on="account_id", how="left", maintain_order="left")
    counts = [pl.col(f"{table}_count") for table in tables]
    no_table: pl.Expr = pl.lit(None, dtype=pl.String)
    table_name = pl.coalesce(*(pl.when(count > 0).then(pl.lit(table)) for table, count in zip(tables, counts, strict=True)), no_table)
    in_fact, in_accounts = json_object({"is_repeat": False}), json_object({"level": "account"})
    return frame.with_columns(
        evidence_table=table_name,
        evidence_count=pl.coalesce(*counts, pl.lit(0, dtype=pl.Int64)),
        evidence_keys=pl.coalesce(f"{table}_keys" for table in tables),
        evidence_where=pl.when(table_name == "accounts").then(in_accounts).otherwise(in_fact),
    ).drop([f"{table}_{part}" for table in tables for part in ("count", "keys")])


def _keys(given: RuleInput, table: str) -> pl.DataFrame:
    """account_id, count, keys (the first by key, projects the latest first) of a table's counted rows."""
    if table == "accounts":
        own = pl.col("account_id")
        return given.top_accounts.select(own, count=pl.lit(1, dtype=pl.Int64), keys=pl.concat_list(own))
    if table == "assets":
        rows = given.assets.select("account_id", key="asset_id").sort("key")
    elif table == "projects":
        rows = given.projects.select("account_id", "key", "start_date").sort("start_date", "key", descending=[True, False], nulls_last=True)
    else:
        counted = ~pl.col("is_repeat").fill_null(value=False) & pl.col("account_id").is_not_null()
        rows = given.frames("opportunities").filter(counted).select("account_id", key="opportunity_id").sort("key")
    grouped = rows.group_by("account_id", maintain_order=True)
    return grouped.agg(pl.len().cast(pl.Int64).alias("count"), pl.col("key").head(KEYS_SHOWN).alias("keys"))
