"""Exports: tables and metric rows as CSV or XLSX."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from onelead.api._asking import Asked, Question
from onelead.api._parameters import By, Fields, Sort, Where
from onelead.api._problems import declared
from onelead.api._resource import Resource
from onelead.workspace.exporting import KINDS, file_name
from onelead.workspace.questions import exported_metric, exported_table

DOC = "Any table, or the rows behind any metric, as a CSV or XLSX file that is safe to open in a spreadsheet."
router = APIRouter(tags=["exports"])
Kind = Annotated[Literal["csv", "xlsx"], Query(description="Kind of file.")]
BINARY = {"schema": {"type": "string", "format": "binary"}}
FILE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The file. Money that is an estimate has a column beside it that says so.",
        "content": {kind.media_type.partition(";")[0]: BINARY for kind in KINDS.values()},
    }
}


@router.get(
    "/exports/tables/{table}",
    response_class=Response,
    responses={**FILE, **declared()},
    operation_id="export_table",
    summary="A table as a file",
)
def export_table(
    asked: Asked,
    table: Annotated[str, Path(min_length=1, max_length=100, description="Table of the snapshot, such as assets.")],
    kind: Kind = "csv",
    where: Where = [],  # noqa: B006 - FastAPI copies defaults
    sort: Sort = [],  # noqa: B006
    fields: Fields = [],  # noqa: B006
) -> Response:
    """Rows of a table that satisfy every condition. A file has at most 1,000,000 rows as CSV and 100,000 as XLSX."""
    data = asked.ask(exported_table, table, kind, tuple(where), tuple(sort), tuple(fields))
    return _file(asked, data, table, kind)


@router.get(
    "/exports/metrics/{id}",
    response_class=Response,
    responses={**FILE, **declared()},
    operation_id="export_metric",
    summary="The rows behind a metric as a file",
)
def export_metric(
    asked: Asked,
    id: Annotated[str, Path(min_length=1, max_length=100, description="Id of the metric.")],  # noqa: A002 - the name in the address
    kind: Kind = "csv",
    where: Where = [],  # noqa: B006 - FastAPI copies defaults
    by: By = [],  # noqa: B006
) -> Response:
    """The rows behind a metric; with `by` its values by these columns."""
    data = asked.ask(exported_metric, id, kind, tuple(where), tuple(by))
    return _file(asked, data, id, kind)


def _file(asked: Question, data: bytes, title: str, kind: str) -> Response:
    name = file_name(title, asked.stamp.as_of, kind)
    headers = {**asked.headers, "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(data, media_type=KINDS[kind].media_type, headers=headers)


RESOURCE = Resource("exports", DOC, router)
