"""What the tensors of an adapter are: pairs of low rank that fit each other, its settings and the base beside it?

A LoRA adapter changes a matrix W (outputs x inputs) by B A: `lora_A` has rank x inputs, `lora_B` outputs x rank.
https://huggingface.co/docs/peft/package_reference/lora
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from scanner.artifact import Location
from scanner.facts import Fact
from scanner.facts.weights import AdapterMismatch
from scanner.nesting import beside
from scanner.pattern import pattern
from scanner.settings import documents
from scanner.text import printable
from scanner.weights import EMBEDDINGS, HEADS, Tensor, Weights, models, words

_SIDE: Final = pattern(r"^(.*)\.lora_([AB])(?:\.[A-Za-z0-9_]+)?(?:\.weight)?$")
_PREFIX: Final = pattern(r"^(?:base_model\.model\.|base_model\.)")
_MATRIX: Final = 2
_HALF: Final = 0.5


class Pair(NamedTuple):
    """The shapes of the two sides of one change."""

    a: tuple[int, ...]
    b: tuple[int, ...]


def derive(facts: Sequence[Fact]) -> Iterator[Fact]:
    """Compare every adapter of the scan."""
    places = models(facts)
    adapters = [(place.folder, one) for place, forms in places.items() for one in forms if one.is_adapter]
    if not adapters:
        return
    bases = [one for forms in places.values() for one in forms if not one.is_adapter]
    ranks = _ranks(facts)
    for folder, one in adapters:
        yield from _of(one, ranks.get(folder), bases)


def _of(adapter: Weights, settings: tuple[frozenset[int], bool] | None, bases: Sequence[Weights]) -> Iterator[Fact]:
    sides: dict[str, dict[str, Tensor]] = {}
    matrices: dict[str, Tensor] = {}
    for name, tensor in adapter.tensors.items():
        found = _SIDE.match(name)
        if found is not None and len(tensor.shape) == _MATRIX:
            sides.setdefault(found[1], {})[found[2]] = tensor
        elif "lora_" not in name and words(name)[-1] in EMBEDDINGS | HEADS and len(tensor.shape) == _MATRIX:
            matrices[name] = tensor
    pairs = {name: Pair(both["A"].shape, both["B"].shape) for name, both in sides.items() if len(both) == len("AB")}
    where = Location(path=adapter.files[0])
    half = {name: ("both sides", next(iter(both))) for name, both in sides.items() if len(both) == 1}
    yield from _state(where, "half", half if adapter.whole else {})
    odd = {name: (str(pair.a[0]), str(pair.b[1])) for name, pair in pairs.items() if pair.a[0] != pair.b[1]}
    yield from _state(where, "rank", odd)
    if settings is not None:
        ranks, saves = settings
        said = ", ".join(map(str, sorted(ranks)))
        other = {name: (said, str(pair.a[0])) for name, pair in pairs.items() if ranks and pair.a[0] not in ranks}
        yield from _state(where, "settings-rank", other)
        brought = {name: ("no whole matrix", _shown(tensor.shape)) for name, tensor in matrices.items() if not saves}
        yield from _state(where, "undeclared-matrix", brought)
    yield from _state(where, "base-shape", _misfits(pairs, bases))


def _misfits(pairs: Mapping[str, Pair], bases: Sequence[Weights]) -> dict[str, tuple[str, str]]:
    """Compare the pairs with the matrices that they change, in the one base of the scan that has most of them."""
    targets = {name: f"{_PREFIX.sub('', name)}.weight" for name in pairs}
    base = max(bases, key=lambda one: sum(name in one.tensors for name in targets.values()), default=None)
    if base is None or sum(name in base.tensors for name in targets.values()) < max(1, _HALF * len(pairs)):
        return {}
    found = {}
    for name, pair in pairs.items():
        matrix = base.tensors.get(targets[name])
        made = pair.b[0], pair.a[1]
        if matrix is None:
            found[name] = ("a matrix of the base", "none")
        elif matrix.is_float and len(matrix.shape) == _MATRIX and matrix.shape not in (made, made[::-1]):
            found[name] = (_shown(matrix.shape), _shown(made))
    return found


def _state(where: Location, how: str, found: Mapping[str, tuple[str, str]]) -> Iterator[AdapterMismatch]:
    for name in sorted(found)[:1]:
        expected, got = found[name]
        yield AdapterMismatch(
            where=where, how=how, tensor=printable(name, 300), expected=expected, found=got, tensors=len(found)
        )


def _shown(shape: tuple[int, ...]) -> str:
    return "x".join(map(str, shape))


def _ranks(facts: Sequence[Fact]) -> dict[str, tuple[frozenset[int], bool]]:
    """Map folders of LoRA settings to the ranks that they name, and whether they declare whole matrices."""
    found = {}
    for document in documents(facts):
        if "\n/peft_type\n" not in document.outline or document.text("/peft_type").upper() != "LORA":
            continue
        leaves = [document.get("/r"), *document.under("/rank_pattern")]
        ranks = frozenset(int(leaf.value) for leaf in leaves if leaf is not None and leaf.value.isdecimal())
        saves = any(document.under("/modules_to_save")) or any(document.under("/trainable_token_indices"))
        found[beside(document.path, "")] = ranks, saves
    return found
