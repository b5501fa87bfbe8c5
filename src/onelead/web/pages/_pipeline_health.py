"""What Pipeline shows of its health: the score, its parts, and the same by team and owner."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from onelead.web._page import Column, Missing, Number, Tab, Table, Tile, Tiles
from onelead.web.pages._pipeline import has_deals
from onelead.workspace.pipeline_health import health_by, pipeline_health

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Literal

    from onelead.web._ask import Ask
    from onelead.web._page import Row, Status

HEALTHY, AT_RISK = 75.0, 50.0
"""Points from which a score is drawn as healthy, or at risk; below it is critical."""


def score(ask: Ask) -> Number:
    """The score of all open deals that are seen."""
    found = ask.deals(pipeline_health)
    if found["score"] is None:
        return Number(None, "score", reason="needs open opportunities with close dates, contacts, next steps or their history")
    parts = found["parts"]
    known = parts.filter(pl.col("points").is_not_null())
    worst = known.sort("lost", descending=True).row(0, named=True)
    costs = f", {worst['label'].lower()} costs most" if worst["lost"] > 0 else ""
    return Number(round(found["score"]), "score", of=f"of 100, {known.height} of {parts.height} parts have data{costs}")


def status(value: float, _: Ask) -> Status:
    """The shape of a score."""
    return "good" if value >= HEALTHY else "warn" if value >= AT_RISK else "crit"


def part_rows(ask: Ask) -> pl.DataFrame:
    """The parts with what each costs, or what it needs."""
    found = ask.deals(pipeline_health)
    if not found["deals"]:
        raise Missing("No open opportunity.", hint="Load opportunities that are neither won nor lost.")
    fmt = ask.fmt
    rows = found["parts"].to_dicts()
    said = [
        f"needs {row['needs']}"
        if row["points"] is None
        else f"{fmt.number(row['number'], 1)} times what is left of this quarter's quota"
        if row["unit"] == "times"
        else f"{fmt.count(row['flagged'])} of {fmt.plural(row['judged'], 'deal')}, {fmt.percent(1 - row['number'])} of their amount"
        for row in rows
    ]
    frame: pl.DataFrame = found["parts"].with_columns(said=pl.Series("said", said, dtype=pl.String))
    return frame


def _link(row: Row, ask: Ask) -> str | None:
    if row["points"] is None:
        return None
    return ask.rows_link("pipeline_coverage") if row["unit"] == "times" else ask.here(risk=row["part"], tab="deals") + "#b-risk"


def _by(ask: Ask, by: Literal["owner_name", "team"], need: str) -> pl.DataFrame:
    frame = ask.deals(health_by, by).filter(pl.col("group").is_not_null())
    if frame.is_empty():
        raise Missing(f"No open opportunity names its {need}.", hint=f"Load opportunities with their {need}.")
    labels = dict(ask.deals(pipeline_health)["parts"].select("part", "label").iter_rows())
    return frame.with_columns(worst=pl.col("worst").replace(labels))


def _columns(ask: Ask, label: str, by: Literal["owner_name", "team"]) -> tuple[Column, ...]:
    frame, parts = ask.deals(health_by, by), ask.deals(pipeline_health)["parts"]
    points = [
        Column(row["part"], row["label"], "count", minor=True, status=_shape(row["part"]))
        for row in parts.iter_rows(named=True)
        if row["part"] in frame.columns
    ]
    name = (
        Column("group", label, link=lambda row, ask: ask.here(owner=row["group"], tab="health"))
        if by == "owner_name"
        else Column("group", label)
    )
    return (
        name,
        Column("score", "Health", "score", hint="A dash below five open deals (a setting)."),
        Column("worst", "Costs most"),
        Column("deals", "Open", "count"),
        *points,
    )


def _shape(part: str) -> Callable[[Row], Status | None]:
    def shape(row: Row) -> Status | None:
        value = row[part]
        return None if value is None or value >= AT_RISK else "crit"

    return shape


HOW = (
    "Σ weight × points ÷ Σ weight over the parts that have data; the weights are settings. A risk's points are 100 × the share of the open amount that it does not speak "
    "against, of the deals that it can be judged of; a deal without an amount weighs as much as the mean one. Coverage's points are 100 × the open deals of this fiscal quarter ÷ "
    "what is left of its quota ÷ the 3 times that are wanted (a setting), 100 at most. A part without data is left out, never counted as good or bad. It says how well deals are "
    "kept and how the pipeline stands to its quota; it is no chance of reaching it."
)
TILE = Tile(
    label="Pipeline health", number=score, status=status, how=HOW, link=lambda ask: ask.here(tab="health"), link_text="See its parts"
)
HEALTH = Tab(
    "health",
    "Health",
    (
        Tiles(id="health-tile", title="Pipeline health", tiles=(TILE,)),
        Table(
            id="health-parts",
            title="What it is made of",
            rows=part_rows,
            columns=(
                Column("label", "Part", link=_link),
                Column("points", "Points", "score"),
                Column("weight", "Weight", "number", minor=True),
                Column("share", "Counts", "percent", minor=True, hint="Share of the weight of the parts that have data."),
                Column("lost", "Costs", "number", hint="Points of the score that it takes."),
                Column("said", "What it rests on", phone="wide", sortable=False),
                Column("part", "Part", show=False, export=False),
            ),
            size=25,
            how=HOW,
        ),
        Table(
            id="health-teams",
            title="By team",
            rows=lambda ask: _by(ask, "team", "team"),
            columns=lambda ask: _columns(ask, "Team", "team"),
            size=10,
            search=("group",),
            how=HOW,
        ),
        Table(
            id="health-owners",
            title="By owner",
            rows=lambda ask: _by(ask, "owner_name", "owner"),
            columns=lambda ask: _columns(ask, "Owner", "owner_name"),
            size=10,
            search=("group",),
            how=HOW,
        ),
    ),
    when=has_deals,
)
