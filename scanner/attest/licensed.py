"""Licences of a model: what its files declare, and the texts that stand in it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Literal

from scanner.artifact import Location
from scanner.attest.bill import Duty, Licence
from scanner.attest.coverage import Names
from scanner.attest.worth import filler
from scanner.facts import Fact
from scanner.facts.license import LicenseDeclared, LicenseText
from scanner.facts.lineage import Obligation
from scanner.facts.metadata import MetadataEntry
from scanner.known import rows
from scanner.settings import Document

LISTED_KEYS = ("general.license", "modelspec.license")
"""Keys of GGUF and of ModelSpec."""


def licences(facts: Sequence[Fact], card: Document | None, name: str, names: Names) -> tuple[Licence, ...]:
    """List each licence once, as its first place says it; those of the model as a whole only, not of single files."""
    found: dict[tuple[str, str, str], Licence] = {}
    for one in (*_declared(facts, names), *_fronted(card, name), *_keyed(facts, names), *_texts(facts, names)):
        found.setdefault((one.how, one.expression, one.name if not one.expression else ""), one)
    return tuple(found.values())


def spdx_id(value: str) -> str:
    """Return the SPDX id that a value is, whatever its letter case (SPDX 3.0.1, annex B), or ""."""
    return _ids().get(value.strip().lower(), "")


def _ids() -> dict[str, str]:
    return {one.lower(): one for one in rows("spdx_ids")}


def duties(facts: Sequence[Fact], place: str) -> tuple[Duty, ...]:
    """List what the licences of the model, and of what it comes from, ask for, as the joins over the scan have it."""
    folder = "" if place == "." else place.rstrip("/")
    found = {
        Duty(
            duty=fact.duty,
            state=fact.state,
            says=_asked(fact),
            clause=fact.clause,
            source=fact.source,
        )
        for fact in facts
        if isinstance(fact, Obligation) and fact.repository.rstrip("/") == folder
    }
    return tuple(sorted(found, key=lambda one: (one.duty, one.state, one.says)))


def _asked(fact: Obligation) -> str:
    words = f" {fact.words!r}" if fact.words else ""
    met = f", met by {fact.satisfied_by}" if fact.satisfied_by else ""
    of = f" of {fact.parent}" if fact.parent else ""
    return f"{fact.license}{of}{words}{met}"


def licence(said: str, *, how: Literal["declared", "found"], where: Location, link: str = "") -> Licence:
    """Make a licence of its name as somebody writes it, with what the knowledge base has of it."""
    from scanner.licenses.names import by_name

    known = by_name(said)
    return Licence(
        expression=spdx_id(said),
        name=said,
        link=link,
        how=how,
        where=where,
        known=known.id if known else "",
        kind=known.kind if known else "",
        duties=known.duties if known else (),
    )


def _fronted(card: Document | None, name: str) -> Iterator[Licence]:
    """Read `license`, and `license_name` and `license_link` where it is "other" (the hub's keys)."""
    if card is None:
        return
    link = card.text("/license_link")
    for leaf in card.under("/license"):
        said = card.text("/license_name") if leaf.value == "other" else leaf.value
        if leaf.kind == "t" and not filler(said):
            yield licence(said, how="declared", where=Location(path=name, pointer=leaf.pointer), link=link)


def _keyed(facts: Sequence[Fact], names: Names) -> Iterator[Licence]:
    for fact in facts:
        if not isinstance(fact, MetadataEntry) or fact.key not in LISTED_KEYS or fact.size != len(fact.value):
            continue
        if not filler(fact.value):
            where = Location(path=names.inside(fact.where.path), pointer=f"/{fact.key}")
            yield licence(fact.value, how="declared", where=where)


def _declared(facts: Sequence[Fact], names: Names) -> Iterator[Licence]:
    """Take what lines of files say of the whole; headers of source files are their own."""
    for fact in facts:
        if isinstance(fact, LicenseDeclared) and not fact.code and fact.expression and _top(fact, names):
            where = Location(path=names.inside(fact.where.path), pointer=fact.where.pointer, line=fact.where.line)
            made = licence(fact.licenses[0] if len(fact.licenses) == 1 else fact.value, how="declared", where=where)
            yield replace(made, expression=_plain(fact), name=fact.value)


def _texts(facts: Sequence[Fact], names: Names) -> Iterator[Licence]:
    for fact in facts:
        if isinstance(fact, LicenseText) and fact.role == "license" and fact.license and _top(fact, names):
            where = Location(path=names.inside(fact.where.path), line=fact.where.line)
            yield licence(fact.license, how="found", where=where)


def _plain(fact: LicenseDeclared) -> str:
    """Keep an expression only where every id in it is one of SPDX's own."""
    return fact.expression if fact.licenses and not fact.unknown and all(map(spdx_id, fact.licenses)) else ""


def _top(fact: Fact, names: Names) -> bool:
    """Say whether a fact is of a file at the top of the model, not of one in a container."""
    file, _, member = names.inside(fact.where.path).partition("!")
    return "/" not in file and member in {"", "front-matter.yaml"}
