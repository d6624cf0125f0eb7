"""What a text inside a document of settings says to a model, as facts of prose."""

from collections.abc import Iterator

from scanner.agents.hosts import place
from scanner.commands.addresses import address
from scanner.commands.written import written
from scanner.credentials import concealed
from scanner.facts import Fact
from scanner.facts.prose import CommandLine, Passage, UnseenCharacters
from scanner.prose.idioms import fold, idioms
from scanner.prose.unseen import unseen
from scanner.settings import Leaf

BEFORE, AFTER = 60, 160
"""Characters around an idiom that are quoted."""

_OPEN = "`\"'\u2018\u201c\u00ab\u300c("
_SHORTEST = 12
"""Characters of the shortest text that can say something."""


def told(leaf: Leaf, carrier: str, name: str) -> Iterator[Fact]:
    """Yield what one text hides and says. `carrier` and `name` as in the facts."""
    text = concealed(leaf.value)
    for one in unseen(text):
        yield UnseenCharacters(
            where=leaf.at(), audience="agent", carrier=carrier, kind=one.kind, count=one.total, run=one.run,
            reads=one.reads, words=one.words,
        )  # fmt: skip
    if len(text) < _SHORTEST:
        return
    folded = fold(text)
    hits = sorted(set(idioms(folded)), key=lambda one: one.start)
    for quoted in (False, True):
        some = [one for one in hits if (folded[max(0, one.start - 1) : one.start] in _OPEN and one.start > 0) is quoted]
        if some:
            first = some[0]
            yield Passage(
                where=leaf.at(), audience="agent", carrier=carrier, name=name, hidden="", quoted=quoted,
                idioms=tuple(sorted({one.kind for one in some})),
                text=" ".join(folded[max(0, first.start - BEFORE) : first.end + AFTER].split()),
            )  # fmt: skip
    found = address(text) if carrier == "prompt" and "://" in text else None
    host = found.host if found and "://" in found.shown else ""
    if host and place(f"https://{host}").reach == "public":
        yield Passage(
            where=leaf.at(), audience="agent", carrier=carrier, name=name, hidden="", quoted=False, idioms=("address",),
            text=f"{host}: {text[:AFTER]}",
        )  # fmt: skip
    for command in written(text):
        yield CommandLine(
            where=leaf.at(), audience="agent", carrier=carrier, hidden="", act=command.act, source=command.source,
            text=command.text,
        )  # fmt: skip
