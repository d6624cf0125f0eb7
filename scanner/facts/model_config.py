"""Facts about what a configuration says of a model, and where its weights say otherwise."""

from scanner.facts.core import Fact
from scanner.record import record


@record
class ModelConfig(Fact):
    """The numbers of a model as a configuration gives them: one fact for each object that describes one.

    `format`: "json" (`config.json`, `params.json`) or "gguf" (keys of the file itself).
    `where.pointer` is "" for the document's own object and names a nested one (`text_config`, `vision_config`).
    A number that is not given is -1, a text "", a flag None. Families name one number differently (`hidden_size`,
    `n_embd`, `d_model`): the first name that is given counts. `vocabularies`, `widths` and `depths` hold, sorted, all
    numbers of this object whose keys speak of a vocabulary, of a width of vectors, of layers.
    `extra_layers` are further layers that predict later tokens, numbered behind the others.
    """

    format: str
    model_type: str
    architectures: tuple[str, ...]
    vocab_size: int
    hidden_size: int
    layers: int
    extra_layers: int
    heads: int
    kv_heads: int
    head_dim: int
    intermediate_size: int
    experts: int
    tied: bool | None
    dtype: str
    quantization: str
    vocabularies: tuple[int, ...]
    widths: tuple[int, ...]
    depths: tuple[int, ...]


@record
class ConfigMismatch(Fact):
    """A configuration and the tensors that it describes disagree. `format` is that of the configuration.

    `tensor` says otherwise and lies in the file `weights`; where all tensors together do, it is "".

    `what`, with what `expected` (by the configuration) and `found` (in the tensors) are:
    "vocabulary" (entries; rows of the embedding), "width" (of hidden vectors; of the embedding),
    "layers" (their number; the highest one named + 1), "dtype" (the type named; the type of most bytes),
    "tied" ("true": input and output share one tensor; "differ": there are two, and their data are not equal).
    `how`: "fewer" or "more" is found than expected, "other" where neither says it.
    """

    format: str
    weights: str
    tensor: str
    what: str
    how: str
    expected: str
    found: str
