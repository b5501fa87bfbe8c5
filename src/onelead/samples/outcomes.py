"""Project histories with planted drivers: the chance of a won start is known, so that models can be checked against it."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from onelead.samples._base import Option, OptionValue, Sample, Written, is_directory, write_truth
from onelead.samples._canonical import frame, write_tables
from onelead.samples._companies import Company, companies
from onelead.samples._histories import AS_OF, STAGE_WORDS, Profile, project_cells
from onelead.samples._installed import asset_cells
from onelead.samples._layouts import DATA_EXPORT, ST_ID, ST_ID_SHEETS
from onelead.samples._sheets import catalogue
from onelead.samples._vocabulary import COUNTRIES, EXPIRY_BUCKETS, PRACTICES, topic
from onelead.samples._workbook import Sheet, write_workbook

if TYPE_CHECKING:
    from pathlib import Path

    from onelead.samples._workbook import Cell

Cells = dict[str, "Cell"]

HORIZON = 180
WINDOWS = 12
GRID = tuple(AS_OF - timedelta(days=HORIZON * number) for number in range(WINDOWS, -1, -1))
"""The as-of dates for which the true chance is known: every 180 days, the last one being the sample's own as-of date.

As many windows as a model learns from by default, so that none of its dates lies before the planted law holds.
"""

INTERCEPT = -5.0
DRIVERS = {
    "recency": (1.5, "exp(-days since the last project start / 365): the shorter ago, the likelier"),
    "frequency": (0.35, "ln(1 + projects started in the last 730 days): the more, the likelier"),
    "success_rate": (2.4, "share of success among the projects ended by then, (success + 1) / (resolved + 2): the higher, the likelier"),
    "practice_diversity": (0.2, "practices of the projects started by then, up to 5: the more, the likelier"),
    "project_length": (1.8, "mean length of the projects ended by then, in units of 200 days, up to 1: the longer, the likelier"),
}
"""Driver → weight in the log-odds and meaning. All signs are positive; each is known on the as-of date.

None is about products: an export does not say when an account got them, so on a past date nobody could have known.
"""
NOISE = 0.3
"""Standard deviation of what an account adds to its log-odds for reasons that no column shows."""
RANDOM_CHANCE = 0.09
"""The chance of everybody in every window, where there is no signal."""


@dataclass
class Start:
    """A project as the simulation knows it."""

    start: date
    end: date
    stage: str
    practice: str


@dataclass
class Life:
    """An account with its assets, history and chances on the grid."""

    company: Company
    territory: int
    customer_id: int
    noise: float
    loss_rate: float
    practices: tuple[str, ...]
    usual_days: float
    """Median length of the account's projects: a trait that it keeps."""
    starts: list[Start] = field(default_factory=list)
    chances: list[float] = field(default_factory=list)
    won: list[bool] = field(default_factory=list)


def drivers(life: Life, day: date) -> dict[str, float]:
    """The value of each driver on ``day``, from what was known then."""
    past = [entry for entry in life.starts if entry.start <= day]
    ended = [entry for entry in past if entry.end <= day and entry.stage in {"C", "LOST", "NOBID"}]
    lengths = [(entry.end - entry.start).days for entry in ended]
    last = max((entry.start for entry in past), default=day - timedelta(days=3650))
    return {
        "recency": math.exp(-(day - last).days / 365),
        "frequency": math.log1p(sum((day - entry.start).days <= 730 for entry in past)),  # noqa: PLR2004 - two years
        "success_rate": (sum(entry.stage == "C" for entry in ended) + 1) / (len(ended) + 2),
        "practice_diversity": min(5, len({entry.practice for entry in past})),
        "project_length": min(1.0, sum(lengths) / len(lengths) / 200) if lengths else 0.0,
    }


def chance(life: Life, day: date) -> float:
    """True chance that the account starts a won project in the 180 days after ``day``."""
    values = drivers(life, day)
    odds = INTERCEPT + life.noise + sum(DRIVERS[name][0] * value for name, value in values.items())
    return 1 / (1 + math.exp(-odds))


def _write(out: Path, *, seed: int, scale: int, **options: OptionValue) -> Written:
    rng = random.Random(f"outcomes {seed}")
    accounts, no_signal = int(options["accounts"]) * scale, bool(options["no_signal"])
    tables: dict[str, list[Cells]] = {name: [] for name in ("assets", "opportunities", "projects", "services", "service_credits")}
    tables["services"] = [dict(zip(("Practice", "Sub-Practice", "Services"), entry, strict=True)) for entry in catalogue()]
    lives = _lives(rng, accounts, tables)
    for life in lives:
        _simulate(rng, life, no_signal=no_signal)
        _add_rows(rng, life, tables)
    if is_directory(out):
        files = write_tables(out, {table: frame(table, rows) for table, rows in tables.items()})
    else:
        files = [out]
        _write_sheets(out, tables)
    truth = {
        "sample": "outcomes",
        "seed": seed,
        "scale": scale,
        "as_of": AS_OF.isoformat(),
        "horizon_days": HORIZON,
        "no_signal": no_signal,
        "intercept": INTERCEPT,
        "noise": NOISE,
        "drivers": {} if no_signal else {name: {"weight": weight, "sign": 1, "doc": doc} for name, (weight, doc) in DRIVERS.items()},
        "grid": [day.isoformat() for day in GRID],
        "accounts": [_truth_of(life) for life in lives],
    }
    return Written(files, write_truth(out, truth))


def _truth_of(life: Life) -> dict[str, object]:
    """``probability`` has a value for each day of the grid, ``won`` for each but the last, whose future nobody knows."""
    return {
        "account_id": str(life.territory),
        "name": life.company.name,
        "probability": [round(value, 5) for value in life.chances],
        "won": life.won,
    }


def _lives(rng: random.Random, count: int, tables: dict[str, list[Cells]]) -> list[Life]:
    found = [company for company in companies(rng, 2 * count) if company.family is None and not company.native][:count]
    digits = 10 ** max(5, len(str(count)) + 1)
    territories = rng.sample(range(digits // 10, digits), len(found))
    lives = []
    for number, (company, territory) in enumerate(zip(found, territories, strict=True)):
        assets = [asset_cells(rng, territory, newest=2019) for _ in range(rng.choice((0, 2, 4, 6, 9, 14)))]
        tables["assets"].extend(assets)
        practices = tuple(rng.sample(list(PRACTICES), rng.randint(1, len(PRACTICES))))
        lives.append(
            Life(
                company,
                territory,
                400_000_000 + number,
                rng.gauss(0, NOISE),
                rng.uniform(0.05, 0.5),
                practices,
                math.exp(rng.uniform(3, 5.2)),
            )
        )
    return lives


def _simulate(rng: random.Random, life: Life, *, no_signal: bool) -> None:
    """Deal the history: some early projects, then window by window what the chance of that day says."""
    early = rng.choice((1, 1, 2, 3, 5))
    fortunate = rng.random() < 0.5  # noqa: PLR2004 - half of the accounts begin with bids that were all lost
    for _ in range(early):
        won = fortunate and rng.random() < 0.8  # noqa: PLR2004
        life.starts.append(_start(rng, life, GRID[0] - timedelta(days=900), 890, won=won))
    for number, day in enumerate(GRID):
        life.chances.append(RANDOM_CHANCE if no_signal else chance(life, day))
        if number == len(GRID) - 1:
            break
        won = rng.random() < life.chances[-1]
        life.won.append(won)
        batch = [True] * (rng.choice((1, 1, 1, 2, 3)) if won else 0) + [False] * (rng.random() < life.loss_rate)
        life.starts.extend(_start(rng, life, day, HORIZON, won=each) for each in batch)


def _start(rng: random.Random, life: Life, after: date, span: int, *, won: bool) -> Start:
    start = after + timedelta(days=rng.randint(1, span))
    end = start + timedelta(days=int(min(500, max(10, rng.lognormvariate(math.log(life.usual_days), 0.4)))))
    running = end > AS_OF
    stage = rng.choice(("I", "OC", "S", "DP")) if won and running else "C" if won else rng.choices(("LOST", "NOBID"), (3, 1))[0]
    return Start(start, end, stage, rng.choice(life.practices))


def _add_rows(rng: random.Random, life: Life, tables: dict[str, list[Cells]]) -> None:
    country = life.company.country if life.company.country in COUNTRIES else "DE"
    for entry in sorted(life.starts, key=lambda one: one.start):
        profile = Profile((entry.practice,), (country,), 0.7, entry.start, entry.start, "Unspecified")
        cells = project_cells(rng, profile, 0)
        cells |= {
            "Project": f"PJ-{len(tables['projects']):07d}", "PRJ End Date": entry.end, "PRJ Days": (entry.end - entry.start).days,
            "PRJ Stage Status": entry.stage, "PRJ Status Description": STAGE_WORDS[entry.stage], "PRJ Customer": life.company.name.upper(),
            "PRJ Customer ID": life.customer_id, "Account ST Name": life.company.name, ST_ID: life.territory,
            "PRJ System Status": "TECO" if entry.stage in {"C", "LOST", "NOBID"} else "REL",
        }  # fmt: skip
        tables["projects"].append(cells)
    for _ in range(rng.choice((0, 1, 1, 2))):  # lists without a date: they tell nothing about the future
        tables["opportunities"].append(
            {
                "HPE Opportunity ID": f"OPE-{len(tables['opportunities']):010d}", "Opportunity NAme": topic(rng, rng.choice(life.practices)),
                "Account ST ID": life.territory, "Account Name": life.company.name, "Product Line": "Services",
            }
        )  # fmt: skip
    if rng.random() < 0.4:  # noqa: PLR2004 - share of accounts that bought credits
        bought, used = rng.randrange(5, 60), rng.random()
        converted = int(bought * used)
        tables["service_credits"].append(
            {
                "ProjectID": 7_000_000 + len(tables["service_credits"]), "ProjectName": "Credits", "PracticeName": rng.choice(life.practices),
                "PurchasedCredits": bought, "ConvertedCredits": converted, "DeliveredCredits": converted, "ConvertedNotDeliveredCredits": 0,
                "ActiveCredits": bought - converted, "ExpiryInDays": rng.choice(EXPIRY_BUCKETS), "ContractEndDate": date(2025, 6, 30),
                ST_ID: life.territory,
            }
        )  # fmt: skip


def _write_sheets(out: Path, tables: dict[str, list[Cells]]) -> None:
    sheets = []
    for (name, headers), table in zip(
        DATA_EXPORT.items(), ("assets", "opportunities", "projects", "services", "service_credits"), strict=True
    ):
        header = (*headers, ST_ID) if name in ST_ID_SHEETS else headers
        sheets.append(Sheet(name, header, [[row.get(column) for column in header] for row in tables[table]]))
    write_workbook(out, sheets)


SAMPLE = Sample(
    id="outcomes",
    label="Histories with planted drivers",
    doc="Several years of linked project histories whose won starts follow documented drivers, with the true chance by account and date.",
    write=_write,
    options={
        "accounts": Option(default=400, doc="How many accounts.", minimum=1),
        "no_signal": Option(default=False, doc="Make outcomes random, so that a model has nothing to find."),
    },
    directory=True,
)
