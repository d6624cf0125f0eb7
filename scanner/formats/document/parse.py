"""JSON as the loaders of settings take it: what `json` takes, and where that fails, comments and trailing commas."""

import json
import re
from typing import Final

from scanner.format import MalformedError
from scanner.formats.document.leaves import Constant, Long, Twice
from scanner.pattern import pattern

# What never ends matches up to where it could not go on: nothing is looked at twice.
_TEXT: Final = r'"[^"\\\n]*+(?:\\.[^"\\\n]*+)*+"?+'
_COMMENTS = pattern(_TEXT + r"|//[^\n]*+|/\*(?:[^*]++|\*(?!/))*+(?:\*/)?+", re.DOTALL)
_COMMAS = pattern(_TEXT + r"|,(?=\s*+[\]}])", re.DOTALL)
_WORD: Final = 40


class Linewise(Exception):  # noqa: N818 - no error: another reader's format
    """One value a line: a table, not a document."""


def text_of(raw: bytes) -> str:
    """Decode as `json.loads` does: UTF-8, UTF-16 or UTF-32. Raises `MalformedError`."""
    try:
        return raw.decode(json.detect_encoding(raw), "surrogatepass").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        message = "the text is not in the encoding it starts with"
        raise MalformedError(message, error.start) from error


def parse(text: str) -> tuple[object, str, int, int]:
    """Parse a document; return it, "json" or "json5", how many comments and commas were left out, and controls.

    Raises `MalformedError` where it is none and `Linewise` where it is many.
    """
    try:
        return _value(text, _STRICT), "json", 0, 0
    except json.JSONDecodeError as error:
        first = error
    if first.msg.startswith("Extra data") and _linewise(text, first.pos):
        raise Linewise
    plain, count = relaxed(text)
    try:
        if count:
            return _value(plain, _LOOSE), "json5", count, 0
        if first.msg.startswith("Invalid control"):
            return _value(text, _LOOSE), "json", 0, 1
    except json.JSONDecodeError as error:
        first = error
    message = f"no JSON: {first.msg[:1].lower()}{first.msg[1:_WORD]} at line {first.lineno}"
    raise MalformedError(message, first.pos) from first


def relaxed(text: str) -> tuple[str, int]:
    """Blank out comments and trailing commas, wherever no text holds them; count both. Places stay the same."""
    count = 0

    def blank(match: re.Match[str]) -> str:
        nonlocal count
        found = match[0]
        if found[0] == '"':
            return found
        count += 1
        return " " if found == "," else " " * len(found) if "\n" not in found else _lines(found)

    bare = _COMMENTS.sub(blank, text)
    return _COMMAS.sub(blank, bare), count


def _lines(found: str) -> str:
    return "\n".join(" " * len(line) for line in found.split("\n"))


def _value(text: str, decoder: json.JSONDecoder) -> object:
    """Decode a text. Raises `json.JSONDecodeError`, and `MalformedError` where it is not the text's fault alone."""
    try:
        return decoder.decode(text)
    except json.JSONDecodeError:
        raise
    except (RecursionError, ValueError) as error:  # An integer of more digits than this interpreter takes.
        if isinstance(error, ValueError) and decoder is not _LONG:
            return _value(text, _LONG)
        message = "JSON nests deeper than can be read"
        raise MalformedError(message, 0) from error


def _linewise(text: str, position: int) -> bool:
    """Say whether a further value starts on a line of its own."""
    between = text[:position].rpartition("\n")[2]
    return text[position : position + 1] in "{[" and not between.strip() and "\n" in text[:position]


def _number(digits: str) -> object:
    return int(digits) if len(digits) <= _LONGEST else Long(digits)


_LONGEST: Final = 4000


def _pairs(pairs: list[tuple[str, object]]) -> dict[str, object]:
    made = dict(pairs)
    if len(made) == len(pairs):
        return made
    twice = Twice(made)
    twice.pairs = pairs
    return twice


def _decoder(*, strict: bool, parse_int: object = None) -> json.JSONDecoder:
    return json.JSONDecoder(
        object_pairs_hook=_pairs,
        parse_constant=Constant,
        strict=strict,
        parse_int=parse_int,  # type: ignore[arg-type]
    )


_STRICT: Final = _decoder(strict=True)
_LOOSE: Final = _decoder(strict=False)
_LONG: Final = _decoder(strict=False, parse_int=_number)
