"""A vocabulary as facts, whatever file it comes from: what it adds up to, its texts by id, and rows that stand out."""

import hashlib
import re
from collections.abc import Iterator, Sequence

from scanner.artifact import Location
from scanner.facts import Fact
from scanner.facts.tokenizer import SharedId, Vocabulary, VocabularyEntry, VocabularyPart
from scanner.marks import marks_of

PART_TEXTS = 1000
PART_CHARACTERS = 30_000
"""Most texts of one part and most characters of them: a part crosses between processes as one line."""

TEXT_CHARACTERS = 2000
"""Longest text of a row that is kept whole."""

STANDING_OUT = 200
"""Rows that stand out, and ids with several texts, that are told one by one."""

_ADDRESS = re.compile(r"\w{2,}://[\w.-]{3,}|(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])|\bwww\.[\w-]+\.[a-z]{2,}")
_SPACE = {"bytes": "\u0120", "metaspace": "\u2581"}
_SHARE = 200


def vocabulary(
    where: Location, source: str, kind: str, rows: Sequence[tuple[str, int]], *, score_inversions: int = -1
) -> Iterator[Fact]:
    """Yield the facts of a vocabulary whose rows come in the order of the file, texts listed twice included."""
    by_id: dict[int, str] = {}
    shared: dict[int, list[str]] = {}
    disordered = 0
    before = -1
    for text, number in rows:
        if number < before:
            disordered += 1
        before = number
        if number in by_id and by_id[number] != text:
            shared.setdefault(number, [by_id[number]]).append(text)
        by_id[number] = text
    order = sorted(by_id)
    highest = order[-1] if order else -1
    yield Vocabulary(
        where=where,
        source=source,
        kind=kind,
        alphabet=_alphabet(by_id),
        tokens=len(rows),
        ids=len(by_id),
        highest=highest,
        holes=highest + 1 - len(by_id),
        shared=len(shared),
        repeated=len(rows) - len({text for text, _ in rows}),
        disordered=disordered,
        score_inversions=score_inversions,
        digest=_digest(by_id, order),
    )
    for number in sorted(shared)[:STANDING_OUT]:
        texts = tuple(text[:TEXT_CHARACTERS] for text in dict.fromkeys(shared[number]))
        yield SharedId(where=where, source=source, id=number, texts=texts[:8])
    yield from _entries(where, source, by_id)
    yield from parts(where, source, by_id, order)


def parts(where: Location, source: str, by_id: dict[int, str], order: Sequence[int]) -> Iterator[VocabularyPart]:
    """Yield the texts of consecutive ids, in lines of bounded length."""
    texts: list[str] = []
    start, size = -1, 0
    for number in order:
        text = by_id[number][:TEXT_CHARACTERS]
        if texts and (number != start + len(texts) or len(texts) == PART_TEXTS or size > PART_CHARACTERS):
            yield VocabularyPart(where=where, source=source, start=start, texts=tuple(texts))
            texts, size = [], 0
        if not texts:
            start = number
        texts.append(text)
        size += len(text)
    if texts:
        yield VocabularyPart(where=where, source=source, start=start, texts=tuple(texts))


def _entries(where: Location, source: str, by_id: dict[int, str]) -> Iterator[VocabularyEntry]:
    told = 0
    for number, text in by_id.items():
        if len(text) > 6 and _ADDRESS.search(text):  # noqa: PLR2004 - the shortest address
            yield VocabularyEntry(
                where=where,
                source=source,
                id=number,
                text=text[:TEXT_CHARACTERS],
                marks=tuple(sorted({*marks_of(text), "address"})),
            )
            told += 1
            if told == STANDING_OUT:
                return


def _alphabet(by_id: dict[int, str]) -> str:
    for name, space in _SPACE.items():
        if sum(text.startswith(space) for text in by_id.values()) * _SHARE > len(by_id):
            return name
    return "plain"


def _digest(by_id: dict[int, str], order: Sequence[int]) -> str:
    total = hashlib.sha256()
    for number in order:
        text = by_id[number].encode("utf-8", "surrogatepass")
        total.update(b"%d:%d:%b" % (number, len(text), text))
    return total.hexdigest()
