"""The one way to write a JSON value: RFC 8785 (JSON Canonicalization Scheme), so that equal values give equal bytes."""

import json
from collections.abc import Iterator
from math import isfinite
from typing import Final

EXACT: Final = 1 << 53
"""From here on doubles skip integers (RFC 8785 §3.2.2.3 knows only doubles)."""

PLAIN_DIGITS = 21
"""Numbers of so many digits before the point, or of six zeros after it, are written without exponent (ECMA-262)."""
PLAIN_ZEROS = 6

_text = json.JSONEncoder(ensure_ascii=False).encode


def encode(value: object) -> bytes:
    """Write dicts, lists, strings, numbers, booleans and None in their canonical form.

    Raises `ValueError` for what has no such form: NaN, an integer beyond 2^53, half a surrogate pair, another type.
    """
    return "".join(_parts(value)).encode("utf-8")


def _parts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield _text(value)
    elif isinstance(value, dict):
        yield from _object(value)
    elif isinstance(value, list | tuple):
        yield "["
        for index, item in enumerate(value):
            yield "," if index else ""
            yield from _parts(item)
        yield "]"
    else:
        yield _scalar(value)


def _object(value: dict[object, object]) -> Iterator[str]:
    """Write an object with its keys in the order of their UTF-16 units (§3.2.3)."""
    named = {key: item for key, item in value.items() if isinstance(key, str)}
    if len(named) != len(value):
        message = "a key of a JSON object is a text"
        raise ValueError(message)
    yield "{"
    for index, key in enumerate(sorted(named, key=_utf16)):
        yield f"{',' if index else ''}{_text(key)}:"
        yield from _parts(named[key])
    yield "}"


def _utf16(key: str) -> bytes:
    return key.encode("utf-16-be")


def _scalar(value: object) -> str:
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int):
        if abs(value) > EXACT:
            message = f"{value} is no integer that every reader of JSON keeps"
            raise ValueError(message)
        return str(value)
    if isinstance(value, float) and isfinite(value):
        return number(value)
    message = f"{value!r:.40} has no canonical JSON"
    raise ValueError(message)


def number(value: float) -> str:
    """Write a double as ECMAScript does (ECMA-262, Number::toString): the fewest digits that come back as it."""
    if value == 0:
        return "0"  # minus zero too
    sign = "-" if value < 0 else ""
    mantissa, _, exponent = repr(abs(value)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    point = len(whole) + int(exponent or 0) - (len(whole + fraction) - len(digits))
    digits = digits.rstrip("0")
    return sign + _placed(digits, point)


def _placed(digits: str, point: int) -> str:
    """Place the point: `digits` times ten to the power of `point` minus their count."""
    if len(digits) <= point <= PLAIN_DIGITS:
        return digits + "0" * (point - len(digits))
    if 0 < point <= PLAIN_DIGITS:
        return f"{digits[:point]}.{digits[point:]}"
    if -PLAIN_ZEROS < point <= 0:
        return f"0.{'0' * -point}{digits}"
    fraction = f".{digits[1:]}" if digits[1:] else ""
    return f"{digits[0]}{fraction}e{point - 1:+d}"
