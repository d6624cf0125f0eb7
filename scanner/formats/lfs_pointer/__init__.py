"""Pointers of Git LFS and of Xet: a few lines that stand for a file which is somewhere else."""

import re
from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.facts.card import StoragePointer
from scanner.format import Format
from scanner.limits import Limits

MARKS = (b"version https://git-lfs.github.com/spec/", b"version https://hawser.github.com/spec/", b"# xet version ")

NBYTES = 1024
"""A pointer is shorter than this (specification of Git LFS, "The Pointer")."""

WEIGHTS = (
    ".safetensors", ".bin", ".pt", ".pth", ".ckpt", ".gguf", ".ggml", ".onnx", ".h5", ".keras", ".msgpack", ".tflite",
    ".pkl", ".pickle", ".joblib", ".npy", ".npz", ".pb", ".model", ".mlmodel", ".engine", ".nemo", ".pdparams", ".data",
    ".onnx_data", ".ot", ".tar", ".zip", ".parquet", ".arrow", ".weights", ".task", ".pte", ".mar",
)  # fmt: skip

_SIZE = re.compile(rb"(?m)^(?:size |filesize ?= ?)(\d{1,18})\r?$")
_WHOLE = re.compile(
    rb"version https://(?:git-lfs|hawser)\.github\.com/spec/v1\n(?:ext-\d-[\w.-]{1,40} sha256:[0-9a-f]{64}\n)*"
    rb"oid sha256:[0-9a-f]{64}\nsize \d{1,18}\n\Z"
    rb"|# xet version \S{1,40}\n(?:[\w ]{1,40}= ?[^\n]{1,200}\n?){1,6}\Z"
)


def claims(head: bytes, path: str) -> bool:  # noqa: ARG001 - the bytes alone tell
    """The first line of a pointer."""
    return head.startswith(MARKS)


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact]:  # noqa: ARG001 - a pointer is short
    """Yield what the pointer promises."""
    with artifact.open() as stream:
        raw = stream.read(NBYTES)
    size = _SIZE.search(raw)
    name = artifact.path.rpartition("/")[2].lower()
    yield StoragePointer(
        where=artifact.at(),
        suffix=name[name.rfind(".") :] if "." in name else "",
        weights=name.endswith(WEIGHTS),
        size=int(size[1]) if size else -1,
        complete=artifact.size <= NBYTES and _WHOLE.match(raw) is not None,
    )


FORMAT = Format(
    name="lfs_pointer",
    spec="https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md",
    claims=claims,
    read=read,
    opens=b"v#",
    holds=MARKS,
    reads="the size that it promises",
    leaves="the file it stands for, which is not here",
)
