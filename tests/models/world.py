"""A planted world for models: accounts whose starts follow a known formula of dated features, and nothing else."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from tests.frames import MemorySnapshot, account, base, schema_of

from onelead.core.context import Context
from onelead.core.model_settings import PropensitySettings
from onelead.core.settings import Settings
from onelead.features import compute, documented_score
from onelead.models import ModelInput
from onelead.samples import write

if TYPE_CHECKING:
    from pathlib import Path

AS_OF = date(2024, 9, 4)
HORIZON = 180
WINDOWS = 6
SLOPES = {"driver_up": 1.4, "driver_down": -1.1, "driver_flag": 0.9}
INTERCEPT = -1.7


@dataclass
class World:
    """``data`` is what the model is given; ``chance(day)`` the true chance of each account, in the order of ``accounts``."""

    accounts: list[str]
    slopes: dict[str, float]
    seed: int
    asked: list[date] = field(default_factory=list)

    def __post_init__(self) -> None:
        rng = np.random.default_rng(self.seed)
        size = len(self.accounts)
        names = ["driver_up", "driver_down", *(f"noise_{number}" for number in range(5)), "gaps"]
        self._level = {name: rng.normal(size=size) for name in names}
        self._swing = {name: 0.6 * rng.normal(size=size) for name in names}
        self._phase = {name: rng.uniform(0, 6.28, size=size) for name in names}
        self._flag = rng.random(size) < 0.4
        self._gone = rng.random(size) < 0.3

    def features(self, day: date) -> pl.DataFrame:
        angle = day.toordinal() / 250
        columns = {name: self._level[name] + self._swing[name] * np.sin(angle + self._phase[name]) for name in self._level}
        columns["gaps"] = np.where(self._gone, np.nan, columns["gaps"])
        frame = pl.DataFrame({"account_id": self.accounts, **columns, "driver_flag": self._flag, "constant": 1, "words": "text"})
        return frame.with_columns(pl.col("gaps").fill_nan(None)).sample(fraction=1.0, shuffle=True, seed=day.toordinal())

    def history(self, day: date) -> pl.DataFrame:
        self.asked.append(day)
        return self.features(day)

    def chance(self, day: date) -> np.ndarray:
        frame = self.features(day).sort("account_id")
        margin = INTERCEPT + sum(slope * frame[name].cast(pl.Float64).to_numpy() for name, slope in self.slopes.items())
        return 1 / (1 + np.exp(-margin * np.ones(len(self.accounts))))

    def projects(self) -> pl.DataFrame:
        """Each account: a lost project before all windows; in each window a won start by its true chance; lost and excluded ones at random."""
        rng = np.random.default_rng(self.seed + 1)
        size = len(self.accounts)
        opening = AS_OF - timedelta(days=HORIZON * WINDOWS)
        parts = [self._rows(np.full(size, True), opening, -rng.integers(0, 90, size), "LOST")]
        for window in range(WINDOWS):
            start = opening + timedelta(days=HORIZON * window)
            won = rng.random(size) < self.chance(start)
            parts.append(self._rows(won, start, rng.integers(1, HORIZON + 1, size), "C" if window % 2 else "S"))
            parts += [self._rows(rng.random(size) < 0.1, start, rng.integers(1, HORIZON + 1, size), stage) for stage in ("NOBID", "X")]
        return pl.concat(parts).with_columns(pl.lit(value=False).alias("is_repeat"))

    def _rows(self, chosen: np.ndarray, start: date, days: np.ndarray, stage: str) -> pl.DataFrame:
        picked = np.flatnonzero(chosen)
        starts = [start + timedelta(days=int(days[place])) for place in picked]
        return pl.DataFrame(
            {"account_id": [self.accounts[place] for place in picked], "start_date": starts, "stage_status": [stage] * len(picked)},
            schema={"account_id": pl.String, "start_date": pl.Date, "stage_status": pl.String},
        )

    def data(self, **settings: object) -> ModelInput:
        return model_input(self.features(AS_OF), self.history, self.projects(), **settings)


def model_input(features: pl.DataFrame, history: object, projects: pl.DataFrame, **settings: object) -> ModelInput:
    documented = features.select("account_id", (pl.col("account_id").rank("dense") / pl.len()).alias("opportunity_propensity_score"))
    parts = documented.select(
        "account_id",
        pl.lit("urgency_score").alias("feature"),
        pl.lit(3.0).alias("value"),
        pl.col("opportunity_propensity_score").alias("contribution"),
        pl.lit(None, dtype=pl.String).alias("note"),
    )
    return ModelInput(
        context=Context(AS_OF, Settings(propensity=PropensitySettings(**settings))),  # type: ignore[arg-type]
        base_id="base-1",
        features=features,
        history=history,  # type: ignore[arg-type]
        projects=projects,
        opportunities=NO_OPPORTUNITIES,
        recorded=NOTHING_RECORDED,
        documented=documented,
        documented_parts=parts,
    )


NO_OPPORTUNITIES = pl.DataFrame(schema={"account_id": pl.String, "created_date": pl.Date, "is_won": pl.Boolean, "is_repeat": pl.Boolean})
NOTHING_RECORDED = pl.DataFrame(schema={"account_id": pl.String, "as_of": pl.Date, "positive": pl.Boolean})
NO_PROJECTS = pl.DataFrame(schema={"account_id": pl.String, "start_date": pl.Date, "stage_status": pl.String, "is_repeat": pl.Boolean})


def world(size: int = 400, *, seed: int = 7, signal: bool = True) -> World:
    return World([f"{number:05d}" for number in range(10_000, 10_000 + size)], dict(SLOPES) if signal else {}, seed)


def documented_features(size: int, *, seed: int = 3) -> pl.DataFrame:
    """Features with the names that the rule labels use, some missing."""
    rng = np.random.default_rng(seed)
    frame = pl.DataFrame(
        {
            "account_id": [f"{number:05d}" for number in range(50_000, 50_000 + size)],
            "urgency_score": rng.integers(1, 5, size),
            "eol_urgency_score": rng.integers(1, 4, size),
            "total_products": rng.integers(0, 400, size),
            "has_active_opportunities": rng.random(size) < 0.3,
            "platform_diversity": rng.integers(1, 6, size),
            "project_success_rate": rng.random(size),
        }
    )
    gone = pl.Series(rng.random(size) < 0.25)
    return frame.with_columns(pl.when(gone).then(None).otherwise("project_success_rate").alias("project_success_rate"))


def rules_input(size: int, **settings: object) -> ModelInput:
    features = documented_features(size)
    return model_input(features, lambda _day: features, NO_PROJECTS, **settings)


@dataclass(frozen=True)
class Sampled:
    """The outcomes sample as a model gets it, features computed by OneLead itself; ``chance`` is each account's true one today."""

    data: ModelInput
    chance: dict[str, float]


def sampled(out: Path, *, renewed: bool = False, options: dict[str, object] | None = None, **settings: object) -> Sampled:
    """The sample written to ``out``. With ``renewed``, the support of each product starts at its account's last won start instead."""
    written = write("outcomes", out, **(options or {}))  # type: ignore[arg-type]
    raw = {file.stem: pl.read_parquet(file) for file in written.files}
    tables = {name: _stored(name, frame) for name, frame in raw.items()}
    if renewed:
        won = tables["projects"].filter(pl.col("stage_status").is_in(["C", "S", "OC", "I", "DP"]))
        last = won.group_by("account_id").agg(pl.col("start_date").max().alias("last"))
        assets = tables["assets"].join(last, on="account_id", how="left", maintain_order="left")
        tables["assets"] = assets.with_columns(pl.coalesce("last", "support_start_date").alias("support_start_date")).drop("last")
    truth = json.loads(written.truth.read_text(encoding="utf-8"))
    names = [str(entry["account_id"]) for entry in truth["accounts"]]
    snapshot = MemorySnapshot({**base(accounts=[account(name) for name in names]), **tables})
    context = Context(AS_OF, Settings(propensity=PropensitySettings(**settings)))  # type: ignore[arg-type]
    features = compute(snapshot, context)
    data = ModelInput(
        context=context,
        base_id="base-1",
        features=features,
        history=lambda day: compute(snapshot, Context(day, context.settings), dated_only=True),
        projects=tables["projects"],
        opportunities=tables["opportunities"],
        recorded=NOTHING_RECORDED,
        documented=documented_score(features)[0],
    )
    return Sampled(data, {name: entry["probability"][-1] for name, entry in zip(names, truth["accounts"], strict=True)})


def _stored(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    """``frame`` as the base stores it; the territory is the account."""
    schema = schema_of(name)
    owner = pl.col("territory_id").cast(pl.String) if "territory_id" in frame.columns else pl.lit(None, pl.String)
    known = frame.with_columns(owner.alias("account_id"), pl.lit(value=False).alias("is_repeat"))
    missing = [pl.lit(None, kind).alias(column) for column, kind in schema.items() if column not in known.columns]
    return known.with_columns(missing).select(schema.names()).cast(dict(schema))  # type: ignore[arg-type]
