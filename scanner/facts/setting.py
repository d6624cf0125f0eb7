"""Facts about settings of models: generation, adapters, labels, preprocessing, quantization, numbers of a config."""

from scanner.facts.core import Fact
from scanner.record import record


@record
class SettingNumber(Fact):
    """A number that steers a model. `subject`: "generation", "model", "image", "audio".

    `key` is its name ("temperature", "rope_factor", "image_std"), `family` the `model_type` beside it, "" for none.
    `value` is the number as written; `lowest` and `highest` are the least and greatest of several ("image_std" has one
    for each channel), both the number itself where it is one. `finite` is false for NaN and infinity, which `lowest`
    and `highest` then show as 0. `ratio`: `highest` over what it is measured with (the context for lengths), -1 where
    nothing is given. `known`: a well-known set that equals it ("imagenet", "clip", "half", "unit"), "" for none.
    """

    subject: str
    key: str
    family: str
    value: str
    lowest: float
    highest: float
    finite: bool
    ratio: float
    known: str


@record
class GenerationChoice(Fact):
    """A setting that changes how text is made beside plain sampling. `key` as `GenerationConfig` has it.

    `value` is cut text. `place`: "" for none, or what a model that helps is: "local" (a path), "repository" (a name).
    """

    key: str
    value: str
    place: str


@record
class SuppressedText(Fact):
    """A token, or several in a row, that generation may never make. `key`: "suppress_tokens", "bad_words_ids" ...

    `ids` are the tokens, `text` what they spell ("" where no tokenizer lies beside). `stop`: it ends a text, as one of
    the ids at which generation stops, or by its name ("<|eot_id|>"). `start`: only the first token is concerned.
    Without `ids`: the list is longer than what was read of it.
    `spared`: ids at which generation stops that are not suppressed. `listed` counts all that the key suppresses.
    """

    key: str
    ids: tuple[int, ...]
    text: str
    stop: bool
    start: bool
    spared: int
    listed: int


@record
class ForcedText(Fact):
    """Tokens that each answer is made to start or end with. `tokens` counts them.

    `text` is what they spell, markup left out, `words` how many words that are; "" and 0 where no tokenizer tells.
    `told`: how many of the tokens a tokenizer beside has a text for.
    """

    key: str
    tokens: int
    told: int
    text: str
    words: int


@record
class AdapterSettings(Fact):
    """What an adapter changes in its base (`adapter_config.json` of PEFT). Numbers that are not given are -1.

    `saves`: modules that it brings whole (`modules_to_save`), `vocabulary`: the embedding or output matrix is one.
    `scale` is alpha over rank. `highest_rank` and `highest_alpha` are the greatest of all patterns and the plain ones.
    `repeated` counts blocks of `layer_replication`, `replicated` layers that it makes run. `tokens` counts
    `trainable_token_indices`. `start`: how weights begin (`init_lora_weights`), a method or a path.
    `base` is the model that it names, `near` the well-known publisher that this name resembles and is not, by `how`.
    `card`: bases that the model card beside names; `agrees`: one of them is `base`, None where a side says nothing.
    """

    method: str
    base: str
    near: str
    how: str
    card: tuple[str, ...]
    agrees: bool | None
    rank: float
    alpha: float
    scale: float
    highest_rank: float
    highest_alpha: float
    saves: tuple[str, ...]
    vocabulary: bool
    tokens: int
    repeated: int
    replicated: int
    start: str


@record
class LabelMismatch(Fact):
    """The names of a classifier's answers contradict each other.

    `how`: "exchanged" (both tables have the same names, under other ids), "differ" (an id or name has no counterpart),
    "repeated" (one name stands for several ids), "count" (`num_labels` is not how many there are).
    `label` is the first name concerned, `left` what `id2label` (or `num_labels`) says, `right` what `label2id` says;
    `labels` counts the names, `concerned` those that differ.
    """

    how: str
    label: str
    left: str
    right: str
    labels: int
    concerned: int


@record
class QuantizationMismatch(Fact):
    """A quantization that is described and the tensors beside disagree.

    `method` as `quant_method` says it, "" for none. `how`: "plain" (the method leaves marks in the names or types of
    tensors, and none is there), "packed" (tensors are packed, and no method is described), "skips-nothing" (a module
    that is said to be left out is not there), "unknown" (no method that is known). `name` is the tensor or module.
    """

    method: str
    how: str
    name: str


@record
class ShapeMismatch(Fact):
    """Numbers of one configuration that cannot be true together.

    `what`: "heads" (the width is no multiple of the heads), "groups" (the heads are no multiple of the heads for keys
    and values), "experts" (more are asked at once than there are), "window" (a window longer than all positions),
    "padding" (the id for padding lies outside of the vocabulary), "decoded" (the same, of begin or end of a text).
    `left` and `right` are the two numbers, in this order.
    """

    family: str
    what: str
    left: int
    right: int
