"""Services projects, one row a project, with the shared reading of their stage."""

from __future__ import annotations

from typing import TYPE_CHECKING

import dataframely as dy
import ibis
import ibis.expr.types as ir

from onelead.tables._base import Table

if TYPE_CHECKING:
    from onelead.core.context import Context


class ProjectContract(dy.Schema):
    """What a row of the project list must satisfy."""

    project_id = dy.String(nullable=True, description="Project number.")
    project_description = dy.String(nullable=True, description="Title of the project.")
    opportunity_id = dy.String(nullable=True, description="CRM opportunity that the project came from (PRJ Siebel ID).")
    territory_id = dy.String(nullable=True, description="Sales territory (ST ID) of the account, where the export gives it.")
    territory_name = dy.String(nullable=True, description="Name of the sales territory's account.")
    customer_id = dy.String(nullable=True, description="Customer id of the project system, nine digits.")
    account_name = dy.String(nullable=True, description="Customer as the project system writes it (PRJ Customer).")
    practice = dy.String(nullable=True, description="Services practice.", metadata={"category": True})
    function = dy.String(nullable=True, description="Function.")
    business_area = dy.String(nullable=True, description="Business area.", metadata={"category": True})
    segment = dy.String(nullable=True, description="Segment.")
    region = dy.String(nullable=True, description="Region.")
    geo = dy.String(nullable=True, description="Geography above the region.")
    country = dy.String(nullable=True, description="Country.")
    country_id = dy.String(nullable=True, description="Country code.")
    industry_code = dy.String(nullable=True, description="Industry code of the customer.")
    start_date = dy.Date(nullable=True, description="Start of the project.")
    end_date = dy.Date(nullable=True, description="Planned or actual end of the project.")
    size_bucket = dy.String(nullable=True, description="PRJ Size: a bucket of its value, '-' is unknown.")
    length_bucket = dy.String(nullable=True, description="PRJ Length: a bucket of its duration.")
    days = dy.Float64(nullable=True, description="Length of the project.", metadata={"unit": "days"})
    stage_status = dy.String(
        nullable=True, description="PRJ Stage Status: C won and completed, LOST, NOBID, S, OC, I, DP, PRE open, X excluded."
    )
    financial_status = dy.String(nullable=True, description="PRJ Financial Status: G, Y, R.")
    health = dy.String(nullable=True, description="Health as the project system words it.")
    status_description = dy.String(nullable=True, description="Status in words.")
    system_status = dy.String(nullable=True, description="System status.")
    contract_terms = dy.String(nullable=True, description="Contract terms.")
    project_type = dy.String(nullable=True, description="WBS project type.")
    packaged_service = dy.Bool(nullable=True, description="Packaged services flag.")
    responsible_person = dy.String(nullable=True, description="Responsible person.", metadata={"personal": True})
    responsible_person_id = dy.String(nullable=True, description="Id of the responsible person.", metadata={"personal": True})
    third_party_service_cost = dy.Bool(
        nullable=True, description="Whether there is third-party service cost (the export says Yes or No, not how much)."
    )
    third_party_material_cost = dy.Bool(nullable=True, description="Whether there is third-party material cost.")
    labor_cost = dy.Bool(nullable=True, description="Whether there is labour cost.")
    value = dy.Float64(nullable=True, min=0, description="Value of the project, where a source states it.", metadata={"unit": "money"})
    import_date = dy.Date(nullable=True, description="Day of the export.")
    last_refresh_date = dy.Date(nullable=True, description="Day on which the export was last refreshed.")


TABLE = Table(
    id="projects",
    label="Services projects",
    doc="Services projects, one row a project.",
    contract=ProjectContract,
    key=("project_id",),
)


def counted(projects: ir.Table) -> ir.BooleanValue:
    """Rows that metrics count: the first of each project id."""
    return ~projects.is_repeat


def is_known(projects: ir.Table, context: Context) -> ir.BooleanValue:
    """Known on the as-of date: exported by then, or started by then; without either date always."""
    exported = ibis.coalesce(projects.last_refresh_date, projects.import_date)
    as_of = ibis.literal(context.as_of)
    return (exported <= as_of).fill_null(False) | (projects.start_date <= as_of).fill_null(True)  # noqa: FBT003


def _stage_in(projects: ir.Table, stages: tuple[str, ...]) -> ir.BooleanValue:
    return projects.stage_status.isin(stages).fill_null(False)  # noqa: FBT003


def is_success(projects: ir.Table, context: Context) -> ir.BooleanValue:
    """Stage reads as success (C, a setting)."""
    return _stage_in(projects, context.settings.reading.stage_success)


def is_failure(projects: ir.Table, context: Context) -> ir.BooleanValue:
    """Stage reads as failure (LOST, NOBID; a setting)."""
    return _stage_in(projects, context.settings.reading.stage_failure)


def is_active(projects: ir.Table, context: Context) -> ir.BooleanValue:
    """Stage reads as open (S, OC, I, DP, PRE; a setting)."""
    return _stage_in(projects, context.settings.reading.stage_open)


def estimated_value(projects: ir.Table, context: Context) -> ir.FloatingValue:
    """Stated value, else the middle of the size bucket (an estimate), else null."""
    sizes = context.settings.prices.project_size
    cases = [(projects.size_bucket == bucket, ibis.literal(float(value))) for bucket, value in sizes.items()]
    estimate = ibis.cases(*cases, else_=ibis.null("float64")) if cases else ibis.null("float64")
    return ibis.coalesce(projects.value, estimate)
