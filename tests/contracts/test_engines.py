"""What every engine must do alike. The same frames go in, the same frames must come out, value for value and type for type."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import TYPE_CHECKING

import ibis
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal
from tests.examples import examples

from onelead.core.errors import EngineError
from onelead.engines import engines, open_engine

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from onelead.engines import Engine


ROWS = pl.DataFrame(
    {
        "column": ["plain", "", None, "日本語 é ß İ", 'quote " comma , line\nbreak\r\n', "\\N", "NULL", "\\."],
        "table": [1, None, -(2**63), 2**63 - 1, 0, 7, 7, 7],
        "value": [0.1, None, float("inf"), -float("inf"), 1e-300, 1.7976931348623157e308, -0.0, 0.30000000000000004],
        "select": [True, False, None, True, True, False, None, True],
        "day": [date(1, 1, 1), date(2118, 12, 31), None, date(1969, 12, 31), date(2099, 12, 31), date(9999, 12, 31), None, None],
        "local": [datetime(2024, 9, 4, 12, 30, 0, 123456), None, datetime(1900, 1, 1), *[None] * 5],  # noqa: DTZ001 - a local time
        "moment": [datetime(2024, 9, 4, 12, 30, 0, 1, tzinfo=UTC), None, datetime(1900, 1, 1, tzinfo=UTC), *[None] * 5],
        "nothing": pl.Series([None] * 8, dtype=pl.String),
        "json": ['{"a": [1, "x"]}', *[None] * 7],
        'odd "100%" é': [1, 2, 3, 4, 5, 6, 7, 8],
    }
)


def test_values_and_types_come_back_as_written(engine: Engine) -> None:
    engine.write("base_1", {"rows": ROWS})
    snapshot = engine.open("base_1", None)
    assert_frame_equal(snapshot.frame("rows"), ROWS)
    assert_frame_equal(snapshot.execute(snapshot.table("rows")), ROWS)
    assert_frame_equal(snapshot.frame("rows", ["value", "column"]), ROWS.select("value", "column"))
    assert snapshot.frame("rows", []).shape == (0, 0)
    snapshot.close()


def test_types_are_made_alike(engine: Engine) -> None:
    """Small numbers grow, decimals become floats, categories text, NaN null, other time zones UTC; U+0000 goes."""
    tokyo = timezone(timedelta(hours=9))
    given_rows = pl.DataFrame(
        {
            "small": pl.Series([1, None], dtype=pl.Int8),
            "unsigned": pl.Series([2**32 - 1, 0], dtype=pl.UInt32),
            "half": pl.Series([0.5, float("nan")], dtype=pl.Float32),
            "exact": pl.Series([Decimal("12.50"), None], dtype=pl.Decimal(10, 2)),
            "category": pl.Series(["a", None], dtype=pl.Categorical),
            "unknown": [None, None],
            "text": ["a\x00b", "c"],
            "moment": pl.Series([datetime(2024, 1, 1, 9, tzinfo=tokyo), None]).dt.convert_time_zone("Asia/Tokyo").dt.cast_time_unit("ms"),
        }
    )
    engine.write("base_1", {"rows": given_rows})
    snapshot = engine.open("base_1", None)
    expected = pl.DataFrame(
        {
            "small": [1, None],
            "unsigned": [4294967295, 0],
            "half": [0.5, None],
            "exact": [12.5, None],
            "category": ["a", None],
            "unknown": pl.Series([None, None], dtype=pl.String),
            "text": ["ab", "c"],
            "moment": pl.Series([datetime(2024, 1, 1, tzinfo=UTC), None], dtype=pl.Datetime("us", "UTC")),
        }
    )
    assert_frame_equal(snapshot.frame("rows"), expected)
    snapshot.close()


def test_empty_tables_keep_their_columns(engine: Engine) -> None:
    engine.write("base_1", {"rows": ROWS.clear()})
    snapshot = engine.open("base_1", None)
    assert_frame_equal(snapshot.frame("rows"), ROWS.clear())
    assert_frame_equal(snapshot.execute(snapshot.table("rows").limit(1)), ROWS.clear())
    assert snapshot.execute(snapshot.table("rows").agg(n=ibis._.count(), s=ibis._.table.sum())).rows() == [(0, None)]
    snapshot.close()


def test_rows_keep_their_order(engine: Engine) -> None:
    """Enough rows for several threads and pages."""
    many = pl.select(n=pl.int_range(300_000).shuffle(seed=1)).with_columns(text=pl.format("row {}\nnext line", "n"))
    engine.write("base_1", {"many": many})
    snapshot = engine.open("base_1", None)
    assert_frame_equal(snapshot.frame("many"), many)
    ordered = snapshot.execute(snapshot.table("many").order_by(ibis._.n.desc()))
    assert_frame_equal(ordered, many.sort("n", descending=True))
    snapshot.close()


def test_aggregates_and_arithmetic_are_alike(engine: Engine) -> None:
    """Worked out by hand: sums 6 and 3.5, mean 2, share 1/3; division by zero and NaN are unknown."""
    rows = pl.DataFrame({"n": [1, 2, 3], "x": [0.5, 1.0, 2.0], "z": [0, 1, 0], "ok": [True, False, None]})
    engine.write("base_1", {"rows": rows})
    snapshot = engine.open("base_1", None)
    t = snapshot.table("rows")
    totals = snapshot.execute(
        t.agg(
            n=t.count(),
            total=t.n.sum(),
            mean=t.n.mean(),
            half=t.x.sum(),
            hits=t.count(where=t.ok),
            share=t.count(where=t.ok) / t.count(),
            none=t.n.sum(where=t.n > 9),
            per_none=t.n.sum() / t.count(where=t.n > 9),
            one=ibis.literal(1),
            rounded=t.x.sum().round(0),
            high=t.x.cast("decimal(10, 2)").max(),
        )
    )
    assert dict(zip(totals.columns, totals.row(0), strict=True)) == {
        "n": 3, "total": 6, "mean": 2.0, "half": 3.5, "hits": 1, "share": pytest.approx(1 / 3), "none": None, "per_none": None,
        "one": 1, "rounded": 4.0, "high": 2.0,
    }  # fmt: skip
    assert totals.schema["total"] == pl.Int64
    assert totals.schema["mean"] == totals.schema["high"] == pl.Float64
    parts = snapshot.execute(t.select(q=t.n / t.z, f=t.n // t.z, m=t.n % t.z, h=t.n / 2, i=t.n // 2))
    assert parts.rows() == [(None, None, None, 0.5, 0), (2.0, 2, 0, 1.0, 1), (None, None, None, 1.5, 1)]
    snapshot.close()


def test_text_orders_and_folds_alike(engine: Engine) -> None:
    """By code point (capitals before small letters, accents after z), nulls last both ways; case folding knows all letters."""
    engine.write("base_1", {"rows": pl.DataFrame({"s": ["b", "Z", "é", None, "a", "É", "日"]})})
    snapshot = engine.open("base_1", None)
    t = snapshot.table("rows")
    assert snapshot.execute(t.order_by(t.s))["s"].to_list() == ["Z", "a", "b", "É", "é", "日", None]
    assert snapshot.execute(t.order_by(t.s.desc()))["s"].to_list() == ["日", "é", "É", "b", "a", "Z", None]
    assert sorted(snapshot.execute(t.filter(t.s.notnull()).select(s=t.s.lower()))["s"]) == ["a", "b", "z", "é", "é", "日"]
    assert snapshot.execute(t.agg(low=t.s.min(), high=t.s.max())).rows() == [("Z", "日")]
    assert snapshot.execute(t.filter(t.s.like("%a%") | t.s.startswith("é")).order_by(t.s))["s"].to_list() == ["a", "é"]
    snapshot.close()


def test_dates_count_alike(engine: Engine) -> None:
    """From 2024-09-04: 2118-01-01 is 34,087 days ahead, 2024-02-29 is 188 days back."""
    engine.write("base_1", {"rows": pl.DataFrame({"d": [date(2118, 1, 1), date(2024, 2, 29), None]})})
    snapshot = engine.open("base_1", None)
    t = snapshot.table("rows")
    days = snapshot.execute(t.select(n=t.d.delta(ibis.literal(date(2024, 9, 4)), unit="day"), y=t.d.year(), past=t.d < date(2024, 9, 4)))
    assert days.rows() == [((date(2118, 1, 1) - date(2024, 9, 4)).days, 2118, False), (-188, 2024, True), (None, None, None)]
    snapshot.close()


def test_rows_are_picked_by_what_is_handed_over(engine: Engine) -> None:
    engine.write("base_1", {"rows": pl.DataFrame({"key": ["a", "b", "a", None, "c"], "place": [1, 2, 3, 4, 5]})})
    snapshot = engine.open("base_1", None)
    found = snapshot.among("rows", "key", ibis.table({"key": "string"}, name="wanted"))
    for wanted, places in ((["a", "c"], [1, 3, 5]), (["nobody"], []), (["b", "b"], [2])):
        picked = snapshot.execute(found, {"wanted": pl.DataFrame({"key": wanted})})
        assert picked.columns == ["key", "place"]
        assert sorted(picked["place"]) == places
    snapshot.close()


def test_frames_join_in_expressions(engine: Engine) -> None:
    """A Polars frame as a memtable joins a stored table, twice and in two statements."""
    engine.write("base_1", {"rows": pl.DataFrame({"k": ["a", "b", None], "n": [1, 2, 3]})})
    snapshot = engine.open("base_1", None)
    extra = ibis.memtable(pl.DataFrame({"k": ["a", "é", None], "w": [0.5, None, 2.0], "d": [date(2024, 1, 1), None, None]}))
    joined = snapshot.table("rows").join(extra, "k").join(extra.view(), "k", rname="again_{name}")
    for _ in range(2):
        assert snapshot.execute(joined.select("k", "n", "w", "d", "again_w")).rows() == [("a", 1, 0.5, date(2024, 1, 1), 0.5)]
    snapshot.close()


@pytest.fixture
def both(postgres_url: str, tmp_path: Path) -> list[Engine]:
    return [open_engine(None, tmp_path), open_engine(postgres_url, tmp_path)]


FRAMES: Callable[..., st.SearchStrategy[list[tuple[object, ...]]]] = lambda: st.lists(  # noqa: E731
    st.tuples(
        st.none() | st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00")),
        st.none() | st.integers(-(2**63), 2**63 - 1),
        st.none() | st.floats(allow_nan=False),
        st.none() | st.booleans(),
        st.none() | st.dates(),
        st.none() | st.datetimes(),
    ),
    max_size=20,
)


@pytest.mark.postgres
@pytest.mark.soak
@settings(max_examples=examples(40, 15), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=FRAMES())
def test_any_rows_survive_on_both(both: list[Engine], rows: list[tuple[object, ...]]) -> None:
    types = {"s": pl.String, "i": pl.Int64, "f": pl.Float64, "b": pl.Boolean, "d": pl.Date, "t": pl.Datetime("us")}
    frame = pl.DataFrame(rows, schema=types, orient="row")
    for engine in both:
        engine.sweep(set())
        engine.write("layer", {"t": frame, "only": frame.select("s")})
        snapshot = engine.open("layer", None)
        assert_frame_equal(snapshot.frame("t"), frame)
        assert_frame_equal(snapshot.frame("only"), frame.select("s"))
        ordered = snapshot.execute(snapshot.table("t").order_by("s", ibis.desc("i"), "f", "b", "d", "t"))
        by = frame.sort("s", "i", "f", "b", "d", "t", descending=[False, True, False, False, False, False], nulls_last=True)
        assert_frame_equal(ordered, by)
        snapshot.close()


def test_engines_are_found_and_wrong_urls_named(tmp_path: Path) -> None:
    assert set(engines()) == {"duckdb", "postgres"}
    with pytest.raises(EngineError, match=r"mysql://me:\*\*\*@host") as caught:
        open_engine("mysql://me:secret@host/db", tmp_path)
    assert "secret" not in str(caught.value)
    assert "postgresql://" in str(caught.value)
