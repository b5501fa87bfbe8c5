"""The project sheet of the August workbook: who the customer of each row is, and how the row says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onelead.samples._august_accounts import ACCOUNTS, Account
from onelead.samples._histories import project_cells
from onelead.samples._layouts import PROJECT
from onelead.samples._vocabulary import NULL

if TYPE_CHECKING:
    import random

    from onelead.samples._base import Traps
    from onelead.samples._workbook import Cell, Sheet

WITH_ID, BY_NAME, BY_OPPORTUNITY, NOBODY = 1547, 480, 131, 236
"""How the 2,394 rows name their customer: id and name, name only, the opportunity only, not at all (847 without an id)."""
INNER_BLANKS, USED_ROWS = 150, 2660

_FIRST_KEYS = 3  # rows of each customer id that joins by a shared key alone which surely carry one


def add_projects(
    sheet: Sheet, rng: random.Random, traps: Traps, accounts: dict[int, str | None], *, opportunities: dict[int, list[str]], block: int
) -> None:
    """Append 2,394 projects and 150 blank rows among them. ``accounts`` learns row → territory (None: a row without a customer)."""
    owners = [account for account in ACCOUNTS for _ in range(account.projects)]
    ways = ["id"] * WITH_ID + ["name"] * BY_NAME + ["opportunity"] * BY_OPPORTUNITY
    rng.shuffle(ways)
    plan: list[tuple[Account | None, str]] = [
        *zip(owners, ways, strict=True),
        *([(None, "nobody")] * NOBODY),
        *([(None, "blank")] * INNER_BLANKS),
    ]
    rng.shuffle(plan)
    seen: dict[int, int] = {}
    for number, (account, way) in enumerate(plan):
        row = sheet.next_row()
        if way == "blank":
            sheet.rows.append([])
            continue
        profile = (account or rng.choice(ACCOUNTS)).profile
        cells = project_cells(rng, profile, block * 10_000 + number)
        cells.update(_customer_cells(rng, account, way, opportunities, seen))
        accounts[row] = str(account.territory) if account else None
        if account is None:
            traps.add("no_customer", sheet.name, None, row)
        sheet.rows.append([cells.get(header) for header in PROJECT])


def add_trailing_blanks(sheet: Sheet, scale: int) -> None:
    """Blank rows at the end, which still belong to the used range: 2,660 rows in all for 2,394 projects."""
    sheet.rows.extend([] for _ in range(USED_ROWS * scale - len(sheet.rows)))


def _customer_cells(
    rng: random.Random, account: Account | None, way: str, opportunities: dict[int, list[str]], seen: dict[int, int]
) -> dict[str, Cell]:
    nothing = rng.choice((NULL, None))
    cells: dict[str, Cell] = {"PRJ Siebel ID": _old_opportunity(rng), "PRJ Customer": nothing, "PRJ Customer ID": nothing}
    if account is None:
        return cells
    known = opportunities[account.territory]
    latin = tuple(customer for customer in account.customers if not customer.shared_key_only)
    customer = rng.choice(account.customers if way == "id" else latin)
    if way == "id":
        seen[customer.customer_id] = seen.get(customer.customer_id, 0) + 1
        must = customer.shared_key_only and seen[customer.customer_id] <= _FIRST_KEYS
        cells |= {"PRJ Customer": customer.name, "PRJ Customer ID": customer.customer_id}
        if must or rng.random() < 0.12:  # noqa: PLR2004 - share of rows that name an opportunity still open
            cells["PRJ Siebel ID"] = rng.choice(known)
    elif way == "name":
        cells["PRJ Customer"] = rng.choice((customer.name, customer.name, account.name))
    else:
        cells["PRJ Siebel ID"] = rng.choice(known)
    if way != "opportunity" and not customer.shared_key_only:
        cells["Account ST Name"] = account.name if rng.random() < 0.6 else nothing  # noqa: PLR2004
    return cells


def _old_opportunity(rng: random.Random) -> str | None:
    """An opportunity that the list no longer holds, or none."""
    return f"OPE-9{rng.randrange(10**9):09d}" if rng.random() < 0.5 else rng.choice((NULL, None))  # noqa: PLR2004
