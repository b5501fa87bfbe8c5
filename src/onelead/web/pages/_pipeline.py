"""What Pipeline shows: accounts by propensity, stages, deals at risk, people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl
from markupsafe import Markup

from onelead.core.errors import UsageError
from onelead.web._page import Choice, Missing
from onelead.web.figures import deals as deal_figures
from onelead.workspace.deals import deal_data
from onelead.workspace.pipeline import LEVELS, label_source, owner_board, propensity_pipeline, stages

if TYPE_CHECKING:
    from collections.abc import Sequence

    from onelead.web._ask import Ask
    from onelead.web._page import Column, Figure, Row, Status

USUAL_CONFIDENCE = 0.6
WORDS = (Choice("0.8", "Strong"), Choice("0.6", "Fair or stronger"), Choice("0", "Any"))
SHARES = ("0.5", "0.6", "0.7", "0.8", "0.9")
LEVEL_SHAPES: dict[str, Status | None] = {"High": "good", "Medium": None, "Low": None}


# Accounts by propensity ------------------------------------------------------------------------------------------------


def source(ask: Ask) -> str:
    """What propensity rests on: outcomes, rules or none."""
    return str(ask(label_source)["source"])


def confidence(ask: Ask) -> float:
    """The least confidence asked for. Raises UsageError outside 0 to 1."""
    wanted = ask.number("confidence")
    if wanted is not None and not 0 <= wanted <= 1:
        raise UsageError(f"confidence is {wanted:g}.", hint="Give a share of 0 to 1, such as 0.6.")
    return USUAL_CONFIDENCE if wanted is None else wanted


def confidence_choices(ask: Ask) -> list[Choice]:
    """Words where propensity rests on rules, shares where it was learned from outcomes, and nothing to choose where OneLead abstains."""
    found = source(ask)
    if found == "rules":
        return list(WORDS)
    if found == "outcomes":
        return [*(Choice(share, f"at least {ask.fmt.percent(float(share))}") for share in SHARES), Choice("0", "Any")]
    return [Choice("0.6", "Any: no model speaks")]


def level_choices(ask: Ask) -> list[Choice]:
    """The three classes with their accounts."""
    counted = dict(ask(propensity_pipeline).group_by("predicted_propensity").len().iter_rows())
    return [Choice(level, level, counted.get(level, 0)) for level in LEVELS]


def account_rows(ask: Ask) -> pl.DataFrame:
    """Accounts under the filters of confidence and class, the likeliest first, with how sure the class is, drawn."""
    frame = ask(propensity_pipeline, least_confidence=confidence(ask), levels=ask.many("propensity"))
    by_outcomes = source(ask) == "outcomes"
    known: dict[Any, Markup] = {}
    drawn = []
    for word, share, low, high in frame.select("word", "probability", "probability_low", "probability_high").iter_rows():
        key = (word, share, low, high)
        if key not in known:
            known[key] = _chance(share, low, high, ask) if by_outcomes else _word(word)
        drawn.append(known[key])
    places = pl.concat_str(["territory_id", "region"], separator=" · ", ignore_nulls=True)
    return frame.with_columns(place=places, sure=pl.Series("sure", drawn, dtype=pl.Object))


def _chance(share: float | None, low: float | None, high: float | None, ask: Ask) -> Markup:
    """A filled meter with its share and range: a calibrated model speaks."""
    if share is None:
        return Markup('<span class="t3">—</span>')
    meter = Markup('<span class="sure"><span class="trk" aria-hidden="true"><i style="width:{}%"></i></span><b class="num">{}</b></span>')
    return meter.format(f"{100 * share:.0f}", ask.fmt.percent(share)) + Markup('<span class="p2 d-block num">{}</span>').format(
        ask.fmt.span(low, high, "ratio")
    )


def _word(word: str | None) -> Markup:
    """A hollow meter with its word: a rule speaks; a dash where nothing does."""
    if word is None:
        return Markup('<span class="t3">—</span>')
    filled = {"Strong": 3, "Fair": 2, "Weak": 1}[word]
    marks = Markup("").join(Markup('<i class="{}"></i>').format("on" if place < filled else "") for place in range(3))
    return Markup('<span class="hollow"><span aria-hidden="true">{}</span>{}</span>').format(marks, word)


def account_sub(ask: Ask) -> str:
    """How many, and what ranks them."""
    ranked = {"outcomes": "ranked by calibrated chance", "rules": "ranked by score, labels made by rules"}
    return ranked.get(source(ask), "ranked by the documented score")


def source_words(ask: Ask) -> dict[str, Any]:
    """What stands behind the classes, in words, and how many accounts the confidence leaves out."""
    found = ask(label_source)
    every = ask(propensity_pipeline)
    shown = ask(propensity_pipeline, least_confidence=confidence(ask))
    return {**found, "left": every.height - shown.height, "confidence": confidence(ask)}


def level_shape(row: Row) -> Status | None:
    """The shape of a class."""
    return LEVEL_SHAPES.get(row["predicted_propensity"])


# Deals -----------------------------------------------------------------------------------------------------------------


def has_deals(ask: Ask) -> bool:
    """Whether opportunities carry anything that makes deals of them."""
    known = ask(deal_data)
    return any(known[name] for name in ("amount", "stage", "close_date", "closed"))


def no_deals(ask: Ask) -> bool:
    """The opposite, for the card that says what to load."""
    return not has_deals(ask)


def needs(ask: Ask) -> dict[str, Any]:
    """Which columns the deal-level parts need and which are there."""
    known = ask.deals(deal_data)
    wanted = (
        ("stage", "stage", "open pipeline by stage, time in stage"),
        ("amount", "amount", "pipeline value, what changed, deal size"),
        ("close date", "close_date", "overdue and pushed deals, the close schedule"),
        ("created date", "created_date", "age, sales cycle, velocity"),
        ("won or lost", "closed", "win rate, won value, leaderboard"),
        ("owner", "owner_name", "leaderboard, the Owner filter"),
    )
    return {"columns": [(column, known[key], gives) for column, key, gives in wanted], "open": known["open"]}


def stage_rows(ask: Ask) -> pl.DataFrame:
    """Open deals by stage."""
    if not ask.deals(deal_data)["stage"]:
        raise Missing("No open opportunity states its stage.", hint="Load opportunities with their stage.")
    return ask.deals(stages)


def stage_figure(frame: pl.DataFrame, ask: Ask) -> Figure:
    """Bars by stage; a click opens its deals."""

    def link(stage: str | None) -> str:
        return ask.deals_link("open_opportunities", f"stage={stage or ''}")

    return deal_figures.stages(frame, ask.fmt, link, valued=bool(ask.deals(deal_data)["value"]))


def stage_sub(ask: Ask) -> str:
    """What the bars measure."""
    known = ask.deals(deal_data)
    timed = ask.deals(stages)["in_stage_days"].count()
    return ("value, deals" if known["value"] else "deals") + (", median days in stage" if timed else "")


def owner_rows(ask: Ask) -> pl.DataFrame:
    """Owners of deals."""
    frame = ask.deals(owner_board)
    if frame.is_empty():
        raise Missing("No opportunity names its owner.", hint="Load opportunities with their owner.")
    return frame


def with_amounts(ask: Ask, columns: Sequence[Column]) -> tuple[Column, ...]:
    """The columns that this data fills: amounts only where deals state them."""
    known = ask.deals(deal_data)
    return tuple(column for column in columns if column.kind != "money" or known["value"] or known["won_value"])
