"""The configuration beside the weights of a model: `config.json` of transformers, `params.json` of Llama."""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.limits import Limits
from scanner.pattern import pattern

NAMES = ("config.json", "params.json")

_BLANK = b" \t\r\n\xef\xbb\xbf"
_KEYS = (
    b"hidden_size", b"num_hidden_layers", b"num_attention_heads", b"vocab_size", b"intermediate_size", b"n_embd",
    b"n_layer", b"n_layers", b"n_head", b"n_heads", b"d_model", b"dim", b"num_layers", b"num_heads",
)  # fmt: skip
_KIND = pattern(rb'"(?:model_type|architectures)"\s*:')
_NUMBERS = pattern(rb'"(?:' + b"|".join(_KEYS) + rb')"\s*:\s*-?\d')
_SEVERAL = 3


def claims(head: bytes, path: str) -> bool:
    """A JSON object that names the kind of a model, or several of its numbers; any object under its usual names."""
    if head.lstrip(_BLANK)[:1] != b"{":
        return False
    if path.rpartition("/")[2].rpartition("!")[2] in NAMES or _KIND.search(head):
        return True
    return len(set(_NUMBERS.findall(head))) >= _SEVERAL


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield one fact for each object that describes a model, and keys given twice."""
    from scanner.formats.model_config.reading import facts

    yield from facts(artifact, limits)


FORMAT = Format(
    name="model-config",
    spec="https://huggingface.co/docs/transformers/main_classes/configuration",
    claims=claims,
    read=read,
    opens=b"{" + _BLANK,
    holds=(b'"model_type"', b'"architectures"', *(b'"%b"' % key for key in _KEYS)),
    named=NAMES,
    reads="kind, sizes, layers, element type and quantization of a model and of each part of it, keys given twice",
    leaves="settings that no tensor shows",
)
