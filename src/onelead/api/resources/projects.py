"""Services projects."""

from __future__ import annotations

from onelead.api._tables import Estimate, Rows

RESOURCE = Rows(
    "projects",
    "projects",
    "project",
    "Services projects that were known on the as-of date, with their stage and health in words.",
    key="project_id",
    estimate=Estimate("project_value", "is_estimated"),
).resource()
