"""How sure two different names mean one company, from their words alone, and why.

Rare words carry a name, common ones do not: a word's weight falls with the number of names that hold it, and words of
``GENERIC`` weigh little everywhere. A word that only one of two otherwise different names has ("Services" against "Systems", another
number, another city) separates them. The confidences are steps, set below what their kind of evidence was right in on samples.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rapidfuzz.distance import OSA

from onelead.identity._words import GENERIC

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from onelead.identity._names import Name

COMMON = 0.35
"""Weight from which on a word counts as telling."""
TYPO_LENGTH = 5
SURE_TYPO_LENGTH = 8


@dataclass(frozen=True)
class Likeness:
    """How sure, and why in words."""

    confidence: float
    reason: str
    slip: bool = False
    """Whether it rests on a slip of the keyboard: the names of two companies may differ by as little."""


@dataclass(frozen=True)
class Weights:
    """Weight of a word between 0 (in every name) and 1 (in one name)."""

    names: int
    counts: Mapping[str, int]

    def of(self, token: str) -> float:
        """Inverse document frequency scaled to 0 to 1; generic words at most 0.3."""
        scale = math.log(1 + self.names)
        weight = math.log((1 + self.names) / self.counts.get(token, 1)) / scale if scale else 1.0
        return min(weight, 0.3) if token in GENERIC else max(weight, 0.05)


def is_typo(left: str, right: str) -> bool:
    """One slip of the keyboard between two words of five letters or more without digits."""
    if min(len(left), len(right)) < TYPO_LENGTH or not (left.isalpha() and right.isalpha()):
        return False
    if left in GENERIC and right in GENERIC:
        return False
    return OSA.distance(left, right, score_cutoff=1) <= 1


def abbreviates(short: str, whole: str) -> bool:
    """Whether ``short`` is a beginning of ``whole``, or its consonants in order ("mktg", "marketing")."""
    if not 3 <= len(short) < len(whole) or not short.isalpha() or short[0] != whole[0]:  # noqa: PLR2004 - two letters fit too much
        return False
    if whole.startswith(short):
        return True
    letters = iter(whole)
    return short[-1] == whole[-1] and not set(short[1:]) & set("aeiou") and all(sign in letters for sign in short)


@dataclass
class _Match:
    shared: list[str]
    typos: list[tuple[str, str]]
    short: list[tuple[str, str]]
    left: list[str]
    right: list[str]


def _match(left: Sequence[str], right: Sequence[str]) -> _Match:
    rest_right = list(right)
    shared, rest_left = [], []
    for token in left:
        if token in rest_right:
            rest_right.remove(token)
            shared.append(token)
        else:
            rest_left.append(token)
    match = _Match(shared, [], [], [], rest_right)
    for token in rest_left:
        other = next((each for each in match.right if is_typo(token, each)), None)
        if other:
            match.typos.append((token, other))
        else:
            other = next((each for each in match.right if abbreviates(token, each) or abbreviates(each, token)), None)
            if other:
                match.short.append((token, other))
        if other:
            match.right.remove(other)
        else:
            match.left.append(token)
    return match


def _hopeless(left: frozenset[str], right: frozenset[str]) -> bool:
    """Whether some word of the smaller rest has no partner that it could be a slip or abbreviation of: cheap, and right for most pairs."""
    rest, others = left - right, right - left
    if not rest or not others:
        return False
    if len(rest) > len(others):
        rest, others = others, rest
    for word in rest:
        tail = word[1:]
        for other in others:
            if other[0] == word[0] or other[1:] in {tail, word} or other == tail or other[:2] == word[1::-1]:
                break
        else:
            return True
    return False


def likeness(left: Name, right: Name, weights: Weights) -> Likeness | None:
    """How sure two names with different keys mean one company; None where nothing or too little speaks for it.

    Only names of one script are compared: across scripts nothing here says anything.
    """
    if left.script != right.script or (left.script == "latin" and _hopeless(left.words, right.words)):
        return None
    written = _written_otherwise(left, right)
    if written or (left.script != "latin" and " " not in left.key + right.key):
        return written or _spaceless(left, right)
    match = _match(left.tokens, right.tokens)
    if not match.left and not match.right:
        return _all_matched(match, weights)
    if match.left and match.right:
        return _initials(left, right)
    return _one_longer(match, weights) or _initials(left, right)


def _written_otherwise(left: Name, right: Name) -> Likeness | None:
    if left.second_key in {right.key, right.second_key} or right.second_key == left.key:
        return Likeness(0.985, "the names differ only in how umlauts are written")
    if left.compact == right.compact:
        return Likeness(0.985 if len(left.compact) >= TYPO_LENGTH else 0.8, "the names differ only in spaces")
    return None


def related(left: Name, right: Name) -> bool:
    """Whether two names have anything telling in common: a word, a beginning, the initials."""
    told = [{token for token in name.tokens if token not in GENERIC} or set(name.tokens) for name in (left, right)]
    if told[0] & told[1] or _initials(left, right):
        return True
    return any(is_typo(one, other) or abbreviates(one, other) or abbreviates(other, one) for one in told[0] for other in told[1])


def _spaceless(left: Name, right: Name) -> Likeness | None:
    short, long = sorted((left.key, right.key), key=lambda key: (len(key), key))
    if len(short) >= 3 and (long.startswith(short) or long.endswith(short)):  # noqa: PLR2004 - two signs are anybody's
        return Likeness(0.7, f"{short} is part of {long}")
    if len(short) >= TYPO_LENGTH and OSA.distance(short, long, score_cutoff=1) <= 1:
        return Likeness(0.75, "the names differ in one sign")
    return None


def _telling(tokens: Sequence[str], weights: Weights) -> list[str]:
    return [token for token in tokens if weights.of(token) >= COMMON and not token.isdigit()]


def _all_matched(match: _Match, weights: Weights) -> Likeness | None:
    told = _telling(match.shared, weights)
    if not match.typos and not match.short:
        sure = 0.97 if told else 0.8
        return Likeness(sure, "the same words in another order")
    if match.short and not match.typos:
        return _abbreviated(match, told, weights)
    if len(match.typos) == 1 and not match.short:
        return _slip(match, told)
    return Likeness(0.68, f"{_pairs([*match.typos, *match.short])} may be slips or abbreviations", slip=True) if told else None


def _abbreviated(match: _Match, told: list[str], weights: Weights) -> Likeness | None:
    if not told:
        return Likeness(0.65, f"{_pairs(match.short)} may be an abbreviation") if match.shared else None
    plain = all(max(pair, key=len) in GENERIC or weights.of(max(pair, key=len)) < COMMON for pair in match.short)
    sure = 0.96 if plain and len(match.short) == 1 else 0.85
    return Likeness(sure, f"the other words agree and {_pairs(match.short)} is an abbreviation")


def _slip(match: _Match, told: list[str]) -> Likeness:
    [(one, other)] = match.typos
    words = f"{one} and {other} differ by one letter"
    shorter = min(len(one), len(other))
    if not match.shared:
        return Likeness(0.75 if shorter >= SURE_TYPO_LENGTH else 0.62, words, slip=True)
    # Another letter makes another word (Halden, Walden); one left out, doubled or swapped inside a long word is a slip of the hand.
    inside = one[0] == other[0] and one[-1] == other[-1]
    swapped = len(one) != len(other) or sorted(one) == sorted(other)
    if inside and swapped and told and shorter >= SURE_TYPO_LENGTH - 1:
        return Likeness(0.955, f"{words}; the other words agree", slip=True)
    return Likeness(0.88 if inside and (told or shorter >= SURE_TYPO_LENGTH) else 0.75, f"{words}; the other words agree", slip=True)


def _one_longer(match: _Match, weights: Weights) -> Likeness | None:
    extra = match.left or match.right
    told = _telling(match.shared, weights)
    if not told or any(any(sign.isdigit() for sign in token) for token in extra) or len(extra) > 2:  # noqa: PLR2004
        return None
    common = all(token in GENERIC for token in extra)
    sure = 0.78 if common else 0.7
    if match.typos or match.short:
        sure -= 0.08
    return Likeness(sure, f"one name has {' '.join(extra)} more; the other words agree")


def _initials(left: Name, right: Name) -> Likeness | None:
    for short, long in ((left, right), (right, left)):
        if len(short.tokens) == 1 and len(long.tokens) >= 3 and short.key == "".join(token[0] for token in long.tokens):  # noqa: PLR2004
            return Likeness(0.65, f"{short.key.upper()} may be the initials")
    return None


def _pairs(pairs: Sequence[tuple[str, str]]) -> str:
    return ", ".join(f"{one}/{other}" for one, other in pairs)
