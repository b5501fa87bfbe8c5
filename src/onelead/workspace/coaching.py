"""Use case: where each person's deals stall: conversion and days by stage, risks and win rate, beside the team's; few deals say nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import polars as pl

from onelead.tables import STAY_ENDED, STAY_WENT_ON, stage_rank
from onelead.workspace.deal_facts import deal_facts
from onelead.workspace.deal_points import ID, months_before, sales_frame
from onelead.workspace.deal_risk import judgements
from onelead.workspace.deal_stages import every_stay
from onelead.workspace.deals import OPEN, WON, deals

if TYPE_CHECKING:
    from datetime import date

    from onelead.workspace.viewing import View
    from onelead.workspace.wiring import Parts

Z = 1.96
"""Standard normal quantile of a 95 % interval: with so many cells, a narrower one would call chance a finding."""
EVERYBODY = "Everybody"
"""What people without a team, or in one of less than ``TEAM_LEAST``, are held against: all who own deals."""
TEAM_LEAST = 3
BELOW, ABOVE, LEVEL, FEW = "below", "above", "level", "few"


def coaching(view: View, parts: Parts, *, months: int | None = 12) -> dict[str, Any]:
    """People who own deals, by stage, beside their team, over what ended in the last ``months`` (None: ever).

    Returns:
        ``stages`` in their order; ``people`` (person, team, closed, won, rate, low, high, team_rate, verdict; open, value, at_risk, severe, risk_share,
        team_risk_share; stalls: the stage where they lose most beside the team, null where nothing is beyond chance); ``cells`` (person, stage,
        ended, went_on, rate, low, high, team_rate, verdict; timed, days: median, team_days, longer: share of stays above the team's median,
        pace; open, aged: standing too long) and ``stays`` (the rows behind a cell, with their deal).

        Ranges are 95 % Wilson intervals. A verdict is below or above where the team's rate lies outside of the range, few below the least number
        that is set, else level. ``pace`` is below where more of the stays than chance explains were longer than the team's median.
    """
    whole = replace(view, viewer=replace(view.viewer, deal_owners=None))
    as_of = view.context.as_of
    since = None if months is None else months_before(as_of, months)
    known = _deals(whole, parts)
    hits = judgements(deal_facts(whole, parts), view.context.settings).filter("hit")
    stays = _stays(whole, parts, known, since, hits)
    least = view.context.settings.risk.coaching_least
    cells, people = _cells(stays, least), _people(known, since, hits, least)
    people = people.join(_stalls(cells), on="person", how="left", maintain_order="left")
    order = stays.select("stage").unique().sort(stage_rank(view.context.settings.revenue.stages), "stage")
    owners = view.viewer.deal_owners
    if owners is not None:
        cells, people, stays = (frame.filter(pl.col("person").is_in(sorted(owners))) for frame in (cells, people, stays))
    return {"stages": order["stage"].to_list(), "people": people, "cells": cells, "stays": stays, "since": since}


def _deals(view: View, parts: Parts) -> pl.DataFrame:
    """Deals of those who own any, each with its owner's team: the one that most of their deals name, if enough others are in it."""
    teams = sales_frame(view, "opportunities", [ID, "team"]).unique(ID, keep="first", maintain_order=True)
    frame = deals(view, parts).join(teams, on=ID, how="left", maintain_order="left").filter(pl.col("owner_name").is_not_null())
    home = frame.group_by(person="owner_name").agg(home=pl.col("team").drop_nulls().mode().sort().first())
    large = pl.when(pl.len().over("home") >= TEAM_LEAST).then("home")
    frame = frame.rename({"owner_name": "person"}).join(home.with_columns(home=large), on="person", how="left", maintain_order="left")
    return frame.with_columns(team=pl.col("home").fill_null(EVERYBODY)).drop("home")


def _beside(frame: pl.DataFrame) -> pl.DataFrame:
    """The rows of each team, and of everybody."""
    return pl.concat([frame, frame.filter(pl.col("team") != EVERYBODY).with_columns(team=pl.lit(EVERYBODY))])


def _stays(view: View, parts: Parts, known: pl.DataFrame, since: date | None, hits: pl.DataFrame) -> pl.DataFrame:
    """Stays that ended since then, and those that go on: with their deal, who owned it when they began, and the flag of standing too long."""
    named = known.select(ID, "opportunity_name", "account_name", "value", owner="person")
    teams = known.select("person", "team").unique("person")
    aged = hits.filter(pl.col("flag") == "stage_age").select(ID, aged=pl.lit(value=True))
    stays = view.of_everyone(parts, every_stay).join(named, on=ID, how="inner", maintain_order="left")
    stays = stays.with_columns(person=pl.coalesce("owner_name", "owner")).join(teams, on="person", how="left", maintain_order="left")
    recent = pl.col("left").is_null() if since is None else pl.col("left").is_null() | (pl.col("left") > since)
    stays = stays if since is None else stays.filter(recent)
    stays = stays.join(aged, on=ID, how="left", maintain_order="left")
    return stays.with_columns(
        team=pl.col("team").fill_null(EVERYBODY),
        ended=pl.col("outcome").is_in(STAY_ENDED).fill_null(value=False),
        went_on=pl.col("outcome").is_in(STAY_WENT_ON),
        aged=pl.col("left").is_null() & pl.col("aged").fill_null(value=False),
    ).drop("owner_name", "owner")


def _cells(stays: pl.DataFrame, least: int) -> pl.DataFrame:
    """A row a person and stage, beside the team there."""
    ended, timed = pl.col("ended"), pl.col("ended") & pl.col("told")
    of_team = (
        _beside(stays)
        .group_by("team", "stage")
        .agg((pl.col("went_on").filter(ended).mean()).alias("team_rate"), pl.col("days").filter(timed).median().alias("team_days"))
    )
    beside = stays.join(of_team, on=["team", "stage"], how="left", maintain_order="left")
    cells = beside.group_by("person", "team", "stage", "team_rate", "team_days").agg(
        ended.sum().cast(pl.Int64).alias("ended"),
        (pl.col("went_on") & ended).sum().cast(pl.Int64).alias("went_on"),
        timed.sum().cast(pl.Int64).alias("timed"),
        pl.col("days").filter(timed).median().alias("days"),
        (pl.col("days").filter(timed) > pl.col("team_days").filter(timed)).sum().cast(pl.Int64).alias("slower"),
        pl.col("left").is_null().sum().cast(pl.Int64).alias("open"),
        pl.col("aged").sum().cast(pl.Int64).alias("aged"),
    )
    cells = _ranged(cells, "went_on", "ended", "team_rate", least)
    pace = _ranged(cells.select("person", "stage", "slower", "timed", half=pl.lit(0.5)), "slower", "timed", "half", least)
    # longer than the team is worse: what is above the half is below the team
    turned = pace.select("person", "stage", longer="rate", pace=pl.col("verdict").replace({BELOW: ABOVE, ABOVE: BELOW}))
    return cells.join(turned, on=["person", "stage"], how="left").drop("slower").sort("person", "stage")


def _ranged(frame: pl.DataFrame, hits: str, tries: str, beside: str, least: int) -> pl.DataFrame:
    """The rate with its Wilson interval (low, high), and whether ``beside`` lies outside of it. Source: Wilson 1927; Brown, Cai, DasGupta 2001."""
    count, share = pl.col(tries).cast(pl.Float64), pl.col(hits) / pl.col(tries)
    scale = 1 + Z**2 / count
    middle = (share + Z**2 / (2 * count)) / scale
    half = Z * (share * (1 - share) / count + Z**2 / (4 * count**2)).sqrt() / scale
    some = pl.col(tries) > 0
    frame = frame.with_columns(
        pl.when(some).then(value).alias(name)
        for name, value in (("rate", share), ("low", (middle - half).clip(0, 1)), ("high", (middle + half).clip(0, 1)))
    )
    few, other = pl.col(tries) < least, pl.col(beside)
    verdict = (
        pl.when(few).then(pl.lit(FEW)).when(pl.col("high") < other).then(pl.lit(BELOW)).when(pl.col("low") > other).then(pl.lit(ABOVE))
    )
    return frame.with_columns(verdict=verdict.otherwise(pl.lit(LEVEL)))


def _people(known: pl.DataFrame, since: date | None, hits: pl.DataFrame, least: int) -> pl.DataFrame:
    """A row a person: win rate beside the team's over deals closed since then, and the open deals that something speaks against."""
    recent = known if since is None else known.filter((pl.col("state") == OPEN) | (pl.col("close_date") > since))
    closed = pl.col("state").is_not_null() & (pl.col("state") != OPEN)
    won, still = pl.col("state") == WON, pl.col("state") == OPEN
    risks = hits.group_by(ID).agg(severe=pl.col("severe").any(), at_risk=pl.lit(value=True))
    rows = recent.join(risks, on=ID, how="left").with_columns(pl.col("severe", "at_risk").fill_null(value=False))
    sums = [
        closed.sum().cast(pl.Int64).alias("closed"),
        won.sum().cast(pl.Int64).alias("won"),
        still.sum().cast(pl.Int64).alias("open"),
        pl.col("value").filter(still).sum().alias("value"),
        (pl.col("at_risk") & still).sum().cast(pl.Int64).alias("at_risk"),
        (pl.col("severe") & still).sum().cast(pl.Int64).alias("severe"),
    ]
    shares = {"risk_share": pl.when(pl.col("open") > 0).then(pl.col("at_risk") / pl.col("open"))}
    teams = (
        rows.group_by("team")
        .agg(sums)
        .with_columns(team_rate=pl.when(pl.col("closed") > 0).then(pl.col("won") / pl.col("closed")), **shares)
    )
    people = rows.group_by("person", "team").agg(sums).with_columns(**shares)
    people = people.join(teams.select("team", "team_rate", team_risk_share="risk_share"), on="team", how="left")
    return _ranged(people, "won", "closed", "team_rate", least).sort(["value", "person"], descending=[True, False], nulls_last=True)


def _stalls(cells: pl.DataFrame) -> pl.DataFrame:
    """The stage of each person whose conversion lies furthest below the team's, beyond chance."""
    below = cells.filter(pl.col("verdict") == BELOW).sort(pl.col("rate") - pl.col("team_rate"), "stage")
    return below.unique("person", keep="first", maintain_order=True).select("person", stalls="stage")
