"""What the roll-up tab shows, and what its form does."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import polars as pl

from onelead.core.errors import UsageError
from onelead.core.fiscal import FiscalCalendar
from onelead.web._page import Choice, Done, Missing, Number
from onelead.web.pages._bookings import HINT
from onelead.workspace import rollup

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.datastructures import FormData

    from onelead.web._ask import Ask
    from onelead.web._page import Row, Status

CALLS = tuple(Choice(name, label) for name, label in rollup.MEASURES.items())
SIDES = {"rep": "Rep's", "manager": "Manager's"}
BLOCKS = ("rollup-tiles", "rollup", "rollup-change", "rollup-history")
LONGEST = 400
NOBODY = "local"


def found(ask: Ask) -> dict[str, Any]:
    """The roll-up under the call of the address. Raises Missing."""
    answer = ask.deals(rollup.rollup, ask.one("call") or "most_likely")
    if answer["problem"]:
        raise Missing(answer["problem"], hint=HINT, link=ask.link("/load"), link_text="Load data")
    return answer


def _all(ask: Ask) -> dict[str, Any] | None:
    answer = ask.deals(rollup.rollup, ask.one("call") or "most_likely")
    return None if answer["problem"] else answer["rows"].row(0, named=True)


def quota(ask: Ask) -> Number:
    """The quota, and what of it is booked."""
    row = _all(ask)
    if row is None:
        return Number(None, reason="Needs a forecast")
    if row["quota"] is None:
        return Number(None, reason="No quota of this quarter is loaded")
    return Number(row["quota"], "money", of=f"{ask.fmt.percent(row['booked'] / row['quota'])} booked" if row["quota"] else "")


def tile(column: str) -> Callable[[Ask], Number]:
    """One side's number of the whole quarter."""

    def number(ask: Ask) -> Number:
        row = _all(ask)
        if row is None or row[column] is None:
            return Number(None, reason="Needs a forecast" if row is None else "No past quarter tells what categories bring")
        ends = {"low": row["low"], "high": row["high"]} if column == "model" else {}
        of = f"{ask.fmt.percent(row[column] / row['quota'])} of quota" if row["quota"] else ""
        return Number(row[column], "money", of=of, **ends)

    return number


def words(ask: Ask) -> str:
    """Which quarter and which call."""
    answer = found(ask)
    label = FiscalCalendar(ask.serving.parts.settings.fiscal).label(answer["begin"])
    return f"{label}, {rollup.MEASURES[answer['measure']].lower()}"


def rows(ask: Ask) -> pl.DataFrame:
    """All, teams and reps with marks of what was said."""
    frame: pl.DataFrame = found(ask)["rows"]
    fmt = ask.fmt
    level = pl.col("level")
    name = pl.when(level == "all").then(pl.lit("All teams")).when(level == "team").then(pl.col("team").fill_null("No team"))
    below = pl.when(level == "team").then(
        pl.format("Team{}", pl.when(pl.col("manager").is_null()).then(pl.lit("")).otherwise(pl.format(" of {}", "manager")))
    )
    said = {side: pl.when(f"{side}_said").then(pl.lit("said")) for side in SIDES}
    marks = [
        said["rep"].when(level == "rep").then(pl.lit("by category")).otherwise(pl.lit("")).alias("rep_mark"),
        said["manager"].otherwise(pl.lit("")).alias("manager_mark"),
    ]
    return frame.with_columns(
        name.otherwise(pl.col("rep").fill_null("No owner")).alias("name"),
        below.when(level == "rep").then(pl.col("team")).otherwise(pl.lit("")).alias("below"),
        *marks,
        pl.Series("range", [fmt.span(low, high) for low, high in frame.select("low", "high").iter_rows()], dtype=pl.String),
        pl.when(pl.col("quota") > 0).then(pl.col("model") / pl.col("quota")).alias("attainment"),
        pl.when((level != "all") & pl.col("subject").is_not_null()).then(pl.lit("Change")).alias("change"),
    )


def owner_link(row: Row, ask: Ask) -> str | None:
    """A rep's pipeline."""
    return ask.link("/pipeline", owner=row["rep"]) if row["level"] == "rep" and row["rep"] else None


def change_link(row: Row, ask: Ask) -> str | None:
    """The form, filled for this row."""
    return ask.here(change=f"{row['level']}:{row['subject']}") + "#b-rollup-change" if row["change"] else None


def change_form(ask: Ask) -> dict[str, Any]:
    """Whom the form is about, with the numbers that stand now; all whom it may be about."""
    answer = found(ask)
    named = rows(ask).filter(pl.col("change").is_not_null())
    subjects = [{"value": f"{row['level']}:{row['subject']}", **row} for row in named.iter_rows(named=True)]
    chosen = next((entry for entry in subjects if entry["value"] == ask.one("change")), None)
    said = {} if chosen is None else {side: chosen[f"{side}_number"] for side in SIDES if chosen["level"] == "rep" or side == "manager"}
    return {"subjects": subjects, "chosen": chosen, "said": said, "measure": answer["measure"], "measures": rollup.MEASURES, "sides": SIDES}


def history(ask: Ask) -> pl.DataFrame:
    """What was said of the quarter, in words."""
    found(ask)
    log = ask.deals(rollup.history)
    states = {"in force": "In force", "replaced": "Replaced", "taken back": "Taken back", "undo": "Took it back"}
    return log.with_columns(
        pl.col("measure").replace(rollup.MEASURES).alias("measure_name"),
        pl.col("side").replace(SIDES).alias("side_name"),
        pl.col("state").replace(states),
        pl.when(pl.col("who") != NOBODY).then("who").alias("who"),
        pl.col("at").dt.date(),
    )


def state_status(row: Row) -> Status | None:
    """What holds is marked."""
    return "good" if row["state"] == "In force" else None


# What people say -------------------------------------------------------------------------------------------------------


def say(ask: Ask, form: FormData) -> Done:
    """Put a number beside the computed ones. Raises UsageError for what is no number, and as ``rollup.override``."""
    level, _, subject = _word(form, "subject").partition(":")
    text = _word(form, "amount").replace(",", "").replace(" ", "")
    try:
        amount = float(text)
    except ValueError:
        raise UsageError(f"{text!r} is no amount.", hint="Write the whole quarter's number, such as 125000.") from None
    measure, side = _word(form, "measure"), _word(form, "side")
    given = {"side": side, "level": level, "subject": subject, "measure": measure, "amount": amount, "reason": _word(form, "reason")}
    entry = _as_reader(ask, rollup.override, **given)
    return Done(
        message=f"Kept: {SIDES.get(side, side)} number is {ask.fmt.money(amount)}",
        undo=("unsay", {"entry": str(entry)}),
        refresh=BLOCKS,
    )


def unsay(ask: Ask, form: FormData) -> Done:
    """Take an entry back."""
    entry = _word(form, "entry")
    if not entry.isdecimal():
        raise UsageError("No entry was named.", hint="Take one from the list.")
    _as_reader(ask, rollup.undo_override, int(entry))
    return Done(message="Taken back", refresh=BLOCKS)


def _as_reader(ask: Ask, act: Callable[..., int], *args: object, **kwargs: object) -> int:
    """Until there is a sign-in, the record carries the name that the reader gave."""
    viewer = replace(ask.everyone, user=ask.person.name) if ask.person.name else ask.everyone
    return ask.serving.workspace(viewer).ask(act, *args, **kwargs)


def _word(form: FormData, name: str) -> str:
    value = form.get(name)
    return value.strip()[:LONGEST] if isinstance(value, str) else ""
