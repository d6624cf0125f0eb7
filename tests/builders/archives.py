"""Bytes of zips and arrays, put together record by record, so that every field can lie."""

import io
import struct
import zipfile
import zlib
from dataclasses import dataclass, field

PICKLE = b"cposix\nsystem\n(S'echo inert'\ntR."
"""A pickle that would call echo; nothing here ever loads it."""

BENIGN = b"\x80\x02}q\x00."


@dataclass
class Member:
    """One zip member. `local` and `central` override fields of its two records by name."""

    name: bytes
    data: bytes = b""
    method: int = 0
    local: dict = field(default_factory=dict)
    central: dict = field(default_factory=dict)
    descriptor: bytes = b""
    before: bytes = b""
    listed: bool = True
    share: int = -1


LOCAL = ("need", "flags", "method", "time", "date", "crc", "packed", "size", "name", "extra")
CENTRAL = (
    "made", "need", "flags", "method", "time", "date", "crc", "packed", "size", "name", "extra", "comment",
    "disk", "inner", "attributes", "offset",
)  # fmt: skip


def deflated(data: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def _fields(member: Member, packed: bytes, offset: int) -> dict:
    return {
        "need": 20, "made": 0x0314, "flags": 0, "method": member.method, "time": 0, "date": 33,
        "crc": zlib.crc32(member.data), "packed": len(packed), "size": len(member.data), "name": member.name,
        "extra": b"", "comment": b"", "disk": 0, "inner": 0, "attributes": 0o100644 << 16, "offset": offset,
    }  # fmt: skip


def local_record(values: dict) -> bytes:
    v = {key: values[key] for key in LOCAL}
    return (
        struct.pack(
            "<IHHHHHIIIHH", 0x04034B50, v["need"], v["flags"], v["method"], v["time"], v["date"], v["crc"],
            v["packed"], v["size"], len(v["name"]), len(v["extra"]),
        )
        + v["name"]
        + v["extra"]
    )  # fmt: skip


def central_record(values: dict) -> bytes:
    v = {key: values[key] for key in CENTRAL}
    return (
        struct.pack(
            "<IHHHHHHIIIHHHHHII", 0x02014B50, v["made"], v["need"], v["flags"], v["method"], v["time"], v["date"],
            v["crc"], v["packed"], v["size"], len(v["name"]), len(v["extra"]), len(v["comment"]), v["disk"],
            v["inner"], v["attributes"], v["offset"],
        )
        + v["name"]
        + v["extra"]
        + v["comment"]
    )  # fmt: skip


def end_record(count: int, size: int, offset: int, comment: bytes = b"", length: int | None = None) -> bytes:
    return (
        struct.pack(
            "<IHHHHIIH", 0x06054B50, 0, 0, count, count, size, offset, len(comment) if length is None else length
        )
        + comment
    )


def bodies(members: list[Member], start: int = 0) -> tuple[bytes, bytes]:
    """Return the local part and the directory of members whose first lies at `start`."""
    body, directory, offsets = b"", b"", []
    for member in members:
        packed = deflated(member.data) if member.method == 8 else member.data
        if member.share >= 0:
            values = _fields(member, packed, offsets[member.share]) | member.central
            directory += central_record(values)
            offsets.append(offsets[member.share])
            continue
        body += member.before
        offsets.append(start + len(body))
        values = _fields(member, packed, start + len(body))
        body += local_record(values | member.local) + packed + member.descriptor
        if member.listed:
            directory += central_record(values | member.central)
    return body, directory


def zip_of(
    *members: Member, prefix: bytes = b"", gap: bytes = b"", tail: bytes = b"", comment: bytes = b"", **end: int
) -> bytes:
    """Assemble a zip: prefix, members, gap, directory, end record, tail. `end` overrides count, size and offset."""
    body, directory = bodies(list(members))
    listed = sum(member.listed or member.share >= 0 for member in members)
    values = {"count": listed, "size": len(directory), "offset": len(body) + len(gap)} | end
    return prefix + body + gap + directory + end_record(**values, comment=comment) + tail


def zip_plain() -> bytes:
    return zip_of(Member(b"a.txt", b"hello"), Member(b"b/c.txt", b"world" * 50, method=8))


def zip_with_two_names() -> bytes:
    """CVE-2025-1944."""
    return zip_of(Member(b"data.pkl", PICKLE, local={"name": b"data.txt"}))


def zip_with_wrong_checksum() -> bytes:
    """CVE-2025-10156."""
    return zip_of(Member(b"data.pkl", PICKLE, local={"crc": 1}, central={"crc": 1}))


def zip_marked_as_encrypted() -> bytes:
    """CVE-2025-1945."""
    return zip_of(Member(b"data.pkl", PICKLE, local={"flags": 1}, central={"flags": 1}))


def zip_marked_as_encrypted_with_wrong_checksum() -> bytes:
    return zip_of(Member(b"data.pkl", PICKLE, local={"flags": 1, "crc": 9}, central={"flags": 1, "crc": 9}))


def zip_with_two_central_directories() -> bytes:
    """One is found by its size, the other by its offset: zipfile and miniz list different members."""
    first = Member(b"a.txt", b"harmless")
    second = Member(b"data.pkl", PICKLE)
    body, _ = bodies([first, second])
    one_first = central_record(_fields(first, first.data, 0))
    start_second = body.index(b"PK\x03\x04", 4)
    one_second = central_record(_fields(second, second.data, start_second))
    return body + one_second + one_first + end_record(1, len(one_first), len(body))


def zip_with_false_zip64_end() -> bytes:
    """The plain end record lists a.txt, a zip64 record that it does not need lists data.pkl."""
    first, second = Member(b"a.txt", b"harmless"), Member(b"data.pkl", PICKLE)
    body, _ = bodies([first, second])
    one = central_record(_fields(first, first.data, 0))
    two = central_record(_fields(second, second.data, body.index(b"PK\x03\x04", 4)))
    start = len(body) + len(one)
    wide = struct.pack("<IQHHIIQQQQ", 0x06064B50, 44, 45, 45, 0, 0, 1, 1, len(two), start)
    at = start + len(two)
    locator = struct.pack("<IIQI", 0x07064B50, 0, at, 1)
    return body + one + two + wide + locator + end_record(1, len(one), len(body))


def zip_with_end_record_in_comment() -> bytes:
    """Readers that want the comment to end with the file take the inner end record, the others the last one."""
    first, second = Member(b"a.txt", b"harmless"), Member(b"data.pkl", PICKLE)
    body, _ = bodies([first, second])
    one = central_record(_fields(first, first.data, 0))
    two = central_record(_fields(second, second.data, body.index(b"PK\x03\x04", 4)))
    inner = end_record(1, len(two), len(body) + len(one), length=5)
    outer = end_record(1, len(one), len(body), comment=b"")
    size = len(inner) + len(b"-----")
    return body + one + two + outer[:-2] + struct.pack("<H", size) + inner + b"-----"


def zip_with_unlisted_member() -> bytes:
    return zip_of(Member(b"a.txt", b"hello"), Member(b"data.pkl", PICKLE, listed=False), Member(b"b.txt", b"end"))


def zip_with_overlap() -> bytes:
    """Two directory entries share one local header, as the files of an overlapping bomb share their kernel."""
    return zip_of(Member(b"a", b"x" * 100), Member(b"b", b"x" * 100, share=0))


def zip_with_junk_before() -> bytes:
    return zip_of(Member(b"a.txt", b"hello"), prefix=b"\x01junk\xff" * 3)


def zip_without_end_record() -> bytes:
    whole = zip_of(Member(b"data.pkl", PICKLE), Member(b"b.txt", b"hello", method=8))
    return whole[: whole.index(b"PK\x01\x02")]


def zip_without_end_record_streamed() -> bytes:
    """As above, with sizes only in data descriptors behind the data."""
    late = {"flags": 8, "crc": 0, "packed": 0, "size": 0}
    data = b"hello" * 20
    tail = struct.pack("<IIII", 0x08074B50, zlib.crc32(data), len(deflated(data)), len(data))
    whole = zip_of(Member(b"a.txt", data, method=8, local=late, descriptor=tail), Member(b"b.txt", PICKLE))
    return whole[: whole.index(b"PK\x01\x02")]


def zip_with_descriptors() -> bytes:
    out = io.BytesIO()

    class Pipe(io.RawIOBase):
        def writable(self):
            return True

        def write(self, data):
            return out.write(data)

    with zipfile.ZipFile(Pipe(), "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", b"hello" * 100)
        archive.writestr("b.txt", b"")
    return out.getvalue()


def zip_symlink(name: bytes, target: bytes) -> Member:
    return Member(name, target, central={"attributes": 0o120777 << 16})


def zip_bomb(nbytes: int, declared: int = -1) -> bytes:
    """Zeros; `declared` is the size that both records give, by default the true one."""
    size = {"size": nbytes if declared < 0 else declared}
    return zip_of(Member(b"a", bytes(nbytes), method=8, local=size, central=size))


def nested_zips(levels: int) -> bytes:
    content = b"core"
    for level in range(levels):
        content = zip_of(Member(b"%d.zip" % level, content))
    return content


def torch_zip(data: bytes = BENIGN, storages: dict[str, bytes] | None = None, **extra: bytes) -> bytes:
    """Lay out what torch.save writes: a folder, the pickle first, storages on 64 byte borders."""
    members = [("data.pkl", data), *((f"data/{key}", value) for key, value in (storages or {}).items())]
    members += [(name.replace("__", "/"), value) for name, value in extra.items()]
    members += [("version", b"3\n"), ("byteorder", b"little")]
    listed, position = [], 0
    for name, content in members:
        full = f"archive/{name}".encode()
        fill = -(position + 30 + len(full) + 4) % 64
        pad = b"FB" + struct.pack("<H", fill) + b"Z" * fill
        listed.append(Member(full, content, local={"extra": pad}))
        position += 30 + len(full) + len(pad) + len(content)
    return zip_of(*listed)


def npy(descr: str = "'<f8'", shape: str = "(2,)", data: bytes = bytes(16), version: int = 1) -> bytes:
    header = f"{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    length = struct.pack("<H" if version == 1 else "<I", len(header))
    return b"\x93NUMPY" + bytes((version, 0)) + length + header + data
