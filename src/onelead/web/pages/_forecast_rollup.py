"""The roll-up of the Forecast page: the rep's, the manager's and the model's number of the quarter side by side, changed in place."""

from __future__ import annotations

from onelead.web._page import Column, Filter, Panel, Tab, Table, Tile, Tiles
from onelead.web.pages import _rollup as data

HOW = (
    "The rep's number is what the rep said, else what the forecast categories say: booked and Commit; booked, Commit and Best case; or, as most "
    "likely, booked and each category's open amounts × the share that such amounts brought from as late in past quarters. The manager's number is "
    "what the manager said, else the rep's; of a team what the manager said, else the sum of its reps. The model's number is the bookings forecast, "
    "with its 80 % interval. Quotas are those of the fiscal quarter, as quota attainment counts them."
)

CALL = Filter(
    "call", "Call", data.CALLS, icon="messages", default="most_likely", hint="Which of the quarter's numbers the roll-up compares."
)

ROLLUP = Tab(
    "rollup",
    "Roll-up",
    (
        Tiles(
            id="rollup-tiles",
            title="The quarter",
            tiles=(
                Tile(label="Quota", number=data.quota, how="Quotas of the fiscal quarter for bookings, or of no stated measure."),
                Tile(label="Reps say", number=data.tile("rep_number"), how=HOW),
                Tile(label="Managers say", number=data.tile("manager_number"), how=HOW),
                Tile(label="The model says", number=data.tile("model"), how=HOW),
            ),
        ),
        Table(
            id="rollup",
            title="Team by team",
            sub=data.words,
            rows=data.rows,
            columns=(
                Column("name", "Team and rep", phone="title", sub="below", link=data.owner_link),
                Column("quota", "Quota", "money"),
                Column("booked", "Booked", "money"),
                Column("rep_number", "Rep's number", "money", sub="rep_mark"),
                Column("manager_number", "Manager's number", "money", sub="manager_mark"),
                Column("model", "Model's number", "money", sub="range", phone="value"),
                Column("change", "Change", link=data.change_link, export=False, sortable=False),
                Column("attainment", "Model of quota", "percent", show=False),
                Column("commit", "Commit", "money", minor=True),
                Column("most_likely", "Most likely", "money", minor=True),
                Column("best_case", "Best case", "money", minor=True),
                Column("low", "Model, low", "money", show=False),
                Column("high", "Model, high", "money", show=False),
                Column("manager", "Manager", show=False),
            ),
            size=50,
            search=("name", "team"),
            metrics=("quota_attainment", "pipeline_coverage"),
            how=HOW,
        ),
        Panel(
            id="rollup-change",
            title="Say another number",
            span=5,
            sub="for the whole quarter, what is booked included",
            template="panels/forecast_override.html",
            data=data.change_form,
            how="Reps say their own number, managers those of their team and its reps. It stands beside the computed ones and changes none of them; "
            "who said it, when and why is kept, and can be taken back.",
        ),
        Table(
            id="rollup-history",
            title="What was said",
            span=7,
            rows=data.history,
            columns=(
                Column("at", "When", "date"),
                Column("whose", "Of whom", phone="title"),
                Column("measure_name", "Call"),
                Column("side_name", "Whose number"),
                Column("amount", "Number", "money", phone="value"),
                Column("reason", "Reason", sub="who"),
                Column("state", "State", "badge", status=data.state_status),
            ),
            size=10,
            search=("whose", "reason"),
            empty="Nobody has said another number for this quarter yet.",
            how="Every entry of the quarter that is forecast, the newest first. Nothing is deleted: what was taken back stays in the list.",
        ),
    ),
)
