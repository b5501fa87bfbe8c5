"""What a rule is, what it is given, and what it hands back."""

from __future__ import annotations

import inspect
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from onelead.core.context import Context

_LIST = pl.List(pl.String)
_COLUMNS: dict[str, pl.DataType | type[pl.DataType]] = {
    "account_id": pl.String,
    "subject": pl.String,
    "title": pl.String,
    "why": pl.String,
    "due_date": pl.Date,
    "value": pl.Float64,
    "value_low": pl.Float64,
    "value_high": pl.Float64,
    "estimated": pl.Boolean,
    "revenue_at_risk": pl.Float64,
    "propensity": pl.Float64,
    "propensity_low": pl.Float64,
    "propensity_high": pl.Float64,
    "doubts": pl.Int64,
    "evidence_table": pl.String,
    "evidence_count": pl.Int64,
    "evidence_keys": _LIST,
    "evidence_where": pl.String,
    "next_steps": _LIST,
    "opportunity_areas": _LIST,
    "risk_flags": _LIST,
    "topic": pl.String,
    "template": pl.String,
    "parameters": pl.String,
}
PROPOSAL = pl.Schema(_COLUMNS)
"""Columns of a rule's proposals. ``value`` is money (null: unknown) with its own range, ``estimated`` says whether the value rests on an
estimate, ``propensity`` (outcome model only) shifts the chance, ``doubts`` counts what makes the evidence less sure (0: High, 1: Medium,
2 or more: Low confidence), ``topic`` is the practice that fitting services are looked up by."""

TEXTS = frozenset(
    {"title", "why", "evidence_where", "next_steps", "opportunity_areas", "risk_flags", "template", "parameters", "doubts", "topic"}
)
"""Columns that say nothing of what an action is or is worth; writing them takes most of the time."""
_WORDLESS = ContextVar("wordless", default=False)
KEYS_SHOWN = 20
"""How many evidence keys an action carries; the where-object finds the rest."""


@dataclass(frozen=True)
class RuleInput:
    """What rules see: one snapshot's tables as frames, and what was computed from them.

    ``frames(name)`` gives a base table in its stored columns, and "predictions" as the models of this run made them (without rows where they
    made none). ``success_rates`` is type → (successes, tries) from recorded outcomes.
    The prepared frames below are computed once and shared by all rules.
    """

    context: Context
    base_id: str
    accounts: pl.DataFrame
    frames: Callable[[str], pl.DataFrame]
    features: pl.DataFrame
    scores: pl.DataFrame
    success_rates: dict[str, tuple[int, int]]

    @cached_property
    def top_accounts(self) -> pl.DataFrame:
        """account_id, account_name and greeting (of a letter) of the accounts at the top level that the source gives."""
        from onelead.rules._openers import greeting

        return self.accounts.filter(pl.col("level") == "account").select("account_id", "account_name", greeting=greeting())

    @cached_property
    def delivered(self) -> frozenset[str]:
        """Of the tables that record contact, those that have any row at all: of the others nothing is known, which is not "none"."""
        return frozenset(name for name in ("projects", "opportunities") if not self.frames(name).is_empty())

    @cached_property
    def assets(self) -> pl.DataFrame:
        """Counted, attributed assets with their readings (see ``_assets.prepared``)."""
        from onelead.rules._assets import prepared

        return prepared(self.frames("assets"), self.context)

    @cached_property
    def credits(self) -> pl.DataFrame:
        """Counted credit rows, unattributed ones included (see ``_credits.prepared``)."""
        from onelead.rules._credits import prepared

        return prepared(self.frames("service_credits"), self.context)

    @cached_property
    def projects(self) -> pl.DataFrame:
        """Counted, attributed projects with stage and value readings (see ``_projects.prepared``)."""
        from onelead.rules._projects import prepared

        return prepared(self.frames("projects"), self.context)

    @cached_property
    def engagement(self) -> pl.DataFrame:
        """One row a top-level account: what it has, and when something last happened (see ``_projects.engagement``)."""
        from onelead.rules._projects import engagement

        return engagement(self)


KINDS = {
    "renewals": ("Renewals", "Products near or past their end, contracts that end, and accounts that may leave."),
    "cross_sell": ("Cross-sell", "Products, platforms, practices and successors that an account does not have yet."),
    "expansion": ("Service expansion", "Credits that are not used."),
    "deals": ("Open deals", "Deals that are likely to slip, or stand still."),
    "relationship": ("Relationship", "Accounts without engagement, and follow-up."),
}
"""Kinds of conversation: what it is called and what it is about. Source: solution document, 5.1 E; open deals came later."""


@dataclass(frozen=True)
class Rule:
    """A recommendation. ``propose`` gives rows in ``PROPOSAL``; its docstring is what the user reads.

    ``kind`` is one of ``KINDS``. ``due_days`` is how many days after the as-of date the action is due at the latest (where a rule gives a later day, the action's
    timeline says so). Of the rules of one ``group``, an account keeps one
    action a subject, the one of the highest priority. An ``only_alone`` rule speaks only for accounts that no other rule speaks for.
    ``fits`` are beginnings of words that make a catalogue service suit this action. ``priced``: its worth rests on the price book, the
    support share or the price of a credit, and is linear in them (see ``_worths``).
    """

    id: str
    label: str
    kind: str
    priority: int
    timeline: str
    due_days: int
    urgency: str
    template: str
    propose: Callable[[RuleInput], pl.DataFrame]
    group: str | None = None
    only_alone: bool = False
    fits: tuple[str, ...] = ()
    priced: bool = False

    @property
    def doc(self) -> str:
        """What the user reads: the docstring of ``propose``."""
        return inspect.getdoc(self.propose) or ""


@contextmanager
def wordless() -> Iterator[None]:
    """Within it proposals carry none of ``TEXTS``: for questions about money alone."""
    token = _WORDLESS.set(True)
    try:
        yield
    finally:
        _WORDLESS.reset(token)


def proposals(frame: pl.DataFrame, **columns: pl.Expr | str | int | bool | None) -> pl.DataFrame:
    """``frame`` brought to the proposal columns: those given, else those that the frame has, else a default.

    Defaults: null values, not estimated, no doubts, empty lists. A plain value stands for itself in every row.
    """
    chosen = []
    for name, dtype in PROPOSAL.items():
        if name in TEXTS and _WORDLESS.get():
            expression = _default(name)
        elif name in columns:
            given = columns[name]
            expression = given if isinstance(given, pl.Expr) else pl.lit(given)
        elif name in frame.columns:
            expression = pl.col(name)
        else:
            expression = _default(name)
        if isinstance(dtype, pl.List):
            expression = expression.list.drop_nulls()
        chosen.append(expression.cast(dtype).alias(name))
    # Lazily, so that Polars builds what several texts share only once.
    return frame.lazy().select(chosen).collect()


def _default(name: str) -> pl.Expr:
    dtype = PROPOSAL[name]
    if isinstance(dtype, pl.List):
        return pl.lit([], dtype=dtype)
    return pl.lit({"estimated": False, "doubts": 0}.get(name), dtype=dtype)
