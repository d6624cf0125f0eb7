"""Facts about models in the formats of ggml before GGUF."""

from scanner.facts.core import Fact
from scanner.record import record


@record
class GgmlModel(Fact):
    """A model whose parameters, vocabulary and tensors fit the file to its last byte.

    `magic`: "ggml", "ggmf", "ggjt" or "ggla"; `version` is 0 for the first. `layout`: "whisper", "llama" or "adapter".
    `parameters`: its numbers in the order of the file; `words` counts its vocabulary.
    """

    magic: str
    version: int
    layout: str
    parameters: tuple[int, ...]
    words: int
