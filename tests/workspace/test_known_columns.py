"""Columns of deals without a history: proposed with evidence, confirmed by a person, used as known at creation, identifiers never."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pytest
from tests.models.deal_world import AS_OF, deal_input, stored, world

from onelead.core.errors import ForbiddenError, UnknownNameError, UsageError
from onelead.core.settings import Settings
from onelead.core.viewer import LOCAL_ADMIN, Viewer
from onelead.models.deals.moments import feature_names, moments
from onelead.models.deals.states import read_deals
from onelead.workspace import serve_workspace
from onelead.workspace.known_columns import column_proposals, confirm_column

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from onelead.workspace import Workspace
    from onelead.workspace.serving import Serving


def listed() -> pl.DataFrame:
    """The deals of the world with further columns: some known beforehand, some that closing fills."""
    frame = world(200)["opportunities"].drop("competitor", "contact_count", "loss_reason", "lead_id")
    rng = np.random.default_rng(4)
    size = frame.height
    won, ended = frame["is_won"].fill_null(value=False), frame["is_won"].is_not_null()
    extra = [
        {"segment note": str(rng.choice(["a", "b"])), "signed by": "x" if won[row] else "y", "erp number": f"E{row}"} for row in range(size)
    ]
    verdict = pl.when(pl.Series(ended)).then(pl.when(pl.Series(won)).then(pl.lit("yes")).otherwise(pl.lit("no")))
    return frame.with_columns(
        pl.Series("competitor", rng.choice(["Norvex", "Bluepeak"], size)),
        pl.Series("contact_count", rng.integers(1, 4, size)),
        verdict.alias("loss_reason"),
        pl.Series("lead_id", [f"L{row}" for row in range(size)]),
        pl.Series("extra", [json.dumps(entry) for entry in extra]),
    )


@pytest.fixture
def served(ws: Workspace, tmp_path: Path) -> Iterator[Serving]:
    rows = listed().with_columns(customer_id=pl.col("account_id")).drop("account_id", "named_account_id", "is_repeat")
    extras = rows["extra"].str.json_decode(pl.Struct(dict.fromkeys(("segment note", "signed by", "erp number"), pl.String))).struct.unnest()
    rows.drop("source_file", "source_sheet", "source_row", "extra").hstack(extras).write_parquet(tmp_path / "opportunities.parquet")
    ws.load(tmp_path / "opportunities.parquet")
    serving = serve_workspace(tmp_path / "ws")
    yield serving
    serving.close()


def test_what_speaks_for_and_against_each_column_and_a_persons_word(served: Serving) -> None:
    stamp = served.stamp()
    assert stamp is not None
    with served.view(LOCAL_ADMIN, stamp) as view:
        found = dict(column_proposals(view, served.parts).select("column", "verdict").iter_rows())
        assert found == {
            "competitor": "for",
            "segment note": "for",
            "contact_count": "unclear",
            "loss_reason": "against",
            "signed by": "against",
            "lead_id": "never",
            "erp number": "never",
        }
        assert confirm_column(view, served.parts, LOCAL_ADMIN, "competitor", known=True) == "Competitor"
        assert served.parts.settings.models.known_columns == ("competitor",)
        confirm_column(view, served.parts, LOCAL_ADMIN, "competitor", known=False)
        assert served.parts.settings.models.known_columns == ()
        with pytest.raises(UsageError, match="identifier"):
            confirm_column(view, served.parts, LOCAL_ADMIN, "lead_id", known=True)
        with pytest.raises(UnknownNameError):
            confirm_column(view, served.parts, LOCAL_ADMIN, "stage", known=True)
        with pytest.raises(ForbiddenError):
            confirm_column(view, served.parts, Viewer(user="R", roles=frozenset({"rep"})), "competitor", known=True)


def test_confirmed_columns_are_features_and_others_and_identifiers_are_not() -> None:
    tables = {**world(200), "opportunities": stored("opportunities", listed().to_dicts())}
    plain = deal_input(tables)
    names = ("competitor", "segment note", "lead_id", "erp number", "is_won", "not there")
    settings = Settings.model_validate({"models": {"known_columns": names}})
    told = deal_input(tables, settings=settings)
    features = {}
    for case, data in (("plain", plain), ("told", told)):
        rows = moments(data, read_deals(data), [AS_OF])
        features[case] = set(feature_names(rows, []))
    assert features["told"] - features["plain"] == {"competitor", "extra: segment note"}
