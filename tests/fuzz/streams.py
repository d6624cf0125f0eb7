"""Random pickle streams: mostly valid, every opcode, sometimes broken."""

import struct
from collections.abc import Callable
from random import Random

NAMES = [(f"mod{index}", f"name{index}") for index in range(4)]

Write = Callable[[Random], bytes]


def _line(opcode: bytes, choices: list[str]) -> Write:
    return lambda random: opcode + random.choice(choices).encode() + b"\n"


def _sized(opcode: bytes, width: str, content: bytes) -> Write:
    return lambda _: opcode + struct.pack(width, len(content)) + content


def _name(random: Random) -> bytes:
    module, name = random.choice(NAMES)
    return f"c{module}\n{name}\n".encode()


def _stack_name(random: Random) -> bytes:
    module, name = random.choice(NAMES)
    return b"\x8c" + bytes([len(module)]) + module.encode() + b"\x8c" + bytes([len(name)]) + name.encode() + b"\x93"


def _inst(random: Random) -> bytes:
    module, name = random.choice(NAMES)
    return f"i{module}\n{name}\n".encode()


CONSTANTS: list[Write] = [
    _line(b"I", ["0", "1", "01", "00", "0x10", "0o17", "0b11", "-5", "010", "99999999999999999999", "1_0", " 7", "7 "]),
    _line(b"L", ["0L", "5L", "-3L", "0x10L", "12", "99999999999999999999L"]),
    _line(b"F", ["1.5", "-2e10", "inf", "nan", "1"]),
    _line(b"S", ["'a'", '"b"', "'\\x41'", "'it\\'s'", "''"]),
    _line(b"V", ["abc", "", "\\u0041", "\\\\u"]),
    _sized(b"\x8c", "<B", b"text"),
    _sized(b"X", "<I", b"words"),
    _sized(b"\x8d", "<Q", b"eight"),
    _sized(b"U", "<B", b"old"),
    _sized(b"T", "<I", b"older"),
    _sized(b"C", "<B", b"by"),
    _sized(b"B", "<I", b"bytes"),
    _sized(b"\x8e", "<Q", b"bytes8"),
    _sized(b"\x96", "<Q", b"array"),
    _sized(b"\x8a", "<B", b"\x01\x02"),
    _sized(b"\x8b", "<I", b"\xff\xff\xff"),
    lambda random: b"J" + struct.pack("<i", random.randint(-9, 9)),
    lambda random: b"K" + bytes([random.randrange(256)]),
    lambda random: b"M" + struct.pack("<H", random.randrange(65536)),
    lambda random: b"G" + struct.pack(">d", random.random()),
    lambda random: random.choice([b"N", b"\x88", b"\x89", b")", b"]", b"}", b"\x8f", b"\x97"]),
]
CALLS: list[Write] = [
    lambda random: _name(random) + b")R",
    lambda random: _name(random) + b"(K\x01NtR",
    lambda random: _stack_name(random) + b")\x81",
    lambda random: _stack_name(random) + b")}\x92",
    lambda random: b"(" + _name(random) + b"K\x01o",
    lambda random: b"(" + _name(random) + b"o",
    lambda random: b"(K\x02" + _inst(random),
    lambda random: b"(" + _inst(random),
    lambda random: _name(random) + b")R)R",
    lambda random: _name(random) + b"}b",
    lambda random: _name(random) + b")\x81}K\x01K\x02sb",
    lambda random: _name(random) + b")RK\x01a",
    lambda random: _name(random) + b")R(K\x01K\x02e",
    lambda random: _name(random) + b"(K\x01K\x02u",
    lambda random: _name(random) + b")R(K\x01\x90",
    lambda _: b"(K\x01K\x02tQ",
    lambda _: b"Pid\n",
    lambda _: b"Pid\n}b",
    _name,
    _stack_name,
]
PLUMBING: list[Write] = [
    lambda random: random.choice(
        [b"0", b"1", b"2", b"(", b"t", b"l", b"d", b"\x91", b"\x85", b"\x86", b"\x87", b"a", b"e", b"s", b"u", b"\x90",
         b"b", b"R", b"o", b"\x81", b"\x92", b"\x93", b"\x94", b"\x98", b"Q"]
    ),
    lambda random: b"q" + bytes([random.randrange(8)]),
    lambda random: b"h" + bytes([random.randrange(8)]),
    lambda random: b"r" + struct.pack("<I", random.randrange(12)),
    lambda random: b"j" + struct.pack("<I", random.randrange(12)),
    lambda random: b"p%d\n" % random.randrange(20),
    lambda random: b"g%d\n" % random.randrange(20),
    lambda random: b"\x80" + bytes([random.randrange(3, 6)]),
    lambda random: b"\x95" + struct.pack("<Q", random.randrange(3)),
    lambda random: b"(" + b"".join(random.choice(CONSTANTS)(random) for _ in range(random.randrange(4))) + b"t",
    lambda random: b"](" + b"".join(random.choice(CONSTANTS)(random) for _ in range(random.randrange(4))) + b"e",
]  # fmt: skip


def stream(random: Random) -> bytes:
    """Write one stream; one in four gets a byte changed, cut out or put in."""
    weights = [4, 3, random.choice([1, 4])]
    kinds = random.choices([CONSTANTS, CALLS, PLUMBING], weights=weights, k=random.randrange(1, 25))
    content = b"\x80\x04" + b"".join(random.choice(kind)(random) for kind in kinds) + b"."
    if random.random() < 0.25:
        at = random.randrange(len(content))
        other = bytes([random.randrange(256)])
        changed = random.choice([other, b"", content[at : at + 1] + other])
        content = content[:at] + changed + content[at + 1 :]
    return content
