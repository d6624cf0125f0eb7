"""The configuration beside the weights of a model: `config.json` of transformers, `params.json` of Llama."""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.limits import Limits
from scanner.pattern import pattern

NAMES = ("config.json", "params.json")

_BLANK = b" \t\r\n\xef\xbb\xbf"
_KIND = pattern(rb'"(?:model_type|architectures)"\s*:')
_NUMBERS = pattern(
    rb'"(?:hidden_size|num_hidden_layers|num_attention_heads|vocab_size|intermediate_size|n_embd|n_layers?|n_heads?|'
    rb'd_model|dim|num_layers|num_heads)"\s*:\s*-?\d'
)
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
    reads="kind, sizes, layers, element type and quantization of a model and of each part of it, keys given twice",
    leaves="settings that no tensor shows",
)
