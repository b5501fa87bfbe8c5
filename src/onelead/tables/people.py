"""The vendor's own people: reps, managers, consultants, customer success. One row a person."""

from __future__ import annotations

import dataframely as dy

from onelead.tables._base import Table


class PersonContract(dy.Schema):
    """What a row of people must satisfy."""

    person_id = dy.String(nullable=False, description="Id of the person.", metadata={"personal": True})
    person_name = dy.String(nullable=True, description="Name.", metadata={"personal": True})
    email = dy.String(nullable=True, description="E-mail address.", metadata={"personal": True})
    role = dy.String(nullable=True, description="Role: rep, manager, consultant, CSM …", metadata={"category": True})
    team = dy.String(nullable=True, description="Team.", metadata={"category": True})
    region = dy.String(nullable=True, description="Sales region.", metadata={"category": True})
    country = dy.String(nullable=True, description="Country.")
    manager_id = dy.String(nullable=True, description="Person that this one reports to.", metadata={"personal": True})
    start_date = dy.Date(nullable=True, description="First day in the role.")
    end_date = dy.Date(nullable=True, description="Last day, of somebody who left.")
    capacity = dy.Float64(nullable=True, min=0, description="Accounts that the person can look after.", metadata={"unit": "accounts"})
    skills = dy.String(nullable=True, description="Skills, comma-separated.")


TABLE = Table(
    id="people",
    label="People",
    doc="The vendor's own people: reps, managers, consultants, customer success. One row a person.",
    contract=PersonContract,
    key=("person_id",),
    fact=False,
)
