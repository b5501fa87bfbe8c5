"""A row of projects as real exports have it, and a workbook read."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from onelead.core.settings import LoadSettings
from onelead.sources import Delivery, read

if TYPE_CHECKING:
    from pathlib import Path

    from tests.sources import files


SETTINGS = LoadSettings()


TODAY = date(2026, 1, 1)


PROJECT_HEADERS = (
    "Import_Date",
    "Last Refresh Date",
    "Project",
    "PRJ Customer",
    "PRJ Customer ID",
    "PRJ Start Date",
    "PRJ Size",
    "PRJ Practice",
    "3rd Party Svc Cost",
    "PV302",
    "PRJ Profit Center",
)


def project(number: int, **changed: files.Cell) -> list[files.Cell]:
    row = dict(
        zip(
            PROJECT_HEADERS,
            [
                "2024-08-29 00:00:00",
                date(2024, 9, 4),
                f"P{number}",
                "Acme",
                900000001,
                date(2021, 5, 1),
                "-",
                "Cloud",
                "Yes",
                "(null)",
                6000,
            ],
            strict=True,
        )
    )
    return list((row | changed).values())


def delivered(file: Path, **options: object) -> Delivery:
    return read(file, SETTINGS, today=TODAY, **options)  # type: ignore[arg-type]
