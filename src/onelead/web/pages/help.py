"""Help: the keys, the pages, the words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from onelead.web._page import Page, Panel

if TYPE_CHECKING:
    from onelead.web._ask import Ask

KEYS = (
    ("Ctrl K or /", "Search accounts, products, deals, services, metrics and pages"),
    ("j, k", "Next and previous action"),
    ("a", "Accept the action"),
    ("s", "Snooze it"),
    ("x", "Dismiss it, with a reason"),
    ("d", "Mark it done, with its outcome"),
    ("o", "Open its opener"),
    ("Esc", "Close what is open"),
    ("?", "This page"),
)
WORDS = (
    ("Account", "The customer. In the OneLead exports a sales territory; it may hold several named accounts."),
    ("As-of date", "The business date that every number is computed for: the newest export date in the data, unless you choose one."),
    ("Snapshot", "One published state of the data and of all that was computed from it. Nothing in it ever changes."),
    ("Estimated", "Money that no file states: it comes from the price book or an assumption in the settings. Marked est. everywhere."),
    ("By rule, by model", "A hollow meter with a word was scored by rules; a filled one with a percentage by a model checked on outcomes."),
    ("Unattributed", "Rows that reach no account. They are counted and shown, never dropped."),
)


def _data(ask: Ask) -> dict[str, Any]:
    from onelead.web._render import menu  # the menu knows the pages, this page included

    del ask
    return {"keys": KEYS, "words": WORDS, "menu": menu()}


PAGE = Page(
    id="help",
    title="Help",
    section="Data",
    icon="help-circle",
    about="Keys, words and pages.",
    hidden=True,
    needs_data=False,
    account_filters=False,
    lead="Keys, words, and what each page is for. Every number has an ⓘ that says how it is computed.",
    blocks=(
        Panel(id="keys", title="Keys", template="panels/help_keys.html", data=_data, span=6),
        Panel(id="words", title="Words", template="panels/help_words.html", data=_data, span=6),
        Panel(id="pages", title="Pages", template="panels/help_pages.html", data=_data),
    ),
)
