"""The vocabulary: all that a reader can say and a rule can hear. One module a subject; folders are the registry."""

from importlib import import_module
from pkgutil import iter_modules

from scanner.facts.core import (
    Degraded,
    Encrypted,
    Examined,
    Excluded,
    Fact,
    LibraryMissing,
    LimitReached,
    LinkFound,
    Malformed,
    ReaderFailed,
    SpecialFile,
    Unreadable,
    Unrecognised,
    WorkerLost,
)

__all__ = [
    "Degraded",
    "Encrypted",
    "Examined",
    "Excluded",
    "Fact",
    "LibraryMissing",
    "LimitReached",
    "LinkFound",
    "Malformed",
    "ReaderFailed",
    "SpecialFile",
    "Unreadable",
    "Unrecognised",
    "WorkerLost",
    "vocabulary",
]


def vocabulary() -> dict[str, type[Fact]]:
    """Name every fact class of the subject modules, sorted by name."""
    for module in iter_modules(__path__):
        import_module(f"{__name__}.{module.name}")
    found: dict[str, type[Fact]] = {}
    pending = [Fact]
    while pending:
        for cls in pending.pop().__subclasses__():
            if cls.__module__.startswith(__name__):
                found[cls.__name__] = cls
                pending.append(cls)
    return dict(sorted(found.items()))
