"""RWKV's vocabulary: lines of an id, a text or bytes as Python writes them, and their length in bytes."""

import re

from scanner.format import MalformedError
from scanner.formats.vocabulary.alphabet import byte_level

_LINE = re.compile(r"""(\d{1,9}) (b?)('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*") (\d{1,9})""")
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))", re.DOTALL)
_PLAIN = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "\\": "\\", "'": "'", '"': '"'}
_LAST = 0x10FFFF


def read(text: str) -> list[tuple[str, int]]:
    """Read a file; bytes are written in GPT-2's alphabet. Raises `MalformedError` with the number of the line.

    Source: rwkv_tokenizer.py, which evaluates the middle of each line; here it is taken apart.
    """
    rows = []
    for number, line in enumerate(text.split("\n"), 1):
        bare = line.removesuffix("\r")
        if not bare:
            continue
        found = _LINE.fullmatch(bare)
        content = _content(found[3][1:-1], found[2]) if found else None
        if found is None or content is None or len(content) != int(found[4]):
            message = f"line {number} is no id with a text of the length given"
            raise MalformedError(message, 0)
        rows.append((byte_level(content), int(found[1])))
    return rows


def _content(written: str, of_bytes: str) -> bytes | None:
    """Undo the escapes of a Python literal; None for one that Python would not write."""
    try:
        return _ESCAPE.sub(_character, written).encode("latin-1" if of_bytes else "utf-8")
    except (UnicodeEncodeError, ValueError, KeyError):
        return None


def _character(found: re.Match[str]) -> str:
    code = found[1] or found[2] or found[3]
    return chr(int(code, 16)) if code else _PLAIN[found[4]]
