"""The consolidated workbook: snake_case headers, dates as text, 25 raw customer ids that are 21 companies."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import TYPE_CHECKING

from onelead.samples._base import OptionValue, Sample, Traps, Written, write_truth
from onelead.samples._consolidated_accounts import COMPANIES, Company
from onelead.samples._histories import AS_OF, project_cells
from onelead.samples._installed import asset_cells
from onelead.samples._layouts import (
    CONSOLIDATED_OPPORTUNITY,
    CONSOLIDATED_SHEETS,
    INSTALL_BASE,
    MAPPED_AREAS,
    PROJECT,
    SERVICE_CREDITS,
    SERVICES,
    snake,
)
from onelead.samples._sheets import credit_amounts, service_rows
from onelead.samples._traps import scan
from onelead.samples._vocabulary import EXPIRY_BUCKETS, NULL, PRACTICES, PRODUCT_LINES, person, topic
from onelead.samples._workbook import Sheet, write_workbook

if TYPE_CHECKING:
    from pathlib import Path

    from onelead.samples._workbook import Cell, Row

WITHOUT_ID, NOBODY = 460, 180
"""Of the 2,240 project rows: how many name their customer without an id, and how many name none."""
CREDIT_ROWS, CREDITS, REPEATED = 537, (2140, 1210, 1088), 4
_ASSET_HEADERS = (*INSTALL_BASE[:-1], *MAPPED_AREAS)
_DAYS = {"0-45": (5, 45), "46-90": (46, 90), "91-180": (91, 180), ">180": (181, 700)}

Accounts = dict[int, str | None]


def _write(out: Path, *, seed: int, scale: int, **_options: OptionValue) -> Written:
    headers: dict[str, tuple[str, ...]] = {
        "Raw_install_base": tuple(snake(name) for name in _ASSET_HEADERS),
        "Raw_opportunities": CONSOLIDATED_OPPORTUNITY,
        "Raw_service_credits": tuple(snake(name) for name in SERVICE_CREDITS),
        "Raw_projects": tuple(snake(name) for name in PROJECT),
        "Raw_services": tuple(snake(name) for name in SERVICES),
    }
    sheets = {name: Sheet(name, headers[name]) for name in CONSOLIDATED_SHEETS.values()}
    traps = Traps()
    owners: dict[str, Accounts] = {"opportunities": {}, "projects": {}}
    for block in range(scale):
        rng = random.Random(f"consolidated {seed} {block}")
        _add_assets(sheets["Raw_install_base"], rng)
        deals = _add_opportunities(sheets["Raw_opportunities"], rng, traps, owners["opportunities"], block)
        _add_credits(sheets["Raw_service_credits"], rng)
        _add_projects(sheets["Raw_projects"], rng, traps, owners["projects"], deals=deals, block=block)
    sheets["Raw_services"].rows = service_rows("Raw_services", ("practice", "sub_practice"), traps)
    for sheet in sheets.values():
        scan(traps, sheet, {snake(name): name for name in (*INSTALL_BASE, *PROJECT, *SERVICE_CREDITS)})
        for name in sheet.header:
            if name.endswith("_date"):
                traps.add("date_as_text", sheet.name, name, 1)
    write_workbook(out, list(sheets.values()))
    truth = {
        "sample": "consolidated",
        "seed": seed,
        "scale": scale,
        "as_of": AS_OF.isoformat(),
        "figures": {**_figures(sheets), "projects_without_customer": NOBODY * scale},
        "accounts": [_truth_of(number, company) for number, company in enumerate(COMPANIES)],
        "row_accounts": owners,
        "traps": traps.as_list(),
    }
    return Written([out], write_truth(out, truth))


def _key(company: Company) -> str:
    return str(company.territory or company.customers[0][0])


def _truth_of(number: int, company: Company) -> dict[str, object]:
    return {
        "account": number,
        "key": _key(company),
        "name": company.name,
        "territory_id": str(company.territory) if company.territory else None,
        "customers": [{"customer_id": str(customer), "name": name} for customer, name in company.customers],
        "named_accounts": list(company.named),
        "joined_by": "shared_key" if company.key_only else "name",
    }


def _as_text(cell: Cell) -> Cell:
    return cell.isoformat() if isinstance(cell, date) else cell


def _add_assets(sheet: Sheet, rng: random.Random) -> None:
    places = [company.territory for company in COMPANIES for _ in range(company.assets)]
    rng.shuffle(places)
    for territory in places:
        cells = asset_cells(rng, territory)
        sheet.rows.append([_as_text(cells[name]) for name in _ASSET_HEADERS])


def _add_opportunities(sheet: Sheet, rng: random.Random, traps: Traps, owners: Accounts, block: int) -> dict[str, list[str]]:
    companies = [company for company in COMPANIES for _ in range(company.opportunities)]
    rng.shuffle(companies)
    deals: dict[str, list[str]] = {_key(company): [] for company in COMPANIES}
    rows: list[Row] = []
    spare = REPEATED
    for company, number in zip(companies, rng.sample(range(100_000), len(companies)), strict=True):
        name = rng.choice((company.name, *company.named))
        own = [row for row in rows if row[4] == company.territory]
        if spare and own and len(rows) > len(companies) // 2:
            spare -= 1
            traps.add("duplicate_opportunity_id", sheet.name, CONSOLIDATED_OPPORTUNITY[0], sheet.next_row() + len(rows))
            rows.append(list(own[0]))
        else:
            deals[_key(company)].append(f"OPE-{block:03d}{number:07d}")
            practice = rng.choice(company.practices)
            subject = f"{topic(rng, practice)} {rng.choice(('FY24', 'FY25', 'renewal'))}"
            about = None if rng.random() < 0.35 else f"{subject} for {rng.choice(('head office', 'all sites', 'two plants'))}"  # noqa: PLR2004
            rows.append([deals[_key(company)][-1], about, subject, name, company.territory, person(rng)[0], PRODUCT_LINES[practice]])
        owners[sheet.next_row() + len(rows) - 1] = _key(company)
    sheet.rows.extend(rows)
    return deals


def _add_credits(sheet: Sheet, rng: random.Random) -> None:
    for purchased, converted, delivered in credit_amounts(rng, CREDIT_ROWS, CREDITS, share=0.4):
        practice = rng.choice(list(PRACTICES))
        bucket = rng.choice(EXPIRY_BUCKETS)
        end = AS_OF + timedelta(days=rng.randint(*_DAYS[bucket]))
        sheet.rows.append(
            [
                7_000_000 + rng.randrange(1_000_000), f"{topic(rng, practice)} credits", practice, purchased, converted, delivered,
                converted - delivered, purchased - converted, bucket, end.isoformat(),
            ]
        )  # fmt: skip


def _add_projects(sheet: Sheet, rng: random.Random, traps: Traps, owners: Accounts, *, deals: dict[str, list[str]], block: int) -> None:
    companies = [company for company in COMPANIES for _ in range(company.projects)]
    rng.shuffle(companies)
    without = set(rng.sample(range(len(companies)), WITHOUT_ID))
    plan: list[tuple[Company | None, bool]] = [(company, place not in without) for place, company in enumerate(companies)]
    plan.extend([(None, False)] * NOBODY)
    rng.shuffle(plan)
    for number, (company, with_id) in enumerate(plan):
        row = sheet.next_row()
        cells = project_cells(rng, (company or rng.choice(COMPANIES)).profile, block * 10_000 + number)
        cells |= _customer_cells(rng, company, deals[_key(company)] if company else [], with_id=with_id)
        owners[row] = _key(company) if company else None
        if company is None:
            traps.add("no_customer", sheet.name, None, row)
        sheet.rows.append([_as_text(cells.get(name)) for name in PROJECT])


def _customer_cells(rng: random.Random, company: Company | None, deals: list[str], *, with_id: bool) -> dict[str, Cell]:
    nothing = rng.choice((NULL, None))
    old = f"OPE-9{rng.randrange(10**9):09d}" if rng.random() < 0.5 else nothing  # noqa: PLR2004
    cells: dict[str, Cell] = {"PRJ Siebel ID": old, "PRJ Customer": nothing, "PRJ Customer ID": nothing, "Account ST Name": nothing}
    if company is None:
        return cells
    if with_id and company.customers:
        customer, name = rng.choice(company.customers)
        cells |= {"PRJ Customer": name, "PRJ Customer ID": customer}
        if deals and rng.random() < 0.15:  # noqa: PLR2004 - share of rows that name an opportunity still open
            cells["PRJ Siebel ID"] = rng.choice(deals)
    elif deals and rng.random() < 0.3:  # noqa: PLR2004 - share of rows without an id that name the opportunity only
        cells["PRJ Siebel ID"] = rng.choice(deals)
    else:
        cells["PRJ Customer"] = rng.choice((company.name, *company.named))
    if company.territory and not company.key_only and cells["PRJ Customer"] not in {None, NULL}:
        cells["Account ST Name"] = company.name if rng.random() < 0.6 else nothing  # noqa: PLR2004
    return cells


def _figures(sheets: dict[str, Sheet]) -> dict[str, int]:
    """Counts of what was written; ``companies`` is what unification must find among ``raw_customer_ids``."""
    assets, credit_sheet, projects = sheets["Raw_install_base"], sheets["Raw_service_credits"], sheets["Raw_projects"]
    territories = {cell for cell in assets.column("account_sales_territory_id") if cell}
    customers = {cell for cell in projects.column("prj_customer_id") if isinstance(cell, int)}
    sums = {f"{name}_credits": credit_sheet.column(f"{name}_credits") for name in ("purchased", "converted", "delivered", "active")}
    return {
        "assets": len(assets.rows),
        "opportunities": len(sheets["Raw_opportunities"].rows),
        "service_credits": len(credit_sheet.rows),
        "projects": len(projects.rows),
        "services": len(sheets["Raw_services"].rows),
        "raw_customer_ids": len(territories | customers),
        "companies": len(COMPANIES),
        "expired_products": sum(str(cell) < AS_OF.isoformat() for cell in assets.column("product_end_of_life_date")),
        "unsupported_products": sum("Active" not in str(cell) for cell in assets.column("support_status")),
        **{name: sum(int(str(cell)) for cell in cells) for name, cells in sums.items()},
    }


SAMPLE = Sample(
    id="consolidated",
    label="The consolidated workbook",
    doc="Snake-case layout with dates as text; 25 raw customer ids that are 21 companies, linked by shared keys and by names beyond doubt.",
    write=_write,
)
