"""Projects: how many, how recent, how successful, how broad, how large."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
from ibis import literal, null

from onelead.core.units import Unit
from onelead.features._family import Feature, FeatureFamily
from onelead.features._shapes import null_unless
from onelead.tables import assets, projects

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from onelead.core.context import Context, Snapshot

YEAR = 365


def _build(snapshot: Snapshot, context: Context, dated_only: bool) -> ir.Table:  # noqa: FBT001 - the shape of every family
    rows = snapshot.table("projects")
    started = rows.start_date <= literal(context.as_of)
    # What starts later is what propensity predicts: no feature may know it.
    rows = rows.filter(projects.counted(rows), rows.account_id.notnull(), started if dated_only else started | rows.start_date.isnull())
    ended = rows.end_date <= literal(context.as_of)
    # On a past date neither the outcome of a project that was still running was known, nor when it would end, nor its final size.
    outcome = ended if dated_only else literal(value=True)
    left, worth = assets.days_until(rows.end_date, context), projects.estimated_value(rows, context)
    rows = rows.select(
        "account_id",
        "practice",
        "country",
        age=-assets.days_until(rows.start_date, context),
        left=ended.ifelse(left, null("int64")) if dated_only else left,
        running=~ended.fill_null(False) if dated_only else left > 0,  # noqa: FBT003
        framed=literal(value=True) if dated_only else left.notnull(),
        success=(projects.is_success(rows, context) & outcome),
        failure=(projects.is_failure(rows, context) & outcome),
        staged=(rows.stage_status.notnull() & outcome),
        worth=ended.ifelse(worth, null("float64")) if dated_only else worth,
    )
    lost = rows.failure.fill_null(False)  # noqa: FBT003
    return rows.group_by("account_id").aggregate(
        total_projects=rows.count(),
        days_since_start=rows.age.min(),
        days_since_first_start=rows.age.max(),
        projects_last_year=rows.count(where=rows.age < YEAR),
        projects_year_before=rows.count(where=(rows.age >= YEAR) & (rows.age < 2 * YEAR)),
        running_projects=rows.count(where=(rows.age >= 0) & rows.running),
        successful_projects=rows.count(where=rows.success),
        failed_projects=rows.count(where=rows.failure),
        practice_diversity=rows.practice.nunique(),
        geographic_diversity=rows.country.nunique(),
        project_value=rows.worth.sum(where=~lost),
        avg_project_days=(rows.age + rows.left).cast("float64").mean(where=rows.left <= 0),
        _starts=rows.age.count(),
        _staged=rows.count(where=rows.staged),
        _framed=rows.count(where=rows.age.notnull() & rows.framed),
    )


def _derive(context: Context) -> list[list[pl.Expr]]:  # noqa: ARG001 - the shape of every family
    decided = pl.col("successful_projects") + pl.col("failed_projects")
    return [
        [
            pl.when(decided > 0).then(pl.col("successful_projects") / decided).alias("project_success_rate"),
            null_unless("projects_last_year", "_starts"),
            null_unless("projects_year_before", "_starts"),
            null_unless("running_projects", "_framed"),
            null_unless("successful_projects", "_staged"),
            null_unless("failed_projects", "_staged"),
            null_unless("practice_diversity"),
            null_unless("geographic_diversity"),
        ]
    ]


FEATURES = FeatureFamily(
    id="projects",
    label="Projects",
    tables=("projects",),
    features=(
        Feature(
            "project_success_rate",
            "Project success rate",
            Unit.RATIO,
            "Successful projects divided by successful and failed ones. For a past date only projects that had ended count.",
            dated=True,
            source="Solution document, opportunity propensity features",
        ),
        Feature(
            "practice_diversity",
            "Practices",
            Unit.COUNT,
            "Different practices among the projects.",
            dated=True,
            source="Solution document, opportunity propensity features",
        ),
        Feature(
            "total_projects",
            "Projects",
            Unit.COUNT,
            "Projects that did not start after the as-of date (`project` in the document's list of importances).",
            dated=True,
            source="Solution document, model performance",
        ),
        Feature(
            "geographic_diversity",
            "Countries",
            Unit.COUNT,
            "Different countries among the projects.",
            dated=True,
            source="Solution document, model performance",
        ),
        Feature(
            "days_since_start",
            "Days since the last project start",
            Unit.DAYS,
            "Days from the latest project start to the as-of date.",
            dated=True,
            source="Solution document, model performance",
        ),
        Feature(
            "days_since_first_start",
            "Days since the first project start",
            Unit.DAYS,
            "Days from the earliest project start to the as-of date.",
            dated=True,
        ),
        Feature(
            "projects_last_year",
            "Projects of the last year",
            Unit.COUNT,
            "Projects started in the 365 days up to the as-of date.",
            dated=True,
        ),
        Feature(
            "projects_year_before",
            "Projects of the year before",
            Unit.COUNT,
            "Projects started 365 to 729 days before the as-of date.",
            dated=True,
        ),
        Feature(
            "running_projects",
            "Running projects",
            Unit.COUNT,
            "Projects that had started and whose end lies after the as-of date. For a past date those that had not ended, whether or not an end is known today.",
            dated=True,
        ),
        Feature(
            "successful_projects",
            "Successful projects",
            Unit.COUNT,
            "Projects whose stage reads as success. For a past date only projects that had ended count.",
            dated=True,
        ),
        Feature(
            "failed_projects",
            "Failed projects",
            Unit.COUNT,
            "Projects whose stage reads as failure. For a past date only projects that had ended count.",
            dated=True,
        ),
        Feature(
            "project_value",
            "Project value",
            Unit.MONEY,
            "Stated value, else the middle of the size bucket (an estimate), summed over the projects that are not known to have failed. "
            "For a past date only projects that had ended count, because a size may change until then.",
            dated=True,
        ),
        Feature(
            "avg_project_days",
            "Average project length",
            Unit.DAYS,
            "Mean days from start to end over the projects that have ended.",
            dated=True,
        ),
    ),
    build=_build,
    built=(
        "total_projects",
        "days_since_start",
        "days_since_first_start",
        "projects_last_year",
        "projects_year_before",
        "running_projects",
        "successful_projects",
        "failed_projects",
        "practice_diversity",
        "geographic_diversity",
        "project_value",
        "avg_project_days",
        "_starts",
        "_staged",
        "_framed",
    ),
    derive=_derive,
)
