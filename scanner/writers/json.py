"""The `Report` tree as JSON: field for field, one finding and one file a line, pure ASCII."""

import json
from collections.abc import Hashable, Iterator
from dataclasses import fields, is_dataclass
from functools import cache

from scanner.report import Report


def write(report: Report, /) -> str:
    """Write a report. Its shape is `scanner.schema.report_schema()`.

    Everything beyond ASCII is escaped, lone surrogates of undecodable names included.
    """
    return "".join(_lines(report))


def _lines(report: Report) -> Iterator[str]:
    yield "{\n"
    names = _names(Report)
    for name in names:
        value = getattr(report, name)
        yield f"  {_dump(name)}: "
        yield _list(value) if isinstance(value, tuple) and value else _dump(value)
        yield "\n" if name == names[-1] else ",\n"
    yield "}\n"


def _list(items: tuple[object, ...]) -> str:
    return "[\n    " + ",\n    ".join(map(_dump, items)) + "\n  ]"


def _tree(value: object) -> dict[str, object]:
    if not is_dataclass(value) or isinstance(value, type):
        message = f"a report holds no {type(value).__name__}"
        raise TypeError(message)
    return {name: getattr(value, name) for name in _names(type(value))}


@cache
def _names(kind: Hashable) -> tuple[str, ...]:
    return tuple(one.name for one in fields(kind)) if isinstance(kind, type) and is_dataclass(kind) else ()


_dump = json.JSONEncoder(default=_tree, allow_nan=False).encode
"""Compact keys and values of one line; nested dataclasses become objects."""
