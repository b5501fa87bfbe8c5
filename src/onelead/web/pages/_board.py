"""The board of all metrics, and the list of numbers that have no data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from onelead.web._reasons import unknown, unlike
from onelead.web._tiles import BETTER, polyline
from onelead.web.pages._measures import board, since
from onelead.workspace.lacking import lacking

if TYPE_CHECKING:
    from onelead.web._ask import Ask

AREAS = ("Lifecycle", "Portfolio", "Credits", "Projects", "Opportunities", "Service", "Use", "Data")


def areas(ask: Ask) -> dict[str, Any]:
    """Metrics by area, written: label, value, estimated, change, since, trend, line, links; and how many are unknown."""
    frame = board(ask)
    found = []
    order = [*AREAS, *(area for area in frame["area"].unique().sort() if area not in AREAS)]
    for area in order:
        rows = [board_line(row, ask) for row in frame.filter(pl.col("area") == area).iter_rows(named=True)]
        known, without = [row for row in rows if row["known"]], [row for row in rows if not row["known"]]
        if rows:
            reasons = dict.fromkeys(reason for row in without if (reason := unknown(ask, row["metric"], "")))
            found.append({"area": area, "rows": known, "unknown": without, "reasons": list(reasons)})
    return {"areas": found, "since": since(ask)}


def board_line(row: dict[str, Any], ask: Ask) -> dict[str, Any]:
    """One metric as it is written: its value, change, line and links."""
    better, change = BETTER[str(row["direction"])], row["change"]
    # a share that moved by less than a twentieth of a point would be written as no change
    moved = change is not None and abs(change) >= (0.0005 if row["unit"] == "ratio" else 1e-9)
    good = moved and better != "neutral" and (change > 0) == (better == "up")
    values = tuple(row["line"] or ())
    return {
        **{name: row[name] for name in ("metric", "label", "estimated", "definition", "direction", "since")},
        "known": row["value"] is not None,
        "text": ask.fmt.of(row["value"], row["unit"]),
        "change": (
            f"{ask.fmt.signed(round(100 * change, 1), 'number')} pts" if row["unit"] == "ratio" else ask.fmt.signed(change, row["unit"])
        )
        if moved
        else "",
        "trend": "flat" if not moved or better == "neutral" else "good" if good else "bad",
        "up": moved and change > 0,
        "line": polyline(values) if len(values) > 1 else "",
        "unlike": unlike(row["other"]),
        "flat": len(values) > 1 and not moved,
        "rows": row["rows"],
        "link": ask.rows_link(row["metric"]) if row["rows"] else None,
        "how": ask.link(f"/how/metric/{row['metric']}"),
        "trend_link": ask.here(metric=row["metric"], by=None) + "#b-trend",
    }


def board_rows(ask: Ask) -> pl.DataFrame:
    """The board as it is exported."""
    return board(ask).drop("line", "days").sort("area", "label")


def needs(ask: Ask) -> dict[str, Any]:
    """What cannot be computed, by area, with what it would need."""
    frame = ask(lacking)
    groups = [(area, frame.filter(pl.col("area") == area).to_dicts()) for area in frame["area"].unique(maintain_order=True)]
    unknown = board(ask).filter(pl.col("value").is_null())
    return {"groups": groups, "count": frame.height, "unknown": unknown.height}


def needs_rows(ask: Ask) -> pl.DataFrame:
    """What cannot be computed, as it is exported."""
    return ask(lacking)
