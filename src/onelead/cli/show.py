"""How the command line shows things: tables on a terminal, JSON for programs, progress on standard error."""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import polars as pl
    from rich.status import Status

WIDE = 160
_running: list[Status] = []


def as_json(value: Any) -> None:  # noqa: ANN401 - whatever JSON can hold
    """``value`` as JSON on standard output; dates as ISO text."""
    sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=False, default=_plain) + "\n")


def _plain(value: object) -> object:
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value)


def text(line: str = "") -> None:
    """One line on standard output."""
    sys.stdout.write(line + "\n")


def note(line: str) -> None:
    """One line on standard error: for people, not for programs."""
    sys.stderr.write(line + "\n")


def cell(value: object) -> str:
    """A value as a table shows it: unknown as a dash, thousands grouped, long texts whole."""
    # bool before int: a bool is an int, and a datetime is a date.
    for kind, written in WRITTEN:
        if isinstance(value, kind):
            return written(value)
    return str(value)


def _number(value: float) -> str:
    return f"{value:,.0f}" if value.is_integer() else f"{value:,.3f}".rstrip("0").rstrip(".")


WRITTEN: tuple[tuple[type, Callable[[Any], str]], ...] = (
    (type(None), lambda _value: "–"),
    (bool, lambda value: "yes" if value else "no"),
    (float, _number),
    (int, lambda value: f"{value:,}"),
    (datetime, lambda value: f"{value:%Y-%m-%d %H:%M}"),
    (list, lambda value: ", ".join(map(str, value))),
)


def frame(rows: pl.DataFrame, *, json_out: bool, columns: Sequence[str] | None = None, empty: str = "Nothing to show.") -> None:
    """A frame as a table (the given columns) or, whole, as JSON."""
    if json_out:
        as_json(rows.to_dicts())
        return
    if rows.is_empty():
        text(empty)
        return
    shown = rows.select(columns) if columns else rows
    table(
        list(shown.columns), [[cell(value) for value in row] for row in shown.iter_rows()], [dtype.is_numeric() for dtype in shown.dtypes]
    )


def table(headers: Sequence[str], rows: Sequence[Sequence[str]], numeric: Sequence[bool] | None = None) -> None:
    """A table with headers; numbers to the right. Off a terminal it is not cut to a width."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(width=None if sys.stdout.isatty() else WIDE, highlight=False)
    drawn = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for index, header in enumerate(headers):
        right = bool(numeric and numeric[index])
        drawn.add_column(header.replace("_", " "), justify="right" if right else "left", overflow="fold", no_wrap=right)
    for row in rows:
        # As Text, so that square brackets in data are not read as markup.
        drawn.add_row(*(Text(value) for value in row))
    console.print(drawn)


def pairs(values: dict[str, object]) -> None:
    """Names and values, one a line, aligned."""
    width = max((len(name) for name in values), default=0)
    for name, value in values.items():
        text(f"{name.replace('_', ' '):<{width}}  {cell(value)}")


@contextmanager
def progress(*, quiet: bool = False) -> Iterator[Callable[[str], None]]:
    """A line on a terminal that says what is being done now; silence elsewhere."""
    if quiet or not sys.stderr.isatty():
        yield lambda _step: None
        return
    from rich.console import Console

    console = Console(stderr=True)
    with console.status("Starting") as status:
        _running.append(status)
        try:
            yield lambda step: status.update(f"{step[:1].upper()}{step[1:]} …")
        finally:
            _running.remove(status)


@contextmanager
def quiet_progress() -> Iterator[None]:
    """No progress line while a person is asked something: it would write over the question."""
    for status in _running:
        status.stop()
    yield
    for status in _running:
        status.start()
