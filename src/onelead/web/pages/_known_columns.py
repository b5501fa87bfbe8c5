"""Columns of deals that a person may confirm: the proposals with their evidence, and the buttons."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
from markupsafe import Markup

from onelead.web._page import Column, Done, Missing, Table
from onelead.workspace import rights
from onelead.workspace.known_columns import AGAINST, FOR, NEVER, UNCLEAR, column_proposals, confirm_column

if TYPE_CHECKING:
    from starlette.datastructures import FormData

    from onelead.web._ask import Ask
    from onelead.web._page import Row, Status

BLOCK = "known-columns"
WORDS = {FOR: "Looks safe", UNCLEAR: "Cannot tell", AGAINST: "Looks leaky", NEVER: "Never used"}
SHAPES: dict[str, Status] = {FOR: "good", UNCLEAR: "unknown", AGAINST: "warn", NEVER: "unknown"}
POST = "/do/predictive_analytics"


def rows(ask: Ask) -> pl.DataFrame:
    """The proposals with their buttons."""
    frame = ask.overall(column_proposals)
    if frame.is_empty():
        raise Missing("The list of deals has no further columns without a history.", hint="Load opportunities with more columns.")
    now = ask.serving.parts.settings.models.known_columns
    may = rights.allowed(ask.everyone, rights.CHANGE_SETTINGS)
    frame = frame.with_columns(pl.col("column").is_in(list(now)).alias("confirmed"))
    buttons = [_button(row["column"], confirmed=row["confirmed"]) if may and row["verdict"] != NEVER else "" for row in frame.to_dicts()]
    used = pl.when("confirmed").then(pl.lit("Used")).otherwise(pl.lit("Not used"))
    return frame.with_columns(
        pl.col("verdict").replace(WORDS).alias("looks"), used.alias("used"), pl.Series("button", buttons, dtype=pl.Object)
    )


def _button(column: str, *, confirmed: bool) -> Markup:
    name, words = ("withdraw", "Withdraw") if confirmed else ("confirm", "Confirm")
    form = Markup(
        '<form method="post" action="{post}/{name}" hx-post="{post}/{name}" hx-swap="none"><input type="hidden" name="column" value="{column}">'
        '<button class="bt sm" aria-label="{words} {column}">{words}</button></form>'
    )
    return form.format(post=POST, name=name, column=column, words=words)


def confirm(ask: Ask, form: FormData) -> Done:
    """A person says that a column is known when a deal is created."""
    return _say(ask, form, known=True)


def withdraw(ask: Ask, form: FormData) -> Done:
    """A person takes that back."""
    return _say(ask, form, known=False)


def _say(ask: Ask, form: FormData, *, known: bool) -> Done:
    column = str(form.get("column", ""))
    with ask.serving.view(ask.everyone, ask.known_stamp) as shown:
        label = confirm_column(shown, ask.serving.parts, ask.everyone, column, known=known)
    words = "is confirmed; models learn from it" if known else "is withdrawn; models do without it"
    return Done(f"{label} {words} when everything is computed again (Admin).", refresh=(BLOCK,))


def _looks(row: Row) -> Status | None:
    return SHAPES.get(row["verdict"])


COLUMNS = Table(
    id=BLOCK,
    title="Columns of deals without a history",
    rows=rows,
    columns=(
        Column("label", "Column"),
        Column("looks", "Evidence", "badge", status=_looks, sub="why"),
        Column("filled_open", "Open deals fill it", "percent", minor=True),
        Column("filled_won", "Won", "percent", minor=True),
        Column("filled_lost", "Lost", "percent", minor=True),
        Column("auc", "AUC alone", "number", minor=True, hint="How well the column alone tells won from lost deals; 0.50 is not at all."),
        Column("used", "Models", "badge"),
        Column("button", "Your word", "html", sortable=False, export=False),
        Column("column", "Column as loaded", show=False),
    ),
    how="A column that no history follows shows what it held at the end. Whether it held the same when the deal was created only a person knows: confirm it "
    "and the chances of deals learn from it, as known from the creation on. Without that it is not used. The evidence: what the name says, how often "
    "open, won and lost deals fill the column, and how well it alone tells won from lost. Identifiers are never used. Columns that the history follows "
    "are judged without asking.",
)
POSTS = {"confirm": confirm, "withdraw": withdraw}
