"""From the schema of a table in columns to facts."""

import base64
import binascii
from collections.abc import Iterator
from typing import BinaryIO

from scanner.artifact import Artifact
from scanner.facts import Encrypted, Fact, LimitReached
from scanner.facts.extension import ColumnTable, ExtensionType
from scanner.facts.metadata import MetadataEntry
from scanner.flatbuffer import Flat, Table
from scanner.format import MalformedError
from scanner.formats.arrow.schema import columns, metadata
from scanner.formats.arrow.surveyed import surveyed
from scanner.formats.arrow.thrift import Compact
from scanner.limits import Limits
from scanner.marks import marks_of
from scanner.streams import held, read_at, window

NAME, STORED = "ARROW:extension:name", "ARROW:extension:metadata"
PICKLED = "arrow.py_extension_type"
"""pyarrow up to 14.0.0 unpickles what a column of this type stores (CVE-2023-47248)."""

SCHEMA_KEY = b"ARROW:schema"
VALUE_NBYTES = 1 << 20
SHOWN = 200
KEYS = 50
COLUMNS = 1000
TAIL_NBYTES = 10
"""At the end of an Arrow file: the length of its footer (4), then the magic (6)."""

_MESSAGE_HEADER, _FOOTER_SCHEMA = 2, 1


def facts(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield the facts of a table; see `Format.read`."""
    with artifact.open() as stream:
        magic = stream.read(8)
        if magic[:4] == b"PAR1":
            yield from _parquet(artifact, stream, limits)
        elif magic[:4] == b"FEA1":
            yield ColumnTable(where=artifact.at(0), format="feather-1", columns=-1, rows=-1, keys=())
        elif magic == b"ARROW1\0\0":
            tail = read_at(stream, artifact.size - TAIL_NBYTES, TAIL_NBYTES)
            length = int.from_bytes(tail[:4], "little")
            start = artifact.size - TAIL_NBYTES - length
            if tail[4:] != b"ARROW1" or start < 8:  # noqa: PLR2004 - behind the first magic
                message = "no footer at the end"
                raise MalformedError(message, max(0, artifact.size - TAIL_NBYTES))
            part = Artifact(path=artifact.path, size=length, open=window(artifact.open, start, length))
            yield from _flat(artifact, part, start, "arrow-file", _FOOTER_SCHEMA)
        else:
            length = int.from_bytes(magic[4:8], "little")
            if length > artifact.size - 8:
                message = f"a message of {length} bytes is longer than what follows"
                raise MalformedError(message, 4)
            part = Artifact(path=artifact.path, size=length, open=window(artifact.open, 8, length))
            yield from _flat(artifact, part, 8, "arrow-stream", _MESSAGE_HEADER)


def _flat(artifact: Artifact, part: Artifact, base: int, form: str, number: int) -> Iterator[Fact | Artifact]:
    """Read the FlatBuffer at `base` of the artifact; its schema is field `number` of the root."""
    with part.open() as stream:
        flat = Flat(stream, part.size)
        try:
            schema = flat.root().table(number)
            if schema is not None:
                yield from _schema(artifact, flat, schema, base, form)
        except MalformedError as error:
            raise MalformedError(error.reason, base + (error.offset or 0)) from error
    if schema is None:
        message = "no schema"
        raise MalformedError(message, base)


def _schema(artifact: Artifact, flat: Flat, schema: Table, base: int, form: str) -> Iterator[Fact | Artifact]:
    keys = []
    for key, (at, size) in metadata(schema):
        keys.append(key)
        text = flat.read(at, min(size, VALUE_NBYTES)).decode("utf-8", "backslashreplace")
        yield from _entry(artifact, form, key, text, base + at if base else None)
    count = 0
    for column in columns(schema):
        count += 1
        if NAME not in column.pairs or count > COLUMNS:
            continue
        at, size = column.pairs[NAME]
        name = flat.read(at, min(size, SHOWN)).decode("utf-8", "backslashreplace")
        at, size = column.pairs.get(STORED, (0, 0))
        where = artifact.at(base + at if base else None)
        yield ExtensionType(where=where, column=column.name, name=name, size=size, pickled=name == PICKLED)
        content = flat.read(at, min(size, VALUE_NBYTES)) if size else b""
        if content:
            path = f"{artifact.path}!extension-{count}"
            yield Artifact(path=path, size=len(content), open=held(content), depth=artifact.depth + 1)
        if size > VALUE_NBYTES:
            yield LimitReached(where=where, limit="extension", bound=VALUE_NBYTES, unit="bytes")
    if form != "parquet":
        yield ColumnTable(where=artifact.at(0), format=form, columns=count, rows=-1, keys=tuple(keys[:KEYS]))
    if count > COLUMNS:
        yield LimitReached(where=artifact.at(), limit="columns", bound=COLUMNS, unit="columns")


def _entry(artifact: Artifact, form: str, key: str, text: str, at: int | None) -> Iterator[MetadataEntry]:
    yield MetadataEntry(
        where=artifact.at(at),
        format=form,
        place="metadata",
        key=key[:SHOWN],
        kind="text",
        value=text[:SHOWN],
        size=len(text),
        marks=tuple(sorted(marks_of(text))),
    )


def _parquet(artifact: Artifact, stream: BinaryIO, limits: Limits) -> Iterator[Fact | Artifact]:
    """Read the footer: a Thrift struct, its length, the magic (Parquet, File Format)."""
    tail = read_at(stream, artifact.size - 8, 8)
    length = int.from_bytes(tail[:4], "little")
    start = artifact.size - 8 - length
    if tail[4:] == b"PARE":
        yield Encrypted(where=artifact.at(start if start >= 0 else None), method="Parquet modular encryption")
        return
    if tail[4:] != b"PAR1" or start < 4:  # noqa: PLR2004 - behind the first magic
        message = "no footer at the end"
        raise MalformedError(message, max(0, artifact.size - 8))
    if length > limits.header_nbytes:
        yield LimitReached(where=artifact.at(start), limit="header", bound=limits.header_nbytes, unit="bytes")
        return
    footer = Compact(read_at(stream, start, length))
    try:
        yield from _footer(artifact, footer, start)
        yield from surveyed(artifact, stream, footer)
    except MalformedError as error:
        raise MalformedError(error.reason, start + (error.offset or 0)) from error


def _footer(artifact: Artifact, footer: Compact, start: int) -> Iterator[Fact | Artifact]:
    """Read FileMetaData: 2 is the schema, 3 the rows, 5 the metadata."""
    found = {field.number: field for field in footer.fields(0)}
    keys = []
    listed = found.get(5)
    for at in footer.items(listed) if listed is not None else ():
        pair = {field.number: footer.binary(field) for field in footer.fields(at) if field.number}
        key, value = pair.get(1, b""), pair.get(2, b"")
        keys.append(key[:SHOWN].decode("utf-8", "backslashreplace"))
        if key == SCHEMA_KEY:
            yield from _embedded(artifact, value)
        else:
            text = value[:VALUE_NBYTES].decode("utf-8", "backslashreplace")
            yield from _entry(artifact, "parquet", keys[-1], text, start + at)
    yield ColumnTable(
        where=artifact.at(start),
        format="parquet",
        columns=found[2].value - 1 if 2 in found else -1,  # noqa: PLR2004 - its first element is the root
        rows=max(-1, found[3].value) if 3 in found else -1,  # noqa: PLR2004 - see above
        keys=tuple(keys[:KEYS]),
    )


def _embedded(artifact: Artifact, value: bytes) -> Iterator[Fact | Artifact]:
    """Read the schema that Arrow leaves in Parquet: a message in base64. Its offsets are not the artifact's."""
    try:
        raw = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError) as error:
        message = "the Arrow schema is no base64"
        raise MalformedError(message, 0) from error
    skip = 8 if raw[:4] == b"\xff\xff\xff\xff" else 4
    part = Artifact(path=artifact.path, size=max(0, len(raw) - skip), open=held(raw[skip:]))
    with part.open() as stream:
        flat = Flat(stream, part.size)
        schema = flat.root().table(_MESSAGE_HEADER)
        if schema is not None:
            yield from _schema(artifact, flat, schema, 0, "parquet")
