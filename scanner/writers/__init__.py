"""One module a report format; the folder is the registry. A writer decides nothing."""

from functools import cache, partial
from importlib import import_module
from pkgutil import iter_modules
from typing import Protocol, cast

from scanner.report import Report


class Write(Protocol):
    """Turn a report into text that ends with a line feed. Options are keyword-only and the writer's own."""

    def __call__(self, report: Report, /, **options: bool | int | str) -> str: ...  # noqa: D102 - the class says it


@cache
def discover() -> dict[str, Write]:
    """Name every writer of this folder, sorted; each is imported when it first writes.

    A module whose name starts with an underscore is a part of its neighbours.
    """
    names = sorted(module.name for module in iter_modules(__path__) if not module.name.startswith("_"))
    return {name: partial(_write, name) for name in names}


def _write(name: str, report: Report, /, **options: bool | int | str) -> str:
    return cast("Write", import_module(f"{__name__}.{name}").write)(report, **options)
