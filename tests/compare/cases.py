"""The table of changes: what each is called, the files of base and model, and the kind that must be named."""

from collections.abc import Iterator
from typing import NamedTuple

from tests.builders import deltas

DOWN = "model.layers.2.mlp.down_proj.weight"
QUERIES = [f"model.layers.{layer}.self_attn.{name}_proj.weight" for layer in range(4) for name in "qv"]
BASES = {"narrow": (1, {}), "wide": (2, {"width": 256, "inner": 640, "layers": 4, "vocabulary": 512})}

PLAIN = deltas.base(4)
"""The base of folders."""


class Case(NamedTuple):
    """One change. `kind` is what the changed tensors must be called; "" where nothing changed."""

    name: str
    base: bytes
    model: bytes
    kind: str
    suffix: str = ".safetensors"


def cases(seed: int, sizes: dict, name: str) -> Iterator[Case]:  # noqa: C901 - a table
    """Every change of one base."""
    full = deltas.base(seed, **sizes)
    half = deltas.rounded(full, "BF16")
    plain, short = deltas.file_of(full), deltas.file_of(half, "BF16")

    def case(title, tensors, kind, dtype="F32"):
        source = plain if dtype == "F32" else short
        return Case(f"{name} {title} {dtype}", source, deltas.file_of(tensors, dtype), kind)

    yield case("same", full, "")
    yield case("same", half, "", "BF16")
    for relative in (0.005, 0.02, 0.08):
        yield case(f"one fact {relative}", deltas.rank_edit(full, [DOWN], 1, relative, seed), "rank-one")
    for relative in (0.02, 0.08):
        yield case(f"one fact {relative}", deltas.rank_edit(half, [DOWN], 1, relative, seed), "rank-one", "BF16")
    for rank in (1, 2, 4, 8, 16, 32, 64) if "wide" in name else (1, 2, 4, 8, 16, 32):
        yield case(f"adapter {rank}", deltas.rank_edit(full, QUERIES, rank, 0.03, seed + rank), "low-rank")
    for rank in (1, 8, 16):
        yield case(f"adapter {rank}", deltas.rank_edit(half, QUERIES, rank, 0.03, seed + rank), "low-rank", "BF16")
    for share in (0.5, 0.8, 1.0):
        yield case(f"direction {share}", deltas.ablated(full, share, seed), "shared-direction")
    yield case("direction 1.0", deltas.ablated(half, 1.0, seed), "shared-direction", "BF16")
    for count in (1, 5, 40):
        yield case(f"rows {count}", deltas.row_edit(full, range(7, 7 + count), seed=seed), "row-edit")
    yield case("rows 1", deltas.row_edit(half, [9], seed=seed), "row-edit", "BF16")
    for relative in (1e-5, 1e-3, 0.02, 0.2):
        yield case(f"tuned {relative}", deltas.tuned(full, relative, seed), "full")
    for relative in (0.005, 0.02):
        yield case(f"tuned {relative}", deltas.tuned(half, relative, seed), "full", "BF16")
    for bits in (1, 8, 16):
        yield case(f"low bits {bits}", deltas.low_bits(full, bits, QUERIES, seed), "bits-only")
    for dtype in ("BF16", "F16", "Q8_0", "Q4_0", "Q4_1"):
        yield case(f"through {dtype}", deltas.rounded(full, dtype), "requantized")
    for dtype in ("BF16", "F16"):
        yield Case(f"{name} stored as {dtype}", plain, deltas.file_of(full, dtype), "requantized")
    edited = deltas.rank_edit(full, [DOWN], 1, 0.01, seed)
    for dtype in ("Q8_0", "Q4_0", "Q4_1"):
        yield Case(f"{name} copy {dtype}", plain, deltas.gguf_of(full, dtype), "requantized", ".gguf")
        yield Case(f"{name} edited copy {dtype}", plain, deltas.gguf_of(edited, dtype), "edited-copy", ".gguf")
    yield Case(f"{name} copy F16 ggml", plain, deltas.gguf_of(full, "F16"), "requantized", ".gguf")


def every() -> Iterator[Case]:
    for name, (seed, sizes) in BASES.items():
        yield from cases(seed, sizes, name)
