"""Admin: every setting as a form, its versions, letters, scorecards."""

from __future__ import annotations

from onelead.core.settings import Settings
from onelead.web._page import Page, Panel, Tab
from onelead.web.pages import _configuring as loads
from onelead.web.pages import _model_versions as fitted
from onelead.workspace.configuring import TITLES

SECTIONS = {name: TITLES.get(name, name.capitalize()) for name in (*TITLES, *Settings.model_fields) if name in Settings.model_fields}


def _section(name: str, title: str) -> Tab:
    how = "Settings are kept in settings.toml of the workspace: only what differs from the defaults. Every save is checked, remembered, and can be taken back."
    return Tab(name, title, (Panel(id=f"section_{name}", title=title, template=loads.FORM, data=loads.section(name), how=how),))


PAGE = Page(
    id="admin",
    title="Admin",
    section="Admin",
    icon="settings",
    about="Settings, price book, similarity and mapping tables, people, letters, scorecards.",
    order=90,
    lead="What is a choice and not code. Every change is checked, kept with who and when, and can be taken back.",
    needs_data=False,
    account_filters=False,
    blocks=(Panel(id="banner", title="Results and settings", template="panels/admin_banner.html", data=loads.banner, bare=True),),
    tabs=(
        *(_section(name, title) for name, title in SECTIONS.items()),
        Tab(
            "templates",
            "Letters",
            (
                Panel(
                    id="templates",
                    title="Opener templates",
                    template="panels/admin_templates.html",
                    data=loads.template,
                    how="A letter's text with placeholders, filled from an action. A text with an unknown or unfilled placeholder is refused.",
                ),
            ),
        ),
        Tab(
            "scorecards",
            "Scorecards",
            (Panel(id="scorecards", title="Scorecards", template="panels/admin_scorecards.html", data=loads.scorecards),),
        ),
        fitted.TAB,
        Tab(
            "versions",
            "Versions",
            (Panel(id="versions", title="Versions of the settings", template="panels/admin_versions.html", data=loads.versions),),
        ),
    ),
    posts={
        "save": loads.save,
        "reset": loads.reset,
        "roll-back": loads.roll_back,
        "recompute": loads.recompute,
        "try": loads.try_text,
        "save-template": loads.save_template,
        "reset-template": loads.reset_template,
        **fitted.POSTS,
    },
)
