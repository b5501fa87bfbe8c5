"""The August workbook: ten invented accounts in the DataExport layout, with the figures and the traps of a real export."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import TYPE_CHECKING

from onelead.samples._august_accounts import ACCOUNTS, Account, Customer
from onelead.samples._august_assets import add_assets
from onelead.samples._august_projects import add_projects, add_trailing_blanks
from onelead.samples._base import Option, OptionValue, Sample, Traps, Written, write_truth
from onelead.samples._histories import AS_OF
from onelead.samples._layouts import DATA_EXPORT, ST_ID, ST_ID_SHEETS
from onelead.samples._sheets import credit_amounts, service_rows
from onelead.samples._traps import scan
from onelead.samples._vocabulary import EXPIRY_BUCKETS, NULL, PRODUCT_LINES, topic
from onelead.samples._workbook import Sheet, write_workbook

if TYPE_CHECKING:
    from pathlib import Path

    from onelead.samples._workbook import Row

CREDITS = (650, 330, 320)
"""Purchased, converted and delivered credits of one block."""
FIGURES = {
    "assets": 63, "opportunities": 98, "opportunity_ids": 94, "projects": 2394, "projects_used_rows": 2660,
    "projects_without_customer_id": 847, "projects_without_customer": 236, "service_credits": 1384, "wlan": 37, "ap_325": 30,
    "server_storage": 17, "x86_premium": 7, "dl360p_gen8": 5, "c_class": 2, "expired_products": 27, "unsupported_products": 30,
    "uncovered": 20, "expired_flex": 6, "expired_fixed": 4, "purchased_credits": 650, "converted_credits": 330, "delivered_credits": 320,
    "active_credits": 320, "unused_credits": 330,
}  # fmt: skip
"""Figures of one block; ``scale`` multiplies them. The catalogue and the accounts stay."""
REPEATED = 4
_DAYS = {"0-45": (5, 45), "46-90": (46, 90), "91-180": (91, 180), ">180": (181, 700)}


def _write(out: Path, *, seed: int, scale: int, **options: OptionValue) -> Written:
    sheets = {name: Sheet(name, header) for name, header in DATA_EXPORT.items()}
    traps = Traps()
    accounts: dict[str, dict[int, str | None]] = {"projects": {}, "service_credits": {}, "opportunities": {}}
    for block in range(scale):
        rng = random.Random(f"august {seed} {block}")
        add_assets(sheets["Install Base"], rng)
        opportunity_ids = _add_opportunities(sheets["Opportunity"], rng, traps, accounts["opportunities"], block)
        add_projects(sheets["A&PS Project sample"], rng, traps, accounts["projects"], opportunities=opportunity_ids, block=block)
        _add_credits(sheets["Service Credits"], rng, accounts["service_credits"])
    add_trailing_blanks(sheets["A&PS Project sample"], scale)
    sheets["Services"].rows = service_rows("Services", ("Practice", "Sub-Practice"), traps)
    for sheet in sheets.values():
        scan(traps, sheet, {})
    if options["st_id"]:
        _add_territories(sheets, accounts)
    write_workbook(out, list(sheets.values()))
    truth = {
        "sample": "august",
        "seed": seed,
        "scale": scale,
        "st_id": options["st_id"],
        "as_of": AS_OF.isoformat(),
        "figures": {**{name: value * scale for name, value in FIGURES.items()}, "services": 286, "accounts": len(ACCOUNTS)},
        "accounts": [_truth_of(account) for account in ACCOUNTS],
        "row_accounts": accounts,
        "traps": traps.as_list(),
    }
    return Written([out], write_truth(out, truth))


def _truth_of(account: Account) -> dict[str, object]:
    return {
        "territory_id": str(account.territory),
        "name": account.name,
        "named_accounts": list(account.named),
        "customers": [_customer_truth(customer) for customer in account.customers],
    }


def _customer_truth(customer: Customer) -> dict[str, object]:
    return {
        "customer_id": str(customer.customer_id),
        "name": customer.name,
        "joined_by": "shared_key" if customer.shared_key_only else "name",
    }


def _add_opportunities(sheet: Sheet, rng: random.Random, traps: Traps, accounts: dict[int, str | None], block: int) -> dict[int, list[str]]:
    """98 opportunities, the last four repeating the id of an earlier one. Gives territory → opportunity ids."""
    first = ACCOUNTS[0]
    deals = [account for account in ACCOUNTS for _ in range(account.opportunities - (REPEATED if account is first else 0))]
    rng.shuffle(deals)
    ids: dict[int, list[str]] = {account.territory: [] for account in ACCOUNTS}
    rows: list[Row] = []
    for account, number in zip(deals, rng.sample(range(100_000), len(deals)), strict=True):
        ids[account.territory].append(f"OPE-{block:03d}{number:07d}")
        rows.append(_opportunity(rng, account, ids[account.territory][-1]))
    repeats = [list(row) for row in rows if row[2] == first.territory][:REPEATED]
    for place, row in enumerate(rows + repeats):
        number = sheet.next_row()
        accounts[number] = str(row[2])
        if place >= len(rows):
            traps.add("duplicate_opportunity_id", sheet.name, "HPE Opportunity ID", number)
        if row[3] in first.named:
            traps.add("named_account", sheet.name, "Account Name", number)
        sheet.rows.append(row)
    return ids


def _opportunity(rng: random.Random, account: Account, opportunity_id: str) -> Row:
    practice = rng.choice(account.profile.practices)
    line = NULL if rng.random() < 0.1 else PRODUCT_LINES[practice]  # noqa: PLR2004
    name = rng.choice((account.name, *account.named)) if account.named else account.name
    return [
        opportunity_id,
        f"{topic(rng, practice)} {rng.choice(('FY24', 'FY25', 'renewal', 'expansion'))}",
        account.territory,
        name,
        line,
    ]


def _add_credits(sheet: Sheet, rng: random.Random, accounts: dict[int, str | None]) -> None:
    owners = [account for account in ACCOUNTS for _ in range(account.credit_rows)]
    rng.shuffle(owners)
    amounts = credit_amounts(rng, len(owners), CREDITS)
    for number, (account, (purchased, converted, delivered)) in enumerate(zip(owners, amounts, strict=True)):
        practice = rng.choice(account.profile.practices)
        soonest = EXPIRY_BUCKETS.index(account.soonest_expiry)
        bucket = rng.choices(EXPIRY_BUCKETS[soonest:], range(1, len(EXPIRY_BUCKETS) - soonest + 1))[0]
        end = AS_OF + timedelta(days=rng.randint(*_DAYS[bucket]))
        row = sheet.next_row()
        accounts[row] = None if number % 58 == 0 else str(account.territory)
        sheet.rows.append(
            [
                7_000_000 + rng.randrange(1_000_000), f"{topic(rng, practice)} credits", practice, purchased, converted, delivered,
                converted - delivered, purchased - converted, bucket, end,
            ]
        )  # fmt: skip


def _add_territories(sheets: dict[str, Sheet], accounts: dict[str, dict[int, str | None]]) -> None:
    """The third layout: ``ST ID`` on projects and credits; where a row has no customer it stays empty."""
    for name, table in zip(ST_ID_SHEETS, ("projects", "service_credits"), strict=True):
        sheet = sheets[name]
        sheet.header = [*sheet.header, ST_ID]
        for number, row in enumerate(sheet.rows, start=2):
            if row:
                territory = accounts[table].get(number)
                row.append(int(territory) if territory else None)


SAMPLE = Sample(
    id="august",
    label="The August workbook",
    doc="Ten accounts in the DataExport layout, with the figures of the requirements and every trap that real exports hold.",
    write=_write,
    options={"st_id": Option(default=False, doc="Add the column ST ID to projects and credits, so that both reach accounts.")},
)
