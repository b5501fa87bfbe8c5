"""The installed base of the August workbook: 63 assets whose counts are those of the requirements."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from onelead.samples._histories import AS_OF
from onelead.samples._vocabulary import NULL

if TYPE_CHECKING:
    import random

    from onelead.samples._workbook import Row, Sheet

NONE_ANNOUNCED = date(2099, 12, 31)


class Product(NamedTuple):
    """A product: number, line description, category, business area, name, business unit."""

    number: str
    line: str
    category: str
    area: str
    name: str
    unit: str


_AP325 = Product("JW186A", "AP-325 Dual 4x4:4 802.11ac AP", "WLAN HW", "Campus Wireless", "AP-325", "Intelligent Edge")
_AP303 = Product("JZ320A", "AP-303 Dual 2x2:2 802.11ac AP", "WLAN HW", "Campus Wireless", "AP-303", "Intelligent Edge")
_CONTROLLER = Product("JW678A", "7030 Mobility Controller", "WLAN HW", "Campus Wireless", "7030 Controller", "Intelligent Edge")
_DL360P = Product("654081-B21", "DL360p Gen8 8-SFF CTO Server", "x86 Premium Servers", "Rack Servers", "DL360p Gen8", "Compute")
_DL380P = Product("653200-B21", "DL380p Gen8 8-SFF CTO Server", "x86 Premium Servers", "Rack Servers", "DL380p Gen8", "Compute")
_DISK = Product("652583-B21", "600GB 6G SAS 10K SFF SC HDD", "Server Storage & Inf", "Server Options", "600GB SAS 10K", "Compute")
_MEMORY = Product("672631-B21", "16GB 2Rx4 PC3-12800R-11 Kit", "Server Storage & Inf", "Server Options", "16GB Memory Kit", "Compute")
_ARRAY = Product("631670-B21", "Smart Array P420/1GB Controller", "Server Storage & Inf", "Server Options", "Smart Array P420", "Compute")
_BLADE = Product("507015-B21", "BLc7000 Single-phase Enclosure", "C-Class Units & Enclosures", "Blade Infrastructure", "BLc7000", "Compute")

_EXPIRED = (date(2018, 6, 30), date(2019, 3, 31), date(2020, 11, 30), date(2022, 5, 31), date(2023, 9, 30), date(2024, 6, 30))

# (territory, product, ends of life; None stands for one that has passed)
_PLACED: tuple[tuple[int, Product, tuple[date | None, ...]], ...] = (
    (56088, _AP325, (*([NONE_ANNOUNCED] * 12), *([date(2025, 1, 31)] * 4), *([date(2025, 7, 31)] * 2))),
    (56088, _DL360P, (None,) * 3),
    (56088, _DISK, (None,) * 4),
    (56088, _MEMORY, (None, None)),
    (56088, _BLADE, (None,)),
    (56240, _AP325, (*([NONE_ANNOUNCED] * 6), *([date(2025, 1, 31)] * 2), *([date(2025, 7, 31)] * 2), *([date(2026, 5, 31)] * 2))),
    (56240, _AP303, (None, None, NONE_ANNOUNCED)),
    (56240, _CONTROLLER, (None,)),
    (56342, _DL360P, (None, None)),
    (56342, _DL380P, (None, None)),
    (56342, _ARRAY, (None, None, None)),
    (56342, _DISK, (None, date(2024, 12, 31))),
    (56342, _BLADE, (None,)),
    (56410, _AP303, (NONE_ANNOUNCED, NONE_ANNOUNCED, date(2025, 10, 31))),
    (56410, _MEMORY, (None, None, None, None)),
    (56102, _ARRAY, (None, date(2026, 3, 31))),
)

# support of the 27 expired assets and of the 36 others: together 20 uncovered, 6 expired flex, 4 expired fixed, 33 active
_SUPPORT_EXPIRED = ("Uncovered",) * 14 + ("Expired Flex Support",) * 6 + ("Expired Fixed Support",) * 4 + ("Active Contract",) * 3
_SUPPORT_OTHERS = ("Uncovered",) * 6 + ("Active Warranty",) * 22 + ("Active Contract",) * 5 + ("Support-Active",) * 3
_CONTRACT_ENDS = (date(2024, 9, 25), date(2024, 11, 15), date(2025, 2, 28), date(2025, 12, 31), date(2026, 6, 30))


def add_assets(sheet: Sheet, rng: random.Random) -> None:
    """Append the 63 assets to ``sheet``."""
    placed = [(territory, product, end) for territory, product, ends in _PLACED for end in ends]
    expired, others = list(_SUPPORT_EXPIRED), list(_SUPPORT_OTHERS)
    rng.shuffle(expired)
    rng.shuffle(others)
    rng.shuffle(placed)
    contracts = 0
    for territory, product, planned in placed:
        status = (expired if planned is None else others).pop()
        end_of_life = planned or rng.choice(_EXPIRED)
        start, end, source, agreement = _support(rng, status, contracts)
        contracts += status == "Active Contract"
        service_end = NONE_ANNOUNCED if end_of_life == NONE_ANNOUNCED else end_of_life + timedelta(days=5 * 365)
        row: Row = [
            _serial(rng, product), product.number, product.line, product.category, product.area, product.name, territory, product.unit,
            end_of_life, service_end, start, end, source, status, agreement,
        ]  # fmt: skip
        sheet.rows.append(row)


def _serial(rng: random.Random, product: Product) -> str:
    prefix = "CN" if product.category == "WLAN HW" else "CZ"
    return prefix + "".join(rng.choice("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789") for _ in range(8))


def _support(rng: random.Random, status: str, contracts: int) -> tuple[date, date, str, str]:
    """Start and end of support, where they come from, and the agreement."""
    start = date(2015, 1, 1) + timedelta(days=rng.randrange(700))
    agreement = f"10{rng.randrange(10_000_000, 99_999_999)}"
    if status == "Active Contract":
        return AS_OF - timedelta(days=rng.randrange(300, 700)), _CONTRACT_ENDS[contracts % len(_CONTRACT_ENDS)], "Contract", agreement
    if status == "Active Warranty":  # limited lifetime warranties: ends decades away
        return start, date(rng.choice((2041, 2047, 2065, 2099, 2118)), rng.randrange(1, 13), 28), "Warranty", NULL
    if status == "Support-Active":
        return start, AS_OF + timedelta(days=rng.randrange(200, 600)), "Warranty", agreement
    if status == "Uncovered":
        return start, start + timedelta(days=3 * 365), NULL, NULL
    return start, AS_OF - timedelta(days=rng.randrange(20, 900)), "Contract", agreement
