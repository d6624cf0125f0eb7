"""Rows of a table as text, from all of a file or from a sample of its blocks. Every cell is a column and a text."""

import codecs
import csv
import io
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from scanner.artifact import Artifact

Cells = list[tuple[str, str]]
"""The cells of one row: the column and the text of each."""

SAMPLE_NBYTES = 256 << 20
"""Most bytes of one table that are read."""

SAMPLE_ROWS = 200_000
"""Rows of one table that are read, unless it is sampled by blocks."""

BLOCK_NBYTES = 1 << 20
CELL_CHARACTERS = 1 << 20
CELLS = 2000
"""Cells of one row; an object of JSON may have any number."""

DELIMITERS = ",\t;|"
SEED_NBYTES = 4096
_LONGEST_LINE = 16 << 20


@dataclass(slots=True)
class Reading:
    """What is known of a table beside its rows, once they were read."""

    seed: int = 0
    complete: bool = True
    broken: str = ""
    """Why a line is no row, where one is not."""
    columns: list[str] = field(default_factory=list)


def rows(artifact: Artifact, kind: str, reading: Reading) -> Iterator[Cells]:
    """Yield the rows of a table in the notation `kind`; `reading` says afterwards how far that went."""
    with artifact.open() as stream:
        head = stream.read(SEED_NBYTES)
    encoding = _encoding(head)
    offsets = [0] if artifact.size <= SAMPLE_NBYTES else _blocks(artifact.size, head, reading)
    if kind == "json-list":
        yield from _listed(artifact, encoding, reading)
        return
    take = _separated if kind == "csv" else _lines
    count = 0
    for number, start in enumerate(offsets):
        whole = len(offsets) == 1
        for cells in take(_text(artifact, start, None if whole else BLOCK_NBYTES, encoding), reading, number):
            yield cells
            count += 1
            if count >= SAMPLE_ROWS and whole:
                reading.complete = False
                return


def _encoding(head: bytes) -> str:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return "utf-8-sig"


def _blocks(size: int, head: bytes, reading: Reading) -> list[int]:
    """Choose blocks all over a file; the seed comes from its size and first bytes, so that two runs agree."""
    reading.seed = (hash_of(head) ^ size) & 0x7FFFFFFF or 1
    reading.complete = False
    chosen = random.Random(reading.seed).sample(range(size // BLOCK_NBYTES), SAMPLE_NBYTES // BLOCK_NBYTES - 1)  # noqa: S311 - a sample, no secret
    return [number * BLOCK_NBYTES for number in sorted({0, *chosen})]


def hash_of(content: bytes) -> int:
    """Return 64 bits of a digest."""
    from hashlib import blake2b

    return int.from_bytes(blake2b(content, digest_size=8).digest(), "big")


def _text(artifact: Artifact, start: int, size: int | None, encoding: str) -> Iterator[str]:
    """Yield the lines of a part of a file. A part that does not begin the file begins behind its first line."""
    raw = artifact.open()
    with raw:
        raw.seek(start)
        if size is not None:
            content = raw.read(size)
            behind = content.find(b"\n") + 1 if start else 0
            end = content.rfind(b"\n") + 1
            yield from io.StringIO(content[behind:end].decode(encoding, "replace"), newline="")
            return
        text = io.TextIOWrapper(raw, encoding, "replace", newline="")
        while line := text.readline(_LONGEST_LINE):
            yield line


def _separated(lines: Iterator[str], reading: Reading, part: int) -> Iterator[Cells]:
    first = next(lines, "")
    delimiter = max(DELIMITERS, key=first.count) if part == 0 or not reading.columns else ""
    if delimiter:
        reading.columns = [delimiter]
    csv.field_size_limit(CELL_CHARACTERS)
    found = csv.reader(_chain(first, lines), delimiter=reading.columns[0])
    try:
        for row in found:
            if part == 0 and len(reading.columns) == 1:
                names, titled = _names(row)
                reading.columns += names
                if titled:
                    continue
            yield list(zip(_padded(reading.columns, len(row)), row, strict=False))
    except csv.Error as error:
        reading.broken = f"line {found.line_num}: {error}"[:120]


def _chain(first: str, lines: Iterator[str]) -> Iterator[str]:
    yield first.replace("\0", "")
    for line in lines:
        yield line.replace("\0", "") if "\0" in line else line


def _names(row: list[str]) -> tuple[list[str], bool]:
    """Take the first row for the names of columns where it holds short texts and no numbers."""
    titled = all(0 < len(cell) <= 80 and not cell.replace(".", "").isdigit() for cell in row)  # noqa: PLR2004 - a title
    titled = titled and len(set(row)) == len(row)
    return (row if titled else [f"column {number + 1}" for number in range(len(row))]), titled


def _padded(columns: list[str], width: int) -> list[str]:
    names = columns[1 : width + 1]
    return [*names, *(f"column {number + 1}" for number in range(len(names), min(width, CELLS)))]


def _lines(lines: Iterator[str], reading: Reading, part: int) -> Iterator[Cells]:
    for number, line in enumerate(lines, 1):
        if line.isspace() or not line:
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError) as error:
            reading.broken = reading.broken or ("" if part else f"line {number} is no JSON: {type(error).__name__}")
            continue
        yield flat(value)


def _listed(artifact: Artifact, encoding: str, reading: Reading) -> Iterator[Cells]:
    with artifact.open() as stream:
        text = stream.read(min(artifact.size, SAMPLE_NBYTES)).decode(encoding, "replace")
    reading.seed, reading.complete = 0, artifact.size <= SAMPLE_NBYTES
    decoder, at, count = json.JSONDecoder(), text.index("[") + 1, 0
    while at < len(text):
        at = _next(text, at)
        if text[at : at + 1] != "{":
            return
        try:
            value, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            reading.broken = f"row {count} is no JSON: {type(error).__name__}" if reading.complete else ""
            return
        yield flat(value)
        count += 1
        if count >= SAMPLE_ROWS:
            reading.complete = False
            return


def _next(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t\r\n,":
        at += 1
    return at


def flat(value: object) -> Cells:
    """List the texts and numbers of one object, each under its keys; a message stands under its role as well."""
    cells: Cells = []
    pending: list[tuple[str, object]] = [("", value)]
    while pending and len(cells) < CELLS:
        path, one = pending.pop()
        if isinstance(one, dict):
            spoken = one.get("role", one.get("from"))
            by = f" ({spoken[:20]})" if isinstance(spoken, str) else ""
            pending += [(f"{path}/{key}"[:200] + (by if key in ("content", "value") else ""), one[key]) for key in one]
        elif isinstance(one, list):
            pending += [(path if path.endswith("*") else f"{path}/*", inner) for inner in one[:CELLS]]
        elif isinstance(one, str):
            cells.append((path.lstrip("/"), one[:CELL_CHARACTERS]))
        elif one is not None:
            cells.append((path.lstrip("/"), str(one)[:40]))
    return cells[::-1]
