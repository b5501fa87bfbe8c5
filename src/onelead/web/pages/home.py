"""Home: the few numbers that are good to know, and every page; the reader's first page first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from onelead.web._page import Micro, Number, Page, Panel, Tile, Tiles
from onelead.web._personas import persona
from onelead.web._render import menu, pages
from onelead.web.pages import _worklist
from onelead.workspace.worklist import waiting_worth

if TYPE_CHECKING:
    from onelead.web._ask import Ask


def _waiting(ask: Ask) -> Number:
    found = ask(waiting_worth)
    return Number(
        found["count"], of=f"{ask.fmt.count(found['open'])} open, {ask.fmt.count(found['accepted'])} accepted", rows=found["count"]
    )


def _worth(ask: Ask) -> Micro | None:
    found = ask(waiting_worth)
    if found["value"] is None:
        return None
    return Micro(reading=f"{ask.fmt.money(found['value'])} expected value{', estimated' if found['estimated'] else ''}")


def _lead(ask: Ask) -> str:
    whole = ". The numbers are those of the whole workspace, not of your accounts only." if ask.person.name or ask.person.role else ""
    return f"How things stand as of {ask.fmt.date(ask.as_of)}, in snapshot {ask.known_stamp.publication:04d}{whole}"


def _menu(ask: Ask) -> dict[str, Any]:
    known, mine = pages(), persona(ask.person.role)
    first = [known[page] for page in mine.first if page in known] if mine else []
    keep = {"owner": "team" if ask.person.team else "me"} if ask.person.name else {}
    return {
        "persona": mine,
        "first": [(page, ask.link(page.path, **(keep if page.account_filters else {}))) for page in first],
        "sections": [(section, [(page, ask.link(page.path)) for page in listed]) for section, listed in menu() if listed],
        "mine": {"me": "your accounts", "team": "your team's accounts"}.get(keep.get("owner", "")),
    }


PAGE = Page(
    id="home",
    title="Overview",
    section="Act",
    icon="home",
    about="The numbers to know, and every page.",
    hidden=True,
    account_filters=False,
    lead=_lead,
    blocks=(
        Tiles(
            id="tiles",
            title="Whole workspace",
            tiles=(
                Tile(
                    label="Waiting actions",
                    number=_waiting,
                    link=lambda ask: ask.link("/action-required"),
                    link_text="Open the list",
                    micro=_worth,
                    how="Actions that rules raised and that are open or accepted: nobody has snoozed, dismissed or done them.",
                ),
                Tile(
                    "expired_products",
                    of=_worklist.of_assets,
                    status=lambda value, _: "crit" if value else "good",
                    micro=_worklist.expired_micro,
                ),
                Tile(
                    "unused_credits",
                    status=lambda value, _: "warn" if value else "good",
                    also=_worklist.credits_also,
                    micro=_worklist.credits_micro,
                ),
                Tile("revenue_at_risk", status=lambda value, _: "warn" if value else "good", micro=_worklist.risk_micro),
            ),
        ),
        Panel(id="menu", title="Pages", template="panels/home_menu.html", data=_menu, bare=True),
    ),
)
