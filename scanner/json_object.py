"""A JSON object read as strictly as RFC 8259 asks: UTF-8, no NaN, and keys given twice are remembered."""

import json
from typing import NoReturn

from scanner.format import MalformedError


class JsonObject(dict[str, object]):
    """A JSON object. `repeated`: keys it was given twice, and whether with equal values; the last one counts."""

    repeated: tuple[tuple[str, bool], ...] = ()


def decode(raw: bytes, base: int = 0) -> tuple[object, int]:
    """Parse the JSON value at the start of `raw`, which lies at byte `base`; return it and its length in bytes.

    What follows the value may be anything: it is not looked at. Raises `MalformedError`.
    """
    text = raw.decode("utf-8", "surrogateescape")
    decoder = json.JSONDecoder(object_pairs_hook=remember, parse_constant=_refuse)
    try:
        value, end = decoder.raw_decode(text)
    except json.JSONDecodeError as error:
        message = f"no JSON: {error.msg[:1].lower()}{error.msg[1:]}"
        raise MalformedError(message, base + len(text[: error.pos].encode("utf-8", "surrogateescape"))) from error
    except RecursionError as error:
        message = "JSON nests deeper than can be read"
        raise MalformedError(message, base) from error
    except ValueError as error:
        message = f"no JSON that can be read: {error}"[:120]
        raise MalformedError(message, base) from error
    used = end if text.isascii() else len(text[:end].encode("utf-8", "surrogateescape"))
    try:
        raw[:used].decode("utf-8")
    except UnicodeDecodeError as error:
        message = "JSON that is not UTF-8"
        raise MalformedError(message, base + error.start) from error
    return value, used


def remember(pairs: list[tuple[str, object]]) -> JsonObject:
    """Build an object from its pairs, for `json`'s `object_pairs_hook`; equal nests cost no more than their size."""
    made = JsonObject(pairs)
    if len(made) != len(pairs):
        first: dict[str, object] = {}
        again: dict[str, bool] = {}
        for key, value in pairs:
            if key in first:
                again[key] = again.get(key, True) and value == first[key]
            else:
                first[key] = value
        made.repeated = tuple(again.items())
    return made


def _refuse(constant: str) -> NoReturn:
    message = f"{constant} is no number of JSON"
    raise ValueError(message)
