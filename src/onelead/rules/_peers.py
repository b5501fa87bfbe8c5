"""Similar accounts, and which practices they bought: what whitespace rests on.

Two accounts are compared by what they have in common: for each kind of value (product category, practice, industry, region …) the common
share, common / all of both (Jaccard), weighted by the settings. A kind that either account does not know is left out, not counted as
different; so is a kind in which all accounts agree, as it says nothing. Accounts with the same values are compared once for all of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from onelead.core.context import Context

BITS = 62
"""Values of a kind that are told apart: the most common; each is one bit of a whole number."""
PAIRS_AT_ONCE = 2_000_000
MATRIX_FROM = 100_000
"""From so many pairs of profiles on they are compared as matrices: thirty times faster, but NumPy must be imported."""
ROUNDING = 1e-6
"""A similarity this little below the limit is the limit, so that both ways of computing it agree."""
BUYERS_LEAST = 2
"""One account alone is no pattern, whatever its share."""
OF_ACCOUNTS = ("industry", "country", "region")


@dataclass(frozen=True)
class Profiles:
    """Accounts by what they have: those with the same values share a profile.

    ``accounts`` is (account_id, profile, in_pool), ``profiles`` one row a profile with a bit mask for each kind, ``mask_<kind>``, and one of what
    was bought, ``bought``; ``pool`` how many accounts of it others are compared with. ``practices`` are those told apart, in bit order.
    """

    accounts: pl.DataFrame
    profiles: pl.DataFrame
    practices: tuple[str, ...]
    weights: dict[str, float]


def bought(projects: pl.DataFrame, context: Context) -> pl.DataFrame:
    """account_id (null: nobody's) and practice, once each: what has a counted project known by the as-of date that was not lost."""
    kept = known_projects(projects, context)
    lost = pl.col("stage_status").is_in(list(context.settings.reading.stage_failure)).fill_null(value=False)
    return kept.select("account_id", "practice", was_bought=~lost).group_by("account_id", "practice").agg(pl.col("was_bought").any())


def known_projects(projects: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Counted projects that name a practice and were known by the as-of date: exported or started by then, or without either date."""
    exported = pl.coalesce("last_refresh_date", "import_date")
    known = (exported <= context.as_of).fill_null(value=False) | (pl.col("start_date") <= context.as_of).fill_null(value=True)
    return projects.filter(~pl.col("is_repeat").fill_null(value=False) & pl.col("practice").is_not_null() & known)


def profiles(frames: Callable[[str], pl.DataFrame], context: Context) -> Profiles:
    """The profiles of all top-level accounts."""
    settings = context.settings.actions
    accounts = frames("accounts").filter(pl.col("level") == "account")
    purchases = bought(frames("projects"), context)
    practices = sorted(purchases["practice"].unique())[:BITS]
    pairs = _pairs(frames("assets"), accounts, purchases.filter("was_bought"))
    weights: dict[str, float] = {str(kind): weight for kind, weight in settings.similarity.items() if weight > 0}
    masks = _masks(pairs.filter(pl.col("kind").is_in(list(weights))))
    own = _bits(
        purchases.filter("was_bought").rename({"practice": "value"}), {name: 1 << bit for bit, name in enumerate(practices)}, "bought"
    )
    ids = accounts.select("account_id").sort("account_id")
    every = -(-ids.height // settings.similar_pool) or 1
    columns = [f"mask_{kind}" for kind in weights]
    known = [name for name in columns if name in masks.columns]
    full = (
        ids.with_row_index("place")
        .join(masks, on="account_id", how="left")
        .join(own, on="account_id", how="left")
        .with_columns(pl.col(*known, "bought").fill_null(0), in_pool=pl.col("place") % every == 0)
    )
    grouped = full.group_by(*known, "bought", maintain_order=True).agg("account_id", pl.col("in_pool"), pool=pl.col("in_pool").sum())
    grouped = grouped.with_row_index("profile")
    of_account = grouped.select("profile", "account_id", "in_pool").explode("account_id", "in_pool")
    used = {name.removeprefix("mask_"): weights[name.removeprefix("mask_")] for name in known}
    return Profiles(of_account, grouped.drop("account_id", "in_pool"), tuple(practices), used)


def peer_shares(found: Profiles, context: Context) -> pl.DataFrame:
    """Every account × practice: account_id, practice, is_bought, similar (accounts like it), buyers (of these), share (null: too few similar).

    An account is not its own peer.
    """
    bits = dict(enumerate(found.practices))
    rows = _counted(found, context)
    counts = None if rows is None else found.profiles.select("profile", "bought").join(rows, on="profile", how="left")
    schema = {"account_id": pl.String, "practice": pl.String, "is_bought": pl.Boolean, "similar": pl.Int64, "buyers": pl.Int64}
    if counts is None or not bits:
        return pl.DataFrame(schema={**schema, "share": pl.Float64})
    has_any = pl.sum_horizontal(pl.col(f"mask_{kind}") != 0 for kind in found.weights) > 0
    counts = counts.join(found.profiles.select("profile", counts_itself=has_any), on="profile")
    cells = pl.concat(
        [
            counts.select(
                "profile",
                "counts_itself",
                pl.lit(name).alias("practice"),
                (_bit("bought", bit) == 1).alias("is_bought"),
                pl.col("similar").fill_null(0).cast(pl.Int64),
                pl.col(f"buyers_{bit}").fill_null(0).cast(pl.Int64).alias("buyers"),
            )
            for bit, name in bits.items()
        ]
    )
    itself = (pl.col("in_pool") & pl.col("counts_itself")).cast(pl.Int64)
    enough = pl.col("similar") >= context.settings.actions.similar_least
    return (
        found.accounts.join(cells, on="profile")
        .with_columns(similar=pl.col("similar") - itself, buyers=pl.col("buyers") - itself * pl.col("is_bought"))
        .with_columns(share=pl.when(enough).then(pl.col("buyers") / pl.col("similar")))
        .sort("account_id", "practice")
        .select(*schema, "share")
    )


def _counted(found: Profiles, context: Context) -> pl.DataFrame | None:
    """profile, similar and buyers_<bit>: how many accounts of the pool are similar, and how many of them bought each practice."""
    pool = found.profiles.filter(pl.col("pool") > 0)
    if not found.weights or pool.is_empty():
        return None
    if found.profiles.height * pool.height > MATRIX_FROM:
        from onelead.rules._many_peers import counted

        return counted(found.profiles, pool, found.weights, len(found.practices), context.settings.actions.similar_from - ROUNDING)
    parts = [
        pairs.group_by("profile").agg(
            pl.col("pool_other").sum().alias("similar"),
            *((pl.col("pool_other") * _bit("bought_other", bit)).sum().alias(f"buyers_{bit}") for bit in range(len(found.practices))),
        )
        for pairs in _similar_pairs(found, found.profiles, context)
    ]
    return pl.concat(parts)


def similar_to(found: Profiles, account_id: str, context: Context) -> pl.DataFrame:
    """The accounts similar to one, most similar first: account_id, similarity (0 to 1), practices (what they bought)."""
    own = found.accounts.filter(pl.col("account_id") == account_id)
    left = found.profiles.join(own.select("profile"), on="profile", how="semi")
    parts = list(_similar_pairs(found, left, context))
    if not parts:
        return pl.DataFrame(schema={"account_id": pl.String, "similarity": pl.Float64, "practices": pl.List(pl.String)})
    names = [pl.when(_bit("bought_other", bit) == 1).then(pl.lit(name)) for bit, name in enumerate(found.practices)]
    practices = pl.concat_list(names).list.drop_nulls() if names else pl.lit([], dtype=pl.List(pl.String))
    others = found.accounts.filter(pl.col("in_pool") & (pl.col("account_id") != account_id))
    return (
        pl.concat(parts)
        .select(pl.col("profile_other").alias("profile"), "similarity", practices=practices)
        .join(others, on="profile")
        .sort("similarity", "account_id", descending=[True, False])
        .select("account_id", "similarity", "practices")
    )


def _pairs(assets: pl.DataFrame, accounts: pl.DataFrame, purchases: pl.DataFrame) -> pl.DataFrame:
    """account_id, kind, value: once each, known ones only."""
    counted = assets.filter(~pl.col("is_repeat").fill_null(value=False))
    given = [
        counted.select("account_id", kind=pl.lit("product_category"), value="product_category"),
        purchases.select("account_id", kind=pl.lit("practice"), value="practice"),
        *(accounts.select("account_id", kind=pl.lit(kind), value=kind) for kind in OF_ACCOUNTS),
    ]
    return pl.concat(given).drop_nulls().unique()


def _masks(pairs: pl.DataFrame) -> pl.DataFrame:
    """account_id and mask_<kind>: bits of an account's values; kinds in which all agree are left out."""
    counts = pairs.group_by("kind", "value").len().sort("kind", "len", "value", descending=[False, True, False])
    masks = pairs.select("account_id").unique()
    for (kind,), values in counts.group_by("kind", maintain_order=True):
        if values.height > 1:
            bits = {name: 1 << bit for bit, name in enumerate(values["value"].head(BITS))}
            masks = masks.join(_bits(pairs.filter(pl.col("kind") == kind), bits, f"mask_{kind}"), on="account_id", how="left")
    return masks


def _bits(pairs: pl.DataFrame, bits: dict[str, int], name: str) -> pl.DataFrame:
    """account_id and the sum of the bits of its values."""
    bit = pl.col("value").replace_strict(bits, default=0, return_dtype=pl.Int64) if bits else pl.lit(0, dtype=pl.Int64)
    return pairs.group_by("account_id").agg(bit.sum().alias(name))


def _bit(column: str, bit: int) -> pl.Expr:
    return (pl.col(column) // (1 << bit)) % 2


def _similar_pairs(found: Profiles, left: pl.DataFrame, context: Context) -> Iterator[pl.DataFrame]:
    """Pairs of a profile of ``left`` and one of the pool that are similar (a profile and itself too), some at a time."""
    pool = found.profiles.filter(pl.col("pool") > 0)
    if not found.weights or pool.is_empty():
        return
    step = max(1, PAIRS_AT_ONCE // pool.height)
    both = {kind: (pl.col(f"mask_{kind}"), pl.col(f"mask_{kind}_other")) for kind in found.weights}
    known = {kind: (one != 0) & (other != 0) for kind, (one, other) in both.items()}
    common = [
        weight
        * known[kind]
        * both[kind][0].and_(both[kind][1]).bitwise_count_ones()
        / both[kind][0].or_(both[kind][1]).bitwise_count_ones()
        for kind, weight in found.weights.items()
    ]
    # 0 / 0 where neither is known: not a number, which counts as nothing here.
    total = pl.sum_horizontal(part.fill_nan(0) for part in common)
    similarity = total / pl.sum_horizontal(weight * known[kind] for kind, weight in found.weights.items())
    for start in range(0, left.height, step):
        pairs = left.slice(start, step).lazy().join(pool.lazy(), how="cross", suffix="_other")
        # Nothing known in common is not a number either, and no similarity.
        kept = pairs.with_columns(similarity=similarity).filter(
            pl.col("similarity").fill_nan(-1) >= context.settings.actions.similar_from - ROUNDING
        )
        yield kept.select("profile", "profile_other", "pool_other", "bought_other", "similarity").collect()
