"""Security headers, hosts, and changes that come from elsewhere."""

from __future__ import annotations

import json

import pytest
from tests.edge.apps import HOST, ask, measures, says

from onelead.edge.guards import POLICY, Guard, SafeHeaders

Headers = list[tuple[bytes, bytes]]


def test_the_policy_allows_no_inline_script_and_no_other_origin() -> None:
    policy = {name: values for name, *values in (part.split() for part in POLICY.split(";"))}
    assert policy["default-src"] == ["'none'"]
    assert policy["script-src"] == ["'self'"]
    assert policy["style-src"] == ["'self'"]
    assert policy["frame-ancestors"] == ["'none'"]
    assert policy["base-uri"] == ["'none'"]
    assert "unsafe-eval" not in POLICY
    assert "//" not in POLICY


def test_every_answer_has_the_headers_and_may_bring_its_own() -> None:
    plain = ask(SafeHeaders(says())).headers
    assert plain["content-security-policy"] == POLICY
    assert plain["x-content-type-options"] == "nosniff"
    assert plain["cache-control"] == "private, no-cache"
    own = ask(SafeHeaders(says(**{"cache-control": b"no-store"}))).headers
    assert own["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("host", "status"),
    [
        (b"127.0.0.1:8050", 200),
        (b"localhost", 200),
        (b"LOCALHOST:9000", 200),
        (b"[::1]:8050", 200),
        (b"127.0.0.7:8050", 200),
        (b"evil.example", 400),
        (b"localhost.evil.example:8050", 400),
        (b"127.0.0.1.evil.example", 400),
        (b"", 400),
        (b"127.0.0.1:8371@evil.example", 400),
        (b"localhost:80:evil", 400),
        (b"localhost:", 400),
        (b"localhost:80x", 400),
        (b"localhost:8050\n", 400),
        (b"[::1", 400),
        (b"[::1]evil.example", 400),
        (b"[::1]:80@evil.example", 400),
        (b"[localhost]:80", 400),
        (b"::1", 400),
    ],
)
def test_only_this_machine_s_names_are_answered(host: bytes, status: int) -> None:
    guard = Guard(says(), measures=measures(), hosts=frozenset({"127.0.0.7"}))
    assert ask(guard, headers=[(b"host", host)]).status == status


def test_no_host_and_two_hosts_are_refused() -> None:
    guard = Guard(says(), measures=measures())
    assert ask(guard, headers=[]).status == 400
    assert ask(guard, headers=[HOST, (b"host", b"evil.example")]).status == 400


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/do/x/y", [(b"sec-fetch-site", b"same-origin")], 200),
        ("/do/x/y", [(b"sec-fetch-site", b"none")], 200),
        ("/do/x/y", [(b"sec-fetch-site", b"cross-site")], 403),
        ("/do/x/y", [(b"sec-fetch-site", b"same-site"), (b"origin", b"http://127.0.0.1:8050")], 403),
        ("/do/x/y", [(b"origin", b"http://127.0.0.1:8050")], 200),
        ("/do/x/y", [(b"origin", b"http://127.0.0.1:9999")], 403),
        ("/do/x/y", [(b"origin", b"http://evil.example")], 403),
        ("/do/x/y", [(b"origin", b"null")], 403),
        ("/do/x/y", [], 403),
        ("/do/x/y", [(b"content-type", b"application/json")], 403),
        ("/api/v1/x", [(b"content-type", b"application/json")], 200),
        ("/api/v1/x", [(b"content-type", b"application/json"), (b"origin", b"http://evil.example")], 403),
        ("/api/v1/x", [(b"content-type", b"application/x-www-form-urlencoded")], 403),
        ("/api/v1/x", [(b"content-type", b"Text/Plain; charset=utf-8")], 403),
        ("/api/v1/x", [(b"content-type", b"multipart/form-data; boundary=x")], 403),
        ("/api/v1/x", [(b"content-type", b"multipart/form-data; boundary=x"), (b"x-onelead-client", b"nightly")], 200),
        ("/apian/x", [(b"content-type", b"application/json")], 403),
    ],
)
@pytest.mark.parametrize("method", ["POST", "DELETE", "PUT", "PATCH", "BREW"])
def test_changes_come_from_our_own_pages_or_from_programs(method: str, path: str, headers: Headers, status: int) -> None:
    assert ask(Guard(says(), measures=measures()), method, path, [HOST, *headers]).status == status


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ([], 200),
        ([(b"sec-fetch-site", b"cross-site"), (b"sec-fetch-mode", b"navigate")], 200),
        ([(b"sec-fetch-site", b"cross-site"), (b"sec-fetch-mode", b"no-cors")], 403),
        ([(b"sec-fetch-site", b"same-origin"), (b"sec-fetch-mode", b"cors")], 200),
    ],
)
def test_other_sites_may_link_but_not_read(headers: Headers, status: int) -> None:
    assert ask(Guard(says(), measures=measures()), headers=[HOST, *headers]).status == status


def test_a_refusal_is_a_problem_for_programs_a_page_for_people_and_counted() -> None:
    measured = measures()
    guard = Guard(says(), measures=measured)
    program = ask(guard, "POST", "/api/v1/x", [HOST, (b"origin", b"null")])
    assert program.headers["content-type"] == "application/problem+json"
    assert json.loads(program.body)["code"] == "foreign_page"
    person = ask(guard, headers=[(b"host", b"<script>evil")])
    assert person.headers["content-type"] == "text/html; charset=utf-8"
    assert b"<script>evil" not in person.body
    assert 'onelead_refused_total{code="foreign_page"} 1.0' in measured.text().decode()


@pytest.mark.parametrize("path", ["/customer-360?id=%00", "/api/v1/actions/\x00", "/rows?metric=assets&rows=a%3D%00b"])
def test_the_character_nul_is_refused(path: str) -> None:
    assert ask(Guard(says(), measures=measures()), path=path).status == 400
    assert ask(Guard(says(), measures=measures()), path="/rows?metric=assets").status == 200
