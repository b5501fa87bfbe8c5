"""What people decide and do is only ever added to, and can be undone."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onelead.core.errors import ConflictError, UnknownNameError, UsageError
from onelead.store import Store, records_url

DAY = date(2024, 9, 4)


def states(store: Store, day: date = DAY) -> dict[str, str]:
    return dict(store.action_states(day).select("action_id", "state").rows())


def test_decisions_stand_until_undone(store: Store) -> None:
    same = store.decide("same", kind="customer_id", value="100", other_kind="territory_id", other_value="56088", by="Ann")
    split = store.decide("split", kind="name", value="Acme", note="two firms")
    assert store.decisions().select("decision", "kind", "value", "other_kind", "other_value", "decided_by").rows() == [
        ("same", "customer_id", "100", "territory_id", "56088", "Ann"),
        ("split", "name", "Acme", None, None, "local"),
    ]
    store.undo_decision(same, by="Bob")
    assert store.decisions()["decision_id"].to_list() == [split]
    assert store.decision_log()["decision"].to_list() == ["same", "split", "undo"]
    assert store.decision_log()["undoes"].to_list() == [None, None, same]
    with pytest.raises(UnknownNameError):
        store.undo_decision(same)
    with pytest.raises(UnknownNameError, match="'same'"):
        store.decide("sme", kind="name", value="x")
    with pytest.raises(UsageError, match="two sides"):
        store.decide("different", kind="name", value="x")


def test_actions_have_the_state_of_their_last_event(store: Store) -> None:
    store.act("accept", "a", as_of=DAY, account_id="1", type="urgent_renewal", subject="WLAN", who="Ann")
    store.act("snooze", "b", as_of=DAY, until=DAY + timedelta(days=10))
    store.act("dismiss", "c", as_of=DAY, why="sold the site")
    store.act("done", "a", as_of=DAY, account_id="1", type="urgent_renewal", outcome="won")
    assert states(store) == {"a": "done", "b": "snoozed", "c": "dismissed"}
    assert store.undo_action("a") == "done"
    assert states(store)["a"] == "accepted"
    assert store.undo_action("a") == "accept"
    assert "a" not in states(store)
    with pytest.raises(UsageError, match="Nothing was done"):
        store.undo_action("a")
    assert store.action_log("a")["event"].to_list() == ["accept", "done", "undo", "undo"]
    row = store.action_states(DAY).row(1, named=True)
    assert (row["state"], row["why"], row["at"].tzinfo is not None) == ("dismissed", "sold the site", True)


def test_a_snooze_ends_on_its_day(store: Store) -> None:
    store.act("snooze", "b", as_of=DAY, until=DAY + timedelta(days=10))
    assert states(store, DAY + timedelta(days=9)) == {"b": "snoozed"}
    assert states(store, DAY + timedelta(days=10)) == {}


@pytest.mark.parametrize(
    ("event", "details", "message"),
    [
        ("acept", {}, "'accept'"),
        ("snooze", {}, "day after"),
        ("snooze", {"until": DAY}, "day after"),
        ("dismiss", {"why": "  "}, "needs a reason"),
        ("done", {}, "outcome"),
        ("done", {"outcome": "wonn"}, "'won'"),
    ],
)
def test_events_say_what_they_need(store: Store, event: str, details: dict[str, object], message: str) -> None:
    before = store.version()
    with pytest.raises((UsageError, UnknownNameError), match=message):
        store.act(event, "a", as_of=DAY, **details)  # type: ignore[arg-type]
    assert store.action_log().is_empty()
    assert store.version() == before


def test_outcomes_become_labels_and_rates(store: Store) -> None:
    """Two won, one lost, one without result, of which one won is undone: 1 of 3 for renewals, 0 of 0 for none."""
    for action, outcome in (("a", "won"), ("b", "lost"), ("c", "no_result"), ("d", "won")):
        store.act("done", action, as_of=DAY, account_id=action.upper(), type="urgent_renewal", outcome=outcome)
    store.undo_action("d")
    assert store.recorded_outcomes().select("account_id", "as_of", "positive").rows() == [
        ("A", DAY, True),
        ("B", DAY, False),
        ("C", DAY, None),
    ]
    assert store.success_rates() == {"urgent_renewal": (1, 3)}


def test_two_people_do_not_do_the_same(store: Store) -> None:
    mine = store.act("accept", "a", as_of=DAY, who="Ann")
    assert store.act("accept", "a", as_of=DAY, who="Ann") == mine, "pressed twice"
    with pytest.raises(ConflictError, match=r"^Ann accepted it on \d{1,2} [A-Z][a-z]{2} \d{4}\."):
        store.act("accept", "a", as_of=DAY, who="Ben")
    assert store.action_log("a").height == 1
    until = DAY + timedelta(days=10)
    assert store.act("snooze", "a", as_of=DAY, until=until, who="Ben") > mine, "another event is another matter"
    store.act("snooze", "a", as_of=DAY, until=until + timedelta(days=1), who="Ann")
    store.act("snooze", "a", as_of=until + timedelta(days=1), until=until + timedelta(days=30), who="Ben")
    store.act("done", "a", as_of=DAY, outcome="won", evidence="1", who="Ann")
    store.act("done", "a", as_of=DAY, outcome="lost", evidence="1", who="Ann")
    with pytest.raises(ConflictError, match="Ann marked it done"):
        store.act("done", "a", as_of=DAY, outcome="won", evidence="1", who="Ben")
    store.act("done", "a", as_of=DAY + timedelta(days=1), outcome="won", evidence="2", who="Ben")
    assert store.action_log("a")["event"].to_list() == ["accept", "snooze", "snooze", "snooze", "done", "done", "done"]


def test_an_undo_takes_back_the_event_it_names_or_none(store: Store) -> None:
    mine = store.act("accept", "a", as_of=DAY, who="Ann")
    theirs = store.act("snooze", "a", as_of=DAY, until=DAY + timedelta(days=10), who="Ben")
    with pytest.raises(ConflictError, match=r"Ben snoozed it on .* since"):
        store.undo_action("a", who="Ann", event_id=mine)
    assert states(store) == {"a": "snoozed"}
    assert store.undo_action("a", who="Ben", event_id=theirs) == "snooze"
    assert store.undo_action("a", who="Ann", event_id=mine) == "accept"
    with pytest.raises(ConflictError, match="taken back already"):
        store.undo_action("a", who="Ann", event_id=mine)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.sampled_from(["accept", "snooze", "dismiss", "done", "undo"]), max_size=12))
def test_undo_is_the_inverse(tmp_path_factory: pytest.TempPathFactory, steps: list[str]) -> None:
    """The state is the top of a stack: events push, undo pops."""
    store = Store(records_url(None, tmp_path_factory.mktemp("undo")))
    stack: list[str] = []
    for step in steps:
        if step != "undo":
            store.act(step, "a", as_of=DAY, until=date(2030, 1, 1), why="x", outcome="won")
            # who repeats the own event in force adds nothing
            if stack[-1:] != [step]:
                stack.append(step)
        elif stack:
            assert store.undo_action("a") == stack.pop()
    expected = {"accept": "accepted", "snooze": "snoozed", "dismiss": "dismissed", "done": "done"}
    assert states(store) == ({"a": expected[stack[-1]]} if stack else {})
    assert store.recorded_outcomes().height == stack.count("done")
    store.close()


def test_memory_keeps_json(store: Store) -> None:
    store.remember("mapping", "k", {"columns": ["é", 1, None]})
    store.remember("mapping", "k", {"columns": []})
    store.remember("mapping", "j", "x")
    assert store.recall("mapping", "k") == {"columns": []}
    assert store.recall("other", "k") is None
    assert store.recall_all("mapping") == {"j": "x", "k": {"columns": []}}
    assert store.forget("mapping", "k")
    assert not store.forget("mapping", "k")


def test_every_write_raises_the_version(store: Store) -> None:
    seen = [store.version()]
    for write in (
        lambda: store.remember("m", "k", 1),
        lambda: store.decide("split", kind="name", value="x"),
        lambda: store.act("accept", "a", as_of=DAY),
        lambda: store.undo_action("a"),
        lambda: store.new_layer("base"),
    ):
        write()
        seen.append(store.version())
    assert seen == sorted(set(seen))
    store.decisions()
    store.action_states(DAY)
    assert store.version() == seen[-1]


def test_threads_write_side_by_side(store: Store) -> None:
    before = store.version()
    errors: list[BaseException] = []

    def work(name: str) -> None:
        try:
            for number in range(10):
                store.act("accept", f"{name}-{number}", as_of=DAY)
        except BaseException as error:  # noqa: BLE001 - handed to the test
            errors.append(error)

    threads = [threading.Thread(target=work, args=(str(number),)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert store.action_log().height == 40
    assert store.version() == before + 40


def test_times_are_utc_whatever_came_in(url: str) -> None:
    tokyo = datetime(2024, 9, 4, 9, 0, tzinfo=timezone(timedelta(hours=9)))
    store = Store(url, clock=lambda: tokyo)
    store.decide("split", kind="name", value="x")
    assert store.decisions()["decided_at"].to_list() == [datetime(2024, 9, 4, 0, 0, tzinfo=UTC)]
    store.close()
    unaware = Store(url, clock=lambda: datetime(2024, 9, 4, 9, 0))  # noqa: DTZ001 - that is the mistake
    with pytest.raises((TypeError, sa.exc.StatementError), match="no time zone"):
        unaware.decide("split", kind="name", value="x")
    unaware.close()
