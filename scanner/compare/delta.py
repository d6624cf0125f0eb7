"""From two models to facts: each tensor's change, the changes by kind, and what lies beside the weights."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from scanner.artifact import Location
from scanner.compare import companions, exports, models, settings
from scanner.compare.kinds import bound, kind_of, shared
from scanner.compare.measure import Found, equal_bytes, measure
from scanner.compare.models import Model, Stored
from scanner.compare.names import EMBEDS, pairs, place
from scanner.compare.numbers import EXACT, known
from scanner.facts import Fact
from scanner.facts.delta import CompanionDelta, DeltaUnread, KindDelta, ModelDelta, SettingDelta, TensorDelta
from scanner.limits import DEFAULT, Limits
from scanner.measures.blocks import BLOCKS

if TYPE_CHECKING:
    from scanner.compare.numbers import Array

DIRECTIONS_NBYTES = 256 << 20
"""Memory for directions that are compared with each other."""

LAYERS_TOLD = 64
TOLD = 1000
NAME_CHARACTERS = 200


def facts(base: Model, model: Model, *, relation: str = "", limits: Limits = DEFAULT) -> Iterator[Fact]:
    """Yield the facts of a comparison. `relation` is what the user says that the model is; "" asks its card."""
    by = "user" if relation else ""
    if not relation:
        relation = companions.relation_of(model.others)
        by = "model" if relation else ""
    where = Location(path=model.root)
    alike_files = _same_files(base, model)
    for side, one in (("base", base), ("model", model)):
        yield from unread(where, base.root, side, one, alike_files)
    paired = pairs(base.tensors, model.tensors, by_place=base.formats != model.formats)
    fitting = [name for name, other in paired.items() if model.tensors[name].shape == base.tensors[other].shape]
    alike = bool(fitting) and len(fitting) >= bound("alike") * max(len(base.tensors), len(model.tensors))
    told = list(_tensors(base, model, paired)) if alike else []
    told = _together(told)
    deltas = [one for one, _ in told]
    yield ModelDelta(
        where=where, base=base.root, tensors=len(model.tensors), base_tensors=len(base.tensors), paired=len(fitting),
        identical=sum(one.kind == "identical" for one in deltas),
        formats=tuple(sorted(base.formats | model.formats)), relation=relation, by=by,
        alike=alike or not (base.tensors and model.tensors),
    )  # fmt: skip
    yield from deltas
    for dtype in sorted({one.dtype for one in deltas if one.kind == "not-compared"}):
        name = f"{sum(one.dtype == dtype and one.kind == 'not-compared' for one in deltas)} tensors of {dtype}"
        yield DeltaUnread(where=where, base=base.root, side="model", what="type", name=name[:NAME_CHARACTERS])
    yield from kinds(where, base.root, deltas, len(fitting), relation, by)
    yield from exports.facts(base, model, relation, limits)
    yield from beside(base, model)


def beside(base: Model, model: Model) -> Iterator[Fact]:
    """Yield what differs in the files beside the weights, and inside them. A file alone has nothing beside it."""
    alone = any(one.path == side.root for side in (base, model) for one in side.files)
    for name, how in companions.differing(base.others, model.others) if not alone else ():
        yield CompanionDelta(
            where=Location(path=f"{model.root}/{name}"), base=base.root, file=name[:NAME_CHARACTERS],
            subject=companions.subject_of(name), how=how,
        )  # fmt: skip
    for one in settings.changes(base, model):
        path = f"{model.root}/{one.file}" if one.file else model.root
        yield SettingDelta(
            where=Location(path=path, pointer=one.key or None), base=base.root, file=one.file[:NAME_CHARACTERS],
            subject=one.subject, key=one.key, how=one.how, before=one.before, after=one.after,
        )  # fmt: skip


def _same_files(base: Model, model: Model) -> frozenset[str]:
    """Name the files of weights that are not compared by tensors and need not be: their bytes are the same."""
    both = base.unread.keys() & model.unread.keys()
    return frozenset(name for name in both if companions.equal(base.unread[name], model.unread[name]))


def unread(
    where: Location, base: str, side: str, model: Model, settled: frozenset[str] = frozenset()
) -> Iterator[DeltaUnread]:
    """State what of one side could not be compared, but for the `settled` files."""
    for gap in [gap for gap in model.gaps if gap.name not in settled][:TOLD]:
        yield DeltaUnread(where=where, base=base, side=side, what=gap.what, name=gap.name[:NAME_CHARACTERS])


def _tensors(base: Model, model: Model, paired: dict[str, str]) -> Iterator[tuple[TensorDelta, Found | None]]:
    used = set(paired.values())
    for name in sorted(model.tensors):
        one = model.tensors[name]
        if name not in paired:
            yield tensor_delta(base.root, one, "", "added"), None
        elif base.tensors[paired[name]].shape != one.shape:
            yield tensor_delta(base.root, one, base.tensors[paired[name]].dtype, "other-shape"), None
        else:
            yield _compared(base, base.tensors[paired[name]], model, one)
    for name in sorted(base.tensors):
        if name not in used:
            absent = base.tensors[name]
            yield replace(tensor_delta(base.root, absent, absent.dtype, "missing"), dtype=""), None


def tensor_delta(base: str, one: Stored, base_dtype: str, kind: str) -> TensorDelta:
    """State what is known of a tensor before its numbers are looked at."""
    where = place(one.name)
    return TensorDelta(
        where=one.artifact.at(max(0, one.start), max(0, one.nbytes)), base=base, tensor=one.name[:NAME_CHARACTERS],
        kind=kind, role=where.role[:NAME_CHARACTERS], layer=where.layer, dtype=one.dtype, base_dtype=base_dtype,
        shape="x".join(map(str, one.shape[:16])),
    )  # fmt: skip


def _compared(base: Model, other: Stored, model: Model, one: Stored) -> tuple[TensorDelta, Found | None]:
    plain = tensor_delta(base.root, one, other.dtype, "not-compared")
    if one.start < 0 or other.start < 0:
        return plain, None
    try:
        if one.dtype == other.dtype and one.nbytes == other.nbytes and equal_bytes(other.side, one.side, one.nbytes):
            return replace(plain, kind="identical", agreement=1.0), None
        if not (known(one.dtype) and known(other.dtype)):
            # Types that are not read can still be told apart byte for byte.
            return (replace(plain, kind="full") if one.dtype == other.dtype else plain), None
        found = measure(other.side, one.side, one.shape)
        if found.measured.agreement < bound("agrees") and (heads := models.heads_of(one, model, base)):
            turned = measure(models.turned(other, heads), one.side, one.shape)
            found = max((found, turned), key=lambda each: each.measured.agreement)
    except OSError:
        return plain, None
    return _told(plain, found, model), found


def _told(plain: TensorDelta, found: Found, model: Model) -> TensorDelta:
    one = found.measured
    kind = kind_of(one)
    rows = found.rows if kind == "row-edit" else ()
    is_tokens = rows and found.axis == "row" and plain.role in EMBEDS
    counted = one.poor_rows if one.dtype != one.base_dtype and one.agreement >= bound("agrees") else one.row_count
    return replace(
        plain, kind=kind, rank=1 if kind == "rank-one" else one.rank if kind == "low-rank" else 0,
        energy=_finite(one.first if kind == "rank-one" else one.energy), relative=_finite(one.relative),
        changed=one.changed / one.elements if one.elements else 0.0, agreement=one.agreement, axis=found.axis,
        rows=rows, row_count=(counted if found.axis == "row" else one.column_count) if rows else 0,
        tokens=companions.tokens(model.others, rows) if is_tokens else (),
        bits=one.bits if one.dtype == one.base_dtype and one.dtype not in BLOCKS else -1,
    )  # fmt: skip


def _finite(number: float) -> float:
    """Keep a number presentable: three digits of what is finite."""
    return float(f"{min(float(number), 1e30):.3g}") if number == number else 0.0  # noqa: PLR0124 - not a number


def _together(told: Sequence[tuple[TensorDelta, Found | None]]) -> list[tuple[TensorDelta, Found | None]]:
    """Find directions that several tensors share, and merged adapters of rank one among single edits."""
    sharing: set[str] = set()
    for side in ("left", "right"):
        groups: dict[int, dict[str, Array]] = {}
        room = DIRECTIONS_NBYTES // 8
        for delta, found in told:
            vector = getattr(found, side) if found is not None else None
            if vector is not None and delta.kind in {"rank-one", "low-rank", "full"} and room >= len(vector) >= 8:  # noqa: PLR2004 - in few dimensions all is alike
                groups.setdefault(len(vector), {})[delta.tensor] = vector
                room -= len(vector)
        for directions in groups.values():
            sharing |= shared(directions)
    counts = Counter(delta.kind for delta, _ in told if delta.tensor not in sharing)
    return [(replace(delta, kind=_kind(delta, sharing, counts)), found) for delta, found in told]


def _kind(delta: TensorDelta, sharing: set[str], counts: Counter[str]) -> str:
    if delta.tensor in sharing:
        return "shared-direction"
    if delta.kind == "rank-one" and counts["rank-one"] > bound("edited-tensors"):
        return "low-rank"
    # In a fine-tune, a few hundred numbers may all have changed without one carry or half of them not at all, and rows
    # of tokens that were never seen stay: what was done to the other tensors was done to these.
    is_part = "x" not in delta.shape or delta.role in EMBEDS
    few = delta.kind in {"bits-only", "row-edit"} and counts["full"] > counts["bits-only"] + counts["row-edit"]
    return "full" if few and is_part else delta.kind


def kinds(  # noqa: PLR0913, PLR0917 - what each fact repeats
    where: Location, base: str, deltas: Sequence[TensorDelta], compared: int, relation: str, by: str
) -> Iterator[KindDelta]:
    """Put changes together, one fact a kind."""
    blocks = [one for one in deltas if one.dtype in BLOCKS and one.base_dtype not in BLOCKS]
    everywhere = bool(blocks) and all(one.kind == "edited-copy" for one in blocks) and len(blocks) > 1
    for kind in sorted(Counter(one.kind for one in deltas)):
        these = [one for one in deltas if one.kind == kind]
        layers = sorted({one.layer for one in these if one.layer >= 0})
        yield KindDelta(
            where=where, base=base, kind=kind, tensors=len(these), compared=compared,
            layers=tuple(layers[:LAYERS_TOLD]), first=these[0].tensor, relation=relation, by=by,
            rank=max(one.rank for one in these), relative=max(one.relative for one in these),
            agreement=min(one.agreement for one in these), bits=max(one.bits for one in these),
            everywhere=everywhere and kind == "edited-copy", exact=all(one.dtype in EXACT for one in these),
            tokens=tuple(text for one in these for text in one.tokens if text)[:20],
        )  # fmt: skip
