"""The catalogue of services that can be offered."""

from __future__ import annotations

import dataframely as dy

from onelead.tables._base import Table


class ServiceContract(dy.Schema):
    """What a row of the service catalogue must satisfy."""

    practice = dy.String(
        nullable=True, description="Practice; filled down where the export names it on the first row only.", metadata={"category": True}
    )
    sub_practice = dy.String(nullable=True, description="Sub-practice; filled down likewise.", metadata={"category": True})
    service = dy.String(nullable=False, description="Name of the service.")


TABLE = Table(
    id="services",
    label="Service catalogue",
    doc="Services that can be offered, one row each.",
    contract=ServiceContract,
    fact=False,
)
