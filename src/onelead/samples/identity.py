"""Accounts under many ids and names, for measuring how well customers are linked: precision, recall, F1."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from onelead.samples._base import Option, OptionValue, Sample, Written, is_directory, write_truth
from onelead.samples._canonical import frame, write_tables
from onelead.samples._companies import Company, companies, folded
from onelead.samples._histories import AS_OF, Profile, project_cells
from onelead.samples._installed import asset_cells
from onelead.samples._layouts import DATA_EXPORT, ST_ID, ST_ID_SHEETS
from onelead.samples._sheets import catalogue
from onelead.samples._variants import easy, hard, medium
from onelead.samples._vocabulary import COUNTRIES, EXPIRY_BUCKETS, NULL, PRACTICES, topic
from onelead.samples._workbook import Sheet, write_workbook

if TYPE_CHECKING:
    from pathlib import Path

    from onelead.samples._workbook import Cell

Cells = dict[str, "Cell"]
SHEET_TABLES = {
    "Install Base": "assets", "Opportunity": "opportunities", "A&PS Project sample": "projects", "Services": "services",
    "Service Credits": "service_credits",
}  # fmt: skip

WITH_TERRITORY = 0.6
KEYED = {"easy": 0.30, "medium": 0.35, "hard": 0.85}
"""Share of project customers that carry a shared key on some of their rows, by how hard their name is. Only those whose company has a
territory can."""
WRONG_ROWS = 0.003
"""Share of project rows whose customer id is that of another company."""


@dataclass
class Customer:
    """A customer of the project system: what its rows may say."""

    customer_id: int | None
    names: list[str]
    difficulty: str
    keyed: bool


@dataclass
class Presence:
    """A company with all its appearances in the data."""

    company: Company
    territory: int | None = None
    named: list[str] = field(default_factory=list)
    customers: list[Customer] = field(default_factory=list)
    deals: list[str] = field(default_factory=list)


def _write(out: Path, *, seed: int, scale: int, **options: OptionValue) -> Written:
    rng = random.Random(f"identity {seed}")
    presences = _presences(rng, int(options["accounts"]))
    tables, wrong = _rows(rng, presences, scale)
    if is_directory(out):
        files = write_tables(out, {table: frame(table, rows) for table, rows in tables.items()})
    else:
        files = [out]
        _write_sheets(out, tables)
    spelt = _spelt(tables)
    truth = {
        "sample": "identity",
        "seed": seed,
        "scale": scale,
        "as_of": AS_OF.isoformat(),
        "companies": [_truth_of(presence, spelt) for presence in presences],
        "wrong_rows": wrong,
    }
    return Written(files, write_truth(out, truth))


def _spelt(tables: dict[str, list[Cells]]) -> set[Cell]:
    """Every customer name that some row carries: a spelling that no row was dealt is not in the truth."""
    return {row["Account Name"] for row in tables["opportunities"]} | {row["PRJ Customer"] for row in tables["projects"]}


def _truth_of(presence: Presence, spelt: set[Cell]) -> dict[str, object]:
    company = presence.company
    return {
        "company": company.number,
        "name": company.name,
        "territory_id": str(presence.territory) if presence.territory else None,
        "customer_ids": [str(customer.customer_id) for customer in presence.customers if customer.customer_id],
        "names": sorted(company.names & spelt),
        "named_accounts": [name for name in presence.named if name in spelt],
        "customers": [
            {
                "customer_id": str(customer.customer_id) if customer.customer_id else None,
                "names": [name for name in customer.names if name in spelt],
                "difficulty": customer.difficulty,
                "keyed": customer.keyed,
            }
            for customer in presence.customers
        ],
        "family": company.family,
        "family_kind": company.kind if company.family else None,
    }


def _presences(rng: random.Random, count: int) -> list[Presence]:
    found = companies(rng, count)
    owner = {folded(name): company.number for company in found for name in (company.core, company.name)}
    territories = iter(rng.sample(range(10_000, 100_000), min(count, 90_000)))
    customer_ids = iter(rng.sample(range(300_000_000, 400_000_000), count * 4))
    presences = []
    for company in found:
        presence = Presence(company)
        if rng.random() < WITH_TERRITORY:
            presence.territory = next(territories)
            company.names.add(company.name)
            if rng.random() < 0.04:  # noqa: PLR2004 - share of territories that hold several named accounts
                presence.named = [f"{company.core} {part}" for part in ("Trust", "Ventures")]
                owner.update({folded(name): company.number for name in presence.named})
                company.names.update(presence.named)
        least = 0 if presence.territory else 1
        for _ in range(max(least, rng.choices((0, 1, 2, 3), (20, 38, 27, 15))[0])):
            with_id = rng.random() < 0.88  # noqa: PLR2004 - share of customers that have an id
            presence.customers.append(_customer(rng, presence, owner, next(customer_ids) if with_id else None))
        presences.append(presence)
    return presences


def _customer(rng: random.Random, presence: Presence, owner: dict[str, int], customer_id: int | None) -> Customer:
    company = presence.company
    reachable = presence.territory is not None  # a name that only a key can join needs an account that has keys
    difficulty = rng.choices(("easy", "medium", "hard"), (72, 20, 12 if reachable else 0))[0]
    makers = {"easy": easy, "medium": medium, "hard": hard}
    name = None
    for _ in range(5):
        name = makers[difficulty](rng, company)
        if name is not None and owner.setdefault(folded(name), company.number) == company.number:
            break
        name, difficulty = None, "easy"
    name = name or company.name
    names = [name]
    if difficulty != "hard" and rng.random() < 0.2:  # noqa: PLR2004 - share of ids under which two spellings occur
        other = easy(rng, company)
        if owner.setdefault(folded(other), company.number) == company.number:
            names.append(other)
    company.names.update(names)
    keyed = reachable and rng.random() < KEYED[difficulty]
    return Customer(customer_id, names, difficulty, keyed)


def _rows(rng: random.Random, presences: list[Presence], scale: int) -> tuple[dict[str, list[Cells]], list[str]]:
    tables: dict[str, list[Cells]] = {name: [] for name in SHEET_TABLES.values()}
    tables["services"] = [dict(zip(("Practice", "Sub-Practice", "Services"), entry, strict=True)) for entry in catalogue()]
    wrong: list[str] = []
    known = [customer.customer_id for presence in presences for customer in presence.customers if customer.customer_id]
    for presence in presences:
        for _ in range(scale):
            _territory_rows(rng, presence, tables)
            for customer in presence.customers:
                _project_rows(rng, presence, customer, tables["projects"])
    for row in tables["projects"]:
        if row["PRJ Customer ID"] is not None and rng.random() < WRONG_ROWS:
            row["PRJ Customer ID"] = rng.choice(known)
            wrong.append(str(row["Project"]))
    for _ in range(len(tables["projects"]) // 25):
        cells = project_cells(rng, _profile(rng, "US"), 0)
        tables["projects"].append({**cells, "Project": f"PJ-{len(tables['projects']):07d}", "PRJ Customer": NULL, "PRJ Customer ID": None})
    return tables, wrong


def _territory_rows(rng: random.Random, presence: Presence, tables: dict[str, list[Cells]]) -> None:
    if presence.territory is None:
        return
    company = presence.company
    for _ in range(rng.choice((1, 1, 2, 3, 5))):
        presence.deals.append(f"OPE-{len(tables['opportunities']):010d}")
        tables["opportunities"].append(
            {
                "HPE Opportunity ID": presence.deals[-1],
                "Opportunity NAme": topic(rng, rng.choice(list(PRACTICES))),
                "Account ST ID": presence.territory,
                "Account Name": rng.choice((company.name, *presence.named)),
                "Product Line": rng.choice(("Switching", "Rack Servers", "Services")),
            }
        )
    for _ in range(rng.choice((0, 2, 4, 8))):
        tables["assets"].append(asset_cells(rng, presence.territory))
    if rng.random() < 0.4:  # noqa: PLR2004 - share of territories that bought credits
        purchased = rng.randrange(1, 40)
        converted = rng.randrange(purchased + 1)
        tables["service_credits"].append(
            {
                "ProjectID": 7_000_000 + len(tables["service_credits"]), "ProjectName": "Credits", "PracticeName": rng.choice(list(PRACTICES)),
                "PurchasedCredits": purchased, "ConvertedCredits": converted, "DeliveredCredits": converted,
                "ConvertedNotDeliveredCredits": 0, "ActiveCredits": purchased - converted, "ExpiryInDays": rng.choice(EXPIRY_BUCKETS),
                "ContractEndDate": date(2025, 6, 30), ST_ID: presence.territory,
            }
        )  # fmt: skip


def _project_rows(rng: random.Random, presence: Presence, customer: Customer, projects: list[Cells]) -> None:
    profile = _profile(rng, presence.company.country)
    for number in range(rng.choice((1, 2, 3, 4, 6))):
        cells = project_cells(rng, profile, len(projects))
        cells["Project"] = f"PJ-{len(projects):07d}"
        cells["PRJ Customer ID"] = customer.customer_id
        cells["PRJ Customer"] = customer.names[0] if number == 0 or rng.random() < 0.8 else rng.choice(customer.names)  # noqa: PLR2004
        cells["PRJ Siebel ID"] = cells["Account ST Name"] = cells[ST_ID] = None
        if customer.keyed and (number == 0 or rng.random() < 0.5):  # noqa: PLR2004 - half of the rows of a keyed customer carry the key
            if rng.random() < 0.6:  # noqa: PLR2004 - opportunity id more often than ST ID
                cells["PRJ Siebel ID"] = rng.choice(presence.deals)
            else:
                cells[ST_ID] = presence.territory
        projects.append(cells)


def _profile(rng: random.Random, country: str) -> Profile:
    place = country if country in COUNTRIES else "DE"
    return Profile(tuple(rng.sample(list(PRACTICES), 3)), (place,), 0.7, date(2019, 1, 1), date(2024, 10, 1), "Unspecified")


def _write_sheets(out: Path, tables: dict[str, list[Cells]]) -> None:
    sheets = []
    for name, headers in DATA_EXPORT.items():
        header = (*headers, ST_ID) if name in ST_ID_SHEETS else headers
        sheets.append(Sheet(name, header, [[row.get(column) for column in header] for row in tables[SHEET_TABLES[name]]]))
    write_workbook(out, sheets)


SAMPLE = Sample(
    id="identity",
    label="One customer, many names",
    doc="Accounts under several ids, spellings, legal forms and scripts, beside different companies with near-identical names.",
    write=_write,
    options={"accounts": Option(default=200, doc="How many companies there are in truth.", minimum=2)},
    directory=True,
)
