"""The schema of Arrow: fields, their metadata and extension types, in a FlatBuffer (format/Schema.fbs)."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from scanner.flatbuffer import Table
from scanner.format import MalformedError

DEPTH = 64
ENTRIES = 100_000
NAME_NBYTES = 300
_SCHEMA_FIELDS, _SCHEMA_METADATA = 1, 2
_NAME, _CHILDREN, _METADATA = 0, 5, 6


@dataclass(slots=True)
class Column:
    """A field with its metadata: key, then where the value lies and its length."""

    name: str
    pairs: dict[str, tuple[int, int]] = field(default_factory=dict)


def columns(schema: Table) -> Iterator[Column]:
    """Yield every field, those inside others too. Raises `MalformedError`."""
    pending = [(table, 0) for table in reversed(list(schema.tables(_SCHEMA_FIELDS)))]
    told = 0
    while pending:
        table, depth = pending.pop()
        told += 1
        if depth > DEPTH or told > ENTRIES:
            message = f"fields nest deeper than {DEPTH}" if depth > DEPTH else f"more than {ENTRIES} fields"
            raise MalformedError(message, table.at)
        yield Column(table.text(_NAME, NAME_NBYTES), dict(pairs(table, _METADATA)))
        pending.extend((child, depth + 1) for child in reversed(list(table.tables(_CHILDREN))))


def metadata(schema: Table) -> Iterator[tuple[str, tuple[int, int]]]:
    """Yield the keys of the whole schema with the places of their values."""
    return pairs(schema, _SCHEMA_METADATA)


def pairs(table: Table, number: int) -> Iterator[tuple[str, tuple[int, int]]]:
    """Yield the keys of a list of KeyValue with the places of their values."""
    for entry in table.tables(number):
        yield entry.text(0, NAME_NBYTES), entry.vector(1, 1)
