"""The OneLead workbook in its layouts, with every trap of real exports."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import TYPE_CHECKING

import pytest
from tests.sources import files

from onelead.sources import file_hashes

if TYPE_CHECKING:
    from pathlib import Path
from tests.sources._workbook import PROJECT_HEADERS, delivered, project


def test_data_export_with_its_traps(tmp_path: Path) -> None:
    """Blank rows, "(null)", "-", mixed ids, text dates beside real ones, fill-down, Yes/No, duplicate ids: all in one workbook."""
    sheets: dict[str, files.Rows] = {
        "Install Base": files.assets(3),
        "Opportunity": [
            files.OPPORTUNITY_HEADERS,
            ("O-1", "One", 56088, "Acme", "X"),
            ("O-1", "One", 56088, "Acme", "X"),
            (None,) * 5,
            ("O-2", "Two", "56089", "(null)", None),
        ],
        "Projects": [
            PROJECT_HEADERS,
            project(1),
            [None] * 11,
            [" "] * 11,
            project(2, **{"PRJ Profit Center": "1Z00", "PRJ Customer ID": None, "3rd Party Svc Cost": "No"}),
        ],
        "Catalogue": [
            ("Practice", "Sub-Practice", "Services"),
            ("Cloud", "Advice", "A"),
            (None, None, "B"),
            ("Edge", None, "C"),
            (None, "Wi-Fi", "D"),
            (None, None, "E"),
        ],
        "Service Credits": [
            files.CREDIT_HEADERS,
            ("P1", "n", "Cloud", 10, 5, 4, 1, 6, "0-45", date(2025, 1, 1)),
            ("P2", "n", "Edge", 1, 1, 1, 0, 0, ">180", "2025-01-01"),
        ],
        "Notes": [("Some text",), ("that is no table",)],
    }
    result = delivered(files.xlsx(tmp_path / "export.xlsx", sheets))
    assert (result.source_id, result.layout, result.file) == ("onelead_workbook", "data_export", "export.xlsx")
    assert result.source_rows == {"assets": 3, "opportunities": 3, "projects": 2, "services": 5, "service_credits": 2}
    assert result.quarantine.is_empty()
    assert result.as_of == date(2024, 9, 4)
    asset = result.tables["assets"].row(0, named=True)
    assert (asset["territory_id"], asset["support_status"], asset["end_of_service_date"], asset["support_end_date"]) == (
        "56088",
        None,
        date(2099, 12, 31),
        date(2118, 1, 1),
    )
    assert result.tables["opportunities"].select("opportunity_id", "territory_id", "account_name", "source_row").rows() == [
        ("O-1", "56088", "Acme", 2), ("O-1", "56088", "Acme", 3), ("O-2", "56089", None, 5),
    ]  # fmt: skip
    projects = result.tables["projects"]
    assert projects.select("project_id", "customer_id", "size_bucket", "third_party_service_cost", "import_date", "source_row").rows() == [
        ("P1", "900000001", "-", True, date(2024, 8, 29), 2), ("P2", None, "-", False, date(2024, 8, 29), 5),
    ]  # fmt: skip
    assert [json.loads(text) for text in projects["extra"]] == [{"PRJ Profit Center": "6000"}, {"PRJ Profit Center": "1Z00"}]
    assert result.tables["services"].select("practice", "sub_practice", "service").rows() == [
        ("Cloud", "Advice", "A"), ("Cloud", "Advice", "B"), ("Edge", None, "C"), ("Edge", "Wi-Fi", "D"), ("Edge", "Wi-Fi", "E"),
    ]  # fmt: skip
    assert result.tables["service_credits"]["contract_end_date"].to_list() == [date(2025, 1, 1)] * 2
    assert result.mapping["opportunities"]["opportunity_name"] == "Opportunity NAme"
    assert "Sheet 'Notes' is not a table that OneLead knows; it was not read." in result.notes
    assert any("'PV302'" in note or "'PRJ Profit Center'" in note for note in result.notes)
    assert [digest for _, digest in result.files] == [result.sha256] == file_hashes([tmp_path / "export.xlsx"])
    assert result.sha256 == hashlib.sha256((tmp_path / "export.xlsx").read_bytes()).hexdigest()


def test_st_id_makes_the_third_layout(tmp_path: Path) -> None:
    rows = [[*files.CREDIT_HEADERS, "ST ID"], ["P1", "n", "Cloud", 1, 1, 1, 0, 0, "0-45", None, 56088]]
    result = delivered(files.xlsx(tmp_path / "a.xlsx", {"S": rows}))
    assert result.layout == "data_export_st_id"
    assert result.tables["service_credits"]["territory_id"].to_list() == ["56088"]


def test_consolidated_layout(tmp_path: Path) -> None:
    base = [name.lower() for name in files.ASSET_HEADERS[:14]] + ["mapped_business_area", "mapped_practice_area"]
    sheets: dict[str, files.Rows] = {
        "Raw_install_base": [base, [*files.assets(1)[1][:14], "Mapped", "Practice"]],
        "Raw_opportunities": [
            ("opportunityid__c", "opportunity_description", "opportunity_name", "opportunity_account_name", "account_sales_territory_id", "opportunity_owner__r_name", "product_line__c"),
            ("O-1", "text", "One", "Acme", 56088, "Someone", "X"),
        ],
        "Raw_projects": [("project", "prj_customer", "prj_size", "prj_start_date", "col_3rd_party_svc_cost", "labor_cost", "prj_siebel_id"), ("P1", "Acme", ">$5M", "2024-01-01", "No", "Yes", "O-1")],
    }  # fmt: skip
    result = delivered(files.xlsx(tmp_path / "a.xlsx", sheets))
    assert result.layout == "consolidated"
    assert result.tables["assets"].select("business_area", "practice_area", "extra").row(0) == (
        "Area",
        "Practice",
        '{"mapped_business_area":"Mapped"}',
    )
    assert result.tables["opportunities"].select("opportunity_id", "description", "account_name", "owner_name").row(0) == (
        "O-1",
        "text",
        "Acme",
        "Someone",
    )
    assert result.tables["projects"].select("third_party_service_cost", "labor_cost", "opportunity_id").row(0) == (False, True, "O-1")
    assert result.as_of is None


def test_order_place_and_names_of_sheets_and_columns_are_free(tmp_path: Path) -> None:
    """Columns reversed, the header in row 7 of column C, a group row above it, a misspelt header, a further column of the same name."""
    rows = [[*row[::-1], "x"] for row in files.assets(2)]
    rows[0][-1] = "Product_Id"
    rows[0][rows[0].index("Product_End_of_Life_Date")] = "Product_End_of_Lief_Date"
    rows.insert(0, ["Support", *[None] * 14, "Product"])
    result = delivered(files.xlsx(tmp_path / "a.xlsx", {"Tabelle1": rows}, start=(5, 2)))
    assert result.tables["assets"].select("asset_id", "product_id", "end_of_life_date", "source_row", "source_sheet").row(0) == (
        "SN0", "P-1", date(2024, 6, 30), 8, "Tabelle1",
    )  # fmt: skip
    assert json.loads(result.tables["assets"]["extra"][0]) == {"Product_Id": "x"}
    assert (
        "Sheet 'Tabelle1': 1 column was taken for what it looks like: 'Product_End_of_Lief_Date' for 'Product_End_of_Life_Date'."
        in result.notes
    )
    assert "Sheet 'Tabelle1': 1 further column was kept: 'Product_Id'." in result.notes


@pytest.mark.parametrize("kind", ["xls", "xlsb", "ods", "csv", "encrypted"])
def test_other_formats(tmp_path: Path, kind: str) -> None:
    rows = [files.OPPORTUNITY_HEADERS, ("O-1", "One", "56088", "木村製作所", "X")]
    file = tmp_path / f"a.{kind}"
    if kind == "encrypted":
        files.encrypted(file, files.xlsx(tmp_path / "plain.xlsx", {"S": rows}))
    elif kind == "csv":
        file.write_text("\n".join(",".join(row) for row in rows), encoding="utf-8")
    else:
        {"xls": files.xls, "xlsb": files.xlsb, "ods": files.ods}[kind](file, rows)
    result = delivered(file, password=lambda: files.PASSWORD)
    assert result.tables["opportunities"].select("opportunity_id", "territory_id", "account_name").rows() == [
        ("O-1", "56088", "木村製作所")
    ]


def test_merged_and_error_cells(tmp_path: Path) -> None:
    import xlsxwriter

    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ("Practice", "Services"))
    sheet.merge_range(1, 0, 3, 0, "Cloud")
    sheet.write_column(1, 1, ("A", "B"))
    sheet.write_formula(3, 1, "=NA()", value="#N/A")
    book.close()
    result = delivered(tmp_path / "a.xlsx")
    assert result.tables["services"].select("practice", "service").rows() == [("Cloud", "A"), ("Cloud", "B")]
    assert any("1 cell holds an error such as #N/A; it counts as empty." in note for note in result.notes)
