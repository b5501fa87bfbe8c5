"""Metrics: values, definitions, groups, the rows behind them, and their SQL."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field
from starlette.responses import Response

from onelead.api._asking import Asked, Paging
from onelead.api._models import Listed, One, Open
from onelead.api._parameters import NAME, By, Where
from onelead.api._problems import declared
from onelead.api._resource import Resource
from onelead.workspace.questions import metric_definition, metric_drill, metric_groups, metric_list, metric_statement

DOC = "Every number with its definition, the rows behind it, and its SQL."
router = APIRouter(tags=["metrics"])
Id = Annotated[str, Path(min_length=1, max_length=100, description="Id of the metric.")]
Only = Annotated[
    list[Annotated[str, Query(max_length=100, pattern=NAME)]], Query(max_length=100, description="Ids of metrics; without it all of them.")
]


class MetricValue(BaseModel):
    """A metric with its value."""

    metric: str
    label: str
    value: float | None = Field(description="Null is unknown: nothing is loaded that it could be computed from.")
    unit: str = Field(description="count, money, ratio (0 to 1), days, years, score, flag, date or text.")
    direction: str
    area: str
    estimated: bool
    rows: int | None = Field(description="Rows behind it.")
    definition: str


class Dimension(BaseModel):
    """A column that a metric can be grouped and narrowed by."""

    name: str
    doc: str


class MetricDefinition(MetricValue):
    """A metric with all that explains it."""

    source: str
    table: str
    columns: list[str] = Field(description="Columns of its rows.")
    dimensions: list[Dimension]


class Group(Open):
    """One group: the columns it was grouped by, and the metric's value over it."""

    value: float | None
    estimated: bool
    rows: int | None


class Statement(BaseModel):
    """The SQL behind a metric."""

    sql: str


@router.get("/metrics", response_model=One[list[MetricValue]], responses=declared(), operation_id="list_metrics", summary="List metrics")
def list_metrics(asked: Asked, metric: Only = []) -> Response:  # noqa: B006 - FastAPI copies defaults
    """All metrics, or those that are named, with their values over everything that the asker may see."""

    def make() -> tuple[list[dict[str, Any]], bool]:
        found = asked.ask(metric_list, tuple(metric))
        return found, any(entry["estimated"] for entry in found)

    return asked.one(make)


@router.get("/metrics/{id}", response_model=One[MetricDefinition], responses=declared(), operation_id="get_metric", summary="One metric")
def one_metric(asked: Asked, id: Id) -> Response:  # noqa: A002 - the name in the address
    """Value and definition of a metric, where it comes from, and what it can be grouped and narrowed by."""

    def make() -> tuple[dict[str, Any], bool]:
        found = asked.ask(metric_definition, id)
        return found, bool(found["estimated"])

    return asked.one(make)


@router.get(
    "/metrics/{id}/query", response_model=Listed[Group], responses=declared(410), operation_id="query_metric", summary="A metric by groups"
)
def query_metric(asked: Paging, id: Id, by: By = [], where: Where = []) -> Response:  # noqa: A002, B006 - FastAPI copies defaults
    """The metric grouped by columns of its table or of the account, over the rows that satisfy every condition; the largest value first."""

    def make() -> tuple[list[Any], int, bool]:
        frame = asked.ask(metric_groups, id, tuple(by), tuple(where))
        shown = frame.slice(asked.after, asked.limit)
        return shown.to_dicts(), frame.height, bool(shown["estimated"].any())

    return asked.page(make)


@router.get(
    "/metrics/{id}/rows",
    response_model=Listed[dict[str, Any]],
    responses=declared(410),
    operation_id="list_metric_rows",
    summary="The rows behind a metric",
)
def metric_rows(asked: Paging, id: Id, where: Where = []) -> Response:  # noqa: A002, B006 - FastAPI copies defaults
    """The rows that the metric counts: the account, and the columns that show why."""

    def make() -> tuple[list[Any], int, bool]:
        [value] = asked.ask(metric_groups, id, (), tuple(where)).to_dicts()
        total = int(value["rows"] or 0)
        frame = asked.ask(metric_drill, id, tuple(where), asked.after, asked.limit)
        return frame.to_dicts(), total, bool(value["estimated"])

    return asked.page(make)


@router.get(
    "/metrics/{id}/sql",
    response_model=One[Statement],
    responses=declared(),
    operation_id="get_metric_sql",
    summary="The SQL behind a metric",
)
def metric_sql(asked: Asked, id: Id, by: By = [], where: Where = []) -> Response:  # noqa: A002, B006 - FastAPI copies defaults
    """The statement that computes the metric, for "how is this computed"."""
    return asked.one(lambda: ({"sql": asked.ask(metric_statement, id, tuple(by), tuple(where))}, False))


RESOURCE = Resource("metrics", DOC, router)
