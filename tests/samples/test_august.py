"""The August workbook's figures, counted by an independent reader (openpyxl) from the cells as they stand."""

import json
from collections import Counter
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from onelead.samples import write

Raw = dict[str, list[tuple]]
AS_OF = datetime(2024, 9, 4)  # noqa: DTZ001 - as a spreadsheet holds it
PROJECTS = "A&PS Project sample"
NOTHING = (None, "(null)")


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> dict:
    written = write("august", tmp_path_factory.mktemp("august") / "august.xlsx")
    assert written.truth.name == "august.truth.json"
    return {"path": written.files[0], **json.loads(written.truth.read_text(encoding="utf-8"))}


@pytest.fixture(scope="module")
def raw(truth: dict) -> Raw:
    return read(truth["path"])


def read(path: Path) -> Raw:
    book = load_workbook(path, read_only=True)
    raw = {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}
    book.close()
    return raw


def records(raw: dict[str, list[tuple]], sheet: str) -> list[dict]:
    header, *rows = raw[sheet]
    return [dict(zip(header, row, strict=True)) for row in rows if any(cell is not None for cell in row)]


def test_sheets_and_sizes_are_those_of_the_export(raw: Raw) -> None:
    shapes = {name: (len(records(raw, name)), len(rows[0])) for name, rows in raw.items()}
    assert shapes == {
        "Install Base": (63, 15),
        "Opportunity": (98, 5),
        PROJECTS: (2394, 44),
        "Services": (286, 3),
        "Service Credits": (1384, 10),
    }


def test_used_range_of_projects_is_larger_than_its_rows(raw: Raw) -> None:
    assert len(raw[PROJECTS]) - 1 == 2660


def test_asset_figures(raw: Raw) -> None:
    assets = records(raw, "Install Base")
    categories = Counter(row["Product_Platform_Description_Name"] for row in assets)
    assert categories == {"WLAN HW": 37, "Server Storage & Inf": 17, "x86 Premium Servers": 7, "C-Class Units & Enclosures": 2}
    names = Counter(row["Product_Name"] for row in assets)
    assert (names["AP-325"], names["DL360p Gen8"]) == (30, 5)
    assert sum(row["Product_End_of_Life_Date"] < AS_OF for row in assets) == 27
    statuses = Counter(row["Support_Status"] for row in assets)
    active = sum(count for status, count in statuses.items() if status.startswith("Active") or status == "Support-Active")
    assert (len(assets) - active, statuses["Uncovered"]) == (30, 20)
    assert (statuses["Expired Flex Support"], statuses["Expired Fixed Support"]) == (6, 4)
    assert len({row["Serial_Number_Id"] for row in assets}) == 63


def test_categories_are_those_of_the_price_book(raw: Raw) -> None:
    from onelead.core.settings import PriceSettings

    assert {row["Product_Platform_Description_Name"] for row in records(raw, "Install Base")} == set(PriceSettings().price_book)


def test_credit_figures(raw: Raw) -> None:
    rows = records(raw, "Service Credits")
    sums = {name: sum(row[name] for row in rows) for name in ("PurchasedCredits", "ConvertedCredits", "DeliveredCredits", "ActiveCredits")}
    assert sums == {"PurchasedCredits": 650, "ConvertedCredits": 330, "DeliveredCredits": 320, "ActiveCredits": 320}
    assert all(row["PurchasedCredits"] >= row["ConvertedCredits"] >= row["DeliveredCredits"] >= 0 for row in rows)
    assert {row["ExpiryInDays"] for row in rows} == {"0-45", "46-90", "91-180", ">180"}
    projects = {row["Project"] for row in records(raw, PROJECTS)}
    assert not projects & {row["ProjectID"] for row in rows}


def test_newest_refresh_is_the_as_of_date(raw: Raw) -> None:
    projects = records(raw, PROJECTS)
    assert max(row["Last Refresh Date"] for row in projects) == AS_OF
    assert max(row["Import_Date"] for row in projects) <= AS_OF


def test_project_rows_without_customer(raw: Raw, truth: dict) -> None:
    rows = raw[PROJECTS]
    header = rows[0]
    column = header.index("PRJ Customer ID")
    missing = [number for number, row in enumerate(rows[1:], start=2) if row[0] is not None and row[column] in NOTHING]
    assert len(missing) == 847
    assert missing == planted(truth, "no_customer_id")
    nobody = planted(truth, "no_customer")
    assert len(nobody) == 236
    assert all(rows[number - 1][header.index("PRJ Customer")] in NOTHING for number in nobody)


def test_opportunities(raw: Raw, truth: dict) -> None:
    deals = records(raw, "Opportunity")
    assert len({row["HPE Opportunity ID"] for row in deals}) == 94
    assert len(planted(truth, "duplicate_opportunity_id")) == 4
    assert {str(row["Account ST ID"]) for row in deals} == {account["territory_id"] for account in truth["accounts"]}
    assert len({row["Account Name"] for row in deals if row["Account ST ID"] == 56088}) == 4


def test_catalogue_names_each_group_once(raw: Raw) -> None:
    rows = raw["Services"][1:]
    assert sum(row[0] is not None for row in rows) == 23
    assert len({row[2] for row in rows}) == 286


def test_practices_are_one_vocabulary(raw: Raw) -> None:
    projects = {row["PRJ Practice"] for row in records(raw, PROJECTS)}
    catalogue = {row[0] for row in raw["Services"][1:]} - {None}
    assert projects == catalogue
    assert {row["PracticeName"] for row in records(raw, "Service Credits")} <= catalogue


def test_columns_of_codes_hold_what_real_ones_hold(raw: Raw) -> None:
    projects = records(raw, PROJECTS)
    assert {row["PRJ Size"] for row in projects} == {"<$50k", "$50k-$500k", "$500k-$1M", "$1M - $5M", ">$5M", "-"}
    assert {row["PRJ Stage Status"] for row in projects} == {"C", "LOST", "NOBID", "S", "OC", "I", "DP", "PRE", "X"}
    assert {row["PRJ Financial Status"] for row in projects} == {"G", "Y", "R", None}
    assert {row["Labor Cost"] for row in projects} == {"Yes", "No"}
    assert {type(row["Profit Center"]) for row in projects} == {int, str}


def test_every_customer_joins_an_account_by_key_or_by_name(raw: Raw, truth: dict) -> None:
    """A Japanese name has no other way than the opportunity id: at least three of its rows must carry one of its account."""
    deals = {row["HPE Opportunity ID"]: str(row["Account ST ID"]) for row in records(raw, "Opportunity")}
    owner = {customer["customer_id"]: account["territory_id"] for account in truth["accounts"] for customer in account["customers"]}
    keyed = Counter()
    for row in records(raw, PROJECTS):
        territory = deals.get(row["PRJ Siebel ID"])
        if row["PRJ Customer ID"] not in NOTHING:
            customer = str(row["PRJ Customer ID"])
            assert len(customer) == 9
            assert territory in {None, owner[customer]}
            keyed[customer] += territory is not None
    assert set(keyed) == set(owner)
    japanese = [one for account in truth["accounts"] for one in account["customers"] if one["joined_by"] == "shared_key"]
    assert len(japanese) == 2
    assert all(keyed[customer["customer_id"]] >= 3 for customer in japanese)


def planted(truth: dict, trap: str) -> list[int]:
    return [row for entry in truth["traps"] if entry["trap"] == trap for row in entry["rows"]]


def test_every_trap_is_where_the_truth_says(raw: Raw, truth: dict) -> None:
    expected = {
        "null_literal": lambda cell: cell == "(null)",
        "sentinel_date": lambda cell: cell.year >= 2099,
        "implausible_warranty_end": lambda cell: 2041 <= cell.year <= 2118,
        "dash_size": lambda cell: cell == "-",
        "mixed_integers_and_strings": lambda cell: isinstance(cell, str),
        "fill_down": lambda cell: cell is None,
        "misspelt_header": lambda cell: cell == "Opportunity NAme",
        "no_customer_id": lambda cell: cell in NOTHING,
        "other_script": lambda cell: cell in {"風森精密株式会社", "星波電機株式会社"},
        "yes_no_instead_of_money": lambda cell: "Cost" in cell,
        "bucket_instead_of_number": lambda cell: cell in {"ExpiryInDays", "PRJ Size", "PRJ Length"},
        "credit_without_project": lambda cell: cell == "ProjectID",
    }
    found = set()
    for entry in truth["traps"]:
        rows = raw[entry["sheet"]]
        if entry["trap"] == "blank_row":
            assert all(cell is None for number in entry["rows"] for cell in rows[number - 1])
        if entry["trap"] in expected:
            column = rows[0].index(entry["column"])
            assert all(expected[entry["trap"]](rows[number - 1][column]) for number in entry["rows"]), entry["trap"]
            found.add(entry["trap"])
    assert found == set(expected)
    assert {entry["trap"] for entry in truth["traps"]} - found == {"blank_row", "duplicate_opportunity_id", "named_account", "no_customer"}
    assert len(planted(truth, "blank_row")) == 266


def test_every_null_literal_is_in_the_truth(raw: Raw, truth: dict) -> None:
    cells = sum(cell == "(null)" for rows in raw.values() for row in rows for cell in row)
    assert cells == len(planted(truth, "null_literal"))


def test_st_id_gives_the_third_layout_with_the_same_rows(tmp_path: Path, raw: Raw, truth: dict) -> None:
    other = read(write("august", tmp_path / "st.xlsx", st_id=True).files[0])
    for name, rows in raw.items():
        with_territory = name in {PROJECTS, "Service Credits"}
        assert (other[name][0][-1] == "ST ID") is with_territory
        assert [row[:-1] if with_territory else row for row in other[name]] == rows
    for name, table in ((PROJECTS, "projects"), ("Service Credits", "service_credits")):
        told = {number: str(row[-1]) for number, row in enumerate(other[name], start=1) if number > 1 and row[-1] is not None}
        assert told == {int(row): territory for row, territory in truth["row_accounts"][table].items() if territory}


def test_scale_multiplies_rows_and_figures(tmp_path: Path) -> None:
    written = write("august", tmp_path / "two.xlsx", scale=2)
    raw = read(written.files[0])
    assert [len(records(raw, name)) for name in raw] == [126, 196, 4788, 286, 2768]
    assert len(raw[PROJECTS]) - 1 == 5320
    assert sum(row["PurchasedCredits"] for row in records(raw, "Service Credits")) == 1300
    assert len({row["Project"] for row in records(raw, PROJECTS)}) == 4788
    assert len({row["HPE Opportunity ID"] for row in records(raw, "Opportunity")}) == 188
