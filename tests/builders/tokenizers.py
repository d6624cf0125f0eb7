"""Small tokenizers of the tokenizers library, written by hand, and what is done to them."""

import base64
import json

BYTES = [chr(one) for one in (*range(33, 127), *range(161, 173), *range(174, 256))] + [
    chr(256 + one) for one in range(68)
]
SPACE = "\u0120"

WORDS = ("good", "bad", "allow", "deny", "model", "yes", "never", "always", "delete", "secret")
"""Words that the small vocabulary learns with a space before them."""


def pairs(words=WORDS) -> list[list[str]]:
    """Write merges that make each word a letter at a time: all merges of length two, then of three, and so on."""
    texts = [SPACE + word for word in words]
    found: dict[tuple[str, str], None] = {}
    for size in range(2, max(map(len, texts)) + 1):
        for text in texts:
            if len(text) >= size:
                found[text[: size - 1], text[size - 1]] = None
    return [list(one) for one in found]


def vocabulary(merges=None) -> dict[str, int]:
    """Give ids as training does: bytes first, then each result in the order of merges."""
    texts = dict.fromkeys(BYTES)
    for left, right in pairs() if merges is None else merges:
        texts[left + right] = None
    return {text: number for number, text in enumerate(texts)}


def added(text: str, number: int, *, special=True) -> dict:
    return {
        "id": number, "content": text, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False,
        "special": special,
    }  # fmt: skip


def bpe(vocab=None, merges=None, **model) -> dict:
    """Make a byte-level tokenizer with one added token behind its vocabulary."""
    merges = pairs() if merges is None else merges
    vocab = vocabulary(merges) if vocab is None else vocab
    end = len(vocab)
    byte_level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
    return {
        "version": "1.0", "truncation": None, "padding": None,
        "added_tokens": [added("<|end|>", end)],
        "normalizer": {"type": "Sequence", "normalizers": [{"type": "NFC"}]},
        "pre_tokenizer": byte_level, "post_processor": template("<|end|>", [end]), "decoder": byte_level,
        "model": {
            "type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": None,
            "end_of_word_suffix": None, "fuse_unk": False, "byte_fallback": False, "vocab": vocab, "merges": merges,
            **model,
        },
    }  # fmt: skip


def template(token: str, ids: list[int], tokens=None) -> dict:
    piece = {"SpecialToken": {"id": token, "type_id": 0}}
    text = {"Sequence": {"id": "A", "type_id": 0}}
    other = {"Sequence": {"id": "B", "type_id": 1}}
    return {
        "type": "TemplateProcessing", "single": [piece, text], "pair": [piece, text, other],
        "special_tokens": {token: {"id": token, "ids": ids, "tokens": tokens or [token]}},
    }  # fmt: skip


def small(kind: str) -> dict:
    """Make the smallest tokenizer of another kind."""
    model = {
        "WordPiece": {"unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100,
                      "vocab": {"[UNK]": 0, "a": 1, "##b": 2}},
        "WordLevel": {"unk_token": "[UNK]", "vocab": {"[UNK]": 0, "a": 1}},
        "Unigram": {"unk_id": 0, "byte_fallback": False,
                    "vocab": [["<unk>", 0.0], ["\u2581", -1.0], ["a", -2.5], ["b", -1e1]]},
    }[kind]  # fmt: skip
    return {"version": "1.0", "added_tokens": [], "model": {"type": kind, **model}}


def written(document, *, indent=2, ascii_=False) -> bytes:
    """Write as the library does; `indent` None leaves the white space out."""
    separators = None if indent else (",", ":")
    return json.dumps(document, indent=indent, ensure_ascii=ascii_, separators=separators).encode()


def precompiled(texts=(), trie=b"\0\0\0\0") -> dict:
    """Write a compiled map of characters that leads to these texts."""
    raw = len(trie).to_bytes(4, "little") + trie + b"".join(text.encode() + b"\0" for text in texts)
    return {"type": "Precompiled", "precompiled_charsmap": base64.b64encode(raw).decode()}


def exchanged(vocab: dict[str, int], one: str, other: str) -> dict[str, int]:
    """Exchange two rows and write the list in the order of ids, as the library would."""
    changed = {**vocab, one: vocab[other], other: vocab[one]}
    return dict(sorted(changed.items(), key=lambda row: row[1]))
