"""Text from data inside figures: Plotly reads tags, entities and templates in every text, and a name must stay a name.

The renderer hands every figure function a frame whose texts carry marks in place of the signs that Plotly would read; once the
figure stands, the marks become entities in what is shown and the signs themselves in links. No figure function has to think of it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import polars as pl

if TYPE_CHECKING:
    from onelead.web._page import Figure

MARKS = {"<": "\ue000", "&": "\ue001", "%{": "%\ue002"}
"""Characters of private use that stand for a sign while a figure is made: one for one, so that lengths and cuts stay right."""
ENTITIES = {"\ue000": "&lt;", "\ue001": "&amp;", "\ue002": "&#123;"}
SIGNS = {"\ue000": "<", "\ue001": "&", "\ue002": "{"}
OPEN, CLOSE = "\u2068", "\u2069"
"""First strong isolate and its end: a name from right to left does not move the numbers beside it."""
RIGHT_TO_LEFT = r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]"
FOREIGN_TAG = re.compile(r"<(?!/?(?:b|br|i|sub|sup|extra)>)")
"""Tags that no figure of ours writes."""
CUT = re.compile(f"{OPEN}([^{OPEN}{CLOSE}]*?…)([^{OPEN}{CLOSE}]*)(?={OPEN}|$)")
IN_LINKS = {quote(mark): quote(sign) for mark, sign in SIGNS.items()} | {quote(OPEN): "", quote(CLOSE): ""} | SIGNS | {OPEN: "", CLOSE: ""}


def marked(frame: pl.DataFrame) -> pl.DataFrame:
    """``frame`` with marks in its texts (in lists of texts too) in place of what Plotly would read as markup."""
    texts = [name for name, dtype in frame.schema.items() if isinstance(dtype, pl.String | pl.Categorical | pl.Enum)]
    lists = [name for name, dtype in frame.schema.items() if dtype == pl.List(pl.String)]
    return frame.with_columns(
        *(_marked(pl.col(name).cast(pl.String)).alias(name) for name in texts),
        *(pl.col(name).list.eval(_marked(pl.element())) for name in lists),
    )


def _marked(text: pl.Expr) -> pl.Expr:
    for sign, mark in MARKS.items():
        text = text.str.replace_all(sign, mark, literal=True)
    isolated = pl.lit(OPEN) + text + pl.lit(CLOSE)
    return pl.when(text.str.contains(RIGHT_TO_LEFT)).then(isolated).otherwise(text)


def safe_text(text: str) -> str:
    """One text that comes from data, where it enters a figure by another way than its frame."""
    for sign, entity in (("&", "&amp;"), ("<", "&lt;"), ("%{", "%&#123;")):
        text = text.replace(sign, entity)
    return f"{OPEN}{text}{CLOSE}" if re.search(RIGHT_TO_LEFT, text) else text


def settled(figure: Figure) -> Figure:
    """``figure`` with entities for the marks in its texts, and the signs themselves in its links."""
    return {key: _settled(value, link=False) for key, value in figure.items()}


def _settled(value: Any, *, link: bool) -> Any:  # noqa: ANN401 - any part of a figure
    if isinstance(value, dict):
        return {_settled(key, link=False): _settled(inner, link=link or key == "customdata") for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_settled(inner, link=link) for inner in value]
    if not isinstance(value, str):
        return value
    return _address(value) if link else _shown(value)


def _address(text: str) -> str:
    for mark, sign in IN_LINKS.items():
        text = text.replace(mark, sign)
    return text


def _shown(text: str) -> str:
    text = FOREIGN_TAG.sub("&lt;", text)
    for mark, entity in ENTITIES.items():
        text = text.replace(mark, entity)
    # a name that was cut to fit lost the end of its isolate
    return CUT.sub(f"{OPEN}\\1{CLOSE}\\2", text) if OPEN in text else text
