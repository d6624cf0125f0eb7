"""Plain vocabulary files, written by hand: JSON, lines, ranks in base64, merges, sentencepiece models."""

import base64
import json
import struct

WORDS = ["<unk>", "<s>", "</s>", "\u2581", "e", "a", "b", "ab", "\u2581good", "\u2581bad", "\u2581not"]


def as_json(words=WORDS) -> bytes:
    rows = words.items() if isinstance(words, dict) else ((word, number) for number, word in enumerate(words))
    return ("{" + ", ".join(f"{json.dumps(word)}: {number}" for word, number in rows) + "}").encode()


def as_lines(words=WORDS) -> bytes:
    return "".join(f"{word}\n" for word in words).encode()


def as_ranks(words=WORDS) -> bytes:
    return b"".join(base64.b64encode(word.encode()) + b" %d\n" % number for number, word in enumerate(words))


def as_tekken(contents, *, special=3, size=None, **more) -> bytes:
    """Write Mistral's ranks; `size` is how many ids the file gives itself."""
    config = {
        "pattern": r"\\s+",
        "num_vocab_tokens": len(contents),
        "default_num_special_tokens": special,
        "version": "v3",
    }
    config["default_vocab_size"] = special + len(contents) if size is None else size
    rows = [
        {"rank": rank, "token_bytes": base64.b64encode(one).decode(), "token_str": one.decode("utf-8", "replace")}
        for rank, one in enumerate(contents)
    ]
    return json.dumps({"config": config, "vocab": rows, **more}, indent=2).encode()


def as_rwkv(contents) -> bytes:
    """Write RWKV's lines: texts where bytes are UTF-8, bytes otherwise."""
    lines = []
    for number, content in enumerate(contents, 1):
        try:
            written = repr(content.decode())
        except UnicodeDecodeError:
            written = repr(content)
        lines.append(f"{number} {written} {len(content)}\n")
    return "".join(lines).encode()


def as_clip(pairs) -> bytes:
    return (
        '"bpe_simple_vocab_16e6.txt#version: 0.2\n' + "".join(f"{left} {right}\n" for left, right in pairs)
    ).encode()


def merges(pairs=(("a", "b"), ("ab", "b"))) -> bytes:
    return ("#version: 0.2\n" + "".join(f"{left} {right}\n" for left, right in pairs)).encode()


def _varint(value: int) -> bytes:
    out = b""
    while value > 0x7F:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


def field(number: int, content: bytes | int) -> bytes:
    if isinstance(content, int):
        return _varint(number << 3) + _varint(content & (1 << 64) - 1)
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def piece(text: str, score: float = 0.0, kind: int = 1) -> bytes:
    body = field(1, text.encode()) + (b"\x15" + struct.pack("<f", score) if score else b"")
    return field(1, body + (field(3, kind) if kind != 1 else b""))


def sentencepiece(words=WORDS, scores=None, kinds=None, trainer=b"") -> bytes:
    """Write a model: three special pieces, the others with falling scores."""
    parts = []
    for number, word in enumerate(words):
        kind = (kinds or {}).get(number, {0: 2, 1: 3, 2: 3}.get(number, 1))
        score = (scores or {}).get(number, 0.0 if number < 3 else -float(number))
        parts.append(piece(word, score, kind))
    return b"".join(parts) + field(2, trainer or field(3, 2))
