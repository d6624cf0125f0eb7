"""D1 and D2: a model against its base: that it changed, and how; copies in another type, honest and edited."""

from collections.abc import Iterator

import numpy as np

from scanner.facts.delta import ModelDelta, TensorDelta
from tests.bench.weightbench import edits, look
from tests.bench.weightbench.bases import Base
from tests.bench.weightbench.results import Case

PART, COPIES = "change against a base", "quantised copy"
BLOCKS = ("Q8_0", "Q4_0", "Q4_1")
QUERIES = ("query", "value", "attn_q", "attn_v", "to_q", "to_kv")
FEW = 6
"""Matrices up to which an adapter of rank one cannot be told from so many edits of one fact."""

WIDE = 48
"""Rows and columns below which a matrix says little."""


def cases(base: Base, *, quick: bool) -> Iterator[Case]:
    """Yield the kinds of change of a base, then its copies."""
    small = base._replace(tensors=_some(base))
    plain = look.stored(small.tensors)
    for kind, strength, content in _changes(small, quick=quick):
        if content != plain:  # numbers of 16 bits are what they were when they have gone through 16 bits
            yield from _case(small, plain, kind, strength, content)
    for strength, content in (
        ("same bytes", plain),
        ("tensors in another order", look.stored(dict(reversed(small.tensors.items())))),
    ):
        facts = look.compared(plain, content)
        yield Case(PART, "nothing changed", strength, base.name, base.held, positive=False, found=_changed(facts))
    yield from _copies(small, plain)


def _some(base: Base) -> edits.Tensors:
    """Keep two dozen layers' worth of matrices at most: kinds do not depend on how many there are."""
    found, room = {}, 12 << 20
    for name, one in base.tensors.items():
        if one.size <= room:
            found[name] = one
            room -= one.size
    return found


def _changes(base: Base, *, quick: bool) -> Iterator[tuple[str, str, bytes]]:
    matrices = [name for name, one in base.tensors.items() if one.ndim == 2 and min(one.shape) >= WIDE]
    writers = [name for name in base.writers if name in base.tensors][:1] or matrices[:1]
    queries = [name for name in matrices if any(word in name for word in QUERIES)] or matrices[:6]
    narrowest = min(min(base.tensors[name].shape) for name in queries)
    largest = max(matrices, key=lambda name: base.tensors[name].shape[0])
    for relative in (0.005, 0.02, 0.08):
        yield "rank-one", f"one fact, {relative:.1%} of the norm", look.stored(edits.rank(base, writers, 1, relative))
    for rank in (
        one
        for one in ((4, 16) if quick else (1, 4, 8, 16, 32))
        if one * 3 <= narrowest and (one > 1 or len(queries) > FEW)
    ):
        yield "low-rank", f"adapter of rank {rank}", look.stored(edits.rank(base, queries, rank, 0.03, rank))
    for share in (0.5, 0.8, 1.0) if len(base.writers) > 3 else ():
        yield "shared-direction", f"direction, {share:.0%} taken", look.stored(edits.ablated(base, share))
    for count in (1, 5):
        yield "row-edit", f"{count} rows", look.stored(edits.rows(base, largest, range(3, 3 + count), 2.0))
    yield from _spread(base, matrices)


def _spread(base: Base, matrices: list[str]) -> Iterator[tuple[str, str, bytes]]:
    """Yield changes of every number, of bits, and of types."""
    for relative in (1e-5, 1e-3, 0.02):
        yield "full", f"every number, by {relative:g}", look.stored(edits.trained(base, relative))
    for bits in (1, 8, 16):
        yield "bits-only", f"{bits} low bits", look.stored(edits.low_bits(base, matrices[:4], bits))
    for dtype in ("BF16", "F16", "Q8_0", "Q4_0"):
        yield "requantized", f"through {dtype}", look.stored(look.rounded(base.tensors, dtype))
    for dtype in ("BF16", "F16"):
        yield "requantized", f"stored as {dtype}", look.stored(base.tensors, dtype)


def _case(base: Base, plain: bytes, kind: str, strength: str, content: bytes) -> Iterator[Case]:
    facts = look.compared(plain, content)
    kinds = {one.kind for one in facts if isinstance(one, TensorDelta)} - {"identical"}
    yield Case(
        PART, "any change seen", "all of those below", base.name, base.held, positive=True, found=_changed(facts)
    )
    yield Case(
        PART, "kind named right", f"{kind}: {strength}", base.name, base.held, positive=True, found=kinds == {kind},
        note=",".join(sorted(kinds)),
    )  # fmt: skip


def _changed(facts) -> bool:
    (model,) = [one for one in facts if isinstance(one, ModelDelta)]
    return model.identical != model.tensors


def _copies(base: Base, plain: bytes) -> Iterator[Case]:
    """Quantise honestly, and after an edit of 1 %, of 0.1 %, and one that lies within the rounding."""
    blocked = {name: one for name, one in base.tensors.items() if one.ndim == 2 and one.shape[-1] % 32 == 0}
    names = [name for name in base.writers if name in blocked][:1] or list(blocked)[:1]
    for dtype in BLOCKS:
        honest = look.stored(base.tensors, dtype)
        yield _copy(base, plain, "honest", dtype, honest, dtype, positive=False)
        for relative in (0.03, 0.01, 0.003):
            edited = look.stored(edits.rank(base, names, 1, relative), dtype)
            group = "edited by 1 % and more" if relative >= 0.01 else "edited by 0.3 %"
            yield _copy(base, plain, group, f"{dtype}, {relative:.1%}", edited, dtype)
        rounded_away = look.stored(_hidden(base, names[0], dtype), dtype)
        yield _copy(base, plain, "edited where it rounds away", dtype, rounded_away, dtype, adaptive=True)


def _copy(base, plain, group, strength, content, dtype, *, positive=True, adaptive=False) -> Case:  # noqa: PLR0913, PLR0917 - a case
    facts = look.compared(plain, content, "quantized")
    tensors = [one for one in facts if isinstance(one, TensorDelta)]
    score = 1 - min((one.agreement for one in tensors if one.dtype in BLOCKS), default=1.0)
    found = bool({one.kind for one in tensors} - {"identical", "requantized"})
    recipe = (base.name, dtype) if positive == ("1.0%" in strength) and not adaptive else ()
    return Case(COPIES, group, strength, base.name, base.held, positive, found, score, adaptive, recipe)


def _hidden(base: Base, name: str, dtype: str) -> edits.Tensors:
    """Add an edit of one fact only where the stored numbers stay in the bytes that they have: what is left of it."""
    changed = edits.rank(base, [name], 1, 0.01)[name]
    before, after = look.rounded({name: base.tensors[name]}, dtype)[name], look.rounded({name: changed}, dtype)[name]
    kept = np.where(before == after, changed, base.tensors[name])
    return {**base.tensors, name: kept}
