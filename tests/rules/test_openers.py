"""Openers: strict placeholders, overrides, nothing dangerous."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from onelead.core.errors import TemplateError, UnknownNameError
from onelead.rules import render, templates

if TYPE_CHECKING:
    from pathlib import Path

ACTION = {
    "template": "planned_renewal",
    "services": json.dumps(["Server Upgrade", "Health Check"]),
    "parameters": json.dumps(
        {
            "account_name": "Ärger & <b>Co",
            "greeting": "Hello Ärger & <b>Co team,",
            "products": "2 servers",
            "named": "2 servers",
            "count": 2,
            "first_date": "1 May 2025",
            "last_date": "3 June 2025",
        }
    ),
}


def write(directory: Path, text: str, name: str = "planned_renewal") -> Path:
    (directory / f"{name}.txt").write_text(text, encoding="utf-8")
    return directory


def test_the_whole_letter() -> None:
    opener = render(ACTION)
    assert opener.subject == "Planning ahead for your 2 servers"
    assert opener.body == (
        "Hello Ärger & <b>Co team,\n\n"
        "2 servers at your sites will reach their end of life between 1 May 2025 and 3 June 2025. "
        "There is time to plan this well, and to fit it into your budget.\n\n"
        "I would like to show you what a step-by-step renewal could look like, and hear what you have in mind.\n\n"
        "To prepare it, we offer: Server Upgrade, Health Check.\n\n"
        "When is your next planning round?\n\nKind regards\n"
    )


def test_without_services_their_paragraph_is_left_out() -> None:
    assert "To prepare it" not in render({**ACTION, "services": "[]"}).body


def test_an_override_wins_and_only_where_there_is_one(tmp_path: Path) -> None:
    own = write(tmp_path, "Subject: Hi {{ account_name }}\nBye {{ services | length }}")
    assert render(ACTION, own).subject == "Hi Ärger & <b>Co"
    assert render(ACTION, own).body == "Bye 2\n"
    (own / "planned_renewal.txt").unlink()
    assert render(ACTION, own) == render(ACTION)


@pytest.mark.parametrize(
    ("text", "placeholder"),
    [
        ("Subject: x\n{{ nonsense }}", "nonsense"),
        ("Subject: x\n{% if count == 7 %}{{ nonsense }}{% endif %}", "nonsense"),
        ("Subject: {{ nonsense }}\nx", "nonsense"),
    ],
)
def test_an_unknown_placeholder_is_named_in_whatever_branch(tmp_path: Path, text: str, placeholder: str) -> None:
    with pytest.raises(TemplateError, match=r"planned_renewal.*nonsense") as caught:
        render(ACTION, write(tmp_path, text))
    assert caught.value.fields == {"template": "planned_renewal", "placeholder": placeholder}
    assert "account_name" in str(caught.value.hint)


@pytest.mark.parametrize("nothing", [None, ""])
def test_an_unfilled_placeholder_is_an_error(nothing: Any) -> None:
    fields = json.loads(ACTION["parameters"]) | {"last_date": nothing}
    with pytest.raises(TemplateError, match=r"planned_renewal.*last_date"):
        render({**ACTION, "parameters": json.dumps(fields)})


@pytest.mark.parametrize(
    "text",
    [
        "Subject: x\n{{ account_name ",
        "Subject: x\n{% if %}",
        "Subject: x\n{{ account_name.nothing }}",
        "Subject: x\n{{ account_name.__class__.__mro__ }}",
        "Subject: x\n{{ count + account_name }}",
        "Subject: x\n{{ count / 0 }}",
        "No subject\nx",
        "Subject:   \nx",
        "",
    ],
)
def test_a_broken_or_hostile_template_is_one_clear_error(tmp_path: Path, text: str) -> None:
    with pytest.raises(TemplateError, match="planned_renewal"):
        render(ACTION, write(tmp_path, text))


def test_an_unknown_template_names_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'planned_renewal'"):
        render({**ACTION, "template": "planed_renewal"}, tmp_path)
    with pytest.raises(UnknownNameError):
        render({**ACTION, "template": "../planned_renewal"}, tmp_path)


def test_templates_are_packaged() -> None:
    assert "critical_renewal_past" in templates()
