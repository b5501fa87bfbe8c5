"""Executive summary: one printable page of headline numbers, risks, actions, trends, and what is not known."""

from __future__ import annotations

from onelead.web._page import Page, Panel
from onelead.web.pages import _summary

PAGE = Page(
    id="executive_summary",
    title="Executive summary",
    section="Measure",
    icon="printer",
    about="One page to print or forward: headline numbers with their ranges, top risks, top actions, trends, and what is not known.",
    hidden=True,
    print_only=True,
    account_filters=False,
    lead=lambda ask: (
        f"{ask.workspace_name}, as of {ask.fmt.date(ask.as_of)}, snapshot {ask.known_stamp.publication:04d}."
        + (" Only the accounts of the filters in the address." if ask.narrowed else "")
    ),
    blocks=(
        Panel(
            id="summary",
            title="Executive summary",
            template="panels/executive_summary.html",
            data=_summary.summary,
            table=_summary.action_rows,
            bare=True,
        ),
    ),
)
