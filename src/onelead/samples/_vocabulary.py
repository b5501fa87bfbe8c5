"""Words that invented projects, services, products and people are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import random

PRACTICES: dict[str, dict[str, tuple[str, ...]]] = {
    "Hybrid Cloud": {
        "Cloud Advisory": ("Cloud Suitability Workshop", "Cloud Economics Review", "Landing Zone Design", "Workload Placement Study"),
        "Private Cloud Platforms": ("Private Cloud Foundation", "Self-Service Portal", "Consumption Metering", "Capacity Planning"),
        "Application Migration": ("Migration Wave Planning", "Rehost Factory", "Database Replatforming", "Cut-over Support"),
        "Containers & Automation": ("Kubernetes Platform Build", "Pipeline Automation", "Infrastructure as Code", "Registry Hardening"),
    },
    "Network & Edge": {
        "Campus & Wireless": ("Wireless Site Survey", "Access Point Refresh", "Campus Core Renewal", "Guest Access"),
        "Network Security": ("Network Access Control", "Micro-segmentation", "Firewall Policy Review", "Zero Trust Roadmap"),
        "Edge Computing": ("Edge Site Blueprint", "Edge Fleet Rollout", "Industrial Gateway Integration", "Remote Site Resilience"),
    },
    "Storage & Data Protection": {
        "Storage Modernisation": ("Array Consolidation", "Data Migration", "Storage Tiering", "All-flash Transition"),
        "Backup & Recovery": ("Backup Architecture", "Recovery Rehearsal", "Immutable Backup Vault", "Archive Retirement"),
        "Business Continuity": ("Continuity Assessment", "Stretched Cluster", "Replication Design", "Disaster Recovery Run Book"),
    },
    "Compute & Platforms": {
        "Server Refresh": ("Server Health Check", "Server Generation Upgrade", "Blade Enclosure Retirement", "Firmware Baseline"),
        "Virtualisation": ("Hypervisor Upgrade", "Virtual Desktop Foundation", "Cluster Right-sizing", "Licence Optimisation"),
        "Mission-critical Platforms": ("In-memory Database Platform", "Cluster Failover Tuning", "Unix Exit", "Performance Diagnosis"),
    },
    "Data, AI & Analytics": {
        "Data Platforms": ("Data Lake Foundation", "Streaming Ingestion", "Data Catalogue", "Warehouse Offload"),
        "Artificial Intelligence": ("Model Operations", "AI Use Case Workshop", "Accelerator Cluster Build", "Vision Inspection Pilot"),
        "Insight & Reporting": ("Dashboard Factory", "Metrics Governance", "Self-service Reporting", "Forecasting Accelerator"),
    },
    "Security & Risk": {
        "Cyber Resilience": ("Ransomware Readiness", "Security Posture Review", "Incident Simulation", "Vulnerability Programme"),
        "Identity & Access": ("Privileged Access", "Single Sign-on Rollout", "Directory Consolidation", "Access Recertification"),
        "Compliance": ("Audit Preparation", "Policy Framework", "Data Privacy Assessment", "Supplier Risk Review"),
    },
    "Operational Services": {
        "Managed Operations": ("Proactive Monitoring", "Patch Management", "Service Desk Transition", "Operations Run Book"),
        "Service Management": ("Service Catalogue Design", "Configuration Database", "Process Maturity Review", "Change Management"),
        "Data Centre Facilities": ("Power and Cooling Audit", "Rack and Cabling", "Data Centre Relocation", "Energy Efficiency Review"),
        "Education": ("Administrator Training", "Adoption Coaching", "Certification Path", "Knowledge Transfer"),
    },
}  # fmt: skip
"""Practice → sub-practice → topics: 7 practices, 23 sub-practices. Projects, credits and the catalogue share them."""

SERVICE_FORMS = ("Assessment", "Design", "Implementation", "Health Check", "Managed Service", "Optimisation", "Support Extension")

BUSINESS_AREAS = {
    "Hybrid Cloud": "Cloud Services",
    "Network & Edge": "Networking Services",
    "Storage & Data Protection": "Storage Services",
    "Compute & Platforms": "Compute Services",
    "Data, AI & Analytics": "Data Services",
    "Security & Risk": "Security Services",
    "Operational Services": "Operational Services",
}

PRODUCT_LINES = {
    "Hybrid Cloud": "Private Cloud",
    "Network & Edge": "Wireless LAN",
    "Storage & Data Protection": "Storage Arrays",
    "Compute & Platforms": "Rack Servers",
    "Data, AI & Analytics": "Accelerated Computing",
    "Security & Risk": "Network Security",
    "Operational Services": "Services",
}


class Country(NamedTuple):
    """A country with its place in the sales geography."""

    code: str
    name: str
    region: str
    geo: str


COUNTRIES = {
    country.code: country
    for country in (
        Country("SG", "Singapore", "South-East Asia", "APJ"),
        Country("JP", "Japan", "Japan", "APJ"),
        Country("AU", "Australia", "South Pacific", "APJ"),
        Country("IN", "India", "India", "APJ"),
        Country("DK", "Denmark", "Nordics", "EMEA"),
        Country("CZ", "Czech Republic", "Central Europe", "EMEA"),
        Country("GB", "United Kingdom", "UK & Ireland", "EMEA"),
        Country("FR", "France", "Southern Europe", "EMEA"),
        Country("DE", "Germany", "DACH", "EMEA"),
        Country("NL", "Netherlands", "Benelux", "EMEA"),
        Country("US", "United States", "North America", "AMS"),
        Country("CA", "Canada", "North America", "AMS"),
        Country("MX", "Mexico", "Latin America", "AMS"),
        Country("BR", "Brazil", "Latin America", "AMS"),
    )
}

GIVEN_NAMES = (
    "Aiko", "Anders", "Beatriz", "Carlos", "Dagny", "Emil", "Farah", "Giulia", "Hiro", "Ingrid", "Jonas", "Kaori", "Lukas", "Maren", "Nadia",
    "Oscar", "Priya", "Quentin", "Rosa", "Stefan", "Tomas", "Ursula", "Viktor", "Wanda", "Yuki", "Zoe",
)  # fmt: skip
FAMILY_NAMES = (
    "Aldermoor", "Brindle", "Castelar", "Dovrek", "Eskelund", "Fenwright", "Gallowmere", "Hatsuyama", "Isarek", "Jorvand", "Kirasawa",
    "Lindqvale", "Morrowick", "Nakasora", "Ostvold", "Pellingham", "Quarrell", "Rosvang", "Sandrelli", "Tavistone", "Umbrecht", "Vandermoor",
    "Westerlyn", "Yarborne", "Zelenka",
)  # fmt: skip

SIZES = ("<$50k", "$50k-$500k", "$500k-$1M", "$1M - $5M", ">$5M", "-")
SIZE_WEIGHTS = (44, 34, 8, 5, 1, 8)
EXPIRY_BUCKETS = ("0-45", "46-90", "91-180", ">180")
NULL = "(null)"


def person(rng: random.Random) -> tuple[str, int]:
    """An invented person: name as "Family, Given", and an employee number that goes with the name."""
    given, family = rng.randrange(len(GIVEN_NAMES)), rng.randrange(len(FAMILY_NAMES))
    return f"{FAMILY_NAMES[family]}, {GIVEN_NAMES[given]}", 60_000_000 + given * 1000 + family


def topic(rng: random.Random, practice: str) -> str:
    """A topic of ``practice``."""
    groups = PRACTICES[practice]
    return rng.choice(groups[rng.choice(list(groups))])
