"""What models predict of accounts, contracts and deals."""

from __future__ import annotations

from onelead.api._tables import Rows

RESOURCE = Rows(
    "predictions",
    "predictions",
    "prediction",
    "What models predict of accounts, contracts and deals (such as win_chance and slip_chance of open deals), each with its 80 % range where "
    "the model gives one; how good a model is stands on its card at model_cards.",
).resource()
