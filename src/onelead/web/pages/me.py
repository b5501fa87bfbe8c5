"""Who the reader is: a role, which decides the first page, and a name of the data, which "mine" and "my team" go by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from onelead.web._page import Page, Panel
from onelead.web._personas import PERSONAS
from onelead.web._render import pages
from onelead.workspace.people import persons, team_of

if TYPE_CHECKING:
    from onelead.web._ask import Ask

NAMES_OFFERED = 400
TEAM_SHOWN = 12
LOCALES = (
    ("", "As the browser says"),
    ("en", "English: 1,234.5 and 4 Sep 2024"),
    ("en_GB", "English, United Kingdom"),
    ("de", "Deutsch: 1.234,5"),
    ("de_CH", "Deutsch, Schweiz: 1’234.5"),
    ("fr", "Français: 1 234,5"),
    ("es", "Español: 1234,5"),
    ("ja", "日本語: 1,234.5"),
)


def _data(ask: Ask) -> dict[str, Any]:
    known = pages()
    found = ask.overall(persons) if ask.stamp is not None else pl.DataFrame()
    offered = found.sort(["accounts", "person"], descending=[True, False]).head(NAMES_OFFERED) if found.height else found
    me = found.filter(pl.col("person") == ask.person.name).to_dicts() if found.height and ask.person.name else []
    team = ask.overall(team_of, ask.person.name) if ask.stamp is not None and ask.person.name else ()
    return {
        "personas": [(one, [known[page].title for page in one.first if page in known]) for one in PERSONAS],
        "names": [(row["person"], row["accounts"]) for row in offered.iter_rows(named=True)],
        "many": found.height,
        "me": me[0] if me else None,
        "team": team[:TEAM_SHOWN],
        "team_more": max(len(team) - TEAM_SHOWN, 0),
        "locales": LOCALES,
        "locale": ask.fmt.locale,
    }


PAGE = Page(
    id="me",
    title="Who you are",
    section="Data",
    icon="user-circle",
    about="Your role decides the page you see first; your name, what “Me” and “My team” mean in the owner filter.",
    hidden=True,
    needs_data=False,
    account_filters=False,
    lead="Your role decides the page you see first; your name, what “Me” and “My team” mean in the owner filter. "
    "It is kept in this browser and gives no rights",
    blocks=(Panel(id="me", title="You", template="panels/me.html", data=_data, bare=True),),
)
