"""The headline numbers of Revenue Focus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onelead.web._page import Micro, Number
from onelead.web._reasons import no_amounts
from onelead.web.pages._revenue_focus import category
from onelead.workspace.defining import metric_lines
from onelead.workspace.revenue import at_risk, engagement, growth, likely

if TYPE_CHECKING:
    from onelead.web._ask import Ask


def risk(ask: Ask) -> Number:
    """Total revenue at risk."""
    found = ask(at_risk, category(ask))
    return Number(
        found["value"],
        "money",
        estimated=found["estimated"],
        of=f"from {ask.fmt.plural(found['expired'], 'expired product')}" if found["expired"] is not None else "",
        rows=found["expired"],
        reason="No asset states an end of life and a price",
    )


def risk_products(ask: Ask) -> Micro | None:
    """Key products of the revenue at risk, and where it is."""
    found = ask(at_risk, category(ask))
    if not found["products"]:
        return Micro(reading="No product is past its end of life")
    named = ", ".join(f"{name} ({count})" for name, count in found["products"])
    territories = found["territories"]
    where = (
        f" · {'territory ' + territories[0] if len(territories) == 1 else str(len(territories)) + ' territories'}" if territories else ""
    )
    bare = f" · {found['unpriced']} without a price left out" if found["unpriced"] else ""
    return Micro(reading=f"Key: {named}{where}{bare}")


def risk_link(ask: Ask) -> str:
    """The expired products behind the tile."""
    chosen = category(ask)
    return ask.rows_link("revenue_at_risk", *((f"product_category={chosen}",) if chosen else ()))


def likely_deals(ask: Ask) -> Number:
    """Opportunities above 80 % confidence, where a model of outcomes says so."""
    found = ask(likely)
    if found["source"] == "outcomes":
        return Number(found["count"], "count", of=f"above {ask.fmt.percent(found['limit'])} chance")
    by = "rules" if found["source"] == "rules" else "the documented score"
    return Number(
        None,
        reason=f"No chance is claimed: classes rest on {by}. {ask.fmt.plural(found['accounts'], 'account')} High, with "
        f"{ask.fmt.plural(found['opportunities'], 'open opportunity', 'open opportunities')}. A chance needs recorded outcomes",
    )


def likely_link(ask: Ask) -> str:
    """The Pipeline page, narrowed to High."""
    return ask.link("/pipeline", propensity="High", confidence="0.8" if ask(likely)["source"] == "outcomes" else None)


def growing(ask: Ask) -> Number:
    """Customers whose opportunities grow, quarter over quarter."""
    found = ask(growth)
    if found["basis"] is None:
        return Number(None, reason="Needs creation dates on opportunities, or a second load of the list")
    how = "created in 91 days against the 91 before" if found["basis"] == "created" else "added less removed by loads in 91 days"
    return Number(found["rows"].height, of=f"of {ask.fmt.plural(ask(engagement).height, 'account')}: {how}")


def growing_names(ask: Ask) -> Micro | None:
    """Who grows most."""
    rows = ask(growth)["rows"]
    if rows is None or rows.is_empty():
        return None
    return Micro(reading=", ".join(f"{name} +{change}" for name, change in rows.head(2).select("account_name", "change").iter_rows()))


def growing_link(ask: Ask) -> str:
    """The open opportunities, where growth is known."""
    return ask.rows_link("open_opportunities") if ask(growth)["basis"] else ""


def performance(ask: Ask) -> Number:
    """Closed revenue, where deals state outcome and amount."""
    line = ask(metric_lines, ("won_value",))["won_value"]
    if line["value"] is None:
        return Number(None, reason=no_amounts(ask, "Needs won and lost opportunities with amounts; targets need quotas"))
    return Number(line["value"], "money", of="won", rows=line["rows"], reason="")


def performance_parts(ask: Ask) -> Micro | None:
    """Open pipeline and win rate beside what was won."""
    lines = ask(metric_lines, ("open_pipeline_value", "win_rate", "closed_opportunities", "quota_attainment"))
    rate = lines["win_rate"]["value"]
    won = f"win rate {ask.fmt.percent(rate)} of {ask.fmt.count(lines['closed_opportunities']['value'])} closed" if rate is not None else ""
    attained = lines["quota_attainment"]["value"]
    target = f"{ask.fmt.percent(attained)} of the quarter's quota" if attained is not None else ""
    opened = f"{ask.fmt.money(lines['open_pipeline_value']['value'])} open"
    return Micro(reading=" · ".join(part for part in (opened, won, target) if part))


def performance_link(ask: Ask) -> str:
    """The won deals, where there are any."""
    return ask.rows_link("won_value") if ask(metric_lines, ("won_value",))["won_value"]["rows"] else ""
