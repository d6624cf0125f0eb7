"""The fields of a fact, with the kind of value each holds, and whether a condition fits them."""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from types import NoneType
from typing import Literal, cast, get_args, get_type_hints

from scanner.artifact import Location
from scanner.facts import Fact

Kind = Literal["text", "number", "flag", "texts", "numbers"]

KINDS: Mapping[object, Kind] = {
    str: "text",
    int: "number",
    float: "number",
    bool: "flag",
    tuple[str, ...]: "texts",
    tuple[int, ...]: "numbers",
}
"""Every type that a field of a fact may have: they cross a process border as JSON."""

SPEAKS_OF: Mapping[Kind, frozenset[str]] = {
    "text": frozenset({"in", "not", "prefix", "suffix", "contains", "matches", "exists"}),
    "number": frozenset({"not", "above", "below", "exists"}),
    "flag": frozenset({"not", "exists"}),
    "texts": frozenset({"not", "contains", "every", "some", "exists"}),
    "numbers": frozenset({"not", "every", "some", "exists"}),
}
"""Operators that can match a field of this kind; another one would never match, so it is a mistake."""

ITEM: Mapping[Kind, Kind] = {"texts": "text", "numbers": "number"}

SCALARS: Mapping[Kind, tuple[type, ...]] = {"text": (str,), "number": (int, float), "flag": (bool,)}


def kinds(cls: type[Fact]) -> dict[str, Kind]:
    """Name the fields of a fact class: its own in their order, then those of its place. `where` itself is none.

    Raises `TypeError` for a field of a type that facts may not have.
    """
    return {**_own(cls), **_own(Location)}


def own_kinds(cls: type[Fact]) -> dict[str, Kind]:
    """Name the fields that the class adds to its place."""
    return _own(cls)


def _own(cls: type) -> dict[str, Kind]:
    hints = get_type_hints(cls)
    return {
        field.name: _kind(cls, field.name, hints[field.name]) for field in fields(cls) if hints[field.name] != Location
    }


def _kind(cls: type, name: str, hint: object) -> Kind:
    choices = [choice for choice in (get_args(hint) if hint not in KINDS else (hint,)) if choice is not NoneType]
    if len(choices) != 1 or choices[0] not in KINDS:
        message = f"{cls.__name__}.{name} is {hint}; a field is one of {', '.join(map(str, KINDS))}"
        raise TypeError(message)
    return KINDS[choices[0]]


def fits(value: object, kind: Kind) -> bool:
    """Say whether a plain value can stand in a field of this kind."""
    if kind in ITEM:
        return isinstance(value, list | tuple) and all(fits(item, ITEM[kind]) for item in value)
    return type(value) in SCALARS[kind]


def misfits(where: Mapping[str, object], known: Mapping[str, Kind]) -> Iterator[str]:
    """Say in one sentence each which conditions of a compiled `where` can never match these fields."""
    for field, condition in where.items():
        if field == "any":
            for entry in cast("list[Mapping[str, object]]", condition):
                yield from misfits(entry, known)
        elif field not in known:
            yield f"the fact has no field `{field}`; it has {', '.join(known)}"
        else:
            yield from _misfits(field, condition, known[field])


def _misfits(field: str, condition: object, kind: Kind) -> Iterator[str]:
    if isinstance(condition, Mapping):
        for operator, operand in condition.items():
            yield from _misfit_operator(field, str(operator), operand, kind)
    elif isinstance(condition, list | tuple):
        if not condition:
            yield f"an empty list never matches `{field}`"
        for entry in condition:
            yield from _misfits(field, entry, kind)
    elif kind in ITEM or not fits(condition, kind):
        yield f"{condition!r} cannot match `{field}`, which holds {kind}"


def _misfit_operator(field: str, operator: str, operand: object, kind: Kind) -> Iterator[str]:
    if operator not in SPEAKS_OF[kind]:
        yield f"`{operator}` cannot match `{field}`, which holds {kind}"
    elif operator == "not":
        yield from _misfits(field, operand, kind)
    elif operator in {"every", "some"}:
        yield from _misfits(f"an item of {field}", operand, ITEM[kind])
