"""The sales model under the names of CRMs and finance systems, in one workbook or in files."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import polars as pl
import pytest
from tests.sources import files

from onelead.core.settings import LoadSettings
from onelead.sources import read
from onelead.sources._sales_headers import HEADERS
from onelead.tables import canonical_tables

if TYPE_CHECKING:
    from pathlib import Path

SETTINGS = LoadSettings()

COMPANIES = [
    ("Account ID", "Account Name", "Parent Account ID", "Sector", "Number Of Employees", "Billing Country", "NPS"),
    ("A1", "Acme", None, "Retail", 120, "DE", 9),
]
DEALS = [
    ("Opportunity ID", "Account ID", "Stage", "Amount", "Probability (%)", "Close Date", "Owner", "Type", "Next Step"),
    ("O1", "A1", "Proposal", 1000, 60, date(2024, 9, 30), "Ann", "Renewal", "Call"),
    ("O2", "A1", "Commit", 500, 5, date(2024, 9, 30), "Ann", "New", None),
]
HISTORY = [
    ("Opportunity ID", "Changed On", "Stage", "Amount", "Close Date", "Probability (%)"),
    ("O1", "2024-03-01T14:22:05Z", "Prospect", 900, "2024-06-30", "10%"),
    ("O1", "2024-05-02 08:00", "Proposal", 1000, "2024-09-30", "60%"),
]
MONEY = [
    ("Payment Number", "Invoice Number", "Account ID", "Date", "Payment Amount", "Currency"),
    ("P1", "I1", "A1", date(2024, 2, 1), 100.5, "EUR"),
]


def test_a_workbook_with_a_sheet_a_table(tmp_path: Path) -> None:
    book = files.xlsx(tmp_path / "crm.xlsx", {"Customers": COMPANIES, "Deals": DEALS, "Deal history": HISTORY, "Payments received": MONEY})
    found = read(book, SETTINGS, today=date(2024, 9, 4))
    assert (found.source_id, found.layout) == ("sales_model", "sales_model")
    assert found.source_rows == {"companies": 1, "opportunities": 2, "opportunity_history": 2, "payments": 1}
    company = found.tables["companies"].row(0, named=True)
    assert (company["customer_id"], company["industry"], company["employees"], company["country"]) == ("A1", "Retail", 120, "DE")
    assert company["extra"] == '{"NPS":"9"}'
    assert found.tables["opportunities"].select("opportunity_id", "probability", "deal_type", "owner_name").rows() == [
        ("O1", 0.6, "Renewal", "Ann"),
        ("O2", 0.05, "New", "Ann"),
    ]
    assert found.tables["opportunity_history"].select("changed_at", "stage", "probability").rows() == [
        (datetime.fromisoformat("2024-03-01T14:22:05"), "Prospect", 0.1),
        (datetime.fromisoformat("2024-05-02T08:00"), "Proposal", 0.6),
    ]
    assert found.tables["payments"].select("payment_id", "invoice_id", "payment_date", "amount").rows() == [
        ("P1", "I1", date(2024, 2, 1), 100.5)
    ]


@pytest.mark.parametrize(
    ("values", "shares"), [([0.2, 0.9], [0.2, 0.9]), ([20, 90], [0.2, 0.9]), (["20 %", "90%"], [0.2, 0.9]), ([1, 0], [1.0, 0.0])]
)
def test_chances_in_percent_and_as_shares(tmp_path: Path, values: list[object], shares: list[float]) -> None:
    rows = [
        ("Deal ID", "Stage Name", "Account ID", "Probability"),
        *((f"O{place}", "Open", "A1", value) for place, value in enumerate(values)),
    ]
    found = read(files.xlsx(tmp_path / "deals.xlsx", {"Deals": rows}), SETTINGS)
    assert found.tables["opportunities"]["probability"].to_list() == shares


@pytest.mark.parametrize("name", sorted(HEADERS))
@pytest.mark.parametrize("named", ["canonical", "usual", "last"])
def test_every_table_is_known_by_all_of_its_names(tmp_path: Path, name: str, named: str) -> None:
    """A file with all columns of a table, under its own names, in words, or under the last synonym, is that table, column for column."""
    columns = list(canonical_tables()[name].contract.columns())
    headers = {column: column if named == "canonical" else column.replace("_", " ").title() for column in columns}
    if named == "last":
        headers |= {column: others[-1] for column, others in HEADERS[name].items() if column in headers}
        taken = list(headers.values())
        headers = {column: header if taken.count(header) == 1 else column for column, header in headers.items()}
    file = tmp_path / f"{name}.csv"
    pl.DataFrame({header: ["1"] for header in headers.values()}).write_csv(file)
    found = read(file, SETTINGS)
    assert found.mapping == {name: {column: header for column, header in headers.items()}}  # noqa: C416 - as it was written


def test_contacts_are_no_contracts(tmp_path: Path) -> None:
    rows = [("Deal ID", "Stage Name", "Account ID", "Contact ID"), ("O1", "Open", "A1", "N1")]
    found = read(files.xlsx(tmp_path / "deals.xlsx", {"Deals": rows}), SETTINGS)
    assert found.tables["opportunities"].select("contract_id", "extra").rows() == [(None, '{"Contact ID":"N1"}')]
