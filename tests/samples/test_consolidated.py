"""The consolidated workbook, counted by an independent reader (openpyxl)."""

import json
import re
from collections import defaultdict
from pathlib import Path

import pytest
from openpyxl import load_workbook

from onelead.samples import write

Raw = dict[str, list[dict]]
NOTHING = (None, "(null)")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Raw, dict]:
    result = write("consolidated", tmp_path_factory.mktemp("consolidated") / "consolidated.xlsx")
    return read(result.files[0]), json.loads(result.truth.read_text(encoding="utf-8"))


def read(path: Path) -> Raw:
    raw = {}
    book = load_workbook(path, read_only=True)
    for sheet in book.worksheets:
        header, *rows = sheet.iter_rows(values_only=True)
        raw[sheet.title] = [dict(zip(header, row, strict=True)) for row in rows]
    book.close()
    return raw


def test_sheets_and_sizes(written: tuple[Raw, dict]) -> None:
    raw, truth = written
    shapes = {name: (len(rows), len(rows[0])) for name, rows in raw.items()}
    assert shapes == {
        "Raw_install_base": (5678, 16),
        "Raw_opportunities": (97, 7),
        "Raw_service_credits": (537, 10),
        "Raw_projects": (2240, 44),
        "Raw_services": (286, 3),
    }
    assert truth["figures"]["companies"] == len(truth["accounts"]) == 21


def test_raw_customer_ids_are_25(written: tuple[Raw, dict]) -> None:
    raw, truth = written
    territories = {row["account_sales_territory_id"] for row in raw["Raw_install_base"]}
    customers = {row["prj_customer_id"] for row in raw["Raw_projects"]} - set(NOTHING)
    assert (len(territories), len(customers)) == (4, 21)
    assert all(len(str(value)) == 5 for value in territories)
    assert all(len(str(value)) == 9 for value in customers)
    told = {one["customer_id"] for account in truth["accounts"] for one in account["customers"]}
    assert told == {str(value) for value in customers}


def test_dates_are_text_and_headers_snake_case(written: tuple[Raw, dict]) -> None:
    raw, _ = written
    for sheet, columns in {
        "Raw_install_base": ["product_end_of_life_date", "final_service_end_date"],
        "Raw_projects": ["prj_start_date"],
    }.items():
        assert all(re.fullmatch(r"\d{4}-\d\d-\d\d", row[column]) for row in raw[sheet] for column in columns)
    assert max(row["last_refresh_date"] for row in raw["Raw_projects"]) == "2024-09-04"
    assert {"col_3rd_party_svc_cost", "col_3rd_party_mat_cost", "labor_cost", "prj_customer_id"} <= set(raw["Raw_projects"][0])
    assert all(re.fullmatch(r"[a-z0-9_]+", name) for rows in raw.values() for name in rows[0])


def test_links_are_beyond_doubt(written: tuple[Raw, dict]) -> None:
    """Shared keys never contradict the truth, and the customer that only a key joins has plenty of them."""
    raw, truth = written
    deals = {row["opportunityid__c"]: str(row["account_sales_territory_id"]) for row in raw["Raw_opportunities"]}
    assert len(deals) == 97 - 4
    owner = {one["customer_id"]: account for account in truth["accounts"] for one in account["customers"]}
    keyed = defaultdict(set)
    for row in raw["Raw_projects"]:
        if row["prj_siebel_id"] in deals and row["prj_customer_id"] not in NOTHING:
            keyed[str(row["prj_customer_id"])].add(deals[row["prj_siebel_id"]])
    for customer, territories in keyed.items():
        assert territories == {owner[customer]["territory_id"]}
    assert {customer for customer, account in owner.items() if account["joined_by"] == "shared_key"} <= set(keyed)


def test_figures_are_those_of_the_cells(written: tuple[Raw, dict]) -> None:
    raw, truth = written
    figures = truth["figures"]
    assert sum(row["product_end_of_life_date"] < "2024-09-04" for row in raw["Raw_install_base"]) == figures["expired_products"]
    active = sum(str(row["support_status"]).startswith(("Active", "Support-Active")) for row in raw["Raw_install_base"])
    assert 5678 - active == figures["unsupported_products"]
    for name in ("purchased", "converted", "delivered", "active"):
        assert sum(row[f"{name}_credits"] for row in raw["Raw_service_credits"]) == figures[f"{name}_credits"]
    nobody = [number for entry in truth["traps"] if entry["trap"] == "no_customer" for number in entry["rows"]]
    assert len(nobody) == figures["projects_without_customer"] == 180
    nulls = sum(cell == "(null)" for rows in raw.values() for row in rows for cell in row.values())
    assert nulls == sum(len(entry["rows"]) for entry in truth["traps"] if entry["trap"] == "null_literal")


def test_too_few_accounts_for_outcomes_and_enough_for_rules(written: tuple[Raw, dict]) -> None:
    """21 companies: never 50 with and 50 without a positive, but at least the 20 that labels made by rules need."""
    from onelead.core.model_settings import PropensitySettings

    companies = written[1]["figures"]["companies"]
    assert PropensitySettings().rules_accounts <= companies < PropensitySettings().outcome_accounts
