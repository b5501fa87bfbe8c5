"""What several models of one run read of the same tables is read once."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from collections.abc import Callable

    from onelead.models._base import ModelInput

P = ParamSpec("P")
R = TypeVar("R")
_made: WeakKeyDictionary[object, dict[object, object]] = WeakKeyDictionary()
"""By what reads the tables: with it go the answers."""


def remembered(read: Callable[Concatenate[ModelInput, P], R]) -> Callable[Concatenate[ModelInput, P], R]:
    """Keep the answers of ``read`` (of tables, as-of date, currency and plain arguments alone) as long as the reader of the tables lives."""

    @wraps(read)
    def found(data: ModelInput, /, *args: P.args, **kwargs: P.kwargs) -> R:
        kept = _made.setdefault(data.frame, {})
        key = (read.__name__, data.context.as_of, data.context.settings.prices.currency, args, tuple(sorted(kwargs.items())))
        if key not in kept:
            kept[key] = read(data, *args, **kwargs)
        return kept[key]  # type: ignore[return-value]  # what was put there

    return found
