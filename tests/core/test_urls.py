"""No password leaves through a URL or a message."""

from __future__ import annotations

import pytest

from onelead.core.urls import masked, scrubbed


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://ann:secret@host:5432/db", "postgresql://ann:***@host:5432/db"),
        ("postgresql://ann:se@cr:et@host/db", "postgresql://ann:***@host/db"),
        ("postgresql+psycopg://:secret@/db?host=/run", "postgresql+psycopg://:***@/db?host=/run"),
        ("postgresql://host/db?user=ann&password=secret&x=1", "postgresql://host/db?user=ann&password=***&x=1"),
        ("postgresql://host/db?sslpassword=secret", "postgresql://host/db?sslpassword=***"),
        ("postgresql://ann@host/db", "postgresql://ann@host/db"),
        ("sqlite:////some/file.db", "sqlite:////some/file.db"),
        ("", ""),
    ],
)
def test_masked(url: str, shown: str) -> None:
    assert masked(url) == shown


def test_scrubbed() -> None:
    url = "postgresql://ann:s%40cret@host/db"
    assert (
        scrubbed(f"cannot reach {url}: s@cret or s%40cret is wrong", url)
        == "cannot reach postgresql://ann:***@host/db: *** or *** is wrong"
    )
