"""What Forecast and What-if shows: expected values by month, what ends when, deals by close, other assumptions tried."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from onelead.core.errors import UsageError
from onelead.web._page import Micro, Missing, Number
from onelead.web._reasons import no_amounts
from onelead.web.figures import forecast as figures
from onelead.web.pages._tried_types import tried_types
from onelead.workspace import contracts, forecasting, whatif
from onelead.workspace.deals import deal_data
from onelead.workspace.whatif import Levers

if TYPE_CHECKING:
    from datetime import date

    from onelead.web._ask import Ask
    from onelead.web._page import Figure

YEAR = 12
QUARTER = 3
PERCENT = 100.0
CHANCE = "chance."
OTHER_LEVERS = ("prices", "support", "credit")
SAME = 1e-9


def months_ahead(ask: Ask) -> int:
    """How many months the page looks ahead."""
    return int(ask.number("months") or YEAR)


# Expected value --------------------------------------------------------------------------------------------------------


def expected_rows(ask: Ask) -> pl.DataFrame:
    """Expected value by month."""
    return ask(forecasting.expected_by_month)


def expected_figure(frame: pl.DataFrame, ask: Ask) -> Figure:
    """Bars with ranges."""
    return figures.expected(frame, ask.fmt, lambda _month: ask.link("/action-required"))


def expected_sub(ask: Ask) -> str:
    """What adds nothing because its value is unknown."""
    bare = int(ask(forecasting.expected_by_month)["unvalued"].sum() or 0)
    return f"by month of the due date; {ask.fmt.plural(bare, 'action')} of unknown value left out" if bare else "by month of the due date"


def type_rows(ask: Ask) -> pl.DataFrame:
    """Expected value by type of action."""
    return ask(forecasting.expected_by_type).with_columns(kind="label")


def total_expected(ask: Ask) -> Number:
    """Expected value of all waiting actions, with the sums of the ranges' ends."""
    frame = ask(forecasting.expected_by_month)
    known = frame.filter(pl.col("expected").is_not_null())
    if known.is_empty():
        return Number(None, reason="No waiting action has a known value")
    sums = known.select(pl.col("expected", "low", "high").sum()).row(0, named=True)
    count = int(frame["actions"].sum())
    return Number(
        sums["expected"],
        "money",
        estimated=bool(known["estimated"].any()),
        of=f"from {ask.fmt.plural(count, 'action')}",
        low=sums["low"],
        high=sums["high"],
    )


# What ends -------------------------------------------------------------------------------------------------------------


def _ending(ask: Ask, kinds: tuple[str, ...], months: int) -> pl.DataFrame:
    return ask(contracts.ending, months).filter(pl.col("kind").is_in(list(kinds)))


def ending_rows(ask: Ask) -> pl.DataFrame:
    """Support and credits that end by month."""
    return _ending(ask, ("support", "credits"), months_ahead(ask))


def ending_figure(frame: pl.DataFrame, ask: Ask) -> Figure:
    """Stacked bars by value at stake."""
    return figures.ending(frame, ask.fmt)


def wave_rows(ask: Ask) -> pl.DataFrame:
    """Assets by month of their end of life."""
    return _ending(ask, ("end of life",), months_ahead(ask))


def wave_figure(frame: pl.DataFrame, ask: Ask) -> Figure:
    """Bars by count: the lifecycle wave."""
    return figures.ending(frame, ask.fmt, "count")


def wave_sub(ask: Ask) -> str:
    """What the wave would cost to replace."""
    frame = wave_rows(ask)
    value = float(frame["value"].sum()) if frame["value"].drop_nulls().len() else None
    return f"{ask.fmt.plural(int(frame['count'].sum()), 'asset')}, {ask.fmt.money(value)} replacement value est." if value else ""


def ending_soon(ask: Ask) -> Number:
    """Value of support and credits that end in this month and the two after it."""
    frame = _ending(ask, ("support", "credits"), QUARTER)
    known = frame.filter(pl.col("value").is_not_null())
    if known.is_empty():
        return Number(None, reason="No support or credit contract with a value ends by then")
    return Number(float(known["value"].sum()), "money", estimated=bool(known["estimated"].any()), of="this month and the next two")


def ending_parts(ask: Ask) -> Micro | None:
    """How many of each."""
    frame = _ending(ask, ("support", "credits"), QUARTER).group_by("kind").agg(pl.col("count").sum()).sort("kind")
    words = {"support": "assets' support", "credits": "credit contracts"}
    return Micro(reading=" · ".join(f"{ask.fmt.count(count)} {words[kind]}" for kind, count in frame.iter_rows()))


def wave_count(ask: Ask) -> Number:
    """Assets that reach their end of life in the coming year."""
    frame = _ending(ask, ("end of life",), YEAR)
    return Number(int(frame["count"].sum()) if frame.height else 0, of="assets in 12 months")


# Deals -----------------------------------------------------------------------------------------------------------------


def schedule_rows(ask: Ask) -> pl.DataFrame:
    """Open deals by month of close."""
    known = ask.deals(deal_data)
    if not (known["value"] and known["close_date"]):
        raise Missing(
            no_amounts(ask, "Open opportunities state no amount and close date."),
            hint="Load opportunities with their amount and close date.",
        )
    return ask.deals(forecasting.deal_schedule)


def schedule_figure(frame: pl.DataFrame, ask: Ask) -> Figure:
    """Open value by close, and the weighted part."""

    def link(period: str) -> str:
        if period == forecasting.OVERDUE:
            return ask.deals_link("overdue_close_dates")
        if period == forecasting.UNDATED:
            return ask.deals_link("open_opportunities", "close_date=")
        first = f"{period}-01"
        after = pl.Series([first]).str.to_date().dt.offset_by("1mo")[0]
        return ask.deals_link("open_opportunities", f"close_date>={first}", f"close_date<{after}")

    return figures.schedule(frame, ask.fmt, link)


def schedule_sub(ask: Ask) -> str:
    """Weighted or not, and why."""
    rate, fmt = ask.deals(forecasting.recorded_win_rate), ask.fmt
    if rate["enough"]:
        return f"weighted by {fmt.percent(rate['rate'])} ({fmt.span(rate['low'], rate['high'], 'ratio')}) won of {fmt.count(rate['closed'])} closed"
    return f"not weighted: {fmt.plural(rate['closed'], 'closed deal')}, {rate['needed']} needed, won and lost"


def weighted(ask: Ask) -> Number:
    """Open deals weighted by the recorded win rate."""
    known, rate = ask.deals(deal_data), ask.deals(forecasting.recorded_win_rate)
    if not known["value"]:
        return Number(None, reason=no_amounts(ask, "Needs amounts on open opportunities"))
    if not rate["enough"]:
        return Number(None, reason=f"Needs {rate['needed']} closed deals, won and lost; there are {rate['closed']}")
    sums = ask.deals(forecasting.deal_schedule).select(pl.col("weighted", "low", "high").sum()).row(0, named=True)
    return Number(sums["weighted"], "money", of=f"at {ask.fmt.percent(rate['rate'])}", low=sums["low"], high=sums["high"])


# What if ---------------------------------------------------------------------------------------------------------------


def share(ask: Ask, name: str) -> float | None:
    """A lever in percent as a share."""
    found = ask.number(name)
    return None if found is None else found / PERCENT


def levers(ask: Ask) -> Levers:
    """The assumptions of the address; those that say what the settings say are left out. Raises UsageError outside a lever's range."""
    defaults = ask(whatif.lever_defaults)
    usual = {entry["type"]: entry["chance"] for entry in defaults["chances"]}
    chances = []
    for name in sorted(ask.params):
        if name.startswith(CHANCE):
            kind, value = name.removeprefix(CHANCE), share(ask, name)
            if kind not in usual:
                raise UsageError(f"No waiting action with a value is of the type {kind!r}.", hint=f"Take one of {', '.join(usual)}.")
            if value is not None and abs(value - usual[kind]) > 1 / PERCENT / 2:
                chances.append((kind, value))
    price, support, credit = share(ask, "prices"), share(ask, "support"), ask.number("credit")
    found = Levers(
        chances=tuple(chances),
        price_factor=None if price in (None, 1.0) else price,
        support_share=None if support is None or abs(support - defaults["support_share"]) < SAME else support,
        credit=None if credit in (None, defaults["credit"]) else credit,
    )
    whatif.checked(found)
    return found


def lever_form(ask: Ask) -> dict[str, Any]:
    """Levers with their settings' value and the value tried, and the parameters that the form keeps."""
    defaults, tried = ask(whatif.lever_defaults), levers(ask)
    chances = dict(tried.chances)
    rows = [
        _lever(f"{CHANCE}{entry['type']}", entry["label"], entry["chance"], chances.get(entry["type"]), _note(entry, ask), PERCENT)
        for entry in defaults["chances"]
    ]
    prices = [
        _lever("prices", "Price book", 1.0, tried.price_factor, "All replacement values × this", 2 * PERCENT),
        _lever(
            "support", "Support share", defaults["support_share"], tried.support_share, "A year of support, of the replacement value", 50.0
        ),
    ]
    credit = {
        "usual": defaults["credit"],
        "value": defaults["credit"] if tried.credit is None else tried.credit,
        "changed": tried.credit is not None,
    }
    kept = [
        (name, value) for name, values in ask.params.items() for value in values if not name.startswith(CHANCE) and name not in OTHER_LEVERS
    ]
    cleared = {name.replace(".", "__"): None for name in ask.params if name.startswith(CHANCE)}
    reset = ask.here(**cleared, prices=None, support=None, credit=None) if tried.any else None
    return {"chances": rows, "prices": prices, "credit": credit, "kept": kept, "reset": reset}


def _note(entry: dict[str, Any], ask: Ask) -> str:
    recorded = f", {ask.fmt.plural(entry['recorded'], 'outcome')} recorded" if entry["recorded"] else ""
    return f"{ask.fmt.plural(entry['actions'], 'action')}{recorded}"


def _lever(name: str, label: str, usual: float, tried: float | None, note: str, top: float) -> dict[str, Any]:
    value = usual if tried is None else tried
    return {
        "name": name,
        "label": label,
        "usual": round(usual * PERCENT, 1),
        "value": round(value * PERCENT, 1),
        "changed": tried is not None,
        "note": note,
        "top": top,
    }


def tries(ask: Ask) -> bool:
    """Whether the address holds any lever."""
    return any(name.startswith(CHANCE) or name in OTHER_LEVERS for name in ask.params)


def tried_rows(ask: Ask) -> pl.DataFrame:
    """Expected value by month under the assumptions."""
    found = ask(whatif.what_if, levers(ask))
    usual = found["usual_months"].select("month", usual="expected")
    return found["months"].join(usual, on="month", how="left", maintain_order="left")  # type: ignore[no-any-return]


def tried_figure(frame: pl.DataFrame, ask: Ask) -> Figure:
    """The tried bars, with what the settings give as a mark across."""
    del frame
    given = levers(ask)
    found = ask(whatif.what_if, given)

    def link(_month: date) -> str:
        return ask.link("/action-required")

    return figures.expected(found["months"], ask.fmt, link, found["usual_months"] if given.any else None)


def tried_totals(ask: Ask) -> dict[str, Any]:
    """Totals under the assumptions beside those under the settings, and by type."""
    given = levers(ask)
    found = ask(whatif.what_if, given)
    table = tried_types(found, ask, changed=given.any)
    return {"total": found["total"], "usual": found["usual"], "types": table, "changed": given.any}
