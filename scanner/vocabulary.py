"""A vocabulary as facts, whatever file it comes from: what it adds up to, its texts by id, and rows that stand out."""

import hashlib
from collections.abc import Iterator, Sequence
from itertools import islice
from math import isnan
from operator import lt

from scanner.artifact import Location
from scanner.facts import Fact
from scanner.facts.tokenizer import SharedId, Vocabulary, VocabularyEntry, VocabularyPart
from scanner.marks import marks_of
from scanner.order import exchanged, inversions, runs
from scanner.pattern import pattern

PART_TEXTS = 1000
PART_CHARACTERS = 30_000
"""Most texts of one part and most characters of them: a part crosses between processes as one line."""

TEXT_CHARACTERS = 2000
"""Longest text of a row that is kept whole."""

SHOWN = 8
"""Texts that one fact shows."""

ASKED = 50_000
"""Texts that are looked at to tell how spaces are written, spread over all of them."""

STANDING_OUT = 200
"""Rows that stand out, and ids with several texts, that are told one by one."""

_ADDRESS = pattern(r"\b\w{2,}+://[\w.-]{3,}|(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])|\bwww\.[\w-]+\.[a-z]{2,}")
_DOTTED = pattern(r"[0-9]\.[0-9]")
_JOINED = pattern("[A-Za-z]{2}[.:/,;!?=&@#\u2581\u0120 -]+[A-Za-z]{2}")
_SPACE = {"bytes": "\u0120", "metaspace": "\u2581"}
_SHARE = 200
_ROW = b"%d:%d:%b"

JOINED = 3
"""A vocabulary that cuts words at signs holds none that goes on behind one; one with so many cuts at spaces alone."""


def vocabulary(
    where: Location, source: str, kind: str, rows: Sequence[tuple[str, int]], *, scores: Sequence[float] = ()
) -> Iterator[Fact]:
    """Yield the facts of a vocabulary whose rows come in the order of the file, texts listed twice included."""
    texts, numbers = [text for text, _ in rows], [number for _, number in rows]
    yield from columns(where, source, kind, texts, numbers, scores=scores)


def columns(  # noqa: PLR0913 - a table comes with its name, kind and scores
    where: Location,
    source: str,
    kind: str,
    texts: Sequence[str],
    numbers: Sequence[int],
    *,
    written: Sequence[bytes] = (),
    scores: Sequence[float] = (),
) -> Iterator[Fact]:
    """Yield the facts of a vocabulary whose texts and ids come apart, as `vocabulary` does.

    `written` are the texts as UTF-8, by those who have them. `scores` are what training gave each text, NaN for those
    that it did not give one.
    """
    order, rows, encoded = numbers, texts, written
    shared: dict[int, list[str]] = {}
    if not all(map(lt, numbers, islice(numbers, 1, None))):
        by_id = dict(zip(numbers, range(len(texts)), strict=True))
        shared = _shared(texts, numbers) if len(by_id) < len(texts) else {}
        order = sorted(by_id)
        rows = [texts[by_id[number]] for number in order]
        encoded = [written[by_id[number]] for number in order] if written else ()
    highest = order[-1] if order else -1
    disordered = inversions(numbers)
    count, strays = runs(numbers) if disordered and len(order) == len(texts) else (0, [])
    rises, risen = _rises(scores)
    moved = exchanged(numbers, strays) if count == 1 else risen
    yield Vocabulary(
        where=where,
        source=source,
        kind=kind,
        alphabet=_alphabet(rows),
        tokens=len(texts),
        ids=len(order),
        highest=highest,
        holes=highest + 1 - len(order),
        shared=len(shared),
        repeated=len(texts) - len(set(written or texts)),
        disordered=disordered,
        score_inversions=rises,
        digest=_digest(order, rows, encoded),
        exchanged=tuple(texts[place][:TEXT_CHARACTERS] for place in moved[:SHOWN]),
    )
    for number in sorted(shared)[:STANDING_OUT]:
        several = tuple(text[:TEXT_CHARACTERS] for text in dict.fromkeys(shared[number]))
        yield SharedId(where=where, source=source, id=number, texts=several[:SHOWN])
    yield from _entries(where, source, order, rows)
    yield from parts(where, source, order, rows)


def _rises(scores: Sequence[float]) -> tuple[int, list[int]]:
    """Count texts whose score is above that of the one before, and name those in each other's place.

    Training writes scores falling. -1 where there are none, or all are 0.
    """
    places = [place for place, score in enumerate(scores) if not isnan(score)]
    own = [scores[place] for place in places]
    if not any(own):
        return -1, []
    rises = inversions(own[::-1])
    if not rises:
        return 0, []
    ranks = [0] * len(own)
    for rank, at in enumerate(sorted(range(len(own)), key=own.__getitem__, reverse=True)):
        ranks[at] = rank
    count, strays = runs(ranks)
    return rises, [places[at] for at in exchanged(ranks, strays)] if count == 1 else []


def _shared(texts: Sequence[str], numbers: Sequence[int]) -> dict[int, list[str]]:
    """Find the ids that have more than one text, and all texts of each."""
    first: dict[int, str] = {}
    shared: dict[int, list[str]] = {}
    for text, number in zip(texts, numbers, strict=True):
        known = first.setdefault(number, text)
        if number in shared or known != text:
            shared.setdefault(number, [known]).append(text)
    return shared


def parts(where: Location, source: str, order: Sequence[int], rows: Sequence[str]) -> Iterator[VocabularyPart]:
    """Yield the texts of consecutive ids, in lines of bounded length."""
    for at in range(0, len(order), PART_TEXTS):
        numbers, texts = order[at : at + PART_TEXTS], rows[at : at + PART_TEXTS]
        lengths = list(map(len, texts))
        whole = numbers[-1] - numbers[0] == len(numbers) - 1 and sum(lengths) <= PART_CHARACTERS
        if whole and max(lengths) <= TEXT_CHARACTERS:
            yield VocabularyPart(where=where, source=source, start=numbers[0], texts=tuple(texts))
        else:
            yield from _pieces(where, source, numbers, texts)


def _pieces(where: Location, source: str, numbers: Sequence[int], rows: Sequence[str]) -> Iterator[VocabularyPart]:
    """Break texts where ids are missing, and where they are long."""
    texts: list[str] = []
    start, size = -1, 0
    for number, row in zip(numbers, rows, strict=True):
        text = row[:TEXT_CHARACTERS]
        if texts and (number != start + len(texts) or size + len(text) > PART_CHARACTERS):
            yield VocabularyPart(where=where, source=source, start=start, texts=tuple(texts))
            texts, size = [], 0
        if not texts:
            start = number
        texts.append(text)
        size += len(text)
    if texts:
        yield VocabularyPart(where=where, source=source, start=start, texts=tuple(texts))


def _entries(where: Location, source: str, order: Sequence[int], rows: Sequence[str]) -> Iterator[VocabularyEntry]:
    """Tell the rows that hold an address; which those are is asked of many at once."""
    found: list[int] = []
    for at in range(0, len(rows), PART_TEXTS):
        joined = "\n".join(rows[at : at + PART_TEXTS])
        if "://" in joined or "www." in joined or _DOTTED.search(joined):
            found += [row for row, text in enumerate(rows[at : at + PART_TEXTS], at) if _ADDRESS.search(text)]
        if len(found) >= STANDING_OUT:
            break
    joins = bool(found) and _joins(rows, set(found))
    for row in found[:STANDING_OUT]:
        text = rows[row]
        marks = tuple(sorted({*marks_of(text), "address"}))
        yield VocabularyEntry(
            where=where, source=source, id=order[row], text=text[:TEXT_CHARACTERS], marks=marks, joined=joins
        )


def _joins(rows: Sequence[str], addresses: set[int]) -> bool:
    """Tell whether other rows, tokens with signs around them left out, hold words on both sides of a sign."""
    found = 0
    for row, text in enumerate(rows):
        if row not in addresses and text[:1] not in "<[" and _JOINED.search(text):
            found += 1
            if found == JOINED:
                return True
    return False


def _alphabet(rows: Sequence[str]) -> str:
    first = [text[:1] for text in islice(rows, 0, None, 1 + len(rows) // ASKED)]
    for name, space in _SPACE.items():
        if first.count(space) * _SHARE > len(first):
            return name
    return "plain"


def _digest(order: Sequence[int], rows: Sequence[str], encoded: Sequence[bytes]) -> str:
    """Hash ids and texts; `encoded` are the texts as UTF-8 where they are at hand."""
    total = hashlib.sha256()
    for at in range(0, len(order), PART_TEXTS):
        texts = encoded[at : at + PART_TEXTS] or [
            text.encode("utf-8", "surrogatepass") for text in rows[at : at + PART_TEXTS]
        ]
        total.update(b"".join(map(_ROW.__mod__, zip(order[at : at + PART_TEXTS], map(len, texts), texts, strict=True))))
    return total.hexdigest()
