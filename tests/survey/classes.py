"""Classes of a survey: which can be pickled by name, how honest pickles build them, what speaks against them."""
# ruff: noqa: SIM905 - long lists of names are easier to read as text

from __future__ import annotations

import builtins
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from tests.survey.hazards import hazards, method_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.survey.lineage import Index

# Bases whose own __reduce__ calls the class: cls(items), cls(value), cls(*args).
CALLED_BASES = frozenset(
    """
set frozenset collections.OrderedDict collections.defaultdict collections.Counter collections.deque deque
OrderedDict defaultdict Counter bytearray datetime.datetime datetime.date datetime.timedelta datetime.tzinfo Enum
IntEnum StrEnum Flag IntFlag enum.Enum enum.IntEnum enum.StrEnum enum.Flag enum.IntFlag
""".split()
)
ERRORS = frozenset(
    name for name, value in vars(builtins).items() if isinstance(value, type) and issubclass(value, BaseException)
)
Build = Literal["new", "call", "own"]


@dataclass(frozen=True, kw_only=True)
class Surveyed:
    """One class: its full name, how it is built, and the hazards found (an empty tuple means none)."""

    name: str
    build: Build
    hazards: tuple[str, ...]


def survey(index: Index, wanted: Callable[[str], bool]) -> Iterator[Surveyed]:
    """Yield every wanted class and named tuple of the index that is not an exception or a protocol."""
    for module in index.modules.values():
        for local in sorted({*module.tuples, *module.compiled, *module.classes}):
            full = f"{module.name}.{local}"
            if wanted(full) and not is_error(full, index) and not is_protocol(full, index):
                build = built_by(full, index)
                yield Surveyed(name=full, build=build, hazards=tuple(hazards(full, index, called=build == "call")))


def is_error(full: str, index: Index) -> bool:
    """Tell whether the class is an exception or a test case."""
    lasts = {name.rpartition(".")[2] for name in index.ancestors(full)}
    return bool(lasts & ERRORS) or any(last.endswith("TestCase") for last in lasts)


def is_protocol(full: str, index: Index) -> bool:
    """Tell whether the class only describes an interface or the keys of a dict."""
    return any(
        base
        in {
            "typing.Protocol",
            "Protocol",
            "typing.TypedDict",
            "TypedDict",
            "typing_extensions.Protocol",
            "typing_extensions.TypedDict",
        }
        for base in index.bases(full)
    )


def built_by(full: str, index: Index) -> Build:
    """Tell how honest pickles build an instance: without __init__, by a call of the class, or by its own __reduce__."""
    for above in index.ancestors(full):
        if above in CALLED_BASES or above.endswith((".ModelOutput", ".BaseOutput", "Enum")):
            return "call"
        place = index.class_node(above)
        if place and (method_of(place[1], "__reduce__") or method_of(place[1], "__reduce_ex__")):
            return "own"
    return "new"
