"""The weights of a scan as loaders see them: files to models, parts to one, and which tensors embed, which make layers.

What formats call their tensors differs ("wte/weight:0", "token_embd.weight"); the last word of a name that is none of
a handful of leaf names is what they share.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import prod
from typing import NamedTuple

from scanner.facts import Examined, Fact
from scanner.facts.tensor import TensorSketch
from scanner.facts.torch import TorchCheckpoint, TorchStorage
from scanner.nesting import SEPARATOR, beside
from scanner.pattern import pattern

EMBEDDINGS = frozenset(
    ("embed_tokens", "embed_text_tokens", "embed_in", "tok_embeddings", "tok_emb", "token_embd", "token_embedding",
     "token_embeddings", "tokens_embed", "word_embeddings", "word_embedding", "wte", "shared", "emb", "embedding",
     "embeddings")
)  # fmt: skip
"""What families call the matrix that turns tokens to vectors, one row a token."""

HEADS = frozenset(("lm_head", "embed_out", "output_layer"))
"""What families call the matrix that turns vectors to scores of tokens, one row a token."""

LAYERS = frozenset(("layers", "layer", "h", "block", "blocks", "blk"))
"""What families call the list of their layers; a number follows."""

ADAPTERS = ("lora_", "base_model.", "prompt_embeddings", "ia3_")
"""Parts of names in files that only change another model."""

TWINS = {"pytorch_model": "model", "tf_model": "model", "flax_model": "model", "rust_model": "model",
         "consolidated": "model", "diffusion_flax_model": "diffusion_pytorch_model"}  # fmt: skip
"""File names under which loaders look for the same weights in another format."""

LOADED = frozenset(("safetensors", "gguf", "torch", "pickle", "onnx", "hdf5", "keras", "flax", "tflite", "ggml"))
"""Formats of models; a package of a program holds others beside its own files."""

LEAVES = frozenset(("weight", "kernel", "scale", "weights"))
GRAPH_FOLDERS = ("onnx/",)
"""Folders for an export of the model in the folder above."""

_PART = pattern(r"-(\d{5})-of-(\d{5})")
_SLICE = pattern(r"\.(\d\d)$")
"""`consolidated.00`: every file holds a slice of every tensor."""

_SUFFIXES = pattern(r"\.(?:safetensors|bin|pth|pt|ckpt|h5|hdf5|msgpack|onnx|gguf|ot)$")


class Tensor(NamedTuple):
    """One tensor of a model, in `file`. `shape` is in row-major order; `sample` is "" where no data were looked at."""

    dtype: str
    shape: tuple[int, ...]
    sample: str
    file: str

    @property
    def elements(self) -> int:
        """Number of elements."""
        return prod(self.shape)

    @property
    def is_float(self) -> bool:
        """Say whether an element is one number: packed formats put several into an integer."""
        return "float" in self.dtype


@dataclass(slots=True, eq=False, repr=False)
class Weights:
    """One model in one format. `files` are sorted; `parts` is how many their names promise, 0 for none.

    `split` names the tensors that several files hold.
    """

    format: str
    files: list[str] = field(default_factory=list)
    tensors: dict[str, Tensor] = field(default_factory=dict)
    split: set[str] = field(default_factory=set)
    parts: int = 0
    sketched: bool = True

    @property
    def whole(self) -> bool:
        """Say whether all of it is known."""
        return self.sketched and len(self.files) == max(1, self.parts)

    @property
    def is_adapter(self) -> bool:
        """Say whether it changes another model."""
        return any(part in name for name in self.tensors for part in ADAPTERS)


class Place(NamedTuple):
    """Where weights belong: the folder, and what a loader calls them whatever their format."""

    folder: str
    name: str


class Name(NamedTuple):
    """A file's name without its part, and the number of parts that it promises, 0 for none."""

    stem: str
    suffix: str
    parts: int


def models(facts: Sequence[Fact]) -> dict[Place, list[Weights]]:
    """Put the sketches of a scan together: one `Weights` for each model and format, parts in one."""
    sketches = [fact for fact in facts if isinstance(fact, TensorSketch)]
    checkpoints = {fact.where.path: fact.byteorder for fact in facts if isinstance(fact, TorchCheckpoint)}
    big = {path for path, byteorder in checkpoints.items() if byteorder == "big"}
    samples = {
        (_pickle(fact), fact.storage): fact.sample
        for fact in facts
        if isinstance(fact, TorchStorage) and fact.where.path not in big
    }
    found: dict[tuple[Place, Name, str], Weights] = {}
    for sketch in sorted(sketches, key=lambda fact: fact.where.path):
        path = file_of(sketch.where.path, checkpoints)
        folder, name = _parsed(path, sketch.format)
        place = Place(folder, _canonical(name.stem))
        weights = found.setdefault((place, name, sketch.format), Weights(sketch.format, parts=name.parts))
        weights.files.append(path)
        weights.sketched &= sketch.complete
        _add(weights, path, sketch, samples)
    places: dict[Place, list[Weights]] = {}
    for (place, _, _), weights in found.items():
        places.setdefault(place, []).append(weights)
    return places


def _pickle(storage: TorchStorage) -> str:
    """Name the pickle that a storage belongs to; storages of old files lie behind it in the same file."""
    path = storage.where.path
    return f"{path}{SEPARATOR}{storage.folder}.pkl" if storage.folder else path


def file_of(path: str, checkpoints: Container[str]) -> str:
    """Name the file that a table of tensors belongs to: a pickle lies inside its checkpoint."""
    outer = path.rpartition(SEPARATOR)[0]
    return outer if outer in checkpoints else path


def _parsed(path: str, form: str) -> tuple[str, Name]:
    """Take a path apart: the folder it belongs to, and its name."""
    folder = beside(path, "")
    stem, suffix = _suffix(path[len(folder) :])
    part = _PART.search(stem)
    if form == "onnx" and folder.endswith(GRAPH_FOLDERS):
        folder = beside(folder[:-1], "")
    return folder, Name(_SLICE.sub("", _PART.sub("", stem)), suffix, int(part[2]) if part else 0)


def _suffix(name: str) -> tuple[str, str]:
    found = _SUFFIXES.search(name)
    return (name[: found.start()], found[0]) if found else (name, "")


def _canonical(stem: str) -> str:
    first, dot, rest = stem.partition(".")
    return TWINS.get(first, first) + dot + rest


def _add(weights: Weights, path: str, sketch: TensorSketch, samples: Mapping[tuple[str, str], str]) -> None:
    listed = zip(sketch.tensors, sketch.dtypes, sketch.shapes, sketch.samples, sketch.storages, strict=True)
    for name, dtype, shape, sample, storage in listed:
        if name in weights.tensors:
            weights.split.add(name)
        digest = sample or (samples.get((sketch.where.path, storage), "") if storage else "")
        weights.tensors[name] = Tensor(dtype, _shape(shape), digest, path)


def _shape(shown: str) -> tuple[int, ...]:
    sizes = shown.split("x") if shown else []
    return tuple(int(size) if size.isdigit() else 0 for size in sizes)


def words(name: str) -> list[str]:
    """Split the name of a tensor, in any format, without the leaf that says which array of a module it is."""
    split = name.removesuffix(":0").replace("/", ".").strip(".").split(".")
    if len(split) > 1 and split[-1] in LEAVES:
        return split[:-1]
    if len(split) > 1 and split[-1] in ("embedding", "embeddings") and split[-2] in EMBEDDINGS:
        return split[:-1]
    return split


def embeddings(tensors: Mapping[str, Tensor], words_of: Iterable[str] = EMBEDDINGS) -> list[str]:
    """Name the matrices that turn tokens to vectors (or those with other last `words_of`), the largest first."""
    wanted = frozenset(words_of)
    found = [name for name, one in tensors.items() if len(one.shape) == 2 and words(name)[-1] in wanted]  # noqa: PLR2004 - a matrix
    return sorted(found, key=lambda name: (-tensors[name].shape[0], name))


def layers(tensors: Mapping[str, Tensor]) -> tuple[int, str]:
    """Return the number of layers of the largest stack by elements, and a tensor of the last; (0, "") for none.

    A stack is all names that go on equally before the first word of `LAYERS` with a number.
    """
    sizes: dict[str, int] = {}
    last: dict[str, tuple[int, str]] = {}
    for name, tensor in tensors.items():
        split = name.split(".")
        for at in range(len(split) - 1):
            if split[at] in LAYERS and split[at + 1].isdecimal() and len(split[at + 1]) < 6:  # noqa: PLR2004 - digits
                stack = ".".join(split[: at + 1])
                sizes[stack] = sizes.get(stack, 0) + tensor.elements
                last[stack] = max(last.get(stack, (0, "")), (int(split[at + 1]) + 1, name))
                break
    if not sizes:
        return 0, ""
    return last[max(sizes, key=lambda stack: (sizes[stack], stack))]


def folders(facts: Iterable[Fact], without: Container[str] = frozenset()) -> dict[str, str]:
    """Map each folder that holds a model to its first file that is one, paths `without` left aside."""
    found: dict[str, str] = {}
    for fact in facts:
        if isinstance(fact, Examined) and not LOADED.isdisjoint(fact.formats) and fact.where.path not in without:
            found.setdefault(beside(fact.where.path, ""), fact.where.path)
    return found
