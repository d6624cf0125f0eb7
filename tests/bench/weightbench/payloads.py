"""D5: files in the low bits of numbers: found by their headers at every bit, and by what is no chance in the bits."""

import bz2
import gzip
import inspect
import json
import lzma
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from scanner.measures.grids import on_grid
from scanner.measures.lags import WINDOW
from scanner.measures.roles import role_of
from tests.bench.weightbench import look
from tests.bench.weightbench.bases import Base
from tests.bench.weightbench.results import Case
from tests.builders import carriers

CARVED, SERIAL = "file in low bits", "pattern in low bits"
CARVING = frozenset(("weights-carry-program", "weights-carry-archive"))
SERIAL_RULES = ("weights-low-bits",)
"""How the names begin of rules that speak of order in low bits."""

GROUPS = {"source text": "uncompressed", "machine code": "uncompressed", "zlib": "zlib", "encrypted": "encrypted"}
CARRIERS = 5
SIZES = (512, 8 << 10, 64 << 10)


def _source() -> bytes:
    return "".join(inspect.getsource(module) for module in (json, inspect)).encode()


def _code() -> bytes:
    """Machine code: the middle of numpy's own library."""
    largest = max(Path(np.__file__).parent.rglob("*.so"), key=lambda path: path.stat().st_size).read_bytes()
    return largest[len(largest) // 2 :][: 400 << 10]


def _files() -> dict[str, bytes]:
    text = _source()[:4000]
    return {
        "ELF": carriers.elf() + _code()[:3000], "PE": carriers.pe(), "ZIP": carriers.zipped(),
        "xz": lzma.compress(text), "gzip": gzip.compress(text), "bzip2": bz2.compress(text),
        "script": b"#!/bin/sh\n" + b"echo inert\n" * 40,
    }  # fmt: skip


def _streams() -> dict[str, bytes]:
    source = _source()
    return {
        "source text": source[20:], "machine code": _code(), "zlib": zlib.compress(source * 4, 9)[2:],
        "encrypted": np.random.default_rng(7).bytes(400 << 10),
    }  # fmt: skip


def _group(kind: str, name: str, one: np.ndarray) -> str:
    """Keep matrices apart of which the product does not know what they are: rules speak of known parts alone.

    And those that were turned back from blocks, where another rule speaks, and those of 16 bits, which are left out.
    """
    known = role_of(name, one.shape)
    if ((one.view("<u4") & 0x1FFF) == 0).mean() > 0.5:
        return f"{GROUPS[kind]}, in numbers of 16 bits"
    if known and on_grid(one.reshape(-1)[: one.size - one.size % WINDOW].view("<u4"), WINDOW)[0].mean() > 0.5:
        return f"{GROUPS[kind]}, in numbers turned back from blocks"
    return GROUPS[kind] if known else f"{GROUPS[kind]}, in a matrix of no known part"


def _carriers(base: Base) -> list[tuple[str, np.ndarray]]:
    wide = [(name, one) for name, one in base.tensors.items() if one.ndim == 2 and 1 << 14 <= one.size <= 1 << 21]
    step = max(1, len(wide) // CARRIERS)
    return wide[::step][:CARRIERS]


def cases(base: Base, *, quick: bool) -> Iterator[Case]:
    """Yield carving and serial cases of a base, and its tensors as they are."""
    for name, one in _carriers(base):
        told = look.fired(look.facts(look.stored({name: one})))
        for part in (CARVED, SERIAL):
            yield Case(
                part, "tensors as they are", "each", base.name, base.held, positive=False, found=_found(part, told)
            )
    yield from _carved(base, quick=quick)
    yield from _serial(base, quick=quick)


def _found(part: str, told: dict[str, str]) -> bool:
    if part == CARVED:
        return bool(CARVING & told.keys())
    return any(rule.startswith(SERIAL_RULES) for rule in told)


def _carved(base: Base, *, quick: bool) -> Iterator[Case]:
    draw = np.random.default_rng(5)
    some = _carriers(base)
    if not some:
        return
    for kind, content in _files().items():
        for plane in (1, 8) if quick else (1, 2, 4, 8, 16):
            for value, byte in (("msb", "big"), ("lsb", "little")):
                name, one = some[int(draw.integers(len(some)))]
                room = one.size * plane - 8 * len(content)
                if room < 0:
                    continue
                start = int(draw.integers(room + 1))
                made = carriers.hidden(one, content, plane, value=value, byte=byte, start=start)
                told = look.fired(look.facts(look.stored({name: made})))
                yield Case(
                    CARVED,
                    "at any bit, in either order",
                    kind,
                    base.name,
                    base.held,
                    positive=True,
                    found=_found(CARVED, told),
                )
        name, one = some[0]
        evading = bytes(255 - byte for byte in content)
        made = carriers.hidden(one, evading, 8)
        told = look.fired(look.facts(look.stored({name: made})))
        yield Case(
            CARVED,
            "with every bit turned",
            "each",
            base.name,
            base.held,
            positive=True,
            found=_found(CARVED, told),
            adaptive=True,
        )


def _serial(base: Base, *, quick: bool) -> Iterator[Case]:
    some = _carriers(base)
    if not some:
        return
    for kind, content in _streams().items():
        for size in SIZES[1:2] if quick else SIZES:
            for plane in (2,) if quick else (1, 2, 4, 8):
                name, one = some[plane % len(some)]
                if one.size * plane < 8 * size:
                    continue
                made = carriers.hidden(one, content[:size], plane)
                found = _found(SERIAL, look.fired(look.facts(look.stored({name: made}))))
                yield Case(
                    SERIAL, _group(kind, name, one), f"{kind}, {size} bytes in {plane} bits", base.name, base.held,
                    positive=True, found=found,
                    adaptive=kind == "encrypted",
                )  # fmt: skip
