"""Vocabularies against those of known families: the same, more rows behind it, or a few rows that differ.

A stranger's vocabulary costs a few hashes, a copy none: rows are hashed for what is like a family and not equal to it.
"""

import binascii
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from scanner.facts import Fact
from scanner.facts.tokenizer import Vocabulary, VocabularyChange, VocabularyMatch
from scanner.known import rows
from scanner.rowsums import Change, changes, hashes, unpack
from scanner.tokenizers import Tokens, is_word, rows_of, tokens_of

TABLE = "vocabularies"
DIGEST_DIGITS = 32
PROBES = 64
PROBE_DIGITS = 6
LEAST_PROBES = 8
"""Probed rows that are equal where a family is worth a look; strangers have none, and relatives most."""

LOOKED_AT = 4
"""Families that one vocabulary is compared with, the most alike first."""

CHANGED = 200
CHANGED_SHARE = 100
"""Most rows that differ in a near copy, and at most one row in so many."""

SHOWN = 50
TEXT_CHARACTERS = 400

FREE = (
    "[unused{}]", "<unused{}>", "<extra_id_{}>", "<|reserved_special_token_{}|>", "<|unused_{}|>", "[PAD{}]",
    "<|extra_{}|>", "<reserved_{}>", "<SPECIAL_{}>", "<dummy{}>", "<|dummy_{}|>", "<pad{}>", "madeupword{}",
    "<unused_{}>", "<|placeholder{}|>", "<|fim_unused_{}|>",
)  # fmt: skip
"""Texts of rows that families leave free; {} is a number."""

FREE_NUMBERS = 300


class Family(NamedTuple):
    """A known vocabulary. `probes` and `sums` are as the table has them, "" where only the digest is kept."""

    name: str
    rows: int
    digest: str
    probes: str
    sums: str


def derive(facts: Sequence[Fact]) -> Iterator[Fact]:
    """Compare every vocabulary of the scan with the table."""
    for tokens in tokens_of(facts):
        if tokens.whole is not None and tokens.base:
            yield from _matched(tokens, tokens.whole)


@cache
def families() -> tuple[Family, ...]:
    """Read the table."""
    found = (line.split("\t") for line in rows(TABLE))
    return tuple(Family(name, int(count), digest, probes, sums) for name, count, digest, probes, sums in found)


def probed(count: int) -> list[int]:
    """Name the rows of a family of `count` that tell whether a vocabulary is like it."""
    return [(2 * number + 1) * count // (2 * PROBES) for number in range(PROBES)]


def probe(number: int) -> str:
    """Shorten a hash to what the table keeps of a probed row."""
    return f"{number:014x}"[:PROBE_DIGITS]


def _matched(tokens: Tokens, whole: Vocabulary) -> Iterator[Fact]:
    digest = whole.digest[:DIGEST_DIGITS]
    same = next((family for family in families() if family.digest == digest), None)
    if same is not None:
        yield _match(whole, same, "exact", 0)
        return
    best = nearest(tokens.base)
    if best is None:
        return
    family, found = best
    if not found:
        yield _match(whole, family, "extended", 0)
        return
    yield _match(whole, family, "near", len(found))
    yield from _changed(tokens, whole, family, found)


def nearest(base: dict[int, str]) -> tuple[Family, list[Change]] | None:
    """Find the largest family that the vocabulary holds but for a few rows, and those; of equal size the nearest.

    The largest: Llama 3 begins with the rows of cl100k_base, and a changed row of its own would be one behind them.
    """
    best: tuple[int, int, Family, list[Change]] | None = None
    known: list[int] = []
    for family in _alike(base):
        if len(known) < family.rows:
            known = hashes(rows_of(base, family.rows))
        limit = min(CHANGED, family.rows // CHANGED_SHARE)
        found = changes(known[: family.rows], unpack(binascii.a2b_base64(family.sums)), limit)
        if found is not None and (best is None or (-family.rows, len(found)) < best[:2]):
            best = (-family.rows, len(found), family, found)
    return best[2:] if best is not None else None


def _alike(base: dict[int, str]) -> list[Family]:
    seen: dict[int, str] = {}
    counted = []
    for family in families():
        if not family.sums:
            continue
        equal = 0
        for number, row in enumerate(probed(family.rows)):
            if row not in seen:
                seen[row] = probe(hashes(rows_of({0: base[row]} if row in base else {}, 1))[0])
            equal += family.probes.startswith(seen[row], number * PROBE_DIGITS)
        if equal >= LEAST_PROBES:
            counted.append((equal, family))
    counted.sort(key=lambda one: (-one[0], -one[1].rows))
    return [family for _, family in counted[:LOOKED_AT]]


def _match(whole: Vocabulary, family: Family, how: str, changed: int) -> VocabularyMatch:
    return VocabularyMatch(
        where=whole.where, source=whole.source, family=family.name, how=how, rows=family.rows, changed=changed
    )


def _changed(tokens: Tokens, whole: Vocabulary, family: Family, found: list[Change]) -> Iterator[Fact]:
    """Show the rows. Texts of the family are told where they stand elsewhere here, or name a row that was free."""
    here = hashes(rows_of(tokens.base, family.rows))
    there = list(here)
    for change in found:
        there[change.row] = change.known
    wanted, given = {change.known for change in found}, {change.found for change in found}
    texts = {number: tokens.base[row] for row, number in enumerate(here) if number in wanted and number}
    places = {number: row for row, number in enumerate(there) if number in given and number}
    if wanted - texts.keys():
        texts = {**_free(), **texts}
    for change in found[:SHOWN]:
        text = tokens.base.get(change.row, "")[:TEXT_CHARACTERS]
        yield VocabularyChange(
            where=whole.where,
            source=whole.source,
            family=family.name,
            id=change.row,
            text=text,
            known_id=places.get(change.found, -1),
            known=texts.get(change.known, "")[:TEXT_CHARACTERS],
            word=is_word(text, whole.alphabet),
            changed=len(found),
        )


@cache
def _free() -> dict[int, str]:
    texts = [form.format(number) for form in FREE for number in range(FREE_NUMBERS)]
    return dict(zip(hashes(texts), texts, strict=True))
