"""Who is likely to leave: the use cases over a loaded workspace, and what Customer Health and Customer 360 show of them."""

from __future__ import annotations

import csv
import html
import io
import re
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING

import polars as pl
import pytest
from starlette.testclient import TestClient
from tests import prepared
from tests.models import churn_world as churn
from tests.web.conftest import app_of

from onelead.core.viewer import LOCAL_ADMIN
from onelead.workspace import open_workspace, serve_workspace
from onelead.workspace.leaving import account_outlook, account_risks, ending_contracts, risk_totals
from onelead.workspace.lifetime import mean_lifetime_value

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from onelead.workspace import Serving
    from onelead.workspace.viewing import View

ASSIGNED = ("account_id", "named_account_id", "is_repeat", "source_file", "source_sheet", "source_row", "extra")


def load(place: Path) -> None:
    files = []
    for name, frame in churn.world().items():
        files.append(place / f"{name}.parquet")
        dated = frame.with_columns(last_refresh_date=pl.lit(churn.AS_OF)) if name == "companies" else frame
        dated.drop(ASSIGNED).write_parquet(files[-1])
    with open_workspace(place / "ws") as opened:
        opened.load(*files)


@pytest.fixture(scope="module")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """The world of customers who leave, loaded once."""
    found = serve_workspace(prepared.once(tmp_path_factory, "leaving", load) / "ws")
    yield found
    found.close()


@pytest.fixture
def view(serving: Serving) -> Iterator[View]:
    """The whole of it, for who may see all."""
    stamp = serving.stamp()
    assert stamp is not None
    with serving.view(LOCAL_ADMIN, stamp) as opened:
        yield opened


def test_accounts_come_by_what_is_expected_to_be_lost(view: View, serving: Serving) -> None:
    rows = account_risks(view, serving.parts)
    told = view.frame("predictions").filter(pl.col("model") == "churn_risk", pl.col("horizon_days") == 365)
    assert sorted(rows.drop_nulls("source")["account_id"]) == sorted(told["account_id"])
    losses = rows["expected_loss"].drop_nulls()
    assert losses.equals(losses.sort(descending=True))
    first = rows.row(0, named=True)
    assert first["expected_loss"] == pytest.approx(first["stake"] * first["risk_365"])
    assert first["risk_30"] < first["risk_90"] < first["risk_180"] < first["risk_365"]
    assert "Mood: -" in first["why"]
    assert (rows["likely"] == (rows["risk_180"] >= 0.2).fill_null(value=False)).all()


def test_totals_are_those_of_the_rows_and_of_the_readers_accounts(view: View, serving: Serving) -> None:
    rows, found = account_risks(view, serving.parts), risk_totals(view, serving.parts)
    likely = rows.filter("likely")
    assert (found["likely"], found["told"]) == (likely.height, rows["risk_180"].count())
    assert found["stake"] == pytest.approx(likely["stake"].sum())
    assert found["lifetime"] == pytest.approx(rows["lifetime"].sum())
    mine = replace(view, viewer=replace(view.viewer, account_ids=frozenset(likely["account_id"].head(1))))
    assert (risk_totals(mine, serving.parts)["likely"], account_risks(mine, serving.parts).height) == (1, 1)


def test_one_account_with_times_drivers_and_contracts(view: View, serving: Serving) -> None:
    account = account_risks(view, serving.parts)["account_id"][0]
    found = account_outlook(view, serving.parts, account)
    assert found is not None
    assert [chance["days"] for chance in found["chances"]] == [30, 90, 180, 365]
    assert {push["label"] for push in found["pushes"]} >= {"Mood", "Other features"}
    assert found["pushes"][-1]["label"] == "Other features"
    assert found["years"] == 3.0
    contracts = ending_contracts(view, serving.parts)
    assert contracts["end_date"].is_sorted()
    assert contracts.filter(pl.col("account_id") == account).height == 1
    assert contracts["ends"].null_count() == 0
    assert account_outlook(view, serving.parts, "nobody") is None


def test_on_another_date_nothing_is_told(view: View, serving: Serving) -> None:
    earlier = replace(view, context=view.context.on(churn.AS_OF - timedelta(days=30)), kept=None)
    assert account_risks(earlier, serving.parts).is_empty()
    assert ending_contracts(earlier, serving.parts).is_empty()


def test_the_mean_lifetime_value_is_that_of_the_accounts_and_unknown_in_older_snapshots(view: View, serving: Serving) -> None:
    values = account_risks(view, serving.parts)["lifetime"].drop_nulls()
    found = mean_lifetime_value(view, serving.parts)
    assert (found["accounts"], found["value"]) == (values.len(), pytest.approx(values.mean()))
    older = replace(view, snapshot=SimpleNamespace(columns=lambda: {"predictions": {"model": pl.String}}))  # type: ignore[arg-type]  # all that is asked
    assert mean_lifetime_value(older, serving.parts) == {"value": None, "accounts": 0}


def test_health_counts_them_filters_by_them_and_exports_them(serving: Serving, view: View) -> None:
    client, found = TestClient(app_of(serving)), risk_totals(view, serving.parts)
    tile = client.get("/customer-health").text.split('aria-label="Likely to leave"', 1)[1].split("</section>", 1)[0]
    assert f">{found['likely']}</strong>" in tile
    answer = client.get("/export/customer_health/accounts.csv?leaving=likely")
    rows = list(csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff"))))
    assert len(rows) == found["likely"]
    assert all(float(row["Leaves in 180 d"]) >= 0.2 for row in rows)


def test_the_account_shows_its_chances_and_what_raises_them(serving: Serving, view: View) -> None:
    account = account_risks(view, serving.parts)["account_id"][0]
    page = TestClient(app_of(serving)).get(f"/customer-360?id={account}&tab=outlook").text
    card = html.unescape(re.findall(r'href="(/predictive-analytics[^"]*churn_risk[^"]*)"', page)[0])
    assert "Does the account leave" in TestClient(app_of(serving)).get(card).text.split('id="b-model-card"')[-1]
    assert not re.search(r"s12 t3 num\">-?\d{4}", page), "drivers are written in the reader's digits"
    for words in (
        "within 180 days",
        "At stake a year",
        "Lifetime value, 3 years",
        "Mood",
        "learned from accounts that left",
        "Running contracts",
    ):
        assert words.lower() in page.lower()


def test_where_no_model_spoke_neither_page_speaks(client: TestClient) -> None:
    assert "Likely to leave" not in client.get("/customer-health").text
    assert "Leaves in 180 d" not in client.get("/customer-health").text
