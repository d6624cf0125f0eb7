"""From an HDF5 file to facts: every object once, whatever else is broken."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from scanner.artifact import Artifact
from scanner.facts import Fact, LimitReached, Malformed
from scanner.facts.hdf5 import Hdf5File, Hdf5Link
from scanner.facts.metadata import MetadataEntry
from scanner.facts.tensor import TensorTable
from scanner.format import MalformedError
from scanner.formats.hdf5.attributes import Attribute, attributes
from scanner.formats.hdf5.datasets import Dataset, dataset, leads_of, misfits, references, span
from scanner.formats.hdf5.file import Hdf5
from scanner.formats.hdf5.groups import EXTERNAL, HARD, SOFT, Link, links
from scanner.formats.hdf5.header import LAYOUT, LINK_INFO, SYMBOL_TABLE, Message, messages
from scanner.formats.hdf5.heap import GlobalHeap
from scanner.formats.hdf5.pickles import is_pickled, rows
from scanner.formats.hdf5.types import FIXED, FLOAT, plugins
from scanner.limits import Limits
from scanner.marks import marks_of
from scanner.sketch import Listed, sketch
from scanner.streams import held
from scanner.tensors import Span, bounded, digest, loadable
from scanner.text import printable

FAULTS = 20
"""Broken objects told one by one."""

NAME_CHARACTERS = 300
TEXT_NBYTES = 64 << 10
VALUE_CHARACTERS = 200

_CONFIGURATIONS = frozenset(("model_config", "training_config"))
_MARKS = frozenset(("code", "shebang", "target", "bidi", "invisible"))


@dataclass(slots=True, eq=False, repr=False)
class Walk:
    """One walk over a file: what was seen, and what it adds up to."""

    file: Hdf5
    heap: GlobalHeap
    seen: set[int] = field(default_factory=set)
    pending: list[tuple[str, int]] = field(default_factory=list)
    objects: set[int] = field(default_factory=set)
    given: set[bytes] = field(default_factory=set)
    spans: list[Span] = field(default_factory=list)
    tables: list[tuple[str, int, int, str]] = field(default_factory=list)
    items: list[Listed] = field(default_factory=list)
    filters: dict[str, None] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    groups: int = 0
    attributes: int = 0
    faults: int = 0


def facts(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield the facts of a file; see `Format.read`."""
    with artifact.open() as stream:
        file = Hdf5(artifact, stream)
        walk = Walk(file, GlobalHeap(file))
        walk.pending.append(("/", file.root))
        while walk.pending:
            name, address = walk.pending.pop()
            if address in walk.objects:
                continue
            if len(walk.objects) >= limits.members:
                yield LimitReached(where=artifact.at(), limit="objects", bound=limits.members, unit="objects")
                break
            walk.objects.add(address)
            yield from _object(walk, name, address)
        yield from _summary(walk, stream)


def _summary(walk: Walk, stream: BinaryIO) -> Iterator[Fact | Artifact]:
    file, artifact = walk.file, walk.file.artifact
    if walk.faults > FAULTS:
        yield Malformed(where=artifact.at(), format="hdf5", reason=f"{walk.faults - FAULTS} more objects are broken")
    yield from loadable(artifact, stream, walk.spans)
    yield TensorTable(
        where=artifact.at(),
        format="hdf5",
        tensors=len(walk.tables),
        parameters=bounded(sum(elements for _, elements, _, _ in walk.tables)),
        nbytes=bounded(sum(nbytes for _, _, nbytes, _ in walk.tables)),
        dtypes=tuple(sorted({kind for _, _, _, kind in walk.tables}))[:FAULTS],
        names=digest(name for name, _, _, _ in walk.tables),
    )
    if walk.items:
        yield sketch(artifact.at(), "hdf5", walk.items, stream)
    yield Hdf5File(
        where=artifact.at(file.userblock),
        version=file.version,
        userblock=file.userblock,
        groups=walk.groups,
        datasets=len(walk.tables),
        attributes=walk.attributes,
        filters=tuple(walk.filters)[:FAULTS],
        keras_version=walk.words.get("keras_version", ""),
        backend=walk.words.get("backend", ""),
    )


def _fault(walk: Walk, error: MalformedError) -> Iterator[Fact]:
    """State one broken object; the walk goes on, since a library reads the others as well."""
    walk.faults += 1
    if walk.faults <= FAULTS:
        yield Malformed(where=walk.file.artifact.at(error.offset), format="hdf5", reason=error.reason)


def _object(walk: Walk, name: str, address: int) -> Iterator[Fact | Artifact]:
    found: list[Message] = []
    try:
        for message in messages(walk.file, address, walk.seen):
            found.append(message)  # noqa: PERF402 - what came before an error counts
    except MalformedError as error:
        yield from _fault(walk, error)
    for message in found:
        yield from _message(walk, name, message)
    kinds = {message.kind for message in found}
    walk.groups += bool(kinds & {SYMBOL_TABLE, LINK_INFO})
    if LAYOUT in kinds:
        try:
            yield from _dataset(walk, dataset(walk.file, name, address, found))
        except MalformedError as error:
            yield from _fault(walk, error)


def _message(walk: Walk, name: str, message: Message) -> Iterator[Fact | Artifact]:
    try:
        for attribute in attributes(walk.file, walk.heap, message, walk.seen):
            yield from _attribute(walk, name, attribute)
        for link in links(walk.file, message, walk.seen):
            yield from _link(walk, name, link)
    except MalformedError as error:
        yield from _fault(walk, error)


def _link(walk: Walk, group: str, link: Link) -> Iterator[Hdf5Link]:
    name = _join(group, link.name)
    if link.kind == HARD:
        walk.pending.append((name, link.address))
        return
    kind = {SOFT: "soft", EXTERNAL: "external"}.get(link.kind, "user-defined")
    yield Hdf5Link(
        where=walk.file.artifact.at(),
        kind=kind,
        name=name,
        file=link.file[:NAME_CHARACTERS],
        target=link.target[:NAME_CHARACTERS],
        how=leads_of(link.file) if link.file else "",
    )


def _join(group: str, name: str) -> str:
    return printable(f"{group.rstrip('/')}/{name}", NAME_CHARACTERS)


def _attribute(walk: Walk, name: str, attribute: Attribute) -> Iterator[Fact | Artifact]:
    walk.attributes += 1
    path = f"{walk.file.artifact.path}!{'' if name == '/' else name}@{printable(attribute.name, NAME_CHARACTERS)}"
    if attribute.name in ("keras_version", "backend") and attribute.values:
        walk.words.setdefault(attribute.name, attribute.values[0][:VALUE_CHARACTERS].decode("utf-8", "replace"))
    for number, value in enumerate(attribute.values):
        if _is_configuration(attribute.name, value) or is_pickled(value):
            if value not in walk.given:
                walk.given.add(value)
                yield Artifact(path=path if number == 0 else f"{path}#{number + 1}", size=len(value), open=held(value))
        elif len(value) <= TEXT_NBYTES:
            yield from _marked(walk, attribute.name, value)


def _is_configuration(name: str, value: bytes) -> bool:
    return name in _CONFIGURATIONS or (value.lstrip()[:1] == b"{" and b'"class_name"' in value)


def _marked(walk: Walk, name: str, value: bytes) -> Iterator[MetadataEntry]:
    text = value.decode("utf-8", "backslashreplace")
    marks = marks_of(text)
    if any(mark in _MARKS or mark.startswith("encoded-") for mark in marks):
        yield MetadataEntry(
            where=walk.file.artifact.at(),
            format="hdf5",
            place="attribute",
            key=name[:VALUE_CHARACTERS],
            kind="text",
            value=text[:VALUE_CHARACTERS],
            size=len(text),
            marks=marks,
        )


def _dataset(walk: Walk, made: Dataset) -> Iterator[Fact | Artifact]:
    walk.tables.append((made.name, made.elements, made.declared, made.kind.name))
    walk.filters.update(dict.fromkeys(plugins(made.filters)))
    yield from references(walk.file, walk.heap, made)
    yield from misfits(walk.file, made)
    where = span(walk.file, made)
    whole = where is not None and where.end - where.start == made.declared and not made.kind.big
    walk.items.append(
        Listed(made.name, made.kind.name, made.shape, where.start if where and whole else -1, made.declared)
    )
    if where is not None and made.kind.kind != FLOAT and (made.kind.kind != FIXED or made.kind.size == 1):
        walk.spans.append(where)
    yield from rows(walk.file, walk.heap, made)
