"""The form of Explore, the values it offers, and the named views."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from markupsafe import Markup

from onelead.web._page import Done
from onelead.web.pages._explore_table import foot
from onelead.web.pages._exploring import CHARTS, NO_FORM, OPERATORS, columns, label, question
from onelead.workspace.exploring import LABELS, column_values, explorable
from onelead.workspace.saved_views import change_view, delete_view, save_view, saved_views

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.datastructures import FormData

    from onelead.web._ask import Ask

PATH = "/explore"
OFFERED = 60
WORDS = {"=": "is", "!=": "is not", ">=": "at least", "<=": "at most", ">": "above", "<": "below"}
FORM = frozenset({"source", "how", "of", "up", "by", "chart", "shape", "cond", "c.column", "c.is", "c.value"})


def builder(ask: Ask) -> dict[str, Any]:
    """All that the form offers and holds."""
    asked, known = question(ask), columns(ask)
    numbers = [(column["name"], label(column["name"])) for column in known if column["kind"] == "number"]
    return {
        "asked": asked,
        "sources": _sources(ask),
        "doc": next((entry["doc"] for entry in ask(explorable) if entry["source"] == asked.source), ""),
        "aggregates": list(LABELS.items()),
        "numbers": numbers,
        "countable": [(column["name"], label(column["name"])) for column in known],
        "groups": _groups(known),
        "columns": _by_home(known),
        "charts": list(CHARTS.items()),
        "operators": [(sign, WORDS[sign]) for sign in OPERATORS],
        "chips": [
            (_chip(entry), ask.here(cond=tuple(other for other in asked.where if other != entry), **NO_FORM)) for entry in asked.where
        ],
        "kept": [
            (name, value)
            for name, values in ask.params.items()
            if name not in FORM and not name.startswith(("page.", "sort.", "q."))
            for value in values
        ],
        "query": urlencode([(name, value) for name, values in ask.params.items() if not name.startswith("page.") for value in values]),
        "values_url": f"/f/explore/values?source={asked.source}",
        "clear": ask.link(PATH),
    }


def _sources(ask: Ask) -> list[tuple[str, list[tuple[str, str]]]]:
    groups: dict[str, list[tuple[str, str]]] = {}
    for entry in ask(explorable):
        name = entry["group"] if entry["group"] == "Tables" else f"Metrics: {entry['group']}"
        groups.setdefault(name, []).append((entry["source"], entry["label"]))
    return list(groups.items())


def _home(name: str) -> str:
    return (
        "Of the account"
        if name.startswith("account.") or name == "account_name"
        else "As the source has it"
        if name.startswith("extra.")
        else "Columns"
    )


def _by_home(known: Sequence[dict[str, str]]) -> list[tuple[str, list[tuple[str, str]]]]:
    groups: dict[str, list[tuple[str, str]]] = {}
    for column in known:
        groups.setdefault(_home(column["name"]), []).append((column["name"], label(column["name"]).removesuffix(" (account)")))
    return list(groups.items())


def _groups(known: Sequence[dict[str, str]]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Columns to group by; a date by its year, quarter and month too."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for column in known:
        name = column["name"]
        if name in {"value", "rows", "estimated"}:
            continue
        home = groups.setdefault(_home(name), [])
        if column["kind"] == "date":
            home += [(f"{name}@{grain}", label(f"{name}@{grain}")) for grain in ("year", "quarter", "month")]
        home.append((name, label(name).removesuffix(" (account)")))
    return list(groups.items())


def _chip(condition: str) -> str:
    for sign in ("!=", ">=", "<=", "=", ">", "<"):
        name, found, value = condition.partition(sign)
        if found:
            return f"{label(name.strip())} {WORDS[sign]} {value.strip() or 'unknown'}"
    return condition


def values(ask: Ask) -> str:
    """Values of a column as options of a list, for the condition's field."""
    column = ask.one("column")
    if column is None:
        return ""
    found = ask(column_values, question(ask).source, column, ask.one("text") or "", OFFERED)
    return str(Markup("").join(Markup('<option value="{}">{} rows</option>').format(value, ask.fmt.count(rows)) for value, rows in found))


def limits(ask: Ask) -> dict[str, Any]:
    """What was looked at, in words and SQL."""
    return foot(ask)


# Named views -----------------------------------------------------------------------------------------------------------


def views(ask: Ask) -> dict[str, Any]:
    """Named views, those of this page first."""
    known = sorted(saved_views(ask.serving.parts), key=lambda view: (view["path"] != PATH, view["name"].casefold()))
    listed = [{**view, "link": f"{view['path']}?{view['query']}" if view["query"] else view["path"]} for view in known]
    return {"views": listed, "query": builder(ask)["query"], "me": ask.everyone.user}


def save(ask: Ask, form: FormData) -> Done:
    """Keep what is shown under a name."""
    view = save_view(ask.serving.parts, ask.everyone, str(form.get("name", "")), PATH, str(form.get("query", "")))
    return Done(f"Saved as {view['name']}.", undo=("delete", {"view": view["id"]}), refresh=("views",))


def rename(ask: Ask, form: FormData) -> Done:
    """Give a view another name."""
    view = change_view(ask.serving.parts, ask.everyone, str(form.get("view", "")), name=str(form.get("name", "")))
    return Done(f"Renamed to {view['name']}.", refresh=("views",))


def delete(ask: Ask, form: FormData) -> Done:
    """Forget a view."""
    delete_view(ask.serving.parts, ask.everyone, str(form.get("view", "")))
    return Done("The view is deleted.", refresh=("views",))
