"""Data Insights: how good the data is, how it is spread, who is who in it, and where it came from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onelead.web._page import Page, Tab
from onelead.web.pages import _identities, _quality, _snapshots, _spread
from onelead.workspace.lineage import made_from

if TYPE_CHECKING:
    from onelead.web._ask import Ask


def _lead(ask: Ask) -> str:
    files = ask.overall(made_from)["file"].drop_nulls().unique(maintain_order=True).to_list()
    named = ", ".join(files[:3]) + (f" and {len(files) - 3} more" if len(files) > 3 else "")  # noqa: PLR2004 - as many as fit a line
    return f"Snapshot {ask.known_stamp.publication:04d}" + (f", made from {named}" if named else "")


PAGE = Page(
    id="data_insights",
    title="Data Insights",
    section="Data",
    icon="shield-check",
    about="Quality, gaps, distributions, correlations, quarantine, identities, snapshots and lineage of the data.",
    order=20,
    lead=_lead,
    tabs=(
        Tab("quality", "Quality", (_quality.TILES, _quality.GRADE_TABLE, _quality.COLUMN_TABLE, _quality.GAP_CHART)),
        Tab("distributions", "Distributions", (_spread.CHOOSER, _spread.BINS, _spread.COLUMNS)),
        Tab("correlations", "Correlations", (_spread.ABOUT, _spread.HEAT, _spread.STRONGEST)),
        Tab("quarantine", "Quarantine", (_quality.REASON_TABLE, _quality.ENTRY_TABLE), count=_quality.quarantine_count),
        Tab(
            "identities",
            "Identities",
            (_identities.WAITS, _identities.TILES, _identities.REVIEW, _identities.ORIGINS, _identities.LINKS),
            count=_identities.review_count,
        ),
        Tab("snapshots", "Snapshots", (_snapshots.LIST, _snapshots.ROWS, _snapshots.METRICS, _snapshots.ACTIONS)),
        Tab("lineage", "Lineage", (_snapshots.FRESH, _snapshots.FLOW, _snapshots.ORIGINS, _snapshots.FILES)),
    ),
    posts={**_identities.POSTS, "rollback": _snapshots.rollback},
)
