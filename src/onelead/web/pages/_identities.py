"""Data Insights, identities: the review list, accounts with their raw ids, links; and what people decide."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from onelead.core.errors import UsageError
from onelead.web._page import Column, Done, Panel, Table, Tile, Tiles
from onelead.workspace.lineage import freshness
from onelead.workspace.reviewing import account_links, account_meant, account_origins, review_list
from onelead.workspace.rights import DECIDE_IDENTITIES, LOAD, allowed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.datastructures import FormData

    from onelead.web._ask import Ask
    from onelead.web._page import Row, Status

PER_PAGE = 10
SAID = {"same": "Same customer", "different": "Different customers", "split": "A customer of its own"}
KINDS = {"territory_id": "Territory", "customer_id": "Customer id", "name": "Name", "account_id": "Account id"}
METHODS = {
    "own": "Its own id",
    "shared_key": "Shared key",
    "name_equal": "Equal name",
    "name_alike": "Similar name",
    "alias": "Alias",
    "decision": "Decision",
}
STATUSES = {"auto": "Joined", "review": "To review", "decided": "Decided", "rejected": "Rejected"}


def review_count(ask: Ask) -> int | None:
    """Proposals that nobody decided yet, for the tab."""
    return ask.overall(review_list)["decision"].null_count() or None


def review(ask: Ask) -> Mapping[str, Any]:
    """One page of the review list."""
    frame = ask.overall(review_list)
    pages = max(1, -(-frame.height // PER_PAGE))
    given = ask.one("page.review") or "1"
    page = min(max(1, int(given) if given.isdecimal() and len(given) < len("100000") else 1), pages)
    return {
        "lines": [_line(row) for row in frame.slice((page - 1) * PER_PAGE, PER_PAGE).to_dicts()],
        "count": frame.height,
        "left": frame["decision"].null_count(),
        "page": page,
        "pages": pages,
        "may": allowed(ask.everyone, DECIDE_IDENTITIES),
        "said": SAID,
    }


def _line(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "kind_label": KINDS.get(row["kind"], row["kind"]), "method_label": METHODS.get(row["method"], row["method"])}


def waiting(ask: Ask) -> Mapping[str, Any]:
    """Whether decisions wait to be computed, and whether the reader may have it done."""
    return {**ask.overall(freshness), "may": allowed(ask.everyone, LOAD)}


def origins(ask: Ask) -> pl.DataFrame:
    """Accounts with what was unified into them."""
    return ask.overall(account_origins)


def links(ask: Ask) -> pl.DataFrame:
    """Links, of one account where the address names it."""
    frame = ask.overall(account_links, ask.one("of"))
    return frame.with_columns(
        pl.Series("sure", [_sure(row, ask) for row in frame.select("confidence", "status").iter_rows()], dtype=pl.String),
        pl.col("kind").replace(KINDS),
        pl.col("method").replace(METHODS),
        pl.col("status").replace(STATUSES).alias("status_label"),
    )


NEARLY = 0.995
"""A share that rounds to 100 %."""


def _sure(found: tuple[float | None, str], ask: Ask) -> str | None:
    """How sure a link is; one that waits for a person is never written as certain."""
    share, status = found
    if share is None:
        return None
    return f"over {ask.fmt.percent(0.99)}" if status == "review" and share >= NEARLY else ask.fmt.percent(share)


def links_sub(ask: Ask) -> str:
    """Whose links they are."""
    account = ask.one("of")
    if account is None:
        return "Every id and name that means an account"
    names = dict(ask.overall(account_origins).select("account_id", "account_name").iter_rows())
    return f"Of {names.get(account, account)}"


def _origin_link(row: Row, ask: Ask) -> str | None:
    return ask.here(of=row["account_id"]) + "#b-links"


def _link_status(row: Row) -> Status | None:
    return "warn" if row["status"] == "review" else "unknown" if row["status"] == "rejected" else None


# What people decide ----------------------------------------------------------------------------------------------------------


def same(ask: Ask, form: FormData) -> Done:
    """Two ids or names mean one customer: the proposal, or the account that was named."""
    other = str(form.get("other") or "").strip()
    if not other:
        raise UsageError("No account was named.", hint="Type the name or id of the account that it belongs to.")
    ask.workspace.same(_link(form), other if form.get("proposed") else ask.overall(account_meant, other))
    return _decided(ask, "Remembered as the same customer; counts follow once it is computed again.")


def different(ask: Ask, form: FormData) -> Done:
    """They mean different customers."""
    ask.workspace.different(_link(form), str(form.get("other") or "") or None)
    return _decided(ask, "Remembered as different customers; counts follow once it is computed again.")


def split(ask: Ask, form: FormData) -> Done:
    """It is a customer of its own."""
    ask.workspace.split(_link(form))
    return _decided(ask, "Remembered as a customer of its own; counts follow once it is computed again.")


def undo_decision(ask: Ask, form: FormData) -> Done:
    """Take a decision back."""
    number = str(form.get("decision") or "")
    if not number.isdecimal():
        raise UsageError("No decision was named.", hint="Use the Undo beside the decision.")
    ask.workspace.undo_decision(int(number))
    return Done("Decision taken back.", refresh=("review", "waits"))


def _link(form: FormData) -> str:
    return str(form.get("link") or "")


def _decided(ask: Ask, words: str) -> Done:
    number = ask.workspace.decisions()["decision_id"].max()
    return Done(words, undo=("undo_decision", {"decision": str(number)}), refresh=("review", "waits"))


POSTS = {"same": same, "different": different, "split": split, "undo_decision": undo_decision}

TILES = Tiles(
    id="identity-tiles",
    title="Identities",
    tiles=(
        Tile(metric="raw_customer_ids", link_text="Open their accounts"),
        Tile(metric="accounts"),
        Tile(metric="identities_unified"),
        Tile(metric="links_to_review", status=lambda value, _: "warn" if value else "good"),
    ),
)
WAITS = Panel(id="waits", title="What waits to be computed", template="panels/insights_waits.html", data=waiting, bare=True)
REVIEW = Panel(
    id="review",
    title="To review",
    template="panels/insights_review.html",
    data=review,
    table=lambda ask: ask.overall(review_list),
    how="Links that are likely and not sure, and customers of projects that join no territory. A decision wins over every later load; it takes "
    "effect when the workspace is computed again.",
)
ORIGINS = Table(
    id="origins",
    title="Accounts and the ids unified into them",
    how="Raw ids are the customer ids and territories of the sources that mean the account; links count names as well.",
    rows=origins,
    row_link=_origin_link,
    size=10,
    search=("account_name", "source_ids", "account_id"),
    columns=(
        Column("account_name", "Account", sub="account_id"),
        Column("raw_ids", "Raw ids", "bar"),
        Column("source_ids", "Source ids", minor=True),
        Column("named", "Named accounts", "count", minor=True),
        Column("links", "Links", "count"),
    ),
)
LINKS = Table(
    id="links",
    title="Links",
    how="An id or name means an account by itself, by a shared key, by an equal or similar name, by an alias, or by a decision.",
    sub=links_sub,
    rows=links,
    size=10,
    search=("value", "account_name", "candidate_name", "evidence"),
    columns=(
        Column("value", "Id or name", sub="kind"),
        Column("account_name", "Means", sub="candidate_name", link=lambda row, ask: ask.account_link(row["account_id"])),
        Column("evidence", "Evidence", sub="method", minor=True),
        Column("sure", "Sure", sortable=False, export=False, hint="By its evidence; what waits for review is never certain."),
        Column("confidence", "Sure", "percent", show=False),
        Column("rows", "Rows", "count", minor=True),
        Column("status_label", "State", "badge", status=_link_status),
    ),
    link=("All links", lambda ask: ask.here(of=None)),
)
