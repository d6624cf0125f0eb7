"""Facts about models of fastText."""

from scanner.facts.core import Fact
from scanner.record import record


@record
class FasttextModel(Fact):
    """A model. `kind`: "cbow", "skipgram", "supervised" or a number. `dim`: elements of a vector.

    `words`, `labels` and `buckets` count rows. `quantised`: the vectors are stored as codes.
    """

    version: int
    kind: str
    dim: int
    words: int
    labels: int
    buckets: int
    quantised: bool
