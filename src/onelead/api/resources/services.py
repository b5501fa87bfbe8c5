"""The catalogue of services."""

from __future__ import annotations

from onelead.api._tables import Rows

RESOURCE = Rows("services", "services", "service", "The catalogue of services that can be offered.").resource()
