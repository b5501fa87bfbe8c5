"""The readings of rules say the same as the shared expressions beside the tables."""

from __future__ import annotations

from datetime import date

import ibis
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.rules.world import AS_OF, table

from onelead.core.context import Context
from onelead.core.settings import Settings
from onelead.rules._assets import prepared
from onelead.rules._projects import prepared as prepared_projects
from onelead.tables import assets as shared
from onelead.tables import projects as shared_projects

CONTEXT = Context(AS_OF, Settings())
DATES = st.one_of(st.none(), st.dates(date(1990, 1, 1), date(2120, 1, 1)), st.sampled_from([AS_OF, date(2099, 12, 31), date(2099, 12, 30)]))
ASSETS = st.fixed_dictionaries(
    {
        "account_id": st.just("A"),
        "product_category": st.sampled_from([None, "WLAN HW", "wlan hw", "Else", ""]),
        "end_of_life_date": DATES,
        "end_of_service_date": DATES,
        "support_start_date": DATES,
        "support_end_date": DATES,
        "support_status": st.sampled_from([None, "Active", "active", "Support-Active", "Expired", "(null)"]),
        "contract_value": st.sampled_from([None, 0.0, 5.0]),
        "is_repeat": st.booleans(),
    }
)


@settings(max_examples=30, deadline=None)
@given(st.lists(ASSETS, min_size=1, max_size=20))
def test_assets(rows: list[dict[str, object]]) -> None:
    frame = table("assets", [{**row, "asset_id": f"{number:03}"} for number, row in enumerate(rows)])
    source = ibis.memtable(frame)
    expected = source.filter(shared.counted(source)).select(
        "asset_id",
        eol=shared.end_of_life(source, CONTEXT),
        eol_days=shared.days_until(shared.end_of_life(source, CONTEXT), CONTEXT),
        support_end=shared.plausible_support_end(source, CONTEXT),
        supported=shared.is_supported(source, CONTEXT),
        value=shared.unit_value(source, CONTEXT),
    )
    ours = prepared(frame, CONTEXT)
    theirs = expected.to_polars().sort("asset_id").cast({"eol_days": pl.Int64})
    assert ours.sort("asset_id").select(theirs.columns).equals(theirs)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([None, "C", "LOST", "S", "X", "PRE"]),
            st.sampled_from([None, "-", "<$50k", ">$5M"]),
            st.sampled_from([None, 7.0]),
        ),
        min_size=1,
    )
)
def test_projects(rows: list[tuple[str | None, str | None, float | None]]) -> None:
    fields = [
        {"account_id": "A", "project_id": f"{number:03}", "stage_status": stage, "size_bucket": size, "value": value}
        for number, (stage, size, value) in enumerate(rows)
    ]
    frame = table("projects", fields)
    source = ibis.memtable(frame)
    success, active = shared_projects.is_success(source, CONTEXT), shared_projects.is_active(source, CONTEXT)
    expected = source.select(
        key="project_id", won_or_open=success | active, is_open=active, value=shared_projects.estimated_value(source, CONTEXT)
    )
    theirs = expected.to_polars().sort("key")
    assert prepared_projects(frame, CONTEXT).sort("key").select(theirs.columns).equals(theirs)
