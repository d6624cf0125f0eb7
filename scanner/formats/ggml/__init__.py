"""ggml before GGUF: parameters, a vocabulary, and tensors one after the other (whisper.cpp, LLaMA of 2023, LoRA)."""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.limits import Limits

MAGICS = {b"lmgg": "ggml", b"fmgg": "ggmf", b"tjgg": "ggjt", b"algg": "ggla"}
"""Numbers of 4 bytes, little-endian."""


def claims(head: bytes, path: str) -> bool:  # noqa: ARG001 - decided by content
    """One of the magic numbers, and numbers behind it."""
    return head[:4] in MAGICS and b"\0" in head[4:16]


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield the parameters and the table of tensors where a known layout fits; say so where none does."""
    from scanner.formats.ggml.reading import facts

    yield from facts(artifact, limits)


FORMAT = Format(
    name="ggml",
    spec="https://github.com/ggml-org/whisper.cpp/blob/master/models/convert-pt-to-ggml.py",
    claims=claims,
    read=read,
    opens=b"lfta",
    reads="parameters, vocabulary and tensors of whisper.cpp, of LLaMA in ggml, ggmf and ggjt, and of LoRA adapters in "
    "ggla, each to the last byte",
    leaves="models of other architectures, which say nowhere how their parameters are laid out; numbers in tensors",
)
