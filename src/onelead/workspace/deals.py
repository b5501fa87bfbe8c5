"""Use cases: opportunities as deals: value, state, dates, what moved them, and what of this the data knows at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from onelead.tables import stage_rank
from onelead.tables.exchange_rates import TABLE as EXCHANGE_RATES
from onelead.tables.exchange_rates import converted
from onelead.tables.opportunities import frame_as_known
from onelead.workspace.viewing import of_the_snapshot

if TYPE_CHECKING:
    from datetime import date

    from onelead.core.context import Context, Snapshot
    from onelead.workspace.viewing import View
    from onelead.workspace.wiring import Parts

COLUMNS = (
    "opportunity_id",
    "opportunity_name",
    "account_id",
    "owner_name",
    "product_line",
    "stage",
    "amount",
    "currency",
    "created_date",
    "close_date",
    "is_won",
)
OPEN, WON, LOST = "open", "won", "lost"


def deals(view: View, parts: Parts) -> pl.DataFrame:
    """Each opportunity once that was known on the as-of date: COLUMNS, account_name, and how it reads as a deal.

    ``state`` is open, won or lost as of then (null: closed on an unknown day by the data's own date, see ``tables.opportunities.as_known``);
    ``value`` the amount in the workspace's currency, at the exchange rate of the as-of date or of the close (null where there is none);
    ``days_to_close`` from the as-of date, negative once passed; ``age_days`` since creation; ``cycle_days`` from creation to close (won
    ones); ``stage_rank`` the place of the stage in the settings' order.
    """
    return of_owners(view, view.of_everyone(parts, every_deal))


@of_the_snapshot
def every_deal(view: View, _: Parts) -> pl.DataFrame:
    """``deals`` of all accounts: filters only pick from it."""
    names = view.frame("accounts", ["account_id", "account_name"]).unique("account_id")
    frame = readings(view.frame("opportunities"), view.context, rates_of(view.snapshot))
    return frame.join(names, on="account_id", how="left", maintain_order="left")


def untold(view: View, parts: Parts) -> tuple[int, date] | None:
    """Deals of which nobody can say on the as-of date whether they were closed, and the day from which on it is known; None without any.

    They state an outcome and no close date, and the as-of date lies before the data's own.
    """
    day = view.context.exported
    count = deals(view, parts)["state"].null_count() if day is not None and view.context.as_of < day else 0
    return (count, day) if count and day is not None else None


def of_owners(view: View, frame: pl.DataFrame) -> pl.DataFrame:
    """The deals of the names that the viewer is narrowed to: an account that somebody owns one deal of has deals of others too."""
    owners = view.viewer.deal_owners
    return frame if owners is None else frame.filter(pl.col("owner_name").is_in(sorted(owners)))


def rates_of(snapshot: Snapshot) -> pl.DataFrame:
    """The exchange rates of a snapshot; none where it was published before there were any."""
    return snapshot.frame("exchange_rates") if "exchange_rates" in snapshot.tables() else EXCHANGE_RATES.empty()


def readings(opportunities: pl.DataFrame, context: Context, rates: pl.DataFrame) -> pl.DataFrame:
    """Stored opportunities, counted and known on the as-of date, read as deals; see ``deals``. ``rates`` are rows of exchange_rates."""
    as_of, settings = context.as_of, context.settings
    known = pl.col("created_date").is_null() | (pl.col("created_date") <= as_of)
    cycle = (pl.col("close_date") - pl.col("created_date")).dt.total_days()
    state = pl.when("is_open").then(pl.lit(OPEN)).when("is_won").then(pl.lit(WON)).when(~pl.col("is_won")).then(pl.lit(LOST))
    frame = frame_as_known(opportunities, context).filter(~pl.col("is_repeat").fill_null(value=False) & known)
    dated = frame.select("amount", "currency", day=pl.when("is_open").then(as_of).otherwise(pl.min_horizontal("close_date", pl.lit(as_of))))
    return frame.select(*COLUMNS, state=state).with_columns(
        value=converted(dated, rates, to=settings.prices.currency, day="day"),
        days_to_close=(pl.col("close_date") - pl.lit(as_of)).dt.total_days(),
        age_days=(pl.lit(as_of) - pl.col("created_date")).dt.total_days(),
        cycle_days=pl.when(pl.col("is_won") & (cycle >= 0)).then(cycle),
        stage_rank=stage_rank(settings.revenue.stages),
    )


def deal_data(view: View, parts: Parts) -> dict[str, int]:
    """What is known of the deals: rows, open, closed, won, and how many open ones state an amount, a stage, a close date, an owner ….

    ``foreign`` counts open deals whose amount is in another currency, ``alone`` open ones without an account, ``changes`` what loads
    changed of deals.
    """
    frame = deals(view, parts)
    still = frame.filter(pl.col("state") == OPEN)
    counted = {name: still[name].drop_nulls().len() for name in ("amount", "value", "stage", "close_date", "created_date", "owner_name")}
    return {
        "rows": frame.height,
        "open": still.height,
        "closed": frame.filter(pl.col("state").is_in([WON, LOST])).height,
        "won": frame.filter(pl.col("state") == WON).height,
        **counted,
        "foreign": still.filter(pl.col("amount").is_not_null() & pl.col("value").is_null()).height,
        "alone": still["account_id"].null_count(),
        "created_any": frame["created_date"].drop_nulls().len(),
        "won_value": frame.filter((pl.col("state") == WON) & pl.col("value").is_not_null()).height,
        "cycles": frame["cycle_days"].drop_nulls().len(),
        "changes": view.frame("changes").filter(pl.col("table") == "opportunities").height,
    }
