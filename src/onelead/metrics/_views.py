"""The tables that metrics are computed on: canonical ones without repeats, with the derived dimensions that ``by`` and ``where`` may name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from onelead.metrics import _views_money, _views_sales, _views_stages
from onelead.metrics._view import View
from onelead.tables import assets, canonical_tables, projects, service_credits

if TYPE_CHECKING:
    from collections.abc import Callable

    import ibis.expr.types as ir

    from onelead.core.context import Context, Snapshot

FACTS = ("assets", "opportunities", "projects", "service_credits")
FINANCIAL_HEALTH = {"G": "Healthy", "Y": "At risk", "R": "Critical"}
HIGH_RISK_DAYS = 180
FALSE = False


def _assets(snapshot: Snapshot, context: Context) -> ir.Table:
    rows = snapshot.table("assets")
    rows = rows.filter(assets.counted(rows))
    end = assets.end_of_life(rows, context)
    left = assets.days_until(end, context)
    known = rows.end_of_life_date.notnull()
    expiring = context.settings.metrics.expiring_days
    successors = [name.lower() for name in context.settings.metrics.successors]
    named = [column.lower().isin(successors).fill_null(FALSE) for column in (rows.product_name, rows.product_id, rows.product_category)]
    return rows.mutate(
        days_to_end_of_life=left,
        days_to_end_of_service=assets.days_until(assets.end_of_service(rows, context), context),
        end_of_life_year=end.year(),
        is_expired=assets.is_expired(rows, context),
        is_supported=assets.is_supported(rows, context),
        is_end_of_service=(assets.end_of_service(rows, context) < ibis.literal(context.as_of)).fill_null(FALSE),
        has_successor=ibis.or_(*named),
        lifecycle_state=ibis.cases(
            (left < 0, "Past end of life"), (left <= expiring, "Expiring"), (known, "Current"), else_=ibis.null("string")
        ),
        risk_category=ibis.cases((left < 0, "Critical"), (left < HIGH_RISK_DAYS, "High"), (known, "Low"), else_=ibis.null("string")),
        unit_value=assets.unit_value(rows, context),
        is_estimated=rows.contract_value.isnull(),
    )


def _projects(snapshot: Snapshot, context: Context) -> ir.Table:
    rows = snapshot.table("projects")
    rows = rows.filter(projects.counted(rows), projects.is_known(rows, context))
    success, failure, active = (test(rows, context) for test in (projects.is_success, projects.is_failure, projects.is_active))
    health = [(rows.financial_status == code, word) for code, word in FINANCIAL_HEALTH.items()]
    return rows.mutate(
        stage=ibis.cases(
            (success, "Success"),
            (failure, "Failure"),
            (active, "Open"),
            (rows.stage_status.notnull(), "Excluded"),
            else_=ibis.null("string"),
        ),
        is_success=success,
        is_failure=failure,
        is_active=active,
        is_overdue=(active & (rows.end_date < ibis.literal(context.as_of))).fill_null(FALSE),
        financial_health=ibis.cases(*health, else_=ibis.null("string")),
        project_year=rows.start_date.year(),
        days_since_start=-assets.days_until(rows.start_date, context),
        project_value=projects.estimated_value(rows, context),
        is_estimated=rows["value"].isnull(),
    )


def _service_credits(snapshot: Snapshot, context: Context) -> ir.Table:
    rows = snapshot.table("service_credits")
    rows = rows.filter(~rows.is_repeat)
    expiring = service_credits.expires_within(rows, context, context.settings.metrics.expiring_credit_days)
    return rows.mutate(
        unused_credits=service_credits.unused(rows),
        unused_credit_value=service_credits.unused(rows) * context.settings.prices.credit,
        is_expiring=expiring,
        # 0 and not null for credits that end later, so that "none expires" differs from "unknown".
        expiring_active_credits=ibis.ifelse(expiring, rows.active_credits, ibis.ifelse(expiring.isnull(), ibis.null("float64"), 0.0)),
        days_to_contract_end=assets.days_until(rows.contract_end_date, context),
    )


def one_per_account(snapshot: Snapshot) -> ir.Table:
    """Accounts with exactly one row an id, whatever the table holds: what every join to accounts uses, so that nothing fans out."""
    rows = snapshot.table("accounts")
    return rows.group_by("account_id").aggregate(**{name: rows[name].min() for name in rows.columns if name != "account_id"})


def _accounts(snapshot: Snapshot, context: Context) -> ir.Table:  # noqa: ARG001 - every view has this shape
    rows = one_per_account(snapshot)
    rows = rows.filter(rows.level == "account")
    linked = {name: snapshot.table(name).select(**{f"{name}_id": "account_id"}).distinct() for name in FACTS}
    joined = rows
    for name, ids in linked.items():
        joined = joined.left_join(ids, rows.account_id == ids[f"{name}_id"])
    return joined.select(*rows.columns, **{f"has_{name}": joined[f"{name}_id"].notnull() for name in FACTS})


def _facts(snapshot: Snapshot, context: Context) -> ir.Table:  # noqa: ARG001 - every view has this shape
    parts = []
    for name in FACTS:
        rows = snapshot.table(name)
        rows = rows.filter(~rows.is_repeat)
        parts.append(rows.select("account_id", "source_file", "source_sheet", "source_row", table=ibis.literal(name)))
    return ibis.union(*parts).mutate(is_attributed=ibis._.account_id.notnull())


def _whitespace(snapshot: Snapshot, context: Context) -> ir.Table:
    if "whitespace" in snapshot.tables():
        return snapshot.table("whitespace")  # a snapshot of some accounts brings these rows: which practices there are, all accounts say
    customers = one_per_account(snapshot)
    customers = customers.filter(customers.level == "account").select("account_id")
    rows = snapshot.table("projects")
    rows = rows.filter(projects.counted(rows), projects.is_known(rows, context), rows.practice.notnull())
    practices = rows.select("practice").distinct()
    bought = rows.filter(rows.account_id.notnull(), ~projects.is_failure(rows, context))
    bought = bought.select(by_id="account_id", of="practice").distinct()
    cells = customers.cross_join(practices)
    joined = cells.left_join(bought, [cells.account_id == bought.by_id, cells.practice == bought.of])
    return joined.select("account_id", "practice", is_bought=joined.by_id.notnull())


def _plain(name: str) -> Callable[[Snapshot, Context], ir.Table]:
    def build(snapshot: Snapshot, context: Context) -> ir.Table:  # noqa: ARG001 - every view has this shape
        return snapshot.table(name)

    return build


VIEWS = {
    view.id: view
    for view in (
        *_views_sales.VIEWS,
        *_views_money.VIEWS,
        _views_stages.VIEW,
        View(
            "assets",
            "Installed base",
            ("assets",),
            _assets,
            ("asset_id",),
            {
                "days_to_end_of_life": "Days from the as-of date to the announced end of life; negative once past.",
                "days_to_end_of_service": "Days from the as-of date to the announced end of service life; negative once past.",
                "end_of_life_year": "Year of the announced end of life.",
                "is_expired": "Whether it is past its announced end of life.",
                "is_supported": "Whether its support status says active.",
                "is_end_of_service": "Whether it is past its announced end of service life.",
                "has_successor": "Whether the refresh table (a setting) names a successor of it.",
                "lifecycle_state": "Past end of life, Expiring (within 180 days, a setting) or Current; unknown without a date.",
                "risk_category": "By days to end of life: Critical below 0, High below 180, else Low; unknown without a date.",
                "unit_value": "Contract value, else the price book's replacement value.",
                "is_estimated": "Whether no contract value is stated, so that its value is an estimate.",
            },
        ),
        View(
            "projects",
            "Services projects",
            ("projects",),
            _projects,
            ("project_id", "source_row"),
            {
                "stage": "Stage as read by the settings: Success, Failure, Open or Excluded.",
                "is_success": "Whether its stage reads as success.",
                "is_failure": "Whether its stage reads as failure.",
                "is_active": "Whether its stage reads as open.",
                "is_overdue": "Whether its stage is open and its end has passed.",
                "financial_health": "Financial status in words: Healthy (G), At risk (Y), Critical (R).",
                "project_year": "Year in which it started.",
                "days_since_start": "Days from its start to the as-of date; negative before it starts.",
                "project_value": "Stated value, else the middle of its size bucket.",
                "is_estimated": "Whether no value is stated, so that its value is an estimate.",
            },
        ),
        View(
            "service_credits",
            "Service credits",
            ("service_credits",),
            _service_credits,
            ("source_row",),
            {
                "unused_credits": "Purchased less delivered credits.",
                "unused_credit_value": "Unused credits at the price of a credit.",
                "is_expiring": "Whether the contract ends within 90 days (a setting); unknown without a date and a bucket.",
                "expiring_active_credits": "Its active credits if they expire within 90 days (a setting), else 0; unknown without a date and a bucket.",
                "days_to_contract_end": "Days from the as-of date to the contract's end.",
            },
        ),
        View(
            "accounts",
            "Accounts",
            ("accounts", *FACTS),
            _accounts,
            ("account_id",),
            {f"has_{name}": f"Whether any row of {name} belongs to it." for name in FACTS},
        ),
        View(
            "facts",
            "Rows that hang on an account",
            FACTS,
            _facts,
            ("table", "source_sheet", "source_row"),
            {"table": "Canonical table of the row.", "is_attributed": "Whether the row reached an account."},
        ),
        View(
            "whitespace",
            "Accounts × practices",
            ("accounts", "projects"),
            _whitespace,
            ("account_id", "practice"),
            {"practice": "Practice that any project names.", "is_bought": "Whether the account has a project of it that was not lost."},
        ),
        View("account_links", "Identity links", ("account_links",), _plain("account_links"), ("link_id",), {}),
        View("quarantine", "Quarantine", ("quarantine",), _plain("quarantine"), ("table", "source_sheet", "source_row", "column"), {}),
        View("services", "Service catalogue", ("services",), _plain("services"), ("practice", "sub_practice", "service"), {}, public=True),
    )
}
"""Every view by id."""


def column_docs(view: View) -> dict[str, str]:
    """Columns of a view that ``by`` and ``where`` may name, with what they mean."""
    docs = dict(view.dimensions)
    if view.id in canonical_tables():
        docs |= {name: column.description or "" for name, column in canonical_tables()[view.id].contract.columns().items()}
    return docs
