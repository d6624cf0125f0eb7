"""GGUF, versions 1 to 3: key-value metadata, then tensor descriptions, then tensor data."""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.limits import Limits


def claims(head: bytes, path: str) -> bool:
    """The magic bytes, or the name (pointers of Git LFS apart)."""
    return head[:4] == b"GGUF" or (path.endswith(".gguf") and not head.startswith(b"version https://git-lfs"))


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield header, texts, chat templates, the layout of tensors and what lies outside of it."""
    from scanner.formats.gguf.reading import facts

    yield from facts(artifact, limits)


FORMAT = Format(
    name="gguf",
    spec="https://github.com/ggml-org/ggml/blob/master/docs/gguf.md",
    claims=claims,
    read=read,
    opens=b"G",
    named=(".gguf",),
    reads="versions 1 to 3 in both byte orders, all keys and value types, texts, chat templates, tokens by id, the "
    "layout of all tensors, bytes that no tensor covers, the first bytes of each tensor",
    leaves="the merges of tokenizers, the numbers inside tensors, the older GGML and GGJT files",
)
