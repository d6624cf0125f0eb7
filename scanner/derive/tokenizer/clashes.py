"""Files of one folder that give an id different texts.

Only what is meant to be the same is compared: vocabularies that agree in nine rows of ten, once ids are shifted by as
much as converters shift them (XLM-R's tokenizers count one more than their sentencepiece models, CamemBERT's four).
Whatever differs in how it is written, and not in what it says, is equal.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations

from scanner.artifact import Location
from scanner.facts import Fact
from scanner.facts.tokenizer import AddedToken, TokenizerClash, Vocabulary
from scanner.nesting import beside
from scanner.tokenizers import Tokens, folders, tokens_of

FILES = 12
"""Different files of one folder that are compared; a folder with more is a collection, not a model."""

SHOWN = 20
SAMPLES = 400
AGREE = 10
"""Vocabularies of one model disagree in at most one row of so many."""

SHIFTED_HEAD = 300
"""Rows at the start that are special or bytes: a shifted vocabulary has others there."""

SHIFT = 110
"""Largest shift; Pegasus counts 103 more than its sentencepiece model."""

TEXT_CHARACTERS = 400

_FREE = re.compile(r"(?i).*(?:unused|reserved|extra_id|placeholder|dummy|madeup|notused).*|\[PAD\d*\]|<pad>?\d*>?")
"""Texts of rows that a file leaves free, and that another may fill."""


def derive(facts: Sequence[Fact]) -> Iterator[Fact]:
    """Compare the files of every folder, two by two."""
    said = {(fact.where.path, fact.source) for fact in facts if isinstance(fact, (AddedToken, Vocabulary))}
    if len({beside(path, "") for path, _ in said}) == len(said):  # Most scans: no need to put vocabularies together.
        return
    for files in folders(tokens_of(facts)).values():
        found = _distinct(files)
        if 1 < len(found) <= FILES:
            for left, right in combinations(found, 2):
                # Two files of one kind are two tokenizers.
                if left.path != right.path and left.source != right.source:
                    yield from _compared(left, right)


def _distinct(files: Sequence[Tokens]) -> list[Tokens]:
    """Take one of all files that say the same: a folder may hold a model in twenty sizes."""
    found: dict[object, Tokens] = {}
    for one in files:
        added = tuple(sorted((number, token.text) for number, token in one.added.items()))
        found.setdefault((one.source, one.whole.digest if one.whole is not None else "", added), one)
    return list(found.values())


def _compared(left: Tokens, right: Tokens) -> Iterator[TokenizerClash]:
    if left.base and right.base:
        shift = _shift(left, right)
        rows = [] if shift is None else _differing(left, right, shift)
    elif "sentencepiece" in {left.source, right.source}:
        # It knows nothing of added tokens, and its own special pieces are often renumbered.
        rows = [row for row in _differing(left, right, 0) if row[0] >= SHIFTED_HEAD]
    else:
        rows = _differing(left, right, 0)
    for number, ours, theirs in rows[:SHOWN]:
        yield TokenizerClash(
            where=_place(right, number),
            left=left.path,
            right=right.path,
            id=number,
            left_text=ours[:TEXT_CHARACTERS],
            right_text=theirs[:TEXT_CHARACTERS],
            rows=len(rows),
        )


def _place(tokens: Tokens, number: int) -> Location:
    if number in tokens.added:
        return tokens.added[number].where
    return tokens.whole.where if tokens.whole is not None else Location(path=tokens.path)


def _shift(left: Tokens, right: Tokens) -> int | None:
    """Say by how much the ids of the right are higher than those of the left; None for unrelated vocabularies."""
    if _equal(left, right):
        return 0
    # Rows of a shifted vocabulary are found by text.
    step = max(1, len(left.base) // SAMPLES)
    samples = sorted(left.base)[SHIFTED_HEAD if len(left.base) > SAMPLES else 0 :: step]
    texts = {_written(left.base[number], left): number for number in samples}
    counted = Counter(
        number - texts[text]
        for number, row in right.base.items()
        if (text := _written(row, right)) in texts and abs(number - texts[text]) <= SHIFT
    )
    if not counted:
        return None
    (shift, agreeing), *_ = counted.most_common(1)
    common = sum(number + shift in right.base for number in samples)
    return shift if (common - agreeing) * AGREE <= common else None


def _equal(left: Tokens, right: Tokens) -> bool:
    return left.whole is not None and right.whole is not None and left.whole.digest == right.whole.digest


def _differing(left: Tokens, right: Tokens, shift: int) -> list[tuple[int, str, str]]:
    """List the rows to which both sides give texts that have nothing in common: id of the right, both texts."""
    rows = []
    least = SHIFTED_HEAD if shift else 0
    if _equal(left, right):
        common = {*left.added, *right.added}
    else:
        common = {*left.base, *left.added} & {other - shift for other in (*right.base, *right.added)}
    for number in sorted(common):
        if number < least:
            continue
        plain = number not in left.added and number + shift not in right.added
        if plain and left.base.get(number) == right.base.get(number + shift):
            continue
        ours, theirs = _texts(left, number), _texts(right, number + shift)
        if ours and theirs and not ours & theirs and not any(_FREE.fullmatch(text) for text in (*ours, *theirs)):
            rows.append((number + shift, left.text(number) or "", right.text(number + shift) or ""))
    return rows


def _texts(tokens: Tokens, number: int) -> set[str]:
    """Give the texts of an id: the row and the added token that stands before it."""
    texts = {_written(tokens.base[number], tokens)} if number in tokens.base else set()
    if number in tokens.added:
        texts.add(_written(tokens.added[number].text, tokens))
    return texts


def _written(text: str, tokens: Tokens) -> str:
    """Write a text as all files would: with spaces, and WordPiece's words as GGUF has them (`▁word`, `part`)."""
    if tokens.whole is not None and tokens.whole.kind == "WordPiece" and tokens.whole.alphabet == "plain":
        if text.startswith("##"):
            return text[2:]
        return text if text.startswith("[") and text.endswith("]") and len(text) > 2 else f" {text}"  # noqa: PLR2004
    return text.replace("\u2581", " ")
