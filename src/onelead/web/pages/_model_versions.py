"""Admin, models: which versions are kept, which is in use, and the way back to one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from onelead.core.errors import UsageError
from onelead.web._page import Done, Panel, Tab
from onelead.workspace.model_files import model_versions
from onelead.workspace.rights import CHANGE_SETTINGS, allowed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.datastructures import FormData

    from onelead.web._ask import Ask


def listed(ask: Ask) -> Mapping[str, Any]:
    """Kept versions by model, the newest first."""
    rows = model_versions(ask.serving.parts).to_dicts()
    labels = list(dict.fromkeys(row["label"] for row in rows))
    models = [{"label": label, "versions": [row for row in rows if row["label"] == label]} for label in labels]
    return {"models": models, "may": allowed(ask.everyone, CHANGE_SETTINGS), "keep": ask.serving.parts.settings.models.keep_versions}


def put_back(ask: Ask, form: FormData) -> Done:
    """Use a kept version from the next refresh on."""
    model, version = str(form.get("model") or ""), str(form.get("version") or "")
    if not version.isdecimal():
        raise UsageError("No version was named.", hint="Choose one in the list of models.")
    ask.workspace.fitted_models.put_back(model, int(version))
    return Done(
        f"Version {version} is used from the next refresh on, until it is released.", to=ask.link("/admin", tab="versions_of_models")
    )


def release(ask: Ask, form: FormData) -> Done:
    """Let better versions take its place again."""
    ask.workspace.fitted_models.release(str(form.get("model") or ""))
    return Done("From the next refresh on a better version may take its place.", to=ask.link("/admin", tab="versions_of_models"))


TAB = Tab(
    "versions_of_models",
    "Fitted models",
    (
        Panel(
            id="fitted",
            title="Fitted models",
            template="panels/admin_models.html",
            data=listed,
            how="Every model that learned from outcomes is kept as a version. A refresh uses the newest that was better than the one before; a version that a "
            "person puts back is used from the next refresh on, whatever is learned, until it is released.",
        ),
    ),
)
POSTS = {"put-back-model": put_back, "release-model": release}
