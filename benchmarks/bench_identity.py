"""How well customers are linked, on planted truth, beside plain matching of names.

Every raw territory id, customer id and name of the sample means one company in truth. Precision and recall are over pairs of them: a
pair is linked when both end in the same account at the top level. ``recall_with_review`` counts a pair as found as well when the two accounts
wait for a person as a pair on the review list. A name that two companies bear in truth is left out: no answer would be right.

Both baselines get the same rows, shared keys included (rows that carry two ids link them): "exact" joins equal names, letter by letter,
"fuzzy" joins names whose rapidfuzz ``token_sort_ratio`` (case folded) is 90 or more, all pairs. The seed was never used in development.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from benchmarks._harness import Record
from onelead.core.settings import IdentitySettings
from onelead.identity import Directory, resolve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

SEED = 1001
SIZES = (200, 2000)
COMMAND = "python -m benchmarks identity"
TARGETS = {"precision": ">= 0.995", "recall": None, "recall_with_review": ">= 0.90", "f1": None}
TABLES = ("assets", "opportunities", "projects", "service_credits")

Item = tuple[str, str]


@dataclass(frozen=True)
class Scores:
    """Pairwise quality of one linking."""

    precision: float
    recall: float
    recall_with_review: float

    @property
    def f1(self) -> float:
        return 2 * self.precision * self.recall / (self.precision + self.recall)


def sample(folder: Path, accounts: int, seed: int) -> tuple[dict[str, pl.DataFrame], dict[Item, int]]:
    """Tables and truth (item → company) of the identity sample."""
    from onelead.samples.identity import SAMPLE

    written = SAMPLE.write(folder / f"identity-{accounts}-{seed}", seed=seed, scale=1, accounts=accounts)
    tables = {file.stem: pl.read_parquet(file) for file in written.files}
    means: dict[Item, set[int]] = {}
    for company in json.loads(written.truth.read_text(encoding="utf-8"))["companies"]:
        items = [("customer_id", value) for value in company["customer_ids"]]
        items += [("name", value) for value in {*company["names"], *company["named_accounts"]}]
        if company["territory_id"]:
            items.append(("territory_id", company["territory_id"]))
        for item in items:
            means.setdefault(item, set()).add(company["company"])
    return tables, {item: next(iter(companies)) for item, companies in means.items() if len(companies) == 1}


def _pairs(counts: Iterable[int]) -> int:
    return sum(count * (count - 1) // 2 for count in counts)


def score(linked: Mapping[Item, str], truth: Mapping[Item, int], proposed: Iterable[tuple[str, str]] = ()) -> Scores:
    """Pairwise scores of ``linked`` (item → account); ``proposed`` are pairs of accounts on the review list."""
    items = [item for item in truth if item in linked]
    both = Counter((linked[item], truth[item]) for item in items)
    right = _pairs(both.values())
    made = _pairs(Counter(linked[item] for item in items).values())
    wanted = _pairs(Counter(truth.values()).values())
    by_account: dict[str, list[tuple[int, int]]] = {}
    for (account, company), count in both.items():
        by_account.setdefault(account, []).append((company, count))
    reviewed = 0
    for one, other in {tuple(sorted(pair)) for pair in proposed if pair[0] != pair[1]}:
        other_counts = dict(by_account.get(other, []))
        reviewed += sum(count * other_counts.get(company, 0) for company, count in by_account.get(one, []))
    return Scores(right / made if made else 1.0, right / wanted, (right + reviewed) / wanted)


def ours(tables: Mapping[str, pl.DataFrame]) -> tuple[dict[Item, str], list[tuple[str, str]]]:
    """OneLead's links, and its review list, by accounts of the top level."""
    resolution = resolve(tables, Directory(), IdentitySettings())
    top = dict(resolution.accounts.select("account_id", pl.coalesce("parent_id", "account_id").alias("top")).iter_rows())
    means = (pl.col("status") != "review") | (pl.col("method") == "own")
    settled = resolution.links.filter(means & pl.col("candidate_id").is_null() & (pl.col("kind") != "account_id"))
    linked = {(kind, value): top[account] for kind, value, account in settled.select("kind", "value", "account_id").iter_rows()}
    waiting = resolution.links.filter((pl.col("status") == "review") & pl.col("candidate_id").is_not_null())
    return linked, [(top[one], top[other]) for one, other in waiting.select("account_id", "candidate_id").iter_rows()]


def _joined(tables: Mapping[str, pl.DataFrame], same_names: Callable[[list[str]], Iterable[tuple[str, str]]]) -> dict[Item, str]:
    """Union of everything that shares a row, and of the pairs of names that ``same_names`` finds."""
    parent: dict[Item, Item] = {}

    def find(item: Item) -> Item:
        while parent.setdefault(item, item) != item:
            item = parent[item]
        return item

    deals = tables["opportunities"].select("opportunity_id", via="territory_id").drop_nulls().unique("opportunity_id", keep="none")
    frames = [tables[table].select("territory_id", "customer_id", "account_name").with_columns(via=None) for table in TABLES]
    frames[2] = tables["projects"].join(deals, on="opportunity_id", how="left").select("territory_id", "customer_id", "account_name", "via")
    names: set[str] = set()
    for frame in frames:
        for territory, customer, name, via in frame.unique().iter_rows():
            items = [("territory_id", each) for each in (territory, via) if each]
            items += [("customer_id", customer)] if customer else []
            items += [("name", name)] if name else []
            names |= {name} if name else set()
            for item in items:
                find(item)
            for one, other in pairwise(items):
                parent[find(one)] = find(other)
    for one, other in same_names(sorted(names)):
        parent[find(("name", one))] = find(("name", other))
    return {item: repr(find(item)) for item in list(parent)}


def exact(tables: Mapping[str, pl.DataFrame]) -> dict[Item, str]:
    """Shared keys and names that are equal letter by letter."""
    return _joined(tables, lambda _: ())


def fuzzy(tables: Mapping[str, pl.DataFrame]) -> dict[Item, str]:
    """Shared keys and names whose token_sort_ratio is 90 or more."""
    from rapidfuzz import fuzz, process, utils

    def alike(names: list[str]) -> Iterable[tuple[str, str]]:
        matrix = process.cdist(names, names, scorer=fuzz.token_sort_ratio, processor=utils.default_process, score_cutoff=90, workers=1)
        return ((names[one], names[other]) for one, other in zip(*matrix.nonzero(), strict=True) if one < other)

    return _joined(tables, alike)


def _record(record_id: str, measure: str, value: float, baseline: str | None, other: float | None) -> Record:
    return Record(
        id=record_id,
        value=round(value, 4),
        unit="ratio",
        baseline=baseline,
        baseline_value=None if other is None else round(other, 4),
        ratio=round(value / other, 4) if other else None,
        target=TARGETS[measure],
        spread=None,
        command=COMMAND,
    )


def records() -> list[Record]:
    """Precision, recall, recall with the review list and F1 at both sizes, beside both baselines."""
    found: list[Record] = []
    with tempfile.TemporaryDirectory() as folder:
        for accounts in SIZES:
            tables, truth = sample(Path(folder), accounts, SEED)
            begun = time.perf_counter()
            linked, proposed = ours(tables)
            seconds = time.perf_counter() - begun
            mine = score(linked, truth, proposed)
            others = {"exact": score(exact(tables), truth), "fuzzy": score(fuzzy(tables), truth)}
            for measure in TARGETS:
                name = "token_sort_ratio >= 90 and shared keys"
                found.append(
                    _record(f"identity.{accounts}.{measure}", measure, getattr(mine, measure), name, getattr(others["fuzzy"], measure))
                )
                name = "equal names and shared keys"
                record_id = f"identity.{accounts}.exact.{measure}"
                found.append(_record(record_id, measure, getattr(mine, measure), name, getattr(others["exact"], measure)))
            found.append(Record(f"identity.{accounts}.seconds", round(seconds, 3), "s", None, None, None, None, None, COMMAND))
    return found
