"""The frame of a CatBoost model and the texts in it."""

import re
from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact, LimitReached
from scanner.facts.metadata import MetadataEntry
from scanner.facts.tree import TreeModel
from scanner.format import MalformedError
from scanner.limits import Limits
from scanner.marks import marks_of

SHOWN = 200
START = 8
"""Bytes of the magic and of the core's length (little-endian, 32 bits)."""

_VERSION = re.compile(rb"FlabuffersModel_v\d{1,4}")  # The spelling is CatBoost's own.
_RUN = re.compile(rb"[\x20-\x7e\t\r\n]{6,}")
_MARKS = frozenset(("url", "code", "shebang", "target"))
TEXTS = 1000


def facts(artifact: Artifact, limits: Limits) -> Iterator[Fact]:
    """Yield the facts of a model; see `Format.read`."""
    bound = min(artifact.size, limits.header_nbytes)
    with artifact.open() as stream:
        raw = stream.read(bound)
    if len(raw) < START:
        message = f"header shorter than {START} bytes"
        raise MalformedError(message, len(raw))
    size = int.from_bytes(raw[4:START], "little")
    if size > artifact.size - START:
        message = f"a core of {size} bytes is declared, {artifact.size - START} remain"
        raise MalformedError(message, 4)
    version = _VERSION.search(raw, START, min(len(raw), START + size))
    yield TreeModel(
        where=artifact.at(), format="catboost", encoding="flatbuffer", version=version[0].decode() if version else "",
        objective="", trees=-1, nodes=-1, features=-1,
    )  # fmt: skip
    yield from _texts(artifact, raw)
    if bound < artifact.size:
        yield LimitReached(where=artifact.at(), limit="header", bound=bound, unit="bytes")


def _texts(artifact: Artifact, raw: bytes) -> Iterator[MetadataEntry]:
    told = 0
    for run in _RUN.finditer(raw, START):
        text = run[0].decode("ascii")
        marks = tuple(mark for mark in marks_of(text) if mark in _MARKS or mark.startswith("encoded-"))
        if marks and told < TEXTS:
            told += 1
            yield MetadataEntry(
                where=artifact.at(run.start(), len(text)), format="catboost", place="metadata", key="text",
                kind="text", value=text[:SHOWN], size=len(text), marks=marks,
            )  # fmt: skip
