"""Use case: what the ranked actions would be worth under other assumptions, computed by the same rules; nothing is published or kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from onelead.core.context import Context
from onelead.core.errors import UsageError
from onelead.rules import Prices, RuleInput, rules, worth_under, worths
from onelead.workspace.acting import LISTED, with_states
from onelead.workspace.forecasting import SUMMED, by_month, by_type
from onelead.workspace.pipeline import known_sum
from onelead.workspace.stored import stored_frames
from onelead.workspace.viewing import of_the_snapshot
from onelead.workspace.worklist import listed

if TYPE_CHECKING:
    from onelead.core.settings import Settings
    from onelead.workspace.viewing import View
    from onelead.workspace.wiring import Parts

MOST_FACTOR = 5.0


@dataclass(frozen=True)
class Levers:
    """Assumptions to try: None or empty leaves a setting as it is.

    ``chances`` are (action type, chance 0 to 1) pairs, ``price_factor`` multiplies the whole price book, ``support_share`` is a year of
    support as a share of the replacement value, ``credit`` the price of a service credit.
    """

    chances: tuple[tuple[str, float], ...] = ()
    price_factor: float | None = None
    support_share: float | None = None
    credit: float | None = None

    @property
    def any(self) -> bool:
        """Whether anything is assumed otherwise."""
        return self != Levers()


def what_if(view: View, parts: Parts, levers: Levers = Levers()) -> dict[str, Any]:
    """The waiting actions recomputed by the rules under ``levers``: months, types, totals, and the totals as the settings have them.

    Chances that outcomes were recorded for move less: an assumption weighs as many outcomes as the settings say. Actions keep the states
    that people gave them. Raises UsageError for an assumption outside its range and UnknownNameError for an action type that is not there.
    """
    checked(levers)
    usual = _usual(view, parts)
    tried = _waiting(view, parts, levers) if levers.any else usual
    return {
        "months": by_month(tried),
        "types": by_type(tried),
        "usual_months": by_month(usual),
        "usual_types": by_type(usual),
        "total": _total(tried),
        "usual": _total(usual),
    }


def lever_defaults(view: View, parts: Parts) -> dict[str, Any]:
    """The assumptions as the settings have them: chances of the types of the published actions (type, label, chance, actions), support_share, credit."""
    prices = view.context.settings.prices
    counted = (
        view.frame("actions", ["type", "value"]).group_by("type").agg(pl.len().alias("actions"), pl.col("value").count().alias("valued"))
    )
    known = {name: (count, valued) for name, count, valued in counted.iter_rows()}
    chances = [
        {"type": rule.id, "label": rule.label, "chance": view.context.settings.actions.chance.get(rule.id), "actions": known[rule.id][0]}
        for rule in rules().values()
        if known.get(rule.id, (0, 0))[1]
    ]
    recorded = {name: tries for name, (_wins, tries) in parts.store.success_rates().items()}
    return {
        "chances": [{**entry, "recorded": recorded.get(entry["type"], 0)} for entry in chances if entry["chance"] is not None],
        "support_share": prices.support_share,
        "credit": prices.credit,
    }


def checked(levers: Levers) -> None:
    """Raise UsageError for what no assumption may be."""
    shares = [*levers.chances, *((("support share", levers.support_share),) if levers.support_share is not None else ())]
    for name, value in shares:
        if not 0 <= value <= 1:
            raise UsageError(f"{name} is {value:g}.", hint="Give a share of 0 to 1, such as 0.3 for 30 %.")
    if levers.price_factor is not None and not 0 <= levers.price_factor <= MOST_FACTOR:
        raise UsageError(f"The price factor is {levers.price_factor:g}.", hint=f"Give a number of 0 to {MOST_FACTOR:g}.")
    if levers.credit is not None and levers.credit < 0:
        raise UsageError(f"The price of a credit is {levers.credit:g}.", hint="Give 0 or more.")


def assumed(settings: Settings, levers: Levers) -> Settings:
    """``settings`` with the assumptions of ``levers``."""
    prices = settings.prices
    changed: dict[str, Any] = {}
    if levers.price_factor is not None:
        changed["price_book"] = {name: price * levers.price_factor for name, price in prices.price_book.items()}
    if levers.support_share is not None:
        changed["support_share"] = levers.support_share
    if levers.credit is not None:
        changed["credit"] = levers.credit
    chances = settings.actions.model_copy(update={"chance": {**settings.actions.chance, **dict(levers.chances)}})
    return settings.model_copy(update={"prices": prices.model_copy(update=changed), "actions": chances})


def _usual(view: View, parts: Parts) -> pl.DataFrame:
    """The waiting actions under the settings: the published ones, unless the settings changed since; then those that the rules give now."""
    if view.publication.settings_version.startswith(view.context.settings.results_version):
        return listed(view, parts, SUMMED)
    return _waiting(view, parts, Levers())


def _waiting(view: View, parts: Parts, levers: Levers) -> pl.DataFrame:
    """Actions that the rules give under ``levers``, as of the snapshot's date, in the states that people gave them."""
    settings = assumed(view.context.settings, levers)
    prices = Prices(1.0 if levers.price_factor is None else levers.price_factor, settings.prices.support_share, settings.prices.credit)
    frame = worth_under(view.of_everyone(parts, every_worth), prices, settings.actions, parts.store.success_rates())
    return with_states(frame, parts, view.context.as_of).filter(pl.col("state").is_in(LISTED))


@of_the_snapshot
def every_worth(view: View, _: Parts) -> pl.DataFrame:
    """What the worth of each action is made of, under the settings: see ``rules.worths``. Levers weigh its terms anew."""
    snapshot = view.snapshot
    return worths(
        RuleInput(
            context=Context(view.publication.as_of, view.context.settings),
            base_id=snapshot.base_id,
            accounts=snapshot.frame("accounts"),
            frames=stored_frames(snapshot),
            features=snapshot.frame("features"),
            scores=snapshot.frame("scores"),
            success_rates={},
        )
    )


def _total(waiting: pl.DataFrame) -> dict[str, Any]:
    sums = {
        name: known_sum(column).alias(name)
        for name, column in (
            ("expected", "expected_value"),
            ("low", "expected_value_low"),
            ("high", "expected_value_high"),
            ("at_stake", "value"),
        )
    }
    return {**waiting.select(**sums).row(0, named=True), "actions": waiting.height, "unvalued": waiting["value"].null_count()}
