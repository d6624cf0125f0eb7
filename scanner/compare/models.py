"""The two sides of a comparison: which tensors a folder or file holds and where their numbers lie. No number is read.

Safetensors before GGUF where a folder has both. What cannot be compared is kept as a `Gap`, never left out in silence.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from scanner.artifact import Artifact
from scanner.compare.measure import Side
from scanner.compare.names import place
from scanner.compare.numbers import known, nbytes
from scanner.format import MalformedError
from scanner.limits import HEAD_NBYTES, Limits
from scanner.streams import read_at
from scanner.tensors import product

HEAVY = (".safetensors", ".gguf", ".bin", ".pt", ".pth", ".ckpt", ".h5", ".onnx", ".msgpack", ".npz", ".ot")
"""Ends of names under which weights are kept: of other files the bytes are compared."""


TURNED_NBYTES = 256 << 20
"""Largest matrix of queries or keys that is put in another order, in bytes."""


class Stored(NamedTuple):
    """One tensor. `shape` is in row-major order; `start` is a byte of the artifact."""

    name: str
    dtype: str
    shape: tuple[int, ...]
    artifact: Artifact
    start: int
    nbytes: int

    @property
    def side(self) -> Side:
        """How its bytes are read."""
        return Side(self.dtype, self.read)

    def read(self, at: int, size: int) -> bytes:
        """Read bytes of its data. Raises `OSError` where the file has fewer."""
        with self.artifact.open() as stream:
            found = read_at(stream, self.start + at, size)
        if len(found) != size:
            raise OSError(0, "the data end early", self.artifact.path)
        return found


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
    metadata: dict[str, object] = field(default_factory=dict)


def load(root: str, artifacts: Sequence[Artifact], limits: Limits) -> Model:
    """List a model's tensors. Raises nothing that its bytes can cause."""
    model = Model(root)
    found: dict[str, list[Artifact]] = {}
    for artifact in artifacts:
        form = _form(artifact)
        if form:
            found.setdefault(form, []).append(artifact)
        else:
            _other(model, artifact)
    for form in ("safetensors", "gguf"):
        if found.get(form) and not model.files:
            model.formats.add(form)
            model.files = found[form]
            for artifact in found[form]:
                _list(model, form, artifact, limits)
        else:
            for artifact in found.get(form, ()):
                model.unread[_below(model, artifact)] = artifact
                model.gaps.append(Gap("several", _below(model, artifact)))
    _shards(model)
    if not model.tensors and not model.gaps:
        model.gaps.append(Gap("none", root))
    return model


def _form(artifact: Artifact) -> str:
    from scanner.formats import gguf, safetensors

    try:
        with artifact.open() as stream:
            head = stream.read(HEAD_NBYTES)
    except OSError:
        return ""
    if safetensors.FORMAT.claims(head, artifact.path):
        return "safetensors"
    return "gguf" if gguf.FORMAT.claims(head, artifact.path) else ""


def _below(model: Model, artifact: Artifact) -> str:
    return artifact.path.removeprefix(model.root).lstrip("/")


def _other(model: Model, artifact: Artifact) -> None:
    name = _below(model, artifact)
    if name.lower().endswith(HEAVY):
        model.unread[name] = artifact
        model.gaps.append(Gap("format", name))
    else:
        model.others[name] = artifact


def _list(model: Model, form: str, artifact: Artifact, limits: Limits) -> None:
    listed = _safetensors(artifact, limits) if form == "safetensors" else _gguf(model, artifact, limits)
    try:
        for one in listed:
            if one.name in model.tensors:
                model.gaps.append(Gap("several", one.name))
            elif _lies(one):
                model.tensors[one.name] = one
            else:
                model.gaps.append(Gap("outside", one.name))
                model.tensors[one.name] = one._replace(start=-1)
    except MalformedError:
        model.gaps.append(Gap("malformed", _below(model, artifact)))
    except OSError:
        model.gaps.append(Gap("unreadable", _below(model, artifact)))


def _lies(one: Stored) -> bool:
    """Say whether a tensor's data are in the file, and as many as its shape asks for."""
    if one.start < 0 or one.nbytes < 0 or one.start + one.nbytes > one.artifact.size:
        return False
    return not known(one.dtype) or nbytes(one.dtype, product(one.shape)) == one.nbytes


def _safetensors(artifact: Artifact, limits: Limits) -> Iterator[Stored]:
    from scanner.formats.safetensors.header import parse

    with artifact.open() as stream:
        if int.from_bytes(stream.read(8), "little") > limits.header_nbytes:
            message = "the header is longer than is read"
            raise MalformedError(message, 0)
        stream.seek(0)
        header = parse(stream, artifact.size)
    if header.faults:
        message = "entries that are no tensors"
        raise MalformedError(message, 8)
    for one in header.tensors:
        yield Stored(one.name, one.dtype, one.shape, artifact, one.start, one.end - one.start)


def _gguf(model: Model, artifact: Artifact, limits: Limits) -> Iterator[Stored]:
    from scanner.formats.gguf.header import begin, fill
    from scanner.formats.gguf.reading import alignment_of

    with artifact.open() as stream:
        header = begin(stream)
        fill(header, stream, artifact.size, limits)
    if header.order != "little":
        message = "numbers in big-endian order are not compared"
        raise MalformedError(message, 4)
    model.metadata.update({pair.key: pair.value for pair in header.pairs if isinstance(pair.value, int | str)})
    alignment = alignment_of(header)[0]
    data = -(-header.end // alignment) * alignment
    for one in header.tensors:
        yield Stored(one.name, one.dtype, tuple(reversed(one.shape)), artifact, data + one.offset, one.nbytes)


def _shards(model: Model) -> None:
    """Compare the files with the index of shards, where there is one."""
    from scanner.json_text import parse

    present = {_below(model, one) for one in model.files}
    for name, artifact in model.others.items():
        if not name.endswith(".safetensors.index.json"):
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
    heads = model.metadata.get("llama.attention.head_count")
    if role == "k":
        heads = model.metadata.get("llama.attention.head_count_kv", heads)
    fits = isinstance(heads, int) and heads > 0 and len(one.shape) == 2 and one.shape[0] % (2 * heads) == 0  # noqa: PLR2004 - a matrix
    return heads if fits and one.nbytes <= TURNED_NBYTES and isinstance(heads, int) else 0


def turned(one: Stored, heads: int) -> Side:
    """Read a matrix whose rows are in the order that GGUF has them in. Raises `OSError` as `read` does."""
    import numpy as np

    rows = one.shape[0]
    if not known(one.dtype) or one.nbytes > TURNED_NBYTES:
        return one.side
    whole = np.frombuffer(one.read(0, one.nbytes), "u1").reshape(heads, 2, rows // heads // 2, -1)
    raw = whole.swapaxes(1, 2).tobytes()
    return Side(one.dtype, lambda at, size: raw[at : at + size])
