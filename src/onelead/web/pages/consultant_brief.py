"""The printable brief of an account, and the printable plan of all."""

from __future__ import annotations

from onelead.web._page import Page, Panel
from onelead.web.pages import _consulting as data

PAGE = Page(
    id="consultant_brief",
    title="Consultant brief",
    section="Act",
    icon="printer",
    about="What to know before a call: talking points, openers, next steps, risks, services, and the plan by due date.",
    hidden=True,
    print_only=True,
    lead=lambda ask: f"As of {ask.fmt.date(ask.as_of)}, snapshot {ask.known_stamp.publication}",
    blocks=(Panel(id="brief", title="Brief", template="panels/consulting_brief.html", data=data.briefed, bare=True),),
)
