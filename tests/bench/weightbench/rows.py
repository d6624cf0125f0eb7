"""D6: vectors of single tokens put in place of others: is the row that was touched the first that is named?"""

from collections.abc import Iterator

from scanner.facts.weights import EmbeddingRows
from tests.bench.weightbench import edits, look
from tests.bench.weightbench.bases import Base
from tests.bench.weightbench.results import Case

PART = "token put in place"
EMBEDDINGS = ("word_embeddings.weight", "token_embd.weight")
FIRST = 1
LISTED = 10
LONG = 3.0
FREE = "at least 3 times as long, first of its list"


def cases(base: Base, *, quick: bool) -> Iterator[Case]:
    """Yield a row of other lengths; at its own length, it is made by somebody who knows what is measured."""
    name = next((one for one in base.tensors if one.endswith(EMBEDDINGS)), None)
    if name is None:
        return
    rows = (4321,) if quick else (1234, 4321, 7654, 9876, 12345)
    for strength, adaptive in ((6.0, False), (3.0, False), (1.5, False), (-1.0, True)):
        for number, row in enumerate(rows):
            tensors = edits.rows(base, name, [row], strength, number)
            named = ranked(look.stored({"embeddings.word_embeddings.weight": tensors[name]}))
            shown = f"{strength:g} times as long as others" if strength > 0 else "as long as it was"
            first = FREE if strength >= LONG else f"{shown}, first of its list"
            for group, best in ((first, FIRST), *(((f"{shown}, among ten", LISTED),) if adaptive else ())):
                yield Case(
                    PART,
                    group,
                    shown,
                    base.name,
                    base.held,
                    positive=True,
                    found=row in named[:best],
                    adaptive=adaptive,
                )


def ranked(content: bytes) -> list[int]:
    """Return the rows that the product lists of a file, the most unlike first."""
    return [row for one in look.facts(content) if isinstance(one, EmbeddingRows) for row in one.listed]
