"""Publications move a pointer; pruning never touches what can be read."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import polars as pl
import pytest

from onelead.core.errors import UnknownNameError, UsageError

if TYPE_CHECKING:
    from onelead.store import Publication, Store

DAY = date(2024, 9, 4)


def publish(store: Store, base: str | None = None, **more: object) -> Publication:
    return store.publish(base or store.new_layer("base"), store.new_layer("results"), as_of=DAY, settings_version="v1", **more)  # type: ignore[arg-type]


def test_publishing_moves_the_pointer(store: Store) -> None:
    assert store.current() is None
    assert store.publications() == []
    first = publish(store, note="first")
    second = publish(store, base=first.base)
    assert first.is_current
    assert store.current() == second
    assert [(entry.id, entry.is_current) for entry in store.publications()] == [(second.id, True), (first.id, False)]
    assert second.base == first.base
    assert second.created_at > first.created_at > datetime(2024, 9, 4, tzinfo=UTC)
    assert (first.as_of, first.note, first.settings_version) == (DAY, "first", "v1")


def test_layer_names_are_never_used_twice(store: Store) -> None:
    names = [store.new_layer("base") for _ in range(5)]
    store.forget_unfinished()
    names += [store.new_layer("base") for _ in range(5)]
    assert len(set(names)) == 10
    with pytest.raises(UnknownNameError):
        store.new_layer("bse")


def test_rollback_points_to_what_is_there(store: Store) -> None:
    first, second = publish(store), publish(store)
    assert store.point_to(first.id).is_current
    current = store.current()
    assert current is not None
    assert current.id == first.id
    with pytest.raises(UnknownNameError, match=r"no snapshot '99'.*"):
        store.point_to(99)
    assert store.point_to(second.id).id == second.id


def test_what_was_taken_back_did_not_lead_to_what_came_after(store: Store) -> None:
    """1, 2, back to 1, 3: from 3 back it is 3, 1. Going forward to 2 again it is 2, 1, also once 1 can no longer be read."""
    first, second = publish(store), publish(store)
    store.point_to(first.id)
    third = publish(store)
    assert [entry.id for entry in store.led_to(third.id)] == [third.id, first.id]
    assert [entry.id for entry in store.led_to(second.id)] == [second.id, first.id]
    assert (first.parent_id, second.parent_id, third.parent_id) == (None, first.id, first.id)
    store.point_to(second.id)
    store.prune(1)
    fourth = publish(store)
    assert [entry.id for entry in store.led_to(fourth.id)] == [fourth.id, second.id]


def test_only_layers_that_were_asked_for_are_published(store: Store) -> None:
    """A refused publication changes nothing: not the pointer, not the layers, not the load."""
    done = publish(store)
    gone = store.new_layer("base")
    store.forget_unfinished()
    for base in (gone, "base_never", done.results):
        with pytest.raises(UsageError, match="no base layer"):
            publish(store, base=base, known=pl.DataFrame({"kind": ["name"], "value": ["x"], "account_id": ["1"]}))
    assert store.current() == done
    assert store.known().is_empty()
    assert len(store.publications()) == 1


def test_prune_keeps_the_newest_and_the_current(store: Store) -> None:
    """Six publications, the first two on one base; the pointer on the second. Keeping 2 leaves 2, 5 and 6."""
    one = publish(store)
    two = publish(store, base=one.base)
    rest = [publish(store) for _ in range(4)]
    store.point_to(two.id)
    dropped = store.prune(2)
    assert {entry.id for entry in store.publications()} == {two.id, rest[2].id, rest[3].id}
    assert set(dropped) == {one.results, rest[0].base, rest[0].results, rest[1].base, rest[1].results}
    assert store.live_layers() == {two.base, two.results, rest[2].base, rest[2].results, rest[3].base, rest[3].results}
    assert store.prune(2) == []
    assert store.prune(1) == sorted([rest[2].base, rest[2].results])
    with pytest.raises(UnknownNameError):
        store.point_to(one.id)
    with pytest.raises(UsageError):
        store.prune(0)


def test_unfinished_work_is_forgotten(store: Store) -> None:
    done = publish(store)
    base = store.new_layer("base")
    store.add_load("k", source_id="s", layout="l", files=[], rows={}, quality={})
    assert store.live_layers() == {done.base, done.results}
    assert store.forget_unfinished() == [base]
    assert store.forget_unfinished() == []
    assert [load.state for load in store.loads()] == ["failed"]
    assert store.current() == done


def test_a_refresh_has_the_load_of_its_base(store: Store) -> None:
    number = store.add_load(
        "k", source_id="s", layout="l", files=[{"name": "a.csv", "sha256": "a"}], rows={"assets": 3}, quality={"bad": 0}
    )
    first = publish(store, load_id=number)
    found = store.load_of(first.id)
    assert found is not None
    assert (found.state, found.rows, found.files) == ("published", {"assets": 3}, [{"name": "a.csv", "sha256": "a"}])
    refreshed = publish(store, base=first.base)
    assert store.load_of(refreshed.id) == found


def test_refused_loads_say_why(store: Store) -> None:
    number = store.add_load("k", source_id="s", layout="l", files=[], rows={}, quality={}, by="Ann")
    store.end_load(number, state="refused", reason="too many bad rows")
    load = store.loads()[0]
    assert (load.state, load.reason, load.created_by) == ("refused", "too many bad rows", "Ann")
    with pytest.raises(UnknownNameError):
        store.end_load(number, state="refusd", reason="")


def test_the_directory_keeps_the_order_of_minting(store: Store) -> None:
    known = pl.DataFrame({"kind": ["name", "name", "customer_id"], "value": ["z", "a", "a"], "account_id": ["2", "1", "3"]})
    store.save_known(known)
    assert store.known().equals(known)
    changed = pl.DataFrame({"kind": ["customer_id", "name", "name"], "value": ["a", "new", "z"], "account_id": ["3", "9", "1"]})
    store.save_known(changed)
    assert store.known().rows() == [("name", "z", "1"), ("customer_id", "a", "3"), ("name", "new", "9")]
    publish(store, known=known)
    assert sorted(store.known().rows()) == sorted(known.rows())
    with pytest.raises(UsageError, match="account_id"):
        store.save_known(known.drop("account_id"))


def test_a_large_directory_is_quick(store: Store) -> None:
    many = pl.select(kind=pl.lit("name"), value=pl.format("v{}", pl.int_range(20_000)), account_id=pl.format("{}", pl.int_range(20_000)))
    store.save_known(many)
    store.save_known(many)
    assert store.known().equals(many)
