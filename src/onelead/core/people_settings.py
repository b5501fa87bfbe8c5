"""Settings: who looks after which account, and who is in whose team."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from onelead.core.section import Section

Role = Literal["consultant", "account_manager", "rep", "manager", "vp", "executive", "csm", "sales_operations", "data_person"]
"""The people that OneLead is made for."""


class PeopleSettings(Section):
    """Who looks after which account, and who is in whose team. Names of people are personal data."""

    owners: dict[str, str] = Field(
        default={},
        description="Account (id, source id or name) → the person who looks after it; stands before what the loaded tables say.",
    )
    teams: dict[str, tuple[str, ...]] = Field(
        default={}, description="Manager → the people of the team; a manager among them brings the own team along."
    )
    roles: dict[str, Role] = Field(default={}, description="Person → role, where it is not the one that the loaded tables suggest.")
