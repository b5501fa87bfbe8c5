"""Raw rows to a contract: nothing is lost, and every bad row says why."""

from __future__ import annotations

import json
from datetime import date

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.examples import examples

from onelead.sources import RawTable, _conform, conform
from onelead.sources._conform import extra_json
from onelead.sources._dates import forward_columns
from onelead.tables import canonical_tables

ASSETS = canonical_tables()["assets"]
CREDITS = canonical_tables()["service_credits"]
PROJECTS = canonical_tables()["projects"]


def raw(columns: dict[str, list[object]], extra: dict[str, list[object]] | None = None) -> RawTable:
    frame = pl.DataFrame(columns)
    rows = pl.int_range(2, frame.height + 2, eager=True)
    return RawTable(frame, rows, {name: f"the {name}" for name in columns}, "a.xlsx", "S", pl.DataFrame(extra or {}))


def test_good_and_bad_rows() -> None:
    """Rows 2 and 5 are good; row 3 has a date that is none; row 4 has no serial number and a negative value: two entries."""
    table = raw(
        {
            "asset_id": ["A", "B", "(null)", "D"],
            "end_of_life_date": ["2024-09-04 00:00:00", "32/13/2024", None, "45539"],
            "contract_value": ["1,200", "5", "-3", "-"],
        },
        {"Rack": ["1", "2", "3", None]},
    )
    result = conform(ASSETS, table)
    assert (result.source_rows, result.bad_rows) == (4, 2)
    assert result.good.schema == ASSETS.delivered
    assert result.good.select(
        "asset_id", "end_of_life_date", "contract_value", "source_file", "source_sheet", "source_row", "extra"
    ).rows() == [
        ("A", date(2024, 9, 4), 1200.0, "a.xlsx", "S", 2, '{"Rack":"1"}'),
        ("D", date(2024, 9, 4), None, "a.xlsx", "S", 5, None),
    ]
    entries = result.quarantine.sort("source_row", "column").select("source_row", "column", "source_column", "value", "reason").rows()
    assert entries == [
        (3, "end_of_life_date", "the end_of_life_date", "32/13/2024", "'32/13/2024' is not a date"),
        (4, "asset_id", "the asset_id", None, "it is missing, and every row needs it"),
        (4, "contract_value", "the contract_value", "-3.0", "'-3.0' is less than 0"),
    ]
    assert json.loads(result.quarantine["row"][0]) == {
        "the asset_id": "B", "the end_of_life_date": "32/13/2024", "the contract_value": "5", "Rack": "2",
    }  # fmt: skip


def test_no_rows_and_missing_columns() -> None:
    result = conform(ASSETS, raw({"asset_id": pl.Series([], dtype=pl.String).to_list()}))
    assert result.good.schema == ASSETS.delivered
    assert result.good.height == result.source_rows == 0
    assert conform(CREDITS, raw({"purchased_credits": ["5"]})).good["project_id"].to_list() == [None]


def test_typed_columns_pass_as_they_are() -> None:
    result = conform(
        CREDITS, raw({"project_id": [6000.0, 7.5], "purchased_credits": [1, 2], "contract_end_date": [date(2024, 1, 1), None]})
    )
    assert result.good["project_id"].to_list() == ["6000", "7.5"]
    assert result.good["purchased_credits"].to_list() == [1.0, 2.0]
    assert result.good["contract_end_date"].to_list() == [date(2024, 1, 1), None]


def test_not_a_number_of_a_typed_column_is_quarantined() -> None:
    result = conform(CREDITS, raw({"purchased_credits": [1.0, float("nan"), float("inf")]}))
    assert result.bad_rows == 2
    assert set(result.quarantine["reason"]) == {"it is not a finite number"}


def test_words_for_nothing() -> None:
    """ "-" is a size and stays; in a date or number it means nothing, as "n/a" does; a region "NA" is a region."""
    table = raw(
        {"project_id": ["1", "2"], "size_bucket": ["-", "(null)"], "region": ["NA", " "], "start_date": ["-", "n/a"], "days": ["-", ""]}
    )
    good = conform(PROJECTS, table).good
    assert good.select("size_bucket", "region", "start_date", "days").rows() == [("-", "NA", None, None), (None, None, None, None)]


def test_yes_and_no() -> None:
    result = conform(PROJECTS, raw({"project_id": ["1", "2", "3", "4"], "labor_cost": ["Yes", "No", "(null)", "12.50"]}))
    assert result.good["labor_cost"].to_list() == [True, False, None]
    assert result.quarantine["reason"].to_list() == ["'12.50' is not Yes or No"]


def test_date_order_comes_from_the_whole_sheet() -> None:
    """The start dates alone could be either; 25/12 among the end dates settles both, and a note says so."""
    result = conform(
        PROJECTS, raw({"project_id": ["1", "2"], "start_date": ["01/02/2024", "03/04/2024"], "end_date": ["25/12/2024", "01/01/2025"]})
    )
    assert result.good["start_date"].to_list() == [date(2024, 2, 1), date(2024, 4, 3)]
    assert result.notes == [
        (
            "Sheet 'S': the dates in 'the start_date' could be day/month or month/day; they were read as day/month, "
            "like other dates of the sheet: '01/02/2024' was read as 1 February 2024."
        )
    ]


def test_a_date_order_that_nothing_settles_is_noted() -> None:
    result = conform(PROJECTS, raw({"project_id": ["1"], "start_date": ["03/04/2025"]}))
    assert result.good["start_date"].to_list() == [date(2025, 3, 4)]
    assert result.notes == [
        (
            "Sheet 'S': the dates in 'the start_date' could be day/month or month/day; they were read as month/day: "
            "'03/04/2025' was read as 4 March 2025."
        )
    ]


def test_the_same_day_and_month_needs_no_note() -> None:
    assert conform(PROJECTS, raw({"project_id": ["1"], "start_date": ["04/04/2025"]})).notes == []


def test_a_column_with_evidence_for_both_orders_is_noted() -> None:
    """Two values are day-first for sure, one month-first: day-first it is, and the one that cannot be is a bad row."""
    days = ["13/01/2025", "25/12/2024", "02/28/2025", "03/04/2025"]
    result = conform(PROJECTS, raw({"project_id": ["1", "2", "3", "4"], "start_date": days}))
    assert result.good["start_date"].to_list() == [date(2025, 1, 13), date(2024, 12, 25), date(2025, 4, 3)]
    assert result.quarantine["value"].to_list() == ["02/28/2025"]
    assert result.notes == [
        (
            "Sheet 'S': 'the start_date' holds day/month and month/day dates; all were read as day/month, "
            "and what fits month/day only, such as '02/28/2025', was not read: '03/04/2025' was read as 3 April 2025."
        )
    ]


def test_the_end_that_is_not_announced_survives_two_digits() -> None:
    """31/12/99 is the sentinel 2099-12-31 in a column of ends; a start in 99 lies behind us. Both are said."""
    result = conform(
        ASSETS,
        raw({"asset_id": ["1"], "end_of_life_date": ["31/12/99"], "support_end_date": ["31/12/99"], "support_start_date": ["31/12/99"]}),
    )
    assert result.good.select("end_of_life_date", "support_end_date", "support_start_date").row(0) == (
        date(2099, 12, 31), date(2099, 12, 31), date(1999, 12, 31),
    )  # fmt: skip
    assert (
        "Sheet 'S': the two-digit years in 'the end_of_life_date' were taken for 2000 to 2099: '31/12/99' was read as 31 December 2099."
        in result.notes
    )
    assert (
        "Sheet 'S': the two-digit years in 'the support_start_date' were taken for 1970 to 2069: '31/12/99' was read as 31 December 1999."
        in result.notes
    )


def test_ends_look_ahead() -> None:
    forward = {(name, column) for name, table in canonical_tables().items() for column in forward_columns(table)}
    assert forward == {
        ("assets", "end_of_life_date"), ("assets", "end_of_service_date"), ("assets", "support_end_date"), ("service_credits", "contract_end_date"),
        ("contracts", "end_date"), ("products", "end_of_sale_date"),
    }  # fmt: skip


def test_a_zero_formatted_as_a_date_is_nothing() -> None:
    result = conform(PROJECTS, raw({"project_id": ["1", "2"], "start_date": ["1899-12-31 00:00:00", "1899-12-31 03:04:00"]}))
    assert result.good["start_date"].to_list() == [None]
    assert result.quarantine["source_row"].to_list() == [3]


def test_extra_columns() -> None:
    frame = pl.DataFrame({'say "x"': ["a", None, '"k":null,'], "b\\c": ["1", None, None], "none": [None, None, None]})
    texts = extra_json(frame, 3).to_list()
    assert [text and json.loads(text) for text in texts] == [{"say 'x'": "a", "b/c": "1"}, None, {"say 'x'": '"k":null,'}]


@pytest.mark.soak
@settings(deadline=None, max_examples=examples(40, 15), suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.fixed_dictionaries({"a": st.none() | st.text(), "b": st.none() | st.integers()}), min_size=1))
def test_extra_columns_come_back_whole(rows: list[dict[str, object]]) -> None:
    frame = (
        pl.DataFrame(rows, schema={"a": pl.String, "b": pl.Int64}, strict=False)
        if all(abs(row["b"] or 0) < 2**63 for row in rows)
        else None
    )  # type: ignore[arg-type, operator]
    if frame is None:
        return
    texts = extra_json(frame, frame.height).to_list()
    for text, row in zip(texts, rows, strict=True):
        assert (json.loads(text) if text else {}) == {key: value for key, value in row.items() if value is not None}


CELL = (
    st.none()
    | st.sampled_from(["", " ", "(null)", "-", "5", "-5", "1,5", "2024-09-04", "13/01/2024", "01/13/2024", "soon", "nan", "Yes", "45539"])
    | st.text(max_size=5)
)
ROWS = st.integers(0, 8).flatmap(
    lambda height: st.fixed_dictionaries(
        {
            name: st.lists(CELL, min_size=height, max_size=height)
            for name in ("asset_id", "product_id", "end_of_life_date", "support_end_date", "contract_value")
        }
    )
)


@pytest.mark.soak
@settings(deadline=None, max_examples=examples(40, 15), suppress_health_check=[HealthCheck.too_slow])
@given(ROWS)
def test_good_and_quarantined_rows_are_the_rows_of_the_source(columns: dict[str, list[str | None]]) -> None:
    frame = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
    rows = pl.int_range(5, frame.height + 5, eager=True)
    result = conform(ASSETS, RawTable(frame, rows, {name: name for name in columns}, "f", "s"))
    good, bad = set(result.good["source_row"]), set(result.quarantine["source_row"])
    assert good | bad == set(rows)
    assert not good & bad
    assert len(bad) == result.bad_rows
    assert result.good.schema == ASSETS.delivered
    assert not result.quarantine.select("source_row", "column").is_duplicated().any()
    assert result.quarantine["reason"].str.len_chars().min() != 0


@pytest.mark.parametrize("name", ["assets", "opportunities", "projects", "services", "service_credits"])
@pytest.mark.soak
@settings(deadline=None, max_examples=examples(40, 15), suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.lists(CELL, min_size=60, max_size=60))
def test_no_row_is_lost_in_any_table(name: str, seed: list[str | None]) -> None:
    table = canonical_tables()[name]
    columns = list(table.contract.columns())
    frame = pl.DataFrame(
        {column: [seed[(5 * index + row) % 60] for row in range(4)] for index, column in enumerate(columns)},
        schema=dict.fromkeys(columns, pl.String),
    )
    result = conform(table, RawTable(frame, pl.int_range(2, 6, eager=True), {}, "f", "s"))
    assert result.good.height + result.quarantine["source_row"].n_unique() == 4


def test_a_long_table_is_checked_in_parts_as_if_it_were_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows keep their numbers, bad ones are found in every part, spellings are made one over all parts."""
    rows = pl.DataFrame(
        {
            "asset_id": ["a", None, "c", "d", "e", "f", None],
            "product_category": ["Server", "SERVER", "Server", "server", "Server", "Disk", "Disk"],
            "contract_value": [1, 2, 3, -4, 5, 6, 7],
        }
    )
    raw = RawTable(rows, pl.int_range(1, 8, eager=True), {}, "a.parquet", "a", pl.DataFrame({"more": [1, 2, 3, 4, 5, None, 7]}))
    whole = conform(ASSETS, raw)
    monkeypatch.setattr(_conform, "PART_ROWS", 3)
    parts = conform(ASSETS, raw)
    assert parts.good.equals(whole.good)
    assert parts.quarantine.equals(whole.quarantine)
    assert (parts.source_rows, parts.bad_rows, parts.notes) == (7, 3, whole.notes)
    assert parts.good["source_row"].to_list() == [1, 3, 5, 6]
