"""Use cases: identities as a person reviews them: proposals with what was decided since, accounts with their raw ids, snapshots compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from onelead import metrics as kpis
from onelead.workspace.identities import links
from onelead.workspace.snapshots import diff, snapshot_list

if TYPE_CHECKING:
    from onelead.workspace.viewing import View
    from onelead.workspace.wiring import Parts

ACCOUNT = "account_id"


def review_list(view: View, parts: Parts) -> pl.DataFrame:
    """Links that wait for a person, those without a decision first, with what was decided since the snapshot was made.

    Columns of ``identities.links``, and decision, decision_id, decided_by (null while nobody decided).
    """
    waiting = links(view, "review")
    made = parts.store.decisions().select("decision_id", "decision", "kind", "value", "other_value", "decided_by")
    of_split = made.filter(pl.col("decision") == "split").select("kind", "value", "decision", "decision_id", "decided_by")
    own = pl.col("candidate_id").is_null()
    split = waiting.filter(own).join(_last(of_split, ["kind", "value"]), on=["kind", "value"], how="left", maintain_order="left")
    between = made.filter(pl.col("decision") != "split").rename({"other_value": "candidate_id"})
    keys = ["kind", "value", "candidate_id"]
    proposed = waiting.filter(~own).join(_last(between, keys), on=keys, how="left", maintain_order="left")
    joined_elsewhere = _last(between.drop("candidate_id"), ["kind", "value"])
    split = split.join(joined_elsewhere, on=["kind", "value"], how="left", suffix="_joined", maintain_order="left").with_columns(
        pl.coalesce(name, f"{name}_joined").alias(name) for name in ("decision", "decision_id", "decided_by")
    )
    every = pl.concat([proposed, split.select(proposed.columns)])
    return every.sort(pl.col("decision").is_not_null(), "confidence", "rows", "link_id", descending=[False, True, True, False])


def _last(frame: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    return frame.unique(keys, keep="last", maintain_order=True)


def account_origins(view: View, parts: Parts) -> pl.DataFrame:
    """Top-level accounts with what was unified into them: account_id, account_name, raw_ids, source_ids, named (accounts below), links."""
    del parts
    accounts = view.frame("accounts")
    below = accounts.filter(pl.col("parent_id").is_not_null()).group_by(pl.col("parent_id").alias(ACCOUNT)).len("named")
    found = view.frame("account_links", [ACCOUNT]).group_by(ACCOUNT).len("links")
    top = accounts.filter(pl.col("level") == "account").select(ACCOUNT, "account_name", "raw_ids", "source_ids", "country")
    joined = top.join(below, on=ACCOUNT, how="left").join(found, on=ACCOUNT, how="left")
    counts = [pl.col(name).fill_null(0).cast(pl.Int64) for name in ("named", "links")]
    return joined.with_columns(counts).sort(["raw_ids", "links", "account_name"], descending=[True, True, False])


def account_links(view: View, parts: Parts, account_id: str | None = None) -> pl.DataFrame:
    """Every link, or those of one account, as ``identities.links``: which id or name means it, how that was found and how sure it is."""
    del parts
    frame = links(view, "all")
    return frame if account_id is None else frame.filter((pl.col(ACCOUNT) == account_id) | (pl.col("candidate_id") == account_id))


def account_meant(view: View, parts: Parts, given: str) -> str:
    """The id of the account that a name or id means; see ``View.account_id``."""
    del parts
    return view.account_id(given)


def published_snapshots(view: View, parts: Parts) -> pl.DataFrame:
    """Publications as ``snapshots.snapshot_list``, with the files of their load (names) and the rows in these.

    Viewers who do not see every account get the list without files, rows and note (which names files): those are everybody's.
    """
    frame = snapshot_list(parts)
    if view.account_filter is not None:
        nobodys = {"files": pl.lit(None, pl.String), "source_rows": pl.lit(None, pl.Int64), "note": pl.lit("", pl.String)}
        return frame.with_columns(**nobodys)
    loads = {load.id: load for load in parts.store.loads()}
    made = {found.id: loads.get(found.load_id or 0) for found in parts.store.publications()}
    files, rows = [], []
    for snapshot in frame["snapshot"].to_list():
        load = made.get(snapshot)
        files.append(", ".join(entry["name"] for entry in load.files) if load and load.files else None)
        rows.append(sum(load.rows.values()) if load and load.rows else None)
    return frame.with_columns(pl.Series("files", files, pl.String), pl.Series("source_rows", rows, pl.Int64))


def snapshots_compared(view: View, parts: Parts, before: int, after: int) -> dict[str, pl.DataFrame]:
    """What differs between two snapshots, as ``snapshots.diff``; metrics with label and unit."""
    found = diff(parts, view.viewer, str(before), str(after))
    known = {metric.id: (metric.label, metric.unit.value) for metric in kpis.metrics().values()}
    names = found["metrics"]["metric"].to_list()
    labels = pl.Series("label", [known.get(name, (name, ""))[0] for name in names], pl.String)
    units = pl.Series("unit", [known.get(name, ("", ""))[1] for name in names], pl.String)
    return {**found, "metrics": found["metrics"].with_columns(labels, units)}
