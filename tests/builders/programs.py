"""Headers of programs, with nothing behind them that could run."""

import struct


def elf(machine: int = 62, kind: int = 3) -> bytes:
    return b"\x7fELF\x02\x01\x01" + bytes(9) + struct.pack("<HH", kind, machine) + bytes(44)


def pe(machine: int = 0x8664, flags: int = 0x2000) -> bytes:
    head = b"MZ" + bytes(58) + struct.pack("<I", 64)
    return head + b"PE\0\0" + struct.pack("<HHIIIHH", machine, 3, 0, 0, 0, 240, flags) + bytes(240)


def macho() -> bytes:
    return struct.pack("<IIIIIII", 0xFEEDFACF, 0x0100000C, 0, 6, 12, 0, 0)


def fat_macho() -> bytes:
    return struct.pack(">IIIIIII", 0xCAFEBABE, 2, 0x01000007, 3, 4096, 100, 14)


def java_class() -> bytes:
    return struct.pack(">IHHH", 0xCAFEBABE, 0, 61, 20) + bytes(20)


WASM = b"\0asm\x01\0\0\0"
DEX = b"dex\n035\0" + bytes(100)
SCRIPT = b"#!/usr/bin/env python\nprint('inert')\n"
