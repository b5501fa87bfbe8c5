"""Figure of lineage: from file to sheet to table to what became of the rows. Frame in, figure out."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    import polars as pl

    from onelead.web._page import Figure, Row

Node = tuple[str, str, str]
"""Key, label and colour token."""
ATTRIBUTED: Node = ("a", "Attributed to an account", "--ol-good")
UNATTRIBUTED: Node = ("u", "Unattributed", "--ol-unknown")
QUARANTINED: Node = ("q", "In quarantine", "--ol-warn")
NOBODYS: Node = ("n", "Catalogue", "--ol-s6")


def flow(frame: pl.DataFrame, count: Callable[[float], str]) -> Figure:
    """Rows by file, sheet and table (columns of ``lineage.row_origins``) as a flow; widths are rows, ``count`` writes them."""
    links: dict[tuple[Node, Node], int] = {}
    for row in frame.to_dicts():
        for left, right, rows in _runs(row):
            if rows:
                links[left, right] = links.get((left, right), 0) + rows
    nodes = list(dict.fromkeys(node for pair in links for node in pair))
    place = {node: number for number, node in enumerate(nodes)}
    totals = [max(_through(links, node, side=0), _through(links, node, side=1)) for node in nodes]
    sankey = {
        "type": "sankey",
        "arrangement": "snap",
        "node": {
            "label": [f"{label}, {count(total)}" for (_, label, _), total in zip(nodes, totals, strict=True)],
            "color": [f"token:{colour}" for _, _, colour in nodes],
            "pad": 14,
            "thickness": 12,
            "line": {"width": 0},
            "hovertemplate": "<b>%{value:,}</b> rows<br>%{label}<extra></extra>",
        },
        "link": {
            "source": [place[left] for left, _ in links],
            "target": [place[right] for _, right in links],
            "value": list(links.values()),
            "color": [f"token:{right[2]}/0.22" for _, right in links],
            "hovertemplate": "<b>%{value:,}</b> rows<br>%{source.label} to %{target.label}<extra></extra>",
        },
    }
    return {"data": [sankey], "layout": {"margin": {"l": 4, "r": 4, "t": 8, "b": 8}}}


def _runs(row: Row) -> list[tuple[Node, Node, int | None]]:
    """The pieces of way that the rows of one file, sheet and table take."""
    file: Node = (f"f:{row['file']}", row["file"], "--ol-s3")
    sheet: Node = (f"s:{row['file']}:{row['sheet']}", row["sheet"], "--ol-s2")
    table: Node = (f"t:{row['table']}", row["label"], "--ol-s1")
    came = row["rows"] + row["quarantined"]
    return [
        (file, sheet, came),
        (sheet, table, came),
        (table, ATTRIBUTED, row["attributed"]),
        (table, UNATTRIBUTED, row["unattributed"]),
        (table, QUARANTINED, row["quarantined"]),
        (table, NOBODYS, row["rows"] if row["attributed"] is None else None),
    ]


def _through(links: dict[tuple[Node, Node], int], node: Node, *, side: int) -> int:
    return sum(rows for pair, rows in links.items() if pair[side] == node)
