"""The companies of the consolidated workbook: 25 raw customer ids that are 21 companies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from onelead.samples._histories import Profile


@dataclass(frozen=True)
class Company:
    """A company: its territory (None for one that only the project system knows), its project customers (id, name) and its rows."""

    territory: int | None
    name: str
    customers: tuple[tuple[int, str], ...]
    country: str
    practices: tuple[str, ...]
    success: float
    last: date
    projects: int
    assets: int = 0
    opportunities: int = 0
    named: tuple[str, ...] = ()
    key_only: bool = False
    """Whether a shared opportunity id is the only way from its project customers to its territory."""

    @property
    def profile(self) -> Profile:
        """How it buys services."""
        return Profile(self.practices, (self.country,), self.success, date(2017, 3, 1), self.last, "Unspecified")


_CLOUD = ("Hybrid Cloud", "Security & Risk", "Operational Services")
_EDGE = ("Network & Edge", "Compute & Platforms")
_DATA = ("Data, AI & Analytics", "Storage & Data Protection", "Hybrid Cloud")
_CORE = ("Compute & Platforms", "Storage & Data Protection")

COMPANIES = (
    Company(
        60114, "Tsukihara Heavy Industries, Ltd.", ((410026611, "月原重工業株式会社"),), "JP", _CORE, 0.84, date(2024, 11, 20), 420, 2600, 38,
        key_only=True,
    ),
    Company(60127, "Ferrandale Insurance plc", ((410038204, "FERRANDALE INSURANCE PLC."),), "GB", _DATA, 0.79, date(2024, 9, 20), 310, 1700, 27),
    Company(
        60131, "Castellane d'Armor Énergie S.A.", ((410041950, "CASTELLANE D'ARMOR ENERGIE SA"),), "FR", _CLOUD, 0.71, date(2024, 8, 25), 240,
        900, 20,
    ),
    Company(
        60149, "Greymount Retail Group, Inc.", (), "US", _EDGE, 0.75, date(2024, 10, 5), 110, 478, 12,
        named=("Greymount Pharmacies", "Greymount Home & Garden"),
    ),
    Company(
        None, "Ostrander Mills B.V.", ((410050127, "Ostrander Mills B.V."), (410057733, "OSTRANDER MILLS BV")), "NL", _CORE, 0.68,
        date(2024, 7, 12), 130,
    ),
    Company(None, "Haldvik Marine Services", ((410060341, "Haldvik Marine Services AS"),), "DK", _EDGE, 0.81, date(2024, 8, 30), 96),
    Company(None, "Haldvik Marine Systems", ((410060578, "Haldvik Marine Systems AS"),), "DK", _DATA, 0.55, date(2023, 12, 1), 60),
    Company(None, "Perrigold Brewing", ((410071102, "Perrigold Brewing Company"),), "GB", _CORE, 0.66, date(2024, 5, 4), 70),
    Company(None, "Bundesanstalt für Küstenforschung", ((410072019, "Bundesanstalt für Küstenforschung"),), "DE", _DATA, 0.9, date(2024, 9, 1), 82),
    Company(None, "Sunderbrook Health Trust", ((410073350, "SUNDERBROOK HEALTH TRUST"),), "GB", _CLOUD, 0.73, date(2024, 3, 15), 64),
    Company(None, "Aurelis Capital Markets", ((410074418, "Aurelis Capital Markets LLC"),), "US", _DATA, 0.77, date(2024, 8, 28), 75),
    Company(None, "Vantorra Mobility", ((410075507, "Vantorra Mobility S.p.A."),), "FR", _EDGE, 0.62, date(2023, 10, 10), 44),
    Company(None, "Kirinagata Foods", ((410076696, "KIRINAGATA FOODS CO LTD"),), "JP", _CORE, 0.8, date(2024, 6, 18), 52),
    Company(None, "Pacific Lantern Airways", ((410077785, "Pacific Lantern Airways Limited"),), "AU", _CLOUD, 0.7, date(2024, 9, 3), 66),
    Company(None, "Rio Jandaia Papel", ((410078874, "RIO JANDAIA PAPEL LTDA"),), "BR", _EDGE, 0.58, date(2023, 5, 30), 36),
    Company(None, "Meadowlark School District", ((410079963, "Meadowlark School District"),), "US", _EDGE, 0.86, date(2024, 8, 1), 48),
    Company(None, "Dravenport Steel", ((410081052, "DRAVENPORT STEEL CORP"),), "CA", _CORE, 0.64, date(2024, 1, 22), 40),
    Company(None, "Nilaveni Software", ((410082141, "Nilaveni Software Pvt. Ltd."),), "IN", _CLOUD, 0.76, date(2024, 8, 12), 45),
    Company(None, "Estrella Norte Banco", ((410083230, "ESTRELLA NORTE BANCO SA"),), "MX", _DATA, 0.69, date(2024, 4, 9), 34),
    Company(None, "Zweigberg Optik", ((410084319, "Zweigberg Optik AG"),), "DE", _DATA, 0.83, date(2024, 2, 2), 24),
    Company(None, "Tallowfield Energy Cooperative", ((410085408, "TALLOWFIELD ENERGY COOPERATIVE"),), "US", _CLOUD, 0.6, date(2022, 11, 11), 14),
)  # fmt: skip
"""Projects add up to 2,060: the other 180 of the 2,240 carry no customer."""
