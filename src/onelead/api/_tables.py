"""Resources that are rows of a table: a list, and one row by its key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Path
from starlette.responses import Response

from onelead.api._asking import Asked, Listing
from onelead.api._models import Listed, One, table_model
from onelead.api._problems import declared
from onelead.api._resource import Resource
from onelead.core.errors import UnknownNameError
from onelead.workspace.browsing import table_page, table_total

if TYPE_CHECKING:
    import polars as pl
    from pydantic import BaseModel

Key = Annotated[str, Path(min_length=1, max_length=200, description="Its id.")]


@dataclass(frozen=True)
class Estimate:
    """A column that may be estimated money, and the column that says so for each row; None where it always is."""

    column: str
    flag: str | None

    def fields(self, asked: tuple[str, ...]) -> tuple[str, ...]:
        """``asked``, with the flag wherever the money goes."""
        return (*asked, self.flag) if self.flag and self.column in asked and self.flag not in asked else asked

    def found_in(self, frame: pl.DataFrame) -> bool:
        """Whether any money in ``frame`` is an estimate."""
        if self.column not in frame.columns:
            return False
        known = frame[self.column].is_not_null()
        return bool((known & frame[self.flag].fill_null(value=False)).any() if self.flag else known.any())


@dataclass(frozen=True)
class Rows:
    """A table as a resource. ``key`` names the column that finds one row."""

    id: str
    table: str
    singular: str
    doc: str
    key: str | None = None
    estimate: Estimate | None = None

    def resource(self) -> Resource:
        """The resource, with its addresses."""
        router = APIRouter(tags=[self.id])
        row = table_model(self.singular.title().replace(" ", ""), self.table, f"{self.doc}")
        self._add_list(router, row)
        if self.key is not None:
            self._add_one(router, row, self.key)
        return Resource(self.id, self.doc, router)

    def answer(self, asked: Listing) -> Response:
        """A page of rows."""
        fields = self.estimate.fields(asked.fields) if self.estimate else asked.fields

        def make() -> tuple[list[dict[str, Any]], int, bool]:
            frame = asked.ask(table_page, self.table, asked.where, asked.sort, fields, asked.after, asked.limit)
            total = asked.ask(table_total, self.table, asked.where)
            return frame.to_dicts(), total, bool(self.estimate and self.estimate.found_in(frame))

        return asked.page(make)

    def _found(self, asked: Asked, key: str, value: str) -> pl.DataFrame:
        """The row of a key. Raises UnknownNameError."""
        close: list[str] = []
        try:
            frame = asked.ask(table_page, self.table, (f"{key}={value}",), (), (), 0, 1)
        except UnknownNameError as error:
            frame, close = None, [str(entry) for entry in error.fields["nearest"]]  # type: ignore[attr-defined]  # a list of names
        if frame is None or frame.is_empty():
            missing = UnknownNameError(self.singular, value, close)
            missing.hint = missing.hint if close else f"They are listed at /api/v1/{self.id}."
            raise missing
        return frame

    def _add_list(self, router: APIRouter, row: type[BaseModel]) -> None:
        def list_rows(asked: Listing) -> Response:
            return self.answer(asked)

        router.get(
            f"/{self.id}",
            response_model=Listed[row],  # type: ignore[valid-type]  # made at run time
            responses=declared(410),
            operation_id=f"list_{self.id}",
            summary=f"List {self.id}",
            description=f"{self.doc} Each with its derived columns, a page at a time.",
        )(list_rows)

    def _add_one(self, router: APIRouter, row: type[BaseModel], key: str) -> None:
        def one_row(asked: Asked, id: Key) -> Response:  # noqa: A002 - the name in the address
            def make() -> tuple[dict[str, Any], bool]:
                frame = self._found(asked, key, id)
                return frame.row(0, named=True), bool(self.estimate and self.estimate.found_in(frame))

            return asked.one(make)

        router.get(
            f"/{self.id}/{{id}}",
            response_model=One[row],  # type: ignore[valid-type]  # made at run time
            responses=declared(),
            operation_id=f"get_{self.singular.replace(' ', '_')}",
            summary=f"One {self.singular}",
            description=f"One {self.singular} by `{key}`.",
        )(one_row)
