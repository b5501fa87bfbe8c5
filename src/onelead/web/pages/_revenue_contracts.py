"""What Revenue Focus shows of the sales model's contracts and sales: agreements to put together, and products without service."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from onelead.web._page import Column, Missing, Table
from onelead.workspace.contract_groups import contract_groups, service_attach

if TYPE_CHECKING:
    from onelead.web._ask import Ask


def group_rows(ask: Ask) -> pl.DataFrame:
    """Accounts with several running contracts."""
    frame = ask(contract_groups)
    if frame.is_empty():
        raise Missing("No account has two or more running contracts.", hint="Load contracts with their first and last day.")
    return frame


def attach_rows(ask: Ask) -> pl.DataFrame:
    """Buyers of products without a service."""
    frame = ask(service_attach)
    if frame.is_empty():
        raise Missing(
            "No sale of a known product in the last 12 months.",
            hint="Load transactions with their product, and products with line or category.",
        )
    return frame.filter(~pl.col("attached")).with_columns(estimated=pl.lit(value=True))


def attach_sub(ask: Ask) -> str:
    """How many buy services too."""
    frame = ask(service_attach)
    if frame.is_empty():
        return ""
    attached = int(frame["attached"].sum())
    return f"{ask.fmt.count(attached)} of {ask.fmt.plural(frame.height, 'buyer')} of products bought a service too ({ask.fmt.percent(attached / frame.height)})"


GROUPED = Table(
    id="contract-groups",
    title="Running contracts to put together",
    span=6,
    rows=group_rows,
    columns=(
        Column("account_name", "Customer", link=lambda row, ask: ask.account_link(row["account_id"])),
        Column("contracts", "Contracts", "count", link=lambda row, ask: ask.rows_link("arr", f"account_id={row['account_id']}")),
        Column("small", "Small", "count", hint="Below the median annual value of all running contracts."),
        Column("yearly", "A year", "money"),
        Column("ends", "End dates", "count", minor=True),
        Column("first_end", "First end", "date", minor=True),
        Column("spread_days", "Apart", "days", minor=True, hint="Days between the first and the last end."),
        Column("products", "Products", "count", show=False),
        Column("last_end", "Last end", "date", show=False),
    ),
    size=10,
    search=("account_name",),
    metrics=("arr",),
    how="Accounts with two or more contracts that run on the as-of date: candidates for one agreement with one end date and one bill. What that would be "
    "worth is not in the data.",
)
ATTACHED = Table(
    id="service-attach",
    title="Products bought without a service",
    span=6,
    sub=attach_sub,
    rows=attach_rows,
    columns=(
        Column("account_name", "Customer", link=lambda row, ask: ask.account_link(row["account_id"])),
        Column("products_value", "Products", "money", link=lambda row, ask: ask.rows_link("revenue", f"account_id={row['account_id']}")),
        Column(
            "potential",
            "Services",
            "money",
            estimated="estimated",
            hint="What others spend on services beside products, on these products.",
        ),
        Column("categories", "Bought", minor=True),
    ),
    size=10,
    search=("account_name", "categories"),
    metrics=("revenue",),
    how="Customers with revenue from products in the last 12 months and none from services; a service is a product whose line or category says so "
    "(a setting). The potential is their product revenue × the median of services ÷ products over those who bought both: an estimate.",
)
