"""The morning questions: three for each person of the product, each answered from the first page in at most two clicks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from tests.e2e._browser import Reader, reading

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

pytestmark = pytest.mark.slow
MOST_CLICKS = 2


@dataclass(frozen=True)
class Question:
    """Who asks what, what they click from the first page, and what they read then (patterns, in ``place``)."""

    person: str
    asks: str
    clicks: tuple[str, ...]
    answer: tuple[str, ...]
    place: str = "main"
    data: str = "august"


def menu(title: str) -> str:
    return f".ol-nav a[title='{title}'], .ol-nav a[title^='{title}:']"


def tab(words: str) -> str:
    return f"nav.tabs a:has-text('{words}')"


QUESTIONS = (
    Question(
        "consultant",
        "What do I do first today, and why?",
        (menu("Action Required"),),
        (r"Renew 4 x86 Premium Servers past end of life", r"Brackwald Werkzeugbau", r"4 past end of life", r"4 without support"),
        "li.act",
    ),
    Question(
        "consultant",
        "What do I write to them?",
        (menu("Action Required"),),
        (r"Hello Brackwald Werkzeugbau team", r"\d of \d filled"),
        ".mail",
    ),
    Question(
        "consultant",
        "Who has service credits to put to use?",
        (menu("Consultant Enablement"), tab("Service expansion")),
        (r"unused service credits", r"Corrigan Vale Foods"),
    ),
    Question("sales rep", "Which account is likeliest?", (menu("Pipeline"),), (r"Tessmar Group\s[\s\S]*High",), "#b-propensity table"),
    Question(
        "sales rep",
        "What is the next step there?",
        (menu("Pipeline"), "#b-propensity tbody tr a"),
        (r"Tessmar Group", r"Renew 3 x86 Premium Servers past end of life"),
    ),
    Question(
        "sales rep",
        "Which of my deals are overdue?",
        (menu("Pipeline"),),
        (r"Close date passed \d+ d ago", r"Deal \d+"),
        "#b-risk",
        data="deals",
    ),
    Question(
        "sales manager",
        "What changed in the pipeline since the last load?",
        (menu("Pipeline"), tab("What changed")),
        (r"balances to \$0", r"Created", r"Won", r"Lost"),
        "#b-changed",
        data="deals",
    ),
    Question("sales manager", "Who leads?", (menu("Pipeline"),), (r"Ines Valderrama", r"Keiko Amano"), "#b-owners", data="deals"),
    Question(
        "sales manager",
        "With which customers is the revenue at risk?",
        (menu("Business Metrics"),),
        (r"Where revenue at risk concentrates", r"2 accounts of 5 hold 80%"),
    ),
    Question(
        "executive", "How much revenue is at risk, and how sure is that?", (), (r"Revenue at risk\s+\$249K", r"est\.", r"\$199K – \$298K")
    ),
    Question(
        "executive",
        "What will the actions bring, and when?",
        (menu("Forecast and What-if"),),
        (r"Expected from actions", r"Expected value of actions", r"by month of the due date"),
    ),
    Question(
        "executive",
        "What do we not know?",
        (menu("Business Metrics"),),
        (r"What needs data", r"Net revenue retention", r"Quota attainment"),
    ),
    Question(
        "customer-success manager",
        "Which account is least healthy?",
        (menu("Customer Health"),),
        (r"Brackwald Werkzeugbau\s[\s\S]*35",),
        "#b-accounts tbody tr",
    ),
    Question(
        "customer-success manager",
        "Why is it?",
        (menu("Customer Health"), "#b-accounts tbody tr:has-text('Brackwald') a"),
        (r"Product lifecycle\s+5\b", r"Support coverage\s+20"),
    ),
    Question(
        "customer-success manager",
        "How do I hand over a customer's new file?",
        (menu("Load and Onboarding"),),
        (r"[Dd]rop", r"[Nn]othing is published before you confirm"),
    ),
    Question("sales operations", "Is the data complete?", (menu("Data Insights"),), (r"Excellent|Good|Poor", r"[Ii]nstalled base")),
    Question(
        "sales operations",
        "Which customers were unified, and how?",
        (menu("Data Insights"), tab("Identities")),
        (r"Raw customer ids\s+31", r"Accounts\s+10\b", r"Source ids"),
    ),
    Question(
        "sales operations",
        "Which prices do the estimates rest on?",
        (menu("Admin"), "a:has-text('Price')"),
        (r"[Pp]rice book", r"Replacement value of one asset", r"Credit"),
    ),
    Question(
        "data person",
        "Which SQL computes revenue at risk?",
        ("section[aria-label='Revenue at risk'] a[data-pop]", "#pop summary:has-text('SQL')"),
        (r"SELECT", r"revenue_at_risk", r"snapshot 0001"),
        "#pop",
    ),
    Question(
        "data person",
        "Which rows are the 27 expired products?",
        ("section[aria-label='Expired products'] .ft a",),
        (r"1 – 27 of 27", r"DL360p Gen8"),
    ),
    Question(
        "data person",
        "How do I ask from a program?",
        ("header a[data-help]", "main a:has-text('REST API')"),
        (r"/api/v1/accounts",),
        "body",
    ),
)


@pytest.fixture(scope="module")
def readers(browser: Browser, august: str, deals: str) -> Iterator[dict[str, Reader]]:
    """One reader of each workspace for all questions, as people keep the product open."""
    with reading(browser, august) as of_august, reading(browser, deals) as of_deals:
        yield {"august": of_august, "deals": of_deals}


def test_there_are_three_for_each_person() -> None:
    asked = [question.person for question in QUESTIONS]
    assert len(QUESTIONS) == 21
    assert {asked.count(person) for person in asked} == {3}


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: f"{question.person}: {question.asks}")
def test_is_answered_in_two_clicks(readers: dict[str, Reader], question: Question) -> None:
    reader = readers[question.data]
    reader.clicks = 0
    reader.complaints.clear()
    reader.open("/")
    for selector in question.clicks:
        reader.click(selector)
    assert reader.clicks <= MOST_CLICKS
    text = reader.text(question.place)
    for pattern in question.answer:
        assert re.search(pattern, text), f"{pattern!r} is not on the page:\n{text[:3000]}"
    assert reader.complaints == []
