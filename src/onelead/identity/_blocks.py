"""Which pairs of names are worth comparing: pairs that share rare words, found without comparing all with all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from onelead.identity._similar import TYPO_LENGTH, is_typo

if TYPE_CHECKING:
    from collections.abc import Sequence

    from onelead.identity._names import Name

BLOCK = 40
"""Names that may share a block; a word in more names says too little by itself."""


def candidate_pairs(names: Sequence[Name]) -> list[tuple[int, int]]:
    """Pairs of positions in ``names`` (smaller first, sorted) whose names are worth comparing."""
    words = _words(names)
    frames = [_paired(words, ["word"])]
    common = words.filter(pl.len().over("word") > BLOCK)
    if common.height:
        two = common.join(words, on="name", suffix="_2").filter(pl.col("word") != pl.col("word_2"))
        two = two.select("name", low=pl.min_horizontal("word", "word_2"), high=pl.max_horizontal("word", "word_2")).unique()
        frames.append(_paired(two, ["low", "high"]))
    frames.append(_paired(_whole(names), ["word"]))
    pairs = pl.concat(frames).unique().sort("one", "other")
    return list(zip(pairs["one"].to_list(), pairs["other"].to_list(), strict=True))


def _paired(words: pl.DataFrame, on: list[str]) -> pl.DataFrame:
    blocks = words.filter(pl.len().over(on).is_between(2, BLOCK))
    pairs = blocks.join(blocks, on=on, suffix="_2").filter(pl.col("name") < pl.col("name_2"))
    return pairs.select(one="name", other="name_2").unique()


def _words(names: Sequence[Name]) -> pl.DataFrame:
    """(name, word) with every word of the name, and the words that are one slip away from one of them."""
    rows = [(position, token) for position, name in enumerate(names) for token in set(name.tokens)]
    words = pl.DataFrame(rows, schema={"name": pl.UInt32, "word": pl.String}, orient="row")
    slips = _slips(words["word"].unique())
    return pl.concat([words, words.join(slips, on="word").select("name", word="slip")]).unique()


def _slips(vocabulary: pl.Series) -> pl.DataFrame:
    """(word, slip): the pairs of words that one slip separates, found through the words with one letter left out."""
    long = [word for word in vocabulary.to_list() if len(word) >= TYPO_LENGTH and word.isalpha()]
    rows = [(word, word[:cut] + word[cut + 1 :]) for word in long for cut in range(len(word))]
    rows += [(word, word) for word in long]
    shorter = pl.DataFrame(rows, schema={"word": pl.String, "rest": pl.String}, orient="row").unique()
    pairs = shorter.join(shorter, on="rest", suffix="_2").filter(pl.col("word") != pl.col("word_2")).select("word", slip="word_2").unique()
    kept = [is_typo(word, slip) for word, slip in pairs.iter_rows()]
    return pairs.filter(pl.Series(kept, dtype=pl.Boolean))


def _whole(names: Sequence[Name]) -> pl.DataFrame:
    """Blocks by whole-name forms: without spaces, umlauts written out, initials; beginnings and ends where nothing is spaced."""
    rows: list[tuple[int, str]] = []
    for position, name in enumerate(names):
        rows += [(position, f"={name.compact}"), (position, f"={name.second_key.replace(' ', '')}")]
        if name.script in {"cjk", "hangul"}:
            rows += [(position, f"<{name.key[:3]}"), (position, f">{name.key[-3:]}")]
        elif len(name.tokens) >= 3:  # noqa: PLR2004 - two initials are anybody's
            rows.append((position, f"={''.join(token[0] for token in name.tokens)}"))
    return pl.DataFrame(rows, schema={"name": pl.UInt32, "word": pl.String}, orient="row").unique()
