"""CLIP's list of merges: its vocabulary is counted out from the alphabet and the first merges."""

from scanner.formats.vocabulary.alphabet import ALPHABET

MERGES = 49152 - 256 - 2
"""Merges that are used; the file lists five times as many."""

END = "</w>"
"""Marks the end of a word."""

SPECIAL = ("<|startoftext|>", "<|endoftext|>")


def rows(merges: list[list[str]]) -> list[tuple[str, int]]:
    """Give ids as the library does: bytes, bytes at the end of a word, results of merges, special tokens.

    Source: CLIP, clip/simple_tokenizer.py.
    """
    letters = list(ALPHABET.values())
    made = ["".join(merge) for merge in merges[:MERGES]]
    return [(text, number) for number, text in enumerate([*letters, *(one + END for one in letters), *made, *SPECIAL])]
