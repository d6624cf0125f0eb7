"""Torch7, the Lua framework: a tree of tables, tensors, objects of a class, and functions."""

import re
from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.limits import Limits
from scanner.pattern import pattern

_COUNT = rb"[\0-\xff]{3}\0"
_KIND = rb"[\x00-\x08]\0\0\0"
# An object of a class, a table with its first key (a text or a number), or a function; the first index is 1.
_BINARY = pattern(
    rb"\x04\0\0\0\x01\0\0\0(?:[\x03-\x0a]\0\0\0V [\d.]{1,8}.\0\0\0[\w.]{3}|.\0\0\0[A-Za-z_]+\.[A-Za-z]\w)"
    rb"|\x03\0\0\0\x01\0\0\0" + _COUNT + rb"\x02\0\0\0.\0\0\0[ -~]"
    rb"|\x03\0\0\0\x01\0\0\0" + _COUNT + rb"\x01\0\0\0\0\0.{5}[\x3f\x40\xbf\xc0]" + _KIND +
    rb"|[\x07\x08]\0\0\0\x01\0\0\0" + _COUNT + rb"(?:\x1bL|[ -~\s]{4})"
    rb"|\x06\0\0\0" + _COUNT + rb"\x1bL",
    re.DOTALL,
)  # fmt: skip
_ASCII = pattern(
    rb"4\n1\n(?:\d\d?\nV [\d.]{1,8}\n\d\d?\n[\w.]{3}|\d\d?\n[A-Za-z_]+\.[A-Za-z]\w)"
    rb"|3\n1\n\d{1,9}\n2\n\d{1,3}\n[A-Za-z_]"
    rb"|3\n1\n\d{1,9}\n1\n\d{1,9}\n(?:4\n2\n\d\d?\nV |[78]\n2\n\d{1,9}\n\x1bL|2\n\d{1,9}\n[A-Za-z_])"
    rb"|[78]\n1\n\d{1,9}\n\x1bL|6\n\d{1,9}\n\x1bL"
)


def claims(head: bytes, path: str) -> bool:  # noqa: ARG001 - decided by content
    """The first object: a class with its version, a table with its first key, or a function."""
    return _BINARY.match(head) is not None or _ASCII.match(head) is not None


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield the functions that loading makes, the table of tensors, texts that hold code, blocks that are loadable."""
    from scanner.formats.torch7.reading import facts

    yield from facts(artifact, limits)


FORMAT = Format(
    name="torch7",
    spec="https://github.com/torch/torch7/blob/master/doc/serialization.md",
    claims=claims,
    read=read,
    opens=b"\x03\x04\x06\x07\x0834678",
    reads="all objects in binary and ascii, identifiers in Lua functions and their upvalues, tensors against their "
    "storages, texts",
    leaves="instructions of Lua functions; files whose root is a single number or text; big-endian files",
)
