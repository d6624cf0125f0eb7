"""Facts about what a model changed against a base: tensor by tensor, kind by kind, and the files beside the weights.

`kind` is one of "identical", "bits-only" (low bits of the mantissa alone), "row-edit" (some rows or columns, all others
bit for bit as before), "rank-one", "shared-direction" (one direction of the output changed in several matrices),
"low-rank" (a merged adapter), "full" (a fine-tune of all numbers), "requantized" (the base's numbers rounded to another
type), "edited-copy" (a quantised tensor that the base does not give), "non-finite", "missing", "added", "other-shape",
"not-compared" (a type whose numbers are not read), and against a lock "changed".
"""

from scanner.facts.core import Fact
from scanner.record import record


@record
class TensorDelta(Fact):
    """How one tensor differs. `layer` counts from 0, -1 for none; `dtype` is "" for a missing tensor.

    `relative` is the Frobenius norm of the change by that of the base; `energy` the share of the change in its first
    `rank` directions; `changed` the share of elements that differ; `agreement` the share of stored bytes (of numbers,
    where no block type is involved) equal to those that the base gives when it is rounded the same way.
    `rows` are the first of `row_count` changed rows (`axis` "column": columns), with the texts of their tokens where
    they are known. `bits` is the highest changed bit of a number, counted from 1; -1 where bits were not compared.
    """

    base: str
    tensor: str
    kind: str
    role: str
    layer: int
    dtype: str
    base_dtype: str
    shape: str
    rank: int = 0
    energy: float = 0.0
    relative: float = 0.0
    changed: float = 0.0
    agreement: float = 0.0
    axis: str = "row"
    rows: tuple[int, ...] = ()
    row_count: int = 0
    tokens: tuple[str, ...] = ()
    bits: int = -1


@record
class KindDelta(Fact):
    """All tensors of a model that changed in one `kind`, of `compared` that are in both.

    `relation` is what the model is said to be to its base ("finetune", "merge", "adapter", "quantized", "copy", "" for
    nothing), `by` whom: "user", "model" (its own card), "". `rank`, `relative` and `bits` are the largest of these
    tensors, `agreement` the least. `everywhere`: every quantised tensor disagrees, as with another quantiser.
    `exact`: all of these tensors are in types that have one way to be written.
    """

    base: str
    kind: str
    tensors: int
    compared: int
    layers: tuple[int, ...]
    first: str
    relation: str
    by: str
    rank: int = 0
    relative: float = 0.0
    agreement: float = 0.0
    bits: int = -1
    everywhere: bool = False
    exact: bool = True
    tokens: tuple[str, ...] = ()


@record
class ModelDelta(Fact):
    """What a comparison adds up to. `alike`: enough tensors are in both, in equal shapes, to speak of a base."""

    base: str
    tensors: int
    base_tensors: int
    paired: int
    identical: int
    formats: tuple[str, ...]
    relation: str
    by: str
    alike: bool


@record
class CompanionDelta(Fact):
    """A file beside the weights that differs from the base's. `how`: "differs", "missing", "added".

    `subject`: "tokenizer", "template", "config", "code", "other".
    """

    base: str
    file: str
    subject: str
    how: str


@record
class SettingDelta(Fact):
    """One value in a file beside the weights (`file` "": in the file of the weights) that is not as in the base's.

    `key` is a JSON pointer, "" for a text as a whole. `how`: "changed", "added", "removed". `before` and `after` are
    cut to where they differ. `subject` as in `CompanionDelta`; a template inside a configuration is a "template".
    """

    base: str
    file: str
    subject: str
    key: str
    how: str
    before: str
    after: str


@record
class GraphDelta(Fact):
    """How a graph stands to that of a trusted export, one fact a file. `nodes` and `base_nodes` count all of them.

    `share`: nodes that were added, removed or changed, of the larger side. `operators`: those of added nodes. `choices`
    counts `ChoiceDelta`s. `first` is the first node that differs.
    """

    base: str
    file: str
    nodes: int
    base_nodes: int
    added: int
    removed: int
    changed: int
    share: float
    operators: tuple[str, ...]
    choices: int
    first: str
    relation: str


@record
class NodeDelta(Fact):
    """One node that differs. `how`: "added", "removed", "changed"; `before` says what a changed one was."""

    base: str
    file: str
    how: str
    operator: str
    node: str
    scope: str
    before: str


@record
class ChoiceDelta(Fact):
    """A choice on the input that the trusted export does not make; see `scanner.facts.graph.GraphCondition`."""

    base: str
    file: str
    operator: str
    comparison: str
    constants: tuple[str, ...]
    fixed: bool
    value: str
    raw: bool
    compared: bool
    distance: int
    node: str


@record
class DeltaUnread(Fact):
    """Something of the base or the model that could not be compared. `side`: "base", "model".

    `what`: "shard-missing", "malformed", "outside" (a tensor whose data are not there), "format", "several", "none",
    "type" (of a tensor), "unreadable", "large"; or a reason of `scanner.facts.weights.TensorsLeft`. `name` is the file
    or tensor.
    """

    base: str
    side: str
    what: str
    name: str


@record
class BaseLikeness(Fact):
    """How near a model is to one whose fingerprints are known, in the file `base`. `rank` 1 is the nearest.

    Of `tensors` of the larger side `identical` have the same digest and `near` a sketch that is close; `share` is both
    of all, from 0 to 1. `relative` is the median distance of the near ones by the norm of the base's.
    """

    base: str
    rank: int
    tensors: int
    identical: int
    near: int
    share: float
    relative: float


@record
class TensorPrint(Fact):
    """The fingerprint of one tensor, as `scanner.compare.lock` keeps it: `shape` "384x512", `sketch` in base64."""

    tensor: str
    dtype: str
    shape: str
    sha256: str
    sketch: str
