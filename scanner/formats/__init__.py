"""One module or folder a format; the folder is the registry.

A module here is imported at every start, so it holds `claims` and a thin `read`;
what costs more than a millisecond to import stays inside `read`.
"""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from scanner.format import Format


@cache
def discover() -> tuple[Format, ...]:
    """Import every format of this folder, sorted by name."""
    modules = (import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__))
    return tuple(sorted((module.FORMAT for module in modules), key=lambda found: found.name))
