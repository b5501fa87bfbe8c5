"""Workspace settings: every threshold, price and reading of a column that is a choice and not code.

``DIR/settings.toml`` overrides the defaults; the version of the settings is part of every cache key and of the
identity of results, so that a changed threshold gives a new publication.
"""

from __future__ import annotations

import hashlib
import tomllib
from typing import TYPE_CHECKING, Literal

from pydantic import Field, NonNegativeFloat, ValidationError

from onelead.core.errors import SettingsError, nearest
from onelead.core.fiscal_settings import FiscalSettings
from onelead.core.model_settings import ModelSettings, PropensitySettings
from onelead.core.people_settings import PeopleSettings
from onelead.core.risk_settings import RiskSettings
from onelead.core.section import Section
from onelead.core.server_settings import ServerSettings

if TYPE_CHECKING:
    from pathlib import Path


class LoadSettings(Section):
    """Reading files."""

    max_bad_share: float = Field(0.10, ge=0, le=1, description="A load with a larger share of bad rows in a table is refused.")
    max_seconds: int = Field(300, gt=0, description="Time limit for reading one file.")
    max_memory_mb: int = Field(3072, gt=0, description="Memory limit of the reading process.")
    max_unpacked_mb: int = Field(4096, gt=0, description="Limit on the unpacked size of a workbook or Parquet file.")
    max_rows: int = Field(20_000_000, gt=0, description="Limit on the rows of one sheet.")
    keep_snapshots: int = Field(10, ge=1, description="How many of the newest snapshots a load keeps; the current one always stays.")
    max_warranty_years: int = Field(
        25, gt=0, description="A support end later than this after its start is implausible: kept, flagged, not used."
    )


class ReadingSettings(Section):
    """How columns are read that only hold codes."""

    stage_success: tuple[str, ...] = Field(default=("C",), description="PRJ Stage Status that means success.")
    stage_failure: tuple[str, ...] = Field(default=("LOST", "NOBID"), description="PRJ Stage Status that means failure.")
    stage_open: tuple[str, ...] = Field(default=("S", "OC", "I", "DP", "PRE"), description="PRJ Stage Status that means open.")
    support_active_prefixes: tuple[str, ...] = Field(("Active", "Support-Active"), description="Beginnings of a status of active support.")
    support_levels: dict[str, tuple[str, ...]] = Field(
        default={
            "No active support": ("Uncovered", "Expired"),
            "Warranty": ("Active Warranty",),
            "Contract": ("Active Contract", "Support-Active"),
        },
        description="Levels of support, the lowest first → beginnings of the support status that mean it; a status that none of them "
        "begins, an unknown one included, is the lowest. Upsell offers the highest to what runs on a lower one beside it.",
    )
    no_end_announced_from: str = Field("2099-12-31", description="An end date on or after this day means that none is announced.")


class PriceSettings(Section):
    """Money that no source states. Everything computed from it is marked estimated."""

    currency: str = Field("USD", description="ISO 4217 code of the currency of all money.")
    credit: float = Field(500.0, ge=0, description="Value of one service credit.")
    project_size: dict[str, float] = Field(
        default={"<$50k": 25_000.0, "$50k-$500k": 275_000.0, "$500k-$1M": 750_000.0, "$1M - $5M": 3_000_000.0, ">$5M": 5_000_000.0},
        description="Project value by PRJ Size bucket; '-' and anything else is unknown.",
    )
    project_size_range: dict[str, tuple[float, float]] = Field(
        default={
            "<$50k": (0.0, 50_000.0),
            "$50k-$500k": (50_000.0, 500_000.0),
            "$500k-$1M": (500_000.0, 1_000_000.0),
            "$1M - $5M": (1_000_000.0, 5_000_000.0),
            ">$5M": (5_000_000.0, 5_000_000.0),
        },
        description="Lowest and highest project value by PRJ Size bucket, for ranges; the open bucket counts as its lower end.",
    )
    spread: float = Field(
        0.2,
        ge=0,
        le=1,
        description="How far a price of this section may be off, up and down, as a share; ranges of estimated money use it.",
    )
    support_share: float = Field(
        0.15,
        ge=0,
        le=1,
        description="A year of support as a share of the replacement value, where no contract value is given: an assumption.",
    )
    price_book: dict[str, float] = Field(
        default={
            "x86 Premium Servers": 15_000.0,
            "C-Class Units & Enclosures": 40_000.0,
            "Server Storage & Inf": 4_000.0,
            "WLAN HW": 1_200.0,
        },
        description="Replacement value of one asset by product category: an example, to be replaced by your own.",
    )


class ActionSettings(Section):
    """Triggers of the recommendation rules, in days unless said otherwise."""

    critical_eol_days: int = Field(
        365, description="A product past its end of life, or within this many days of it, is a critical renewal."
    )
    planned_eol_days: int = Field(730, description="… within this many days, a planned renewal.")
    urgent_contract_days: int = Field(30, description="A contract that ends within this many days is an urgent renewal.")
    expiring_contract_days: int = Field(90, description="… within this many days, a service expiration.")
    cross_sell_max_platforms: int = Field(2, description="Accounts with at most this many platforms get cross-sell actions.")
    low_utilization_below: float = Field(0.5, ge=0, le=1, description="Credits used to a smaller share raise a service expansion.")
    quiet_days: int = Field(180, description="No project, opportunity or activity for this many days raises relationship building.")
    slip_from: float = Field(0.5, ge=0, le=1, description="A deal is slipping from this chance on to be open after its stated close date.")
    slip_worth: float = Field(
        10_000.0, ge=0, description="Amount × slip chance from which a slipping deal is an action, in the workspace's currency."
    )
    services_named: int = Field(3, ge=0, description="How many fitting catalogue services an action names.")
    chance: dict[str, float] = Field(
        default={
            "critical_renewal": 0.5,
            "urgent_renewal": 0.5,
            "service_expiration": 0.4,
            "cross_sell_high": 0.25,
            "service_expansion": 0.3,
            "planned_renewal": 0.3,
            "cross_sell_medium": 0.1,
            "relationship_building": 0.05,
            "general_follow_up": 0.02,
            "refresh": 0.3,
            "upsell": 0.2,
            "whitespace": 0.1,
            "slipping_deal": 0.3,
            "stalled_deal": 0.15,
            "churn_risk": 0.3,
            "contract_renewal": 0.5,
            "next_product": 0.05,
        },
        description="Assumed chance that an action of a type succeeds, used until outcomes were recorded; an assumption, marked estimated.",
    )
    chance_weight: float = Field(
        10.0, gt=0, description="Recorded outcomes that the assumed chance weighs as much as; from that many it is measured."
    )
    whitespace_share: float = Field(
        0.3,
        ge=0,
        le=1,
        description="A product category is suggested when at least this share of the accounts with the same product runs it, "
        "a practice when at least this share of similar accounts bought it.",
    )
    similarity: dict[Literal["product_category", "practice", "industry", "country", "region"], NonNegativeFloat] = Field(
        default={"product_category": 1.0, "practice": 1.0, "industry": 0.5, "region": 0.25},
        description="What makes accounts similar → its weight. Each counts by the share of its values that two accounts have in common "
        "(common / all of both); what either does not know, and what all accounts agree in, is left out.",
    )
    similar_from: float = Field(0.2, ge=0, le=1, description="Accounts are similar from this weighted share in common on.")
    similar_least: int = Field(3, ge=1, description="So many similar accounts at least say something about a practice.")
    similar_pool: int = Field(2_000, ge=10, description="Accounts are compared with so many at most; above, with every n-th one.")
    whitespace_actions: int = Field(
        2, ge=0, description="Whitespace actions of one account at most, the practices most peers bought first."
    )
    practice_of: dict[str, str] = Field(
        default={},
        description="Product category or business area → practice of the services that go with it, both as the export spells them. What it "
        "does not name goes by the export's own practice area, else by the words of the practices table.",
    )
    practices: dict[str, tuple[str, ...]] = Field(
        default={
            "Network": ("network", "ntwk", "wlan", "wireless", "aruba", "switch", "campus", "access point", "sd-wan"),
            "Storage": ("storage", "backup", "data protection", "array", "archiv"),
            "Compute": ("server", "x86", "compute", "c-class", "blade", "enclosure", "hpc", "proliant", "virtuali"),
            "Cloud and platform": ("cloud", "cld", "pltfrm", "platform", "hybrid", "container", "kubernetes", "edge"),
            "Data and AI": ("data lake", "data platform", "big data", "analytic", "artificial", "machine learning", "iot"),
            "Security": ("security", "cyber", "cyb", "identity", "zero trust"),
        },
        description="Practice → beginnings of words that mean it, in product categories, business areas, project practices and the catalogue; "
        "the first practice that fits counts.",
    )


class MetricSettings(Section):
    """Windows of the metrics, and the grades of data quality."""

    expiring_days: int = Field(180, gt=0, description="A product that ends its life within this many days is expiring.")
    expiring_long_days: int = Field(365, gt=0, description="The longer window of expiring_products_365.")
    expiring_credit_days: int = Field(90, gt=0, description="Credits whose contract ends within this many days are expiring.")
    excellent_from: float = Field(0.95, ge=0, le=1, description="A table this complete (mean share of filled cells) is graded Excellent.")
    good_from: float = Field(0.75, ge=0, le=1, description="… this complete, Good; anything less is Poor.")
    successors: dict[str, str] = Field(
        default={
            "DL360p Gen8": "DL360 Gen11",
            "DL360 Gen9": "DL360 Gen11",
            "DL380p Gen8": "DL380 Gen11",
            "BLc7000": "Synergy 12000",
            "AP-303": "AP-505",
            "AP-325": "AP-505",
        },
        description="Refresh table: product name, product id or product category → the product that succeeds it: an example, to be "
        "replaced by your own.",
    )


class RevenueSettings(Section):
    """Revenue pages: tiers, statuses, and how deals are read."""

    strategic_above: float = Field(100_000.0, ge=0, description="Annual value above which an account is of the tier Strategic.")
    growth_above: float = Field(50_000.0, ge=0, description="… Growth; below it is Developing.")
    key_account_from: int = Field(10, ge=1, description="Open opportunities from which an account is a key account.")
    high_value_from: int = Field(5, ge=1, description="… of high value.")
    likely_above: float = Field(0.8, ge=0, le=1, description="An opportunity is likely above this confidence of a model of outcomes.")
    win_rate_from: int = Field(10, ge=1, description="Closed deals that a recorded win rate needs before a forecast is weighted by it.")
    silent_days: int = Field(30, gt=0, description="An open deal that no load changed for this many days is silent.")
    service_words: tuple[str, ...] = Field(
        default=("service", "support", "training", "consult", "maintenance"),
        description="Words that say of a product line or category that it is a service.",
    )
    stages: tuple[str, ...] = Field(
        default=("Prospect", "Qualif", "Discover", "Propos", "Negotiat", "Commit"),
        description="Sales stages in their order, by the beginnings of their names; others come after them.",
    )


class FeatureSettings(Section):
    """Thresholds of the documented features, in days unless said otherwise."""

    eol_urgent_days: int = Field(365, gt=0, description="Nearer to its end than this is urgency 3.")
    eol_near_days: int = Field(730, gt=0, description="… than this is urgency 2; anything else 1.")
    recent_days: int = Field(30, gt=0, description="An engagement fewer days ago than this is recency 3.")
    engaged_days: int = Field(90, gt=0, description="… than this is recency 2 (and a recent engagement); anything else 1.")
    contract_days: int = Field(90, gt=0, description="A contract that ends in fewer days than this is urgent.")
    low_utilization_below: float = Field(0.5, ge=0, le=1, description="A credit drawdown below this share is a risk.")


class IdentitySettings(Section):
    """Linking of customers."""

    auto_confidence: float = Field(0.95, ge=0, le=1, description="Links at least this sure are made without asking.")
    review_confidence: float = Field(0.60, ge=0, le=1, description="Links at least this sure are put on the review list.")
    aliases: dict[str, str] = Field(default={}, description="Reviewed aliases: name as written → name it stands for.")


class Settings(Section):
    """All settings of a workspace."""

    load: LoadSettings = LoadSettings()
    reading: ReadingSettings = ReadingSettings()
    prices: PriceSettings = PriceSettings()
    actions: ActionSettings = ActionSettings()
    propensity: PropensitySettings = PropensitySettings()
    models: ModelSettings = ModelSettings()
    metrics: MetricSettings = MetricSettings()
    fiscal: FiscalSettings = FiscalSettings()
    revenue: RevenueSettings = RevenueSettings()
    risk: RiskSettings = RiskSettings()
    features: FeatureSettings = FeatureSettings()
    identity: IdentitySettings = IdentitySettings()
    people: PeopleSettings = PeopleSettings()
    server: ServerSettings = ServerSettings()

    @property
    def version(self) -> str:
        """Short hash of all values that an answer depends on: equal settings, equal version."""
        return self._hash("server")

    @property
    def results_version(self) -> str:
        """Short hash of the values that results are computed with: who looks after an account, say, changes no result."""
        return self._hash("server", "people")

    def _hash(self, *left_out: str) -> str:
        return hashlib.sha256(self.model_dump_json(exclude=set(left_out)).encode()).hexdigest()[:12]


def load_settings(file: Path) -> Settings:
    """The settings in ``file`` on top of the defaults; the defaults where there is no file.

    Raises SettingsError that names the setting and what is valid.
    """
    if not file.exists():
        return Settings()
    try:
        return Settings.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{file.name} is not valid TOML: {error}.", hint="Mend the file or delete it to use the defaults.") from error
    except ValidationError as error:
        problems = "; ".join(_problem(part["loc"], part["type"], part["msg"], part["input"]) for part in error.errors())
        raise SettingsError(f"{file.name}: {problems}.", hint="The settings reference lists every name and its range.") from error


def _problem(place: tuple[int | str, ...], kind: str, message: str, value: object) -> str:
    """One mistake in the settings, in words; a name that does not exist comes with the nearest that does."""
    name = ".".join(map(str, place))
    if kind != "extra_forbidden":
        return f"{name} is {value!r}: {message[:1].lower()}{message[1:]}"
    section = Settings.model_fields.get(str(place[0]))
    inside = section.annotation if section is not None and len(place) > 1 else Settings
    close = nearest(str(place[-1]), getattr(inside, "model_fields", ()))
    return f"there is no setting {name!r}" + (f" (did you mean {close[0]!r}?)" if close else "")
