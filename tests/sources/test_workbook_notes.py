"""What a workbook is told: notes on what was taken, and refusals that say why."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from tests.sources import files

from onelead.core.errors import QualityError, SourceError, UnrecognisedSourceError
from onelead.core.settings import LoadSettings
from onelead.sources import check_quality, read

if TYPE_CHECKING:
    from pathlib import Path
from tests.sources._workbook import PROJECT_HEADERS, SETTINGS, delivered, project


def test_two_sheets_of_one_table_are_added_and_noted(tmp_path: Path) -> None:
    result = delivered(files.xlsx(tmp_path / "a.xlsx", {"One": files.assets(1), "Two": files.assets(2)}))
    assert result.tables["assets"]["source_sheet"].to_list() == ["One", "Two", "Two"]
    assert result.source_rows == {"assets": 3}
    assert "Sheet 'Two' holds assets too; its rows were added." in result.notes


def test_a_missing_column_is_named_with_the_nearest(tmp_path: Path) -> None:
    rows = files.assets(1)
    rows[0][0] = "Serial Ref"
    with pytest.raises(UnrecognisedSourceError) as caught:
        delivered(files.xlsx(tmp_path / "a.xlsx", {"Base": rows, "Opportunity": [files.OPPORTUNITY_HEADERS]}))
    assert "sheet 'Base' looks like 'Installed base' (14 columns match), but has no column 'Serial_Number_Id'" in str(caught.value)
    assert "nearest is 'Serial Ref'" in str(caught.value)


@pytest.mark.parametrize("rows", [[], [("a", "b"), (1, 2)], [("Country", "Health"), ("x", "y")]])
def test_unknown_workbooks(tmp_path: Path, rows: files.Rows) -> None:
    with pytest.raises(UnrecognisedSourceError) as caught:
        delivered(files.xlsx(tmp_path / "a.xlsx", {"Sheet1": rows}))
    assert caught.value.hint


def test_a_workbook_of_something_else(tmp_path: Path) -> None:
    """Generic headers (Country, Practice) do not make a payroll nearly a table: that is a hint at most."""
    sheets: dict[str, files.Rows] = {
        "Payroll": [("Employee", "Country", "Salary", "Grade", "IBAN"), ("A", "DE", 1, 2, 3)],
        "Suppliers": [("Supplier", "Rating"), ("B", 4)],
    }
    with pytest.raises(UnrecognisedSourceError) as caught:
        delivered(files.xlsx(tmp_path / "a.xlsx", sheets))
    assert caught.value.message == "a.xlsx: no OneLead table was found in it; looked at sheets 'Payroll', 'Suppliers'."
    assert caught.value.hint == (
        "Known tables and the columns that identify them: Installed base ('Serial_Number_Id'), Opportunities ('HPE Opportunity ID'), "
        "Services projects ('Project'), Service catalogue ('Services', 'Practice'), Service credits ('PurchasedCredits'). "
        "Also known, by their ids: Companies, Contacts, Leads, Opportunity history, Products, Transactions, Contracts, Invoices, Payments, "
        "Activities, People, Quotas, Exchange rates. "
        "Nearest: sheet 'Payroll' has 2 columns of Companies ('Country', 'Employee'), but no 'Customer Id'."
    )


def test_half_of_a_table_is_nearly_one(tmp_path: Path) -> None:
    """Half of the columns of the installed base, among many others, is no sheet to pass over."""
    rows = [["x", *files.ASSET_HEADERS[1:], *(f"more {number}" for number in range(40))], ["1"] * 55]
    with pytest.raises(UnrecognisedSourceError, match=r"looks like 'Installed base' \(14 columns match\)"):
        delivered(files.xlsx(tmp_path / "a.xlsx", {"Base": rows, "Opportunity": [files.OPPORTUNITY_HEADERS, ("O-1", "n", 5, "a", "p")]}))


def test_at_most_eight_further_columns_are_listed(tmp_path: Path) -> None:
    rows = [[*files.OPPORTUNITY_HEADERS, *(f"x{number}" for number in range(10))], ["O-1"] * 15]
    notes = delivered(files.xlsx(tmp_path / "a.xlsx", {"S": rows})).notes
    assert notes == ["Sheet 'S': 10 further columns were kept: " + ", ".join(f"'x{number}'" for number in range(8)) + " and 2 more."]


def test_columns_taken_by_likeness_are_one_note(tmp_path: Path) -> None:
    rows = files.assets(1)
    rows[0][8:10] = ["Product_End_of_Lief_Date", "Product_End_of_Servcie_Life_Date"]
    assert delivered(files.xlsx(tmp_path / "a.xlsx", {"S": rows})).notes == [
        (
            "Sheet 'S': 2 columns were taken for what they look like: 'Product_End_of_Lief_Date' for 'Product_End_of_Life_Date', "
            "'Product_End_of_Servcie_Life_Date' for 'Product_End_of_Service_Life_Date'."
        )
    ]


def test_a_sheet_without_rows_replaces_nothing(tmp_path: Path) -> None:
    """Headers alone, or above blank rows, are no delivery of an empty table."""
    sheets: dict[str, files.Rows] = {
        "Install Base": [files.ASSET_HEADERS, [" "] * 15],
        "Opportunity": [files.OPPORTUNITY_HEADERS, ("O-1", "n", 5, "a", "p")],
    }
    result = delivered(files.xlsx(tmp_path / "a.xlsx", sheets))
    assert list(result.tables) == list(result.source_rows) == list(result.bad_rows) == list(result.mapping) == ["opportunities"]
    assert result.notes == ["Sheet 'Install Base' holds no rows."]
    both = delivered(files.xlsx(tmp_path / "b.xlsx", {"One": files.assets(0), "Two": files.assets(2)}))
    assert both.source_rows == {"assets": 2}
    assert both.notes == ["Sheet 'One' holds no rows."]


def test_a_file_without_any_row_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as caught:
        delivered(files.xlsx(tmp_path / "a.xlsx", {"Base": files.assets(0), "Opportunity": [files.OPPORTUNITY_HEADERS]}))
    assert caught.value.message == "a.xlsx: it holds no rows: there are headers only."
    assert caught.value.hint


def test_the_as_of_date_is_never_in_the_future(tmp_path: Path) -> None:
    rows = [PROJECT_HEADERS, project(1, **{"Last Refresh Date": date(2030, 1, 1)})]
    file = files.xlsx(tmp_path / "a.xlsx", {"P": rows})
    assert delivered(file).as_of == date(2024, 8, 29)
    assert read(file, SETTINGS, today=date(2030, 1, 1)).as_of == date(2030, 1, 1)


def test_quality_is_refused_above_the_limit(tmp_path: Path) -> None:
    """2 of 20 rows are bad: 10 % is accepted, 3 of 20 is not."""
    rows = files.assets(20)
    for number in (3, 4):
        rows[number][8] = "32/13/2024"
    result = delivered(files.xlsx(tmp_path / "a.xlsx", {"S": rows}))
    assert result.bad_rows == {"assets": 2}
    assert result.tables["assets"].height == 18
    check_quality(result, SETTINGS)
    rows[5][0] = None
    worse = delivered(files.xlsx(tmp_path / "b.xlsx", {"S": rows}))
    with pytest.raises(QualityError) as caught:
        check_quality(worse, SETTINGS)
    text = str(caught.value)
    assert "3 of 20 rows of assets (15.0 %)" in text
    assert "limit is 10 %" in text
    assert "row 4, Product_End_of_Life_Date: '32/13/2024' is not a date" in text
    check_quality(worse, LoadSettings(max_bad_share=0.15))


def test_steps_are_told(tmp_path: Path) -> None:
    told: list[str] = []
    delivered(files.xlsx(tmp_path / "a.xlsx", {"S": files.assets(1)}), on_step=told.append)
    assert told == ["reading a.xlsx", "checking a.xlsx"]
