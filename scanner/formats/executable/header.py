"""Headers of programs: enough fields to be sure, since two letters prove nothing."""

import re
from collections.abc import Iterator
from struct import unpack_from

from scanner.text import printable

ELF_MACHINES = {
    3: "x86",
    8: "mips",
    20: "ppc",
    21: "ppc64",
    22: "s390",
    40: "arm",
    62: "x86-64",
    183: "aarch64",
    243: "riscv",
}
ELF_TYPES = {1: "object", 2: "program", 3: "library", 4: "core"}
PE_MACHINES = {0x14C: "x86", 0x8664: "x86-64", 0xAA64: "aarch64", 0x1C0: "arm", 0x1C4: "arm"}
PE_POINTER = 0x3C
MACHO_CPUS = {7: "x86", 0x1000007: "x86-64", 12: "arm", 0x100000C: "aarch64", 18: "ppc", 0x1000012: "ppc64"}
MACHO_TYPES = range(1, 13)
JAVA_MAJORS = range(45, 80)
FAT_MOST = 20
"""Architectures of a universal binary; a Java class has its version, 45 or more, in the same place."""

STARTUP_NBYTES = 1 << 20
LINE_CHARACTERS = 4000

_INTERPRETER = re.compile(rb"#! ?(/[\w./+-]{1,200}(?: [^\n\r]{0,200})?)[\r\n]")


def identify(head: bytes) -> tuple[str, str] | None:
    """Return kind and particulars of a program, or None."""
    for look in (_elf, _pe, _macho, _fat_or_class, _wasm, _dex, _script):
        found = look(head)
        if found is not None:
            return found
    return None


def _elf(head: bytes) -> tuple[str, str] | None:
    if head[:4] != b"\x7fELF" or len(head) < 52 or head[4] not in (1, 2) or head[5] not in (1, 2) or head[6] != 1:  # noqa: PLR2004 - ELF header
        return None
    kind, machine = unpack_from("<HH" if head[5] == 1 else ">HH", head, 16)
    return "elf", f"{ELF_MACHINES.get(machine, f'machine {machine}')} {ELF_TYPES.get(kind, 'file')}"


def _pe(head: bytes) -> tuple[str, str] | None:
    if head[:2] != b"MZ" or len(head) < PE_POINTER + 4:
        return None
    pointer = int.from_bytes(head[PE_POINTER : PE_POINTER + 4], "little")
    if head[pointer : pointer + 4] != b"PE\0\0" or len(head) < pointer + 24:
        return None
    machine, sections = unpack_from("<HH", head, pointer + 4)
    flags = unpack_from("<H", head, pointer + 22)[0]
    if not 0 < sections <= 96:  # noqa: PLR2004 - the loader of Windows takes no more
        return None
    return "pe", f"{PE_MACHINES.get(machine, f'machine {machine:#x}')} {'library' if flags & 0x2000 else 'program'}"


def _macho(head: bytes) -> tuple[str, str] | None:
    order = {b"\xfe\xed\xfa\xce": ">", b"\xfe\xed\xfa\xcf": ">", b"\xce\xfa\xed\xfe": "<", b"\xcf\xfa\xed\xfe": "<"}
    sign = order.get(head[:4])
    if sign is None or len(head) < 28:  # noqa: PLR2004 - Mach-O header
        return None
    cpu, _, kind, commands = unpack_from(f"{sign}IIII", head, 4)
    return ("macho", MACHO_CPUS[cpu]) if cpu in MACHO_CPUS and kind in MACHO_TYPES and 0 < commands < 1 << 12 else None


def _fat_or_class(head: bytes) -> tuple[str, str] | None:
    """Tell a universal Mach-O from a Java class: both start with CAFEBABE."""
    if head[:4] not in (b"\xca\xfe\xba\xbe", b"\xca\xfe\xba\xbf") or len(head) < 12:  # noqa: PLR2004 - magic, count, one field
        return None
    count, cpu = unpack_from(">II", head, 4)
    if 0 < count <= FAT_MOST and cpu in MACHO_CPUS:
        return "macho", f"universal, {count} architectures"
    minor, major = unpack_from(">HH", head, 4)
    return ("java-class", f"version {major}.{minor}") if major in JAVA_MAJORS and head[3] == 0xBE else None  # noqa: PLR2004 - CAFEBABE


def _wasm(head: bytes) -> tuple[str, str] | None:
    return ("wasm", f"version {head[4]}") if head[:4] == b"\0asm" and head[4:8] in (b"\1\0\0\0", b"\r\0\1\0") else None


def _dex(head: bytes) -> tuple[str, str] | None:
    version = head[4:7]
    return (
        ("dex", f"version {version.decode()}")
        if head[:4] == b"dex\n" and version.isdigit() and head[7:8] == b"\0"
        else None
    )


def _script(head: bytes) -> tuple[str, str] | None:
    found = _INTERPRETER.match(head)
    return ("script", printable(found[1].decode("latin-1").strip())) if found else None


def startup_lines(text: bytes) -> Iterator[tuple[str, str, int]]:
    """Yield each line of a `.pth` file that Python runs at its start, with its offset."""
    offset = 0
    for line in text.splitlines(keepends=True):
        bare = line.removeprefix(b"\xef\xbb\xbf") if not offset else line
        if bare.startswith((b"import ", b"import\t")):
            yield "pth", printable(bare.decode("utf-8", "replace").strip(), LINE_CHARACTERS), offset
        offset += len(line)
