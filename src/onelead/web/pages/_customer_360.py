"""What the page Customer 360 shows of one account, or of the list to choose one from."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import polars as pl

from onelead.web._figure_text import safe_text
from onelead.web._page import Missing
from onelead.web.figures import health as figures
from onelead.web.figures import lifecycle
from onelead.web.pages._pipeline_deals import drawn
from onelead.workspace.account_numbers import account_choices
from onelead.workspace.account_page import account_head, account_health, why_score
from onelead.workspace.account_rows import account_links, account_row, account_rows, nearest_accounts
from onelead.workspace.deal_chances import chances
from onelead.workspace.health import DEFAULT_CARD, cards
from onelead.workspace.health_history import account_health_history
from onelead.workspace.peers import health_against_peers, peers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from onelead.web._ask import Ask
    from onelead.web._page import Figure

ASSETS_SHOWN = 6
START, SWEEP = -135.0, 270.0
"""The gauge: degrees from the top to its beginning, and how far it goes."""
CENTRE = 74.0


# Which account ---------------------------------------------------------------------------------------------------------


def row_of(ask: Ask) -> dict[str, Any] | None:
    """The account that the address names, if it names one that the reader may see."""
    given = ask.one("id")
    return ask.overall(account_row, given) if given else None


def chosen(ask: Ask) -> bool:
    """Whether the page is of one account."""
    return row_of(ask) is not None


def unknown(ask: Ask) -> bool:
    """Whether the address names an account that is not there."""
    return bool(ask.one("id")) and row_of(ask) is None


def open_list(ask: Ask) -> bool:
    """Whether an account is to be chosen."""
    return not ask.one("id")


def id_of(ask: Ask) -> str:
    """The id of the account of the page. Raises Missing without one."""
    row = row_of(ask)
    if row is None:
        raise Missing(
            "There is no such account.", hint="Choose one from the list.", link=ask.link("/customer-360"), link_text="Open the list"
        )
    return str(row["account_id"])


def card_of(ask: Ask) -> dict[str, Any]:
    """The scorecard that accounts are shown by: the built-in one, or the workspace's own of that name."""
    known = cards(ask.serving.parts)
    return known.get(ask.one("card") or DEFAULT_CARD, known[DEFAULT_CARD])


def health_of(ask: Ask) -> dict[str, Any] | None:
    """Health of the account of the page."""
    card = card_of(ask)
    return ask.overall(account_health, id_of(ask), card["id"], card["version"])


# The head --------------------------------------------------------------------------------------------------------------


def head(ask: Ask) -> Mapping[str, Any]:
    """Name, badges, ids, facts and the health gauge."""
    row, found = row_of(ask) or {}, ask.overall(account_head, id_of(ask))
    health = health_of(ask)
    words = [row.get(name) for name in ("industry", "region", "country")]
    return {
        "row": row,
        "head": found,
        "place": " · ".join(dict.fromkeys(str(word) for word in words if word and word != "Unspecified")),
        "initials": "".join(word[0] for word in str(row["account_name"]).split()[:2]).upper(),
        "health": health,
        "status": figures.band_status(health["band"] if health else None),
        "gauge": gauge(health["score"], health["bands"]) if health else None,
        "part_status": [figures.points_status(part["points"], health["bands"]) for part in health["parts"]] if health else [],
        "rows": lambda metric: ask.rows_link(metric, f"account_id={row['account_id']}"),
    }


def gauge(score: float | None, bands: Mapping[str, float]) -> dict[str, Any]:
    """Paths of the gauge: its track, the score on it, and the bands around it."""
    edges = ((0.0, bands["at_risk"], "crit"), (bands["at_risk"], bands["healthy"], "warn"), (bands["healthy"], 100.0, "good"))
    gap = 0.8
    outer = [(arc(start + gap * (start > 0), end - gap * (end < 100), 67.0), status) for start, end, status in edges]  # noqa: PLR2004 - the end of the scale
    return {"track": arc(0, 100, 56.0), "value": arc(0, max(score, 0.5), 56.0) if score is not None else None, "bands": outer}


def arc(start: float, end: float, radius: float) -> str:
    """An SVG path along the gauge from ``start`` to ``end`` (0 to 100)."""
    first, last = _on(start, radius), _on(end, radius)
    large = int(SWEEP * (end - start) / 100 > 180)  # noqa: PLR2004 - half a turn
    return f"M{first[0]:.1f} {first[1]:.1f}A{radius:g} {radius:g} 0 {large} 1 {last[0]:.1f} {last[1]:.1f}"


def _on(points: float, radius: float) -> tuple[float, float]:
    angle = math.radians(START + SWEEP * points / 100)
    return CENTRE + radius * math.sin(angle), CENTRE - radius * math.cos(angle)


def nearest(ask: Ask) -> Mapping[str, Any]:
    """What may have been meant by an account that is not there."""
    given = str(ask.one("id"))
    return {"given": given, "nearest": ask.overall(nearest_accounts, given), "all": ask.link("/customer-360")}


# Why, peers, history ---------------------------------------------------------------------------------------------------


def why(ask: Ask) -> Mapping[str, Any]:
    """Why the account scores as it does, with the lengths of the bars. Raises Missing without a score."""
    found = ask.overall(why_score, id_of(ask))
    if found is None:
        raise Missing(
            "This account has no propensity score.", hint="It came with a load whose results were not computed yet. Refresh them."
        )
    top = max((abs(push["push"]) for push in found["pushes"]), default=0.0) or 1.0
    sided = any(push["push"] < 0 for push in found["pushes"])
    return {**found, "top": top, "zero": 34.0 if sided else 0.0, "room": 60.0 if sided else 94.0, "card": ask.link("/predictive-analytics")}


def why_rows(ask: Ask) -> pl.DataFrame:
    """The same as a table."""
    found = why(ask)
    return pl.DataFrame(
        [{name: push[name] for name in ("label", "value", "push", "note")} for push in found["pushes"]], infer_schema_length=None
    )


def profile(ask: Ask) -> pl.DataFrame:
    """The solution document's radar: the account against its peers."""
    return _axes(ask.overall(peers, id_of(ask)), ask, {"project_success_rate": "ratio"})


def health_profile(ask: Ask) -> pl.DataFrame:
    """The parts of its health against its peers."""
    card = card_of(ask)
    return _axes(ask.overall(health_against_peers, id_of(ask), card["id"], card["version"]), ask, {})


def _axes(found: Mapping[str, Any], ask: Ask, units: Mapping[str, str]) -> pl.DataFrame:
    def text(axis: Mapping[str, Any], name: str) -> str:
        return ask.fmt.of(axis[name], units.get(axis["id"], "number"))

    rows = [{**axis, "text": text(axis, "value"), "peer_text": text(axis, "peer")} for axis in found["axes"]]
    return pl.DataFrame(rows, infer_schema_length=None) if any(axis["value"] is not None for axis in rows) else pl.DataFrame()


def radar(frame: pl.DataFrame, ask: Ask) -> Figure:
    """Radar of either."""
    return figures.radar(frame.to_dicts(), safe_text(str((row_of(ask) or {}).get("account_name", ""))))


def peers_sub(ask: Ask) -> str:
    """Who the peers are."""
    return str(ask.overall(peers, id_of(ask))["who"])


def history(ask: Ask) -> pl.DataFrame:
    """Health over snapshots. Raises Missing with one."""
    card = card_of(ask)
    frame = ask.overall(account_health_history, id_of(ask), card["id"], card["version"])
    if frame["score"].drop_nulls().len() < 2:  # noqa: PLR2004 - a line needs two points
        raise Missing("Health of one snapshot so far.", hint="The line begins with the next file of a later date.")
    return frame


# Rows ------------------------------------------------------------------------------------------------------------------


def rows(ask: Ask, table: str) -> pl.DataFrame:
    """Rows of the account in a table."""
    return ask.overall(account_rows, id_of(ask), table)


def count(table: str) -> Any:  # noqa: ANN401 - a counter of a tab
    """How many rows of a table the account has."""
    return lambda ask: rows(ask, table).height if chosen(ask) else None


def asset_rows(ask: Ask) -> pl.DataFrame:
    """Assets with the words of their support."""
    frame = rows(ask, "assets")
    return frame.with_columns(
        pl.coalesce("product_name", "product_description", "asset_id").alias("product"),
        pl.concat_str([pl.col("product_category"), pl.col("asset_id")], separator=" · ", ignore_nulls=True).alias("what"),
        pl.col("support_status").fill_null("Unknown").alias("support"),
        pl.when(pl.col("days_to_end_of_life").is_not_null()).then(pl.col("end_of_life_date")).alias("end_of_life"),
        pl.when(pl.col("days_to_end_of_service").is_not_null()).then(pl.col("end_of_service_date")).alias("end_of_service"),
    )


def life(ask: Ask) -> Mapping[str, Any]:
    """The worst assets with their life cycles on one scale. Raises Missing without assets."""
    frame = asset_rows(ask)
    if not frame.height:
        raise Missing("No assets of this account are loaded.", hint="Load an installed base (a sheet Install Base, or a table assets).")
    shown: Sequence[dict[str, Any]] = frame.head(ASSETS_SHOWN if ask.one("tab") in {None, "overview"} else LIFE_SHOWN).to_dicts()
    scale = lifecycle.scale_of(shown, ask.as_of)
    return {
        "assets": [{**row, "bars": lifecycle.bars_of(row, scale), "support_at": lifecycle.support_place(row, scale)} for row in shown],
        "count": frame.height,
        "here": scale.at(ask.as_of),
        "ticks": lifecycle.ticks_of(scale, ask.as_of),
        "all": ask.here(tab="assets"),
        "support_status": support_status,
    }


LIFE_SHOWN = 12


def support_status(row: Mapping[str, Any]) -> str:
    """Status of a support: good, crit for none or expired; unknown without a word of it."""
    return "good" if row["is_supported"] else "unknown" if row["support_status"] is None else "crit"


def deals(ask: Ask) -> pl.DataFrame:
    """Opportunities with their state, the open ones with their chances."""
    state = pl.when(pl.col("is_open")).then(pl.lit("Open")).when(pl.col("is_won")).then(pl.lit("Won"))
    known = state.when(~pl.col("is_won")).then(pl.lit("Lost")).otherwise(pl.lit("Unknown"))
    name = pl.coalesce("opportunity_name", "opportunity_id").alias("name")
    told = ask.overall(chances).select("opportunity_id", "days_to_close", *CHANCES)
    frame = rows(ask, "opportunities").with_columns(known.alias("state"), name)
    return drawn(frame.join(told, on="opportunity_id", how="left", maintain_order="left"), ask)


CHANCES = ("win", "win_low", "win_high", "win_source", "slip", "slip_low", "slip_high", "slip_source")


def projects(ask: Ask) -> pl.DataFrame:
    """Projects with the reading of their stage."""
    return rows(ask, "projects").with_columns(pl.coalesce("project_description", "project_id").alias("name"))


def links(ask: Ask) -> pl.DataFrame:
    """How the account's ids were joined."""
    kinds = {"territory_id": "Territory", "customer_id": "Customer id", "name": "Name", "account_id": "Account id"}
    found = ask.overall(account_links, id_of(ask))
    states = {"auto": "Joined", "review": "To review", "decided": "Decided", "rejected": "Rejected"}
    return found.with_columns(
        pl.col("kind").replace_strict(kinds, default="Id"),
        pl.col("method").str.replace_all("_", " "),
        pl.col("status").replace_strict(states, default="Joined"),
    )


def chooser(ask: Ask) -> pl.DataFrame:
    """Every account of the request, the most revenue at risk first."""
    places = [pl.col(name) for name in ("region", "industry")]
    return ask(account_choices).with_columns(pl.concat_str(places, separator=" · ", ignore_nulls=True).alias("place"))
