"""Operators over constants: texts put together and filled, whole numbers reckoned, all of bounded size."""

import ast
from collections.abc import Callable

from scanner.formats.python.functions import percent
from scanner.formats.python.values import LONG, MANY, UNKNOWN, Value, joined, plain, wrap

SMALL = 1 << 4096
"""Bound of whole numbers."""

_NUMBERS: dict[type[ast.operator], Callable[[int, int], int]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.BitXor: lambda a, b: a ^ b,
    ast.BitAnd: lambda a, b: a & b,
    ast.BitOr: lambda a, b: a | b,
    ast.FloorDiv: lambda a, b: a // b if b else 0,
    ast.Mod: lambda a, b: a % b if b else 0,
    ast.RShift: lambda a, b: a >> b if 0 <= b < 4096 else 0,  # noqa: PLR2004 - bits
    ast.LShift: lambda a, b: a << b if 0 <= b < 4096 else 0,  # noqa: PLR2004 - bits
}


def concatenated(parts: list[Value]) -> Value:
    """Put texts or bytes in a row together."""
    if len(parts) == 1:
        return parts[0]
    consts = [plain(one) for one in parts]
    tags = joined(parts)
    for kind in (str, bytes):
        if all(isinstance(one, kind) for one in consts) and sum(map(len, consts)) <= LONG:  # type: ignore[arg-type]
            return Value(kind().join(consts), tags=tags)  # type: ignore[arg-type]
    return Value(tags=tags)


def operate(left: Value, op: ast.operator, right: Value) -> Value:
    """Fold one operator, as far as results stay small."""
    tags = joined((left, right))
    a, b = left.const, right.const
    if isinstance(op, ast.Mod) and isinstance(a, str | bytes):
        filled = plain(right)
        return wrap(percent(a, filled), tags) if filled is not UNKNOWN else Value(tags=tags)
    if isinstance(a, int) and isinstance(b, int) and type(op) in _NUMBERS and abs(a) < SMALL and abs(b) < SMALL:
        return Value(_NUMBERS[type(op)](a, b), tags=tags)
    if isinstance(op, ast.Add) and isinstance(a, list) and isinstance(b, list) and len(a) + len(b) <= MANY:
        return Value(a + b, tags=tags)
    if isinstance(op, ast.Mult) and isinstance(a, str | bytes | list) and isinstance(b, int) and len(a) * b <= MANY:
        return Value(a * b, tags=tags)
    if isinstance(op, ast.Div) and isinstance(a, str) and isinstance(b, str):  # paths
        return Value(f"{a.rstrip('/')}/{b}"[:LONG], tags=tags)
    return Value(tags=tags)
