"""Tokenizers run on texts of ours by the library that loads them, where it is installed: the extra `tokenizers`."""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.limits import Limits
from scanner.pattern import pattern

_KEYS = (
    b"model", b"added_tokens", b"pre_tokenizer", b"normalizer", b"post_processor", b"decoder", b"truncation",
    b"padding",
)  # fmt: skip
_MODEL = pattern(rb'"(?:' + b"|".join(_KEYS) + rb')"\s*+:')
_SEVERAL = 2


def claims(head: bytes, path: str) -> bool:
    """Ask for JSON objects that begin as `tokenizer.json` does; its vocabulary alone is longer than a head."""
    if head.lstrip()[:1] != b"{":
        return False
    return path.endswith("tokenizer.json") or len(set(_MODEL.findall(head))) >= _SEVERAL


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield texts that do not come back as they were, and how many tokens a text needs."""
    from scanner.formats.tokenizer_probe.probe import facts

    yield from facts(artifact, limits)


FORMAT = Format(
    name="tokenizer_probe",
    spec="https://huggingface.co/docs/tokenizers/api/tokenizer",
    claims=claims,
    read=read,
    opens=b"{\t\n\x0b\x0c\r ",
    holds=tuple(b'"%b"' % key for key in _KEYS),
    named=("tokenizer.json",),
    everywhere=True,
    reads="with the extra modelassay[tokenizers]: what byte-level tokenizers make of texts of ours, there and back",
    leaves="tokenizers of other kinds; files above 64 MB",
)
