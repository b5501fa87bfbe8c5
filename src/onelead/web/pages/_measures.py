"""What Business Metrics and the executive summary show: headline numbers, trends, breakdowns, the board of all metrics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from onelead.core.errors import UnknownNameError
from onelead.web._page import Choice, Micro, Missing, Number
from onelead.web.figures import executive as figures
from onelead.web.figures import plain
from onelead.workspace.defining import metric_lines
from onelead.workspace.history import metric_board, metric_history
from onelead.workspace.leading import breakdown, breakdowns, concentration, executive, opportunity_kinds

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from onelead.web._ask import Ask
    from onelead.web._page import Figure

DEFAULT = "revenue_at_risk"
PLACES = {
    "account.region": "Region",
    "account.country": "Country",
    "account_name": "Account",
    "project_year": "Start year",
    "size_bucket": "Project size",
    "region": "Region",
    "country": "Country",
}
MOST = 14


def board(ask: Ask) -> pl.DataFrame:
    """All metrics."""
    return ask(metric_board)


def since(ask: Ask) -> date | None:
    """The newest date that the metrics are compared with."""
    return max(board(ask)["since"].drop_nulls().to_list(), default=None)


def chosen(ask: Ask) -> str:
    """The metric that trend and breakdown show."""
    name = ask.one("metric") or DEFAULT
    known = board(ask)["metric"].to_list()
    if name not in known:
        raise UnknownNameError("metric", name, known)
    return name


def line_of(ask: Ask) -> dict[str, Any]:
    """The chosen metric's label, unit and the like."""
    name = chosen(ask)
    return ask(metric_lines, (name,))[name]


def metrics(ask: Ask) -> Sequence[Choice]:
    """Metrics to choose from: those with a value, and the chosen one, so that its pill speaks in words too."""
    known = board(ask).filter(pl.col("value").is_not_null() | (pl.col("metric") == (ask.one("metric") or DEFAULT))).sort("area", "label")
    return [Choice(row["metric"], f"{row['label']} ({row['area']})") for row in known.iter_rows(named=True)]


def columns(ask: Ask) -> Sequence[Choice]:
    """Columns that the chosen metric can be broken down by."""
    return [Choice(name, place(name)) for name, _ in ask(breakdowns, chosen(ask))]


def place(name: str) -> str:
    """A column in words."""
    return PLACES.get(name) or name.removeprefix("account.").replace("_", " ").capitalize()


# Headline numbers ------------------------------------------------------------------------------------------------------


def head(ask: Ask) -> dict[str, Any]:
    """The executive numbers."""
    return ask(executive)


def universe(ask: Ask) -> Number:
    """Accounts after unification, of so many raw ids."""
    found = head(ask)
    return Number(found["accounts"], of=f"from {ask.fmt.plural(found['raw_ids'], 'customer id')}", rows=found["accounts"])


def high(ask: Ask) -> Number:
    """Accounts of high propensity."""
    found = head(ask)
    return Number(found["propensity"]["High"], of=f"of {ask.fmt.plural(found['accounts'], 'account')}")


def high_reading(ask: Ask) -> Micro:
    """What the class rests on."""
    words = {"outcomes": "by a model of outcomes", "rules": "by rules, no measured accuracy", "none": "a third by the documented score"}
    return Micro(reading=words[head(ask)["label_source"]])


def renewals(ask: Ask) -> Number:
    """Accounts with a renewal to be made."""
    found = head(ask)
    return Number(found["renewal"], of=f"of {ask.fmt.plural(found['accounts'], 'account')}")


def cross_sell(ask: Ask) -> Number:
    """Accounts with something more to offer."""
    found = head(ask)
    return Number(found["cross_sell"], of=f"of {ask.fmt.plural(found['accounts'], 'account')}")


def worth(ask: Ask) -> Number:
    """What the waiting actions are expected to bring."""
    found = head(ask)
    return Number(
        found["value"],
        "money",
        estimated=found["estimated"],
        rows=found["valued"],
        low=found["low"],
        high=found["high"],
        reason="No waiting action states a value",
    )


def line_micro(metric: str) -> Any:  # noqa: ANN401 - a loader of a tile
    """The line of a metric over snapshots, where there are two or more."""

    def micro(ask: Ask) -> Micro | None:
        row = board(ask).row(by_predicate=pl.col("metric") == metric, named=True)
        values = tuple(row["line"] or ())
        return Micro(line=values) if len(values) > 1 else Micro(reading="One snapshot so far")

    return micro


# Charts ----------------------------------------------------------------------------------------------------------------


def classes(ask: Ask) -> pl.DataFrame:
    """Accounts by propensity."""
    found = head(ask)["propensity"]
    return pl.DataFrame({"class": list(found), "accounts": list(found.values())}).filter(pl.col("accounts") > 0)


def classes_figure(frame: pl.DataFrame, ask: Ask) -> Figure:
    """Accounts by propensity as a ring."""
    return figures.propensity(frame, ask.fmt.count, lambda name: ask.link("/predictive-analytics", class_=None, **{"class": name}))


def kinds(ask: Ask) -> pl.DataFrame:
    """Waiting actions by kind."""
    return ask(opportunity_kinds).filter(pl.col("actions") > 0)


def kinds_figure(frame: pl.DataFrame, ask: Ask) -> Figure:
    """Waiting actions by kind as bars."""
    types = dict(frame.select("kind", "types").iter_rows())
    return figures.kinds(frame, ask.fmt.count, lambda kind: ask.link("/action-required", type=types[kind]))


def trend(ask: Ask) -> pl.DataFrame:
    """The chosen metric by snapshot."""
    return ask(metric_history, (chosen(ask),)).filter(pl.col("value").is_not_null())


def trend_figure(frame: pl.DataFrame, ask: Ask) -> Figure:
    """The chosen metric by snapshot as a line."""
    line = line_of(ask)
    return figures.trend(frame, lambda value: ask.fmt.of(value, line["unit"]), lambda found: ask.here(snapshot=found, as_of=None))


def trend_sub(ask: Ask) -> str:
    """What the trend is of, and how much of it was computed alike."""
    frame = trend(ask)
    label = str(line_of(ask)["label"])
    if frame.height < 2:  # noqa: PLR2004 - a line needs two points
        return f"{label}, one snapshot so far" + _left_out(ask)
    other = frame.filter(pl.col("settings").str.split("-").list.first() != ask.serving.parts.settings.results_version).height
    left = _left_out(ask)
    return f"{label}, {frame.height} dates" + (f", {ask.fmt.count(other)} under other settings" if other else "") + left


def _left_out(ask: Ask) -> str:
    """How many earlier amounts the trend leaves out, and why; empty where none."""
    unlike = ask(metric_history, (chosen(ask),))["other"].drop_nulls()
    return f"; {ask.fmt.count(unlike.len())} in {' and '.join(sorted(set(unlike)))} left out" if unlike.len() else ""


def by(ask: Ask) -> str:
    """The column that the chosen metric is broken down by."""
    offered = [name for name, _ in ask(breakdowns, chosen(ask))]
    if not offered:
        raise Missing(f"{line_of(ask)['label']} has no column to break it down by.", hint="Choose another metric.")
    wanted = ask.one("by")
    return wanted if wanted in offered else offered[0]


def parts(ask: Ask) -> pl.DataFrame:
    """The chosen metric by the chosen column."""
    return ask(breakdown, chosen(ask), by(ask))


def parts_figure(frame: pl.DataFrame, ask: Ask) -> Figure:
    """The chosen metric by the chosen column as bars."""
    shown, unit, column = frame.filter(pl.col("value").is_not_null()).head(MOST), str(line_of(ask)["unit"]), by(ask)
    links = [ask.rows_link(chosen(ask), f"{column}={'' if group is None else group}") for group in shown["group"]]
    return plain.bars(shown["group"].to_list(), shown["value"].to_list(), [ask.fmt.of(value, unit) for value in shown["value"]], links)


def parts_sub(ask: Ask) -> str:
    """What is broken down by what."""
    return f"{line_of(ask)['label']} by {place(by(ask)).lower()}"


def risk(ask: Ask) -> pl.DataFrame:
    """Revenue at risk by account."""
    frame = ask(concentration)
    if not frame.height:
        raise Missing(
            "No attributed product is past its end of life, or none has a price.",
            hint="Set prices by product category in Admin.",
            link="/admin?tab=prices",
            link_text="Open the price book",
        )
    return frame


def risk_figure(frame: pl.DataFrame, ask: Ask) -> Figure:
    """Revenue at risk by account with its running share."""
    return figures.pareto(frame, ask.fmt, ask.account_link)


def risk_sub(ask: Ask) -> str:
    """How concentrated it is."""
    frame = ask(concentration)
    if not frame.height:
        return ""
    most = frame.filter(pl.col("running") < 0.8).height + 1  # noqa: PLR2004 - the rule of Pareto
    return f"{ask.fmt.plural(min(most, frame.height), 'account')} of {ask.fmt.count(frame.height)} hold 80%, estimated"
