"""Parts of an action's row: its letter, its evidence, and what people did with it, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from onelead.web._formats import DASH

if TYPE_CHECKING:
    from collections.abc import Mapping

    from onelead.web._ask import Ask
    from onelead.web._formats import Formats
    from onelead.web._page import Status

NOBODY = "local"
"""Who acts where nobody said who they are: it names no one."""
OUTCOMES = {"won": "won", "lost": "lost", "no_result": "no result"}
SHOWN: dict[str, tuple[tuple[str, str], ...]] = {
    "assets": (("asset_id", "Serial"), ("support_status", "Support"), ("end_of_life_date", "End of life")),
    "service_credits": (("project_id", "Contract"), ("purchased_credits", "Purchased"), ("contract_end_date", "Ends")),
    "projects": (("project_id", "Project"), ("practice", "Practice"), ("end_date", "Ends")),
    "opportunities": (("opportunity_name", "Opportunity"), ("product_line", "Product line"), ("close_date", "Closes")),
    "accounts": (("account_name", "Account"), ("region", "Region"), ("country", "Country")),
}
"""Evidence table → the columns that an opened row has room for."""


@dataclass(frozen=True)
class Letter:
    """A conversation opener: pieces of (text, whether it filled a placeholder); ``error`` is what keeps it from being sent."""

    template: str
    subject: tuple[tuple[str, bool], ...]
    body: tuple[tuple[str, bool], ...]
    filled: int
    error: str | None
    hint: str | None

    @property
    def subject_text(self) -> str:
        """The subject without marks."""
        return "".join(text for text, _ in self.subject)

    @property
    def text(self) -> str:
        """The body without marks."""
        return "".join(text for text, _ in self.body).strip()

    @property
    def mailto(self) -> str:
        """A link that opens the letter in the mail program; to whom is for the sender to say."""
        return f"mailto:?subject={quote(self.subject_text, safe='')}&body={quote(self.text, safe='')}"


@dataclass(frozen=True)
class Evidence:
    """The first rows behind an action: column labels, rows of (text, status), how many there are, and the link to all."""

    labels: tuple[str, ...]
    rows: tuple[tuple[tuple[str, Status | None], ...], ...]
    count: int
    link: str | None


def letter_of(found: Mapping[str, Any]) -> Letter:
    """The letter of ``evidence.opened``."""
    subject, body = (tuple((str(text), bool(fill)) for text, fill in found[part]) for part in ("subject", "body"))
    return Letter(str(found["template"]), subject, body, int(found["filled"]), found["error"], found["hint"])


def evidence_of(found: Mapping[str, Any], ask: Ask) -> Evidence:
    """The evidence of ``evidence.opened`` in the columns that there is room for."""
    table, frame = found["evidence_table"], found["rows"]
    columns = [(name, label) for name, label in SHOWN.get(table or "", ()) if name in frame.columns]
    rows = tuple(tuple(_cell(name, row, ask) for name, _ in columns) for row in frame.iter_rows(named=True))
    link = ask.link("/evidence", action=found["action_id"], account=None, owner=None, where=None) if table else None
    return Evidence(tuple(label for _, label in columns), rows, int(found["row_count"]), link)


def _cell(name: str, row: Mapping[str, Any], ask: Ask) -> tuple[str, Status | None]:
    value = row[name]
    text = DASH if value is None else ask.fmt.of(value, "count" if isinstance(value, float) else "text")
    if name == "support_status":
        return ("Unknown" if value is None else text), ("good" if row.get("is_supported") else "crit")
    return text, None


def state_words(row: Mapping[str, Any], fmt: Formats) -> tuple[str, str]:
    """What was done with an action, for its badge ("Accepted, Tomasz, 2 Sep"), and the whole story for its title."""
    state = row["state"]
    if state == "open":
        return "", ""
    who = "" if row["who"] in (None, NOBODY) else f", {row['who']}"
    when = f", {fmt.short_date(row['at'].date())}" if row["at"] is not None else ""
    note = str(row["note"] or "")
    extra = {
        "snoozed": f" until {fmt.short_date(row['until'])}",
        "done": f", {OUTCOMES.get(note, note)}" if note else "",
        "dismissed": "",
        "accepted": "",
    }[state]
    title = f"Reason: {note}" if state == "dismissed" and note else ""
    return f"{state.capitalize()}{extra}{who}{when}", title
