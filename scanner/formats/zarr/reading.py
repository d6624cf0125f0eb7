"""From the metadata of Zarr to facts: arrays, and the codecs that rebuild them."""

from collections.abc import Iterator

from scanner.artifact import Artifact, Location
from scanner.facts import Fact, LimitReached
from scanner.facts.store import ZarrArray
from scanner.format import MalformedError
from scanner.json_text import Node, parse, walk
from scanner.limits import Limits
from scanner.members import Naming
from scanner.streams import held
from scanner.tensors import bounded

ARRAYS = 10_000
DIMENSIONS = 64
CODECS = 20
NAME_CHARACTERS = 100


def facts(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield the arrays of a document; see `Format.read`. Raises `MalformedError` where it is no JSON object."""
    if artifact.size > limits.header_nbytes:
        yield LimitReached(where=artifact.at(), limit="header", bound=limits.header_nbytes, unit="bytes")
        return
    with artifact.open() as stream:
        top = parse(stream.read(artifact.size))
    if not isinstance(top, dict):
        message = "the metadata is no object"
        raise MalformedError(message, 0)
    naming = Naming(artifact.path)
    arrays = 0
    for node in walk(top):  # Consolidated metadata has the documents of all arrays inside.
        entry = node.value
        if not isinstance(entry, dict) or not isinstance(entry.get("shape"), list):
            continue
        if "zarr_format" not in entry and not _named(node):
            continue
        arrays += 1
        if arrays > ARRAYS:
            yield LimitReached(where=artifact.at(), limit="arrays", bound=ARRAYS, unit="arrays")
            return
        array = _array(Location(path=artifact.path, pointer=node.pointer), entry)
        yield array
        if array.objects and array.dtype == "structured":
            yield from _fill(artifact, naming, entry.get("fill_value"))


def _named(node: Node) -> bool:
    return str(node.key).endswith(".zarray")


def _array(where: Location, entry: dict[str, object]) -> ZarrArray:
    version = entry.get("zarr_format")
    dtype = entry.get("dtype", entry.get("data_type"))
    shape = entry.get("shape")
    name = dtype.get("name") if isinstance(dtype, dict) else dtype
    return ZarrArray(
        where=where,
        version=version if type(version) is int and version in (2, 3) else -1,
        dtype=name[:NAME_CHARACTERS] if isinstance(name, str) else "" if name is None else "structured",
        shape=tuple(bounded(size) for size in shape[:DIMENSIONS] if type(size) is int)
        if isinstance(shape, list)
        else (),
        codecs=tuple(_codecs(entry))[:CODECS],
        objects="O" in name if isinstance(name, str) and name[:1] in "|<>" else '"|O' in str(name).replace("'", '"'),
    )


def _codecs(entry: dict[str, object]) -> Iterator[str]:
    """Version 2 has filters, then a compressor, each with an id; version 3 a list of codecs, which may nest."""
    pending: list[object] = [entry.get("filters"), entry.get("compressor"), entry.get("codecs")]
    pending.reverse()
    left = 10 * CODECS
    while pending and left:
        left -= 1
        one = pending.pop()
        if isinstance(one, list):
            pending.extend(reversed(one[:CODECS]))
        elif isinstance(one, str):
            yield one[:NAME_CHARACTERS]
        elif isinstance(one, dict):
            name = one.get("id", one.get("name"))
            if isinstance(name, str):
                yield name[:NAME_CHARACTERS]
            inner = one.get("configuration")
            pending.append(inner.get("codecs") if isinstance(inner, dict) else None)


def _fill(artifact: Artifact, naming: Naming, value: object) -> Iterator[Artifact]:
    """Hand on the fill value of a structured dtype with objects: base64 of what the codec decodes at opening."""
    import binascii

    if not isinstance(value, str) or not value:
        return
    try:
        content = binascii.a2b_base64(value.encode("ascii"))
    except (binascii.Error, UnicodeError):
        return
    if content:
        yield Artifact(path=naming.path("fill_value"), size=len(content), open=held(content), depth=artifact.depth + 1)
