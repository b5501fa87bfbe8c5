"""What Revenue Focus shows: its filters' choices, its tiles, its charts' rows."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl

from onelead.web._page import Choice, Missing
from onelead.web._reasons import no_amounts
from onelead.web.figures import deals as deal_figures
from onelead.web.figures import revenue as figures
from onelead.workspace import contracts, trends
from onelead.workspace.deals import deal_data
from onelead.workspace.revenue import (
    categories,
    concentration,
    engagement,
    likely,
    portfolio,
    product_lines,
    scoring,
)
from onelead.workspace.worth import TIERS, annual_values

if TYPE_CHECKING:
    from onelead.web._ask import Ask
    from onelead.web._page import Figure, Row, Status

UNKNOWN = "Unknown"
LOAD_DEALS = "Load an opportunity export or the table opportunities with {}."
SPOKEN = {"is_won": "won or lost"}
STATUS_SHAPES: dict[str, Status | None] = {"Key account": "good", "High value": None, "At risk": "warn", "Needs engagement": "unknown"}
PERIODS = (Choice("12", "12 months"), Choice("24", "24 months"), Choice("60", "5 years"))
HISTORY_NAMES = {"revenue_at_risk": "Revenue at risk", "open_pipeline_value": "Open pipeline"}


def load_deals(*columns: str) -> str:
    """What to load, by the columns that are missing."""
    return LOAD_DEALS.format(", ".join(SPOKEN.get(column, column.replace("_", " ")) for column in columns))


def category(ask: Ask) -> str | None:
    """The product category that the page is narrowed to."""
    return ask.one("category")


def category_choices(ask: Ask) -> list[Choice]:
    """Product categories with their assets."""
    return [Choice(name, name, count) for name, count in ask(categories)]


def tier_choices(ask: Ask) -> list[Choice]:
    """Tiers as revenue ranges."""
    limits, fmt = ask.serving.parts.settings.revenue, ask.fmt
    high, middle = fmt.money(limits.strategic_above), fmt.money(limits.growth_above)
    words = (f"Strategic: above {high} a year", f"Growth: above {middle}", f"Developing: up to {middle}")
    return [*(Choice(name, label) for name, label in zip(TIERS, words, strict=True)), Choice(UNKNOWN, "Unknown value")]


def since(ask: Ask) -> date:
    """The first day of the period that trends show."""
    months = int(ask.number("period") or 24)
    day = ask.as_of
    place = day.year * 12 + day.month - 1 - months
    return date(place // 12, place % 12 + 1, 1)


# Overview --------------------------------------------------------------------------------------------------------------


def measure(ask: Ask) -> str:
    """Whether the portfolio is drawn by value or by assets."""
    return "assets" if ask.one("measure") == "assets" else "value"


def portfolio_rows(ask: Ask) -> pl.DataFrame:
    """The installed base by category and lifecycle state."""
    return ask(portfolio, category(ask))


def portfolio_figure(frame: pl.DataFrame, ask: Ask) -> Figure:
    """Stacked bars; a click opens the assets."""

    def link(name: str | None, state: str) -> str:
        return ask.rows_link("assets", f"product_category={name or ''}", f"lifecycle_state={'' if state == UNKNOWN else state}")

    return figures.portfolio(frame, ask.fmt, link, measure(ask))


def portfolio_sub(ask: Ask) -> str:
    """What the bars measure."""
    bare = int(ask(portfolio, category(ask))["unpriced"].sum() or 0)
    left = f", {ask.fmt.plural(bare, 'asset')} without a price left out" if bare and measure(ask) == "value" else ""
    return ("by assets" if measure(ask) == "assets" else "replacement value where no contract value is stated") + left


def concentration_rows(ask: Ask) -> pl.DataFrame:
    """Accounts with the most open opportunities."""
    return ask(concentration)


def concentration_figure(frame: pl.DataFrame, ask: Ask) -> Figure:
    """Bars in the document's two greens."""
    return figures.concentration(frame, ask.fmt, lambda account: ask.rows_link("open_opportunities", f"account_id={account}"))


def lines_of(ask: Ask) -> str:
    """Whether product lines are those of opportunities or categories of the installed base."""
    return "installed" if ask.one("lines") == "installed" else "opportunities"


def line_rows(ask: Ask) -> pl.DataFrame:
    """Product lines by their share."""
    return ask(product_lines, lines_of(ask))


def line_figure(frame: pl.DataFrame, ask: Ask) -> Figure:
    """The donut."""
    installed = lines_of(ask) == "installed"
    metric, column = ("assets", "product_category") if installed else ("open_opportunities", "product_line")

    def link(name: str | None) -> str:
        return ask.rows_link(metric, f"{column}={name}") if name else ask.rows_link(metric)

    return figures.donut(frame, ask.fmt, link, "assets" if installed else "open")


def engagement_rows(ask: Ask) -> pl.DataFrame:
    """Accounts by engagement score, under the filters of status and tier."""
    yearly = ask(annual_values).select("account_id", "tier", "value", value_estimated="estimated")
    frame = ask(engagement).join(yearly, on="account_id", how="left", maintain_order="left")
    if chosen := ask.many("status"):
        frame = frame.filter(pl.col("status").is_in(list(chosen)))
    if tiers := ask.many("tier"):
        frame = frame.filter(pl.col("tier").fill_null(UNKNOWN).is_in(list(tiers)))
    return frame.with_columns(place=pl.concat_str(["territory_id", "region"], separator=" · ", ignore_nulls=True))


def status_shape(row: Row) -> Status | None:
    """The shape of an engagement status."""
    return STATUS_SHAPES.get(row["status"])


# Deals -----------------------------------------------------------------------------------------------------------------


def scoring_rows(ask: Ask) -> pl.DataFrame:
    """Open deals with amounts, with the tier of their account."""
    frame = ask.deals(scoring)
    if frame.is_empty():
        raise Missing(
            no_amounts(ask, "No open opportunity states an amount in the workspace's currency."), hint=load_deals("amount", "close_date")
        )
    return frame.join(ask(annual_values).select("account_id", "tier"), on="account_id", how="left", maintain_order="left")


def scoring_figure(frame: pl.DataFrame, ask: Ask) -> Figure:
    """Deals placed by amount and chance."""
    return deal_figures.matrix(frame, ask.fmt, lambda account: ask.account_link(account) if account else None)


def scoring_sub(ask: Ask) -> str:
    """What stands on the upright axis."""
    source = ask(likely)["source"]
    words = {"outcomes": "chance by the account's calibrated model", "rules": "classes by rule, no chances, a strip each"}
    return words.get(source, "classes by the documented score, no chances, a strip each") + "; larger marks are larger accounts"


# Trends ----------------------------------------------------------------------------------------------------------------


def _needs_history(frame: pl.DataFrame) -> None:
    if frame["as_of"].n_unique() < 2:  # noqa: PLR2004 - a line has two ends
        raise Missing("History begins with the second load.", hint="Load the next export; each as-of date becomes a point.")


def history_rows(ask: Ask) -> pl.DataFrame:
    """Money from snapshot to snapshot."""
    frame = ask(trends.history).filter(pl.col("metric").is_in(list(HISTORY_NAMES)) & pl.col("value").is_not_null())
    _needs_history(frame)
    return frame.select("as_of", "snapshot", "value", "estimated", name=pl.col("metric").replace(HISTORY_NAMES))


def category_rows(ask: Ask) -> pl.DataFrame:
    """Revenue at risk by category from snapshot to snapshot."""
    frame = ask(trends.history, ("revenue_at_risk",), "product_category").filter(pl.col("value").is_not_null())
    chosen = category(ask)
    frame = frame.filter(pl.col("group") == chosen) if chosen else frame
    _needs_history(frame)
    return frame.select("as_of", "snapshot", "value", "estimated", name=pl.col("group").fill_null("No category"))


def lines_figure(frame: pl.DataFrame, ask: Ask) -> Figure:
    """Lines over as-of dates."""
    return figures.lines(frame, ask.fmt)


def won_rows(ask: Ask) -> pl.DataFrame:
    """Amounts won by month."""
    if not ask(deal_data)["won_value"]:
        raise Missing("No opportunity is known to be won at an amount.", hint=load_deals("is_won", "amount", "close_date"))
    return ask(trends.won_by_month, since(ask))


def won_figure(frame: pl.DataFrame, ask: Ask) -> Figure:
    """Bars by month."""
    return figures.monthly(frame, ask.fmt, "deal")


def project_rows(ask: Ask) -> pl.DataFrame:
    """Value of services projects by month of their start."""
    frame = ask(trends.projects_by_month, since(ask))
    if frame.is_empty():
        raise Missing(
            "No services project states when it started in this period.",
            hint="Load projects with their start date, or take a longer period.",
        )
    return frame


def project_figure(frame: pl.DataFrame, ask: Ask) -> Figure:
    """Bars by month, of estimates."""
    return figures.monthly(frame, ask.fmt, "project", estimated=bool(frame["estimated"].any()))


def project_sub(ask: Ask) -> str:
    """The last whole month against the one before."""
    frame = ask(trends.projects_by_month, since(ask))
    whole = frame.filter(pl.col("month") < ask.as_of.replace(day=1)) if frame.height else frame
    change = whole["change"][-1] if whole.height else None
    return "" if change is None else f"{ask.fmt.signed(change, 'percent')} in the last whole month"


# Strategy --------------------------------------------------------------------------------------------------------------


def consolidation_rows(ask: Ask) -> pl.DataFrame:
    """Accounts with several agreements."""
    frame = ask(contracts.consolidation)
    if frame.is_empty():
        raise Missing(
            "No account has two or more service agreements in the data.",
            hint="Needs the column Service_Agreement_Id on the installed base.",
        )
    return frame


def pricing_rows(ask: Ask) -> pl.DataFrame:
    """Accounts by what contracts cost against the reference."""
    frame = ask(contracts.pricing)
    if frame.is_empty():
        raise Missing("No asset states what its contract costs.", hint="Load assets with their contract value (a year).")
    return frame


def attach_rows(ask: Ask) -> pl.DataFrame:
    """Support by category."""
    frame = ask(contracts.attach, category(ask))
    if frame.is_empty():
        raise Missing("No asset is loaded.", hint="Load an installed base with a support status.")
    return frame


def data_words(ask: Ask) -> dict[str, Any]:
    """What the deals know, for words on the page."""
    return ask(deal_data)
