"""The graphs of an ORT file: nodes, attributes and initializers as the tables tell them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from scanner.flatbuffer import Table
from scanner.format import MalformedError
from scanner.formats.onnx.schema import BITS, DTYPES, STRING
from scanner.limits import Limits
from scanner.marks import marks_of
from scanner.tensors import Span, bounded, product

INITIALIZERS, NODES, MOST, INPUTS, OUTPUTS, SPARSE = 0, 2, 3, 5, 6, 7
"""Fields of Graph; MOST is one more than the highest index of a node."""

DEPTH = 50
"""Graphs inside graphs."""

NAME_NBYTES = 300
VALUE_CHARACTERS = 200
TEXTS = 2000
CONTEXTS = 1000
_DIMENSIONS = 64

_NODE_DOC, _NODE_NAME = 1, 0
_CONTEXT, _CONTEXT_KEY, _EMBED_KEY = "EPContext", "ep_cache_context", "embed_mode"


class Tensor(NamedTuple):
    """A tensor, and where its raw data lies. `bits` of an element, 0 where it has no fixed size."""

    at: int
    name: str
    dtype: str
    bits: int
    shape: tuple[int, ...]
    data: Span

    @property
    def elements(self) -> int:
        """Elements by the shape, bounded."""
        return product(self.shape)

    @property
    def nbytes(self) -> int:
        """Bytes by shape and type, bounded."""
        return bounded(-(-self.elements * self.bits // 8))


class Text(NamedTuple):
    """A text that is told; `place` as `MetadataEntry` has it."""

    at: int
    place: str
    key: str
    value: str
    size: int
    marks: tuple[str, ...]


@dataclass(slots=True)
class Found:
    """What a walk over all graphs gathers. `contexts`: names and locations of compiled parts in other files."""

    graphs: int = 0
    nodes: int = 0
    most: int = 0
    operators: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    tensors: list[Tensor] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    contexts: list[tuple[int, str, str]] = field(default_factory=list)
    full: bool = False

    def text(self, at: int, place: str, key: str, value: str) -> None:
        """Keep a text that holds more than words."""
        marks = marks_of(value)
        if place in ("attribute", "tensor"):
            marks = tuple(mark for mark in marks if mark not in ("control", "url"))
        if marks and len(self.texts) < TEXTS:
            self.texts.append(Text(at, place, key, value[:VALUE_CHARACTERS], len(value), marks))


def walk(root: Table, limits: Limits) -> Found:
    """Read every graph, `limits.entries` nodes and tensors in all. Raises `MalformedError`."""
    found = Found()
    pending = [(root, 0)]
    while pending:
        graph, depth = pending.pop()
        if depth > DEPTH:
            message = f"graphs nest deeper than {DEPTH}"
            raise MalformedError(message, graph.at)
        found.graphs += 1
        found.most = max(found.most, graph.number(MOST, 4))
        for one in _initializers(graph):
            if not _take(found, limits):
                return found
            found.tensors.append(_tensor(found, one, limits))
        for node in graph.tables(NODES):
            if not _take(found, limits):
                return found
            pending.extend((inner, depth + 1) for inner in _node(found, node, limits))
    return found


def _take(found: Found, limits: Limits) -> bool:
    found.full = found.nodes + len(found.tensors) >= limits.entries
    return not found.full


def _initializers(graph: Table) -> Iterator[Table]:
    yield from graph.tables(INITIALIZERS)
    for sparse in graph.tables(SPARSE):
        yield from (part for part in (sparse.table(0), sparse.table(1)) if part is not None)


def _tensor(found: Found, table: Table, limits: Limits) -> Tensor:
    at, count = table.vector(2, 8)
    raw = table.flat.read(at, 8 * min(count, _DIMENSIONS))
    shape = tuple(int.from_bytes(raw[start : start + 8], "little", signed=True) for start in range(0, len(raw), 8))
    code = table.number(3, 4, signed=True)
    start, size = table.vector(4, 1)
    name = table.text(0, NAME_NBYTES)
    if code == STRING:
        for value in texts_of(table, 5, limits):
            found.text(table.at, "tensor", name, value)
    dtype = DTYPES[code] if 0 <= code < len(DTYPES) else f"type-{code}"
    return Tensor(table.at, name, dtype, BITS.get(code, 0), shape, Span(start, start + size, name))


def texts_of(table: Table, number: int, limits: Limits) -> Iterator[str]:
    """Yield the texts of a vector, `TEXTS` of them at most."""
    at, count = table.vector(number, 4)
    for index in range(min(count, TEXTS)):
        here = at + 4 * index
        target = here + table.flat.u32(here)
        length = table.flat.u32(target)
        yield table.flat.read(target + 4, min(length, limits.text_nbytes)).decode("utf-8", "backslashreplace")


def _node(found: Found, node: Table, limits: Limits) -> list[Table]:
    """Take a node; return the graphs in its attributes."""
    found.nodes += 1
    domain, operator = node.text(2, NAME_NBYTES), node.text(5, NAME_NBYTES)
    place = found.operators.setdefault((domain, operator), [0, node.at, node.number(3, 4, signed=True)])
    place[0] += 1
    name = node.text(_NODE_NAME, NAME_NBYTES)
    found.text(node.at, "node", name, node.text(_NODE_DOC, limits.text_nbytes))
    graphs: list[Table] = []
    said: dict[str, str] = {}
    embedded = True
    for attribute in node.tables(10):
        key = attribute.text(0, NAME_NBYTES)
        text = attribute.text(5, limits.text_nbytes)
        said[key] = text
        embedded = embedded and not (key == _EMBED_KEY and attribute.number(4, 8) == 0)
        if not (operator == _CONTEXT and key == _CONTEXT_KEY):
            found.text(attribute.at, "attribute", key, text)
        for value in texts_of(attribute, 10, limits):
            found.text(attribute.at, "attribute", key, value)
        graphs += [inner for inner in (attribute.table(7), *attribute.tables(12)) if inner is not None]
        tensors = [one for one in (attribute.table(6), *attribute.tables(11)) if one is not None]
        found.tensors += [_tensor(found, one, limits) for one in tensors]
    if operator == _CONTEXT and not embedded and len(found.contexts) < CONTEXTS:
        found.contexts.append((node.at, name, said.get(_CONTEXT_KEY, "")[:NAME_NBYTES]))
    return graphs
