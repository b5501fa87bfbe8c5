"""Every fact row gets its account: by territory, else by a shared key, else by customer id, else by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from onelead.identity._mentions import COMBINATION
from onelead.identity._types import Node, customer, named, territory

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from onelead.identity._accounts import Account, Chart
    from onelead.identity._book import Book

Assigned = tuple[str | None, str | None]
ASSIGNED = ("account_id", "named_account_id")


class Assigner:
    """Looks up the account and the named account of a combination."""

    def __init__(self, book: Book, chart: Chart) -> None:
        self._book = book
        self._chart = chart

    def of(self, where: str | None, via: str | None, who: str | None, name: str | None, title: str | None) -> Assigned:
        """(account_id, named_account_id) of a row; nulls where nothing names a customer."""
        reached = where or via
        if reached and not (who and self._parted(customer(who), territory(reached))):
            account = self._chart.by_place[reached]
            return account.account_id, self._child(account, reached, who, name)
        if who:
            return self._company(customer(who))
        key = self._book.spelling.key_of.get(name or title or "")
        node = named(key) if key else None
        return self._company(node) if node and node in self._book.companies else (None, None)

    def _parted(self, node: Node, place: Node) -> bool:
        book = self._book
        return node in book.isolated or (node in book.tops and book.tops.apart(node, place))

    def _company(self, node: Node) -> Assigned:
        root = self._book.companies.find(node)
        account = self._chart.by_company[root]
        return account.account_id, account.children.get(root)

    def _child(self, account: Account, place: str, who: str | None, name: str | None) -> str | None:
        if not account.children:
            return None
        nodes = [named(self._book.spelling.key_of.get(name, ""), place)] if name else []
        nodes += [customer(who)] if who else []
        for node in nodes:
            if node in self._book.companies:
                child = account.children.get(self._book.companies.find(node))
                if child:
                    return child
        return None


def assigned_combinations(book: Book, made: Chart) -> dict[str, pl.DataFrame]:
    """The combinations of every table with account_id and named_account_id."""
    assigner = Assigner(book, made)
    found: dict[str, pl.DataFrame] = {}
    for table, frame in book.mentions.combinations.items():
        pairs = [assigner.of(*row) for row in frame.select(COMBINATION).iter_rows()]
        columns = {"account_id": [pair[0] for pair in pairs], "named_account_id": [pair[1] for pair in pairs]}
        found[table] = frame.with_columns(pl.Series(name, values, dtype=pl.String) for name, values in columns.items())
    return found


def customers(book: Book, made: Chart) -> pl.DataFrame:
    """(customer_id, account_id, named_account_id) of every customer id of the book."""
    assigner = Assigner(book, made)
    rows = [(value, *assigner.of(None, None, value, None, None)) for value in sorted(book.mentions.customers)]
    return pl.DataFrame(rows, schema=dict.fromkeys(("customer_id", *ASSIGNED), pl.String), orient="row")


def names(book: Book, made: Chart, raws: Iterable[str]) -> pl.DataFrame:
    """(name, account_id, named_account_id) of names that stand without any id."""
    assigner = Assigner(book, made)
    rows = [(raw, *assigner.of(None, None, None, raw, None)) for raw in sorted(raws)]
    return pl.DataFrame(rows, schema=dict.fromkeys(("name", *ASSIGNED), pl.String), orient="row")


def assign(
    tables: Mapping[str, pl.DataFrame],
    rows: Mapping[str, pl.DataFrame],
    combinations: Mapping[str, pl.DataFrame],
    companies: Mapping[str, pl.Series],
    owners: pl.DataFrame,
) -> dict[str, pl.DataFrame]:
    """``tables`` with account_id and named_account_id on every fact row, in their order; other tables as they are.

    ``companies`` say for each row of a table which company it is of (null: none), ``owners`` which accounts these have.
    """
    found = dict(tables)
    told: dict[str, pl.DataFrame] = {}
    for table, frame in rows.items():
        on = [column for column in COMBINATION if combinations[table][column].null_count() < combinations[table].height]
        ids = combinations[table].select(*on, "account_id", "named_account_id")
        if on:
            told[table] = frame.join(ids, on=on, how="left", nulls_equal=True, maintain_order="left")
        else:
            told[table] = frame.with_columns(account_id=pl.lit(None, pl.String), named_account_id=pl.lit(None, pl.String))
        if table in companies:
            of = companies[table].to_frame("customer_id").join(owners, on="customer_id", how="left", maintain_order="left")
            told[table] = told[table].with_columns(pl.Series(of[name]).fill_null(told[table][name]) for name in ASSIGNED)
    if {"projects", "service_credits"} <= set(told):
        told["service_credits"] = _through_projects(told["service_credits"], told["projects"])
    for table, frame in told.items():
        found[table] = tables[table].with_columns(frame["account_id"], frame["named_account_id"])
    return found


def _through_projects(drawn: pl.DataFrame, projects: pl.DataFrame) -> pl.DataFrame:
    """Credits without a territory go where their project goes; a project id on two accounts says nothing."""
    owners = projects.select("project", project_account="account_id", project_named="named_account_id")
    owners = owners.filter(pl.col("project").is_not_null() & pl.col("project_account").is_not_null()).unique()
    single = owners.group_by("project").agg(pl.col("project_account").unique(), pl.col("project_named").unique())
    single = single.filter(pl.col("project_account").list.len() == 1).select(
        "project",
        pl.col("project_account").list.first(),
        project_named=pl.when(pl.col("project_named").list.len() == 1).then(pl.col("project_named").list.first()),
    )
    joined = drawn.join(single, on="project", how="left", maintain_order="left")
    moved = pl.col("territory").is_null() & pl.col("project_account").is_not_null()
    return joined.with_columns(
        account_id=pl.when(moved).then("project_account").otherwise("account_id"),
        named_account_id=pl.when(moved).then("project_named").otherwise("named_account_id"),
    )


def most_frequent(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """(account_id, industry, country, region) of both levels: the most frequent of each account's project rows."""
    sources = {"industry": "industry_code", "country": "country", "region": "region"}
    schema = pl.Schema({"account_id": pl.String, **dict.fromkeys(sources, pl.String)})
    if "projects" not in tables:
        return schema.to_frame()
    projects = tables["projects"].select("account_id", "named_account_id", **{name: pl.col(column) for name, column in sources.items()})
    both = pl.concat(
        [projects.drop("named_account_id"), projects.drop("account_id").rename({"named_account_id": "account_id"}).select(schema.names())]
    )
    both = both.filter(pl.col("account_id").is_not_null())
    found = both.select("account_id").unique()
    for name in sources:
        counts = both.filter(pl.col(name).is_not_null()).group_by("account_id", name).len()
        best = counts.sort(["account_id", "len", name], descending=[False, True, False]).unique("account_id", keep="first")
        found = found.join(best.drop("len"), on="account_id", how="left")
    return found
