"""Pickle streams, protocols 0 to 5, alone or one behind the other, with the layouts of joblib and old torch files."""

from collections.abc import Iterator
from typing import Final

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.formats.pickle import opcodes as op
from scanner.formats.pickle.skim import recognise
from scanner.limits import HEAD_NBYTES, Limits

OTHERS: Final = frozenset(
    (".txt", ".md", ".rst", ".json", ".jsonl", ".yaml", ".yml", ".toml", ".xml", ".html", ".csv", ".tsv", ".log",
     ".py", ".js", ".css", ".jinja", ".jpg", ".jpeg", ".png", ".gif", ".bmp", ".webp", ".svg", ".wav", ".mp3", ".mp4",
     ".pdf", ".onnx", ".h5", ".hdf5", ".keras", ".safetensors", ".gguf", ".ggml", ".tflite", ".pb", ".npy", ".parquet",
     ".arrow")
)  # fmt: skip
"""Suffixes that promise something else than a pickle."""
PROMISING: Final = frozenset((".pkl", ".pickle", ".p", ".pk", ".pt", ".pth", ".ckpt", ".joblib", ".sav", ".dill"))
"""Suffixes that promise a pickle."""
SURE: Final = (".dill", ".joblib", ".pickle", ".pkl")
"""Suffixes that promise nothing else."""
_BEFORE: Final = b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"
"""Marks of an encoding and blanks: the unpickler stops there, a loader that skips them does not."""


def suffix(path: str) -> str:
    """Return the lower-case suffix of the last part of a path, with its dot; "" if there is none."""
    name = path.rpartition("/")[2].rpartition("!")[2]
    return "." + name.rpartition(".")[2].lower() if "." in name else ""


def claims(head: bytes, path: str) -> bool:
    """Claim what runs as a pickle, whatever its name; a file named as one with the protocol header as well."""
    ending = suffix(path)
    whole = len(head) < HEAD_NBYTES
    if ending in SURE and head[:1] in _BEFORE:
        head = head.lstrip(_BEFORE)
    return recognise(head, whole=whole, promised=ending in PROMISING)


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """State what unpickling would import, call and change; yield what its constants hold as artifacts."""
    from scanner.formats.pickle.reader import read_streams

    yield from read_streams(artifact, limits)


FORMAT = Format(
    name="pickle",
    spec="https://github.com/python/cpython/blob/main/Lib/pickletools.py",
    claims=claims,
    read=read,
    opens=bytes(byte for byte, shape in enumerate(op.SHAPE) if shape != op.INVALID),
    named=SURE,
    reads="every opcode of protocols 0 to 5 in every stream, joblib arrays, old torch files, what constants hold",
    leaves="what names and persistent ids mean to a loader that overrides them",
)
