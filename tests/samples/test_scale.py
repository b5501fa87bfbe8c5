"""The large sample: sizes follow the assets, columns are the canonical ones, keys fit together."""

import json
from pathlib import Path

import polars as pl
import pytest

from onelead.samples import write


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, pl.DataFrame], dict]:
    written = write("scale", tmp_path_factory.mktemp("scale") / "some", assets=20_000)
    return {file.stem: pl.read_parquet(file) for file in written.files}, json.loads(written.truth.read_text(encoding="utf-8"))


def test_sizes(sample: tuple[dict[str, pl.DataFrame], dict]) -> None:
    tables, truth = sample
    heights = {name: table.height for name, table in tables.items()}
    assert heights == {"assets": 20_000, "opportunities": 1000, "projects": 5000, "service_credits": 2500, "services": 286}
    assert heights == truth["rows"]
    assert truth["accounts"] == 500


def test_keys_fit_together(sample: tuple[dict[str, pl.DataFrame], dict]) -> None:
    tables, truth = sample
    territories = set(tables["assets"]["territory_id"])
    assert len(territories) == truth["territories"] == 400
    assert all(len(territory) == 5 for territory in territories)
    assert set(tables["opportunities"]["territory_id"]) == territories
    assert set(tables["service_credits"]["territory_id"].drop_nulls()) <= territories
    customers = tables["projects"]["customer_id"].drop_nulls()
    assert customers.str.len_chars().unique().to_list() == [9]
    keyed = tables["projects"]["opportunity_id"].drop_nulls()
    assert set(keyed) <= set(tables["opportunities"]["opportunity_id"])
    assert 0.08 < len(keyed) / 5000 < 0.2
    assert tables["assets"]["asset_id"].n_unique() == 20_000


def test_a_key_and_a_name_mean_the_same_company(sample: tuple[dict[str, pl.DataFrame], dict]) -> None:
    """The stem of a name (its first word) is unique: a project that carries an opportunity carries that opportunity's stem."""
    tables, _ = sample
    both = tables["projects"].join(tables["opportunities"].select("opportunity_id", other="account_name"), on="opportunity_id")
    stem = pl.col("account_name", "other").str.to_lowercase().str.split(" ").list.first()
    assert both.height > 400
    assert both.select(stem).select((pl.col("account_name") == pl.col("other")).all()).item()


def test_figures_are_those_of_the_rows(sample: tuple[dict[str, pl.DataFrame], dict]) -> None:
    tables, truth = sample
    figures = truth["figures"]
    assert figures["expired_products"] == tables["assets"].filter(pl.col("end_of_life_date") < pl.date(2024, 9, 4)).height
    assert figures["purchased_credits"] == tables["service_credits"]["purchased_credits"].sum()
    assert 0.05 < figures["projects_without_customer"] / 5000 < 0.15


def test_scale_multiplies_assets(tmp_path: Path) -> None:
    written = write("scale", tmp_path / "more", assets=1000, scale=3)
    assert pl.read_parquet(written.files[0]).height == 3000
