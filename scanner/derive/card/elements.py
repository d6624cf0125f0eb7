"""Which elements of documentation a card has, by profile; `known/card_elements.txt` says where each may be found."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from scanner.cards.fronts import fronts
from scanner.facts import Examined, Fact
from scanner.facts.card import CardElement, CardProfile, CardText
from scanner.known import rows
from scanner.nesting import beside
from scanner.settings import Document, documents

CARDS = 200
"""Cards of one scan whose elements are told one by one; the counts are told of all."""


def derive(facts: Sequence[Fact]) -> Iterator[Fact]:
    """State the elements of each card of a model or of data."""
    cards = [fact for fact in facts if isinstance(fact, CardText) and fact.kind in {"model", "dataset"}]
    if not cards:
        return
    front = dict(fronts(facts))
    files = {fact.where.path for fact in facts if isinstance(fact, Examined)}
    settings = {document.path: document for document in documents(facts)}
    for count, card in enumerate(cards):
        sources = _Sources(card, front.get(card.where.path), files, settings)
        for profile, elements in profiles().items():
            found = {name: next(filter(None, map(sources.find, places)), "") for name, places in elements.items()}
            if count < CARDS:
                for name, place in found.items():
                    yield CardElement(where=card.where, profile=profile, element=name, found=place)
            missing = tuple(name for name, place in found.items() if not place)
            yield CardProfile(
                where=card.where, profile=profile, card=card.kind, elements=len(found),
                found=len(found) - len(missing), missing=missing,
            )  # fmt: skip


class _Sources:
    """Where the elements of one card may be found."""

    def __init__(
        self, card: CardText, front: Document | None, files: set[str], settings: Mapping[str, Document]
    ) -> None:
        self._card, self._front, self._files, self._settings = card, front, files, settings
        self._topics = dict(zip(card.topics, zip(card.lines, card.shown, strict=True), strict=True))

    def find(self, place: str) -> str:
        """Say where something is, as `CardElement.found` has it; "" where it is not."""
        kind, _, name = place.partition(":")
        if kind == "topic":
            line, shown = self._topics.get(name, (0, ""))
            return f"line {line}: {shown}" if line else ""
        if kind == "front":
            return name if self._front is not None and _has(self._front, name) else ""
        if kind == "title":
            return self._card.title
        file, _, pointer = name.partition("#")
        path = beside(self._card.where.path, file)
        if not pointer:
            return file if path in self._files else ""
        return name if path in self._settings and _has(self._settings[path], pointer) else ""


def _has(document: Document, pointer: str) -> bool:
    """Say whether something other than nothing stands at or below a pointer."""
    if f"\n{pointer}" not in document.outline:
        return False
    return any(leaf.kind not in "0ol" and (leaf.kind != "t" or leaf.value.strip()) for leaf in document.under(pointer))


@cache
def profiles() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """Read the elements of each profile, and the places of each element."""
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for row in rows("card_elements"):
        profile, element, places = row.split("\t")
        found.setdefault(profile, {})[element] = tuple(places.split())
    return found
