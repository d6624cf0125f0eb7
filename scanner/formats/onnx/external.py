"""Data that an ONNX file says lies in other files."""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact, Malformed
from scanner.facts.graph import ExternalData
from scanner.formats.onnx.graph import Model, Tensor
from scanner.members import leads

# https://github.com/onnx/onnx/blob/main/docs/ExternalData.md; other keys became attributes (CVE-2026-34445).
KEYS = frozenset(("location", "offset", "length", "checksum", "basepath"))

MEMORY = "*/_ORT_MEM_ADDR_/*"
"""The location by which ONNX Runtime marks an address in its own memory; `offset` is then a pointer."""

DIGITS = 19
SHOWN_KEYS = 10


def external(artifact: Artifact, model: Model) -> Iterator[Fact]:
    """Yield one fact a location, and a `Malformed` where offset or length is no number."""
    places: dict[str, list[Tensor]] = {}
    for tensor in model.tensors:
        if tensor.is_external or tensor.external:
            places.setdefault(_said(tensor).get("location", ""), []).append(tensor)
    for location, tensors in places.items():
        ends = [_end(tensor) for tensor in tensors]
        if None in ends:
            bad = tensors[ends.index(None)]
            reason = f"offset or length of external data is no number: {bad.name!r}"
            yield Malformed(where=artifact.at(bad.at, bad.size), format="onnx", reason=reason)
        known = [end for end in ends if end is not None]
        yield ExternalData(
            where=artifact.at(tensors[0].at, tensors[0].size),
            format="onnx",
            tensor=tensors[0].name,
            tensors=len(tensors),
            location=location,
            how=_how(location),
            end=-1 if -1 in known else max(known, default=-1),
            keys=tuple(sorted({key for tensor in tensors for key, _ in tensor.external} - KEYS))[:SHOWN_KEYS],
        )
    for text in model.contexts:
        yield ExternalData(
            where=artifact.at(text.at, text.size), format="onnx", tensor=text.key, tensors=1, location=text.value,
            how=_how(text.value), end=-1, keys=(), role="context",
        )  # fmt: skip


def _said(tensor: Tensor) -> dict[str, str]:
    return dict(tensor.external)


def _end(tensor: Tensor) -> int | None:
    """Return where the data of a tensor ends in its file: -1 not said, None no number."""
    said = _said(tensor)
    offset, length = said.get("offset", "0"), said.get("length", "")
    for number in (offset, length or "0"):
        if not (number.isascii() and number.isdecimal()) or len(number) > DIGITS:
            return None
    if length:
        return int(offset) + int(length)
    return int(offset) + tensor.nbytes if tensor.nbytes >= 0 else -1


def _how(location: str) -> str:
    if not location.strip():
        return "empty"
    if location.startswith(MEMORY[:-2]):
        return "memory"
    if "://" in location:
        return "url"
    if location in (".", "./") or location.endswith(("/", "/.")):
        return "folder"
    return leads(location)
