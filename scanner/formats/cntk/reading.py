"""From a Dictionary of CNTK to facts: one walk over dictionaries and lists, without recursion."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from scanner.artifact import Artifact
from scanner.facts import Fact, LimitReached
from scanner.facts.cntk import CntkFunction
from scanner.facts.graph import GraphSummary
from scanner.format import MalformedError
from scanner.limits import Limits
from scanner.members import leads
from scanner.protobuf import BYTES, VARINT, Field, Wire

# CNTK.proto: Dictionary.data, Vector.value; an entry's key and value; the kinds of DictionaryValue.
_ENTRIES, _ITEMS, _KEY, _VALUE = 2, 1, 1, 2
_NUMBER, _TEXT, _VECTOR, _DICTIONARY = 5, 8, 11, 12

DEPTH = 200
"""Dictionaries and lists inside each other; blocks nest, but no real model comes near."""

KEY_NBYTES = 100
TEXT_NBYTES = 4000
SHOWN = 20
SHOWN_CHARACTERS = 200
FUNCTIONS = 5000

_DOTTED = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*")
_LIBRARY = re.compile(r"[\w.\-/\\: ]+")
_KIND = re.compile(r"[A-Za-z]+")
_PRIMITIVE = "PrimitiveFunction"


@dataclass(slots=True)
class _Found:
    """What the walk gathers. `version` of the model, -1 where it is not said."""

    functions: dict[tuple[str, str, str, str], list[int]] = field(default_factory=dict)
    uses: Counter[str] = field(default_factory=Counter)
    composites: int = 0
    version: int = -1
    entries: int = 0


def facts(artifact: Artifact, limits: Limits) -> Iterator[Fact]:
    """Yield the facts of a model; see `Format.read`."""
    with artifact.open() as stream:
        found = _Found()
        complete = _walk(Wire(stream, artifact.size), artifact.size, found, limits.entries)
    for (form, module, name, operator), (at, count) in list(found.functions.items())[:FUNCTIONS]:
        yield CntkFunction(
            where=artifact.at(at), form=form, module=module[:SHOWN_CHARACTERS],
            package=module.partition(".")[0][:SHOWN_CHARACTERS], name=name[:SHOWN_CHARACTERS],
            operator=operator[:SHOWN_CHARACTERS], plain=_is_plain(form, module, name),
            how=leads(module) if form == "native" else "", count=count,
        )  # fmt: skip
    if len(found.functions) > FUNCTIONS:
        yield LimitReached(where=artifact.at(), limit="functions", bound=FUNCTIONS, unit="functions")
    yield GraphSummary(
        where=artifact.at(), format="cntk", producer="", version=found.version, graphs=found.composites,
        nodes=found.uses.total(), functions=len(found.functions), inputs=(), outputs=(),
        operators=tuple(name for name, _ in found.uses.most_common(SHOWN)), training=False,
    )  # fmt: skip
    if not complete:
        yield LimitReached(where=artifact.at(), limit="entries", bound=limits.entries, unit="entries")


def _is_plain(form: str, module: str, name: str) -> bool:
    modules = _DOTTED if form == "python" else _LIBRARY
    return modules.fullmatch(module) is not None and name.isidentifier()


def _walk(wire: Wire, size: int, found: _Found, bound: int) -> bool:
    """Visit every dictionary and list; say whether all were seen."""
    pending = [(_DICTIONARY, 0, size, 0)]
    while pending:
        kind, start, end, depth = pending.pop()
        texts: dict[str, str] = {}
        for key, value in _entries(wire, kind, start, end):
            found.entries += 1
            if found.entries > bound:
                return False
            for one in _kinds(wire, value):
                if one.number in (_VECTOR, _DICTIONARY):
                    pending.append((one.number, one.start, one.end, _deeper(depth, one.start)))
                elif one.number == _TEXT:
                    texts[key] = wire.text(one, TEXT_NBYTES)
                elif key == "version" and not depth:
                    found.version = min(one.value, 1 << 31)
        _note(found, texts, start)
    return True


def _deeper(depth: int, at: int) -> int:
    if depth >= DEPTH:
        message = f"dictionaries nest deeper than {DEPTH}"
        raise MalformedError(message, at)
    return depth + 1


def _kinds(wire: Wire, value: Field) -> Iterator[Field]:
    """Yield what a value is, where it is a text, a number, a list or a dictionary."""
    for one in wire.fields(value.start, value.end):
        if (one.wire == BYTES and one.number in (_TEXT, _VECTOR, _DICTIONARY)) or (
            one.wire == VARINT and one.number == _NUMBER
        ):
            yield one


def _entries(wire: Wire, kind: int, start: int, end: int) -> Iterator[tuple[str, Field]]:
    """Yield the values of a list, or of a dictionary with their keys."""
    for one in wire.fields(start, end):
        if one.wire != BYTES:
            continue
        if kind == _VECTOR and one.number == _ITEMS:
            yield "", one
        elif kind == _DICTIONARY and one.number == _ENTRIES:
            parts = {part.number: part for part in wire.fields(one.start, one.end) if part.wire == BYTES}
            if _VALUE in parts:
                yield (wire.text(parts[_KEY], KEY_NBYTES) if _KEY in parts else ""), parts[_VALUE]


def _note(found: _Found, texts: dict[str, str], at: int) -> None:
    """Take what a dictionary says of itself: a function by its type, or the state of a user-defined one.

    In Python `cntk.internal` imports `class` from `module`; in C++ UserDefinedFunction.cpp calls `deserialize_method`
    of the library `module`.
    """
    if texts.get("type") == _PRIMITIVE:
        kind = _KIND.match(texts.get("uid", ""))
        found.uses[kind[0] if kind else ""] += 1
    found.composites += texts.get("type") == "CompositeFunction"
    for form, key, operator in (("python", "class", "op_name"), ("native", "deserialize_method", "op")):
        if "module" in texts and key in texts:
            place = (form, texts["module"], texts[key], texts.get(operator, ""))
            found.functions.setdefault(place, [at, 0])[1] += 1
