"""Names of companies in a form that can be compared: key, tokens, legal form, script."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from onelead.identity._words import (
    ABBREVIATIONS,
    CJK_FORMS,
    FORM_OF,
    GENERIC,
    JOINED,
    LEADING_FORMS,
    LONGEST_FORM,
    LOOSE,
    PLACEHOLDER_KEYS,
    PLACEHOLDERS,
)

_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i", "ð": "d", "þ": "th", "ħ": "h"})
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})
_COMBINING = re.compile("[\u0300-\u036f]")
_APOSTROPHES = re.compile("['’‘`´]")
_DOTTED = re.compile(r"\b(?:\w\.){2,}\w?(?!\w)")
_BREAKS = re.compile(r"[^\w]+|_")
_CJK_SPACE = re.compile(r"[\s・･·\-‐―.,、。()「」『』&]+")
_SCRIPTS = (
    ("cjk", 0x3040, 0x30FF),
    ("cjk", 0x3400, 0x9FFF),
    ("cjk", 0xF900, 0xFAFF),
    ("hangul", 0x1100, 0x11FF),
    ("hangul", 0xAC00, 0xD7AF),
    ("greek", 0x0370, 0x03FF),
    ("cyrillic", 0x0400, 0x052F),
    ("hebrew", 0x0590, 0x05FF),
    ("arabic", 0x0600, 0x06FF),
    ("devanagari", 0x0900, 0x097F),
    ("thai", 0x0E00, 0x0E7F),
)


@dataclass(frozen=True)
class Name:
    """A company name taken apart.

    ``key`` is the name without case, accents, punctuation, legal form and abbreviations, in its script; names of one key are
    equal. ``second_key`` writes umlauts out (Müller as mueller). ``words`` are the tokens as a set. ``forms`` holds (family, country) of the legal forms.
    """

    key: str
    second_key: str
    tokens: tuple[str, ...]
    words: frozenset[str]
    forms: frozenset[tuple[str, str | None]]
    script: str

    @property
    def compact(self) -> str:
        """The key without spaces: ``Coca-Cola`` and ``CocaCola`` agree here."""
        return self.key.replace(" ", "")

    @property
    def is_placeholder(self) -> bool:
        """Whether the entry names nobody ("n/a", "various customers")."""
        return not self.key or self.key in PLACEHOLDER_KEYS or all(token in PLACEHOLDERS for token in self.tokens)

    @property
    def is_generic(self) -> bool:
        """Whether nothing in it tells this company from others ("Global Solutions")."""
        if self.script != "latin":
            return len(self.key) < 2  # noqa: PLR2004 - a single sign
        told = [token for token in self.tokens if token not in GENERIC]
        return not told or (len(self.tokens) == 1 and len(told[0]) <= 2)  # noqa: PLR2004 - initials of two letters are anybody's


def script_of(text: str) -> str:
    """The script that most of the letters are of; one Japanese or Chinese sign among Latin letters makes it ``cjk``."""
    if text.isascii():
        return "latin"
    counts: dict[str, int] = {}
    for sign in text:
        if not sign.isalpha():
            continue
        point = ord(sign)
        script = "latin" if point < 0x0250 else next((name for name, low, high in _SCRIPTS if low <= point <= high), "other")  # noqa: PLR2004
        counts[script] = counts.get(script, 0) + 1
    if "cjk" in counts:
        return "cjk"
    return max(counts, key=lambda script: (counts[script], script)) if counts else "latin"


def _folded(text: str, *, umlauts: bool) -> str:
    if text.isascii():
        return text.lower()
    lower = unicodedata.normalize("NFKC", text).casefold()
    if umlauts:
        lower = lower.translate(_UMLAUTS)
    plain = _COMBINING.sub("", unicodedata.normalize("NFD", lower.translate(_LETTERS)))
    return unicodedata.normalize("NFC", plain)


def _tokens(folded: str) -> list[str]:
    text = folded.replace("&", " and ").replace("+", " and ")
    text = _APOSTROPHES.sub("", text)
    text = _DOTTED.sub(lambda found: found.group().replace(".", ""), text)
    return [token for token in _BREAKS.split(text) if token]


def _without_forms(tokens: list[str]) -> tuple[list[str], set[tuple[str, str | None]]]:
    """Cut legal forms off the end (and the few that stand in front), but never the whole name."""
    forms: set[tuple[str, str | None]] = set()
    rest = list(tokens)
    while len(rest) > 1:
        for length in range(min(LONGEST_FORM, len(rest) - 1), 0, -1):
            tail = tuple(word for word in rest[-length:] if word != "and")
            if tail in FORM_OF and rest[-length] != "and":
                forms.add(FORM_OF[tail])
                rest = rest[:-length]
                break
        else:
            break
        while len(rest) > 1 and rest[-1] == "and":
            rest.pop()
    if len(rest) > 1 and rest[0] in LEADING_FORMS:
        forms.add(FORM_OF[(rest[0],)])
        rest = rest[1:]
    return rest, forms


def _spaceless(text: str) -> Name:
    folded = _folded(text, umlauts=False)
    forms = set()
    for written, form in CJK_FORMS.items():
        if written in folded and folded != written:
            forms.add(form)
            folded = folded.replace(written, " ")
    key = _CJK_SPACE.sub("", folded)
    if not key.isascii() and not forms:
        rest, forms = _without_forms(_tokens(folded))
        key = "".join(rest)
    return Name(key, key, (key,), frozenset({key}), frozenset(forms), script_of(text))


def _keyed(tokens: list[str]) -> list[str]:
    whole = [ABBREVIATIONS.get(word, word) for word in tokens]
    told = [word for word in whole if word not in JOINED]
    return told or whole


@lru_cache(maxsize=200_000)
def normalise(text: str) -> Name:
    """``text`` as a :class:`Name`.

    >>> normalise("Müller & Söhne GmbH & Co. KG").key
    'muller sohne'
    >>> normalise("THE ACME INTL. MFG CO., LTD.").key == normalise("Acme International Manufacturing").key
    True
    """
    script = script_of(unicodedata.normalize("NFKC", text))
    if script in {"cjk", "hangul"}:
        return _spaceless(text)
    rest, forms = _without_forms(_tokens(_folded(text, umlauts=False)))
    tokens = _keyed(rest)
    key = " ".join(tokens)
    second = key
    if not text.isascii() and (written_out := _folded(text, umlauts=True)) != _folded(text, umlauts=False):
        second = " ".join(_keyed(_without_forms(_tokens(written_out))[0]))
    return Name(key, second, tuple(tokens), frozenset(tokens), frozenset(forms), script)


def forms_conflict(left: frozenset[tuple[str, str | None]], right: frozenset[tuple[str, str | None]]) -> int:
    """How much two sets of legal forms speak against one company: 0 nothing, 1 another form, 2 another country's form.

    A missing form says nothing; Inc, Corp, Co and Ltd are written for one another, and Japanese companies write any of them.
    """
    if not left or not right or left & right:
        return 0
    families = [{family for family, _ in side} for side in (left, right)]
    countries = [{country for _, country in side if country} for side in (left, right)]
    loose = [bool(side & LOOSE) for side in families]
    if families[0] & families[1] or all(loose):
        return 2 if countries[0] and countries[1] and not countries[0] & countries[1] else 0
    if any(loose) and any(side & {"kk", "bhd", "pt"} for side in families):
        return 0
    if countries[0] and countries[1] and not countries[0] & countries[1]:
        return 2
    return 1
