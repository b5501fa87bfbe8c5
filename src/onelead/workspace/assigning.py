"""Use case: who should look after which account, under capacity, territory and skill, and what that would gain over today."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from onelead.core.errors import UnknownNameError, UsageError
from onelead.workspace._flow import most_worth
from onelead.workspace.assigned_today import WORTHS, book, roster, served
from onelead.workspace.assignment_evidence import evidence

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from onelead.workspace.viewing import View
    from onelead.workspace.wiring import Parts

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

ARCS_MOST = 3_000_000
"""Pairs of account and person that are weighed; of more, each account's best ones."""
MOST_CAPACITY = 10_000


@dataclass(frozen=True)
class Terms:
    """What a pairing is assumed to be worth, as shares of 0 to 1 of the account's worth, and how many accounts a person takes.

    ``away``: the person works another region. ``unskilled``: none of what the account needs is among the person's skills. ``handover``: the
    account changes hands. Each multiplies. ``capacity`` holds for those whose own is not loaded (None: as many as they have today, or an even
    share, whichever is more). ``strict``: nobody works another region. ``worth``: one of WORTHS. ``role``: only these people (None: all).
    """

    away: float = 0.8
    unskilled: float = 0.9
    handover: float = 0.95
    capacity: int | None = None
    strict: bool = False
    worth: str = "actions"
    role: str | None = None


def assignment(view: View, parts: Parts, terms: Terms = Terms()) -> dict[str, Any]:
    """The best assignment of the accounts that the viewer sees to people, beside today's.

    Returns a dict: ``accounts`` (account_id, account_name, region, needs, worth, known, today, proposed, served_today and served_then: worth
    after the terms, null where nobody has room, gain, why), ``people`` (person, role, region, capacity, stated, accounts and worth today and
    then), ``totals`` (worth, today, then, gain, moves, without today and then, unvalued), ``evidence`` of the terms, ``roles``.

    A person who has more accounts than capacity serves the best of them today, and the rest counts nothing. Raises UsageError for a term out
    of range, UnknownNameError for a worth or role that there is not, MissingError where nobody is known.
    """
    _checked(terms)
    accounts, people = book(view, parts, terms.worth), roster(view, parts)
    roles = sorted(people["role"].drop_nulls().unique().to_list())
    if terms.role is not None:
        if terms.role not in roles:
            raise UnknownNameError("role", terms.role, roles)
        people = people.filter(pl.col("role") == terms.role)
    people = _with_room(people, accounts, terms)
    accounts = _judged(accounts, people)
    places = {name: place for place, name in enumerate(people["person"])}
    today = np.array([places.get(name, -1) for name in accounts["today"]], dtype=np.int64)
    factors, profile = _factors(accounts, people, terms)
    chosen = _chosen(accounts, people, today, factors, profile, terms)
    rows = _rows(accounts, people, today, chosen, factors[profile], terms)
    return {
        "accounts": rows,
        "people": _people(people, rows),
        "totals": _totals(rows),
        "evidence": evidence(view, parts, people),
        "roles": roles,
    }


def _checked(terms: Terms) -> None:
    for label, share in (("Another region", terms.away), ("A missing skill", terms.unskilled), ("A handover", terms.handover)):
        if not 0 <= share <= 1:
            raise UsageError(f"{label} keeps {share:g} of the worth.", hint="Give a share of 0 to 1, such as 0.8 for 80 %.")
    if terms.capacity is not None and not 0 < terms.capacity <= MOST_CAPACITY:
        raise UsageError(f"The capacity is {terms.capacity}.", hint=f"Give a number of accounts from 1 to {MOST_CAPACITY:,}.")
    if terms.worth not in WORTHS:
        raise UnknownNameError("worth", terms.worth, list(WORTHS))


def _judged(accounts: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """``accounts`` with those needs that are anybody's skill: of the others nobody can say who knows them."""
    skills = people["skills"].explode().drop_nulls().unique().to_list()
    known = pl.col("needs").list.set_intersection(pl.lit(skills, dtype=pl.List(pl.String))).list.sort()
    return accounts.with_columns(needs=pl.when(known.list.len() > 0).then(known))


def _with_room(people: pl.DataFrame, accounts: pl.DataFrame, terms: Terms) -> pl.DataFrame:
    held = accounts.drop_nulls("today").group_by(person="today").agg(pl.len().cast(pl.Int64).alias("held"))
    even = -(-accounts.height // max(people.height, 1))
    room = pl.max_horizontal("held", pl.lit(even)) if terms.capacity is None else pl.lit(terms.capacity)
    joined = people.join(held, on="person", how="left", maintain_order="left").with_columns(pl.col("held").fill_null(0))
    stated = pl.col("capacity").is_not_null()
    return joined.with_columns(stated=stated, capacity=pl.col("capacity").floor().fill_null(room).cast(pl.Int64))


def _factors(accounts: pl.DataFrame, people: pl.DataFrame, terms: Terms) -> tuple[Floats, Ints]:
    """The share of its worth that an account keeps with a person, handovers aside: one row a kind of account; and the kind of each account."""
    kinds = accounts.select("region", "needs").with_columns(
        key=pl.col("needs").list.join("\n").fill_null("") + "\t" + pl.col("region").fill_null("")
    )
    keys = kinds["key"].unique(maintain_order=True)
    profile = kinds["key"].replace_strict(keys, pl.Series(range(len(keys)), dtype=pl.Int64), return_dtype=pl.Int64).to_numpy()
    firsts = kinds.unique("key", keep="first", maintain_order=True)
    away = _differs(firsts["region"], people["region"])
    lacks = _lacks(firsts["needs"].to_list(), people["skills"].to_list()).reshape(away.shape)
    keep = 0.0 if terms.strict else terms.away
    return np.where(away, keep, 1.0) * np.where(lacks, terms.unskilled, 1.0), profile


def _differs(ours: pl.Series, theirs: pl.Series) -> NDArray[np.bool_]:
    left, right = ours.to_numpy().astype(object)[:, None], theirs.to_numpy().astype(object)[None, :]
    differs: NDArray[np.bool_] = (left != right) & (left != None) & (right != None)  # noqa: E711 - element by element
    return differs


def _lacks(needs: list[list[str] | None], skills: list[list[str] | None]) -> NDArray[np.bool_]:
    """Whether none of what is needed is among the skills; not where either is unknown."""
    wanted, known = ([frozenset(words or ()) for words in lists] for lists in (needs, skills))
    return np.array([bool(want) and bool(know) and want.isdisjoint(know) for want in wanted for know in known], dtype=bool)


def _chosen(accounts: pl.DataFrame, people: pl.DataFrame, today: Ints, factors: Floats, profile: Ints, terms: Terms) -> Ints:
    count, staff = accounts.height, people.height
    if not count or not staff:
        return np.full(count, -1, np.int64)
    each = min(staff, max(ARCS_MOST // count, 1))
    order = np.argsort(-factors, axis=1, kind="stable")
    best = (factors >= factors.max(axis=1, keepdims=True)).sum(axis=1)[profile][:, None]
    turn = np.arange(each)[None, :]
    # equally good people come in another order for each account, so that all of them are somebody's candidate
    near = np.where(best >= each, (np.arange(count)[:, None] + turn) % best, turn)
    candidates = order[profile[:, None], near]
    held = today >= 0
    rows = np.concatenate([np.repeat(np.arange(count), each), np.flatnonzero(held)])
    columns = np.concatenate([candidates.ravel(), today[held]])
    pairs = np.unique(rows * staff + columns)
    rows, columns = pairs // staff, pairs % staff
    kept = factors[profile[rows], columns] * _handed_over(today[rows], columns, terms.handover)
    possible = kept > 0
    worth = accounts["worth"].fill_null(0.0).to_numpy()[rows] * kept
    stays = columns == today[rows]
    return most_worth(rows[possible], columns[possible], worth[possible], stays[possible], people["capacity"].to_numpy(), count)


def _handed_over(today: Ints, then: Ints, keeps: float) -> Floats:
    return np.where((today >= 0) & (today != then), keeps, 1.0)


def _rows(accounts: pl.DataFrame, people: pl.DataFrame, today: Ints, chosen: Ints, factors: Floats, terms: Terms) -> pl.DataFrame:
    worth = accounts["worth"].fill_null(0.0).to_numpy()
    every = np.arange(len(worth))
    names = np.array([*people["person"], None], dtype=object)
    padded = np.concatenate([factors, np.zeros((len(worth), 1))], axis=1) if len(worth) else np.zeros((0, 1))
    then = worth * padded[every, chosen] * _handed_over(today, chosen, terms.handover)
    now = worth * padded[every, today]
    room = served(today, now, people["capacity"].to_numpy())
    frame = accounts.with_columns(
        proposed=pl.Series(names[chosen].tolist(), dtype=pl.String),
        listed=pl.Series(names[today].tolist(), dtype=pl.String),
        served_today=pl.Series(np.where(room, now, np.nan)).fill_nan(None),
        served_then=pl.Series(np.where(chosen >= 0, then, np.nan)).fill_nan(None),
    ).with_columns(gain=pl.col("served_then").fill_null(0.0) - pl.col("served_today").fill_null(0.0))
    reasons = people.select(pl.col("person").alias("proposed"), pl.col("region").alias("_region"), pl.col("skills").alias("_skills"))
    return _explained(frame.join(reasons, on="proposed", how="left", maintain_order="left")).drop("_region", "_skills", "listed")


def _explained(frame: pl.DataFrame) -> pl.DataFrame:
    """``why``: what the move changes, in words; null where nothing moves."""
    moves = pl.col("proposed").is_not_null() & pl.col("proposed").ne_missing(pl.col("today"))
    fits = pl.col("needs").list.set_intersection(pl.col("_skills"))
    region = pl.when(pl.col("region") == pl.col("_region")).then(pl.format("works {}", "region"))
    skill = pl.when(fits.list.len() > 0).then(pl.format("knows {}", fits.list.sort().list.join(", ")))
    before = (
        pl.when(pl.col("today").is_null())
        .then(pl.lit("nobody looks after it today"))
        .when(pl.col("listed").is_null())
        .then(pl.format("{} is not among the people chosen", "today"))
        .when(pl.col("served_today").is_null())
        .then(pl.format("{} has more accounts than capacity", "today"))
    )
    words = pl.concat_str([before, region, skill], separator="; ", ignore_nulls=True)
    return frame.with_columns(
        why=pl.when(moves).then(pl.when(words == "").then(pl.lit("makes room for accounts worth more there")).otherwise(words)),
        moves=moves,
    )


def _people(people: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    frame = people.select("person", "role", "region", "capacity", "stated", "skills")
    for name, by, worth in (("today", "today", "served_today"), ("then", "proposed", "served_then")):
        counted = (
            rows.drop_nulls(by)
            .group_by(person=by)
            .agg(pl.len().cast(pl.Int64).alias(f"accounts_{name}"), pl.col(worth).sum().alias(f"worth_{name}"))
        )
        frame = frame.join(counted, on="person", how="left", maintain_order="left")
    counts = [f"{what}_{name}" for what in ("accounts", "worth") for name in ("today", "then")]
    return frame.with_columns(pl.col(counts).fill_null(0)).sort(["worth_then", "person"], descending=[True, False])


def _totals(rows: pl.DataFrame) -> dict[str, Any]:
    return {
        "accounts": rows.height,
        "worth": float(rows["worth"].sum() or 0.0),
        "today": float(rows["served_today"].sum() or 0.0),
        "then": float(rows["served_then"].sum() or 0.0),
        "gain": float(rows["gain"].sum() or 0.0),
        "moves": int(rows["moves"].sum() or 0),
        "without_today": rows["served_today"].null_count(),
        "without_then": rows["served_then"].null_count(),
        "unvalued": rows["worth"].null_count(),
        "estimated": bool(rows["estimated"].any()),
    }
