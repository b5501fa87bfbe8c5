"""What Revenue Focus shows of accounts: those compared side by side, tiers, and the document's KPIs with what each needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from onelead.core.errors import OneLeadError
from onelead.workspace.deals import OPEN, deal_data, deals
from onelead.workspace.defining import metric_lines
from onelead.workspace.lifetime import mean_lifetime_value
from onelead.workspace.pipeline import label_source
from onelead.workspace.revenue import chosen_accounts, engagement
from onelead.workspace.selecting import account_names
from onelead.workspace.worth import annual_values, contract_totals, profiles, tiers, top_share

if TYPE_CHECKING:
    from onelead.web._ask import Ask

MOST_COMPARED = 4
SHOWN_FIRST = 2
PLAYS = {
    "Strategic": ("Dedicated account manager", "Executive relationship", "Solutions made for them", "Quarterly business reviews"),
    "Growth": ("Expansion opportunities first", "Regular cadence", "Broader portfolio", "Upsell and cross-sell"),
    "Developing": ("Efficient sales process", "Standard offers", "Digital channels", "Support that scales"),
}
METRICS = (
    "tcv",
    "average_deal_size",
    "win_rate",
    "sales_cycle_days",
    "revenue_growth_year",
    "revenue_concentration",
    "logo_retention",
    "nrr",
    "overdue_receivables",
    "average_days_late",
    "quota_attainment",
    "pipeline_coverage",
    "sales_velocity",
    "lead_to_closed",
)


def compared(ask: Ask) -> dict[str, Any]:
    """The accounts side by side: chosen by the address ("compare", "add"), else the first by engagement."""
    wanted, problem = list(ask.many("compare")), ""
    if given := ask.one("add"):
        try:
            wanted = [*wanted, *ask(chosen_accounts, (given,))]
        except OneLeadError as error:
            problem = f"{error.message} {error.hint or ''}".strip()
    ids = list(dict.fromkeys(wanted)) or ask(engagement)["account_id"].head(SHOWN_FIRST).to_list()
    left = len(ids) - MOST_COMPARED
    ids = ids[:MOST_COMPARED]
    if left > 0:
        problem = f"{MOST_COMPARED} accounts fit side by side; take one away to add another."
    return {
        "profiles": [_shown(found, ids, ask) for found in ask(profiles, tuple(ids))],
        "names": ask(account_names),
        "problem": problem,
        "kept": [(name, value) for name, values in ask.params.items() if name not in ("compare", "add") for value in values],
        "ids": ids,
        "source": ask(label_source)["source"],
        "deals": ask(deal_data),
    }


def _shown(found: dict[str, Any], ids: list[str], ask: Ask) -> dict[str, Any]:
    others = tuple(other for other in ids if other != found["account_id"])
    top = max((stage["value"] or 0 for stage in found["stages"]), default=0)
    return {
        **found,
        "remove": ask.here(compare=others, add=None) if others else None,
        "top": top,
        "most": max((stage["deals"] for stage in found["stages"]), default=0),
        "links": {
            "account": ask.account_link(found["account_id"]),
            "deals": ask.rows_link("open_opportunities", f"account_id={found['account_id']}"),
            "expired": ask.rows_link("expired_products", f"account_id={found['account_id']}"),
            "plan": ask.link("/account-plan", id=found["account_id"]),
        },
    }


def tier_cards(ask: Ask) -> dict[str, Any]:
    """Tiers with accounts, annual value, what is asked of each, and the concentration on the top 20 %."""
    rows = [{**row, "plays": PLAYS[row["tier"]], "link": ask.here(tier=row["tier"]) + "#b-worth"} for row in ask(tiers).to_dicts()]
    frame = ask(annual_values)
    limits = ask.serving.parts.settings.revenue
    return {"tiers": rows, "unknown": frame["value"].null_count(), "limits": limits, "top": ask(top_share)}


def worth_rows(ask: Ask) -> pl.DataFrame:
    """Accounts by annual value, in its parts."""
    frame = ask(annual_values).with_columns(support_estimated=pl.col("support").is_not_null())
    chosen = ask.many("tier")
    return frame.filter(pl.col("tier").fill_null("Unknown").is_in(list(chosen))) if chosen else frame


def kpis(ask: Ask) -> dict[str, Any]:
    """The document's KPIs in its three groups: each with a value, or one line that says what to load."""
    lines = ask(metric_lines, METRICS)
    groups = [
        ("Revenue health", _health(ask, lines)),
        ("Customer value", _customers(ask, lines)),
        ("Pipeline health", _pipeline(ask, lines)),
    ]
    return {"groups": groups}


def _metric(ask: Ask, line: dict[str, Any], needs: str) -> dict[str, Any]:
    name, value = line["metric"], line["value"]
    rows = ask.rows_link(name) if line["rows"] else None
    shown = {"label": line["label"], "value": ask.fmt.of(value, line["unit"]), "known": value is not None, "needs": needs}
    return {**shown, "how": ask.link(f"/how/metric/{name}"), "rows": rows}


def _other(label: str, value: str | None, needs: str, note: str = "", *, estimated: bool = False) -> dict[str, Any]:
    known = value is not None
    return {"label": label, "value": value or "—", "known": known, "needs": needs, "note": note, "estimated": estimated}


def _health(ask: Ask, lines: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    stated = ask(contract_totals)["total"].drop_nulls()
    total = ask.fmt.money(float(stated.sum())) if stated.len() else None
    needs = "contracts with their amount, or contract value and support dates on assets"
    of_assets = _other("Total contract value", total, needs, "of assets: value × years of term")
    return [
        of_assets if lines["tcv"]["value"] is None else _metric(ask, lines["tcv"], needs),
        _metric(ask, lines["average_deal_size"], "opportunities with won or lost and amount"),
        _metric(ask, lines["win_rate"], "opportunities with won or lost"),
        _metric(ask, lines["sales_cycle_days"], "won opportunities with created date and close date"),
        _metric(ask, lines["overdue_receivables"], "invoices with due and paid dates"),
        _metric(ask, lines["average_days_late"], "invoices with due and paid dates"),
    ]


def _customers(ask: Ask, lines: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    top, fmt = ask(top_share), ask.fmt
    share = fmt.percent(top["value"]) if top["value"] is not None else None
    of = f"of the annual value from the top {fmt.plural(top['accounts'], 'account')} of {fmt.count(top['of'])}"
    needs = "transactions, contract values, projects or won deals"
    of_accounts = _other("Revenue concentration", share, needs, of, estimated=top["estimated"])
    expected = ask(mean_lifetime_value)
    worth = fmt.money(expected["value"]) if expected["value"] is not None else None
    mean = f"expected, mean of {fmt.plural(expected['accounts'], 'account')}"
    return [
        _other("Customer lifetime value", worth, "contracts or transactions over time", mean, estimated=True),
        _metric(ask, lines["revenue_growth_year"], "transactions over two years"),
        of_accounts if lines["revenue_concentration"]["value"] is None else _metric(ask, lines["revenue_concentration"], needs),
        _metric(ask, lines["logo_retention"], "contracts of now and of a year ago"),
        _metric(ask, lines["nrr"], "contracts of now and of a year ago"),
    ]


def _pipeline(ask: Ask, lines: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    dated, fmt = ask(deal_data)["created_date"], ask.fmt
    age = fmt.days(_mean_age(ask)) if dated else None
    return [
        _metric(ask, lines["quota_attainment"], "quotas by person and quarter"),
        _metric(ask, lines["pipeline_coverage"], "quotas by person and quarter"),
        _metric(ask, lines["sales_velocity"], "won deals with amount and both dates"),
        _metric(ask, lines["lead_to_closed"], "leads with what became of them"),
        _other("Average age of open deals", age, "the created date on opportunities", f"since creation, {fmt.plural(dated, 'deal')}"),
    ]


def _mean_age(ask: Ask) -> float | None:
    found = ask(deals).filter(pl.col("state") == OPEN)["age_days"].mean()
    return float(found) if isinstance(found, int | float) else None
