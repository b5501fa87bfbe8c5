"""What the page Customer Health shows: its filters' choices, its numbers, its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from onelead.core.errors import UnknownNameError
from onelead.web._page import Choice, Micro, Missing, Number
from onelead.web.figures import health as figures
from onelead.web.pages._customer_risk import joined
from onelead.workspace.health import DEFAULT_CARD
from onelead.workspace.health import cards as known_cards
from onelead.workspace.health_history import portfolio_health_history
from onelead.workspace.health_overview import health_table, lost_points

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from onelead.web._ask import Ask
    from onelead.web._page import Figure

BELOW = 50.0
MAPPED = 20
UNKNOWN = "Unknown"
TIERS = ("Strategic", "Growth", "Developing", UNKNOWN)
FALLING, RISING = "falling", "rising"


def card_of(ask: Ask) -> dict[str, Any]:
    """The scorecard that the address names, else the built-in one. Raises UnknownNameError."""
    known, wanted = known_cards(ask.serving.parts), ask.one("card") or DEFAULT_CARD
    if wanted not in known:
        raise UnknownNameError("scorecard", wanted, list(known))
    return known[wanted]


def table(ask: Ask) -> pl.DataFrame:
    """Every account of the request with its health, before the filters of this page."""
    card = card_of(ask)
    return ask(health_table, card["id"], card["version"])


def rows(ask: Ask) -> pl.DataFrame:
    """Accounts under the filters of this page."""
    frame = table(ask)
    for name, column in (("band", "band"), ("tier", "tier")):
        if chosen := ask.many(name):
            frame = frame.filter(pl.col(column).fill_null(UNKNOWN).is_in(list(chosen)))
    if moved := ask.one("moved"):
        frame = frame.filter(pl.col("trend") == {FALLING: "down", RISING: "up"}.get(moved, moved))
    if part := ask.one("part"):
        known = [found["id"] for found in card_of(ask)["parts"]]
        if part not in known:
            raise UnknownNameError("part of the scorecard", part, known)
        frame = frame.filter(pl.col(f"part_{part}") < (ask.number("below") or BELOW))
    places = [pl.col(name) for name in ("region", "industry")]
    return joined(frame, ask).with_columns(
        pl.concat_str(places, separator=" · ", ignore_nulls=True).alias("place"), pl.col("change").round(1)
    )


# Filters ---------------------------------------------------------------------------------------------------------------


def cards(ask: Ask) -> Sequence[Choice]:
    return [Choice(card["id"], card["label"]) for card in known_cards(ask.serving.parts).values()]


def bands(ask: Ask) -> Sequence[Choice]:
    counts = _counts(table(ask)["band"])
    return [Choice(name, name, counts[name]) for name in (*(band for band, _ in figures.BANDS), UNKNOWN)]


def parts(ask: Ask) -> Sequence[Choice]:
    return [Choice(part["id"], part["label"]) for part in card_of(ask)["parts"]]


MOVES = (Choice(FALLING, "Falling"), Choice(RISING, "Rising"), Choice("steady", "Steady"))


# Tiles -----------------------------------------------------------------------------------------------------------------


def _counts(bands: pl.Series) -> dict[str, int]:
    named = dict(bands.fill_null(UNKNOWN).value_counts().iter_rows())
    return {name: int(named.get(name, 0)) for name in (*(band for band, _ in figures.BANDS), UNKNOWN)}


def _before(ask: Ask) -> pl.DataFrame:
    """Accounts that had a score in the snapshot before."""
    return table(ask).filter(pl.col("before").is_not_null())


def _since(frame: pl.DataFrame, ask: Ask) -> str:
    return ask.fmt.short_date(frame["since"].first()) if frame.height else ""  # type: ignore[arg-type]  # a column of dates


def band_number(band: str) -> Any:  # noqa: ANN401 - a loader of the frame
    def number(ask: Ask) -> Number:
        frame, before, limits = table(ask), _before(ask), card_of(ask)["bands"]
        count = _counts(frame["band"])[band]
        then = _counts(before.select(_band_then(limits)).to_series())[band] if before.height else None
        change = None if then is None else float(_counts(before["band"])[band] - then)
        better = "up" if band == "Healthy" else "down"
        of = f"of {ask.fmt.plural(frame.height, 'account')}"
        return Number(count, of=of, change=change, since=_since(before, ask), direction=better)  # type: ignore[arg-type]

    return number


def _band_then(limits: Mapping[str, float]) -> pl.Expr:
    score = pl.col("before")
    low = pl.when(score >= limits["at_risk"]).then(pl.lit("At risk")).otherwise(pl.lit("Critical"))
    return pl.when(score >= limits["healthy"]).then(pl.lit("Healthy")).otherwise(low).alias("band")


def split(ask: Ask) -> Micro:
    counts = _counts(table(ask)["band"])
    shares = tuple((f"{band} {counts[band]}", float(counts[band]), status) for band, status in reversed(figures.BANDS))
    unknown = counts[UNKNOWN]
    return Micro(shares=(*shares, *(((f"Unknown {unknown}", float(unknown), "unknown"),) if unknown else ())))


def unknown(ask: Ask) -> Number:
    frame = table(ask)
    return Number(_counts(frame["band"])[UNKNOWN], of=f"of {ask.fmt.plural(frame.height, 'account')}")


def thin(ask: Ask) -> Micro:
    scored = table(ask).filter(pl.col("score").is_not_null())
    thin = scored.filter(pl.col("weight_used") < 0.5).height  # noqa: PLR2004 - less than half of the scorecard
    return Micro(reading=f"{ask.fmt.count(thin)} more rest on under half of the scorecard" if thin else "All others rest on half or more")


def average(ask: Ask) -> Number:
    frame, before = table(ask), _before(ask)
    value: Any = frame["score"].mean()
    change: Any = before["change"].mean() if before.height else None
    if value is None:
        return Number(None, "number", reason="No account has a score")
    return Number(
        round(value), "number", of="of 100", change=None if change is None else round(change, 1), since=_since(before, ask), direction="up"
    )


def average_scale(ask: Ask) -> Micro:
    """Which scorecard the average is of."""
    return Micro(reading=f"Scorecard {card_of(ask)['label']}")


def falling(ask: Ask) -> Number:
    before = _before(ask)
    if not before.height:
        return Number(None, reason="Needs a snapshot of an earlier date")
    count = before.filter(pl.col("trend") == "down").height
    return Number(count, of=f"since {_since(before, ask)}")


def rising(ask: Ask) -> Micro:
    before = _before(ask)
    moved = {name: before.filter(pl.col("trend") == name).height for name in ("down", "steady", "up")}
    shares = ((f"falling {moved['down']}", float(moved["down"]), "crit"), (f"steady {moved['steady']}", float(moved["steady"]), "unknown"))
    return Micro(f"{moved['up']} rising", (*shares, (f"rising {moved['up']}", float(moved["up"]), "good")))  # type: ignore[arg-type]


# Charts and panels -----------------------------------------------------------------------------------------------------


def spread(frame: pl.DataFrame, ask: Ask) -> Figure:
    return figures.spread(figures.binned(frame), lambda band: ask.here(band=band))


def least_healthy(ask: Ask) -> pl.DataFrame:
    return rows(ask).filter(pl.col("score").is_not_null()).head(MAPPED)


def heat(frame: pl.DataFrame, ask: Ask) -> Figure:
    card = card_of(ask)
    return figures.heat(frame, [(part["id"], part["label"]) for part in card["parts"]], card["bands"], ask.account_link)


def losses(ask: Ask) -> Mapping[str, Any]:
    card = card_of(ask)
    found = ask(lost_points, card["id"], card["version"])
    if not found["accounts"]:
        raise Missing(
            "No account has a score.",
            hint="Load an installed base, service credits or opportunities.",
            link="/load",
            link_text="Load a file",
        )
    top = max(part["lost"] for part in found["parts"]) or 1.0
    return {**found, "top": top, "status": {part["id"]: figures.points_status(part["average"], card["bands"]) for part in found["parts"]}}


def losses_table(ask: Ask) -> pl.DataFrame:
    rows = [{name: part[name] for name in ("label", "weight", "average", "known", "lost")} for part in losses(ask)["parts"]]
    return pl.DataFrame(rows)


def history(ask: Ask) -> pl.DataFrame:
    card = card_of(ask)
    frame = ask(portfolio_health_history, card["id"], card["version"])
    if frame.height < 2:  # noqa: PLR2004 - a line needs two points
        raise Missing("Health has one snapshot so far.", hint="The line begins with the next file of a later date.")
    return frame.rename({"average": "score"})
