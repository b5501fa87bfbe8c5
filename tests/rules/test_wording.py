"""How actions and openers read: one and many, some and all, long ago, whom to greet, flags that stand alone, when an action is due."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from tests.rules.world import account, asset, day, given

from onelead.rules import recommend, render


def first(**tables: Any) -> dict[str, Any]:
    return recommend(given(**tables)).row(0, named=True)


def letter(action: dict[str, Any]) -> str:
    opener = render(action)
    return f"{opener.subject}\n{opener.body}"


@pytest.mark.parametrize(
    ("fields", "greeting"),
    [
        ({"account_name": "Acme"}, "Hello Acme team,"),
        ({"account_name": "Territory 61001", "territory_id": "61001", "source_ids": "61001"}, "Hello,"),
        ({"account_name": "Customer 77", "source_ids": "77,78"}, "Hello,"),
        ({"account_name": "Territory Foods", "territory_id": "61001"}, "Hello Territory Foods team,"),
        ({"account_name": "Acme and 1 more"}, "Hello,"),
        ({"account_name": "Acme and 12 more"}, "Hello,"),
        ({"account_name": "Less and more"}, "Hello Less and more team,"),
    ],
)
def test_only_a_name_is_greeted(fields: dict[str, Any], greeting: str) -> None:
    text = letter(first(accounts=[account("A") | fields], assets=[asset("1", end_of_life_date=day(-1))]))
    assert text.split("\n")[1] == greeting
    assert greeting != "Hello," or fields["account_name"] not in text


def past(count: int, *, bare: int, category: str = "WLAN HW") -> list[dict[str, Any]]:
    status = ["Uncovered"] * bare + ["Active Warranty"] * (count - bare)
    return [asset(str(i), category=category, end_of_life_date=date(2019, 3, 31), support_status=status[i]) for i in range(count)]


@pytest.mark.parametrize(
    ("count", "bare", "subject", "told", "flags"),
    [
        (1, 1, "your WLAN HW product", "We see no active support for it", ["1 WLAN HW asset without active support"]),
        (3, 3, "your 3 WLAN HW products", "None of them has active support", ["All 3 WLAN HW assets without active support"]),
        (3, 1, "your 3 WLAN HW products", "For 1 of them we see no active support", ["1 of 3 WLAN HW assets without active support"]),
        (3, 0, "your 3 WLAN HW products", None, []),
    ],
)
def test_one_some_and_all(count: int, bare: int, subject: str, told: str | None, flags: list[str]) -> None:
    action = first(assets=past(count, bare=bare))
    text = letter(action)
    assert text.split("\n")[0] == f"Next steps for {subject}"
    assert ("active support" in text) is bool(told)
    assert told is None or told in text
    assert json.loads(action["risk_flags"]) == flags


def test_every_asset_flag_names_its_subject() -> None:
    rows = [asset(str(i), category="x86 Premium Servers", end_of_life_date=day(1), support_end_date=day(-5),
                  end_of_service_date=day(-1) if i else None) for i in range(4)]  # fmt: skip
    assert json.loads(first(assets=rows)["risk_flags"]) == [
        "3 of 4 x86 Premium Servers past end of service life: parts and fixes may no longer be had",
        "All 4 x86 Premium Servers with support that has ended by its date, though the status says active",
    ]


@pytest.mark.parametrize(("delivered", "told"), [(0.0, "all unused"), (2.0, "4 of them unused"), (6.0, None)])
def test_credits_that_end(delivered: float, told: str | None) -> None:
    row = {"account_id": "A", "purchased_credits": 6.0, "delivered_credits": delivered, "contract_end_date": day(20)}
    action = first(service_credits=[row])
    tail = f"; {told}" if told else ""
    assert action["why"] == f"6 service credits in 1 contract end by 24 September 2024 (in 20 days){tail}"
    assert ("All of them are still unused" in letter(action)) is (told == "all unused")
    left = int(6 - delivered)
    assert json.loads(action["risk_flags"]) == ([f"{left} service credits lapse if unused by 24 September 2024"] if left else [])


def test_a_single_credit() -> None:
    row = {"account_id": "A", "purchased_credits": 1.0, "delivered_credits": 0.0, "contract_end_date": day(20)}
    found = recommend(given(service_credits=[row])).rows(named=True)
    assert found[0]["why"] == "1 service credit in 1 contract ends by 24 September 2024 (in 20 days); unused"
    assert found[1]["why"] == "The 1 service credit is unused"
    text = "\n".join(letter(action) for action in found)
    assert "your 1 " not in text.lower()
    assert "1 of your service credits end" not in text


def test_all_credits_unused() -> None:
    rows = [{"account_id": "A", "purchased_credits": 6.0, "delivered_credits": 0.0}, {"purchased_credits": 6.0, "delivered_credits": 0.0}]
    found = {row["type"]: row["why"] for row in recommend(given(service_credits=rows)).to_dicts()}
    assert found["service_expansion"] == "All 6 service credits are unused"
    assert found["map_credits"] == "1 credit row belongs to no account: 6 credits purchased, all unused, worth $3,000 (estimated)"


def test_long_ago_is_told_in_years() -> None:
    assert first(assets=past(1, bare=0))["why"] == "1 WLAN HW asset passed end of life on 31 March 2019 (about 5 years ago)"
    done = {"account_id": "A", "project_id": "1", "stage_status": "C", "start_date": day(-2000), "end_date": day(-1461)}
    action = first(projects=[done])
    assert action["title"] == "Get back in touch after about 4 years"
    assert json.loads(action["risk_flags"]) == ["No contact with the account for about 4 years"]


@pytest.mark.parametrize(
    ("distance", "due"), [(-2000, 7), (-1, 7), (0, 7), (96, 7), (97, 7), (98, 8), (150, 60), (180, 90), (181, 90), (365, 90)]
)
def test_when_a_critical_renewal_is_due(distance: int, due: int) -> None:
    """Past: in 7 days. Ahead: 90 days before the end of life, not before 7 and not after 90 days from now."""
    action = first(assets=[asset("1", end_of_life_date=day(distance))])
    assert (action["type"], action["priority"], action["due_date"]) == ("critical_renewal", 10, day(due))
    assert action["timeline"] == ("At once" if due == 7 else f"Within {due} days")


def test_a_contract_that_gives_way_still_tells_when_it_ends() -> None:
    rows = [
        asset("1", end_of_life_date=day(-1)),
        asset("2", support_end_date=day(3), contract_value=10.0),
        asset("3", support_end_date=day(9)),
    ]
    assert json.loads(first(assets=rows)["risk_flags"]) == [
        "Also: Support on 2 WLAN HW assets ends, the first on 7 September 2024 (in 3 days), the last on 13 September 2024; worth $190 (estimated)"
    ]
