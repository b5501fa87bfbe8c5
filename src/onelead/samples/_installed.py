"""Installed products of larger samples: what is in the catalogue, and how an asset's life runs."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from onelead.samples._histories import AS_OF
from onelead.samples._vocabulary import NULL

if TYPE_CHECKING:
    import random

    from onelead.samples._workbook import Cell

NONE_ANNOUNCED = date(2099, 12, 31)


class Product(NamedTuple):
    """A product: number, line description, category, business area, name, business unit, practice that serves it, first sale, share."""

    number: str
    line: str
    category: str
    area: str
    name: str
    unit: str
    practice: str
    since: int
    share: int


_EDGE, _COMPUTE, _STORE = "Intelligent Edge", "Compute", "Storage"
_NET, _SRV, _DATA = "Network & Edge", "Compute & Platforms", "Storage & Data Protection"
PRODUCTS = (
    Product("JW186A", "AP-325 Dual 4x4:4 802.11ac AP", "WLAN HW", "Campus Wireless", "AP-325", _EDGE, _NET, 2015, 18),
    Product("R2H28A", "AP-505 Dual 2x2:2 802.11ax AP", "WLAN HW", "Campus Wireless", "AP-505", _EDGE, _NET, 2019, 14),
    Product("JL661A", "6300M 48-port PoE Switch", "Campus Switches", "Campus Switching", "6300M", _EDGE, _NET, 2019, 9),
    Product("654081-B21", "DL360p Gen8 8-SFF CTO Server", "x86 Premium Servers", "Rack Servers", "DL360p Gen8", _COMPUTE, _SRV, 2012, 6),
    Product("755258-B21", "DL360 Gen9 8-SFF CTO Server", "x86 Premium Servers", "Rack Servers", "DL360 Gen9", _COMPUTE, _SRV, 2014, 9),
    Product("867959-B21", "DL360 Gen10 8-SFF CTO Server", "x86 Premium Servers", "Rack Servers", "DL360 Gen10", _COMPUTE, _SRV, 2017, 11),
    Product("507015-B21", "BLc7000 Single-phase Enclosure", "C-Class Units & Enclosures", "Blade Infrastructure", "BLc7000", _COMPUTE, _SRV, 2010, 2),
    Product("652583-B21", "600GB 6G SAS 10K SFF SC HDD", "Server Storage & Inf", "Server Options", "600GB SAS 10K", _COMPUTE, _SRV, 2012, 12),
    Product("672631-B21", "16GB 2Rx4 PC3-12800R-11 Kit", "Server Storage & Inf", "Server Options", "16GB Memory Kit", _COMPUTE, _SRV, 2013, 10),
    Product("Q2R41A", "Midrange All-flash Array Base", "Modular Storage", "Primary Storage", "All-flash Array", _STORE, _DATA, 2018, 5),
    Product("BB913A", "Backup Appliance 5100 48TB", "Backup Appliances", "Data Protection", "Backup 5100", _STORE, _DATA, 2016, 4),
)  # fmt: skip
"""What is installed. Four categories stand in the example price book; the others are unpriced on purpose."""

STATUSES = ("Active Warranty", "Active Contract", "Support-Active", "Uncovered", "Expired Flex Support", "Expired Fixed Support", NULL)
_WEIGHTS_NEW, _WEIGHTS_OLD = (50, 28, 8, 9, 2, 2, 1), (6, 18, 2, 52, 11, 9, 2)
_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"


def asset_cells(rng: random.Random, territory: Cell, *, newest: int = 2024) -> dict[str, Cell]:
    """One asset of ``territory`` by DataExport header. ``newest`` is the last year in which it may have been bought."""
    product = rng.choices(PRODUCTS, [entry.share for entry in PRODUCTS])[0]
    bought = date(
        rng.randint(product.since, max(product.since, min(product.since + 6, newest - 1))), rng.randint(1, 12), rng.randint(1, 28)
    )
    end_of_life = date(product.since + rng.randint(7, 10), rng.choice((3, 6, 9, 12)), 30)
    if rng.random() < 0.25 or end_of_life.year > 2028:  # noqa: PLR2004 - an end that is not announced yet
        end_of_life = NONE_ANNOUNCED
    expired = end_of_life < AS_OF
    status = rng.choices(STATUSES, _WEIGHTS_OLD if expired else _WEIGHTS_NEW)[0]
    start, end, source = support_dates(rng, status, bought)
    covered = status in {"Active Contract", "Support-Active", "Expired Flex Support", "Expired Fixed Support"}
    return {
        "Serial_Number_Id": "".join(rng.choices(_ALPHABET, k=10)),
        "Product_Id": product.number,
        "Line_Description_Name": product.line,
        "Product_Platform_Description_Name": product.category,
        "Business_Area_Description_Name": product.area,
        "Product_Name": product.name,
        "Account_Sales_Territory_Id": territory,
        "Legacy_Global_Business_Unit": product.unit,
        "Product_End_of_Life_Date": end_of_life,
        "Product_End_of_Service_Life_Date": NONE_ANNOUNCED if end_of_life == NONE_ANNOUNCED else end_of_life + timedelta(days=1825),
        "Final_Service_Start_Date": start,
        "Final_Service_End_Date": end,
        "Final_Service_Source": source,
        "Support_Status": status,
        "Service_Agreement_Id": f"10{rng.randrange(10**8):08d}" if covered else NULL,
        "mapped_business_area": product.area,
        "mapped_practice_area": product.practice,
    }


def support_dates(rng: random.Random, status: str, bought: date) -> tuple[date, date, str]:
    """Start and end of support and where they come from, as they go with ``status``."""
    if status == "Active Warranty" and rng.random() < 0.3:  # noqa: PLR2004 - limited lifetime warranties end decades away
        return bought, date(rng.choice((2041, 2052, 2077, 2099, 2118)), rng.randint(1, 12), 28), "Warranty"
    if status in {"Active Warranty", "Support-Active"}:
        return bought, AS_OF + timedelta(days=rng.randint(30, 1000)), "Warranty"
    if status == "Active Contract":
        return AS_OF - timedelta(days=rng.randint(100, 900)), AS_OF + timedelta(days=rng.randint(10, 900)), "Contract"
    if status.startswith("Expired"):
        return bought, max(bought + timedelta(days=30), AS_OF - timedelta(days=rng.randint(10, 1200))), "Contract"
    return bought, min(bought + timedelta(days=1095), AS_OF - timedelta(days=1)), NULL
