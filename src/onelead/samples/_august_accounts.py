"""The ten invented accounts of the August workbook: their names in every spelling, their ids, and how they buy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from onelead.samples._histories import Profile


@dataclass(frozen=True)
class Customer:
    """A customer of the project system: its nine-digit id and name, and whether only a shared opportunity id joins it to its account."""

    customer_id: int
    name: str
    shared_key_only: bool = False


@dataclass(frozen=True)
class Account:
    """A sales territory and what belongs to it. ``named`` lists the named accounts below it; ``name`` is always one of the names."""

    territory: int
    name: str
    profile: Profile
    opportunities: int
    projects: int
    credit_rows: int
    soonest_expiry: str
    customers: tuple[Customer, ...]
    named: tuple[str, ...] = ()


def _profile(practices: str, countries: str, success: float, years: tuple[int, date], industry: str) -> Profile:
    return Profile(tuple(practices.split("; ")), tuple(countries.split()), success, date(years[0], 1, 15), years[1], industry)


ACCOUNTS = (
    Account(
        56088,
        "Tessmar Group",
        _profile("Network & Edge; Hybrid Cloud; Compute & Platforms; Operational Services", "SG AU IN", 0.83, (2017, date(2024, 11, 30)), "Transport"),
        22, 520, 320, "46-90",
        (
            Customer(300114207, "TESSMAR SHIPPING PTE. LTD."),
            Customer(300114208, "Tessmar Port Services"),
            Customer(300115590, "Tessmar Group Pte Ltd"),
            Customer(300119034, "Tessmar Energy Sdn. Bhd."),
        ),
        ("Tessmar Shipping Pte Ltd", "Tessmar Port Services Pte Ltd", "Tessmar Energy Sdn Bhd"),
    ),
    Account(
        56240,
        "Quillmere University Hospitals",
        _profile("Network & Edge; Storage & Data Protection; Security & Risk", "GB", 0.78, (2018, date(2024, 10, 15)), "Healthcare"),
        15, 330, 210, "91-180",
        (Customer(300510023, "QUILLMERE UNIVERSITY HOSPITALS"), Customer(300510871, "Quillmere University Hospitals Ltd")),
    ),
    Account(
        56342,
        "Brackwald Werkzeugbau GmbH",
        _profile("Compute & Platforms; Storage & Data Protection; Hybrid Cloud", "DE NL", 0.74, (2017, date(2024, 9, 1)), "Manufacturing"),
        13, 290, 170, ">180",
        (Customer(300640112, "BRACKWALD WERKZEUGBAU GMBH & CO. KG"), Customer(300640377, "Brackwald Werkzeugbau")),
    ),
    Account(
        56410,
        "Corrigan Vale Foods, Inc.",
        _profile("Storage & Data Protection; Data, AI & Analytics; Operational Services", "US CA", 0.69, (2018, date(2024, 8, 20)), "Consumer goods"),
        11, 270, 160, "0-45",
        (Customer(300733405, "Corrigan Vale Foods Inc"), Customer(300733990, "CORRIGAN-VALE FOODS, INCORPORATED")),
    ),
    Account(
        56102,
        "Kazemori Precision K.K.",
        _profile("Compute & Platforms; Data, AI & Analytics; Network & Edge", "JP", 0.86, (2018, date(2024, 12, 10)), "Manufacturing"),
        10, 210, 130, "91-180",
        (Customer(300201881, "KAZEMORI PRECISION KK"), Customer(300201990, "風森精密株式会社", shared_key_only=True)),
    ),
    Account(
        56117,
        "Brøndal Pharma A/S",
        _profile("Data, AI & Analytics; Security & Risk; Hybrid Cloud", "DK DE", 0.80, (2019, date(2024, 7, 30)), "Life sciences"),
        9, 150, 110, ">180",
        (Customer(300310442, "BRØNDAL PHARMA A/S"), Customer(300310519, "Brøndal Pharma")),
    ),
    Account(
        56305,
        "Valmorée Télécom S.A.",
        _profile("Network & Edge; Security & Risk; Operational Services; Hybrid Cloud", "FR", 0.61, (2017, date(2024, 8, 30)), "Telecommunications"),
        7, 150, 100, "0-45",
        (Customer(300588216, "VALMOREE TELECOM SA"), Customer(300588217, "Valmorée Télécom")),
    ),
    Account(
        56533,
        "Hoshinami Electric Co., Ltd.",
        _profile("Operational Services; Compute & Platforms", "JP SG", 0.77, (2019, date(2024, 5, 20)), "Utilities"),
        5, 110, 80, ">180",
        (Customer(300877031, "Hoshinami Electric Company Limited"), Customer(300877512, "星波電機株式会社", shared_key_only=True)),
    ),
    Account(
        56231,
        "Žďárek Strojírny a.s.",
        _profile("Compute & Platforms; Operational Services", "CZ", 0.72, (2018, date(2024, 2, 10)), "Manufacturing"),
        3, 78, 60, ">180",
        (Customer(300422871, "ZDAREK STROJIRNY, A.S."), Customer(300422990, "Žďárek Strojírny")),
    ),
    Account(
        56477,
        "Altoverde Minería S.A. de C.V.",
        _profile("Hybrid Cloud; Network & Edge", "MX", 0.58, (2020, date(2023, 11, 5)), "Mining"),
        3, 50, 44, "91-180",
        (Customer(300905144, "ALTOVERDE MINERIA SA DE CV"),),
    ),
)  # fmt: skip
"""Projects add up to 2,158: the other 236 of the 2,394 carry no customer. Credit rows add up to 1,384."""
