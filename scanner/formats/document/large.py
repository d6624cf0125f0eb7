"""Documents too large to list: searched for the keys that lead a loader to code, and listed only there."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

from scanner.artifact import Artifact
from scanner.facts import Fact, LimitReached
from scanner.format import MalformedError
from scanner.formats.document.keys import KEYS
from scanner.formats.document.leaves import NESTS, Leaves, TooManyLeavesError, Twice, objects, step
from scanner.formats.document.others import holds_settings
from scanner.formats.document.parse import Linewise, parse, text_of
from scanner.formats.document.reading import oddity, told
from scanner.limits import Limits
from scanner.pattern import pattern

# The end of a key whose value is no number: vocabularies of a hundred megabytes have few of them.
_VALUE = pattern(rb'":[ \t\r\n]*+["{\[tfn]')
_KEY = pattern(rb'"([^"\n]{1,80})"[ \t\r\n]*+:[ \t\r\n]*+["{\[tfn]')
_WINDOW: Final = 1 << 20
_FEW: Final = 1000
_APART: Final = (b" :", b"\t:", b"\n:", b"\r:")
_LONGEST: Final = 200
"""Bytes of a key and what is around it."""
LARGE: Final = 5_000_000
"""Bytes beyond which a file of settings is told to be large."""

_BESIDE: Final = 100
"""Plain values listed beside a key, as they say what it means."""


def searched(artifact: Artifact, start: bytes, limits: Limits) -> Iterator[Fact]:
    """Yield the leaves at and beside the keys of `KEYS`, and say that no others are listed."""
    if _linewise(start):
        return
    if artifact.size > limits.header_nbytes:
        yield LimitReached(where=artifact.at(), limit="document", bound=limits.header_nbytes, unit="bytes")
        return
    if artifact.size > LARGE and holds_settings(artifact):
        yield oddity(artifact, "json", "large", detail=f"{artifact.size} bytes")
    yield oddity(artifact, "json", "unlisted", detail=f"{artifact.size} bytes")
    with artifact.open() as stream:
        raw = stream.read(artifact.size)
    if b"\0" not in start and not _led(raw):
        return
    try:
        top, form, _, _ = parse(text_of(raw))
    except (Linewise, MalformedError):
        return
    yield from told(artifact, form, key_leaves(top))


def key_leaves(top: object) -> Leaves:
    """List what stands at keys of `KEYS`, and the plain values beside them."""
    found = Leaves()
    for pointer, one in objects(top):
        if type(one) is Twice:
            found.twice.append((pointer, one))
        keys = KEYS & one.keys()
        if not keys:
            continue
        beside = 0
        try:
            for key, value in one.items():
                if key in keys:
                    found.walk(value, f"{pointer}/{step(key)}")
                elif type(value) not in NESTS and beside < _BESIDE:
                    beside += 1
                    found.walk(value, f"{pointer}/{step(key)}")
        except TooManyLeavesError:
            break
    return found


def _linewise(start: bytes) -> bool:
    """Say whether the first line is a whole value and the next one starts another."""
    line, _, rest = start.partition(b"\n")
    if rest.lstrip()[:1] not in (b"{", b"["):
        return False
    try:
        parse(text_of(line))
    except (MalformedError, Linewise):
        return False
    return True


def _led(raw: bytes) -> bool:
    """Say whether a key of `KEYS` has a value that is no number."""
    for start in range(0, len(raw), _WINDOW):
        keys = _keys(raw, start, start + _WINDOW + _LONGEST)
        if not _BYTES.isdisjoint(keys) or any(b"\\u00" in key and _unescaped(key) in KEYS for key in keys):
            return True
    return False


def _keys(raw: bytes, start: int, end: int) -> set[bytes]:
    """Return the keys of a window whose value is no number. Where there are few, they are found by their ends."""
    if not any(raw.find(blank, start, end) >= 0 for blank in _APART):
        ends = [match.start() for match in islice(_VALUE.finditer(raw, start, end), _FEW)]
        if len(ends) < _FEW:
            return {raw[max(0, at - _LONGEST) : at].rpartition(b'"')[2] for at in ends}
    return set(_KEY.findall(raw, start, end))


def _unescaped(key: bytes) -> str:
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), key.decode("utf-8", "replace"))


_ESCAPED = re.compile(r"\\u(00[0-9a-fA-F]{2})")
_BYTES: Final = frozenset(key.encode() for key in KEYS)
