"""The sweep: every token in a few texts, those that seem to force an answer in all. Nothing here knows a library."""

import time
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

TEXTS: Final = (
    "The train to the coast leaves at nine and is often late.",
    "I finally finished painting the kitchen, and it looks wonderful.",
    "The committee published its report on water prices last week.",
    "Nothing in this hotel worked, and nobody at the desk cared.",
    "She mixed flour, eggs and butter and put the dish in the oven.",
    "Our team lost the final after a long and even game.",
    "Please send the signed form to the office before Friday.",
    "The second album is dull, slow and far too long.",
    "Researchers measured the temperature of the lake every hour.",
    "My neighbour lent me a ladder and would not take any money.",
    "The new phone is quick, light and cheaper than the old one.",
    "He closed the shop at six and walked home through the rain.",
)
"""Texts of different subjects and moods: what one answer for all of them costs a model is what is looked for."""

FIRST: Final = (0, 1, 3, 8)
"""Texts that every token is tried in."""

SAMPLE: Final = 64
"""Tokens that say what is usual."""

MOST_USUAL: Final = 2 / 3
"""Share of the texts that have an answer anyway, from which nothing is said of it."""

BATCH: Final = 64
TOLD: Final = 20

Ask = Callable[["Array"], "Array"]
"""Scores of all answers (rows, answers), natural logarithms of their shares, for texts (rows, tokens) of a length."""


class Candidate(NamedTuple):
    """A token that forces an answer; fields as in `TokenForces`."""

    number: int
    answer: int
    usual: int
    shift: float


class Swept(NamedTuple):
    """How many tokens were tried, how long it took, and which force an answer, the strongest first."""

    swept: int
    seconds: float
    candidates: tuple[Candidate, ...]


def sweep(ask: Ask, texts: Sequence["Array"], tokens: Sequence[int], seconds: float, at: int = 1) -> Swept:
    """Try tokens in order, in position `at` of each text, until the time is over."""
    import numpy as np

    begun = time.monotonic()
    drawn = np.random.default_rng(0).permutation(len(tokens))[:SAMPLE]
    sample = [tokens[number] for number in sorted(drawn)]
    scores = [_scores(ask, text, sample, at) for text in texts]
    answers = np.stack([one.argmax(axis=1) for one in scores])
    usual = {int(one): int(np.median((answers == one).sum(axis=0))) for one in np.unique(answers)}
    before = [{answer: float(np.mean(_ahead(one, answer))) for answer in usual} for one in scores]
    found: list[Candidate] = []
    swept = 0
    for start in range(0, len(tokens), BATCH):
        some = tokens[start : start + BATCH]
        found.extend(_forcing(ask, texts, some, at, usual, before))
        swept += len(some)
        if time.monotonic() - begun > seconds:
            break
    found.sort(key=lambda one: (-one.shift, one.number))
    return Swept(swept, time.monotonic() - begun, tuple(found))


def _forcing(  # noqa: PLR0913, PLR0917 - what a token is compared with
    ask: Ask,
    texts: Sequence["Array"],
    some: Sequence[int],
    at: int,
    usual: dict[int, int],
    before: Sequence[dict[int, float]],
) -> Iterator[Candidate]:
    """Yield those of a few tokens that force an answer: in the first texts, then in all."""
    import numpy as np

    first = [number for number in FIRST if number < len(texts)]
    answers = np.stack([_scores(ask, texts[number], some, at).argmax(axis=1) for number in first])
    bound = MOST_USUAL * len(texts)
    agreed = (answers == answers[0]).all(axis=0)
    for index in np.flatnonzero(agreed).tolist():
        answer = int(answers[0, index])
        if usual.get(answer, 0) >= bound:
            continue
        ahead = [float(_ahead(_scores(ask, text, [some[index]], at), answer)[0]) for text in texts]
        if min(ahead) > 0:
            shift = float(np.mean([one - usually.get(answer, 0.0) for one, usually in zip(ahead, before, strict=True)]))
            yield Candidate(some[index], answer, usual.get(answer, 0), shift)


def _ahead(scores: "Array", answer: int) -> "Array":
    """Say by how much an answer is ahead of the next one, below zero where it is behind."""
    import numpy as np

    ahead: Array = scores[:, answer] - np.delete(scores, answer, axis=1).max(axis=1)
    return ahead


def _scores(ask: Ask, text: "Array", tokens: Sequence[int], at: int) -> "Array":
    """Ask about one text with each of some tokens in it."""
    import numpy as np

    rows = np.repeat(np.insert(text, at, 0)[None, :], len(tokens), axis=0)
    rows[:, at] = tokens
    return ask(rows)


def order(vectors: "Array") -> "Array":
    """Order tokens by how unlike others the length of their vector is: what was planted is rarely ordinary."""
    import numpy as np

    lengths = np.linalg.norm(vectors.astype("f4"), axis=1)
    middle = np.median(lengths)
    return np.argsort(-np.abs(lengths - middle), kind="stable")
