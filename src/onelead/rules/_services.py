"""Which services of the catalogue fit an action: of the practice that its subject belongs to, the ones whose words suit the action."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import polars as pl

from onelead.rules._text import json_list

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from onelead.core.settings import ActionSettings
    from onelead.rules._proposal import Rule


def _pattern(beginnings: Iterable[str]) -> str:
    return r"(?i)\b(?:" + "|".join(re.escape(word) for word in beginnings) + ")"


def topic_of(text: pl.Expr, settings: ActionSettings) -> pl.Expr:
    """The first practice of the settings' table with a word in ``text``, else null."""
    topic = pl.lit(None, dtype=pl.String)
    for practice, words in reversed(settings.practices.items()):
        if words:
            topic = pl.when(text.str.contains(_pattern(words))).then(pl.lit(practice)).otherwise(topic)
    return topic


def fitting(catalogue: pl.DataFrame, rules: Sequence[Rule], settings: ActionSettings) -> pl.DataFrame:
    """Columns type, topic, services (JSON list): what to name for each rule and practice.

    A topic is a practice of the settings' table or one of the catalogue's own. Services of the topic's practice come first by how many of the rule's ``fits`` words they hold, then in catalogue order. Without a
    topic only services with such a word are named. Pairs for which nothing fits have no row.
    """
    text = pl.concat_str("practice", "sub_practice", "service", separator=" ", ignore_nulls=True)
    services = (
        catalogue.unique("service", keep="first", maintain_order=True)
        .with_row_index("place")
        .select("place", "service", "practice", text=text)
    )
    wanted = pl.DataFrame(
        {"type": [rule.id for rule in rules], "pattern": [_pattern(rule.fits) if rule.fits else None for rule in rules]},
        schema={"type": pl.String, "pattern": pl.String},
    )
    topics = [topic for topic, words in settings.practices.items() if words]
    of_topic = [
        services.filter(pl.col("text").str.contains(_pattern(settings.practices[topic]))).with_columns(topic=pl.lit(topic))
        for topic in topics
    ]
    # A practice of the catalogue is a topic of its own, under the name it has there.
    own = services.filter(pl.col("practice").is_not_null() & ~pl.col("practice").is_in(topics)).with_columns(topic=pl.col("practice"))
    candidates = pl.concat([*of_topic, own, services.with_columns(topic=pl.lit(None, dtype=pl.String))])
    hits = [
        pl.when(pl.col("type") == row["type"]).then(pl.col("text").str.count_matches(row["pattern"]))
        for row in wanted.drop_nulls().iter_rows(named=True)
    ]
    return (
        wanted.join(candidates, how="cross")
        .with_columns(hits=pl.coalesce(*hits, pl.lit(0)).cast(pl.Int64))
        .filter(pl.col("topic").is_not_null() | (pl.col("hits") > 0))
        .sort("type", "topic", -pl.col("hits"), "place")
        .group_by("type", "topic", maintain_order=True)
        .agg(pl.col("service").head(settings.services_named))
        .select("type", "topic", services=json_list(pl.col("service")))
    )
