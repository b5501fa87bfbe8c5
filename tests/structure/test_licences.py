"""Everything OneLead needs at run time is licensed permissively, or under MPL, or under LGPL as a plain dependency."""

from __future__ import annotations

import re
from importlib.metadata import Distribution, PackageNotFoundError, distribution

import pytest
from packaging.requirements import Requirement

LESSER = re.compile(r"LGPL\S*|(GNU )?Lesser General Public License\S*", re.IGNORECASE)
FORBIDDEN = re.compile(r"GPL|General Public|SSPL|BUSL|Business Source|Commons Clause", re.IGNORECASE)
ALLOWED = re.compile(r"Apache|\bMIT\b|BSD|\bISC\b|PSF|Python Software Foundation|MPL|Mozilla|Unlicense|CC0|Zlib|HPND", re.IGNORECASE)
READ_BY_HAND = {"dataframely": "BSD-3-Clause"}
"""Licences of packages whose metadata does not name one; read in their licence file."""
EXTRAS = ("postgres",)


def closure(root: str) -> dict[str, Distribution]:
    """Distributions that installing ``root`` with all its extras brings."""
    found: dict[str, Distribution] = {}
    queue: list[tuple[str, tuple[str, ...]]] = [(root, EXTRAS)]
    while queue:
        name, extras = queue.pop()
        try:
            dist = distribution(name)
        except PackageNotFoundError:
            continue  # a marker of another platform
        found[name] = dist
        for line in dist.requires or []:
            need = Requirement(line)
            wanted = need.marker is None or any(need.marker.evaluate({"extra": extra}) for extra in ("", *extras))
            if wanted and need.name.lower() not in found:
                queue.append((need.name.lower(), tuple(need.extras)))
    return found


def licence(dist: Distribution) -> str:
    """What the metadata says: the expression, else the classifiers, else the first line of the licence field."""
    meta = dist.metadata
    classifiers = [line.split("::")[-1].strip() for line in meta.get_all("Classifier", []) if line.startswith("License")]
    first_line = (meta.get("License") or "").strip().split("\n")[0]
    return meta.get("License-Expression") or " ".join(classifiers) or first_line or READ_BY_HAND.get(dist.name.lower(), "")


def allowed(text: str) -> bool:
    """LGPL is fine as a plain dependency; any other GPL is not; the rest must be a licence we know."""
    rest = LESSER.sub("", text)
    return not FORBIDDEN.search(rest) and (bool(ALLOWED.search(rest)) or rest != text)


def test_licences_are_allowed() -> None:
    found = {name: licence(dist) for name, dist in closure("onelead").items()}
    assert not {name: text for name, text in found.items() if not allowed(text)}
    assert len(found) > 20, "the closure was not read"


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("MIT", True),
        ("LGPL-3.0-only", True),
        ("GPL-3.0-or-later", False),
        ("GNU Affero General Public License v3", False),
        ("", False),
        ("MPL-2.0", True),
    ],
)
def test_verdicts(text: str, verdict: bool) -> None:
    assert allowed(text) is verdict
