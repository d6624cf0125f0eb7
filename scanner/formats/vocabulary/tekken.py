"""Mistral's `tekken.json`: a list of ranks with their bytes in base64, and special tokens that stand before them."""

import binascii
import json
from typing import NamedTuple

from scanner.format import MalformedError
from scanner.formats.vocabulary.alphabet import byte_level

SPECIAL = 1000
"""Ids of special tokens before the first rank, where the file says no number."""

HIGHEST = 1 << 32


class Tekken(NamedTuple):
    """Texts and ids of the vocabulary, and those of the special tokens."""

    rows: list[tuple[str, int]]
    special: list[tuple[str, int]]


class _Row(NamedTuple):
    rank: object
    content: object
    text: object


def read(text: str) -> Tekken:
    """Read a file. Ranks beyond the size that the file gives itself are not loaded, so they are left out here too.

    Raises `MalformedError`. Source: mistral-common, tokens/tokenizers/tekken.py.
    """
    try:
        document = json.loads(text, object_pairs_hook=_object)
    except json.JSONDecodeError as error:
        message = f"no JSON: {error.msg.lower()}"
        raise MalformedError(message, error.pos) from error
    except (RecursionError, ValueError) as error:
        message = f"no JSON that can be read: {type(error).__name__}"
        raise MalformedError(message, 0) from error
    config = document.get("config") if isinstance(document, dict) else None
    listed = document.get("vocab") if isinstance(document, dict) else None
    if not isinstance(listed, list) or not isinstance(config, dict):
        message = "no list of ranks with a configuration"
        raise MalformedError(message, 0)
    special = _special(document.get("special_tokens"))
    first = _size(config.get("default_num_special_tokens"), SPECIAL)
    most = _size(config.get("default_vocab_size"), first + len(listed)) - first
    rows = [_row(one, number, first) for number, one in enumerate(listed[: max(0, most)])]
    return Tekken(rows, special)


def _object(pairs: list[tuple[str, object]]) -> object:
    """Keep a row as three values: a dictionary each would take several times the memory."""
    found = dict(pairs)
    if "token_bytes" in found or "token_str" in found:
        return _Row(found.get("rank"), found.get("token_bytes"), found.get("token_str"))
    return found


def _size(value: object, otherwise: int) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < HIGHEST else otherwise


def _row(one: object, number: int, first: int) -> tuple[str, int]:
    if not isinstance(one, _Row) or not isinstance(one.content, str) or not _is_rank(one.rank):
        message = f"rank {number} is no number with bytes"
        raise MalformedError(message, 0)
    try:
        return byte_level(binascii.a2b_base64(one.content, strict_mode=True)), first + int(str(one.rank))
    except ValueError as error:
        message = f"the bytes of rank {number} are not base64"
        raise MalformedError(message, 0) from error


def _is_rank(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < HIGHEST


def _special(value: object) -> list[tuple[str, int]]:
    """List the special tokens; files before version 7 have none, their library does."""
    listed = value if isinstance(value, list) else []
    return [
        (one.text, int(str(one.rank)))
        for one in listed
        if isinstance(one, _Row) and isinstance(one.text, str) and _is_rank(one.rank)
    ]
