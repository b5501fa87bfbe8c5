"""Consultant Enablement, who looks after whom: the terms, what the best assignment gains over today's, moves and people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from onelead.core.errors import OneLeadError, UsageError
from onelead.web._page import Column, Missing, Number, Panel, Tab, Table, Tile, Tiles
from onelead.workspace.assigned_today import WORTHS
from onelead.workspace.assigning import Terms, assignment

if TYPE_CHECKING:
    from onelead.web._ask import Ask
    from onelead.web._page import Row

PERCENT = 100.0
USUAL = Terms()
SHARES = (
    ("away", "With somebody of another region", "An account keeps this share of its worth"),
    ("unskilled", "With nobody who knows what it needs", "None of its product lines among the person's skills"),
    ("handover", "When it changes hands", "A new person has to be introduced"),
)


def terms(ask: Ask) -> Terms:
    """The terms of the address. Raises UsageError for what is no share or number."""
    capacity = ask.number("capacity")
    if capacity is not None and not capacity.is_integer():
        raise UsageError(f"The capacity is {capacity:g}.", hint="Give a whole number of accounts.")
    shares = {name: _share(ask, name, getattr(USUAL, name)) for name, _, _ in SHARES}
    return Terms(
        **shares,
        capacity=None if capacity is None else int(capacity),
        strict=ask.one("strict") == "yes",
        worth=ask.one("worth") or USUAL.worth,
        role=ask.one("role") or None,
    )


def found(ask: Ask) -> dict[str, Any]:
    """The assignment of all that the reader may see; people have room only once, whatever the filters. Raises Missing."""
    try:
        answer: dict[str, Any] = ask.overall(assignment, terms(ask))
    except OneLeadError as error:
        if error.code == "workspace":
            raise Missing(error.message, hint=error.hint, link=ask.link("/load"), link_text="Load a file") from error
        raise
    return answer


def form(ask: Ask) -> dict[str, Any]:
    """The terms with what closed deals say of each."""
    tried, answer = terms(ask), found(ask)
    shares = [
        {
            "name": name,
            "label": label,
            "note": note,
            "value": round(getattr(tried, name) * PERCENT, 1),
            "usual": round(getattr(USUAL, name) * PERCENT, 1),
            "said": _said(answer["evidence"].get(name), ask),
        }
        for name, label, note in SHARES
    ]
    own = {"away", "unskilled", "handover", "capacity", "strict", "worth", "role"}
    return {
        "shares": shares,
        "worths": WORTHS,
        "roles": answer["roles"],
        "tried": tried,
        "kept": [(name, value) for name, values in ask.params.items() for value in values if name not in own],
        "reset": ask.here(**dict.fromkeys(own)) if tried != USUAL else None,
        "stated": int(answer["people"]["stated"].sum()),
        "people": answer["people"].height,
    }


def _said(compared: dict[str, Any] | None, ask: Ask) -> str:
    if compared is None:
        return "An assumption: no closed deals tell, or too few"
    sides = [
        f"{ask.fmt.percent(side['rate'])} ({ask.fmt.percent(side['low'])} to {ask.fmt.percent(side['high'])}) of {ask.fmt.count(side['deals'])}"
        for side in (compared["outside"], compared["inside"])
    ]
    return f"Closed deals: won {sides[0]} so, {sides[1]} otherwise"


def _share(ask: Ask, name: str, usual: float) -> float:
    value = ask.number(name)
    return usual if value is None else value / PERCENT


def gained(ask: Ask) -> Number:
    """What the best assignment is worth more than today's."""
    total = found(ask)["totals"]
    if not total["worth"]:
        return Number(None, "money", reason="No account has a known worth of this kind")
    return Number(total["gain"], "money", estimated=True, of=f"on {ask.fmt.money(total['today'])} today")


def moved(ask: Ask) -> Number:
    """How many accounts change hands."""
    total = found(ask)["totals"]
    return Number(total["moves"], of=f"of {ask.fmt.plural(total['accounts'], 'account')}")


def unserved(ask: Ask) -> Number:
    """Accounts that nobody has room for today."""
    total = found(ask)["totals"]
    return Number(total["without_today"], of=f"{ask.fmt.count(total['without_then'])} after the moves")


def moves(ask: Ask) -> pl.DataFrame:
    """The accounts that change hands, under the filters of the page, the most gain first."""
    seen = ask.viewer.account_ids
    frame: pl.DataFrame = found(ask)["accounts"].filter("moves")
    frame = frame if seen is None else frame.filter(pl.col("account_id").is_in(sorted(seen)))
    return frame.with_columns(pl.col("needs").list.join(", "), guess=pl.lit(value=True)).sort(
        "gain", "account_id", descending=[True, False]
    )


def people(ask: Ask) -> pl.DataFrame:
    """People with what they have and would have."""
    frame: pl.DataFrame = found(ask)["people"]
    return frame.with_columns(pl.col("skills").list.join(", "), guess=pl.lit(value=True))


def _account(row: Row, ask: Ask) -> str | None:
    return ask.account_link(row["account_id"])


HOW = (
    "Each account keeps a share of its worth with each person: all of it, times the shares of the form where the person works another region, knows "
    "nothing of what the account needs, or is new to it. The assignment with the largest sum within everybody's capacity is found exactly (a flow of "
    "least cost). Today's sum follows the same terms; who has more accounts than capacity serves the most worthy of them. The terms are assumptions; "
    "what closed deals say of them stands beside each, as a comparison, for nobody drew by lot who got which deal."
)
TAB = Tab(
    "assignment",
    "Who looks after whom",
    (
        Panel(id="terms", title="Terms", template="panels/assignment_form.html", data=form, how=HOW),
        Tiles(
            id="gain",
            title="Best assignment beside today's",
            tiles=(
                Tile(label="Gain over today", number=gained, how=HOW),
                Tile(label="Accounts that move", number=moved, link=lambda ask: ask.here() + "#b-moves", link_text="See them", how=HOW),
                Tile(
                    label="Without anybody today",
                    number=unserved,
                    how="Accounts without an owner, or beyond what their owner has room for.",
                ),
            ),
        ),
        Table(
            id="moves",
            title="Moves",
            rows=moves,
            sort="-gain",
            search=("account_name", "today", "proposed"),
            columns=(
                Column("account_name", "Account", link=_account),
                Column("today", "Today"),
                Column("proposed", "Proposed"),
                Column("gain", "Gain", kind="money", estimated="guess", phone="value"),
                Column("worth", "Worth", kind="money", estimated="estimated"),
                Column("why", "Why", sortable=False, phone="wide"),
                Column("region", "Region", minor=True),
                Column("needs", "Needs", minor=True),
            ),
            empty="Nothing would gain by moving under these terms.",
            how=HOW,
        ),
        Table(
            id="people",
            title="People",
            rows=people,
            sort="-worth_then",
            search=("person", "region", "skills"),
            columns=(
                Column("person", "Person", sub="role"),
                Column("region", "Region"),
                Column("skills", "Skills", minor=True),
                Column("capacity", "Capacity", kind="count", hint="Accounts that the person can look after: as loaded, else by the form."),
                Column("accounts_today", "Accounts today", kind="count"),
                Column("accounts_then", "After", kind="count"),
                Column("worth_today", "Worth today", kind="money", estimated="guess"),
                Column("worth_then", "Worth after", kind="money", estimated="guess", phone="value"),
            ),
            total=("accounts_today", "accounts_then", "worth_today", "worth_then"),
            how=HOW,
        ),
    ),
)
