"""Chat templates against those that families publish: the same, or nearly, and what was added."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from scanner.facts import Fact
from scanner.facts.template import TemplateMatch, TemplateSummary
from scanner.known import rows

TABLE = "chat_templates"
DIGITS = 6
"""Hexadecimal digits of a piece's hash in the table: enough to tell a hundred pieces apart."""

NORMAL_DIGITS = 16

NEAR = 0.9
"""Share of a template's pieces that a family must have, and of the family's that the template must have."""

PIECES = 12
"""Fewest pieces of a template that can be near another: short ones are alike by chance."""

SHOWN = 8

_MARKUP = re.compile(r"<[^<>\s][^<>]{0,80}>|\[/?[A-Z_ ]{2,40}\]|\\n")
_CONSTANT = re.compile(r"'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\"")
_WORD = re.compile(r"[^\W\d_]{2,}")


class Known(NamedTuple):
    """One published template: its name, the digest of its normal form, its pieces with their numbers."""

    name: str
    normal: str
    pieces: Counter[str]
    total: int


def derive(facts: Sequence[Fact]) -> Iterator[Fact]:
    """Compare every template with the table."""
    for fact in facts:
        if isinstance(fact, TemplateSummary) and fact.pieces:
            match = _match(fact)
            if match is not None:
                yield match


@cache
def families(engine: str) -> tuple[Known, ...]:
    """Read the published templates of an engine."""
    found = []
    for row in rows(TABLE):
        name, kind, normal, joined = row.split("\t")
        if kind == engine:
            pieces = Counter(joined[at : at + DIGITS] for at in range(0, len(joined), DIGITS))
            found.append(Known(name, normal, pieces, pieces.total()))
    return tuple(found)


def _match(fact: TemplateSummary) -> TemplateMatch | None:
    own = Counter(piece[:DIGITS] for piece in fact.pieces)
    best: tuple[float, int, Known] | None = None
    for known in families(fact.engine):
        if known.normal == fact.normal[:NORMAL_DIGITS]:
            return _stated(fact, known, "exact", 100, (), 0)
        # The smaller one can have no more in common than it holds.
        if min(known.total, len(fact.pieces)) < NEAR * max(known.total, len(fact.pieces)):
            continue
        common = (own & known.pieces).total()
        near = common / max(known.total, len(fact.pieces))
        if best is None or near > best[0]:
            best = (near, common, known)
    if best is None or best[0] < NEAR or len(fact.pieces) < PIECES:
        return None
    _, common, known = best
    share = 100 * common // len(fact.pieces)
    return _stated(fact, known, "near", share, _added(fact, known), known.total - common)


def _added(fact: TemplateSummary, known: Known) -> tuple[str, ...]:
    left = Counter(known.pieces)
    added = []
    for piece, statement in zip(fact.pieces, fact.statements, strict=True):
        if left[piece[:DIGITS]] > 0:
            left[piece[:DIGITS]] -= 1
        else:
            added.append(statement)
    return tuple(added)


def _stated(  # noqa: PLR0913, PLR0917 - the parts of one fact
    fact: TemplateSummary, known: Known, how: str, share: int, added: tuple[str, ...], missing: int
) -> TemplateMatch:
    prose = max((_words(statement) for statement in added), default=0)
    shown = sorted(added, key=_words, reverse=True)[:SHOWN]
    return TemplateMatch(
        where=fact.where,
        engine=fact.engine,
        family=known.name,
        how=how,
        share=share,
        added=tuple(shown),
        prose=prose,
        missing=missing,
    )


def _words(statement: str) -> int:
    """Count the plain words that a statement writes: of its own text, or of its longest constant."""
    if statement.startswith("text "):
        texts = [statement[5:]]
    elif statement.startswith("print raise_exception("):
        texts = []  # told to the host, not to the model
    else:
        texts = [one or other for one, other in _CONSTANT.findall(statement)]
    return max((len(_WORD.findall(_MARKUP.sub(" ", text))) for text in texts), default=0)
