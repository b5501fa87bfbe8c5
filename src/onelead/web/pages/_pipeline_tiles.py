"""The headline numbers of Pipeline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onelead.web._page import Micro, Number
from onelead.web._reasons import no_amounts
from onelead.web.pages._pipeline import source
from onelead.workspace.deal_chances import weighted_pipeline
from onelead.workspace.deals import deal_data
from onelead.workspace.defining import metric_lines
from onelead.workspace.forecasting import recorded_win_rate
from onelead.workspace.pipeline import LEVELS, known_sum, propensity_pipeline

if TYPE_CHECKING:
    from onelead.web._ask import Ask

TONES = {"High": "brand", "Medium": "accent", "Low": "unknown"}


def weighted(ask: Ask) -> Number:
    """The open pipeline weighted by the chance of each deal, else by the recorded win rate; unknown while too few deals are closed."""
    found = ask.deals(weighted_pipeline)
    if found["value"] is None:
        rate = ask.deals(recorded_win_rate)
        if ask.deals(metric_lines, ("open_pipeline_value",))["open_pipeline_value"]["value"] is None:
            return Number(None, reason=no_amounts(ask, "Needs amounts on open opportunities"))
        return Number(None, reason=f"Needs {rate['needed']} closed deals, won and lost; there are {rate['closed']}")
    words = {"chances": "by each deal's win chance", "rates": "at the rates of the stages"}
    of = words.get(found["by"]) or f"at {ask.fmt.percent(ask.deals(recorded_win_rate)['rate'])} won"
    return Number(found["value"], "money", of=of, low=found["low"], high=found["high"])


def weighted_left(ask: Ask) -> Micro | None:
    """Open deals that the weighted value leaves out."""
    left = ask.deals(weighted_pipeline)["left"]
    return Micro(reading=f"left out: {ask.fmt.plural(left, 'deal')} without amount or chance") if left else None


def speed(ask: Ask) -> Micro | None:
    """Sales velocity beside the cycle, as the metric counts it."""
    found = ask.deals(metric_lines, ("sales_velocity",))["sales_velocity"]["value"]
    return Micro(reading=f"velocity {ask.fmt.money(found)} a day") if found else None


def pipeline_micro(ask: Ask) -> Micro | None:
    """What the open value leaves out."""
    known, fmt = ask.deals(deal_data), ask.fmt
    bare, foreign = known["open"] - known["amount"], known["foreign"]
    parts = [f"{fmt.plural(bare, 'deal')} without an amount"] if bare else []
    parts += [f"{fmt.plural(foreign, 'deal')} in a currency without a rate"] if foreign else []
    return Micro(reading="left out: " + ", ".join(parts)) if parts else None


def closed_count(ask: Ask) -> str:
    """How many deals were won or lost."""
    return f"of {ask.fmt.count(ask.deals(deal_data)['closed'])} closed"


def open_count(ask: Ask) -> str:
    """How many deals are open, and how many of them hang on no account."""
    known = ask.deals(deal_data)
    alone = f", {ask.fmt.count(known['alone'])} without an account" if known["alone"] else ""
    return ask.fmt.plural(known["open"], "deal") + alone


def classes(ask: Ask) -> Number:
    """Accounts of class High."""
    frame = ask(propensity_pipeline)
    by = {"outcomes": "by a calibrated model", "rules": "by rule"}.get(source(ask), "by the documented score")
    high = frame.filter(frame["predicted_propensity"] == "High").height
    return Number(high, of=f"of {ask.fmt.plural(frame.height, 'account')}, {by}", rows=high)


def class_shares(ask: Ask) -> Micro:
    """The three classes as shares."""
    counted = dict(ask(propensity_pipeline).group_by("predicted_propensity").len().iter_rows())
    shares = tuple((f"{level} {counted.get(level, 0)}", float(counted.get(level, 0)), TONES[level]) for level in LEVELS)
    return Micro(reading=" · ".join(label for label, _, _ in shares), shares=shares)  # type: ignore[arg-type]  # tones are those of Micro


def waiting(ask: Ask) -> Number:
    """Expected value of the waiting actions of the accounts shown."""
    frame = ask(propensity_pipeline)
    value = frame.select(known_sum("expected_value")).item() if frame.height else None
    return Number(
        value,
        "money",
        estimated=bool(frame["estimated"].any()),
        of=f"from {ask.fmt.plural(int(frame['actions'].sum() or 0), 'waiting action')}",
        reason="No waiting action has a known value" if value is None else "",
    )
