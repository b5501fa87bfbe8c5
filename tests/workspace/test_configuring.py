"""Settings are changed in one place, checked by their model, never saved over another's change, and can be taken back."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.examples import examples

from onelead.core.errors import BusyError, ForbiddenError, TemplateError, UnknownNameError
from onelead.core.settings import Settings, load_settings
from onelead.core.viewer import LOCAL_ADMIN, Viewer
from onelead.workspace import configuring as use
from onelead.workspace import templating
from onelead.workspace.settings_text import as_toml, from_form, kind_of
from onelead.workspace.wiring import open_parts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from onelead.workspace import Workspace
    from onelead.workspace.wiring import Parts


@pytest.fixture
def parts(tmp_path: Path) -> Iterator[Parts]:
    opened = open_parts(tmp_path / "ws")
    yield opened
    opened.close()


def now(parts: Parts) -> Settings:
    return load_settings(parts.directory / "settings.toml")


def as_form(section: dict[str, Any]) -> dict[str, list[str]]:
    """What a browser sends when a section is opened and saved untouched."""
    form: dict[str, list[str]] = {}
    for field in section["fields"]:
        path, value, kind = field["path"], field["value"], field["kind"]
        if kind == "list":
            form[path] = ["\r\n".join(value)]
        elif kind.startswith("map_"):
            form[f"{path}.key"] = [*value, ""]
            if kind == "map_range":
                form[f"{path}.low"] = [*(str(low) for low, _ in value.values()), ""]
                form[f"{path}.high"] = [*(str(high) for _, high in value.values()), ""]
            else:
                form[f"{path}.value"] = [*("; ".join(v) if kind == "map_list" else str(v) for v in value.values()), ""]
        else:
            form[path] = [str(value)]
    return form


def test_every_setting_is_described_with_a_form_that_gives_it_back(parts: Parts) -> None:
    sections = use.described(parts)
    assert {section["id"] for section in sections} == set(Settings.model_fields)
    assert [field["path"] for section in sections for field in section["fields"]] != []
    assert {field["path"] for section in sections for field in section["fields"]} == set(use.all_paths())
    for section in sections:
        assert use.save_settings(parts, LOCAL_ADMIN, section["id"], as_form(section), use.version_of(parts)) == [], section["id"]
    assert use.history(parts) == []
    assert not (parts.directory / "settings.toml").exists()


def test_a_change_is_written_alone_and_remembered(parts: Parts) -> None:
    changed = use.save_settings(parts, LOCAL_ADMIN, "prices", {"prices.credit": ["1,250"]}, use.version_of(parts))
    assert changed == [{"path": "prices.credit", "before": 500.0, "after": 1250.0}]
    assert tomllib.loads((parts.directory / "settings.toml").read_text()) == {"prices": {"credit": 1250.0}}
    newest, first = use.history(parts)
    assert (newest["who"], newest["current"], newest["changes"][0]["path"]) == ("local", True, "prices.credit")
    assert (first["what"], first["current"]) == ("Defaults", False)
    credit = next(field for field in use.described(parts)[0]["fields"] if field["name"] == "credit")
    assert (credit["changed"], credit["default"], credit["low"], credit["open"]) == (True, 500.0, 0, False)


@pytest.mark.parametrize(
    ("section", "form", "path", "words"),
    [
        ("prices", {"prices.credit": ["-1"]}, "prices.credit", "greater than or equal to 0"),
        ("prices", {"prices.credit": ["many"]}, "prices.credit", "'many' was given"),
        ("prices", {"prices.credit": [""]}, "prices.credit", "nothing was given"),
        ("prices", {"prices.credit": ["inf"]}, "prices.credit", "'inf' was given"),
        ("load", {"load.keep_snapshots": ["2.5"]}, "load.keep_snapshots", "integer"),
        ("prices", {"prices.price_book.key": ["A", "B"], "prices.price_book.value": ["1", "x"]}, "prices.price_book", "B: 'x' was given"),
        (
            "prices",
            {"prices.price_book.key": ["A", "A"], "prices.price_book.value": ["1", "2"]},
            "prices.price_book",
            "'A' stands there twice",
        ),
        ("actions", {"actions.similarity.key": ["colour"], "actions.similarity.value": ["1"]}, "actions.similarity", "product_category"),
    ],
)
def test_a_bad_value_is_named_in_words_and_nothing_is_saved(
    parts: Parts, section: str, form: dict[str, list[str]], path: str, words: str
) -> None:
    with pytest.raises(use.RefusedError) as told:
        use.save_settings(parts, LOCAL_ADMIN, section, form, use.version_of(parts))
    problems = told.value.fields["problems"]
    assert isinstance(problems, dict)
    assert list(problems) == [path]
    assert words in problems[path]
    assert not (parts.directory / "settings.toml").exists()


def test_the_second_of_two_administrators_is_told(parts: Parts) -> None:
    seen_by_both = use.version_of(parts)
    use.save_settings(parts, LOCAL_ADMIN, "prices", {"prices.credit": ["600"]}, seen_by_both)
    with pytest.raises(BusyError, match="changed since this form was opened"):
        use.save_settings(parts, LOCAL_ADMIN, "metrics", {"metrics.expiring_days": ["90"]}, seen_by_both)
    assert now(parts).prices.credit == 600.0
    assert now(parts).metrics.expiring_days == 180


def test_a_version_can_be_gone_back_to_and_forward_again(parts: Parts) -> None:
    (parts.directory / "settings.toml").write_text("# by hand\n[prices]\ncredit = 700.0\n")
    assert use.comment_lines(parts) == 1
    use.save_settings(parts, LOCAL_ADMIN, "metrics", {"metrics.expiring_days": ["90"]}, use.version_of(parts))
    assert (now(parts).prices.credit, now(parts).metrics.expiring_days) == (700.0, 90)
    use.reset_settings(parts, LOCAL_ADMIN, None, use.version_of(parts))
    assert now(parts) == Settings()
    by_hand = use.history(parts)[-1]["number"]
    use.roll_back_settings(parts, LOCAL_ADMIN, by_hand, use.version_of(parts))
    assert (now(parts).prices.credit, now(parts).metrics.expiring_days) == (700.0, 180)
    assert [entry["current"] for entry in use.history(parts)].count(True) == 1
    with pytest.raises(UnknownNameError):
        use.roll_back_settings(parts, LOCAL_ADMIN, 99, use.version_of(parts))


def test_one_setting_or_a_section_goes_back_to_its_default(parts: Parts) -> None:
    use.save_settings(parts, LOCAL_ADMIN, "prices", {"prices.credit": ["600"], "prices.spread": ["0.3"]}, use.version_of(parts))
    use.reset_settings(parts, LOCAL_ADMIN, ["prices.credit"], use.version_of(parts))
    assert (now(parts).prices.credit, now(parts).prices.spread) == (500.0, 0.3)
    with pytest.raises(UnknownNameError, match=r"prices\.credt"):
        use.reset_settings(parts, LOCAL_ADMIN, ["prices.credt"], use.version_of(parts))


def test_only_who_may_change_settings_does(parts: Parts) -> None:
    rep = Viewer(user="rep", roles=frozenset({"rep"}))
    for call in (
        lambda: use.save_settings(parts, rep, "prices", {"prices.credit": ["1"]}, use.version_of(parts)),
        lambda: use.reset_settings(parts, rep, None, use.version_of(parts)),
        lambda: templating.save_template(None, parts, rep, "follow_up", "Subject: x\n"),
        lambda: templating.reset_template(parts, rep, "follow_up"),
    ):
        with pytest.raises(ForbiddenError, match="rep may not change settings"):
            call()
    operations = Viewer(user="ops", roles=frozenset({"sales_operations"}))
    assert use.save_settings(parts, operations, "prices", {"prices.credit": ["1"]}, use.version_of(parts))


def test_results_of_older_settings_are_told_until_they_are_computed_again(loaded: Workspace) -> None:
    parts = open_parts(loaded.directory)
    assert not use.outdated(parts)
    use.save_settings(parts, LOCAL_ADMIN, "prices", {"prices.credit": ["600"]}, use.version_of(parts))
    assert use.outdated(parts)
    parts.close()
    from onelead.workspace import open_workspace

    with open_workspace(loaded.directory) as again:
        again.refresh()
        assert again.metrics("unused_credit_value")["value"].item() == 330 * 600
    parts = open_parts(loaded.directory)
    assert not use.outdated(parts)
    parts.close()


texts = st.text(st.characters(codec="utf-8"), max_size=12)
scalars = st.one_of(st.booleans(), st.integers(-(2**63), 2**63 - 1), st.floats(allow_nan=False), texts)
values = st.one_of(
    scalars, st.lists(scalars, max_size=4), st.dictionaries(texts, st.one_of(scalars, st.lists(scalars, max_size=3)), max_size=4)
)


@settings(max_examples=examples(200, 60), deadline=None)
@example({"a\n": {"b\n": 1, "c": {"d\n": "\x7f\u2028"}}})
@given(st.dictionaries(texts, st.dictionaries(texts, values, max_size=4), max_size=3))
def test_what_is_written_is_read_back_in_the_same_order(sections: dict[str, dict[str, Any]]) -> None:
    back = tomllib.loads(as_toml(sections))
    assert back == sections
    for name, fields in sections.items():
        for field, value in fields.items():
            if isinstance(value, dict):
                assert list(back[name][field]) == list(value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,200", 1200.0),
        ("0,5", 0.5),
        ("12 000", 12000.0),
        ("1'000", 1000.0),
        ("1,200,000.5", 1200000.5),
        ("1.5", 1.5),
        ("a", "a"),
        ("nan", "nan"),
    ],
)
def test_numbers_are_read_as_people_write_them(text: str, value: object) -> None:
    assert from_form("number", "x", {"x": [text]}) == value


def test_the_kinds_of_forms() -> None:
    fields = {path: kind_of(type(getattr(Settings(), path.split(".")[0])).model_fields[path.split(".")[1]]) for path in use.all_paths()}
    assert fields["prices.credit"] == "number"
    assert fields["load.max_rows"] == "whole"
    assert fields["prices.price_book"] == "map_number"
    assert fields["prices.project_size_range"] == "map_range"
    assert fields["metrics.successors"] == "map_text"
    assert fields["actions.practices"] == "map_list"
    assert fields["reading.stage_success"] == "list"
    assert fields["people.roles"] == "map_text"


def test_a_template_is_tried_on_a_real_action_and_kept(loaded: Workspace) -> None:
    parts = open_parts(loaded.directory)
    name = str(loaded.table("actions").sort("rank")["template"][0])
    text = templating.opener_template(parts, name)["text"]
    filled = loaded.ask(templating.try_template, name, text)
    assert filled["subject"]
    assert "{{" not in filled["body"]
    own = text.replace("Subject: ", "Subject: For you: ", 1)
    loaded.ask(templating.save_template, LOCAL_ADMIN, name, own)
    action = str(loaded.actions().filter(loaded.actions()["template"] == name)["action_id"][0])
    assert str(loaded.action(action)["opener_subject"]).startswith("For you: ")
    assert templating.opener_template(parts, name)["own"]
    with pytest.raises(TemplateError, match="unknown"):
        loaded.ask(templating.save_template, LOCAL_ADMIN, name, own + "{{ colour }}")
    with pytest.raises(TemplateError, match="line"):
        loaded.ask(templating.save_template, LOCAL_ADMIN, name, own + "{% if %}")
    with pytest.raises(TemplateError, match="subject"):
        loaded.ask(templating.save_template, LOCAL_ADMIN, name, "Hello\n")
    with pytest.raises(UnknownNameError):
        loaded.ask(templating.save_template, LOCAL_ADMIN, "../settings", own)
    assert str(loaded.action(action)["opener_subject"]).startswith("For you: "), "a refused text changes nothing"
    templating.reset_template(parts, LOCAL_ADMIN, name)
    assert not str(loaded.action(action)["opener_subject"]).startswith("For you: ")
    parts.close()
