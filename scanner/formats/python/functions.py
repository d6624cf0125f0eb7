"""Functions that make constants of constants, as far as code is hidden with them. Pure and bounded."""

import ast
import base64
import binascii
import codecs
from collections.abc import Callable, Mapping, Sequence

from scanner.formats.python.values import LONG, UNKNOWN

COUNTED = 1024
"""Longest range that is written out: a loop over one costs a step for each."""

Function = Callable[..., object]


class NotFoldedError(Exception):
    """The result is not known: an argument is not, or it is no constant that matters."""


def apply(name: str, arguments: Sequence[object], keywords: Mapping[str, object]) -> object:
    """Return what a function gives for constants, or UNKNOWN."""
    function = FUNCTIONS.get(name)
    if function is None:
        return UNKNOWN
    return _guarded(function, arguments, keywords)


def method(target: object, name: str, arguments: Sequence[object], keywords: Mapping[str, object]) -> object:
    """Return what a method of a constant gives, or UNKNOWN."""
    if isinstance(target, str | bytes) and name in _METHODS:
        if name in ("ljust", "rjust", "center", "zfill", "expandtabs", "replace") and _grows(target, name, arguments):
            return UNKNOWN
        if name in ("decode", "encode"):
            return _guarded(_transcode, (target, name, *arguments), keywords)
        if name in ("format", "format_map") and isinstance(target, str):
            return _guarded(_format, (target, *arguments), keywords)
        return _guarded(getattr(target, name), arguments, keywords)
    if isinstance(target, list | tuple) and name in ("index", "count"):
        return _guarded(getattr(target, name), arguments, keywords)
    return UNKNOWN


def _guarded(function: Function, arguments: Sequence[object], keywords: Mapping[str, object]) -> object:
    try:
        return function(*arguments, **keywords)
    except (
        NotFoldedError, ValueError, TypeError, LookupError, ArithmeticError, AttributeError, EOFError, OSError,
        binascii.Error, RecursionError, MemoryError,
    ):  # fmt: skip
        return UNKNOWN


_METHODS = frozenset((
    "decode", "encode", "join", "replace", "strip", "lstrip", "rstrip", "lower", "upper", "swapcase", "title",
    "capitalize", "split", "rsplit", "splitlines", "partition", "rpartition", "format", "translate", "hex", "zfill",
    "removeprefix", "removesuffix", "ljust", "rjust", "center", "casefold", "index", "find", "count", "startswith",
    "endswith",
))  # fmt: skip


def _grows(target: str | bytes, name: str, arguments: Sequence[object]) -> bool:
    if name == "replace":
        least = 2
        if len(arguments) < least or not isinstance(arguments[1], str | bytes):
            return True
        return (len(target) + 1) * len(arguments[1]) + len(target) > LONG
    return not arguments or not isinstance(arguments[0], int) or arguments[0] > LONG


_TEXT_CODECS = frozenset((
    "utf_8", "utf8", "utf-8", "ascii", "latin-1", "latin1", "iso-8859-1", "utf-16", "utf-16-le", "utf-16-be", "utf-32",
    "utf-8-sig", "utf-7", "cp1252", "cp437", "unicode_escape", "unicode-escape", "raw_unicode_escape", "idna",
    "punycode", "cp037", "cp500", "utf_16", "us-ascii", "iso8859-1", "u8", "utf", "l1",
))  # fmt: skip


def _transcode(target: str | bytes, name: str, encoding: object = "utf-8", errors: object = "strict") -> object:
    encoding = str(encoding).lower()
    kept = str(errors) if errors in ("strict", "ignore", "replace", "surrogateescape", "surrogatepass") else "strict"
    if encoding not in _TEXT_CODECS:
        return _codec(target, encoding)
    if name == "decode" and isinstance(target, bytes):
        return target.decode(encoding, kept)
    if name == "encode" and isinstance(target, str):
        return target.encode(encoding, kept)
    raise NotFoldedError


def _codec(target: object, encoding: object = "utf-8", errors: object = "strict") -> object:
    """Decode with a codec of `codecs`: those that packers use."""
    name = str(encoding).lower().replace("-", "_")
    if name in ("rot13", "rot_13") and isinstance(target, str):
        return codecs.encode(target, "rot13")
    raw = target.encode("latin-1") if isinstance(target, str) else target
    if not isinstance(raw, bytes):
        raise NotFoldedError
    if name in ("base64", "base64_codec", "base_64"):
        return binascii.a2b_base64(raw)
    if name in ("hex", "hex_codec"):
        return binascii.unhexlify(raw)
    if name in ("zip", "zlib", "zlib_codec"):
        return _inflate(raw)
    if name in ("bz2", "bz2_codec"):
        return _bunzip(raw)
    if name in ("uu", "uu_codec"):
        raise NotFoldedError
    return _transcode(raw, "decode", encoding, errors) if name.replace("_", "-") in _TEXT_CODECS else UNKNOWN


def _format(text: str, *arguments: object, **keywords: object) -> str:
    """Fill plain fields alone: a format specification could ask for any width, a field walk attributes."""
    import string

    pieces: list[str] = []
    count = 0
    for literal, field, spec, conversion in string.Formatter().parse(text):
        pieces.append(literal)
        if field is None:
            continue
        if spec or conversion not in (None, "s"):
            raise NotFoldedError
        if field == "":
            value, count = arguments[count], count + 1
        else:
            value = arguments[int(field)] if field.isdecimal() else keywords[field]
        pieces.append(str(value))
    return "".join(pieces)


def percent(text: object, value: object) -> object:
    """Fill `%` fields that have no width."""
    if not isinstance(text, str | bytes):
        return UNKNOWN
    fields = text.replace("%%", "") if isinstance(text, str) else text.replace(b"%%", b"").decode("latin-1")
    if any(part[:1] not in "sdcxrib" for part in fields.split("%")[1:]):
        return UNKNOWN
    return _guarded(lambda: text % value, (), {})


def _inflate(raw: bytes, wbits: object = 15, *_: object) -> bytes:
    import zlib

    machine = zlib.decompressobj(wbits if isinstance(wbits, int) else 15)
    try:
        return machine.decompress(raw, LONG)
    except zlib.error as error:
        raise NotFoldedError from error


def _gunzip(raw: bytes) -> bytes:
    return _inflate(raw, 31)


def _bunzip(raw: bytes) -> bytes:
    import bz2

    return bz2.BZ2Decompressor().decompress(raw, LONG)


def _unlzma(raw: bytes) -> bytes:
    import lzma

    try:
        return lzma.LZMADecompressor(memlimit=64 << 20).decompress(raw, LONG)
    except lzma.LZMAError as error:
        raise NotFoldedError from error


def _range(*bounds: object) -> list[int]:
    numbers = [one for one in bounds if isinstance(one, int)]
    found = range(*numbers)
    if len(numbers) != len(bounds) or len(found) > COUNTED:
        raise NotFoldedError
    return list(found)


def _bytes(value: object = b"", encoding: object = "utf-8", *_: object) -> bytes:
    if isinstance(value, str):
        made = _transcode(value, "encode", encoding)
        if isinstance(made, bytes):
            return made
    if isinstance(value, bytes):
        return value
    if isinstance(value, list | tuple):
        return bytes(value)
    raise NotFoldedError


def _str(value: object = "", encoding: object = "", *_: object) -> object:
    if isinstance(value, bytes):
        return _transcode(value, "decode", encoding or "utf-8") if encoding else repr(value)
    return str(value)


def _int(value: object = 0, base: object = 10) -> int:
    if isinstance(value, str | bytes) and len(value) < 4000 and isinstance(base, int):  # noqa: PLR2004 - digits
        return int(value, base)
    if isinstance(value, int | float):
        return int(value)
    raise NotFoldedError


def _list(value: object = ()) -> list[object]:
    if isinstance(value, str | bytes | list | tuple):
        return list(value)
    raise NotFoldedError


def _literal(text: object) -> object:
    if not isinstance(text, str) or len(text) > LONG:
        raise NotFoldedError
    try:
        return ast.literal_eval(text)
    except SyntaxError as error:
        raise NotFoldedError from error


def _a2b(raw: object, *_: object, **__: object) -> bytes:
    text = raw.encode("ascii") if isinstance(raw, str) else raw
    if not isinstance(text, bytes):
        raise NotFoldedError
    return binascii.a2b_base64(text)


def _joined(*parts: object) -> str:
    return "/".join(str(part).rstrip("/") for part in parts)


FUNCTIONS: dict[str, Function] = {
    "base64.b64decode": _a2b,
    "base64.standard_b64decode": _a2b,
    "base64.decodebytes": _a2b,
    "base64.decodestring": _a2b,
    "binascii.a2b_base64": _a2b,
    "base64.urlsafe_b64decode": base64.urlsafe_b64decode,
    "base64.b32decode": base64.b32decode,
    "base64.b16decode": base64.b16decode,
    "base64.b85decode": base64.b85decode,
    "base64.a85decode": base64.a85decode,
    "binascii.unhexlify": binascii.unhexlify,
    "binascii.a2b_hex": binascii.unhexlify,
    "bytes.fromhex": bytes.fromhex,
    "bytearray.fromhex": bytes.fromhex,
    "builtins.bytes.fromhex": bytes.fromhex,
    "builtins.bytearray.fromhex": bytes.fromhex,
    "codecs.decode": _codec,
    "codecs.encode": _codec,
    "zlib.decompress": _inflate,
    "gzip.decompress": _gunzip,
    "bz2.decompress": _bunzip,
    "lzma.decompress": _unlzma,
    "ast.literal_eval": _literal,
    "os.path.join": _joined,
    "os.path.expanduser": str,
    "os.fspath": str,
    "pathlib.Path": _joined,
    "builtins.chr": chr,
    "builtins.ord": ord,
    "builtins.bytes": _bytes,
    "builtins.bytearray": _bytes,
    "builtins.str": _str,
    "builtins.int": _int,
    "builtins.list": _list,
    "builtins.tuple": _list,
    "builtins.reversed": lambda value: _list(value)[::-1],
    "builtins.sorted": lambda value: sorted(_list(value)),  # type: ignore[type-var]
    "builtins.range": _range,
    "builtins.len": len,
    "builtins.hex": hex,
    "builtins.abs": abs,
    "builtins.sum": lambda value: sum(one for one in _list(value) if isinstance(one, int)),
    "builtins.enumerate": lambda value, start=0: list(enumerate(_list(value), start)),
    "builtins.zip": lambda *values: list(zip(*map(_list, values), strict=False)),
    "builtins.str.join": lambda between, values: between.join(values),
}
"""Functions by their name; each takes constants and gives one, or raises."""
