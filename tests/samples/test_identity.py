"""The identity sample: names and ids belong to one company each, families are different companies, shared keys do not lie."""

import json
import re
from collections import Counter
from pathlib import Path

import polars as pl
import pytest

from onelead.samples import write


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, pl.DataFrame], dict]:
    written = write("identity", tmp_path_factory.mktemp("identity") / "two_hundred", accounts=200)
    assert written.truth.name == "two_hundred.truth.json"
    return {file.stem: pl.read_parquet(file) for file in written.files}, json.loads(written.truth.read_text(encoding="utf-8"))


def owners(truth: dict, field: str) -> dict[str, int]:
    """Value → company; fails where two companies share one."""
    found: dict[str, int] = {}
    for company in truth["companies"]:
        values = company[field] if isinstance(company[field], list) else [company[field]]
        for value in values:
            if value is not None:
                assert found.setdefault(value, company["company"]) == company["company"], value
    return found


def test_every_id_and_name_in_the_data_is_in_the_truth_and_back(sample: tuple[dict[str, pl.DataFrame], dict]) -> None:
    tables, truth = sample
    names = set(tables["opportunities"]["account_name"]) | set(tables["projects"]["account_name"].drop_nulls())
    assert names == set(owners(truth, "names"))
    assert set(tables["projects"]["customer_id"].drop_nulls()) <= set(owners(truth, "customer_ids"))
    assert set(tables["opportunities"]["territory_id"]) == set(owners(truth, "territory_id"))
    assert len(truth["companies"]) == 200


def test_shared_keys_lead_to_the_true_company(sample: tuple[dict[str, pl.DataFrame], dict]) -> None:
    tables, truth = sample
    territory, name = owners(truth, "territory_id"), owners(truth, "names")
    deals = {row["opportunity_id"]: territory[row["territory_id"]] for row in tables["opportunities"].to_dicts()}
    keyed = 0
    for row in tables["projects"].drop_nulls("account_name").to_dicts():
        if row["opportunity_id"] is not None:
            assert deals[row["opportunity_id"]] == name[row["account_name"]]
            keyed += 1
        if row["territory_id"] is not None:
            assert territory[row["territory_id"]] == name[row["account_name"]]
            keyed += 1
    assert 0.1 < keyed / tables["projects"].height < 0.4


def test_names_are_as_hard_as_real_ones(sample: tuple[dict[str, pl.DataFrame], dict]) -> None:
    _, truth = sample
    difficulty = Counter(customer["difficulty"] for company in truth["companies"] for customer in company["customers"])
    total = sum(difficulty.values())
    assert 0.1 < difficulty["medium"] / total < 0.3
    assert 0.01 < difficulty["hard"] / total < 0.12
    assert any(re.search(r"[一-龯]", name) for name in owners(truth, "names"))
    families = Counter(company["family"] for company in truth["companies"] if company["family"])
    assert len([family for family, size in families.items() if size > 1]) >= 10
    assert any(company["named_accounts"] for company in truth["companies"])


def test_rows_with_a_wrong_id_are_told(sample: tuple[dict[str, pl.DataFrame], dict]) -> None:
    tables, truth = sample
    customer, name = owners(truth, "customer_ids"), owners(truth, "names")
    wrong = [
        row["project_id"]
        for row in tables["projects"].drop_nulls(["customer_id", "account_name"]).to_dicts()
        if customer[row["customer_id"]] != name[row["account_name"]]
    ]
    assert set(wrong) <= set(truth["wrong_rows"])


def test_another_seed_speaks_another_language(tmp_path: Path) -> None:
    """A linker tuned on one seed must not know the stems of another: fewer than one name in fifty occurs in both."""
    names = []
    for seed in (1, 2):
        truth = json.loads(write("identity", tmp_path / f"{seed}", seed=seed, accounts=200).truth.read_text(encoding="utf-8"))
        names.append({company["name"] for company in truth["companies"]})
    assert len(names[0] & names[1]) <= 4


def test_workbook_holds_the_same_rows(tmp_path: Path, sample: tuple[dict[str, pl.DataFrame], dict]) -> None:
    from openpyxl import load_workbook

    tables, truth = sample
    written = write("identity", tmp_path / "identity.xlsx", accounts=200)
    book = load_workbook(written.files[0], read_only=True)
    header, *rows = book["A&PS Project sample"].iter_rows(values_only=True)
    book.close()
    place = header.index("PRJ Customer")
    shown = [None if row[place] == "(null)" else row[place] for row in rows]
    assert shown == tables["projects"]["account_name"].to_list()
    assert json.loads(written.truth.read_text(encoding="utf-8")) == truth
