"""JSON files around a tokenizer: what its special and added tokens are, where generation stops, chat templates."""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.limits import Limits
from scanner.pattern import pattern

NAMES = (
    "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "chat_template.json",
    "generation_config.json", "config.json", "processor_config.json", "preprocessor_config.json",
)  # fmt: skip

_BLANK = b" \t\r\n\xef\xbb\xbf"
_KEYS = pattern(
    rb'"(?:chat_template|added_tokens_decoder|tokenizer_class|additional_special_tokens|'
    rb'(?:bos|eos|unk|pad|sep|cls|mask)_token(?:_id)?)"\s*:'
)

_PIPELINE = pattern(rb'"(?:pre_tokenizer|post_processor)"\s*:')
"""Keys of `tokenizer.json`, whose model names its unknown token: another reader has it."""


def claims(head: bytes, path: str) -> bool:
    """Claim JSON objects that name special tokens or a chat template, and those with a usual name."""
    if head.lstrip(_BLANK)[:1] != b"{":
        return False
    if path.rpartition("/")[2].rpartition("!")[2] in NAMES:
        return True
    return _KEYS.search(head) is not None and _PIPELINE.search(head) is None


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield tokens and what they are for; chat templates as artifacts of their own."""
    from scanner.formats.tokenizer_config.reading import facts

    yield from facts(artifact, limits)


FORMAT = Format(
    name="tokenizer_config",
    spec="https://huggingface.co/docs/transformers/main_classes/tokenizer",
    claims=claims,
    read=read,
    opens=b"{" + _BLANK,
    reads="special tokens, added tokens, ids at which generation stops, chat templates by name, keys given twice",
    leaves="settings of a tokenizer's class",
)
