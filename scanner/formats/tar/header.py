"""One tar header: the block itself, and the long names and PAX records that come before it."""

from dataclasses import dataclass, field
from typing import BinaryIO

from scanner.format import MalformedError
from scanner.formats.tar import BLOCK_NBYTES
from scanner.streams import read_at

EXTENSION_NBYTES = 1 << 20
"""Longest long name or set of PAX records read; tarfile and GNU tar write a few hundred bytes."""

LARGEST = 1 << 62

READ = (b"path", b"linkpath", b"size")
"""PAX keys that say which bytes a member has and what it is called; the others are times and owners."""

KINDS = {
    b"0": "file", b"\0": "file", b"7": "file", b"1": "hardlink", b"2": "symlink", b"3": "device", b"4": "device",
    b"5": "folder", b"6": "fifo", b"S": "file", b"M": "continued", b"V": "label", b"D": "folder",
}  # fmt: skip


@dataclass(slots=True)
class Header:
    """A member. `at`: its block; `start`: its data; `packed`: bytes of data in the archive; `size`: of the member.

    `pieces`: what a sparse member stores, as (offset in the member, offset in the artifact, length); empty otherwise.
    `plain_size`: the size the block itself gives, where a PAX record overrides it.
    """

    at: int
    start: int
    name: str
    target: str
    kind: str
    packed: int
    size: int
    plain_size: int
    pieces: list[tuple[int, int, int]] = field(default_factory=list)
    sparse: bool = False

    @property
    def next(self) -> int:
        """Return where the next header is due."""
        return self.start + -(-self.packed // BLOCK_NBYTES) * BLOCK_NBYTES


@dataclass(slots=True)
class Pending:
    """What extension headers said of the member that follows."""

    name: str | None = None
    target: str | None = None
    records: dict[str, str] = field(default_factory=dict)


def number(field_: bytes) -> int:
    """Read a number: octal digits, or base 256 where the first bit is set (GNU).

    Raises:
        MalformedError: neither.
    """
    if field_[0] & 0x80:
        value = int.from_bytes(field_, "big") - (field_[0] << 8 * (len(field_) - 1))
        value += (field_[0] & 0x7F) << 8 * (len(field_) - 1)
        return value if field_[0] == 0x80 else -1  # noqa: PLR2004 - 0xFF opens a negative number
    digits = field_.partition(b"\0")[0].strip(b" ")
    if digits.strip(b"01234567"):
        message = "a number that is not octal"
        raise MalformedError(message)
    return int(digits, 8) if digits else 0


def parse(stream: BinaryIO, at: int, block: bytes, pending: Pending, records: dict[str, str]) -> Header:
    """Read the header in `block` at `at`; `records` are the global PAX records, those of `pending` win.

    Raises:
        MalformedError: a number is no number, or a size negative or absurd.
    """
    name = _text(block[:100])
    if block[257:263] == b"ustar\0" and block[345]:
        name = f"{_text(block[345:500])}/{name}"
    plain = number(block[124:136])
    said = {**records, **pending.records}
    packed = _decimal(said["size"]) if "size" in said else plain
    if not 0 <= packed < LARGEST:
        message = f"a member of {packed} bytes"
        raise MalformedError(message, offset=at)
    kind = KINDS.get(block[156:157], "file")
    name = said.get("GNU.sparse.name") or said.get("path") or pending.name or name
    if block[156:157] in (b"0", b"\0") and name.endswith("/"):
        kind = "folder"  # v7 has no type for folders
    target = said.get("linkpath") or pending.target or _text(block[157:257])
    stored = packed if kind in ("file", "continued") or block[156:157] not in b"\x00123456" else 0
    header = Header(at, at + BLOCK_NBYTES, name, target, kind, stored, stored, plain)
    header.plain_size = stored if kind == "folder" or block[156:157] in b"LKxgX" else plain
    if block[156:157] == b"S":
        _sparse_old(stream, header, block)
    elif any(key.startswith("GNU.sparse.") for key in said):
        _sparse_pax(stream, header, said)
    return header


def pax(content: bytes) -> dict[str, str]:
    """Read PAX records: "length key=value" and a line feed each (POSIX pax §extended header).

    Raises:
        MalformedError: a length that does not end at a line feed.
    """
    found: dict[str, str] = {}
    maps: list[str] = []
    position = 0
    while position < len(content) and content[position]:
        space = content.find(b" ", position, position + 20)
        digits = content[position:space] if space > 0 else b""
        end = position + int(digits) if digits.isdigit() else 0
        if end <= space or end > len(content) or content[end - 1 : end] != b"\n":
            message = "a PAX record that does not end where its length says"
            raise MalformedError(message)
        key, _, value = content[space + 1 : end - 1].partition(b"=")
        text = value.decode("utf-8", "surrogateescape")
        if key in (b"GNU.sparse.offset", b"GNU.sparse.numbytes"):  # format 0.0 repeats its keys
            maps.append(text)
        if key in READ or key.startswith(b"GNU.sparse."):
            found[key.decode("utf-8", "surrogateescape")] = text
        position = end
    if maps:
        found["GNU.sparse.map"] = ",".join(maps)
    return found


def _text(field_: bytes) -> str:
    return field_.partition(b"\0")[0].decode("utf-8", "surrogateescape")


def _decimal(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else -1  # noqa: PLR2004 - 64 bits


def _sparse_old(stream: BinaryIO, header: Header, block: bytes) -> None:
    """Read the map of an old GNU sparse member: four pieces in the header, 21 in each block that follows."""
    numbers: list[int] = []
    part, more = block[386:482], block[482]
    for _ in range(EXTENSION_NBYTES // BLOCK_NBYTES):
        numbers.extend(number(part[i : i + 12]) for i in range(0, len(part) - 11, 12) if part[i])
        if not more:
            break
        extension = read_at(stream, header.start, BLOCK_NBYTES)
        if len(extension) < BLOCK_NBYTES:
            break
        header.start += BLOCK_NBYTES
        part, more = extension[:504], extension[504]
    _place(header, numbers, number(block[483:495]))


def _sparse_pax(stream: BinaryIO, header: Header, said: dict[str, str]) -> None:
    """Read the map of a PAX sparse member: in its records (0.0, 0.1), or ahead of its data (1.0)."""
    real = _decimal(said.get("GNU.sparse.realsize", said.get("GNU.sparse.size", "")))
    if "GNU.sparse.map" in said:
        _place(header, [_decimal(part) for part in said["GNU.sparse.map"].split(",")], real)
        return
    if said.get("GNU.sparse.major") != "1":
        return
    content = read_at(stream, header.start, min(header.packed, EXTENSION_NBYTES))
    lines = content.split(b"\n")
    count = _decimal(lines[0].decode("latin-1"))
    if not 0 <= count <= (len(lines) - 2) // 2:
        message = "a sparse map longer than its member"
        raise MalformedError(message, offset=header.start)
    numbers = [_decimal(line.decode("latin-1")) for line in lines[1 : 1 + 2 * count]]
    used = sum(len(line) + 1 for line in lines[: 1 + 2 * count])
    used = -(-used // BLOCK_NBYTES) * BLOCK_NBYTES
    _place(header, numbers, real, used)


def _place(header: Header, numbers: list[int], real: int, skip: int = 0) -> None:
    """Turn a map of (offset, length) into pieces; they are in order and lie in the member's data."""
    header.sparse = True
    source, reached = header.start + skip, 0
    limit = header.start + header.packed
    for offset, length in zip(numbers[::2], numbers[1::2], strict=False):
        if offset < reached or length < 0 or source + length > limit or offset + length > real:
            message = "a sparse map that runs backwards or beyond its member"
            raise MalformedError(message, offset=header.at)
        if length:
            header.pieces.append((offset, source, length))
        source, reached = source + length, offset + length
    header.size = real
