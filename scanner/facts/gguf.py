"""Facts about GGUF files."""

from scanner.facts.core import Fact
from scanner.record import record


@record
class GgufHeader(Fact):
    """The header of a GGUF file. `byteorder`: "little" or "big". `alignment` of tensor data is in bytes.

    `aligned`: the alignment is a power of two, as the specification asks, and declared as uint32.
    """

    version: int
    byteorder: str
    keys: int
    tensors: int
    alignment: int
    aligned: bool
    architecture: str


@record
class GgufTokenizer(Fact):
    """The tokenizer arrays of a GGUF file, by their lengths; -1 stands for an array that is not there.

    `even`: scores and types are as long as the tokens. `templates` counts chat templates.
    """

    tokenizer: str
    tokens: int
    scores: int
    types: int
    merges: int
    even: bool
    templates: int
