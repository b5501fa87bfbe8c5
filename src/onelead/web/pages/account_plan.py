"""The printable plan of one account: numbers, health, life cycle, actions with their steps, deals, and lines to fill in together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from onelead.web._page import Button, Page, Panel
from onelead.web.figures import health as figures
from onelead.web.pages import _customer_360 as loads
from onelead.workspace.account_plan import account_plan

if TYPE_CHECKING:
    from collections.abc import Mapping

    from onelead.web._ask import Ask

LINES = 5


def _plan(ask: Ask) -> Mapping[str, Any]:
    card, row = loads.card_of(ask), loads.row_of(ask) or {}
    found = ask.overall(account_plan, loads.id_of(ask), card["id"], card["version"])
    health = found["health"]
    words = [row.get(name) for name in ("industry", "region", "country")]
    return {
        **found,
        "row": row,
        "place": " · ".join(dict.fromkeys(str(word) for word in words if word and word != "Unspecified")),
        "status": figures.band_status(health["band"] if health else None),
        "part_status": [figures.points_status(part["points"], health["bands"]) for part in health["parts"]] if health else [],
        "gauge": loads.gauge(health["score"], health["bands"]) if health else None,
        "lines": range(LINES),
    }


PAGE = Page(
    id="account_plan",
    title="Account plan",
    section="Accounts",
    icon="printer",
    about="One account on paper: where it stands, what to do next, by whom and by when.",
    hidden=True,
    print_only=True,
    account_filters=False,
    buttons=(Button("Back to the account", "corner-down-left", lambda ask: ask.account_link(ask.one("id")) or ask.link("/customer-360")),),
    blocks=(
        Panel(id="plan", title="Account plan", template="panels/account_plan.html", data=_plan, bare=True, when=loads.chosen),
        Panel(id="missing", title="Not found", template="panels/customer_360_missing.html", data=loads.nearest, when=loads.unknown),
        Panel(id="which", title="Choose an account", template="panels/account_plan_which.html", when=loads.open_list),
    ),
)
