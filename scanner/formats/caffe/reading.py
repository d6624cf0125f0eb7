"""From a network or solver of Caffe to facts."""

from collections import Counter
from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact, LimitReached
from scanner.facts.caffe import CaffeLayer, CaffePath, CaffePython
from scanner.facts.graph import GraphSummary
from scanner.facts.tensor import TensorMismatch, TensorTable
from scanner.formats.caffe.binary import walk
from scanner.formats.caffe.net import PLACES, Net
from scanner.formats.caffe.textual import Scan
from scanner.limits import Limits
from scanner.marks import marks_of
from scanner.members import leads
from scanner.protobuf import Wire
from scanner.tensors import bounded, digest

NAME = "caffe"

SHOWN = 20
SHOWN_CHARACTERS = 200


def facts(artifact: Artifact, limits: Limits) -> Iterator[Fact]:
    """Yield the facts of a network or solver; see `Format.read`."""
    with artifact.open() as stream:
        if _is_binary(stream.read(4096)):
            net, complete = walk(Wire(stream, artifact.size), artifact.size, limits.entries)
        elif artifact.size > limits.header_nbytes:
            yield LimitReached(where=artifact.at(), limit="text form", bound=limits.header_nbytes, unit="bytes")
            return
        else:
            stream.seek(0)
            scan = Scan(limits.entries)
            scan.run(stream.read(artifact.size).decode("latin-1"))
            net, complete = scan.net, scan.complete
    yield from _stated(artifact, net)
    if not complete:
        yield LimitReached(where=artifact.at(), limit="entries", bound=limits.entries, unit="layers")


def _is_binary(head: bytes) -> bool:
    """The tags of the first fields are control characters that no text has."""
    return any(byte < 9 or 13 < byte < 32 for byte in head)  # noqa: PLR2004 - but for tabs and line breaks


def _stated(artifact: Artifact, net: Net) -> Iterator[Fact]:
    for one in net.pythons:
        yield CaffePython(
            where=artifact.at(one.at), module=one.module[:SHOWN_CHARACTERS],
            package=one.module.partition(".")[0][:SHOWN_CHARACTERS], layer=one.layer[:SHOWN_CHARACTERS], name=one.name,
            parameter=one.parameter[:SHOWN_CHARACTERS], marks=marks_of(one.parameter),
        )  # fmt: skip
    for (key, value, written), count in net.paths.items():
        how = "url" if "://" in value[:32] else leads(value)
        yield CaffePath(
            where=artifact.at(), key=key, value=value[:SHOWN_CHARACTERS], written=written, how=how, count=count
        )
    for (kind, version), count in net.types.items():
        yield CaffeLayer(where=artifact.at(net.places[kind, version]), type=kind, version=version, nodes=count)
    if net.full:
        yield LimitReached(where=artifact.at(), limit="places", bound=PLACES, unit="entries")
    uses = Counter(net.types)
    versions = {version for _, version in uses}
    yield GraphSummary(
        where=artifact.at(), format=NAME, producer="", version=max(versions, default=-1), graphs=1, nodes=net.layers,
        functions=0, inputs=tuple(net.inputs[:SHOWN]), outputs=(),
        operators=tuple(kind for (kind, _), _ in uses.most_common(SHOWN)), training=False,
    )  # fmt: skip
    yield from _weights(artifact, net)


def _weights(artifact: Artifact, net: Net) -> Iterator[Fact]:
    if not net.blobs:
        return
    for blob in net.blobs:
        if blob.found != blob.elements or min(blob.shape, default=0) < 0:
            yield TensorMismatch(
                where=artifact.at(blob.at), format=NAME, tensor=blob.name, how="size",
                expected=bounded(blob.elements * blob.width), found=blob.found * blob.width,
                other="float" if blob.width == 4 else "double",  # noqa: PLR2004 - bytes of a float
            )  # fmt: skip
    yield TensorTable(
        where=artifact.at(), format=NAME, tensors=len(net.blobs),
        parameters=bounded(sum(blob.elements for blob in net.blobs)),
        nbytes=bounded(sum(blob.elements * blob.width for blob in net.blobs)),
        dtypes=tuple(sorted({"float" if blob.width == 4 else "double" for blob in net.blobs})),  # noqa: PLR2004 - above
        names=digest(blob.name for blob in net.blobs),
    )  # fmt: skip
