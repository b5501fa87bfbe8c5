"""What a deal's own page shows of its chances: how sure, and what pushes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from onelead.web._page import Column, Missing, Table
from onelead.workspace.deal_chances import deal_chance

if TYPE_CHECKING:
    from collections.abc import Callable

    from onelead.web._ask import Ask

TITLES = {"win": "Win chance", "slip": "Slip chance"}
QUESTIONS = {"win": "to be won, whenever it closes", "slip": "to be still open after its stated close date"}
SCHEMA = {"label": pl.String, "said": pl.String, "push": pl.Float64, "feature": pl.String}


def _told(ask: Ask) -> dict[str, dict[str, Any]]:
    deal = ask.one("id")
    return ask.overall(deal_chance, deal) if deal and ask.one("kind") == "opportunity" else {}


def _shown(name: str) -> Callable[[Ask], bool]:
    return lambda ask: name in _told(ask)


def _sub(name: str) -> Callable[[Ask], str]:
    def sub(ask: Ask) -> str:
        told = _told(ask).get(name)
        if told is None or told["chance"] is None:
            return ""
        share = f"{ask.fmt.percent(told['chance'])} {QUESTIONS[name]}"
        return f"{share}, 80% range {ask.fmt.span(told['low'], told['high'], 'ratio')}" if told["low"] is not None else share

    return sub


def _rows(name: str) -> Callable[[Ask], pl.DataFrame]:
    def rows(ask: Ask) -> pl.DataFrame:
        told = _told(ask).get(name)
        if told is None:
            raise Missing("No model speaks of this record.", hint="Chances are told of open deals.")
        if told["chance"] is None:
            raise Missing(
                "The stated close date has passed: it has slipped already." if name == "slip" else "No chance is told of this deal."
            )
        if not told["pushes"]:
            share = ask.fmt.percent(told["chance"])
            raise Missing(f"{share}: the share of past deals that stood in the same stage. There is no reason of its own.")
        return pl.DataFrame(told["pushes"], schema=SCHEMA)

    return rows


def _table(name: str) -> Table:
    return Table(
        id=f"{name}-chance",
        title=TITLES[name],
        sub=_sub(name),
        span=6,
        rows=_rows(name),
        columns=(
            Column("label", "What is looked at"),
            Column("said", "This deal"),
            Column("push", "Push", "number", hint="On the log-odds: above zero it raises the chance, below zero it lowers it."),
        ),
        size=10,
        when=_shown(name),
        how="How far each thing known of the deal moves its chance away from that of a usual deal, by the model that is in use; all pushes and the usual "
        "deal's log-odds add up to the chance. The range is one of 80 %: how far models that learned from other accounts disagree. It says what went "
        "before such ends in the past, not what causes them.",
    )


WIN, SLIP = _table("win"), _table("slip")
