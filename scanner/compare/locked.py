"""A model against the fingerprints of what it was when it was trusted: facts as of any comparison."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from scanner.artifact import Location
from scanner.compare.delta import kinds, tensor_delta, unread
from scanner.compare.lock import Print, fingerprint, printed, relative
from scanner.compare.models import Model
from scanner.compare.names import place
from scanner.facts import Fact
from scanner.facts.delta import DeltaUnread, ModelDelta, TensorDelta


def facts(known: Mapping[str, Print], name: str, model: Model) -> Iterator[Fact]:
    """Yield how each tensor stands against its fingerprint. `name` is the file of fingerprints."""
    where = Location(path=model.root)
    yield from unread(where, name, "model", model)
    deltas: list[TensorDelta] = []
    for tensor in sorted({*known, *model.tensors}):
        found = _one(known.get(tensor), name, tensor, model)
        if isinstance(found, TensorDelta):
            deltas.append(found)
        else:
            yield found
    both = len(known.keys() & model.tensors.keys())
    yield ModelDelta(
        where=where, base=name, tensors=len(model.tensors), base_tensors=len(known), paired=both,
        identical=sum(one.kind == "identical" for one in deltas), formats=tuple(sorted(model.formats)), relation="",
        by="", alike=both > 0 or not (known and model.tensors),
    )  # fmt: skip
    yield from deltas
    yield from kinds(where, name, deltas, both, "", "")


def _one(before: Print | None, lock: str, tensor: str, model: Model) -> TensorDelta | DeltaUnread:  # noqa: PLR0911 - one return a kind
    stored = model.tensors.get(tensor)
    if stored is None:
        where = place(tensor)
        return TensorDelta(
            where=Location(path=model.root), base=lock, tensor=tensor[:200], kind="missing", role=where.role[:200],
            layer=where.layer, dtype="", base_dtype=before.dtype if before else "", shape="",
        )  # fmt: skip
    plain = tensor_delta(lock, stored, before.dtype if before else "", "added")
    if before is None:
        return plain
    if before.shape != stored.shape:
        return replace(plain, kind="other-shape")
    if stored.start < 0:
        return replace(plain, kind="not-compared")
    try:
        now = fingerprint(stored)
    except OSError:
        return DeltaUnread(where=plain.where, base=lock, side="model", what="unreadable", name=tensor[:200])
    if now.sha256 == before.sha256 and now.dtype == before.dtype:
        return replace(plain, kind="identical", agreement=1.0)
    return replace(plain, kind="changed", relative=float(f"{relative(before, now):.2g}"))


def prints(name: str, model: Model) -> Iterator[Fact]:
    """Yield the fingerprint of every tensor, for a first trust; what cannot be read has none and is stated."""
    yield from unread(Location(path=model.root), name, "model", model)
    for tensor in sorted(model.tensors):
        one = model.tensors[tensor]
        if one.start >= 0:
            try:
                yield printed(tensor, one.artifact.at(one.start, one.nbytes), fingerprint(one))
            except OSError:
                yield DeltaUnread(
                    where=one.artifact.at(), base=name, side="model", what="unreadable", name=tensor[:200]
                )  # fmt: skip
