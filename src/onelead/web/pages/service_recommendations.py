"""Service Recommendations: what accounts lack, what similar accounts bought, and what to offer."""

from __future__ import annotations

from onelead.web._page import Choice, Filter, Page, Tile, Tiles
from onelead.web.pages import _service_data as data
from onelead.web.pages._service_gaps import GAPS
from onelead.web.pages._service_offers import CATALOGUE, CROSS, GRID, UP
from onelead.workspace.service_offers import CROSS_SELL, UPSELL

PAGE = Page(
    id="service_recommendations",
    title="Service Recommendations",
    section="Act",
    icon="tools",
    order=20,
    about="Which practices, cover and services accounts lack, what similar accounts bought, and what to offer.",
    lead=lambda ask: (
        f"{ask.fmt.plural(data.offer_count(CROSS_SELL)(ask), 'cross-sell')} and {ask.fmt.plural(data.offer_count(UPSELL)(ask), 'upsell')} to offer, "
        "from what is installed, what was bought, and what similar accounts bought"
    ),
    filters=(
        Filter("practice", "Practice", choices=data.practice_choices, icon="tools", many=True),
        Filter("type", "Type", choices=data.type_choices, icon="tag", many=True),
        Filter(
            "sure",
            "Confidence",
            choices=(Choice("Strong", "Strong"), Choice("Fair", "Fair or better"), Choice("Weak", "Any")),
            icon="target",
            everything="Any",
        ),
    ),
    blocks=(
        Tiles(
            id="tiles",
            title="Headline numbers",
            tiles=(
                Tile(metric="attach_rate", of="of accounts with products"),
                Tile(
                    label="Whitespace",
                    number=data.whitespace_number,
                    also=data.whitespace_value,
                    micro=data.whitespace_micro,
                    status="warn",
                    link=lambda ask: ask.here(tab="grid"),
                    link_text="Open the grid",
                    how="Pairs of account and practice that the account did not buy, that no open opportunity covers, and that at least 30 % of its "
                    "similar accounts bought, at least two of them (settings). The amount is a typical project of each practice: the median of won "
                    "and open ones, an estimate. It is not a forecast: the expected values of the offers hold the chance.",
                ),
                Tile(metric="practice_penetration", of="of accounts × practices"),
                Tile(metric="unused_credits", also=data.credit_value, status="warn"),
            ),
        ),
    ),
    tabs=(GAPS, GRID, CROSS, UP, CATALOGUE),
)
