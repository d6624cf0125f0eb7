"""Tables of tensors: arithmetic on their ranges, a digest of their names, a look at where their data starts."""

from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO, NamedTuple

from scanner.artifact import Artifact
from scanner.facts import Fact, LimitReached
from scanner.facts.archive import HiddenBytes
from scanner.facts.embedded import EmbeddedFile
from scanner.facts.tensor import TensorMismatch
from scanner.inside import HEAD_NBYTES, STREAM_NBYTES, is_pickle, kind_inside
from scanner.magic import kind_of
from scanner.streams import advise, window
from scanner.text import printable

LARGEST = 1 << 127
"""Numbers of hostile tables are given up to here; nothing real comes near."""


LAYERS = 16
"""Blocks over the same bytes that are looked at."""

_INERT = frozenset(("zero", "text", "data"))


class Row(NamedTuple):
    """One line of a listing; sizes in bytes.

    `kind`: "tensor", "metadata", "input", "output", "operator", "member", "layer", "group", "link", "broken".

    `offset` is in the artifact; -1 where there is none. `value` is the text of a metadata entry.
    `packed` is the stored size of a member, -1 of anything else.
    """

    kind: str
    name: str
    dtype: str = ""
    shape: tuple[int, ...] = ()
    nbytes: int = 0
    offset: int = -1
    value: str = ""
    packed: int = -1


class Span(NamedTuple):
    """The bytes `[start, end)` of the artifact that a tensor takes."""

    start: int
    end: int
    name: str


def digest(names: Iterable[str]) -> str:
    """Digest a set of names: SHA-256 over the sorted names, each closed by a zero byte."""
    import hashlib

    joined = "".join(f"{name}\0" for name in sorted(set(names)))
    return hashlib.sha256(joined.encode("utf-8", "surrogatepass")).hexdigest()


OUTSIDE = 8
"""Tensors outside their file that are stated one by one: a file cut in parts has hundreds."""


def bounded(number: int) -> int:
    """Keep a number presentable."""
    return max(-LARGEST, min(number, LARGEST))


def product(shape: Iterable[int]) -> int:
    """Multiply dimensions without ever building a number of more than a few hundred bits; zero wins."""
    total = 1
    for size in shape:
        total = bounded(total * size) if size else 0
        if not total:
            return 0
    return total


def collisions(spans: Sequence[Span], start: int, end: int, form: str, artifact: Artifact) -> Iterator[TensorMismatch]:
    """Compare the ranges of a data section `[start, end)` with each other: outside, shared, empty-shared, overlap.

    `spans` is sorted, `form` the format's name. One pass. Behind `OUTSIDE` tensors outside, the rest is one fact.
    """
    before = Span(start, start, "")
    outside: list[Span] = []
    for span in spans:
        how, expected, found = _collision(before, span, start, end)
        if how == "outside":
            outside.append(span)
        if how and (how != "outside" or len(outside) <= OUTSIDE):
            yield TensorMismatch(
                where=artifact.at(span.start, span.end - span.start),
                format=form,
                tensor=span.name,
                how=how,
                expected=bounded(expected),
                found=bounded(found),
                other=before.name,
            )
        if span.end >= before.end:
            before = span
    if len(outside) > OUTSIDE:
        first = outside[OUTSIDE]
        yield TensorMismatch(
            where=artifact.at(first.start, first.end - first.start), format=form, tensor=first.name,
            how="outside-rest", expected=bounded(end), found=len(outside) - OUTSIDE,
        )  # fmt: skip


def _collision(before: Span, span: Span, start: int, end: int) -> tuple[str, int, int]:
    if span.start < start or span.end > end:
        return "outside", end, span.end
    if before.name and span[:2] == before[:2]:
        return "empty-shared" if span.start == span.end else "shared", before.end, span.start
    if span.start < before.end:
        return "overlap", before.end, span.start
    return "", 0, 0


def gaps(spans: Iterable[Span], start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the ranges of `[start, end)` that no span covers, in order. `spans` is sorted."""
    for span in spans:
        if span.start > start:
            yield start, min(span.start, end)
        start = max(start, span.end)
        if start >= end:
            return
    yield start, end


def hidden(
    artifact: Artifact, stream: BinaryIO, gap: tuple[int, int], form: str, place: str
) -> Iterator[Fact | Artifact]:
    """State bytes that no record covers, and hand them on where they start like something loadable."""
    start, size = gap[0], gap[1] - gap[0]
    stream.seek(start)
    head = stream.read(min(HEAD_NBYTES, size))
    kind = kind_of(head)
    yield HiddenBytes(where=artifact.at(start, size), format=form, place=place, kind=kind, size=size)
    if kind not in _INERT:
        yield Artifact(path=f"{artifact.path}!{place}-{start}", size=size, open=window(artifact.open, start, size))


def loadable(artifact: Artifact, stream: BinaryIO, spans: Iterable[Span]) -> Iterator[Fact | Artifact]:
    """State and hand on every block of data whose head is that of something loadable."""
    reach = layers = 0
    spans = sorted(spans)
    advise(stream, ((span.start, min(span.start + HEAD_NBYTES, span.end, artifact.size)) for span in spans))
    for span in spans:
        size = min(span.end, artifact.size) - span.start
        kind = _kind(stream, span.start, size) if size > 0 else ""
        if not kind:
            continue
        # Blocks laid over each other would be walked and handed on once for each: that is told instead.
        layers = layers + 1 if span.start < reach else 0
        reach = max(reach, span.start + size)
        if layers >= LAYERS:
            if layers == LAYERS:
                yield LimitReached(where=artifact.at(span.start), limit="layers", bound=LAYERS, unit="tensors")
            continue
        if kind != "pickle" or _is_pickle(stream, span.start, size):
            name = printable(span.name)
            yield EmbeddedFile(
                where=artifact.at(span.start, size), kind=kind, place="inside", detail=f"tensor {name}", size=size
            )
            yield Artifact(path=f"{artifact.path}!{name}", size=size, open=window(artifact.open, span.start, size))


def _kind(stream: BinaryIO, start: int, size: int) -> str:
    stream.seek(start)
    return kind_inside(stream.read(min(HEAD_NBYTES, size)))


def _is_pickle(stream: BinaryIO, start: int, size: int) -> bool:
    stream.seek(start)
    return is_pickle(stream.read(min(size, STREAM_NBYTES)))
