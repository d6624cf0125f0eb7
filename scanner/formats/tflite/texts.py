"""Texts of a TensorFlow Lite model: its description, metadata and signatures, and files it takes weights from."""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.facts.graph import ExternalData
from scanner.facts.metadata import MetadataEntry
from scanner.flatbuffer import Table
from scanner.formats.tflite.graphs import Graph
from scanner.formats.tflite.verify import Lists
from scanner.marks import marks_of
from scanner.members import leads

DESCRIPTION, METADATA, SIGNATURES, GROUPS = 3, 6, 7, 8
"""Fields of Model."""

ENTRIES = 1000
TEXT_NBYTES = 64 << 10
NAME_NBYTES = 300
VALUE_CHARACTERS = 200


def texts(artifact: Artifact, model: Table, lists: Lists, read: list[Graph]) -> Iterator[Fact]:
    """Yield the description, metadata entries that lead nowhere or hold more than words, and broken signatures."""
    description = model.text(DESCRIPTION, TEXT_NBYTES)
    if description:
        yield _entry(artifact, "doc", "description", description)
    for number, entry in enumerate(model.tables(METADATA)):
        if number >= ENTRIES:
            break
        name, buffer = entry.text(0, NAME_NBYTES), entry.number(1, 4)
        if buffer >= len(lists.buffers):
            yield lists.fact("metadata-buffer", name, buffer, len(lists.buffers))
            continue
        span = lists.buffers[buffer]
        if 0 < span.start < span.end <= artifact.size:
            raw = model.flat.read(span.start, min(span.end - span.start, TEXT_NBYTES))
            found = _entry(artifact, "metadata", name, raw.decode("utf-8", "replace"))
            if {"code", "shebang"}.intersection(found.marks) or any(
                mark.startswith("encoded-") for mark in found.marks
            ):
                yield found
    yield from _signatures(model, lists, read)


def _entry(artifact: Artifact, place: str, key: str, value: str) -> MetadataEntry:
    return MetadataEntry(
        where=artifact.at(),
        format="tflite",
        place=place,
        key=key,
        kind="text",
        value=value[:VALUE_CHARACTERS],
        size=len(value),
        marks=tuple(mark for mark in marks_of(value) if place == "doc" or mark != "control"),
    )


def _signatures(model: Table, lists: Lists, read: list[Graph]) -> Iterator[Fact]:
    """SignatureDef: inputs 0 and outputs 1 map names to tensors (index 1), signature_key 2, subgraph_index 4."""
    for number, signature in enumerate(model.tables(SIGNATURES)):
        if number >= ENTRIES:
            return
        key, graph = signature.text(2, NAME_NBYTES), signature.number(4, 4)
        if graph >= len(read):
            yield lists.fact("signature-graph", key, graph, len(read))
            continue
        count = len(read[graph].tensors)
        for part in (0, 1):
            for tensor in signature.tables(part):
                if tensor.number(1, 4) >= count:
                    yield lists.fact("signature-tensor", key, tensor.number(1, 4), count)


def external(artifact: Artifact, model: Table) -> Iterator[ExternalData]:
    """Yield the files that buffers of a newer schema lie in (ExternalBufferGroup: name 0)."""
    for number, group in enumerate(model.tables(GROUPS)):
        if number >= ENTRIES:
            return
        name = group.text(0, NAME_NBYTES)
        yield ExternalData(
            where=artifact.at(), format="tflite", tensor="", tensors=0, location=name,
            how="url" if "://" in name[:32] else leads(name), end=-1, keys=(),
        )  # fmt: skip
