"""Companies whose id the source gives: they join by that id and nothing else, and belong to groups by the ids of their parents.

All of it is done a column at a time, so that half a million companies cost seconds: names are compared only for rows without an id.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from onelead.identity._mentions import COMBINATION, FACTS, cleaned
from onelead.tables.accounts import TABLE as ACCOUNTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from onelead.identity._types import Decision

SALES = ("contacts", "contracts", "invoices", "transactions", "payments", "activities", "opportunity_history")
"""Tables of the sales model whose customer ids are those of companies, in the order in which accounts reach them."""
_STEPS = 20
"""Most levels of a group that are followed."""
KEPT = ("industry", "country", "region", "size_class", "employees", "annual_revenue", "currency", "segment", "owner_id", "owner_name", "created_date", "churned_date", "is_churned")  # fmt: skip
_PLAIN = r"[^\p{L}\p{N}]+"


@dataclass(frozen=True)
class Companies:
    """One row a company: customer_id, parent, territory, name, plain (the name without case and punctuation) and the columns of an account."""

    frame: pl.DataFrame

    @classmethod
    def of(cls, tables: Mapping[str, pl.DataFrame]) -> Companies:
        """The companies of the table of that name, and customer ids that only tables of the sales model hold."""
        account = ACCOUNTS.contract.create_empty().schema
        texts = dict.fromkeys(("customer_id", "parent", "territory", "name"), pl.String())
        listed = pl.DataFrame(schema=texts | {name: account[name] for name in KEPT})
        if "companies" in tables:
            columns = {"parent": "parent_customer_id", "territory": "territory_id", "name": "account_name"}
            named = tables["companies"].select(
                cleaned("customer_id").alias("customer_id"), *(cleaned(column).alias(name) for name, column in columns.items()), *KEPT
            )
            listed = named.filter(pl.col("customer_id").is_not_null()).unique("customer_id", keep="first", maintain_order=True)
        others = [tables[name].select(customer_id=cleaned("customer_id")).unique() for name in SALES if name in tables]
        known = [tables[name].select(customer_id=cleaned("customer_id")).unique() for name in FACTS if name in tables]
        more = pl.concat([frame.drop_nulls() for frame in others]).unique() if others else pl.DataFrame(schema={"customer_id": pl.String})
        for frame in [listed.select("customer_id"), *known]:
            more = more.join(frame, on="customer_id", how="anti")
        frame = pl.concat([listed, more.sort("customer_id")], how="diagonal")
        return cls(frame.with_columns(_plain("name").alias("plain")))

    def pick(self, rows: Mapping[str, pl.DataFrame]) -> tuple[dict[str, pl.DataFrame], dict[str, pl.Series]]:
        """The frames of ``with_keys`` without what belongs to companies, and the company of each of their rows (null: none)."""
        if self.frame.is_empty():
            return dict(rows), {}
        left: dict[str, pl.DataFrame] = {}
        taken: dict[str, pl.Series] = {}
        for table, frame in rows.items():
            known = frame.select("customer").join(
                self.frame.select("customer_id", found="customer_id"),
                left_on="customer",
                right_on="customer_id",
                how="left",
                maintain_order="left",
            )["found"]
            nameless = pl.all_horizontal(pl.col(name).is_null() for name in ("customer", "territory", "via"))
            named = frame.select(name=pl.when(nameless).then(pl.coalesce("name", "title")))
            company = known.fill_null(self.by_name(named["name"])).alias("company")
            taken[table] = company
            emptied = [pl.when(pl.lit(company).is_null()).then(pl.col(name)).alias(name) for name in COMBINATION]
            left[table] = frame.with_columns(emptied)
        return left, taken

    def by_name(self, names: pl.Series) -> pl.Series:
        """The company that bears a name, as only one does."""
        if names.null_count() == len(names):
            return names.alias("found")
        one = self.frame.filter(pl.len().over("plain") == 1).select("plain", found="customer_id").drop_nulls()
        asked = pl.DataFrame({"name": names}).select(_plain("name").alias("plain"))
        return asked.join(one, on="plain", how="left", maintain_order="left")["found"]

    def among(self, values: Iterable[str]) -> frozenset[str]:
        """Those of ``values`` that are ids of companies."""
        asked = pl.DataFrame({"customer_id": sorted(values)}, schema={"customer_id": pl.String})
        return frozenset(asked.join(self.frame, on="customer_id", how="semi")["customer_id"].to_list())

    def placed(
        self, decisions: Sequence[Decision], homes: Mapping[tuple[str, str], str], known: pl.DataFrame, taken: Iterable[str]
    ) -> pl.DataFrame:
        """customer_id, own (its account id), account_id (of the top of its group), named_account_id, beside the columns of ``frame``.

        ``homes`` gives the accounts of territories, customers and names outside (by kind and value), ``known`` the ids of earlier loads,
        ``taken`` the ids of the accounts outside. A company lies below the account of its territory where rows of their own make that an
        account, and below the one that its id meant before it was listed as a company.
        """
        same, inside = _decided(decisions, homes, set(self.frame["customer_id"].to_list()) if decisions else set())
        frame = self.frame.with_columns(pl.col("customer_id").replace(same).alias("head"), pl.col("parent").replace(same).alias("parent"))
        before = (
            known.filter(pl.col("kind") == "customer_id")
            .select(customer_id="value", before="account_id")
            .unique("customer_id", keep="first")
        )
        frame = frame.join(before, on="customer_id", how="left", maintain_order="left")
        outside = pl.Series("outside", sorted(set(taken)), dtype=pl.String)
        places = {value: account for (kind, value), account in homes.items() if kind == "territory_id"}
        home = pl.coalesce(
            pl.col("customer_id").replace_strict(inside, default=None, return_dtype=pl.String),
            pl.when(pl.col("before").is_in(outside.implode())).then("before"),
            pl.col("territory").replace_strict(places, default=None, return_dtype=pl.String),
        )
        frame = frame.with_columns(home.alias("home"))
        return _tree(_own_ids(frame, outside, known))


def _plain(column: str) -> pl.Expr:
    text = pl.col(column).str.to_lowercase().str.replace_all(_PLAIN, "")
    return pl.when(text != "").then(text)


def _own_ids(frame: pl.DataFrame, outside: pl.Series, known: pl.DataFrame) -> pl.DataFrame:
    """``frame`` with ``own``: the id known from before, else the company's own, numbered where somebody else has it."""
    free = pl.col("before").is_not_null() & ~pl.col("before").is_in(outside.implode())
    first = (pl.col("before") != pl.col("customer_id")).fill_null(value=True)
    owner = pl.col("customer_id").sort_by(first, maintain_order=True).first().over("before") == pl.col("customer_id")
    held = pl.when(free & owner).then(pl.col("before"))
    frame = frame.with_columns(held.alias("held"))
    others = known.filter(~((pl.col("kind") == "customer_id") & (pl.col("value") == pl.col("account_id"))))["account_id"]
    used = pl.concat([outside, others, frame["held"].drop_nulls()]).unique()
    clash = pl.col("held").is_null() & pl.col("customer_id").is_in(used.implode())
    numbered: dict[str, str] = {}
    for customer in frame.filter(clash)["customer_id"].to_list():
        everything = {*used.to_list(), *numbered.values()}
        count = 2
        while f"{customer}-{count}" in everything:
            count += 1
        numbered[customer] = f"{customer}-{count}"
    own = pl.coalesce("held", pl.col("customer_id").replace_strict(numbered, default=None, return_dtype=pl.String), "customer_id")
    return frame.with_columns(own.alias("own"))


def _tree(frame: pl.DataFrame) -> pl.DataFrame:
    """``frame`` with the account at the top of each company's group, and the named account below it."""
    ids = frame.select("customer_id", "head")
    up = frame.select("customer_id", up=pl.when(pl.col("head") != pl.col("customer_id")).then("head").otherwise("parent"))
    up = up.join(ids.select(up="customer_id"), on="up", how="semi").filter(pl.col("up") != pl.col("customer_id"))
    tops = ids.select("customer_id", top="customer_id")
    step = up
    for _ in range(_STEPS):  # a ring of parents never ends: its members stay their own tops
        moved = tops.join(step, left_on="top", right_on="customer_id", how="left", maintain_order="left")
        if moved["up"].null_count() == moved.height:
            break
        tops = moved.select("customer_id", top=pl.coalesce("up", "top"))
    rings = tops.join(up.select(top="customer_id"), on="top", how="semi")["customer_id"]
    tops = tops.with_columns(top=pl.when(pl.col("customer_id").is_in(rings.implode())).then("customer_id").otherwise("top"))
    joined = frame.join(tops, on="customer_id", how="left", maintain_order="left")
    own = frame.select(pl.col("customer_id").alias("key"), pl.col("own").alias("key_own"), pl.col("home").alias("key_home"))
    joined = joined.join(own, left_on="top", right_on="key", how="left", maintain_order="left")
    joined = joined.join(own.select("key", head_own="key_own"), left_on="head", right_on="key", how="left", maintain_order="left")
    account = pl.coalesce("key_home", "key_own")
    stands = pl.coalesce("head_own", "own")
    return joined.with_columns(
        account.alias("account_id"), stands.alias("own"), pl.when(stands != account).then(stands).alias("named_account_id")
    )


def _decided(decisions: Sequence[Decision], homes: Mapping[tuple[str, str], str], ids: set[str]) -> tuple[dict[str, str], dict[str, str]]:
    """What people said: company → the company that it is the same as, and company → the account outside that it lies below."""
    pairs: dict[frozenset[str], None] = {}
    inside: dict[str, str] = {}
    for each in decisions:
        sides = [(each.kind, each.value), (each.other_kind or "", each.other_value or "")]
        mine = [value for kind, value in sides if kind in {"customer_id", "account_id"} and value in ids]
        if each.decision == "split":
            pairs = {pair: None for pair in pairs if not pair & set(mine)}
            inside = {company: account for company, account in inside.items() if company not in mine}
        elif len(mine) == len(sides):
            pairs.pop(frozenset(mine), None)
            if each.decision == "same" and mine[0] != mine[1]:
                pairs[frozenset(mine)] = None
        elif mine:
            other = next(side for side in sides if side[1] not in mine)
            account = homes.get(other) or (other[1] if other[0] == "account_id" and other[1] in set(homes.values()) else None)
            if each.decision == "same" and account:
                inside[mine[0]] = account
            elif inside.get(mine[0]) == account:
                inside.pop(mine[0], None)
    return _heads(pairs), inside


def _heads(pairs: Iterable[frozenset[str]]) -> dict[str, str]:
    """Each member of a group → its smallest."""
    head: dict[str, str] = {}
    for pair in pairs:
        one, other = (head.get(value, value) for value in sorted(pair))
        low, high = min(one, other), max(one, other)
        head |= {value: low for value, now in head.items() if now == high} | {high: low}
    return {value: low for value, low in head.items() if value != low}
