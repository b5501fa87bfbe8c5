"""What Pipeline shows a manager: where each person's deals stall beside the team's, and the deals behind each cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from onelead.web._page import Column, Missing, Panel, Tab, Table
from onelead.web.pages._pipeline import has_deals
from onelead.workspace.coaching import coaching

if TYPE_CHECKING:
    from onelead.web._ask import Ask
    from onelead.web._page import Row, Status

PERIODS = {"12": "12 months", "3": "3 months", "all": "Ever"}
MEASURES = {"on": "Conversion", "days": "Days"}
SHAPES: dict[str, Status | None] = {"below": "crit", "above": "good"}
MOST = 40
"""People that the heat map shows, those with the largest open pipeline first; the tables have all."""


def found(ask: Ask) -> dict[str, Any]:
    """The answer for the period that the address names. Raises Missing where no history tells of stages."""
    wanted = ask.one("period") or "12"
    answer = ask.deals(coaching, months=None if wanted == "all" else int(wanted) if wanted in PERIODS else 12)
    if answer["cells"].is_empty():
        raise Missing(
            "Nothing tells how deals went through their stages.",
            hint="Load the history of the opportunities with owners and stages, or load the next export: stays in stages show from then on.",
        )
    return answer


def grid(ask: Ask) -> dict[str, Any]:
    """The heat map: people by stages."""
    answer, fmt = found(ask), ask.fmt
    days = ask.one("measure") == "days"
    cells = {(row["person"], row["stage"]): row for row in answer["cells"].iter_rows(named=True)}
    people = answer["people"].head(MOST).to_dicts()
    rows = [
        {
            "name": person["person"],
            "team": person["team"],
            "link": ask.here(tab="coaching", person=person["person"], stage=None) + "#b-stays",
            "cells": [_cell(cells.get((person["person"], stage)), days, ask) for stage in answer["stages"]],
        }
        for person in people
    ]
    return {
        "stages": answer["stages"],
        "rows": rows,
        "left": answer["people"].height - len(people),
        "periods": [(words, ask.here(tab="coaching", period=key), key == (ask.one("period") or "12")) for key, words in PERIODS.items()],
        "measures": [(words, ask.here(tab="coaching", measure=key), key == ("days" if days else "on")) for key, words in MEASURES.items()],
        "days": days,
        "since": fmt.date(answer["since"]) if answer["since"] else None,
    }


def _cell(row: Row | None, days: bool, ask: Ask) -> dict[str, Any]:  # noqa: FBT001 - a plain helper
    """What a cell says: the number, beside which, of how many, and whether it is beyond chance."""
    if row is None:
        return {"state": "none"}
    fmt = ask.fmt
    state, of = (row["pace"], row["timed"]) if days else (row["verdict"], row["ended"])
    value = fmt.days(row["days"]) if days else fmt.percent(row["rate"])
    team = fmt.days(row["team_days"]) if days else fmt.percent(row["team_rate"])
    span = f" ({fmt.span(row['low'], row['high'], 'ratio')})" if not days and row["rate"] is not None else ""
    stuck = f"; {fmt.count(row['aged'])} of {fmt.count(row['open'])} there now too long" if row["open"] else ""
    return {
        "state": state if of else "none",
        "value": value,
        "of": fmt.count(of),
        "aged": row["aged"],
        "title": f"{row['stage']}: {value}{span} of {fmt.plural(of, 'stay')}, {row['team']} {team}{stuck}",
        "link": ask.here(tab="coaching", person=row["person"], stage=row["stage"]) + "#b-stays",
    }


def people(ask: Ask) -> pl.DataFrame:
    """People with their win rate, risks and where their deals stall."""
    answer, fmt = found(ask), ask.fmt
    rows = answer["people"].to_dicts()
    said = [
        "none closed" if not row["closed"] else f"{fmt.span(row['low'], row['high'], 'ratio')} of {fmt.count(row['closed'])}"
        for row in rows
    ]
    stalls = [row["stalls"] or ("too few deals" if row["verdict"] == "few" else "nowhere beyond chance") for row in rows]
    frame: pl.DataFrame = answer["people"].with_columns(
        span=pl.Series("span", said, dtype=pl.String), stalls_in=pl.Series("stalls_in", stalls, dtype=pl.String)
    )
    return frame


def stays(ask: Ask) -> pl.DataFrame:
    """The stays behind a cell: of the chosen person and stage, or of all."""
    frame: pl.DataFrame = found(ask)["stays"]
    for name in ("person", "stage"):
        chosen = ask.one(name)
        frame = frame.filter(pl.col(name) == chosen) if chosen else frame
    words = {"On": "Went on", "Back": "Went back", "Won": "Won", "Lost": "Lost", "Gone": "Left the list"}
    ends = pl.col("outcome").replace(words).fill_null(pl.when("aged").then(pl.lit("There, too long")).otherwise(pl.lit("There")))
    return frame.with_columns(ends=ends).sort("aged", "left", "days", descending=True, nulls_last=False)


def stays_sub(ask: Ask) -> str:
    """Whose and which."""
    return " · ".join(value for name in ("person", "stage") if (value := ask.one(name)))


HOW = (
    "Each stay of a deal in a stage, as the history of the opportunities or repeated loads tell it, counts for the person who owned the deal when it began. Conversion: of the "
    "stays that ended, the share that went on to a later stage or was won. Days: the median of these stays. The team's are those of the team that the person's deals name, or of "
    "everybody where it has less than three people. Coloured only beyond chance: where the team's conversion lies outside of the 95% range of the person's, or where more stays "
    "than chance explains took longer (or less long) than the team's median; still, one cell in twenty is coloured by chance. From eight stays on (a setting); fewer are dashed and say nothing."
)
COACHING = Tab(
    "coaching",
    "Coaching",
    (
        Panel(
            id="heat",
            title="Where deals stall",
            sub="people by stages, beside their team",
            template="panels/pipeline_coaching.html",
            data=grid,
            table=lambda ask: found(ask)["cells"],
            how=HOW,
            metrics=("stage_conversion", "time_in_stage_days"),
        ),
        Table(
            id="people",
            title="People",
            rows=people,
            columns=(
                Column(
                    "person",
                    "Person",
                    sub="team",
                    link=lambda row, ask: ask.here(tab="coaching", person=row["person"], stage=None) + "#b-stays",
                ),
                Column(
                    "rate", "Win rate", "percent", sub="span", status=lambda row: SHAPES.get(row["verdict"]), hint="With its 95% range."
                ),
                Column("team_rate", "Team's", "percent", minor=True),
                Column("stalls_in", "Stalls in", hint="The stage where conversion lies furthest below the team's, beyond chance."),
                Column("open", "Open", "count"),
                Column("value", "Amount", "money", minor=True),
                Column(
                    "at_risk",
                    "At risk",
                    "count",
                    link=lambda row, ask: ask.here(owner=row["person"], tab="deals", person=None, stage=None) + "#b-risk",
                ),
                Column("risk_share", "Share", "percent", minor=True),
                Column("team_risk_share", "Team's share", "percent", minor=True),
                Column("closed", "Closed", "count", show=False),
                Column("won", "Won", "count", show=False),
            ),
            size=25,
            search=("person", "team"),
            how="Win rate: won of the deals closed in the period, with its 95% range (Wilson); marked where the team's lies outside of it. At risk: open deals that anything speaks "
            "against, see Deals at risk. " + HOW,
            metrics=("win_rate",),
        ),
        Table(
            id="stays",
            title="Deals behind a cell",
            sub=stays_sub,
            rows=stays,
            columns=(
                Column(
                    "opportunity_name",
                    "Deal",
                    sub="account_name",
                    link=lambda row, ask: ask.link("/record", kind="opportunity", id=row["opportunity_id"]),
                ),
                Column("person", "Person"),
                Column("stage", "Stage"),
                Column("ends", "How it ended", "badge", status=lambda row: "warn" if row["aged"] else None),
                Column("days", "Days", "days"),
                Column("entered", "From", "date", minor=True),
                Column("left", "To", "date", minor=True),
                Column("value", "Amount", "money", minor=True),
                Column("opportunity_id", "Opportunity", show=False),
            ),
            size=10,
            search=("opportunity_name", "account_name", "person"),
            how="Every stay in a stage that counts above; click a cell or a person for theirs.",
        ),
    ),
    when=has_deals,
)
