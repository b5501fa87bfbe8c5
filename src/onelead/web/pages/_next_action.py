"""The columns of an account's next action, the same in every table of accounts."""

from __future__ import annotations

from onelead.web._page import Column

NEXT_ACTION = (
    Column(
        "next_action",
        "Next action",
        sub="next_due",
        minor=True,
        phone="wide",
        sortable=False,
        link=lambda row, ask: ask.link("/action-required", account=row["account_id"]) if row["next_action"] else None,
        hint="The first of the account's ranked actions, and when it is due.",
    ),
    Column("next_due", "Due", "date", show=False),
)
"""The first of an account's ranked actions over its due date; the date is a column of its own where the table is taken away."""
