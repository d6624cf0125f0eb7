"""What a configuration says of a model, against the tensors that lie beside it or, in a GGUF file, behind it.

Silent wherever an honest model could look so: families differ in names, pad rows, factorise embeddings, add layers
that predict, put several models into one file. A number counts as right where any part of the configuration has it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scanner.facts import Fact
from scanner.facts.model_config import ConfigMismatch, ModelConfig
from scanner.nesting import beside
from scanner.weights import HEADS, Weights, embeddings, layers, models

NAMES = ("config.json", "params.json")
"""Files that loaders read for the weights beside them; others describe parts and settings."""

FORMATS = ("safetensors", "torch", "flax", "hdf5")
"""Formats that such a file describes; a graph has its own numbers, and GGUF its own keys."""

PADDING = 1024
"""Most rows that an embedding has beyond its vocabulary: 128 for each of 8 devices, as Megatron pads."""

LEAST_PADDING = 128
PADDED_SHARE = 8
"""Of a small vocabulary, this part at most, or `LEAST_PADDING`."""

WIDTHS = {"float64": 8, "float32": 4, "float16": 2, "bfloat16": 2}
"""Bytes of the types that a configuration names."""


@dataclass(frozen=True, slots=True)
class Said:
    """What all parts of one configuration say together; the first part is the document's own object."""

    first: ModelConfig
    vocabularies: tuple[int, ...]
    widths: frozenset[int]
    depths: frozenset[int]
    layers: int
    tied: bool
    dtype: str


def derive(facts: Sequence[Fact]) -> Iterator[Fact]:
    """Compare every configuration of the scan with the weights it describes."""
    documents: dict[str, list[ModelConfig]] = {}
    for fact in facts:
        if isinstance(fact, ModelConfig):
            documents.setdefault(fact.where.path, []).append(fact)
    folders: dict[str, list[Weights]] = {}
    for place, forms in models(facts).items():
        folders.setdefault(place.folder, []).extend(forms)
    keyed = {path: one for forms in folders.values() for one in forms if one.format == "gguf" for path in one.files}
    for path, parts in documents.items():
        said, folder = _said(parts), beside(path, "")
        if path in keyed:
            yield from _inside(said, keyed[path])
        elif path.removeprefix(folder) in NAMES:
            yield from _outside(said, [one for one in folders.get(folder, ()) if one.format in FORMATS])


def _outside(said: Said, forms: Sequence[Weights]) -> Iterator[ConfigMismatch]:
    """Compare a document with every form of the model in its folder."""
    found = [weights for weights in forms if not weights.is_adapter]
    for weights in found:
        yield from _beside(said, weights)
    yield from _typed(said, found)


def _said(parts: Sequence[ModelConfig]) -> Said:
    """Put the parts of a document together. A vocabulary counts where a part has the size of one."""
    speaking = [part for part in parts if part.vocab_size > 0] or parts
    depths = {depth for part in parts for depth in part.depths}
    flags = [part.tied for part in parts if part.tied is not None]
    return Said(
        first=parts[0],
        vocabularies=tuple(sorted({size for part in parts for size in part.vocabularies if size > 0})),
        widths=frozenset(width for part in parts for width in part.widths),
        # Layers that predict later tokens are numbered behind the others, and may have been left out.
        depths=frozenset(depths | {part.layers + part.extra_layers for part in parts if part.extra_layers > 0}),
        layers=speaking[0].layers,
        tied=bool(flags) and all(flags),
        dtype="" if any(part.quantization for part in parts) else next((p.dtype for p in parts if p.dtype), ""),
    )


def _inside(said: Said, weights: Weights) -> Iterator[ConfigMismatch]:
    """Compare the keys of a GGUF file with its tensors, which its loaders expect to fit exactly."""
    tensor = weights.tensors.get("token_embd.weight")
    if tensor is not None and len(tensor.shape) == 2:  # noqa: PLR2004 - a matrix
        rows, width = tensor.shape
        if said.first.vocab_size > 0 and said.first.vocab_size != rows:
            yield _mismatch(said, weights, "token_embd.weight", "vocabulary", said.first.vocab_size, rows)
        if said.widths and width not in said.widths:
            yield _mismatch(said, weights, "token_embd.weight", "width", said.first.hidden_size, width)
        yield from _layers(said, weights)


def _beside(said: Said, weights: Weights) -> Iterator[ConfigMismatch]:
    """Compare a document with a model in its folder, as far as that has an embedding."""
    found = [name for name in embeddings(weights.tensors) if name not in weights.split]
    if found and said.vocabularies:
        yield from _vocabulary(said, weights, found)
        yield from _width(said, weights, found)
        yield from _layers(said, weights)
        yield from _tied(said, weights, found)


def _vocabulary(said: Said, weights: Weights, found: Sequence[str]) -> Iterator[ConfigMismatch]:
    """Compare sizes of vocabularies with rows. Of several, one may be stored in pieces: between them all is right."""
    sizes = [weights.tensors[name].shape[0] for name in found]
    if any(_fits(size, rows) for rows in sizes for size in said.vocabularies):
        return
    least, most = said.vocabularies[0], said.vocabularies[-1]
    if sizes[0] < least:
        yield _mismatch(said, weights, found[0], "vocabulary", least, sizes[0])
    elif sizes[0] > most:
        yield _mismatch(said, weights, found[0], "vocabulary", most, sizes[0])


def _width(said: Said, weights: Weights, found: Sequence[str]) -> Iterator[ConfigMismatch]:
    """Compare widths with columns, where one element is one column: packed integers hold several."""
    widths = [(name, weights.tensors[name].shape[1]) for name in found if weights.tensors[name].is_float]
    if widths and said.widths and not any(width in said.widths for _, width in widths):
        yield _mismatch(said, weights, widths[0][0], "width", said.first.hidden_size, widths[0][1])


def _fits(size: int, rows: int) -> bool:
    """Say whether an embedding of `rows` is that of a vocabulary of `size`, padded or not."""
    return size <= rows < size + min(PADDING, max(LEAST_PADDING, size // PADDED_SHARE))


def _layers(said: Said, weights: Weights) -> Iterator[ConfigMismatch]:
    """Compare the number of layers. That some are missing shows only where nothing else is.

    A model that runs its layers several times may count every run.
    """
    count, tensor = layers(weights.tensors)
    if said.layers < 0 or not count or count in said.depths:
        return
    if count > said.layers or (weights.whole and said.layers % count):
        yield _mismatch(said, weights, tensor, "layers", said.layers, count)


def _tied(said: Said, weights: Weights, found: Sequence[str]) -> Iterator[ConfigMismatch]:
    """Find an output matrix that should be the embedding itself and is not."""
    for head in embeddings(weights.tensors, HEADS) if said.tied else ():
        tensor = weights.tensors[head]
        alike = [one for name in found if (one := weights.tensors[name])[:2] == tensor[:2] and one.sample]
        if alike and tensor.sample and all(one.sample != tensor.sample for one in alike):
            yield _mismatch(said, weights, head, "tied", "true", "differ")


def _typed(said: Said, forms: Sequence[Weights]) -> Iterator[ConfigMismatch]:
    """Compare the element type with that of most bytes, where nothing is quantized; one form of several may have it."""
    found = [(weights, _most(weights)) for weights in forms if embeddings(weights.tensors)]
    if said.dtype in WIDTHS and all(most in WIDTHS and most != said.dtype for _, most in found):
        for weights, most in found[:1]:
            yield _mismatch(said, weights, "", "dtype", said.dtype, most)


def _most(weights: Weights) -> str:
    sizes: dict[str, int] = {}
    for tensor in weights.tensors.values():
        sizes[tensor.dtype] = sizes.get(tensor.dtype, 0) + tensor.elements * WIDTHS.get(tensor.dtype, 1)
    return max(sizes, key=lambda dtype: (sizes[dtype], dtype))


def _mismatch(  # noqa: PLR0913, PLR0917 - the fact's own fields
    said: Said, weights: Weights, tensor: str, what: str, expected: int | str, found: int | str
) -> ConfigMismatch:
    how = "other"
    if isinstance(expected, int) and isinstance(found, int) and what != "width":
        how = "fewer" if found < expected else "more"
    return ConfigMismatch(
        where=said.first.where,
        format=said.first.format,
        weights=weights.tensors[tensor].file if tensor else weights.files[0],
        tensor=tensor,
        what=what,
        how=how,
        expected=str(expected),
        found=str(found),
    )
