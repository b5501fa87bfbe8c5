"""What an assignment starts from: the accounts with their worth and needs, the people with their skills, and who has what today."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from onelead.core.errors import WorkspaceError
from onelead.workspace.deals import OPEN, deals
from onelead.workspace.people import main_owners, persons
from onelead.workspace.pipeline import known_sum
from onelead.workspace.worklist import listed
from onelead.workspace.worth import annual_values

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from onelead.workspace.viewing import View
    from onelead.workspace.wiring import Parts

WORTHS = {"actions": "Expected value of the waiting actions", "pipeline": "Open deals", "annual": "Annual value"}
"""What an account may be worth to whoever looks after it."""


def book(view: View, parts: Parts, worth: str) -> pl.DataFrame:
    """Accounts of the top level: account_id, account_name, region, needs (list), worth (null: unknown), estimated, today (person).

    ``needs`` are the product lines of the open deals and what the waiting actions are about, in small letters; null where there are none.
    """
    accounts = view.frame("accounts").filter(pl.col("level") == "account")
    gone = pl.col("is_churned").fill_null(value=False) if "is_churned" in accounts.columns else pl.lit(value=False)
    accounts = accounts.filter(~gone).select("account_id", "account_name", "region").sort("account_id")
    owners = main_owners(view, parts, accounts["account_id"].to_list())
    today = pl.Series([owners.get(account, (None, ""))[0] for account in accounts["account_id"]], dtype=pl.String)
    worths = _WORTH_OF[worth](view, parts)
    joined = accounts.join(worths, on="account_id", how="left").join(
        _needs(view, parts), on="account_id", how="left", maintain_order="left"
    )
    return joined.sort("account_id").with_columns(pl.col("estimated").fill_null(value=False), today=today)


def roster(view: View, parts: Parts) -> pl.DataFrame:
    """People who may look after accounts: person, role, region, capacity (accounts; null: not stated), skills (list, in small letters), by name.

    Those of the people table who still are there and whom nobody reports to; without one, everybody whom the data names as an owner. Who
    may not see every account plans with the people who look after theirs. Raises WorkspaceError where nobody is known.
    """
    found = _listed(view) if view.account_filter is None else None
    if found is None or found.is_empty():
        names = persons(view, parts).filter(pl.col("accounts") > 0).select("person", "role")
        found = names.join(_all_listed(view).drop("role"), on="person", how="left", maintain_order="left")
    if found.is_empty():
        raise WorkspaceError("Nobody is known who looks after accounts.", hint="Load people.csv, or name owners in the settings.")
    return found.sort("person")


def served(today: NDArray[np.int64], worth: NDArray[np.float64], capacity: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which accounts somebody has room for today: of each person's, the most worthy as far as the capacity goes."""
    order = np.lexsort((-worth, today))
    places = np.arange(len(order)) - np.searchsorted(today[order], today[order])
    room = np.zeros(len(order), dtype=bool)
    room[order] = places < np.append(capacity, 0)[today[order]]
    return room


def _listed(view: View) -> pl.DataFrame:
    people = _all_listed(view)
    leads = people["manager_id"].drop_nulls().unique()
    left = (pl.col("end_date") < view.context.as_of).fill_null(value=False)
    return people.filter(~left & ~pl.col("person_id").is_in(leads.implode())).select("person", "role", "region", "capacity", "skills")


def _all_listed(view: View) -> pl.DataFrame:
    columns = ["person_id", "person_name", "role", "region", "capacity", "skills", "manager_id", "end_date"]
    kinds: dict[str, pl.DataType | type[pl.DataType]] = {"capacity": pl.Float64, "end_date": pl.Date, "skills": pl.List(pl.String)}
    if "people" not in view.snapshot.tables():
        return pl.DataFrame(schema={"person": pl.String, **{name: kinds.get(name, pl.String) for name in columns}})
    skills = pl.col("skills").str.to_lowercase().str.split(",").list.eval(pl.element().str.strip_chars())
    frame = view.snapshot.frame("people", columns).with_columns(person=pl.coalesce("person_name", "person_id"), skills=skills)
    return frame.unique("person", keep="first", maintain_order=True)


def deal_needs(view: View, parts: Parts) -> pl.DataFrame:
    """What each deal is about, in small letters, a row a word: opportunity_id, account_id, need: its product line, its product's category."""
    frame = deals(view, parts).select("opportunity_id", "account_id", "product_line")
    lines = frame.select("opportunity_id", "account_id", need="product_line")
    held = view.snapshot.columns()
    if "product_id" in held.get("opportunities", ()) and "products" in held:
        kinds = view.snapshot.frame("products", ["product_id", "product_category"])
        sold = view.frame("opportunities", ["opportunity_id", "product_id"]).drop_nulls().unique("opportunity_id")
        named = frame.join(sold, on="opportunity_id").join(kinds, on="product_id")
        lines = pl.concat([lines, named.select("opportunity_id", "account_id", need="product_category")])
    return lines.drop_nulls("need").with_columns(pl.col("need").str.to_lowercase().str.strip_chars())


def _needs(view: View, parts: Parts) -> pl.DataFrame:
    still = deals(view, parts).filter(pl.col("state") == OPEN).select("opportunity_id")
    wanted = deal_needs(view, parts).join(still, on="opportunity_id", how="semi").select("account_id", "need")
    about = listed(view, parts, ("account_id", "subject")).select("account_id", need=pl.col("subject").str.to_lowercase().str.strip_chars())
    every = pl.concat([wanted, about]).drop_nulls()
    return every.group_by("account_id").agg(pl.col("need").unique().sort().alias("needs"))


def _of_actions(view: View, parts: Parts) -> pl.DataFrame:
    frame = listed(view, parts, ("account_id", "expected_value", "estimated")).drop_nulls("account_id")
    known = (pl.col("estimated") & pl.col("expected_value").is_not_null()).any()
    return frame.group_by("account_id").agg(known_sum("expected_value").alias("worth"), known.alias("estimated"))


def _of_deals(view: View, parts: Parts) -> pl.DataFrame:
    frame = deals(view, parts).filter((pl.col("state") == OPEN) & pl.col("account_id").is_not_null())
    return frame.group_by("account_id").agg(known_sum("value").alias("worth")).with_columns(estimated=pl.lit(value=False))


def _of_years(view: View, parts: Parts) -> pl.DataFrame:
    return annual_values(view, parts).select("account_id", pl.col("value").alias("worth"), "estimated")


_WORTH_OF: dict[str, Callable[[View, Parts], pl.DataFrame]] = {"actions": _of_actions, "pipeline": _of_deals, "annual": _of_years}
