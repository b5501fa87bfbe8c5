"""Columns of large tables, made all at once: names, dates, codes."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from onelead.samples._histories import AS_OF
from onelead.samples._vocabulary import COUNTRIES, FAMILY_NAMES, GIVEN_NAMES, PRACTICES, SIZE_WEIGHTS, SIZES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

EPOCH = date(1970, 1, 1)
TODAY = (AS_OF - EPOCH).days

_ONSETS = ("b", "br", "d", "dr", "f", "g", "gr", "h", "j", "k", "kl", "l", "m", "n", "p", "pr", "r", "s", "st", "t", "tr", "v", "w", "z")
_VOWELS = ("a", "e", "i", "o", "u", "é", "ö", "ei")
_CODAS = ("l", "ld", "m", "n", "nd", "r", "rk", "s", "st", "t", "x", "vik")
_TRADES = ("Marine", "Foods", "Energy", "Pharma", "Steel", "Textiles", "Airways", "Shipping", "Insurance", "Mining", "Optics", "Robotics")
_PARTS = ("Services", "Systems", "Technologies", "International", "Manufacturing", "Industries", "Group", "Trading")
_FORMS = ("Inc.", "GmbH", "S.A.", "Ltd.", "K.K.", "AG", "B.V.", "LLC")
_SHORT = {"Technologies": "Tech", "International": "Intl", "Manufacturing": "Mfg", "Industries": "Ind.", "Services": "Svcs"}


class Dice:
    """Seeded random columns of any length."""

    def __init__(self, seed: int) -> None:
        self.numbers = np.random.default_rng(seed)

    def below(self, limit: int, size: int) -> NDArray[np.int64]:
        """Whole numbers from 0 to ``limit`` - 1."""
        return self.numbers.integers(0, limit, size)

    def happens(self, share: float, size: int) -> NDArray[np.bool_]:
        """True with the chance ``share``."""
        return self.numbers.random(size) < share

    def choice(self, values: Sequence[str | None], size: int, weights: Sequence[float] | None = None) -> pl.Series:
        """Values drawn with their weights, as a text column."""
        return pick(values, self.index(len(values), size, weights))

    def index(self, count: int, size: int, weights: Sequence[float] | None = None) -> NDArray[np.int64]:
        """Places drawn with their weights."""
        if weights is None:
            return self.below(count, size)
        edges = np.cumsum(np.asarray(weights, dtype=float))
        drawn: NDArray[np.int64] = np.searchsorted(edges, self.numbers.random(size) * edges[-1], side="right").astype(np.int64)
        return drawn

    def people(self, size: int) -> pl.Series:
        """Invented people as "Family, Given"."""
        names = [f"{family}, {given}" for family in FAMILY_NAMES for given in GIVEN_NAMES]
        return self.choice(names, size)


def pick(values: Sequence[str | None], places: NDArray[np.int64]) -> pl.Series:
    """``values`` at ``places``."""
    return pl.Series(values, dtype=pl.String).gather(places)


def days(numbers: NDArray[np.int64]) -> pl.Series:
    """Days since 1970 as dates."""
    return pl.Series(numbers.astype(np.int32)).cast(pl.Date)


def numbered(prefix: str, numbers: NDArray[np.int64], width: int) -> pl.Series:
    """``prefix`` and a number of ``width`` digits."""
    return (pl.Series([prefix]).new_from_index(0, len(numbers)) + pl.Series(numbers).cast(pl.String).str.zfill(width)).alias("")


def where(condition: NDArray[np.bool_], values: pl.Series, other: pl.Series | None = None) -> pl.Series:
    """``values`` where the condition holds, else ``other``, else null."""
    otherwise = other if other is not None else pl.Series([None], dtype=values.dtype).new_from_index(0, len(values))
    return values.zip_with(pl.Series(condition), otherwise)


def company_names(count: int, seed: int) -> pl.DataFrame:
    """``count`` different company names: columns name, and the spellings shouted, bare (no legal form) and short (abbreviated).

    A number is written in syllables, so that no two stems are equal and none has to be looked up.
    """
    space = (len(_ONSETS) * len(_VOWELS)) ** 2 * len(_CODAS)
    step = 15_485_863  # a prime that divides no power of the sizes of the lists: a walk through all stems
    number = (np.arange(count, dtype=np.int64) * step + seed % space) % space
    parts: list[pl.Series] = []
    for values in (_ONSETS, _VOWELS, _ONSETS, _VOWELS, _CODAS):
        parts.append(pick(values, number % len(values)))
        number //= len(values)
    stem = (parts[0] + parts[1] + parts[2] + parts[3] + parts[4]).str.to_titlecase()
    dice = Dice(seed + 1)
    trade, part, form = dice.choice(_TRADES, count), dice.choice((*_PARTS, ""), count), dice.choice(_FORMS, count)
    bare = (stem + " " + trade + " " + part).str.strip_chars_end()
    return pl.DataFrame(
        {
            "name": bare + " " + form,
            "shouted": (bare + " " + form).str.to_uppercase(),
            "bare": bare,
            "short": bare.str.replace_many(list(_SHORT), list(_SHORT.values())) + " " + form.str.replace_all(".", "", literal=True),
        }
    )


def places(dice: Dice, size: int) -> dict[str, pl.Series]:
    """Country columns that agree with each other."""
    drawn = dice.below(len(COUNTRIES), size)
    known = list(COUNTRIES.values())
    return {
        "country_id": pick([country.code for country in known], drawn),
        "country": pick([country.name for country in known], drawn),
        "region": pick([country.region for country in known], drawn),
        "geo": pick([country.geo for country in known], drawn),
    }


def practices(dice: Dice, size: int) -> pl.Series:
    """Practices, the first ones more often."""
    return dice.choice(list(PRACTICES), size, range(len(PRACTICES) + 2, 2, -1))


def sizes(dice: Dice, size: int) -> pl.Series:
    """Buckets of project size."""
    return dice.choice(SIZES, size, SIZE_WEIGHTS)
