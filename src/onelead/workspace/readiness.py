"""Whether a served workspace can answer, and what its records count: for those who watch the server."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from onelead.core.viewer import LOCAL_ADMIN
from onelead.workspace.jobs import jobs_of

if TYPE_CHECKING:
    from onelead.workspace.serving import Serving


def readiness(serving: Serving) -> dict[str, object]:
    """Ask the records and the engine one small question each: ``{"snapshot": number or None, "accounts": rows or None}``.

    An empty workspace is ready (there is nothing to ask the engine for). Raises the OneLeadError of whatever does not answer.
    """
    stamp = serving.stamp()
    if stamp is None:
        return {"snapshot": None, "accounts": None}
    with serving.view(LOCAL_ADMIN, stamp) as view:
        return {"snapshot": stamp.publication, "accounts": view.frame("accounts", ["account_id"]).height}


def loads_by_state(serving: Serving) -> dict[str, float]:
    """How many loads were recorded, by what became of them."""
    return {state: float(count) for state, count in Counter(load.state for load in serving.parts.store.loads()).items()}


def answers_by_kind(serving: Serving) -> dict[str, float]:
    """How many questions were answered from memory ("kept") and how many were computed."""
    answers = serving.answers
    return {"kept": float(answers.kept), "computed": float(answers.computed)}


def stop(serving: Serving) -> None:
    """End the jobs that run, then close the workspace."""
    jobs_of(serving).close()
    serving.close()
