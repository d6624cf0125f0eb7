"""D3: an output direction taken from all that writes to the residual stream, at every strength and in every way."""

from collections.abc import Iterator

from scanner.facts.weights import DirectionRemoved
from tests.bench.weightbench import edits, look
from tests.bench.weightbench.bases import Base
from tests.bench.weightbench.results import Case

PART = "removed direction"
RULES = frozenset(("weights-lose-direction", "weights-weaken-direction"))
LEAST = 4
"""Matrices below which there is nothing to sum."""

FULL = ("F32", "BF16", "Q8_0", "Q4_0", "Q4_1")

WAYS = (
    ("a part of the layers", "half of them", {"layers": 0.5}),
    ("a part of the layers", "2 of them", {"layers": 2}),
    ("attention or MLP alone", "attention", {"families": ("o",)}),
    ("attention or MLP alone", "MLP", {"families": ("down",)}),
    ("a direction for each layer", "full strength", {"way": "by-layer"}),
    ("less at the ends", "full in the middle", {"way": "kernel"}),
    ("the strongest direction", "full strength", {"way": "strongest"}),
    ("90 % taken", "90 %", {"share": 0.9}),
    ("80 to 30 % taken", "80 %", {"share": 0.8}),
    ("80 to 30 % taken", "50 %", {"share": 0.5}),
    ("80 to 30 % taken", "30 %", {"share": 0.3}),
)


def cases(base: Base, *, quick: bool) -> Iterator[Case]:
    """Yield each edit of a base, and of the base itself the same files without it."""
    kept = {name: one for name, one in base.tensors.items() if name in base.writers or one.ndim == 1}
    small = base._replace(tensors=kept)
    if len(small.writers) < LEAST:
        return
    made = edits.ablated(small), edits.ablated(small, way="keeping-norms")
    clean = small.tensors, edits.noisy(small, 0.02)
    for dtype in ("F32", "BF16") if quick else FULL:
        group = "full strength" if dtype != "Q4_1" else "full strength, then Q4_1"
        yield _case(small, group, dtype, dtype, made[0])
        yield _case(small, group, f"{dtype}, rows keep their norms", dtype, made[1])
        yield _case(small, "nothing done", dtype, dtype, clean[0], positive=False)
        yield _case(small, "nothing done", f"{dtype}, noise of 2 %", dtype, clean[1], positive=False)
    for group, strength, how in WAYS:
        yield _case(small, group, strength, "", edits.ablated(small, **how))
    yield _case(small, "noise put back along it", "full strength", "", edits.ablated(small, way="noise"), adaptive=True)


def _case(  # noqa: PLR0913 - what makes a case
    base: Base, group: str, strength: str, dtype: str, tensors: edits.Tensors, *, positive=True, adaptive=False
) -> Case:
    """Look at a file. Those with a type have a twin without the edit; the others are no part of the audit."""
    facts = look.facts(look.stored(tensors, dtype or "F32"))
    gap = max((one.gap for one in facts if isinstance(one, DirectionRemoved)), default=0.0)
    recipe = (base.name, dtype) if dtype else ()
    found = bool(RULES & look.fired(facts).keys())
    return Case(PART, group, strength, base.name, base.held, positive, found, gap, adaptive, recipe, f"gap {gap:.2f}")
