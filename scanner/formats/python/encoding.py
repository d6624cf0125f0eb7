"""From bytes to the text that Python would read, and what of it does not show."""

import codecs
import unicodedata
from typing import NamedTuple

from scanner.pattern import pattern
from scanner.prose.unseen import REGION_FLAG

_COOKIE = pattern(
    rb"\A(?:\xef\xbb\xbf)?(?:[ \t\f]*(?:#[^\r\n]*)?(?:\r\n?|\n))?[ \t\f]*#[^\r\n]*?coding[:=][ \t]*([-\w.]{1,60})"
)
"""Python reference, 2.1.4: a comment in the first or second line."""

_ASCII_LIKE = pattern(
    r"(?:utf[-_]?8(?:[-_]sig)?|u8|(?:us[-_])?ascii|646|latin[-_]?1|l1|iso[-_]?8859[-_]\d+|8859|iso[-_]8859[-_]1[-_]unix"
    r"|cp125\d|windows[-_]125\d|koi8[-_][ru]|gbk|gb2312|gb18030|cp936|big5|euc[-_](?:jp|kr)|shift[-_]?jis|cp932|sjis"
    r"|utf[-_]8[-_](?:unix|dos|mac)|mac[-_]?roman|cp437|cp850|tis[-_]?620)\Z"
)
_TRICKS = {
    "utf_7": "utf-7", "utf7": "utf-7", "u7": "utf-7", "unicode_1_1_utf_7": "utf-7", "rot13": "rot13", "rot_13": "rot13",
    "unicode_escape": "unicode_escape", "raw_unicode_escape": "raw_unicode_escape", "unicodeescape": "unicode_escape",
}  # fmt: skip
_BIDI = pattern("[\u202a-\u202e\u2066-\u2069]")
_LISTED = pattern(
    "([\"'])[\u00ad\u0600-\u0605\u061c\u06dd\u070f\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000110bd\U0001d173-\U0001d17a\U000e0001-\U000e007f]{1,400}\\1"
)
"""A text of nothing but such characters, as those write that look for them: it hides nothing."""

_INVISIBLE = pattern("[\u200b\u2060-\u2064\u3164\uffa0\u115f\u1160\ufeff]")
_FULL = pattern("[\uff21-\uff5a\U0001d400-\U0001d7ff\u2460-\u24ff\u212a\u017f\ufb00-\ufb06]")
_TAGS = pattern("(?:[\U000e0001-\U000e007f]|[\U000e0100-\U000e01ef]{2})+")
_FOREIGN = pattern(r"[^\x00-\x7f]+")
_WORD = pattern(r"[^\W\d]\w*")


class Source(NamedTuple):
    """Source as text; `words` has letters as Python sees them in names; `oddities` are kind, place, count and line."""

    text: str
    words: str
    oddities: tuple[tuple[str, str, int, int], ...]


def decode(raw: bytes) -> Source:
    """Decode as Python would; an encoding that hides text is undone where that takes no code of its own."""
    odd: list[tuple[str, str, int, int]] = []
    text = _decoded(raw, odd)
    if "\0" in text:
        at = text.index("\0")
        odd.append(("nul", text[max(0, at - 20) : at + 20], text.count("\0"), 1 + text.count("\n", 0, at)))
        text = text.replace("\0", "")
    text = text.removeprefix("\ufeff")
    words = text
    if not text.isascii():
        odd.extend(_hidden(text))
        words = _plain(text)
    return Source(text, words, tuple(odd))


def _decoded(raw: bytes, odd: list[tuple[str, str, int, int]]) -> str:
    for mark, codec in ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if raw.startswith(mark):
            odd.append(("encoding", "utf-16", 1, 1))
            return raw.decode(codec, "replace")
    cookie = _COOKIE.search(raw[:1000])
    name = _normal(cookie[1].decode("ascii", "replace")) if cookie else "utf-8"
    if _ASCII_LIKE.match(name):
        return _text(raw, name.replace("-unix", "").replace("-dos", "").replace("-mac", ""), odd)
    odd.append(("encoding", name, 1, 1))
    trick = _TRICKS.get(name.replace("-", "_"))
    if trick == "rot13":
        return codecs.decode(raw.decode("latin-1"), "rot13")
    return raw.decode(trick or "latin-1", "replace")


def _normal(name: str) -> str:
    """Name an encoding as the tokenizer does: `utf-8-` and whatever follows is UTF-8 (Parser/tokenizer, PEP 263)."""
    name = name.lower()
    short = name[:12].replace("_", "-")
    return "utf-8" if short == "utf-8" or short.startswith("utf-8-") else name


def _text(raw: bytes, name: str, odd: list[tuple[str, str, int, int]]) -> str:
    try:
        return raw.decode(name)
    except LookupError:
        return raw.decode("utf-8", "replace")
    except UnicodeDecodeError as error:
        line = 1 + raw.count(b"\n", 0, error.start)
        odd.append(("mixed-encoding", ascii(raw[error.start : error.start + 12]), 1, line))
        return raw.decode("utf-8", "replace") if raw.count(b"\0") == 0 else raw.decode("latin-1")


def _hidden(text: str) -> list[tuple[str, str, int, int]]:
    found = []
    letters = "".join(set(text))  # a few hundred at most, so that most files are searched no further
    if _BIDI.search(letters) or max(letters) >= "\U000e0000":
        text = REGION_FLAG.sub("", _LISTED.sub("''", text))
    for kind, form in (("bidi", _BIDI), ("invisible", _INVISIBLE), ("tags", _TAGS)):
        first = form.search(text) if form.search(letters) or (kind == "tags" and max(letters) >= "\U000e0000") else None
        if first:
            shown = text[max(0, first.start() - 20) : first.end() + 20]
            found.append((kind, shown, len(form.findall(text)), 1 + text.count("\n", 0, first.start())))
    return found


def _plain(text: str) -> str:
    """Normalise names as Python does (NFKC), line ends untouched."""
    if text.isascii() or unicodedata.is_normalized("NFKC", text):
        return text
    return _FOREIGN.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text)


def look_alikes(code: str) -> list[tuple[str, int]]:
    """List names that are written with letters that Python takes for others, such as full width ones, with lines."""
    found = []
    for match in _WORD.finditer(code):
        if not match[0].isascii():
            plain = unicodedata.normalize("NFKC", match[0])
            # Words such as `M\u1d40M` are mathematics; a word that hides has letters that look like others.
            if plain.isascii() and len(plain) > 3 and _FULL.search(match[0]):  # noqa: PLR2004 - shorter than any name
                found.append((match[0], 1 + code.count("\n", 0, match.start())))
                if len(found) > 20:  # noqa: PLR2004 - enough to tell
                    break
    return found
