"""Facts about pickle streams.

Names are given as Python 3 resolves them: for protocols below 3 through `_compat_pickle`
(`__builtin__.eval` reads `builtins.eval`). `callable` is the full dotted name, module and all;
`package` its first segment; `tails` every dotted suffix of it, the longest first
("torch.serialization.os.system", "serialization.os.system", "os.system", "system").
"""

from scanner.facts.core import Fact
from scanner.record import record


@record
class PickleStream(Fact):
    """One stream, from its first opcode to STOP or to the break. `index` counts streams in the artifact."""

    index: int
    protocol: int
    opcodes: int
    complete: bool


@record
class PickleImport(Fact):
    """A name that the unpickler imports. One fact a name and stream, at its first offset.

    `called`: it is called, instantiated or state is set on it later in the stream.
    `assembled`: a part of the name was computed by the stream, not written as one constant.
    """

    callable: str
    module: str
    name: str
    package: str
    tails: tuple[str, ...]
    opcode: str
    called: bool
    assembled: bool
    count: int


@record
class PickleCall(Fact):
    """A call that the unpickler makes.

    `how`: "call" (callable(*args): REDUCE, INST, OBJ), "new" (an instance without `__init__`: NEWOBJ,
    NEWOBJ_EX, copyreg._reconstructor, copyreg.__newobj__), "result" (what is called is itself the result
    of a call, an attribute of one, or otherwise no import).
    A call that the unpickler leads to through a helper counts as one: `dill._dill._create_type(f, x)` calls f, and
    BUILD calls the `__setstate__` of a class that the stream carries.
    `args`: the constant arguments as Python source, escaped and cut; `...` where a value is not constant.
    `handed`: the imports behind those arguments, or items of a list or tuple among them, that the stream made by a
    call: `cloudpickle.cloudpickle._make_function` for a function that it carries, the class for an instance.
    `texts`: a text is among the arguments, or deep in a list or tuple among them.
    `count`: how many calls of this callable with these arguments are folded into this fact.
    """

    callable: str
    module: str
    name: str
    package: str
    tails: tuple[str, ...]
    opcode: str
    how: str
    args: str
    handed: tuple[str, ...] = ()
    texts: bool = False
    count: int


@record
class PickleState(Fact):
    """State set by BUILD, or items set on something that is no plain container.

    `target`: "global" (an imported object itself), "instance" (made by how="new"),
    "result" (of a call) or "other". `callable` (and the other names) is the import behind it.
    `keys`: the constant keys of the state; `?` stands for one that is computed, or for a state that is no plain dict.
    `objects`: those whose value is an import, an instance or what a call returns, arrays and containers left out.
    """

    callable: str
    module: str
    name: str
    package: str
    tails: tuple[str, ...]
    target: str
    keys: tuple[str, ...]
    objects: tuple[str, ...] = ()
    count: int


@record
class PickleStateText(Fact):
    """A text in the state of an object, under a key whose class is known to compile it.

    `callable` is the import behind the object. `text` is cut; `?` where it is not constant.
    """

    callable: str
    key: str
    text: str


@record
class PickleAttribute(Fact):
    """An attribute fetched by the stream: by getattr, operator.attrgetter or a dotted name.

    `segment` is the attribute; `callable` what it is taken from.
    """

    callable: str
    segment: str
    package: str
    via: str


@record
class PicklePersistentId(Fact):
    """A persistent id: the loader, not the pickle, decides what it means. `kind`: its first constant."""

    kind: str
    count: int


@record
class PickleExtension(Fact):
    """An EXT opcode: a name from the copyreg registry of the loading process. `name` if registered in band."""

    code: int
    name: str
    called: bool


@record
class PickleCode(Fact):
    """Python bytecode carried by the pickle.

    `builder`: the callable that makes it a code object. `names`: the global and attribute names it uses.
    `strings`: its string constants, cut.
    """

    builder: str
    function: str
    names: tuple[str, ...]
    strings: tuple[str, ...]


@record
class PickleBroken(Fact):
    """The stream breaks: the unpickler raises here, after having run all that came before.

    `opcode` is empty at the end of the bytes. `active`: imports or calls ran before the break.
    """

    reason: str
    opcode: str
    active: bool


@record
class PickleTrailing(Fact):
    """Bytes after the last STOP that are neither a stream nor explained by the format. `blank`: all zero."""

    size: int
    blank: bool


@record
class PickleDisguised(Fact):
    """A pickle with imports under a name that promises something else. `suffix` is that name's."""

    suffix: str


@record
class PickleExpansion(Fact):
    """What the stream builds outgrows it: `objects` reachable by `nbytes` of opcodes (references counted)."""

    objects: int
    nbytes: int


@record
class PickleFile(Fact):
    """A file beside the pickle that the loader opens because the pickle names it (joblib's NDArrayWrapper).

    `callable` is the class whose state holds the `filename`.
    """

    callable: str
    filename: str


@record
class PickleFrameSplit(Fact):
    """A frame that ends inside an opcode's argument: the stream reads differently from different files.

    The C unpickler drops the `dropped` bytes left of the frame where the file cannot peek, as `io.BytesIO` cannot,
    and keeps them elsewhere; the Python unpickler raises. Both readings are read.
    """

    dropped: int
