"""Discovery of plug-ins: one file, one object. Nothing registers itself on import."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from importlib.metadata import entry_points
from typing import Protocol, TypeVar

from onelead.core.errors import PluginError, UnknownNameError


class Named(Protocol):
    """What a plug-in object must have to be found: its ``id``."""

    @property
    def id(self) -> str:
        """The stable name that users and programs call it by."""
        ...


T = TypeVar("T", bound=Named)


@cache
def _found(package: str, attribute: str) -> tuple[tuple[str, object], ...]:
    root = importlib.import_module(package)
    objects: list[tuple[str, object]] = []
    for info in sorted(pkgutil.iter_modules(root.__path__), key=lambda entry: entry.name):
        if info.name.startswith("_") or info.ispkg:
            continue
        name = f"{package}.{info.name}"
        module = importlib.import_module(name)
        if not hasattr(module, attribute):
            raise PluginError(
                f"{name} has no {attribute}.",
                hint=f"Every public file of {package} exposes one object named {attribute}; shared parts start with an underscore.",
            )
        objects.append((name, getattr(module, attribute)))
    objects.extend((f"entry point {entry.value}", entry.load()) for entry in entry_points(group=package))
    return tuple(objects)


def discover(package: str, attribute: str, kind: type[T]) -> dict[str, T]:
    """All plug-ins of ``package`` by id, in the order of their file names.

    Each public module of the package (no leading underscore, not a sub-package) must hold an object ``attribute`` of
    type ``kind``. Installed distributions add theirs through the entry-point group that is named like the package.

    Raises PluginError for a file without its object, an object of the wrong type, and an id used twice.
    """
    plugins: dict[str, T] = {}
    for where, found in _found(package, attribute):
        if not isinstance(found, kind):
            raise PluginError(f"{where}: {attribute} is a {type(found).__name__}, not a {kind.__name__}.")
        if found.id in plugins:
            raise PluginError(f"{where}: the id {found.id!r} is used twice in {package}.")
        plugins[found.id] = found
    return plugins


def pick(plugins: dict[str, T], name: str, kind: str) -> T:
    """``plugins[name]``, or an UnknownNameError that names the nearest ids."""
    try:
        return plugins[name]
    except KeyError:
        raise UnknownNameError(kind, name, list(plugins)) from None
