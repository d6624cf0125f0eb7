"""Records inside records as JSON: lists of values in the order of the fields, which the classes themselves describe."""

import json
from collections.abc import Callable, Hashable
from dataclasses import fields, is_dataclass
from functools import cache
from types import UnionType
from typing import Any, TypeVar, cast, get_args, get_origin, get_type_hints

from scanner.record import build

T = TypeVar("T")

Convert = Callable[[Any], object]


def encode(record: object) -> bytes:
    """Write a record."""
    return json.dumps(_plain(record), separators=(",", ":")).encode("ascii")


def decode(cls: type[T], content: bytes) -> T:
    """Read a record of a class. Raises `ValueError` for what `encode` does not write of one."""
    try:
        return cast("T", _reader(cast("Hashable", cls))(json.loads(content)))
    except (TypeError, RecursionError) as error:
        message = f"no {cls.__name__}: {error}"
        raise ValueError(message) from error


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if is_dataclass(value):
        return [_plain(getattr(value, field.name)) for field in fields(value)]
    return value


@cache
def _reader(kind: Any) -> Convert:  # noqa: ANN401 - any annotation of a field
    """Make what reads a value of a type: a record, a tuple of one type, or what JSON has itself."""
    if get_origin(kind) is tuple:
        item = _reader(get_args(kind)[0])
        return lambda values: tuple(map(item, values))
    if isinstance(kind, UnionType):  # of a type and None
        some = _reader(next(one for one in get_args(kind) if one is not type(None)))
        return lambda value: None if value is None else some(value)
    if not is_dataclass(kind):
        return lambda value: value
    hints = get_type_hints(kind)
    readers = [_reader(hints[field.name]) for field in fields(kind)]
    cls = cast("type[object]", kind)
    return lambda values: build(cls, [read(value) for read, value in zip(readers, values, strict=True)])
