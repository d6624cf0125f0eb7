"""Facts as lines of JSON: how a worker process tells its parent what it read.

A line is a flat list: `["pickle.PickleImport", path, offset, length, line, pointer, …]`, the fact's module and
class, its place, then its own fields in the order of the class. The parent trusts none of it: what does not fit
the class exactly is a `WireError`.
"""

import json
import json.encoder
from collections.abc import Callable, Iterable
from dataclasses import fields
from functools import cache, lru_cache
from importlib import import_module
from itertools import product
from operator import attrgetter
from typing import cast

from scanner.artifact import Location
from scanner.facts import Fact
from scanner.record import build

PLACE = ("path", "offset", "length", "line", "pointer")
ROOT = "scanner.facts"

_scan: Callable[[str], tuple[object, int]] = json.JSONDecoder().raw_decode


def _encoder() -> Callable[[object, int], Iterable[str]]:
    """Make once what `json` makes for each text that it writes: the encoder in C, where this interpreter has it."""
    plain = json.JSONEncoder(separators=(",", ":"), check_circular=False)
    make = getattr(json.encoder, "c_make_encoder", None)
    if make is None:
        return lambda value, _: (plain.encode(value),)
    colon, comma = plain.key_separator, plain.item_separator
    made = make(None, plain.default, json.encoder.encode_basestring_ascii, None, colon, comma, 0, 0, 1)
    return cast("Callable[[object, int], Iterable[str]]", made)


_chunks = _encoder()

OWN = 1 + len(PLACE)
"""Where a record's own fields begin: behind the name and the place."""

SHAPES = 2048
"""Rows of types remembered as fitting; a stranger who invents more makes us check them again, no worse."""


class WireError(Exception):
    """A line that is no fact, or a fact that is no line."""


def encode(fact: Fact) -> bytes:
    """Write a fact as one line of ASCII, without the line feed. Raises `WireError` for values JSON cannot carry."""
    cls: type = type(fact)
    name, values = _writer(cls)
    try:
        return "".join(_chunks([name, *values(fact)], 0)).encode("ascii")
    except (TypeError, ValueError) as error:  # an int of more than 4,300 digits, a value of a foreign type
        message = f"{cls.__name__} does not fit a line: {error}"
        raise WireError(message) from error


def decode(line: bytes) -> Fact:
    """Read one line back to its fact. Raises `WireError` for anything that `encode` does not write."""
    try:
        text = line.decode("ascii")
        record, end = _scan(text)
    except (ValueError, RecursionError) as error:
        message = f"a line is no JSON: {type(error).__name__}"
        raise WireError(message) from error
    if end != len(text) or type(record) is not list or len(record) <= len(PLACE) or type(record[0]) is not str:
        message = "a line is no list that names a fact and its place"
        raise WireError(message)
    cls, sequences = _fitting(record[0], tuple(map(type, record)))
    for index, item in sequences:
        record[index] = _sequence(record[index], item)
    return build(cls, (build(Location, record[1:OWN]), *record[OWN:]))


@lru_cache(maxsize=SHAPES)
def _fitting(title: str, found: tuple[type, ...]) -> tuple[type[Fact], tuple[tuple[int, type], ...]]:
    """Check the types of a record against the class that it names: facts of a class nearly always have the same.

    Returns the class, and which parts of the record are lists of what.
    """
    cls, names, types, sequences = _shape(title)
    if len(found) != OWN + len(names):
        message = f"{title} has {len(names)} fields, not {len(found) - OWN}"
        raise WireError(message)
    if found[1:OWN] not in _PLACES:
        message = "a place is no path with numbers and a pointer"
        raise WireError(message)
    for name, kind, allowed in zip(names, found[OWN:], types, strict=True):
        if kind not in allowed:
            message = f"{title}.{name} is a {kind.__name__}"
            raise WireError(message)
    return cls, tuple((OWN + index, item) for index, item in sequences)


def _sequence(values: list[object], item: type) -> tuple[object, ...]:
    if not {item}.issuperset(map(type, values)):
        message = f"a list does not hold only {item.__name__}"
        raise WireError(message)
    return tuple(values)


@cache
def _writer(cls: type) -> tuple[str, Callable[[Fact], tuple[object, ...]]]:
    own = [field.name for field in fields(cls) if field.name != "where"]
    name = f"{cls.__module__.removeprefix(ROOT + '.')}.{cls.__name__}"
    return name, attrgetter(*(f"where.{name}" for name in PLACE), *own)


_Shape = tuple[type[Fact], tuple[str, ...], tuple[frozenset[type], ...], tuple[tuple[int, type], ...]]
"""A fact class as the wire sees it: class, fields, the types each allows, and which are lists of what."""


@lru_cache(maxsize=SHAPES)
def _shape(name: str) -> _Shape:
    """Find the class that a line names: a fact of the vocabulary, nothing else; its module is imported here."""
    subject, _, title = name.partition(".")
    module = f"{ROOT}.{subject}"
    try:
        cls = getattr(import_module(module), title, None) if subject.isidentifier() else None
    except ModuleNotFoundError:
        cls = None
    if not isinstance(cls, type) or not issubclass(cls, Fact) or cls.__module__ != module:
        message = "a line names no fact of the vocabulary"
        raise WireError(message)
    own = [field for field in fields(cls) if field.name != "where"]
    items = [(index, _ITEMS[field.type]) for index, field in enumerate(own) if field.type in _ITEMS]
    return cls, tuple(field.name for field in own), tuple(_TYPES[field.type] for field in own), tuple(items)


_NONE = type(None)
_PLACES = frozenset(product((str,), (int, _NONE), (int, _NONE), (int, _NONE), (str, _NONE)))
"""The types that a path, an offset, a length, a line and a pointer may have together."""
_TYPES: dict[object, frozenset[type]] = {
    str: frozenset({str}),
    int: frozenset({int}),
    bool: frozenset({bool}),
    float: frozenset({float, int}),
    str | None: frozenset({str, _NONE}),
    int | None: frozenset({int, _NONE}),
    bool | None: frozenset({bool, _NONE}),
    float | None: frozenset({float, int, _NONE}),
    tuple[str, ...]: frozenset({list}),
    tuple[int, ...]: frozenset({list}),
}
"""What JSON makes of each type that a fact's field may have."""
_ITEMS: dict[object, type] = {tuple[str, ...]: str, tuple[int, ...]: int}
