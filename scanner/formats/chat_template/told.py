"""What one constant text of a template holds: words, addresses, encoded and invisible text. No engine is known here."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from scanner.marks import marks_of

WORDS = 4
"""Plain words from which a text is stated, whatever else it holds."""

PREFILLED_WORDS = 3
"""Plain words behind the generation prompt that are more than the name of a role."""

ENCODED_CHARACTERS = 24
"""Shortest base64 or hexadecimal that is decoded."""

READABLE = 0.8
"""Share of printable characters from which decoded bytes are a text."""

_MARKUP = re.compile(r"<[^<>\s][^<>]{0,80}>|\[/?[A-Z_ ]{2,40}\]|[{}\[\]\"|]")
_WORD = re.compile(r"[^\W\d_]{2,}")
_ADDRESS = re.compile(
    r"(?i)\bwww\.[\w-]+\.[a-z]{2,}|\b(?:\d{1,3}\.){3}\d{1,3}(?::\d+)?(?![\w.])|\[[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){3,7}\]"
    r"|\b[\w-]{2,63}\.(?:com|net|org|io|dev|app|xyz|info|top|ru|cn|onion|ai|co|me|site|online|link|click)\b(?![\w(])"
)
_UNSEEN = {
    "private": re.compile("[\ue000-\uf8ff\U000f0000-\U0010fffd]"),
    "invisible": re.compile("[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\U000e0000-\U000e01ef]"),
}
_BASE64 = re.compile(rf"[A-Za-z0-9+/_-]{{{ENCODED_CHARACTERS},}}={{0,2}}")
_HEXADECIMAL = re.compile(rf"(?:[0-9a-fA-F]{{2}}){{{ENCODED_CHARACTERS // 2},}}")
_TOOL = re.compile(r"[\"']name[\"']\s*:.{1,2000}[\"']parameters[\"']\s*:", re.DOTALL)
_GENERATES = "add_generation_prompt"
_TOOLS = re.compile(r"tool|function|builtin|plugin|python|browser|document")


class Text(NamedTuple):
    """One text with its marks, what is decoded from it, and where it begins."""

    text: str
    marks: tuple[str, ...]
    decoded: str
    line: int


def told(text: str, under: frozenset[str], line: int) -> Iterator[Text]:
    """Yield the text if it has marks or `WORDS` words. `under`: the names that the conditions around it ask for."""
    decoded = _decoded(text)
    plain = _WORD.findall(_MARKUP.sub(" ", text))
    marks = set(marks_of(text)) - {"control"}
    if ("." in text or ":" in text) and _ADDRESS.search(text):
        marks.add("address")
    if not text.isascii():
        marks.update(mark for mark, found in _UNSEEN.items() if found.search(text))
    if decoded:
        marks.add("decodes")
    if _TOOL.search(text) and not any(_TOOLS.search(name) for name in under):
        marks.add("tool")
    if _GENERATES in under and len(plain) >= PREFILLED_WORDS:
        marks.add("prefill")
    if marks or len(plain) >= WORDS:
        yield Text(text, tuple(sorted(marks)), decoded, line)


def _decoded(text: str) -> str:
    """Decode tags (U+E0000), base64 and hexadecimal to what they read; "" where nothing readable comes out."""
    if not text.isascii():
        hidden = "".join(chr(ord(one) - 0xE0000) for one in text if 0xE0020 <= ord(one) < 0xE007F)  # noqa: PLR2004 - Unicode
        if hidden:
            return hidden
    found = _HEXADECIMAL.search(text)
    if found:
        read = _readable(bytes.fromhex(found[0]))
        if read:
            return read
    found = _BASE64.search(text)
    return _readable(_base64(found[0])) if found else ""


def _base64(run: str) -> bytes:
    import binascii

    whole = run.rstrip("=").replace("-", "+").replace("_", "/")
    whole = whole[: len(whole) - (len(whole) % 4 == 1)]
    return binascii.a2b_base64(whole + "=" * (-len(whole) % 4))


def _readable(content: bytes) -> str:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return ""
    printable = sum(one.isprintable() or one in "\n\t" for one in text)
    return text if text and printable >= READABLE * len(text) else ""
