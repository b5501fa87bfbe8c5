"""Static files: versions, types, compression, and nothing outside the directory."""

from __future__ import annotations

import gzip
import os
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest
from tests.edge.apps import HOST, ask

from onelead.edge.static import StaticFiles

if TYPE_CHECKING:
    from pathlib import Path

STYLE = b'@font-face{src:url("a.woff2")}\nb{background:url("none.png")}\n' + b".x{color:red}\n" * 100


@pytest.fixture
def files(tmp_path: Path) -> StaticFiles:
    inside = tmp_path / "static"
    (inside / "pages").mkdir(parents=True)
    (inside / "style.css").write_bytes(STYLE)
    (inside / "a.woff2").write_bytes(b"font")
    (inside / "pages" / "p.js").write_text("1")
    (inside / "odd.py").write_text("secret")
    (tmp_path / "outside.js").write_text("secret")
    (inside / "link.js").symlink_to(tmp_path / "outside.js")
    found = StaticFiles(inside)
    (inside / "later.js").symlink_to(tmp_path / "outside.js")
    return found


def version(data: bytes) -> str:
    return sha256(data).hexdigest()[:12]


def test_an_address_with_the_version_is_kept_for_good(files: StaticFiles) -> None:
    exact = ask(files, path=f"/style.css?v={version(STYLE)}")
    assert exact.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert exact.headers["content-type"] == "text/css; charset=utf-8"
    for path in ("/style.css", "/style.css?v=000000000000", f"/style.css?v={version(STYLE)}0"):
        assert ask(files, path=path).headers["cache-control"] == "public, no-cache"


def test_a_browser_that_has_the_file_gets_304(files: StaticFiles) -> None:
    tag = ask(files, path="/style.css").headers["etag"]
    got = ask(files, path="/style.css", headers=[HOST, (b"if-none-match", tag.encode())])
    assert (got.status, got.body) == (304, b"")
    assert ask(files, path="/style.css", headers=[HOST, (b"if-none-match", b'"other"')]).status == 200


def test_text_is_sent_compressed_under_its_own_tag(files: StaticFiles) -> None:
    takes = [HOST, (b"accept-encoding", b"gzip")]
    plain, packed = ask(files, path="/style.css"), ask(files, path="/style.css", headers=takes)
    assert gzip.decompress(packed.body) == plain.body
    assert packed.headers["etag"] != plain.headers["etag"]
    assert packed.headers["content-length"] == str(len(packed.body))
    assert "content-encoding" not in ask(files, path="/a.woff2", headers=takes).headers


def test_a_stylesheet_names_the_version_of_the_font_beside_it(files: StaticFiles) -> None:
    body = ask(files, path="/style.css").body.decode()
    assert f'url("a.woff2?v={version(b"font")}")' in body
    assert 'url("none.png")' in body


@pytest.mark.parametrize(
    "path",
    [
        "/../outside.js",
        "/pages/../../outside.js",
        "//etc/passwd",
        "/link.js",
        "/later.js",
        "/odd.py",
        "/pages",
        "/",
        "/none.js",
        "/..\\outside.js",
        "/a\0.js",
        "/" + "a" * 5000 + ".js",
    ],
)
def test_nothing_else_is_sent(files: StaticFiles, path: str) -> None:
    got = ask(files, path=path)
    assert got.status == 404
    assert b"secret" not in got.body


def test_a_changed_file_is_read_again(files: StaticFiles) -> None:
    file = files._directory / "pages" / "p.js"
    assert ask(files, path="/pages/p.js").body == b"1"
    file.write_text("2")
    os.utime(file, ns=(1, 1))
    assert ask(files, path="/pages/p.js").body == b"2"


def test_only_reading(files: StaticFiles) -> None:
    assert ask(files, "POST", "/pages/p.js").status == 405
    head = ask(files, "HEAD", "/pages/p.js")
    assert (head.status, head.body, head.headers["content-length"]) == (200, b"", "1")
