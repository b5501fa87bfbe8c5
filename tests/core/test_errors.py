"""Errors say what came, what is valid and what to do."""

from __future__ import annotations

import inspect

import pytest

from onelead.core import errors
from onelead.core.errors import OneLeadError, SourceError, UnknownNameError, nearest


def test_nearest_ignores_case_and_puts_the_best_first() -> None:
    assert nearest("EXPIRED_PRODUCT", ["unsupported_products", "expired_products", "assets"])[0] == "expired_products"


def test_an_unknown_name_names_the_nearest() -> None:
    error = UnknownNameError("metric", "expird_products", ["expired_products", "assets"])
    assert error.message == "There is no metric 'expird_products'."
    assert error.hint == "Did you mean 'expired_products'?"
    assert error.fields["nearest"] == ["expired_products"]


def test_an_unknown_name_far_from_everything_lists_what_is_valid() -> None:
    assert UnknownNameError("state", "zzz", ["open", "done"]).hint == "Valid: done, open."
    assert UnknownNameError("account", "zzz", []).hint == "Valid: none yet."
    assert "There are 30 of them" in str(UnknownNameError("account", "@@@", [f"A{n}" for n in range(30)]))


def test_a_source_error_begins_with_the_file() -> None:
    error = SourceError("a.xlsx", "it is empty.", hint="Choose another.")
    assert str(error) == "a.xlsx: it is empty. Choose another."


def every_error() -> list[type[OneLeadError]]:
    return [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, OneLeadError)]


@pytest.mark.parametrize("kind", every_error())
def test_every_error_has_a_code_and_a_docstring(kind: type[OneLeadError]) -> None:
    assert kind.code
    assert kind.__doc__
    assert 400 <= kind.status < 600
    assert kind.exit_code > 0


def test_codes_are_unique() -> None:
    codes = [kind.code for kind in every_error()]
    assert len(codes) == len(set(codes))
