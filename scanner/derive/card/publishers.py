"""Whom a card names: publishers that look like well-known ones, cards taken from others, cards that hand on."""

from collections.abc import Iterator, Sequence

from scanner.cards.fronts import fronts, texts
from scanner.cards.publishers import is_known, near, repository_of
from scanner.facts import Fact
from scanner.facts.card import CardReference, CardText, CopiedCard, HandOver, NearOwner

OWN = "repository"


def derive(facts: Sequence[Fact]) -> Iterator[Fact]:
    """Look at the publishers that each card names."""
    named: dict[str, list[CardReference]] = {}
    cards: list[CardText] = []
    for fact in facts:
        if isinstance(fact, CardReference):
            named.setdefault(fact.where.path, []).append(fact)
        elif isinstance(fact, CardText):
            cards.append(fact)
    based = {path for path, front in fronts(facts) if texts(front, "/base_model")} if cards else set()
    for card in cards:
        path = card.where.path
        yield from _near(card, named.get(path, []))
        yield from _handed(card, named.get(path, []))
        if path not in based:
            yield from _copied(card, named.get(path, []))


def _near(card: CardText, references: list[CardReference]) -> Iterator[Fact]:
    own = repository_of(card.where.path)
    found = near(own.owner) if own else None
    if own and found:
        yield NearOwner(
            where=card.where, subject=OWN, repository=f"{own.owner}/{own.name}", owner=own.owner, near=found.name,
            how=found.how, official=card.official,
        )  # fmt: skip
    told = {own.owner.lower() if own else ""}
    for one in references:
        found = near(one.owner) if one.owner.lower() not in told else None
        told.add(one.owner.lower())
        if found:
            yield NearOwner(
                where=one.where, subject="load" if one.how == "load" else "link",
                repository=f"{one.owner}/{one.name}", owner=one.owner, near=found.name, how=found.how,
                official=card.official,
            )  # fmt: skip


def _handed(card: CardText, references: list[CardReference]) -> Iterator[Fact]:
    own = repository_of(card.where.path)
    loads = {one.owner for one in references if one.how == "load"}
    mine = own.owner if own else next(iter(loads)) if len(loads) == 1 else ""
    for one in references:
        if one.how == "moved" and one.owner.lower() != mine.lower() and one.kind != "space" and card.kind:
            yield HandOver(where=one.where, how="moved", target=f"{one.owner}/{one.name}", owner=one.owner, own=mine)


def _copied(card: CardText, references: list[CardReference]) -> Iterator[Fact]:
    own = repository_of(card.where.path)
    loads = [one for one in references if one.how == "load" and one.kind == "model"]
    owners = {one.owner.lower() for one in loads}
    if own and own.kind == "model" and len(owners) == 1 and own.owner.lower() not in owners:
        first = loads[0]
        if is_known(first.owner):
            yield CopiedCard(
                where=card.where, repository=f"{own.owner}/{own.name}", loads=f"{first.owner}/{first.name}",
                owner=first.owner,
            )  # fmt: skip
