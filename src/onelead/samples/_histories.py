"""Project histories: what the project sheet says about one project, customer columns aside."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from onelead.samples._vocabulary import BUSINESS_AREAS, COUNTRIES, NULL, PRACTICES, SIZE_WEIGHTS, SIZES, person

if TYPE_CHECKING:
    import random

    from onelead.samples._workbook import Cell

AS_OF = date(2024, 9, 4)
"""Newest Last Refresh Date of the workbook samples."""
IMPORTED = date(2024, 8, 29)

OPEN_STAGES = ("S", "OC", "I", "DP", "PRE")
STAGE_WORDS = {
    "C": "Completed",
    "LOST": "Lost to competition",
    "NOBID": "No bid",
    "S": "Sold",
    "OC": "Order confirmed",
    "I": "In delivery",
    "DP": "Delivery planned",
    "PRE": "Pre-sales",
    "X": "Cancelled",
}
_LENGTHS = ((92, "0-3 Months"), (183, "3-6 Months"), (366, "6-12 Months"), (99_999, ">12 Months"))
_PROFIT_CENTRES: tuple[Cell, ...] = (6000, 6010, "1Z00", 6200, "2A10", 6315, "1Z10")
_FLAVOURS = ("", "", " phase 2", " pilot", " extension", " for new site", " refresh")


@dataclass(frozen=True)
class Profile:
    """How an account buys services: practices (favourite first), countries, chance of success, first and last start."""

    practices: tuple[str, ...]
    countries: tuple[str, ...]
    success: float
    first: date
    last: date
    industry: str


def stage(rng: random.Random, start: date, success: float, as_of: date = AS_OF) -> str:
    """A stage that fits the age of a project: planned ones are open, recent ones mostly, old ones resolved."""
    age = (as_of - start).days
    if age < 0:
        return rng.choice(("OC", "DP", "PRE", "S"))
    draw = rng.random()
    if age < 240 and draw < 0.75:  # noqa: PLR2004 - days in which most projects are still under way
        return rng.choices(("I", "OC", "DP", "S", "PRE"), (45, 20, 15, 10, 10))[0]
    if draw > 0.93:  # noqa: PLR2004 - share that is cancelled, or was never closed in the system
        return "X" if rng.random() < 0.75 else "I"  # noqa: PLR2004
    return "C" if rng.random() < success else rng.choices(("LOST", "NOBID"), (3, 1))[0]


def financial_status(rng: random.Random, status: str, success: float) -> str | None:
    """Green, yellow or red; unknown before delivery."""
    if status in {"PRE", "NOBID"}:
        return None
    if status in {"LOST", "X"}:
        return rng.choices(("G", "Y", "R"), (4, 3, 3))[0]
    return rng.choices(("G", "Y", "R"), (success * 10, 1.5, 1))[0]


def project_cells(rng: random.Random, profile: Profile, number: int) -> dict[str, Cell]:
    """The cells of one project by header, without the customer columns. ``number`` makes its project number."""
    span = (profile.last - profile.first).days
    start = profile.first + timedelta(days=rng.randrange(span + 1))
    days = int(min(900, max(7, rng.lognormvariate(4.6, 0.8))))
    status = stage(rng, start, profile.success)
    practice = rng.choices(profile.practices, range(len(profile.practices), 0, -1))[0]
    function = rng.choice(list(PRACTICES[practice]))
    country = COUNTRIES[rng.choices(profile.countries, range(2 * len(profile.countries), 0, -2))[0]]
    return {
        **_clock(rng, start, days),
        **_place(rng, practice, function, country.code),
        **_standing(rng, status, profile),
        **_people(rng),
        "Project": f"{country.code}{rng.randrange(1, 4)}-{400_000 + number}",
        "PRJ Description": f"{rng.choice(PRACTICES[practice][function])}{rng.choice(_FLAVOURS)}",
        "PRJ Industry Code": profile.industry,
    }


def _clock(rng: random.Random, start: date, days: int) -> dict[str, Cell]:
    end = start + timedelta(days=days)
    length = next(number for number, (limit, _) in enumerate(_LENGTHS, start=1) if days <= limit)
    size = rng.choices(SIZES, SIZE_WEIGHTS)[0]
    return {
        "Import_Date": IMPORTED,
        "Last Refresh Date": AS_OF if rng.random() < 0.7 else AS_OF - timedelta(days=rng.randrange(1, 60)),  # noqa: PLR2004
        "PRJ Start Date": start,
        "PRJ End Date": end,
        "PRJ Size": size,
        "PRJ Size Sort": SIZES.index(size) + 1,
        "PRJ Length": _LENGTHS[length - 1][1],
        "PRJ Length Sort": length,
        "PRJ Days": days,
    }


def _place(rng: random.Random, practice: str, function: str, code: str) -> dict[str, Cell]:
    country = COUNTRIES[code]
    return {
        "PV302": f"PV302-{country.geo}",
        "PRJ L04 BA Name": "Advisory & Professional Services",
        "Profit Center": rng.choice(_PROFIT_CENTRES),
        "Country ID": country.code,
        "Country": country.name,
        "PRJ Practice": practice,
        "PRJ Function": function,
        "PRJ Business Area": BUSINESS_AREAS[practice],
        "PRJ Segment": "A&PS",
        "PRJ Profit Center": rng.choice(_PROFIT_CENTRES),
        "PRJ Region": country.region,
        "PRJ Geo": country.geo,
    }


def _standing(rng: random.Random, status: str, profile: Profile) -> dict[str, Cell]:
    money = financial_status(rng, status, profile.success)
    return {
        "Health": {"G": "Green", "Y": "Yellow", "R": "Red", None: NULL}[money],
        "PRJ Status Description": STAGE_WORDS[status],
        "PRJ System Status": "TECO" if status in {"C", "LOST", "NOBID", "X"} else "REL",
        "PRJ Contract Terms": rng.choice(("Fixed price", "Time and material", "Retainer", NULL)),
        "PRJ Revenue Recognition": rng.choice(("Percentage of completion", "On completion", "As incurred")),
        "PRJ Financial Status": money,
        "PRJ Stage Status": status,
        "WBS Project Type": rng.choice(("Customer", "Customer", "Customer", "Internal investment")),
        "Packaged Services Flag": "Y" if rng.random() < 0.3 else "N",  # noqa: PLR2004
        "3rd Party Svc Cost": "Yes" if rng.random() < 0.2 else "No",  # noqa: PLR2004
        "3rd Party Mat Cost": "Yes" if rng.random() < 0.1 else "No",  # noqa: PLR2004
        "Labor Cost": "Yes" if rng.random() < 0.9 else "No",  # noqa: PLR2004
    }


def _people(rng: random.Random) -> dict[str, Cell]:
    name, number = person(rng)
    return {
        "PRJ Resp Person": name,
        "PRJ Resp Person ID": number,
        "PRJ Resp Cost Center": rng.choice(_PROFIT_CENTRES),
        "PRJ Admin": person(rng)[0],
    }
