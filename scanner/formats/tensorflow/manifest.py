"""The weights of a TensorFlow.js model: which files they lie in, and how many bytes they take.

https://github.com/tensorflow/tfjs/blob/master/tfjs-core/src/io/types.ts (WeightsManifestConfig)
"""

from collections.abc import Iterator

from scanner.artifact import Artifact, Location
from scanner.facts import Fact, LimitReached
from scanner.facts.tensor import ShardEntry, ShardGroup, TensorTable
from scanner.formats.tensorflow.graph import SHOWN_CHARACTERS, leads_out
from scanner.tensors import bounded, digest, product

GROUPS = 10_000
"""Groups and files of a manifest."""

_NBYTES = {"float32": 4, "int32": 4, "bool": 1, "complex64": 8, "uint8": 1, "uint16": 2, "float16": 2, "int8": 1}
"""Bytes of an element. Texts have none that the manifest tells."""


def items(holder: object, key: str) -> list[object]:
    """Return the list that an object has under a key; empty where there is none."""
    value = holder.get(key) if isinstance(holder, dict) else None
    return value if isinstance(value, list) else []


def weights(artifact: Artifact, groups: list[object]) -> Iterator[Fact]:
    """Yield a table of all weights, and for each group its files and the bytes that they must have together."""
    if len(groups) > GROUPS:
        yield LimitReached(where=artifact.at(), limit="groups", bound=GROUPS, unit="groups")
    total: list[dict[str, object]] = []
    for number, group in enumerate(groups[:GROUPS]):
        entries = [one for one in items(group, "weights") if isinstance(one, dict)]
        paths = [one for one in items(group, "paths") if isinstance(one, str)][:GROUPS]
        names = [_name(one) for one in entries]
        total.extend(entries)
        for position, path in enumerate(paths):
            yield ShardEntry(
                where=Location(path=artifact.path, pointer=f"/weightsManifest/{number}/paths/{position}"),
                shard=path[:SHOWN_CHARACTERS],
                tensors=len(names),
                names=digest(names),
                how=leads_out(path),
            )
        if paths:
            sizes = [_nbytes(one) for one in entries]
            yield ShardGroup(
                where=Location(path=artifact.path, pointer=f"/weightsManifest/{number}"),
                format="tensorflow",
                shards=tuple(path[:SHOWN_CHARACTERS] for path in paths),
                nbytes=-1 if -1 in sizes else bounded(sum(sizes)),
            )
    if total:
        yield TensorTable(
            where=artifact.at(),
            format="tensorflow",
            tensors=len(total),
            parameters=bounded(sum(_elements(one) for one in total)),
            nbytes=bounded(sum(max(0, _nbytes(one)) for one in total)),
            dtypes=tuple(sorted({_dtype(one) for one in total}))[:20],
            names=digest(_name(one) for one in total),
        )


def tensors(group: object) -> Iterator[tuple[str, str, tuple[int, ...], int]]:
    """Yield name, type, shape and bytes of each weight of a group; -1 bytes where they are not told."""
    for one in items(group, "weights"):
        if isinstance(one, dict):
            shape = tuple(size for size in items(one, "shape") if isinstance(size, int))
            yield _name(one), _dtype(one), shape, _nbytes(one)


def _name(entry: dict[str, object]) -> str:
    name = entry.get("name")
    return name if isinstance(name, str) else ""


def _dtype(entry: dict[str, object]) -> str:
    """Name the type that the bytes have: that of the quantisation, if there is one."""
    quantization = entry.get("quantization")
    dtype = quantization.get("dtype") if isinstance(quantization, dict) else entry.get("dtype")
    return dtype[:SHOWN_CHARACTERS] if isinstance(dtype, str) else ""


def _elements(entry: dict[str, object]) -> int:
    return product(size for size in items(entry, "shape") if isinstance(size, int) and size >= 0)


def _nbytes(entry: dict[str, object]) -> int:
    """Count the bytes of one tensor; -1 where type or shape do not say so."""
    width = _NBYTES.get(_dtype(entry))
    if width is None or not all(isinstance(size, int) and size >= 0 for size in items(entry, "shape")):
        return -1
    return bounded(_elements(entry) * width)
