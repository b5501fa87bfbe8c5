"""What happened with an account and what to do next: its timeline and its actions, for Customer 360."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl

from onelead.web._actions import rows_of
from onelead.web.pages._customer_360 import chosen, id_of
from onelead.web.pages._worklist import SEGMENTS, segments
from onelead.workspace.account_page import waiting_actions
from onelead.workspace.evidence import opened
from onelead.workspace.timeline import KINDS, timeline
from onelead.workspace.worklist import worklist

if TYPE_CHECKING:
    from collections.abc import Mapping

    from onelead.web._ask import Ask
    from onelead.web._page import Row

AHEAD, PAST = 3, 9
SHOWN, ACTIONS_SHOWN = 5, 100


def events(ask: Ask) -> pl.DataFrame:
    """Events of the account under the kind that the address names."""
    frame = ask.overall(timeline, id_of(ask))
    kind = ask.one("kind")
    return frame.filter(pl.col("kind") == kind) if kind in KINDS else frame


def timeline_panel(ask: Ask) -> Mapping[str, Any]:
    """The next events and the last ones."""
    every, frame = ask.overall(timeline, id_of(ask)), events(ask)
    ahead, past = (
        [{**row, "title": event_title(row, ask), "link": event_link(row, ask)} for row in part.to_dicts()]
        for part in (frame.filter("ahead").tail(AHEAD), frame.filter(~pl.col("ahead")).head(PAST))
    )
    here = set(every["kind"].unique().to_list())
    now = ask.one("kind")
    kinds = [("All", ask.here(kind=None), now is None), *((kind, ask.here(kind=kind), kind == now) for kind in KINDS if kind in here)]
    return {"ahead": ahead, "past": past, "count": frame.height, "kinds": kinds, "all": ask.here(tab="history", kind=now)}


def event_title(row: Row, ask: Ask) -> str:
    """What an event is, with the values of a change as the reader writes numbers, dates and money."""
    if row["before"] is None and row["after"] is None:
        return str(row["title"])
    return f"{row['title']} from {_written(row['before'], row['unit'], ask)} to {_written(row['after'], row['unit'], ask)}"


def _written(value: str | None, unit: str, ask: Ask) -> str:
    if value is None:
        return "nothing"
    try:
        if unit == "date":
            return ask.fmt.date(date.fromisoformat(value[:10]))
        return ask.fmt.number(float(value)) if unit == "number" else value
    except ValueError:
        return value


def event_link(row: Row, ask: Ask) -> str | None:
    """Where an event leads: to its record or action, else to the account's rows of its kind."""
    of, key = row["of"], row["key"]
    if of == "action":
        return ask.here(tab="actions", open=key, kind=None) + f"#act-{key}"
    if of == "product":
        return ask.here(**{"tab": "assets", "q.assets": key, "kind": None})
    if of and key:
        return ask.link("/record", kind=of, id=key)
    return ask.here(tab="credits", kind=None) if row["kind"] == "Credits" else None


def history(ask: Ask) -> pl.DataFrame:
    """All events as a table."""
    words = pl.concat_str(
        [pl.col("detail"), pl.when(pl.col("rows") > 1).then(pl.format("{} rows", "rows"))], separator=" · ", ignore_nulls=True
    )
    when = pl.when(pl.col("ahead")).then(pl.lit("Ahead")).otherwise(pl.lit("Past")).alias("when")
    frame = events(ask)
    titles = pl.Series("title", [event_title(row, ask) for row in frame.iter_rows(named=True)], pl.String)
    return frame.with_columns(titles, words.alias("detail"), when)


def action_count(ask: Ask) -> int | None:
    """How many actions of the account wait."""
    return len(ask.overall(waiting_actions, id_of(ask))) if chosen(ask) else None


def next_actions(ask: Ask) -> Mapping[str, Any]:
    """The best actions with why and what fits."""
    waiting = ask.overall(waiting_actions, id_of(ask))
    links = [ask.here(tab="actions", open=row["action_id"]) + f"#act-{row['action_id']}" for row in waiting[:SHOWN]]
    return {"actions": list(zip(waiting[:SHOWN], links, strict=True)), "count": len(waiting), "all": ask.here(tab="actions")}


def actions(ask: Ask) -> Mapping[str, Any]:
    """The actions of the account in one state, as Action Required shows them."""
    state = ask.one("state") or SEGMENTS[0][0]
    found = ask.overall(worklist, state=state, account=id_of(ask), limit=ACTIONS_SHOWN)
    wanted = ask.one("open")
    shown = found["rows"]
    detail = ask.overall(opened, wanted) if wanted and wanted in shown["action_id"] else None
    return {"rows": rows_of(shown, ask, detail), "segments": segments(ask, found["states"]), "count": found["count"]}
