"""The `tokenizer.json` of the tokenizers library: vocabulary, merges, added tokens and every step of the pipeline."""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.limits import Limits
from scanner.pattern import pattern

_KEYS = (
    b"version", b"truncation", b"padding", b"added_tokens", b"normalizer", b"pre_tokenizer", b"post_processor",
    b"decoder", b"model",
)  # fmt: skip
_KEY = pattern(rb'"(' + b"|".join(_KEYS) + rb')"\s*+:')
_MODEL = pattern(rb'"model"\s*+:\s*+\{\s*+"(?:type|vocab|merges|dropout|unk_token|unk_id)"\s*+:')
_SEVERAL = 3
_BLANK = b" \t\r\n\xef\xbb\xbf"


def claims(head: bytes, path: str) -> bool:
    """A JSON object with a model and a step beside it, or several of the keys before a model; any under its name."""
    if head.lstrip(_BLANK)[:1] != b"{":
        return False
    keys = set(_KEY.findall(head))
    if b"model" in keys and (len(keys) > 1 or b'"vocab"' in head) and _MODEL.search(head):
        return True
    return len(keys) >= _SEVERAL or (path.endswith("tokenizer.json") and b'"class_name"' not in head)


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield the vocabulary, the merges against it, added and special tokens, and each step of the pipeline."""
    from scanner.formats.tokenizer.reading import facts

    yield from facts(artifact, limits)


FORMAT = Format(
    name="tokenizer",
    spec="https://huggingface.co/docs/tokenizers/api/tokenizer",
    claims=claims,
    read=read,
    opens=b"{ \t\r\n\xef",
    holds=tuple(b'"%b"' % key for key in _KEYS),
    named=("tokenizer.json",),
    reads="every row of the vocabulary and every merge, added tokens, each step that changes text, what templates add",
    leaves="truncation; what a chain of steps makes of a text",
)
