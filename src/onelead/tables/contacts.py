"""People at customers, one row a contact: personal data."""

from __future__ import annotations

import dataframely as dy

from onelead.tables._base import Table


class ContactContract(dy.Schema):
    """What a row of contacts must satisfy."""

    contact_id = dy.String(nullable=False, description="Id of the contact.")
    customer_id = dy.String(nullable=True, description="Company that it belongs to.")
    account_name = dy.String(nullable=True, description="Name of the company as the source writes it.")
    contact_name = dy.String(nullable=True, description="Name of the person.", metadata={"personal": True})
    email = dy.String(nullable=True, description="E-mail address.", metadata={"personal": True})
    phone = dy.String(nullable=True, description="Telephone number.", metadata={"personal": True})
    job_title = dy.String(nullable=True, description="Job title.", metadata={"personal": True})
    seniority = dy.String(nullable=True, description="Level of the person.", metadata={"category": True})
    department = dy.String(nullable=True, description="Department.", metadata={"category": True})
    country = dy.String(nullable=True, description="Country.")
    owner_id = dy.String(nullable=True, description="Person who looks after the contact.", metadata={"personal": True})
    created_date = dy.Date(nullable=True, description="Day on which the contact was added.")
    is_active = dy.Bool(nullable=True, description="Whether the person still works there.")


TABLE = Table(
    id="contacts",
    label="Contacts",
    doc="People at customers, one row a contact: personal data.",
    contract=ContactContract,
    key=("contact_id",),
)
