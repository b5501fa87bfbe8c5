"""Use cases: what customers owe: receivables by how long they are due, and how each customer pays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from onelead.workspace.asking import metric_by
from onelead.workspace.viewing import of_the_snapshot

if TYPE_CHECKING:
    from onelead.workspace.viewing import View
    from onelead.workspace.wiring import Parts

NOT_DUE, OLDEST = "Not due", "Over 90 days"
AGES = (NOT_DUE, "0–30 days", "31–60 days", "61–90 days", OLDEST)
"""What the column ageing of invoices says, the youngest first."""
ACCOUNT = ("account_id", "account_name")


@of_the_snapshot
def receivables_by_age(view: View, _: Parts) -> pl.DataFrame:
    """What is not yet paid by days past due, in the order of AGES: age (null without a due date), value, invoices, share of all of it.

    Money is in the workspace's currency. Empty where nothing is open.
    """
    found = metric_by(view, "receivables", ("ageing",), ()).filter(pl.col("rows") > 0)
    known = found.select(age="ageing", value="value", invoices="rows")
    order = pl.col("age").replace_strict({age: place for place, age in enumerate(AGES)}, default=len(AGES), return_dtype=pl.Int64)
    return known.sort(order).with_columns(share=pl.col("value") / pl.lit(known["value"].sum() or None, dtype=pl.Float64))


@of_the_snapshot
def payers(view: View, _: Parts) -> pl.DataFrame:
    """Accounts that owe something or paid in the last 12 months, the most overdue first.

    account_id, account_name, open_value, invoices (open), overdue, oldest (over 90 days past due), days_late (mean of what was paid in the
    last 12 months), paid (invoices that the mean is over). Unknown is null; nothing owed is 0 where invoices were paid.
    """
    owed = _own(metric_by(view, "receivables", (*ACCOUNT, "ageing"), ()))
    late = _own(metric_by(view, "average_days_late", ACCOUNT, ())).select(*ACCOUNT, days_late="value", paid="rows")
    sums = {
        "open_value": pl.col("value").sum(),
        "invoices": pl.col("rows").sum(),
        "overdue": pl.col("value").filter(pl.col("ageing").is_in(AGES[1:])).sum(),
        "oldest": pl.col("value").filter(pl.col("ageing") == OLDEST).sum(),
    }
    frame = owed.group_by(ACCOUNT).agg(**sums).join(late, on=ACCOUNT, how="full", coalesce=True)
    filled = frame.with_columns(pl.col(*sums, "paid").fill_null(0))
    return filled.sort(["overdue", "open_value", "account_id"], descending=[True, True, False])


def _own(found: pl.DataFrame) -> pl.DataFrame:
    """A metric by account, of those that have rows of it; rows without an account tell of nobody's behaviour."""
    return found.filter(pl.col("account_id").is_not_null() & (pl.col("rows") > 0))
