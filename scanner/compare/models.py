"""The two sides of a comparison: which tensors a folder or file holds and where their numbers lie. No number is read.

What a tensor is and where it lies is read as `scanner.measures.views` reads it for every measure. Of several formats in
one folder one is compared: the first of `FORMS` that both sides have, else the first of each side. What cannot be
compared is kept as a `Gap`, never left out in silence.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import NamedTuple

from scanner.artifact import Artifact
from scanner.compare.measure import Side
from scanner.compare.names import place
from scanner.compare.numbers import known
from scanner.format import MalformedError
from scanner.limits import HEAD_NBYTES, Limits
from scanner.measures import views
from scanner.streams import read_at
from scanner.tensors import product

FORMS = ("safetensors", "gguf", "torch", "legacy", "hdf5", "numpy", "onnx")
"""Formats that are compared, in the order in which a folder's is chosen; any other that has views comes after."""

HEAVY = (".safetensors", ".gguf", ".bin", ".pt", ".pth", ".ckpt", ".h5", ".onnx", ".msgpack", ".npz", ".ot")
"""Ends of names under which weights are kept: of other files the bytes are compared."""

TURNED_NBYTES = 256 << 20
"""Largest matrix of queries or keys that is put in another order, in bytes."""

TEMPLATE = "tokenizer.chat_template"
"""What GGUF calls the template, kept whole."""

BYTES = "bytes"
"""What stands for an element type that is not understood: such tensors are equal or not."""

PICKLED = frozenset(("torch", "legacy"))

REASONS = {"broken": "malformed", "entries": "large"}
"""What `DeltaUnread` calls what `scanner.facts.weights.TensorsLeft` has another word for."""


class Stored(NamedTuple):
    """One tensor of a file. `start` is a byte of the artifact, -1 where its data are not there."""

    name: str
    dtype: str
    shape: tuple[int, ...]
    artifact: Artifact
    start: int
    nbytes: int
    view: views.TensorView | None = None

    @property
    def side(self) -> Side:
        """How its bytes are read."""
        return Side(self.dtype, self.read)

    def read(self, at: int, size: int) -> bytes:
        """Read bytes of its data. Raises `OSError` where the file has fewer."""
        found = views.content(self.artifact, self.view, at, size) if self.view is not None else b""
        if len(found) != size:
            raise OSError(0, "the data end early", self.artifact.path)
        return _turned(found, self.view) if self.view is not None and self.view.big else found


def _turned(raw: bytes, view: views.TensorView) -> bytes:
    """Put numbers that have their highest byte first the other way round."""
    import numpy as np

    return np.frombuffer(raw, f"<u{view.unit[1]}").byteswap().tobytes()


class Gap(NamedTuple):
    """What cannot be compared, as `scanner.facts.delta.DeltaUnread` says it."""

    what: str
    name: str


@dataclass(slots=True, eq=False, repr=False)
class Model:
    """What one side holds. `files` are those whose tensors are compared, `unread` other files of weights.

    `others` are the files that hold no weights; both by their path below the root.
    """

    root: str
    tensors: dict[str, Stored] = field(default_factory=dict)
    gaps: list[Gap] = field(default_factory=list)
    others: dict[str, Artifact] = field(default_factory=dict)
    formats: set[str] = field(default_factory=set)
    unread: dict[str, Artifact] = field(default_factory=dict)
    files: list[Artifact] = field(default_factory=list)
    metadata: dict[str, str] = field(default_factory=dict)


def pair(
    base: str, left: Sequence[Artifact], model: str, right: Sequence[Artifact], limits: Limits
) -> tuple[Model, Model]:
    """List the tensors of both sides, in one format where both have it."""
    both = set(map(_form, left)) & set(map(_form, right)) - {""}
    form = min(both, key=_order, default="")
    return load(base, left, limits, form), load(model, right, limits, form)


def load(root: str, artifacts: Sequence[Artifact], limits: Limits, form: str = "") -> Model:
    """List a model's tensors, of the format `form` if it has any. Raises nothing that its bytes can cause."""
    model = Model(root)
    found: dict[str, list[Artifact]] = {}
    for artifact in artifacts:
        kind = _form(artifact)
        if kind:
            found.setdefault(kind, []).append(artifact)
        else:
            _other(model, artifact)
    beside = {artifact.path: artifact for artifact in artifacts}
    for kind in sorted(found, key=lambda one: (one != form, _order(one))):
        if model.tensors:
            for artifact in found[kind]:
                model.unread[_below(model, artifact)] = artifact
                model.gaps.append(Gap("several", _below(model, artifact)))
        else:
            for artifact in found[kind]:
                _list(model, kind, artifact, limits, beside)
    _shards(model)
    if not model.tensors and not model.gaps:
        model.gaps.append(Gap("none", root))
    return model


def _order(form: str) -> tuple[int, str]:
    return FORMS.index(form) if form in FORMS else len(FORMS), form


def _form(artifact: Artifact) -> str:
    try:
        with artifact.open() as stream:
            return views.format_of(stream.read(HEAD_NBYTES), artifact.path)
    except OSError:
        return ""


def _below(model: Model, artifact: Artifact) -> str:
    return artifact.path.removeprefix(model.root).lstrip("/")


def _other(model: Model, artifact: Artifact) -> None:
    name = _below(model, artifact)
    if name.lower().endswith(HEAVY):
        model.unread[name] = artifact
        model.gaps.append(Gap("format", name))
    else:
        model.others[name] = artifact


def _list(model: Model, form: str, artifact: Artifact, limits: Limits, beside: views.Beside) -> None:
    """List the tensors of one file; a file that has none is no weights."""
    below = _below(model, artifact) or artifact.path.rpartition("/")[2]
    try:
        # A pickle tells storages twice: by the tensors that fill them, and by their types.
        found = views.table(artifact, form, limits, beside, shared=form not in PICKLED)
        if form == "torch" and not (found.views or found.left):
            found = views.table(artifact, "npz", limits, beside, shared=True)
        if form == "gguf":
            _metadata(model, artifact, limits)
    except OSError:
        model.gaps.append(Gap("unreadable", below))
        return
    if found.views or found.left:
        model.formats.add(found.format)
        model.files.append(artifact)
        _keep(model, artifact, found, below)
    elif form == "onnx":
        model.others[below] = artifact  # a graph without weights
    else:
        _other(model, artifact)


def _keep(model: Model, artifact: Artifact, found: views.Table, below: str) -> None:
    """Keep what a file lists. Parts of pipelines name tensors alike: a folder below the root goes before the name."""
    folder = below.rpartition("/")[0]
    cut = {one.name for one in found.left if one.reason == "outside"}
    for one in found.left:
        name = below if one.reason in {"broken", "entries"} else _named(folder, one.name or below)
        model.gaps.append(Gap(REASONS.get(one.reason, one.reason), name))
        if one.name and one.reason != "entries":
            model.tensors[_named(folder, one.name)] = Stored(_named(folder, one.name), "", (), artifact, -1, one.nbytes)
    for number, view in enumerate(found.views):
        name = _named(folder, view.name or f"{below} {number}")
        if view.name not in cut:
            _add(model, name, view, artifact)


def _named(folder: str, name: str) -> str:
    name = name.lstrip("/")  # HDF5 counts from a root
    return f"{folder}/{name}" if folder else name


def _add(model: Model, name: str, view: views.TensorView, artifact: Artifact) -> None:
    """Keep one tensor; that its shape asks for other bytes than it has is a gap."""
    if name in model.tensors:
        model.gaps.append(Gap("several", name))
        return
    start, shape = view.start, view.shape
    if not view.dtype:
        shape = (view.nbytes,)
    elif not shape and model.formats & PICKLED:
        shape = (view.elements,)  # a storage of several tensors
    elif product(shape) != view.elements:
        model.gaps.append(Gap("outside", name))
        start = -1
    model.tensors[name] = Stored(name, view.dtype or BYTES, shape, artifact, start, view.nbytes, view)


def _metadata(model: Model, artifact: Artifact, limits: Limits) -> None:
    """Keep what a GGUF file says of itself, texts and numbers."""
    from scanner.formats.gguf.listing import listing

    with suppress(MalformedError):
        for row in listing(artifact, limits):
            if row.kind != "metadata":
                break
            if row.name == TEMPLATE:
                with artifact.open() as stream:
                    raw = read_at(stream, row.offset, min(row.nbytes, limits.text_nbytes))
                model.metadata[TEMPLATE] = raw[max(0, row.nbytes - row.shape[0]) :].decode("utf-8", "replace")
            elif row.value and row.dtype != "array":
                model.metadata.setdefault(row.name, row.value)


def _shards(model: Model) -> None:
    """Compare the files with the index of shards, where there is one."""
    from scanner.json_text import parse

    present = {_below(model, one) for one in model.files}
    for name, artifact in model.others.items():
        if not name.endswith((".safetensors.index.json", ".bin.index.json")):
            continue
        try:
            with artifact.open() as stream:
                top = parse(stream.read(min(artifact.size, 64 << 20)))
        except (MalformedError, OSError):
            model.gaps.append(Gap("malformed", name))
            continue
        listed = top.get("weight_map") if isinstance(top, dict) else None
        folder = name.rpartition("/")[0]
        wanted = {str(one) for one in listed.values()} if isinstance(listed, dict) else set()
        missing = sorted(one for one in wanted if (f"{folder}/{one}" if folder else one) not in present)
        model.gaps.extend(Gap("shard-missing", one[:200]) for one in missing[:100])


def heads_of(one: Stored, model: Model, base: Model) -> int:
    """Count the heads by which converters to GGUF turn the rows of a llama's queries and keys; 0 where they do not.

    Half the rows of a head come from its even places (convert_hf_to_gguf.py, LlamaModel.permute).
    """
    role = place(one.name).role
    if model.metadata.get("general.architecture") != "llama" or "gguf" in base.formats or role not in {"q", "k"}:
        return 0
    said = model.metadata.get("llama.attention.head_count", "")
    if role == "k":
        said = model.metadata.get("llama.attention.head_count_kv", said)
    heads = int(said) if said.isdecimal() and len(said) < 6 else 0  # noqa: PLR2004 - digits
    fits = heads > 0 and len(one.shape) == 2 and one.shape[0] % (2 * heads) == 0  # noqa: PLR2004 - a matrix
    return heads if fits and one.nbytes <= TURNED_NBYTES else 0


def turned(one: Stored, heads: int) -> Side:
    """Read a matrix whose rows are in the order that GGUF has them in. Raises `OSError` as `read` does."""
    import numpy as np

    rows = one.shape[0]
    if not known(one.dtype) or one.nbytes > TURNED_NBYTES:
        return one.side
    whole = np.frombuffer(one.read(0, one.nbytes), "u1").reshape(heads, 2, rows // heads // 2, -1)
    raw = whole.swapaxes(1, 2).tobytes()
    return Side(one.dtype, lambda at, size: raw[at : at + size])
