"""The Python door: a workspace with a method for each use case. Frames are Polars."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Concatenate, ParamSpec, Self, TypeVar

from onelead.core.viewer import LOCAL_ADMIN, Viewer
from onelead.workspace import acting, asking, explaining, identities, rights, running, snapshots
from onelead.workspace.doctor import Finding, examine
from onelead.workspace.health import health as account_health
from onelead.workspace.loading import LoadOptions, LoadReport, Preview, load, refresh
from onelead.workspace.model_files import FittedModels
from onelead.workspace.progress import Steps
from onelead.workspace.rights import require
from onelead.workspace.viewing import view

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager
    from datetime import date
    from types import TracebackType

    import polars as pl

    from onelead.sources import Pending
    from onelead.store import Publication
    from onelead.workspace.viewing import View
    from onelead.workspace.wiring import Parts

PathLike = str | Path
P = ParamSpec("P")
R = TypeVar("R")


class Workspace:
    """An open workspace. Use it in a ``with`` block, or call ``close()`` when done.

    Every number is computed for an as-of date: the newest export date in the data, else the day of the load, unless one is given.
    Unknown names raise ``UnknownNameError`` with the nearest valid ones; asking before anything is loaded raises ``WorkspaceError``.

    Example:
        >>> import onelead
        >>> with onelead.open("workspace") as ws:  # doctest: +SKIP
        ...     ws.load("export.xlsx")
        ...     ws.actions(limit=10)
    """

    def __init__(self, parts: Parts, viewer: Viewer = LOCAL_ADMIN, on_step: Callable[[str], None] | None = None) -> None:
        self._parts = parts
        self._viewer = viewer
        self._on_step = on_step

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Give files and connections back."""
        self._parts.close()

    @property
    def directory(self) -> Path:
        """Where the workspace lives."""
        return self._parts.directory

    @property
    def currency(self) -> str:
        """Currency of all money, a setting."""
        return self._parts.settings.prices.currency

    def _view(self, as_of: date | None = None) -> AbstractContextManager[View]:
        return view(self._parts, self._viewer, as_of=as_of)

    def ask(self, use_case: Callable[Concatenate[View, Parts, P], R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """The answer of a use case that has no method of its own (a function of a view, the parts and its arguments)."""
        with self._view() as shown:
            return use_case(shown, self._parts, *args, **kwargs)

    # Loading -----------------------------------------------------------------------------------------------------------

    def load(
        self,
        *files: PathLike,
        as_of: date | None = None,
        accept_bad_rows: bool = False,
        password: Callable[[], str | None] | None = None,
        confirm: Callable[[Preview], bool] | None = None,
        begun: Pending | None = None,
    ) -> LoadReport:
        """Load files into a new snapshot and publish it; loading the same again changes nothing. See ``LoadOptions`` and ``LoadReport``."""
        require(self._viewer, rights.LOAD)
        options = LoadOptions(as_of, accept_bad_rows, password, confirm, begun)
        return load(self._parts, [Path(file) for file in files], options, Steps(self._on_step))

    def refresh(self, as_of: date | None = None) -> Publication:
        """Compute everything again after a decision, an outcome or a changed setting; publish it if anything differs."""
        require(self._viewer, rights.LOAD)
        return refresh(self._parts, as_of, Steps(self._on_step))

    def run(
        self,
        *files: PathLike,
        out: PathLike,
        as_of: date | None = None,
        accept_bad_rows: bool = False,
        password: Callable[[], str | None] | None = None,
        steps: Steps | None = None,
        begun: Pending | None = None,
    ) -> dict[str, object]:
        """Load files and write the four output files into ``out``; returns the summary."""
        require(self._viewer, rights.LOAD)
        steps = steps or Steps(self._on_step)
        report = load(self._parts, [Path(file) for file in files], LoadOptions(as_of, accept_bad_rows, password, begun=begun), steps)
        with self._view() as shown:
            return running.write_outputs(shown, self._parts, report, Path(out), steps)

    # Numbers -----------------------------------------------------------------------------------------------------------

    def metrics(self, *names: str, as_of: date | None = None) -> pl.DataFrame:
        """Metrics (all, or those named): metric, label, value, unit, direction, estimated, rows, definition. Null is unknown."""
        with self._view(as_of) as shown:
            return asking.metric_table(shown, names)

    def query(self, metric: str, *, by: Sequence[str] = (), where: Sequence[str] = (), as_of: date | None = None) -> pl.DataFrame:
        """One metric by columns of its table or of the account; ``where`` holds conditions such as ``product_category=WLAN HW``."""
        with self._view(as_of) as shown:
            return asking.metric_by(shown, metric, by, where)

    def rows(self, metric: str, *, where: Sequence[str] = (), limit: int = asking.DEFAULT_ROWS, as_of: date | None = None) -> pl.DataFrame:
        """The rows behind a metric, at most ``limit``."""
        with self._view(as_of) as shown:
            return asking.metric_rows(shown, metric, where, limit)

    def sql(self, metric: str, *, by: Sequence[str] = (), where: Sequence[str] = (), as_of: date | None = None) -> str:
        """The SQL behind a metric."""
        with self._view(as_of) as shown:
            return asking.metric_sql(shown, metric, by, where)

    def quality(self) -> pl.DataFrame:
        """Completeness of each column, and a grade (Excellent, Good, Poor) of each table."""
        with self._view() as shown:
            return asking.quality_table(shown)

    def table(self, name: str) -> pl.DataFrame:
        """A table of the published snapshot, such as ``assets``, ``features`` or ``scores``."""
        with self._view() as shown:
            return shown.frame(name)

    def predictions(self) -> pl.DataFrame:
        """All accounts with class, probabilities and features, best first."""
        with self._view() as shown:
            return running.predictions(shown)

    # Accounts ----------------------------------------------------------------------------------------------------------

    def accounts(self) -> pl.DataFrame:
        """Top-level accounts with propensity and waiting actions, best first."""
        with self._view() as shown:
            return explaining.account_list(shown, self._parts)

    def account(self, account: str) -> dict[str, object]:
        """Everything about one account, named by id, source id or name."""
        with self._view() as shown:
            return explaining.account(shown, self._parts, account)

    def explain(self, account: str) -> dict[str, object]:
        """Why an account scores as it does."""
        with self._view() as shown:
            return explaining.explain(shown, self._parts, account)

    def health(self, scorecard: str = "install_base", as_of: date | None = None) -> pl.DataFrame:
        """Health of each account by a scorecard: score 0 to 100, band, parts (JSON) and reason; the least healthy first."""
        with self._view(as_of) as shown:
            return account_health(shown, self._parts, scorecard)

    # Actions -----------------------------------------------------------------------------------------------------------

    def actions(
        self,
        *,
        account: str | None = None,
        type: str | None = None,  # noqa: A002 - the word of the field
        state: str | None = None,
        limit: int | None = None,
    ) -> pl.DataFrame:
        """The ranked list; without ``state`` the actions that wait (open, accepted, snooze run out), "all" for every one."""
        with self._view() as shown:
            return acting.actions(shown, self._parts, account=account, kind=type, state=state, limit=limit)

    def action(self, action_id: str) -> dict[str, object]:
        """One action with its opener."""
        with self._view() as shown:
            return acting.one(shown, self._parts, action_id)

    def accept(self, action_id: str) -> dict[str, object]:
        """Take an action on."""
        return self._act(action_id, "accept")

    def snooze(self, action_id: str, until: date) -> dict[str, object]:
        """Hide an action until a date."""
        return self._act(action_id, "snooze", until=until)

    def dismiss(self, action_id: str, why: str) -> dict[str, object]:
        """Reject an action, with the reason; it stays away after later loads."""
        return self._act(action_id, "dismiss", note=why)

    def done(self, action_id: str, outcome: str) -> dict[str, object]:
        """Complete an action with its outcome: won, lost or no_result. Outcomes become labels."""
        return self._act(action_id, "done", note=outcome)

    def undo(self, action_id: str, event_id: int | None = None) -> dict[str, object]:
        """Take the last thing done to an action back; with ``event_id`` only where that is the last."""
        return self._act(action_id, "undo", event_id=event_id)

    def _act(
        self, action_id: str, event: str, *, note: str | None = None, until: date | None = None, event_id: int | None = None
    ) -> dict[str, object]:
        require(self._viewer, rights.WORK_ON_ACTIONS)
        with self._view() as shown:
            return acting.act(shown, self._parts, action_id, event, note=note, until=until, event_id=event_id)

    # Identities --------------------------------------------------------------------------------------------------------

    def identities(self, status: str = "review") -> pl.DataFrame:
        """Identity links: review, auto, decided, rejected or all."""
        with self._view() as shown:
            return identities.links(shown, status)

    def same(self, left: str, right: str | None = None) -> None:
        """Decide that two ids or names mean one customer. Without ``right``: accept what the review list proposes for ``left``."""
        self._decide("same", left, right)

    def different(self, left: str, right: str | None = None) -> None:
        """Decide that two ids or names mean different customers. Without ``right``: reject what the review list proposes for ``left``."""
        self._decide("different", left, right)

    def split(self, value: str) -> None:
        """Decide that an id or name is a customer of its own."""
        self._decide("split", value)

    def decisions(self) -> pl.DataFrame:
        """The decisions on identities that are in force, in order."""
        require(self._viewer, rights.DECIDE_IDENTITIES)
        return self._parts.store.decisions()

    def undo_decision(self, decision_id: int) -> None:
        """Take a decision on identities back."""
        require(self._viewer, rights.DECIDE_IDENTITIES)
        self._parts.store.undo_decision(decision_id, by=self._viewer.user)

    def _decide(self, decision: str, left: str, right: str | None = None) -> None:
        require(self._viewer, rights.DECIDE_IDENTITIES)
        with self._view() as shown:
            identities.decide(shown, self._parts, decision, left, right)

    # Snapshots and care ------------------------------------------------------------------------------------------------

    def snapshots(self) -> pl.DataFrame:
        """Publications, newest first."""
        return snapshots.snapshot_list(self._parts)

    def diff(self, before: str | int, after: str | int) -> dict[str, pl.DataFrame]:
        """What differs between two snapshots: rows, metrics, actions."""
        return snapshots.diff(self._parts, self._viewer, str(before), str(after))

    def rollback(self, snapshot: str | int) -> Publication:
        """Publish an earlier snapshot again."""
        require(self._viewer, rights.MANAGE_SNAPSHOTS)
        return snapshots.rollback(self._parts, str(snapshot))

    def prune(self, keep: int | None = None) -> list[str]:
        """Drop old snapshots; the names of the layers that went."""
        require(self._viewer, rights.MANAGE_SNAPSHOTS)
        return snapshots.prune(self._parts, keep)

    def model_cards(self) -> list[dict[str, object]]:
        """The card of each model: what it learned from, its split, its figures beside a naive baseline, its limits."""
        return [json.loads(card) for card in self.table("model_cards")["card"]]

    @property
    def fitted_models(self) -> FittedModels:
        """Kept versions of the fitted models: list them, put one back, release it."""
        return FittedModels(self._parts, self._viewer)

    def quarantine(self) -> pl.DataFrame:
        """Rows that broke their contract, with file, sheet, row, column, value and reason."""
        return self.table("quarantine")

    def changes(self) -> pl.DataFrame:
        """What changed in assets and opportunities from load to load."""
        return self.table("changes")

    def doctor(self) -> list[Finding]:
        """Check the workspace: settings, engine, layers, records, free room."""
        return examine(self._parts)
