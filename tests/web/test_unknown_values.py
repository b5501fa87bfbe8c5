"""Values of filters that do not exist, and sums of estimates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from onelead.web._ask import Ask
from onelead.web._page import Column, Table
from onelead.web._table import shown

if TYPE_CHECKING:
    from starlette.testclient import TestClient

    from onelead.workspace import Serving


def test_a_value_that_no_filter_has_is_named_and_can_be_cleared(client: TestClient) -> None:
    page = client.get("/customer-health?band=Nope&account=zzz").text
    assert "There is no Account “zzz”" in page
    assert "There is no Band “Nope”" in page
    assert 'href="/customer-health?band=Nope">Clear this filter' in page


def test_a_known_value_that_other_filters_leave_nothing_of_is_not_called_unknown(client: TestClient) -> None:
    account = client.get("/choices/action_required/account").text.partition('value="')[2].partition('"')[0]
    assert account
    page = client.get(f"/action-required?account={account}&type=critical_renewal&urgency=Low").text
    assert "There is no" not in page


def test_a_total_of_estimates_is_marked(august_serving: Serving) -> None:
    table = Table(id="t", title="T", columns=(Column("a", "A"), Column("v", "V", "money", estimated="e")), total=("v",))
    ask = Ask(august_serving, Any, None, "/x", {})  # type: ignore[arg-type]
    for flags, marked in (([True, False], True), ([False, False], False)):
        total = shown(table, pl.DataFrame({"a": ["x", "y"], "v": [1.0, 2.0], "e": flags}), ask).total
        assert total is not None
        assert [cell.estimated for cell in total] == [False, marked]


def test_an_unknown_type_of_action_is_named_with_those_there_are(client: TestClient) -> None:
    answer = client.get("/action-required?type=Nope&order=due")
    assert answer.status_code == 200
    assert "There is no Type “Nope”. There are: Critical renewal," in answer.text
    assert 'href="/action-required?order=due">Clear this filter' in answer.text
    assert 'data-act="' not in answer.text, "nothing is found under it"


def test_an_unknown_order_is_named_and_the_usual_one_holds(client: TestClient) -> None:
    page = client.get("/action-required?order=Nope").text
    assert "There is no Order “Nope”. There are: Priority, then value, Due date, Expected value." in page
    assert 'data-act="' in page
