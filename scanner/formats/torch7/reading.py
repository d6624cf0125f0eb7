"""From the objects of a Torch7 file to facts."""

from collections.abc import Iterator
from contextlib import suppress
from typing import BinaryIO

from scanner.artifact import Artifact
from scanner.facts import Fact, LimitReached
from scanner.facts.metadata import MetadataEntry
from scanner.facts.tensor import TensorMismatch, TensorTable
from scanner.facts.torch7 import Torch7File, Torch7Function
from scanner.format import MalformedError
from scanner.formats.torch7.source import Ascii, Binary
from scanner.formats.torch7.walk import FUNCTIONS, TEXTS, WIDTHS, Found, Walk
from scanner.limits import Limits
from scanner.tensors import Span, bounded, digest, hidden, loadable, product

NAME = "torch7"

SHOWN = 20


def facts(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield the facts of a file; see `Format.read`."""
    with artifact.open() as stream:
        ascii_ = stream.read(4)[1:2] != b"\0"
        if ascii_ and artifact.size > limits.header_nbytes:
            yield LimitReached(where=artifact.at(), limit="ascii", bound=limits.header_nbytes, unit="bytes")
            return
        found, width = _walked(stream, artifact.size, limits, ascii_=ascii_)
        yield from _functions(artifact, found)
        yield from _texts(artifact, found, limits)
        yield from _tensors(artifact, found)
        yield Torch7File(
            where=artifact.at(), encoding="ascii" if ascii_ else "binary", long_nbytes=width, objects=found.objects,
            functions=len(found.functions), classes=tuple(name for name, _ in found.classes.most_common(SHOWN)),
        )  # fmt: skip
        if found.full:
            yield LimitReached(where=artifact.at(found.end), limit="entries", bound=limits.entries, unit="objects")
        elif found.end < artifact.size:
            yield from hidden(artifact, stream, (found.end, artifact.size), NAME, "after")
        spans = [
            Span(one.start, one.start + one.elements * one.width, f"storage {index}")
            for index, one in found.storages.items()
        ]
        if not ascii_:
            yield from loadable(artifact, stream, spans)


def _walked(stream: BinaryIO, size: int, limits: Limits, *, ascii_: bool) -> tuple[Found, int]:
    """Walk with long numbers of 8 bytes, and of 4 where that does not fit: the file does not say which it has."""
    stream.seek(0)
    if ascii_:
        return Walk(Ascii(stream.read(size)), limits).run(), 0
    try:
        return Walk(Binary(stream, size, 8), limits).run(), 8
    except MalformedError as error:
        with suppress(MalformedError):
            found = Walk(Binary(stream, size, 4), limits).run()
            if found.end == size or found.full:
                return found, 4
        raise error from None


def _functions(artifact: Artifact, found: Found) -> Iterator[Fact]:
    for one in found.functions[:FUNCTIONS]:
        yield Torch7Function(
            where=artifact.at(one.at, one.size), form=one.form, owner=one.owner, names=one.names,
            complete=one.complete, size=one.size,
        )  # fmt: skip
    if len(found.functions) > FUNCTIONS:
        where = artifact.at(found.functions[FUNCTIONS].at)
        yield LimitReached(where=where, limit="functions", bound=FUNCTIONS, unit="functions")


def _texts(artifact: Artifact, found: Found, limits: Limits) -> Iterator[Fact]:
    for one in found.texts[:TEXTS]:
        yield MetadataEntry(
            where=artifact.at(one.at, one.size), format=NAME, place="metadata", key=one.owner, kind="text",
            value=one.value, size=one.size, marks=one.marks,
        )  # fmt: skip
    if len(found.texts) > TEXTS:
        yield LimitReached(where=artifact.at(found.texts[TEXTS].at), limit="texts", bound=TEXTS, unit="texts")
    if found.long_text >= 0:
        where = artifact.at(found.long_text)
        yield LimitReached(where=where, limit="text", bound=limits.text_nbytes, unit="bytes")


def _tensors(artifact: Artifact, found: Found) -> Iterator[Fact]:
    """Compare each tensor with its storage: Lua's loader does not."""
    nbytes = parameters = 0
    for tensor in found.tensors:
        storage = found.storages.get(tensor.storage)
        width = storage.width if storage else WIDTHS[tensor.kind] or 8
        count = storage.elements if storage else 0
        parameters = bounded(parameters + product(tensor.shape))
        nbytes = bounded(nbytes + product(tensor.shape) * width)
        if tensor.reach > count or min(tensor.shape, default=0) < 0:
            yield TensorMismatch(
                where=artifact.at(tensor.at), format=NAME, tensor=tensor.name, how="size",
                expected=bounded(tensor.reach * width), found=bounded(count * width), other=tensor.kind,
            )  # fmt: skip
    yield TensorTable(
        where=artifact.at(), format=NAME, tensors=len(found.tensors), parameters=parameters, nbytes=nbytes,
        dtypes=tuple(sorted({tensor.kind for tensor in found.tensors})),
        names=digest(tensor.name for tensor in found.tensors),
    )  # fmt: skip
