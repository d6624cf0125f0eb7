"""Constants that hold another artifact: a pickle, an archive, a program; raw or written as base64 or hex."""

import binascii
from collections.abc import Callable
from typing import Final

from scanner.artifact import Artifact
from scanner.formats.pickle import constants, values
from scanner.formats.pickle import opcodes as op
from scanner.formats.pickle.skim import carries
from scanner.formats.pickle.state import State
from scanner.pattern import pattern
from scanner.streams import held, window

SMALLEST: Final = 12
"""Shorter constants hold nothing worth reading, in bytes."""
_HEAD: Final = 4096
_DECODED: Final = 64 << 20

_MAGIC: Final = (
    b"PK\x03\x04", b"\x1f\x8b\x08", b"BZh", b"\xfd7zXZ\x00", b"\x28\xb5\x2f\xfd", b"7z\xbc\xaf\x27\x1c", b"\x7fELF",
    b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"#!/", b"\x04\x22\x4d\x18", b"\x93NUMPY",
)  # fmt: skip
_ZLIB: Final = (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")
_BASE64: Final = pattern(rb"[A-Za-z0-9+/\-_\s]{16,}={0,2}\s*")
_HEX: Final = pattern(rb"(?:[0-9a-fA-F]{2}\s*){16,}")

_ENCODED: Final = tuple(
    b"gA UE H4 Ql /T eJ eN eA eF f0 TV Iy KL Y1 Y2 Y3 KF KG 80 50 1f 1F 42 fd FD 78 7f 7F 4d 4D 63 28".split()
)
# The first two bytes of all of these, of their base64 and hex spellings and of base64 of base64: the machine looks no
# further into a text that starts differently. b"\xc2\x80" is \x80 in UTF-8, as `_codecs.encode(…, "latin1")` gets it.
HEADS: Final = frozenset(
    [magic[:2] for magic in (*_MAGIC, *_ZLIB, b"MZ", b"\xc2\x80", *_ENCODED)]
    + [bytes((0x80, protocol)) for protocol in range(6)]
    + [binascii.b2a_base64(head)[:2] for head in _ENCODED]
    + [bytes((first, second)) for first in b"c(" for second in b"_abcdefghijklmnopqrstuvwxyzSVIX("]
    + [bytes((first, second)) for first in b"IL" for second in b"0123456789+-"]
    + [bytes((first, second)) for first in b"N]})" for second in b"(0cIKLNSVX])}pq2"]
    + [b"S'", b'S"']
)

_SHORTEST: Final = 5  # bytes of a stream that calls what an EXT opcode stands for
_IMPORTING: Final = pattern(rb"[\n\x82-\x84\x93]")  # a line of GLOBAL or INST, EXT opcodes, STACK_GLOBAL


def inspect(state: State, at: int, start: int, nbytes: int) -> None:
    """Queue the content of the constant at `at` if its head says that it is an artifact of its own."""
    if nbytes < SMALLEST or state.source.peek(start, 2) not in HEADS:
        return
    encoding = _encoding(state.source.peek(start, min(nbytes, _HEAD)), nbytes)
    if encoding:
        queue(state, at, encoding)


def examine(state: State, at: int, start: int, nbytes: int) -> None:
    """Queue the bytes of the constant at `at` if they are an artifact, or a stream whatever its first opcode."""
    if nbytes < _SHORTEST:
        return
    head = state.source.peek(start, min(nbytes, _HEAD))
    if head[:2] in HEADS and nbytes >= SMALLEST:
        encoding = _encoding(head, nbytes)
        if encoding:
            queue(state, at, encoding)
    elif _IMPORTING.search(head) and carries(head, whole=nbytes <= len(head)):
        queue(state, at, "raw")


def encoded(state: State, value: int) -> None:
    """Look at a text that the stream encodes to bytes, as protocols below 3 write them."""
    if value < 0 or state.source.peek(value, 1)[0] not in constants.TEXTS:
        return
    start, nbytes = constants.span(state.source, value)
    head = state.source.peek(start, min(nbytes, _HEAD))
    if nbytes >= _SHORTEST and not (head.isascii() and b"\n" not in head):
        content = _latin1(head)
        if carries(content, whole=nbytes <= len(head)):
            queue(state, value, "latin1")


def carry(state: State, value: int) -> None:
    """Queue the bytes constant behind a value that the stream itself loads as a pickle."""
    heap = state.heap
    for _ in range(4):
        if value >= 0:
            break
        items = (
            heap.items(heap.tails[~value], 1) if heap.kind(value) == values.RESULT and heap.tails[~value] < 0 else []
        )
        if not items:  # _codecs.encode('…', 'latin1'), base64.b64decode('…'), bytes(…) hold it as first argument
            return
        value = items[0]
    if value < 0 or state.source.peek(value, 1)[0] not in constants.TEXTS | constants.DATA:
        return
    start, nbytes = constants.span(state.source, value)
    head = state.source.peek(start, min(nbytes, _HEAD))
    queue(state, value, _encoding(head, nbytes) or "raw")


def queue(state: State, at: int, encoding: str) -> None:
    """Queue the constant at `at`, once."""
    if at not in state.carried:
        state.carried.add(at)
        state.nested.append((at, encoding))


def _encoding(head: bytes, nbytes: int) -> str:
    if _worth(head, nbytes):
        return "raw"
    if head.startswith(b"\xc2\x80"):
        return "latin1" if _worth(_latin1(head), nbytes) else ""
    if _HEX.fullmatch(head[: len(head) & ~1]) and _worth(_unhex(head), nbytes // 2):
        return "hex"
    if _BASE64.fullmatch(head):
        content = _unbase64(head)
        if _worth(content, nbytes * 3 // 4):
            return "base64"
        if content[:2] in HEADS and _BASE64.fullmatch(content) and _worth(_unbase64(content), nbytes * 9 // 16):
            return "base64 twice"
    return ""


def _worth(head: bytes, nbytes: int) -> bool:
    if head.startswith(_MAGIC):
        return True
    if head.startswith(_ZLIB):
        return (head[2] & 6) != 6  # noqa: PLR2004 - RFC 1951 §3.2.3: a block type of 3 is an error
    if head.startswith(b"MZ"):
        offset = int.from_bytes(head[0x3C:0x40], "little")
        return len(head) > 0x40 and head[offset : offset + 4] == b"PE\0\0"  # noqa: PLR2004 - the DOS header's size
    return carries(head, whole=nbytes <= len(head))


def _latin1(content: bytes) -> bytes:
    return content.decode("utf-8", "ignore").encode("latin-1", "ignore")


def _unhex(content: bytes) -> bytes:
    digits = b"".join(content.split())
    return binascii.unhexlify(digits[: len(digits) & ~1])


def _unbase64(content: bytes) -> bytes:
    digits = b"".join(content.split()).replace(b"-", b"+").replace(b"_", b"/").rstrip(b"=")
    return binascii.a2b_base64(digits[: len(digits) & ~3] + _padded(digits[len(digits) & ~3 :]))


def _padded(rest: bytes) -> bytes:
    return rest + b"=" * (4 - len(rest)) if len(rest) > 1 else b""


def _escaped(content: bytes) -> bytes:
    try:
        return constants.quoted(b"'" + content + b"'")
    except ValueError:
        return content


_DECODERS: Final[dict[str, Callable[[bytes], bytes]]] = {
    "latin1": _latin1,
    "hex": _unhex,
    "base64": _unbase64,
    "base64 twice": lambda content: _unbase64(_unbase64(content)),
    "escaped": _escaped,
}


def artifact_of(parent: Artifact, state: State, at: int, encoding: str) -> Artifact | None:
    """Make the artifact that the constant at `at` holds; None if it does not decode or is too large to decode."""
    start, nbytes = constants.span(state.source, at)
    opcode = state.source.peek(at, 1)[0]
    if opcode == op.STRING:
        start, nbytes = start + 1, nbytes - 2
        encoding = "escaped" if encoding == "raw" else encoding
    path, depth = f"{parent.path}!{start}", parent.depth + 1
    if encoding == "raw":
        return Artifact(path=path, size=nbytes, open=window(parent.open, start, nbytes), depth=depth)
    if nbytes > _DECODED:
        return None
    try:
        content = _DECODERS[encoding](state.source.peek(start, nbytes))
    except (ValueError, binascii.Error):
        return None
    return Artifact(path=path, size=len(content), open=held(content), depth=depth)
