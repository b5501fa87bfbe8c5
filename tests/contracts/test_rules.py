"""What every rule plug-in must hold. A new rule adds what triggers it to ``tests/rules/world.py`` and gets all of this."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from tests.rules.world import BASE, account, given, rich, table

from onelead.core.settings import ActionSettings
from onelead.rules import Rule, RuleInput, action_ids, evidence_rows, recommend, render, rules, templates
from onelead.rules._proposal import PROPOSAL
from onelead.tables.actions import ActionContract

if TYPE_CHECKING:
    from collections.abc import Callable

DOCUMENTED = {
    "critical_renewal": (10, "Critical"), "urgent_renewal": (8, "High"), "service_expiration": (7, "High"), "cross_sell_high": (6, "Medium"),
    "service_expansion": (5, "Medium"), "planned_renewal": (4, "Medium"), "cross_sell_medium": (3, "Low"), "relationship_building": (2, "Low"),
    "general_follow_up": (1, "Low"),
}  # fmt: skip
WORDS_OF_SALESMEN = r"ROI|100 ?%|guarantee|best[- ]in|leading|unlock|seamless|world[- ]class|cutting[- ]edge|revolution|synerg|!"
FROM_MODELS = {"slipping_deal": (7, "High"), "stalled_deal": (5, "Medium"), "churn_risk": (7, "High"), "contract_renewal": (6, "High")}
"""Types that predictions raise (docs/decisions/0011 and 0018)."""
FROM_SCORES = {"upsell": (5, "Medium"), "refresh": (5, "Medium"), "next_product": (4, "Medium"), "whitespace": (3, "Low")}
"""Types that the documents name without a priority: theirs fits the table (docs/decisions/0008)."""
every = pytest.mark.parametrize("rule", rules().values(), ids=lambda rule: rule.id)


@cache
def world() -> RuleInput:
    return rich()


@cache
def proposed(rule_id: str) -> pl.DataFrame:
    return rules()[rule_id].propose(world())


@cache
def actions() -> pl.DataFrame:
    return recommend(world())


def of(rule: Rule) -> list[dict[str, Any]]:
    return actions().filter(pl.col("type") == rule.id).to_dicts()


def test_the_documented_types_have_their_priorities() -> None:
    found = {rule.id: (rule.priority, rule.urgency) for rule in rules().values()}
    assert {name: found.get(name) for name in DOCUMENTED} == DOCUMENTED
    assert {name: found.get(name) for name in FROM_SCORES} == FROM_SCORES
    assert {name: found.get(name) for name in FROM_MODELS} == FROM_MODELS
    assert list(found) == [*sorted(found, key=lambda name: (-found[name][0], name))]
    assert set(ActionSettings().chance) == set(DOCUMENTED) | set(FROM_SCORES) | set(FROM_MODELS)


@every
def test_the_docstring_tells_the_user(rule: Rule) -> None:
    assert rule.doc.split("\n")[0].endswith(tuple(".:,;abcdefghijklmnopqrstuvwxyz"))
    for part in ("Who:", "Worth:", "Sure:"):
        assert part in rule.doc
    assert not re.search(r"``|_|Polars|frame", rule.doc), "a user reads this"
    assert rule.label
    assert rule.timeline
    assert rule.template in templates()


@every
def test_proposals_have_the_proposal_columns(rule: Rule) -> None:
    frame = proposed(rule.id)
    assert frame.schema == PROPOSAL
    assert not frame.is_empty(), "the world of the tests holds something for every rule"
    required = ["subject", "title", "why", "due_date", "estimated", "doubts", "evidence_table", "evidence_count", "template", "parameters"]
    assert frame.select(pl.col(required).null_count()).sum_horizontal().sum() == 0
    assert frame.select(pl.struct("account_id", "subject").is_unique().all()).item()
    assert (frame["value"].is_null() | frame["value_low"].is_not_null()).all()
    assert (frame["value"].is_null() | frame["value_high"].is_not_null()).all()


@every
def test_every_action_cites_rows_that_can_be_found_again(rule: Rule) -> None:
    for action in of(rule):
        rows = evidence_rows(action, world().frames)
        assert rows.height == action["evidence_count"] >= 1
        assert set(rows["account_id"]) == {action["account_id"]}
        keys = json.loads(action["evidence_keys"])
        assert len(keys) == min(rows.height, 20)
        keys_of = {"assets": "asset_id", "opportunities": "opportunity_id", "accounts": "account_id", "transactions": "transaction_id"}
        keys_of["contracts"] = "contract_id"
        column = keys_of.get(action["evidence_table"], "project_id")
        named = set(rows[column].drop_nulls()) | {f"row {row}" for row in rows.get_column("source_row", default=pl.Series([0]))}
        assert set(keys) <= named


@every
def test_every_action_has_an_opener_without_gaps_or_claims(rule: Rule) -> None:
    for action in of(rule):
        opener = render(action)
        text = f"{opener.subject}\n{opener.body}"
        assert not re.search(r"[{}]|None|null|\bnan\b|  ", text), text
        assert not re.search(WORDS_OF_SALESMEN, text, re.IGNORECASE), text
        assert not re.search(r"\n\n\n|\d{4}-\d{2}-\d{2}", text), text
        assert not re.search(
            r"\b1 (?:products|assets|credits|service credits|projects|contracts)\b|\b[2-9] (?:product|asset|project)\b", text
        ), text
        assert "\n" not in opener.subject


@every
def test_lists_and_parameters_are_json(rule: Rule) -> None:
    for action in of(rule):
        for column in ("next_steps", "opportunity_areas", "risk_flags", "services", "evidence_keys"):
            found = json.loads(action[column])
            assert isinstance(found, list)
            assert all(isinstance(entry, str) and entry for entry in found)
        assert json.loads(action["next_steps"])
        assert json.loads(action["opportunity_areas"])
        assert isinstance(json.loads(action["parameters"]), dict)
        assert isinstance(json.loads(action["evidence_where"]), dict)


@every
def test_nothing_comes_of_nothing(rule: Rule) -> None:
    frame = rule.propose(given())
    assert frame.schema == PROPOSAL
    assert frame.is_empty()


@every
def test_unattributed_rows_and_repeats_raise_no_action_on_an_account(rule: Rule) -> None:
    """The rows of the world without their accounts, then as repeats: only mapping speaks, and only of rows that count."""
    for change in ({"account_id": None}, {"is_repeat": True}):
        rows = {
            name: world().frames(name).with_columns(pl.lit(value).cast(pl.String if column == "account_id" else pl.Boolean).alias(column))
            for name in ("assets", "projects", "opportunities", "service_credits")
            for column, value in change.items()
        }
        frame = rule.propose(given(accounts=[account("Z")], **rows))
        if rule.id == "map_credits":
            assert frame.height == (1 if "account_id" in change else 0)
        else:
            assert set(frame["account_id"]) <= {"Z"}
            assert set(frame["evidence_table"]) <= {"accounts"}


def test_the_list_keeps_the_contract_of_the_table() -> None:
    ActionContract.validate(actions())
    assert recommend(given()).schema == ActionContract.create_empty().schema


def test_every_template_is_used_by_the_world() -> None:
    assert set(actions()["template"]) == set(templates())


def test_ids_do_not_depend_on_the_order_of_rows() -> None:
    shuffled = {name: world().frames(name).sample(fraction=1, shuffle=True, seed=3) for name in BASE if name != "services"}
    other = given(**shuffled, services=world().frames("services"), scores=world().scores.to_dicts())
    columns = [name for name in actions().columns if name != "next_steps"]
    assert recommend(other).select(columns).equals(actions().select(columns))


def test_ids_are_what_they_were() -> None:
    """Ids are promises: what was dismissed under an id stays dismissed. Worked out once: blake2b of account, type and subject."""
    assert action_ids(["56088", None], ["critical_renewal", "map_credits"], ["WLAN HW", "Unattributed service credits"]) == IDS


IDS = ["8c1acc323c6834ec", "a371c2a885eab88f"]


@pytest.mark.parametrize("missing", BASE)
def test_every_table_may_be_empty(missing: str) -> None:
    frames: dict[str, pl.DataFrame] = {name: world().frames(name) for name in BASE} | {missing: table(missing, [])}
    everything: Callable[..., RuleInput] = given
    ActionContract.validate(recommend(everything(**frames, scores=world().scores.to_dicts())))
