"""Customer Health: every account by a scorecard, what it is made of, how it moved, and what drags the portfolio down."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from onelead.web._page import Chart, Choice, Column, Filter, Page, Panel, Table, Tile, Tiles
from onelead.web.figures import health as figures
from onelead.web.pages import _customer_health as loads
from onelead.web.pages import _customer_risk as risk
from onelead.workspace.health import DEFAULT_CARD

if TYPE_CHECKING:
    from onelead.web._ask import Ask
    from onelead.web._page import Row, Status


def _band_tile(band: str, status: Status, label: str) -> Tile:
    return Tile(
        label=label,
        number=loads.band_number(band),
        status=status,
        micro=loads.split,
        link=lambda ask: ask.here(band=band) + "#b-accounts",
        link_text="Show",
        how=f"Accounts whose score is in the band {band} of the scorecard; the scorecard below says where its bands begin.",
    )


def _columns(ask: Ask) -> tuple[Column, ...]:
    card = loads.card_of(ask)
    bands = card["bands"]

    def points(name: str) -> Any:  # noqa: ANN401 - a status of a row
        return lambda row: figures.points_status(row[name], bands)

    parts = [
        Column(
            f"part_{part['id']}",
            part["label"],
            "score",
            status=points(f"part_{part['id']}"),
            hint=f"Points of 100, weight {part['weight']:g} %. {part['measures'][0]['doc'] if part['measures'] else 'No measure yet.'}",
        )
        for part in card["parts"]
    ]
    return (
        Column("account_name", "Account", sub="place"),
        Column(
            "score", "Health", "score", sub="band", status=lambda row: figures.band_status(row["band"]), hint="0 to 100, by the scorecard."
        ),
        Column("change", "Change", "number", status=_moved, hint="Points since the snapshot of the date before."),
        *risk.columns(ask),
        *parts,
        Column("revenue_at_risk", "Revenue at risk", "money", estimated="revenue_at_risk_estimated"),
        Column("expired_products", "Expired", "count", hint="Assets past their end of life."),
        Column("unsupported_products", "Unsupported", "count", hint="Assets without active support."),
        Column("open_actions", "Open actions", "count"),
        Column("tier", "Tier", "badge", minor=True, hint="By what the account is worth a year; a dash where nothing is known."),
        Column("weight_used", "Based on", "percent", minor=True, hint="Share of the scorecard's weight that has data."),
        Column("reason", "Why", minor=True, show=False),
    )


def _moved(row: Row) -> Status | None:
    return {"down": "warn", "up": "good"}.get(row["trend"] or "")  # type: ignore[return-value]


def _lead(ask: Ask) -> str:
    card = loads.card_of(ask)
    return f"{ask.fmt.plural(loads.table(ask).height, 'account')} by the scorecard {card['label']}, the least healthy first."


PAGE = Page(
    id="customer_health",
    title="Customer Health",
    section="Accounts",
    icon="heartbeat",
    about="How well each account is placed with what it runs, what lowers its score, and how that moved.",
    order=10,
    lead=_lead,
    filters=(
        Filter("card", "Scorecard", loads.cards, icon="checklist", default=DEFAULT_CARD),
        Filter("band", "Band", loads.bands, icon="heartbeat", many=True),
        Filter("tier", "Tier", tuple(Choice(name, name) for name in loads.TIERS), icon="tag", many=True),
        Filter("moved", "Moved", loads.MOVES, icon="trending-up"),
        risk.FILTER,
        Filter("part", "Part below", loads.parts, icon="filter"),
        Filter("below", "Points", kind="number", icon="ruler-2", everything="50", hint="A part is below so many points of 100"),
    ),
    blocks=(
        Tiles(
            id="tiles",
            title="Health",
            tiles=(
                _band_tile("Healthy", "good", "Healthy"),
                _band_tile("At risk", "warn", "At risk"),
                _band_tile("Critical", "crit", "Critical"),
                Tile(
                    label="Unknown",
                    number=loads.unknown,
                    status="unknown",
                    micro=loads.thin,
                    link=lambda ask: ask.here(band=loads.UNKNOWN) + "#b-accounts",
                    link_text="Show",
                    how="Accounts for which fewer measures have data than the scorecard asks for: their score is unknown, not zero.",
                ),
                Tile(
                    label="Average health",
                    number=loads.average,
                    micro=loads.average_scale,
                    how="Mean of the scores of all accounts that have one; the change is the mean change of those that had one before.",
                ),
                Tile(
                    label="Falling",
                    number=loads.falling,
                    micro=loads.rising,
                    link=lambda ask: ask.here(moved=loads.FALLING) + "#b-accounts",
                    link_text="Show",
                    how="Accounts whose score fell by half a point or more since the newest snapshot of an earlier as-of date, both scored "
                    "by the scorecard and the settings of today.",
                ),
            ),
        ),
        risk.TILES,
        Chart(
            id="spread",
            title="Accounts by score",
            span=5,
            data=loads.rows,
            figure=loads.spread,
            columns=(Column("account_name", "Account"), Column("score", "Health", "number"), Column("band", "Band")),
            height=286,
            how="Accounts under the filters, by score in steps of ten. A click shows the accounts of that band.",
        ),
        Panel(
            id="losses",
            title="What drags it down",
            span=7,
            template="panels/customer_health_losses.html",
            data=loads.losses,
            table=loads.losses_table,
            sub=lambda ask: f"100 less {loads.average(ask).value} lost, part by part" if loads.average(ask).value is not None else "",
            how="For each part (100 − its points) × its weight after re-weighing, averaged over all accounts that have a score: the losses of "
            "all parts add up to 100 less the average health.",
        ),
        Table(
            id="accounts",
            title="Accounts",
            rows=loads.rows,
            columns=_columns,
            sort="score",
            size=25,
            search=("account_name", "account_id", "place"),
            row_link=lambda row, ask: ask.account_link(row["account_id"]),
            foot="Parts are points of 100. A part without data is left out and the others weigh more.",
            metrics=("revenue_at_risk", "expired_products", "unsupported_products"),
            how="Scores are computed for the as-of date from the loaded rows, when they are asked for.",
        ),
        Chart(
            id="map",
            title="Accounts × parts",
            span=7,
            sub="the 20 least healthy",
            data=loads.least_healthy,
            figure=loads.heat,
            columns=(Column("account_name", "Account"), Column("score", "Health", "number"), Column("reason", "Why")),
            height=470,
            how="Points of each part for the least healthy accounts under the filters. An empty cell has no data.",
            lazy=True,
        ),
        Panel(
            id="card",
            title="The scorecard",
            span=5,
            template="panels/customer_health_card.html",
            data=loads.card_of,
            sub=lambda ask: f"{loads.card_of(ask)['label']}, version {loads.card_of(ask)['version'][:6]}",
            how="Scorecards are TOML files: the built-in ones, and those in the workspace's directory scorecards, which win.",
        ),
        Chart(
            id="history",
            title="Average health over snapshots",
            span=12,
            data=loads.history,
            figure=lambda frame, ask: figures.history(frame, loads.card_of(ask)["bands"], "Average health"),
            columns=(
                Column("as_of", "As of", "date"),
                Column("score", "Average", "number"),
                Column("healthy", "Healthy", "count"),
                Column("at_risk", "At risk", "count"),
                Column("critical", "Critical", "count"),
                Column("unknown", "Unknown", "count"),
            ),
            height=220,
            lazy=True,
            how="The newest snapshot of each as-of date, up to twelve, all scored by the scorecard and the settings of today.",
        ),
    ),
)
