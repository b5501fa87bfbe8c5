"""Load and Onboarding: hand over files, see what was recognised, confirm, watch, go back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onelead.web._page import Page, Panel
from onelead.web.pages import _loads

if TYPE_CHECKING:
    from onelead.web._ask import Ask


def _lead(ask: Ask) -> str:
    if ask.stamp is None:
        return "Nothing is loaded yet. Nothing is published before you confirm."
    return f"Readers see snapshot {ask.stamp.publication:04d}, as of {ask.fmt.date(ask.as_of)}. Nothing is published before you confirm."


PAGE = Page(
    id="load",
    title="Load and Onboarding",
    section="Data",
    icon="upload",
    about="Hand over files, see what was recognised, confirm, and go back if it was not what you meant.",
    order=10,
    lead=_lead,
    needs_data=False,
    account_filters=False,
    blocks=(
        Panel(id="loader", title="Load files", template="panels/load_loader.html", data=_loads.loader, bare=True),
        Panel(
            id="history",
            title="Loads",
            span=8,
            template="panels/load_history.html",
            data=_loads.history,
            how="Every load, refresh and sample begun on a screen or over the interface; the newest 50 are kept. Undo lets readers see the "
            "snapshot again that they saw before; nothing is deleted. Loads from the command line stand under Data Insights, Snapshots.",
        ),
        Panel(
            id="templates",
            title="Files to fill in",
            span=4,
            template="panels/load_templates.html",
            data=_loads.templates,
            table=_loads.template_rows,
            bare=True,
        ),
    ),
    posts=_loads.POSTS,
    fragments={"job": _loads.job_fragment, "watch": _loads.watch_fragment},
)
