"""Only the SQL compiler that is needed, instead of those of twenty databases."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from types import ModuleType

from onelead.core.process import is_own_process

_PACKAGE = "ibis.backends.sql.compilers"


def load_compiler(dialect: str) -> None:
    """Make ``ibis.to_sql`` find the compiler of ``dialect`` without loading all others.

    The package that holds the compilers imports every one of them. In OneLead's own process it is put in place empty, and its one
    module is imported; anywhere else, or when the package is loaded already, nothing is changed.
    """
    if not is_own_process() or (_PACKAGE in sys.modules and not hasattr(sys.modules[_PACKAGE], "__onelead__")):
        return
    if _PACKAGE not in sys.modules:
        spec = importlib.util.find_spec(_PACKAGE)
        if spec is None:
            return
        package = ModuleType(_PACKAGE)
        package.__spec__ = spec
        package.__path__ = list(spec.submodule_search_locations or [])
        package.__dict__["__onelead__"] = True
        sys.modules[_PACKAGE] = package
        importlib.import_module("ibis.backends.sql").__dict__["compilers"] = package
    importlib.import_module(f"{_PACKAGE}.{dialect}")
