"""JSON from a stranger, read so that no two readers can differ: UTF-8, one meaning for each key, bounded depth."""

import json
from typing import NoReturn

from scanner.attest.errors import AttestError, Code
from scanner.limits import SIGNED_DEPTH, SIGNED_VALUES
from scanner.text import printable


def loads(raw: bytes, what: str) -> object:
    """Parse one JSON text (RFC 8259 as I-JSON, RFC 7493, has it); `what` names it in errors.

    Raises `AttestError` for a byte order mark, another encoding, a lone surrogate, a repeated key, a number that is
    none of JSON, a nest deeper than `SIGNED_DEPTH`, or more than `SIGNED_VALUES`.
    """
    if raw.count(b",") > SIGNED_VALUES:
        raise AttestError(Code.BUNDLE_TOO_LARGE, f"{what}: more than {SIGNED_VALUES} values")
    try:
        text = raw.decode("utf-8")
        value: object = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
        if "\\u" in text:
            json.dumps(value, ensure_ascii=False).encode("utf-8")  # escapes can write half a character
    except AttestError as error:
        raise AttestError(error.code, f"{what}: {error.reason}") from None
    except RecursionError as error:
        raise AttestError(Code.JSON_TOO_DEEP, f"{what}: nests deeper than {SIGNED_DEPTH}") from error
    except UnicodeError as error:
        raise AttestError(Code.JSON_INVALID, f"{what}: is not UTF-8") from error
    except ValueError as error:
        raise AttestError(Code.JSON_INVALID, f"{what}: no JSON: {printable(str(error), 100)}") from error
    if _deep(value):
        raise AttestError(Code.JSON_TOO_DEEP, f"{what}: nests deeper than {SIGNED_DEPTH}")
    return value


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    made = dict(pairs)
    if len(made) != len(pairs):
        seen: set[str] = set()
        again = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise AttestError(Code.JSON_REPEATED_KEY, f"the key {printable(again)!r} stands twice in one object")
    return made


def _no_number(constant: str) -> NoReturn:
    raise AttestError(Code.JSON_INVALID, f"{constant} is no number of JSON")


def _deep(value: object) -> bool:
    """Say whether a value nests too deep, level by level."""
    level = [value]
    for _ in range(SIGNED_DEPTH):
        level = [
            child
            for node in level
            for child in (node.values() if isinstance(node, dict) else node if isinstance(node, list) else ())
            if isinstance(child, dict | list)
        ]
        if not level:
            return False
    return True
