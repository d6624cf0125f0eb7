"""Facts about tables of tensors, whatever the format. `format` is the file's, `tensor` its name in the table."""

from scanner.facts.core import Fact
from scanner.record import record


@record
class TensorTable(Fact):
    """What a table of tensors adds up to: one fact a file.

    `parameters` counts elements, `nbytes` the bytes they need by dtype and shape; `dtypes` is sorted.
    `names` digests the set of names, so that two tables can be compared: SHA-256, hexadecimal; "" where some are
    not known.
    """

    format: str
    tensors: int
    parameters: int
    nbytes: int
    dtypes: tuple[str, ...]
    names: str


@record
class TensorMismatch(Fact):
    """Two statements about a tensor that do not fit. Numbers above 2**127 are given as 2**127.

    `how`, with what `expected` and `found` count:
    "size" (bytes by dtype and shape; bytes reserved), "outside" (bytes of the data section; end of the tensor),
    "outside-rest" (the same bytes; how many more are outside, of which `tensor` is the first),
    "overlap" (end of the tensor before, which `other` names; start), "shared" (the same, where both take the same
    bytes), "empty-shared" (the same, for tensors of no bytes), "unaligned" (alignment; offset),
    "dtype-unknown" (0; its code), "row" (elements of a block; of a row),
    "dimensions" (most the format allows; found), "zero-dimension" (0; which dimension),
    "negative-dimension" (which; as unsigned), "elements-overflow" (2**63 - 1; elements),
    "bytes-overflow" (2**64 - 1; bytes), "padding-overflow" (2**64 - 1; bytes with padding),
    "total-overflow" (2**64 - 1; bytes of all tensors before and of this one), "name-long" (most; characters),
    "repeated" (1; times), "data-missing" (bytes; 0), "data-twice" (1; places that hold its data).
    """

    format: str
    tensor: str
    how: str
    expected: int
    found: int
    other: str = ""


@record
class CountMismatch(Fact):
    """A count that the rest of the file cannot hold. `counted`: "keys", "tensors", "elements", "characters"."""

    format: str
    counted: str
    declared: int
    possible: int


@record
class ShardIndex(Fact):
    """An index of shards: how many tensors and files it names, and the bytes it says they have (-1: not said)."""

    shards: int
    tensors: int
    total_nbytes: int


@record
class ShardEntry(Fact):
    """One file named by an index. `names` digests the tensors it should hold as `TensorTable.names` does.

    `how`: how the name leads out of the index's folder ("absolute", "parent", "drive", "backslash", "control"), or "".
    """

    shard: str
    tensors: int
    names: str
    how: str


@record
class ShardGroup(Fact):
    """Files that one block of weights is cut into, and the bytes that they have together (-1: not said)."""

    format: str
    shards: tuple[str, ...]
    nbytes: int


@record
class ShardPart(Fact):
    """A file that says which part it is, counted from 0. -1 stands for what is not said.

    `named_number` and `named_count` are what the file's name says ("-00001-of-00003": 0 of 3).
    """

    format: str
    number: int
    count: int
    tensors: int
    named_number: int
    named_count: int


@record
class ShardMismatch(Fact):
    """An index or a part and the files beside it disagree.

    `how`: "missing" (a named file is not there), "names" (the same number of tensors, other names),
    "tensors" (another number of tensors), "total" (bytes of all tensors), "unlisted" (a shard no index names),
    "number" and "count" (a part's name says one thing, its keys another; from 0), "short" and "long" (fewer or more
    bytes than the weights take that an index puts there; `shard` is the last of its files).
    """

    shard: str
    how: str
    expected: int
    found: int


@record
class TensorSketch(Fact):
    """The tensors of a file one by one, so that two files can be compared: parallel lists, sorted by name.

    `dtypes` are in the words of numpy ("float32", "bfloat16"; types of ggml as they are), `shapes` in row-major order
    ("384x512", "" for a scalar). `samples` digest a few slices of each tensor's data, see `scanner.sketch`; "" where
    none was taken. A pickle of PyTorch names `storages` instead: the key of the one that a tensor fills, "" where it
    fills none. `complete`: no tensor is left out.
    """

    format: str
    tensors: tuple[str, ...]
    dtypes: tuple[str, ...]
    shapes: tuple[str, ...]
    samples: tuple[str, ...]
    storages: tuple[str, ...]
    complete: bool


@record
class TwinMismatch(Fact):
    """Two files of one folder that loaders take for the same model hold different tensors.

    `left` and `right` are the files, of several parts the one that holds `tensor`; `formats` are theirs, sorted.
    `how`: "content" (equal name, type and shape, other data), "shape" (equal name, other shape),
    "names" (tensors that only one of them has). `tensor` is the first such tensor, `tensors` counts them,
    `compared` those that were compared in this way; `share` is `tensors` of `compared`, from 0 to 1.
    `exact`: compared name by name; otherwise by the embedding alone, since the formats name tensors differently.
    """

    left: str
    right: str
    formats: tuple[str, ...]
    tensor: str
    how: str
    tensors: int
    compared: int
    share: float
    exact: bool
