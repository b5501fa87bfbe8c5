"""The one error shape."""

from __future__ import annotations

from onelead.core.errors import UnknownNameError
from onelead.core.problem import problem, problem_of


def test_an_expected_error_becomes_a_problem() -> None:
    found = problem_of(UnknownNameError("metric", "acounts", ["accounts"]), request_id="r1")
    assert found == {
        "type": "urn:onelead:problem:unknown_name",
        "title": "Not Found",
        "status": 404,
        "detail": "There is no metric 'acounts'.",
        "code": "unknown_name",
        "hint": "Did you mean 'accounts'?",
        "kind": "metric",
        "name": "acounts",
        "nearest": ["accounts"],
        "request_id": "r1",
    }


def test_further_members_never_replace_the_standard_ones() -> None:
    assert problem(403, "forbidden", "No.", status_text="x", title="mine", extra=None) == {
        "type": "urn:onelead:problem:forbidden",
        "title": "Forbidden",
        "status": 403,
        "detail": "No.",
        "code": "forbidden",
        "status_text": "x",
    }
