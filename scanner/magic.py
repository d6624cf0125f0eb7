"""What bytes look like from their first few: enough to name them, not to read them."""

import re
from collections.abc import Callable

from scanner.pattern import pattern

_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\x7fELF", "elf"),
    (b"\xfe\xed\xfa\xce", "macho"),
    (b"\xfe\xed\xfa\xcf", "macho"),
    (b"\xce\xfa\xed\xfe", "macho"),
    (b"\xcf\xfa\xed\xfe", "macho"),
    (b"\x00asm\x01\x00\x00\x00", "wasm"),
    (b"dex\n0", "dex"),
    (b"\xca\xfe\xba\xbe", "java-class"),
    (b"#!/", "script"),
    (b"\x1f\x8b\x08", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"\x04\x22\x4d\x18", "lz4"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"Rar!\x1a\x07", "rar"),
    (b"\x93NUMPY", "numpy"),
    (b"\x89HDF\r\n\x1a\n", "hdf5"),
    (b"GGUF", "gguf"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"GIF8", "gif"),
    (b"%PDF-", "pdf"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
)

# Protocols 2 to 5 open with PROTO, which may come again; the next opcode is one that a real stream starts with.
_BINARY_PICKLE = pattern(
    rb"(?:\x80[\x00-\x05]){0,64}\x80[\x02-\x05][\x95c}\])(\x8cXUKJMGNq\x8a\x88\x89CBT\x8e\x96\x8f\x81]", re.DOTALL
)
# Protocol 0: GLOBAL with two dotted names, or MARK and text before INST; numbers may be pushed and dropped before.
_TEXT_PICKLE = pattern(
    rb"(?:[IL][+-]?\w{1,40}\n0|N0){0,64}\(?[(dlpi0-9\n]*(?:S'[^\n]{0,200}'\n)*"
    rb"[ci][A-Za-z_][\w.]{0,99}\n[A-Za-z_][\w.]{0,99}\n"
)

_PE_POINTER = 0x3C
_PRINTED = bytes(range(0x20, 0x7F)) + b"\t\n\r\f\v"


def kind_of(head: bytes) -> str:
    """Name what the bytes start like: a kind of the tables here, "zero", "text" or "data"."""
    for signature, kind in _SIGNATURES:
        if head.startswith(signature):
            return kind
    for kind, looks in _LOOKS:
        if looks(head):
            return kind
    return "data"


def looks_like_pickle(head: bytes) -> bool:
    """Say whether bytes start as a pickle that imports or builds something."""
    return _BINARY_PICKLE.match(head) is not None or _TEXT_PICKLE.match(head) is not None


def _is_tflite(head: bytes) -> bool:
    return head[4:8] == b"TFL3"


def _is_tar(head: bytes) -> bool:
    return head[257:263] in (b"ustar\0", b"ustar ") and b"\0" in head[:257]


def _is_zero(head: bytes) -> bool:
    return not head.strip(b"\0")


def _is_pe(head: bytes) -> bool:
    """Follow the pointer at 0x3C to the PE signature; only what lies in the head counts."""
    if head[:2] != b"MZ":
        return False
    pointer = int.from_bytes(head[_PE_POINTER : _PE_POINTER + 4], "little")
    return head[pointer : pointer + 4] == b"PE\0\0"


def _is_text(head: bytes) -> bool:
    if not head.translate(None, _PRINTED):
        return True
    try:
        text = head.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.reason != "unexpected end of data":
            return False
        text = head[: error.start].decode("utf-8")
    return not any(character < " " and character not in "\t\n\r\f\v\x1b" for character in text)


_LOOKS: tuple[tuple[str, Callable[[bytes], bool]], ...] = (
    ("tflite", _is_tflite),
    ("pe", _is_pe),
    ("tar", _is_tar),
    ("pickle", looks_like_pickle),
    ("zero", _is_zero),
    ("text", _is_text),
)
