"""Shapes of answers, for the description of the API; rows of tables are made from the tables' own documentation."""

from __future__ import annotations

import datetime as dt
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, create_model

from onelead.workspace.browsing import Column, default_columns

T = TypeVar("T")


class Answer(BaseModel):
    """What every answer says of itself."""

    as_of: dt.date = Field(description="Business date that numbers are computed for.")
    snapshot: int = Field(description="Snapshot that it was answered from.")
    currency: str = Field(description="Currency of all money.")
    estimated: bool = Field(description="Whether any money in the answer is an estimate (price book, size bucket, assumed chance).")


class Listed(Answer, Generic[T]):
    """A page of a list."""

    items: list[T]
    next: str | None = Field(description="Cursor of the next page; null on the last one.")
    total: int = Field(description="Rows in all.")
    limit: int = Field(description="Rows of a page at most.")


class One(Answer, Generic[T]):
    """One thing."""

    item: T


class Open(BaseModel):
    """An object that may have further members."""

    model_config = ConfigDict(extra="allow")


class FieldProblem(BaseModel):
    """One field that does not fit."""

    field: str = Field(description="Where it is: query.limit, body.until …")
    message: str
    came: str | None = None


class Problem(Open):
    """An error (RFC 9457)."""

    type: str = Field(description="`urn:onelead:problem:` and the code.")
    title: str
    status: int
    detail: str = Field(description="What came and what is valid.")
    code: str = Field(description="Stable code, for programs.")
    hint: str | None = Field(None, description="What to do.")
    request_id: str | None = Field(None, description="Id of the request in the server's log.")
    errors: list[FieldProblem] | None = None


def row_model(name: str, columns: list[Column], doc: str) -> type[BaseModel]:
    """A model of a row with ``columns``; each may be null (unknown), and absent where other fields were asked for."""
    fields: dict[str, Any] = {}
    for column in columns:
        told: dict[str, Any] = {"description": column.doc or None}
        if column.unit:
            told["json_schema_extra"] = {"x-unit": column.unit}
        taken = hasattr(BaseModel, column.name)  # a column may be called like a method of every model
        if taken:
            told["alias"] = column.name
        fields[f"{column.name}_" if taken else column.name] = (column.type | None, Field(None, **told))
    return create_model(name, __base__=Open, __doc__=doc, **fields)


def table_model(name: str, table: str, doc: str) -> type[BaseModel]:
    """A model of the rows of a table as they usually come."""
    return row_model(name, default_columns(table), doc)
