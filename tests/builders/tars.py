"""Bytes of tars, put together header by header, so that every field can lie."""

import io
import tarfile

from tests.builders.archives import PICKLE


def tar_of(*members: tuple[str, bytes], kind: int = tarfile.GNU_FORMAT) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=kind) as archive:
        for name, content in members:
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


def tar_block(
    name: bytes, size: int = 0, kind: bytes = b"0", target: bytes = b"", magic: bytes = b"ustar\x0000"
) -> bytes:
    """Build one header block with a right checksum."""
    block = bytearray(512)
    block[: len(name)] = name
    block[100:108] = b"0000644\0"
    block[124:136] = b"%011o\0" % size
    block[136:148] = b"00000000000\0"
    block[156:157] = kind
    block[157 : 157 + len(target)] = target
    block[257 : 257 + len(magic)] = magic
    return sealed(bytes(block))


def sealed(block: bytes) -> bytes:
    """Write the checksum of a header block."""
    blank = block[:148] + b" " * 8 + block[156:]
    return block[:148] + b"%06o\0 " % sum(blank) + block[156:]


def pax_record(key: str, value: str) -> bytes:
    rest = f" {key}={value}\n"
    length = len(rest)
    while length != len(rest) + len(str(length)):
        length = len(rest) + len(str(length))
    return f"{length}{rest}".encode()


def padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 512)


TAR_END = bytes(1024)


def tar_with_link_written_through() -> bytes:
    """A link out of the folder, then a file below the link: CVE-2025-12060 and its relatives."""
    return tar_block(b"x", kind=b"2", target=b"../../outside") + tar_block(b"x/evil.txt", 4) + padded(b"evil") + TAR_END


def tar_with_hard_link_outside() -> bytes:
    return tar_block(b"x", kind=b"1", target=b"../../etc/passwd") + TAR_END


def tar_with_chain_of_links() -> bytes:
    """Each link alone stays inside; the second resolves through the first and leads out."""
    return (
        tar_block(b"a/b/c", kind=b"5")
        + tar_block(b"up", kind=b"2", target=b"a")
        + tar_block(b"a/out", kind=b"2", target=b"../up/../../x")
        + TAR_END
    )


def tar_with_bytes_behind_end() -> bytes:
    return tar_of(("a.txt", b"hello"))[:2048] + TAR_END + tar_of(("data.pkl", PICKLE))


def tar_with_wrong_checksum() -> bytes:
    whole = bytearray(tar_of(("a.txt", b"hello"), ("b.txt", b"world")))
    whole[1024 + 148 : 1024 + 154] = b"000001"
    return bytes(whole)


def tar_with_two_sizes() -> bytes:
    """CVE-2025-62518: the PAX record says 0 bytes, the header 1024; one reader finds a header in the data."""
    record = pax_record("size", "0")
    inner = tar_block(b"hidden.pkl", len(PICKLE)) + padded(PICKLE)
    return tar_block(b"pax", len(record), b"x") + padded(record) + tar_block(b"a.bin", len(inner)) + inner + TAR_END
