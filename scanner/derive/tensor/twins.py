"""The same model in several formats: do the files that loaders choose between hold the same tensors?"""

from collections.abc import Iterator, Mapping, Sequence

from scanner.artifact import Location
from scanner.facts import Fact
from scanner.facts.tensor import TensorSketch, TwinMismatch
from scanner.weights import Tensor, Weights, embeddings, models

NAMED_ALIKE = ("safetensors", "torch")
"""Formats that keep the names of PyTorch; the first is what the others are compared with, where it is there."""

BUFFERS = frozenset(
    ("position_ids", "token_type_ids", "inv_freq", "masked_bias", "relative_position_index", "num_batches_tracked",
     "cos_cached", "sin_cached")
)  # fmt: skip
"""Arrays that a module computes for itself: versions of a library store them or leave them out."""

OVERLAP = 0.1
"""Share of names in common from which two files are compared name by name."""

Pairs = Sequence[tuple[str, str]]
"""Tensors of equal name: in the left file, in the right one."""


def derive(facts: Sequence[Fact]) -> Iterator[Fact]:
    """Compare, in each folder, the first of several forms of a model with every other."""
    if sum(isinstance(fact, TensorSketch) for fact in facts) < 2:  # noqa: PLR2004 - a pair
        return
    places = models(facts)
    quantized: dict[str, list[Weights]] = {}
    for place, forms in places.items():
        quantized.setdefault(place.folder, []).extend(one for one in forms if one.format == "gguf")
    for place, forms in sorted(places.items(), key=lambda item: item[0]):
        # GGUF files have names of their own, and are made from the model that they lie beside.
        first, *rest = sorted(forms, key=_order)
        if place.name == "model":
            rest += [one for one in quantized[place.folder] if all(one is not form for form in forms)]
        for other in rest:
            if first.files[0] != other.files[0]:
                yield from _compared(first, other)


def _order(weights: Weights) -> tuple[int, str]:
    rank = NAMED_ALIKE.index(weights.format) if weights.format in NAMED_ALIKE else len(NAMED_ALIKE)
    return rank, weights.files[0]


def _compared(left: Weights, right: Weights) -> Iterator[TwinMismatch]:
    pairs = _pairs(left.tensors, right.tensors)
    if len(pairs) < OVERLAP * min(len(left.tensors), len(right.tensors)):
        yield from _embedded(left, right)
        return
    whole = [pair for pair in pairs if pair[0] not in left.split and pair[1] not in right.split]
    yield from _shaped(left, right, whole, exact=True)
    yield from _filled(left, right, whole, exact=True)
    if left.whole and right.whole and {left.format, right.format} <= set(NAMED_ALIKE):
        yield from _named(left, right, pairs)


def _embedded(left: Weights, right: Weights) -> Iterator[TwinMismatch]:
    """Compare the largest embedding of each: it is stored alike in every format, whatever its name."""
    ours = [name for name in embeddings(left.tensors) if name not in left.split][:1]
    theirs = [name for name in embeddings(right.tensors) if name not in right.split][:1]
    pairs = list(zip(ours, theirs, strict=False))
    yield from _shaped(left, right, pairs, exact=False)
    yield from _filled(left, right, pairs, exact=False)


def _pairs(left: Mapping[str, Tensor], right: Mapping[str, Tensor]) -> Pairs:
    """Pair the names of two files; where one was saved from inside a larger model, without the word for that."""
    equal = [(name, name) for name in left if name in right]
    inner = {name.partition(".")[2]: name for name in left}
    outer = {name.partition(".")[2]: name for name in right}
    choices = (
        equal,
        [(name, short) for short, name in inner.items() if short in right],
        [(short, name) for short, name in outer.items() if short in left],
    )
    return max(choices, key=len)


def _shaped(left: Weights, right: Weights, pairs: Pairs, *, exact: bool) -> Iterator[TwinMismatch]:
    """Compare shapes of what is not packed. Of embeddings in other formats only the width: rows may be padded."""
    plain = [
        ((ours, theirs), left.tensors[ours].shape, right.tensors[theirs].shape)
        for ours, theirs in pairs
        if left.tensors[ours].is_float and right.tensors[theirs].is_float
    ]
    other = [pair for pair, ours, theirs in plain if (ours != theirs if exact else ours[1:] != theirs[1:])]
    yield from _mismatch(left, right, "shape", other, len(plain), exact=exact)


def _filled(left: Weights, right: Weights, pairs: Pairs, *, exact: bool) -> Iterator[TwinMismatch]:
    """Compare the data of tensors of equal type and shape, as far as both were sampled."""
    sampled = [
        ((ours, theirs), left.tensors[ours].sample, right.tensors[theirs].sample)
        for ours, theirs in pairs
        if left.tensors[ours][:2] == right.tensors[theirs][:2]
        and left.tensors[ours].sample
        and right.tensors[theirs].sample
        and not _is_buffer(ours, left.tensors[ours])
    ]
    other = [pair for pair, ours, theirs in sampled if ours != theirs]
    yield from _mismatch(left, right, "content", other, len(sampled), exact=exact)


def _named(left: Weights, right: Weights, pairs: Pairs) -> Iterator[TwinMismatch]:
    """Find tensors that one file alone has, unless they are copies of others: tied ones are stored once or twice."""
    ours, theirs = {name for name, _ in pairs}, {name for _, name in pairs}
    known = {one.sample for weights in (left, right) for one in _copies(weights, ours | theirs)}
    alone = [
        (name, name)
        for weights, paired in ((left, ours), (right, theirs))
        for name, one in weights.tensors.items()
        if name not in paired and not _is_buffer(name, one) and one.sample not in known
    ]
    total = len(left.tensors) + len(right.tensors) - len(pairs)
    yield from _mismatch(left, right, "names", sorted(alone), total, exact=True)


def _copies(weights: Weights, paired: set[str]) -> Iterator[Tensor]:
    return (one for name, one in weights.tensors.items() if name in paired and one.sample)


def _is_buffer(name: str, tensor: Tensor) -> bool:
    return name.rpartition(".")[2] in BUFFERS or tensor.dtype == "bool"


def _mismatch(  # noqa: PLR0913 - the fact's own fields
    left: Weights, right: Weights, how: str, pairs: Pairs, compared: int, *, exact: bool
) -> Iterator[TwinMismatch]:
    if not pairs:
        return
    ours, theirs = pairs[0]
    first, second = _holder(left, ours), _holder(right, theirs)
    yield TwinMismatch(
        where=Location(path=second),
        left=first,
        right=second,
        formats=tuple(sorted((left.format, right.format))),
        tensor=ours,
        how=how,
        tensors=len(pairs),
        compared=compared,
        share=round(len(pairs) / compared, 3),
        exact=exact,
    )


def _holder(weights: Weights, name: str) -> str:
    """Name the file that holds a tensor; the first one where none does."""
    tensor = weights.tensors.get(name)
    return tensor.file if tensor is not None else weights.files[0]
