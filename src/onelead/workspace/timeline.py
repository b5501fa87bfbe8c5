"""Use case: what happened with an account and what is dated to happen: projects, life cycle, support, credits, deals, changes, actions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from onelead.workspace.account_rows import account_rows, checked
from onelead.workspace.timeline_changes import action_events, change_events

if TYPE_CHECKING:
    from datetime import date

    from onelead.workspace.viewing import View
    from onelead.workspace.wiring import Parts

KINDS = ("Assets", "Deals", "Projects", "Credits", "Changes", "Actions")
SERIALS = 2
EVENTS = {
    "date": pl.Date,
    "kind": pl.String,
    "icon": pl.String,
    "status": pl.String,
    "title": pl.String,
    "detail": pl.String,
    "amount": pl.Float64,
    "rows": pl.Int64,
    "ahead": pl.Boolean,
    "of": pl.String,
    "key": pl.String,
    "unit": pl.String,
    "before": pl.String,
    "after": pl.String,
}
ENDINGS = (
    ("end_of_life_date", "days_to_end_of_life", "end of life", "clock-x"),
    ("end_of_service_date", "days_to_end_of_service", "end of service life", "alert-octagon"),
)


def timeline(view: View, parts: Parts, account_id: str) -> pl.DataFrame:
    """Dated events of one account, the newest first.

    date, kind (of KINDS), icon, status (crit, warn, good or null), title, detail, amount (of a deal), rows (how many stand behind it),
    ahead (after the as-of date), of (asset, project, opportunity, action: what the one record behind it is; product: of several assets) and
    key (its id, or the product's name); both null for a sum of many; of a change of a value unit (number, date or text), before and
    after, as the table of changes writes them: whoever shows it adds them to the title.

    Assets and credits with one date and one meaning are one event. What carries no date is no event: opportunities without dates are
    not here. Nothing that was recorded after the as-of date is shown. Raises UnknownNameError for an account that the viewer may not see.
    """
    checked(view, account_id)
    day, soon = view.context.as_of, view.context.settings.metrics
    frames = [
        *_assets(account_rows(view, parts, account_id, "assets"), day, soon.expiring_days),
        *_projects(account_rows(view, parts, account_id, "projects"), day),
        *_deals(account_rows(view, parts, account_id, "opportunities"), day),
        _credits(account_rows(view, parts, account_id, "service_credits"), day, soon.expiring_credit_days),
        change_events(view, account_id),
        action_events(view, parts, account_id),
    ]
    events = pl.concat([_shaped(frame) for frame in frames]).filter(pl.col("date").is_not_null())
    return events.with_columns((pl.col("date") > day).alias("ahead")).sort(["date", "kind", "title"], descending=[True, False, False])


def _shaped(frame: pl.DataFrame) -> pl.DataFrame:
    have = frame.columns
    return frame.select((pl.col(name) if name in have else pl.lit(None)).cast(kind).alias(name) for name, kind in EVENTS.items())


def _assets(rows: pl.DataFrame, day: date, soon: int) -> list[pl.DataFrame]:
    """Ends of life, of service life and of support, one event a date and product. What ends within ``soon`` days is marked."""
    named = rows.with_columns(pl.coalesce("product_name", "product_category", pl.lit("asset")).alias("_name"))
    past = pl.col("date") < day
    near = (pl.col("date") - day).dt.total_days() <= soon
    looks = [pl.when(past).then(pl.lit("crit")).when(near).then(pl.lit("warn")).alias("status"), pl.lit("Assets").alias("kind")]
    out = []
    for column, left, words, icon in ENDINGS:
        # the view's days are null where the date is the sentinel for "none announced"
        verb = pl.when(past).then(pl.lit("passed")).otherwise(_by_number("reaches", "reach"))
        ends = _grouped(named.filter(pl.col(left).is_not_null()), column)
        out.append(
            ends.with_columns(pl.format("{} {} {}", _things(), verb, pl.lit(words)).alias("title"), pl.lit(icon).alias("icon"), *looks)
        )
    support = _grouped(named, "plausible_support_end")
    verb = pl.when(past).then(pl.lit("ended")).otherwise(pl.lit("ends"))
    title = pl.format("Support of {} {}", _things(), verb).alias("title")
    return [*out, support.with_columns(title, pl.lit("shield-off").alias("icon"), *looks)]


def _grouped(rows: pl.DataFrame, column: str) -> pl.DataFrame:
    """One row a date and product with the number of assets and the first serials."""
    grouped = rows.filter(pl.col(column).is_not_null()).group_by(pl.col(column).alias("date"), "_name")
    first = pl.col("asset_id").sort().head(SERIALS).str.join(", ").alias("_first")
    more = pl.format("{} and {} more", "_first", pl.col("rows") - SERIALS)
    named = pl.when(pl.col("rows") > SERIALS).then(more).otherwise("_first").alias("detail")
    single = pl.col("rows") == 1
    of = pl.when(single).then(pl.lit("asset")).otherwise(pl.lit("product")).alias("of")
    key = pl.when(single).then("_first").otherwise("_name").alias("key")
    return grouped.agg(pl.len().cast(pl.Int64).alias("rows"), first).with_columns(named, of, key)


def _things() -> pl.Expr:
    """Words such as "3 DL360p Gen8"; the name alone for one."""
    return pl.when(pl.col("rows") == 1).then(pl.col("_name")).otherwise(pl.format("{} {}", "rows", "_name"))


def _by_number(one: str, many: str) -> pl.Expr:
    return pl.when(pl.col("rows") == 1).then(pl.lit(one)).otherwise(pl.lit(many))


def _projects(rows: pl.DataFrame, day: date) -> list[pl.DataFrame]:
    """Starts and ends. A lost project has one event, on the day that it was to start, for nobody says when it was lost."""
    name = pl.coalesce("project_description", "project_id", pl.lit("a project"))
    detail = pl.concat_str([pl.col("practice"), pl.col("status_description")], separator=" · ", ignore_nulls=True)
    common = rows.with_columns(*_single("Projects", "project"), detail.alias("detail"), pl.col("start_date").alias("date"))
    lost = common.filter(pl.col("is_failure") & (pl.col("start_date") <= day)).with_columns(
        (pl.lit("Project lost: ") + name).alias("title"),
        pl.concat_str([pl.lit("Dated by its planned start"), "detail"], separator=" · ", ignore_nulls=True).alias("detail"),
        pl.lit("warn").alias("status"),
        pl.lit("ban").alias("icon"),
    )
    common = common.filter(~pl.col("is_failure"))
    begins = pl.when(pl.col("start_date") <= day).then(pl.lit("Project started: ")).otherwise(pl.lit("Project starts: "))
    started = common.with_columns(pl.lit("package").alias("icon"), (begins + name).alias("title"))
    ended = pl.col("end_date") <= day
    words = (
        pl.when(~ended)
        .then(pl.lit("Project due to end: "))
        .when(pl.col("is_success"))
        .then(pl.lit("Project delivered: "))
        .when(pl.col("is_overdue"))
        .then(pl.lit("Project passed its planned end: "))
        .otherwise(pl.lit("Project ended: "))
    )
    status = pl.when(pl.col("is_overdue")).then(pl.lit("warn")).when(ended & pl.col("is_success")).then(pl.lit("good"))
    closed = common.with_columns(
        pl.col("end_date").alias("date"), pl.lit("checks").alias("icon"), (words + name).alias("title"), status.alias("status")
    )
    return [lost, started, closed]


def _deals(rows: pl.DataFrame, day: date) -> list[pl.DataFrame]:
    name = pl.coalesce("opportunity_name", "opportunity_id")
    detail = pl.concat_str([pl.col("stage"), pl.col("product_line"), pl.col("owner_name")], separator=" · ", ignore_nulls=True)
    common = rows.with_columns(*_single("Deals", "opportunity"), detail.alias("detail"), pl.lit("target").alias("icon"))
    made = common.filter(pl.col("created_date") <= day)
    created = made.with_columns(pl.col("created_date").alias("date"), (pl.lit("Opportunity created: ") + name).alias("title"))
    open_words = pl.when(pl.col("close_date") < day).then(pl.lit("Close date passed: ")).otherwise(pl.lit("Expected to close: "))
    words = pl.when(pl.col("is_won")).then(pl.lit("Won: ")).when(~pl.col("is_won")).then(pl.lit("Lost: ")).otherwise(open_words)
    late = pl.col("is_won").is_null() & (pl.col("close_date") < day)
    status = pl.when(pl.col("is_won")).then(pl.lit("good")).when(late | ~pl.col("is_won")).then(pl.lit("warn"))
    closed = common.with_columns(pl.col("close_date").alias("date"), (words + name).alias("title"), status.alias("status"))
    return [created, closed]


def _credits(rows: pl.DataFrame, day: date, near: int) -> pl.DataFrame:
    """Ends of credit contracts with what was never used, one event a date; contracts without credits are none."""
    known = rows.filter(pl.col("days_to_contract_end").is_not_null() & (pl.col("purchased_credits") > 0))
    grouped = known.group_by(pl.col("contract_end_date").alias("date")).agg(
        pl.len().cast(pl.Int64).alias("rows"), pl.col("purchased_credits").sum(), pl.col("unused_credits").sum()
    )
    past = pl.col("date") < day
    verb = pl.when(past).then(pl.lit("ended")).otherwise(_by_number("ends", "end"))
    contracts = pl.format(
        "{} credit {}", pl.col("rows"), pl.when(pl.col("rows") == 1).then(pl.lit("contract")).otherwise(pl.lit("contracts"))
    )
    unused = pl.format("{} of {} credits unused", _whole("unused_credits"), _whole("purchased_credits"))
    soon = (pl.col("date") - day).dt.total_days() <= near
    left = pl.col("unused_credits") > 0
    status = pl.when(left & (past | soon)).then(pl.lit("warn"))
    return grouped.with_columns(
        pl.format("{} {}", contracts, verb).alias("title"),
        unused.alias("detail"),
        status.alias("status"),
        pl.lit("ticket").alias("icon"),
        pl.lit("Credits").alias("kind"),
    )


def _single(kind: str, of: str) -> list[pl.Expr]:
    """What events of one record have in common."""
    return [pl.lit(kind).alias("kind"), pl.lit(1).alias("rows"), pl.lit(of).alias("of"), pl.col(f"{of}_id").alias("key")]


def _whole(name: str) -> pl.Expr:
    return pl.col(name).round(0).cast(pl.Int64).cast(pl.String)
