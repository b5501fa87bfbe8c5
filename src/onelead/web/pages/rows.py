"""The rows behind a metric."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onelead.web._page import Button, Page, Table
from onelead.workspace.defining import metric_lines, rows_behind

if TYPE_CHECKING:
    import polars as pl

    from onelead.web._ask import Ask

DEFAULT = "assets"


def _metric(ask: Ask) -> str:
    return ask.one("metric") or DEFAULT


def _rows(ask: Ask) -> pl.DataFrame:
    return ask(rows_behind, _metric(ask), tuple(ask.many("rows")))


def _lead(ask: Ask) -> str:
    line = ask(metric_lines, (_metric(ask),))[_metric(ask)]
    only = f", only {' and '.join(ask.many('rows'))}" if ask.many("rows") else ""
    return f"{line['label']}{only}. {line['definition']}"


PAGE = Page(
    id="rows",
    title="Rows behind a number",
    section="Measure",
    icon="table",
    about="The rows that a number counts.",
    hidden=True,
    lead=_lead,
    buttons=(Button("How it is computed", "info-circle", lambda ask: ask.link(f"/how/metric/{_metric(ask)}", rows=ask.many("rows"))),),
    blocks=(
        Table(
            id="rows",
            title="Rows",
            rows=_rows,
            size=50,
            search=("account_name", "asset_id", "product_name", "opportunity_name", "project_id", "description"),
            how="The rows of the metric's table that its value counts, under the filters above; at most 50,000 are listed.",
        ),
    ),
)
