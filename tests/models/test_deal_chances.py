"""The slip chance, and how sure chances of deals are, against planted truth."""

from __future__ import annotations

import math
from datetime import date
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from tests.models.deal_world import AS_OF, SKILLS, SOURCES, STAGES, at, deal_input, stored, world

from onelead.models import InUse
from onelead.models.deals.chance import _incumbent
from onelead.models.deals.moments import moments
from onelead.models.deals.states import read_deals
from onelead.models.slip_chance import _question, fit_slip_chance, load_slip_chance
from onelead.models.win_chance import fit_win_chance

if TYPE_CHECKING:
    from onelead.models import ModelOutput


def stating(deal: str, close: date | None, closed: date | None) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A deal of January that states ``close`` and is won on ``closed``."""
    history = [{"opportunity_id": deal, "changed_at": at(date(2024, 1, 1)), "stage": "Proposal", "close_date": close}]
    if closed:
        history.append({"opportunity_id": deal, "changed_at": at(closed), "is_won": True, "close_date": closed})
    won = {"is_won": True if closed else None, "close_date": closed or close}
    return {"opportunity_id": deal, "account_id": deal, "created_date": date(2024, 1, 1), "is_repeat": False, **won}, history


def test_a_deal_slips_when_it_is_still_open_after_the_date_that_it_stated_then() -> None:
    """Asked on 1 February of a deal that states 1 April, or nothing. AS_OF is 4 September 2024."""
    asked, stated = date(2024, 2, 1), date(2024, 4, 1)
    given = {
        "on the day": (stated, date(2024, 4, 1)),
        "a day late": (stated, date(2024, 4, 2)),
        "early": (stated, date(2024, 3, 1)),
        "open, date passed": (stated, None),
        "open, date ahead": (date(2024, 12, 1), None),
        "no date": (None, date(2024, 3, 1)),
        "date passed already": (date(2024, 1, 20), date(2024, 3, 1)),
    }
    both = [stating(deal, *days) for deal, days in given.items()]
    tables = {
        "opportunities": stored("opportunities", [row for row, _ in both]),
        "opportunity_history": stored("opportunity_history", [entry for _, history in both for entry in history]),
    }
    data = deal_input(tables)
    deals, question = read_deals(data), _question()
    rows = moments(data, deals, [asked]).filter(question.asked()).join(deals.ends, on="opportunity_id", how="left")
    found = dict(rows.select("opportunity_id", question.target(AS_OF)).iter_rows())
    assert found == {"on the day": False, "a day late": True, "early": False, "open, date passed": True, "open, date ahead": None}


@cache
def slipping() -> ModelOutput:
    found = fit_slip_chance(deal_input(world()))
    assert found is not None
    return found


class TestSlipChance:
    def test_it_learns_what_slips_beyond_stage_and_pushes(self) -> None:
        card: Any = slipping().card
        assert card["label_source"] == "outcomes"
        for naive in ("stage", "stage_and_pushes"):
            assert card["metrics"]["log_loss_saved_against"][naive]["low"] > 0

    def test_a_deal_past_its_date_gets_no_chance_and_no_reasons(self) -> None:
        late = world()["opportunities"].filter(pl.col("is_won").is_null() & (pl.col("close_date") < AS_OF))["opportunity_id"].to_list()
        scores = slipping().scores
        assert late
        unasked = scores.filter(pl.col("label_source") == "none")
        assert sorted(unasked["subject_id"]) == sorted(late)
        assert unasked["probability"].null_count() == len(late)
        assert not slipping().contributions["subject_id"].is_in(late).any()
        assert scores.height - len(late) == slipping().card["learned_from"]["deals_scored"]  # type: ignore[index]  # a plain card

    def test_bytes_restore_the_chances(self) -> None:
        data = deal_input(world())
        scored = slipping().scores.drop_nulls("probability")
        today = moments(data, read_deals(data), [AS_OF]).sort("opportunity_id")
        today = today.filter(pl.col("opportunity_id").is_in(scored["subject_id"].to_list()))
        assert load_slip_chance(slipping().artefact).chance(today).tolist() == scored["probability"].to_list()


def test_most_planted_chances_lie_inside_their_intervals() -> None:
    """Skill and source, and by Bayes 0.2 ÷ 0.6 for each push and 0.8 ÷ 0.4 for each stage begun without one."""
    output = fit_win_chance(deal_input(world()))
    assert output is not None
    states = world()["opportunity_history"].group_by("opportunity_id").agg(pl.col("stage").last(), pl.col("close_date"))
    facts = world()["opportunities"].join(states.rename({"stage": "now"}), on="opportunity_id")
    true = {}
    for deal, owner, source, stage, dates in facts.select(
        "opportunity_id", "owner_id", "lead_source", "now", "close_date_right"
    ).iter_rows():
        pushes = sum(later > before for before, later in pairwise(dates))
        kept = STAGES.index(stage) - pushes if stage in STAGES else 0
        true[deal] = SKILLS[int(owner[1:])] + SOURCES[source] + pushes * math.log(0.2 / 0.6) + kept * math.log(0.8 / 0.4)
    odds = np.array([true[deal] for deal in output.scores["subject_id"]])
    chance = 1 / (1 + np.exp(-odds))
    low, high, middle = (output.scores[name].to_numpy() for name in ("probability_low", "probability_high", "probability"))
    assert ((low <= middle) & (middle <= high)).all()
    inside = float(((low <= chance) & (chance <= high)).mean())
    assert 0.7 <= inside <= 0.95
    assert float((high - low).mean()) < 0.4


def test_a_model_that_looks_at_what_was_withdrawn_does_not_stay() -> None:
    question = _question()
    kept = InUse(slipping().artefact, pinned=True)
    data = deal_input(world(), incumbent=kept)
    columns = frozenset(load_slip_chance(slipping().artefact).classifier.columns.names)  # type: ignore[attr-defined]  # a fitted model of deals
    assert _incumbent(question, data, columns) is not None
    assert _incumbent(question, data, columns - {"pushes"}) is None
