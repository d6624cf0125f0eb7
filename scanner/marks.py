"""What a text of an artifact holds beside words: addresses, code, encodings, characters that do not show."""

import re

from scanner.magic import kind_of
from scanner.pattern import pattern

EXECUTABLE = ("elf", "pe", "macho", "script", "wasm", "dex", "java-class")
"""Kinds that a system or a virtual machine runs."""

ENCODED_KINDS = frozenset((*EXECUTABLE, "pickle", "zip", "gzip", "bzip2", "xz", "zstd", "7z", "rar"))
"""Kinds of content for which an encoded text gets its own mark."""

ENCODED_CHARACTERS = 64
"""Shortest run of base64 that counts as encoded content."""

HEXADECIMAL_BYTES = 72
"""Shortest run of hexadecimal that counts, in bytes: longer than any digest."""

_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("url", pattern(r"(?i)\b(?:https?|ftp|file|s3|gs|hf)://[^\s\"'<>]{3}")),
    ("code", pattern(
        r"(?i)<script\b|(?<![\w.])(?:eval|exec|compile|__import__)\s*\(|\bos\.(?:system|popen|exec\w*)\s*\("
        r"|\bsubprocess\.\w+\s*\(|\bimport\s+(?:os|subprocess|socket|ctypes|pty)\b|\bpowershell\b.{0,80}\s-"
        r"|\b(?:curl|wget)\s[^|;\n]{0,200}[|;]\s*(?:ba|z|da)?sh\b|/dev/tcp/|__subclasses__|__globals__"
        r"|\bjavascript:"
    )),
    ("shebang", pattern(r"\A#!\s*/")),
    ("target", pattern(r"[\"']?\b_target_[\"']?\s*[:=]")),
    ("bidi", pattern("[\u202a-\u202e\u2066-\u2069]")),
    ("invisible", pattern("[\u200b\u2060-\u2064\U000e0001-\U000e01ef]|(?<!\\A)\ufeff")),
    ("control", pattern("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")),
)  # fmt: skip

_BASE64 = pattern(rf"[A-Za-z0-9+/_-]{{{ENCODED_CHARACTERS},}}={{0,2}}")
_HEXADECIMAL = pattern(rf"(?:[0-9A-Fa-f]{{2}}){{{HEXADECIMAL_BYTES},}}|(?:\\x[0-9A-Fa-f]{{2}}){{16,}}")
_HEAD_CHARACTERS = 4096


def marks_of(text: str) -> tuple[str, ...]:
    """Name what a text holds, sorted.

    "url"; "code" (a call or command of a script); "shebang"; "target" (a Hydra `_target_`); "bidi", "invisible"
    (U+200B, tags and other characters without width), "control"; "base64" or "hexadecimal" (a long run of it);
    and the kind of content when the run decodes to something loadable ("encoded-pickle", "encoded-elf").
    Linear in the length of the text.
    """
    found = {mark for mark, pattern in _PATTERNS if pattern.search(text)}
    if len(text) >= ENCODED_CHARACTERS:
        found.update(_encoded(text))
    return tuple(sorted(found))


def _encoded(text: str) -> set[str]:
    run = _HEXADECIMAL.search(text)
    if run:
        digits = run[0].replace("\\x", "")[:_HEAD_CHARACTERS]
        return {"hexadecimal", *_kind(bytes.fromhex(digits[: len(digits) // 2 * 2]))}
    run = _BASE64.search(text)
    if run and _is_dense(run[0]):
        return {"base64", *_kind(_base64(run[0][:_HEAD_CHARACTERS]))}
    return set()


def _is_dense(run: str) -> bool:
    """Tell base64 from long names and paths: it uses both cases and digits, and few separators."""
    separators = sum(map(run.count, "/_-"))
    mixed = run.lower() != run and run.upper() != run and any(map(str.isdigit, run))
    return mixed and separators * 12 <= len(run)


def _base64(run: str) -> bytes:
    import binascii

    whole = run[: len(run) // 4 * 4].rstrip("=").replace("-", "+").replace("_", "/")
    return binascii.a2b_base64(whole + "=" * (-len(whole) % 4)) if len(whole) % 4 != 1 else b""


def _kind(head: bytes) -> set[str]:
    kind = kind_of(head)
    return {f"encoded-{kind}"} if kind in ENCODED_KINDS else set()
