"""What every model plug-in must hold. A new model adds its worlds to ``WORLDS`` and gets all of this."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from tests.models import churn_world as churn
from tests.models import deal_world as deals
from tests.models.world import AS_OF, NO_OPPORTUNITIES, NOTHING_RECORDED, rules_input, world

from onelead.core.errors import OneLeadError
from onelead.models import ModelInput, ModelOutput, cards_frame, models
from onelead.models._card import FIELDS
from onelead.tables import canonical_tables
from onelead.tables.contributions import ContributionContract
from onelead.tables.model_cards import ModelCardContract

if TYPE_CHECKING:
    from collections.abc import Callable

WORLDS: dict[str, dict[str, Callable[[], ModelInput]]] = {
    "propensity": {
        "outcomes": lambda: world(300, seed=11).data(bootstrap_draws=5),
        "no signal": lambda: world(300, seed=11, signal=False).data(bootstrap_draws=5),
        "rules": lambda: rules_input(30),
        "none": lambda: rules_input(8),
    },
    "win_chance": {
        "outcomes": lambda: deals.deal_input(deals.world()),
        "no signal": lambda: deals.deal_input(deals.world(signal=False)),
        "rates": lambda: deals.deal_input(deals.world(100)),
        "none": lambda: deals.deal_input(deals.world(18)),
    },
    "slip_chance": {
        "outcomes": lambda: deals.deal_input(deals.world(700)),
        "rates": lambda: deals.deal_input(deals.world(100)),
        "none": lambda: deals.deal_input(deals.world(18)),
    },
    "churn_risk": {
        "outcomes": lambda: churn.churn_input(churn.world()),
        "purchases": lambda: churn.churn_input(churn.only(churn.world(), "transactions")),
        "none": lambda: churn.churn_input(churn.only(churn.world(12), "companies")),
    },
    "renewal_risk": {"outcomes": lambda: churn.churn_input(churn.only(churn.world(), "contracts", "activities"))},
    "lifetime_value": {"outcomes": lambda: churn.churn_input(churn.world())},
}
CASES = [(model, name) for model, worlds in WORLDS.items() for name in worlds]
_made: dict[tuple[str, str], tuple[ModelInput, ModelOutput]] = {}


def fitted(model: str, name: str) -> tuple[ModelInput, ModelOutput]:
    if (model, name) not in _made:
        data = WORLDS[model][name]()
        _made[model, name] = data, fit(model, data)
    return _made[model, name]


def fit(model: str, data: ModelInput) -> ModelOutput:
    output = models()[model].fit(data)
    assert output is not None
    return output


def of_deals(model: str) -> bool:
    return models()[model].writes == "predictions"


def kin(model: str) -> Any:
    """The planted world that a model of predictions is tried in: how it is turned, what its future is."""
    return deals if model in ("win_chance", "slip_chance") else churn


def test_every_model_has_worlds() -> None:
    assert set(WORLDS) == set(models())


@pytest.mark.parametrize(("model", "name"), CASES)
class TestContract:
    def test_outputs_keep_their_contracts(self, model: str, name: str) -> None:
        data, output = fitted(model, name)
        canonical_tables()[models()[model].writes].contract.validate(output.scores)
        ContributionContract.validate(output.contributions)
        ModelCardContract.validate(cards_frame([output.card]))
        if of_deals(model):
            assert output.scores["subject_id"].unique().sort().to_list() == kin(model).subjects(model, data)
            assert output.contributions["subject_id"].is_in(output.scores["subject_id"].to_list()).all()
        else:
            assert output.scores["account_id"].to_list() == sorted(data.documented["account_id"])
        assert not output.contributions.select(canonical_tables()["contributions"].key).is_duplicated().any()
        assert output.contributions["account_id"].is_in(output.scores["account_id"].to_list()).all()

    def test_the_card_is_whole_and_plain_json(self, model: str, name: str) -> None:
        data, output = fitted(model, name)
        assert json.loads(json.dumps(output.card, allow_nan=False)) == output.card
        assert set(output.card) == set(FIELDS)
        assert (output.card["model"], output.card["as_of"], output.card["base_id"]) == (model, AS_OF.isoformat(), data.base_id)
        assert output.card["limits"]
        assert (output.card["label_source"] == "outcomes") == (not output.card["why_not_higher"])

    def test_equal_input_gives_equal_output(self, model: str, name: str) -> None:
        _, output = fitted(model, name)
        again = fit(model, WORLDS[model][name]())
        assert again.scores.equals(output.scores)
        assert again.contributions.equals(output.contributions)
        assert (again.card, again.artefact) == (output.card, output.artefact)

    def test_the_order_of_rows_does_not_matter(self, model: str, name: str) -> None:
        data, output = fitted(model, name)
        if of_deals(model):
            assert fit(model, kin(model).turned(data)).scores.equals(output.scores)
            return
        turned = replace(data, features=data.features.reverse(), projects=data.projects.reverse(), documented=data.documented.reverse())
        assert fit(model, turned).scores.equals(output.scores)

    def test_it_sees_no_row_after_its_as_of_date(self, model: str, name: str) -> None:
        data, output = fitted(model, name)
        later = kin(model).with_future(data) if of_deals(model) else with_future(data, data.features["account_id"].to_list())
        assert fit(model, later).scores.equals(output.scores)

    def test_it_saves_and_loads(self, model: str, name: str) -> None:
        data, output = fitted(model, name)
        if of_deals(model):
            assert bool(output.artefact) == (output.card["label_source"] == "outcomes")
            return
        scorer: Any = models()[model].load(output.artefact)
        features = {"outcomes": data.history(AS_OF)}.get(str(output.card["label_source"]), data.features)
        assert scorer.score(features.sort("account_id"), data.documented).equals(output.scores)


def with_future(data: ModelInput, accounts: list[str]) -> ModelInput:
    later = [AS_OF + timedelta(days=1 + place % 200) for place in range(len(accounts))]
    projects = pl.DataFrame(
        {"account_id": accounts, "start_date": later, "stage_status": "C", "is_repeat": False}, schema=data.projects.schema
    )
    opportunities = pl.DataFrame(
        {"account_id": accounts, "created_date": later, "is_won": True, "is_repeat": False}, schema=NO_OPPORTUNITIES.schema
    )
    recorded = pl.DataFrame({"account_id": accounts, "as_of": later, "positive": True}, schema=NOTHING_RECORDED.schema)
    return replace(data, projects=pl.concat([data.projects, projects]), opportunities=opportunities, recorded=recorded)


def test_propensity_beats_the_naive_models_on_known_truth() -> None:
    _, output = fitted("propensity", "outcomes")
    metrics: Any = output.card["metrics"]
    for naive in ("base_rate", "recency_only"):
        assert metrics["log_loss_saved_against"][naive]["low"] > 0
        assert metrics["model"]["auc"]["low"] > metrics["baselines"][naive]["auc"]["high"]


def test_each_step_is_reached() -> None:
    reached = {name: fitted("propensity", name)[1].card["label_source"] for name in WORLDS["propensity"]}
    assert reached == {"outcomes": "outcomes", "no signal": "rules", "rules": "rules", "none": "none"}
    reached = {name: fitted("win_chance", name)[1].card["label_source"] for name in WORLDS["win_chance"]}
    assert reached == {"outcomes": "outcomes", "no signal": "rates", "rates": "rates", "none": "none"}
    reached = {name: fitted("slip_chance", name)[1].card["label_source"] for name in WORLDS["slip_chance"]}
    assert reached == {"outcomes": "outcomes", "rates": "rates", "none": "none"}
    reached = {name: fitted("churn_risk", name)[1].card["label_source"] for name in WORLDS["churn_risk"]}
    assert reached == {"outcomes": "outcomes", "purchases": "rates", "none": "none"}


@pytest.mark.parametrize("model", list(WORLDS))
@pytest.mark.parametrize("junk", [b"", b"\x80\x04K\x01.", b"[]", b"{}", b'{"format": "onelead-propensity-1", "step": "outcomes"}'])
def test_bytes_that_are_no_model_are_refused(model: str, junk: bytes) -> None:
    with pytest.raises(OneLeadError):
        models()[model].load(junk)
