"""Facts about Keras configurations.

`container` says where the configuration lies: "keras" (a `.keras` zip), "hdf5" (an attribute of an HDF5 file),
"savedmodel" (metadata of a SavedModel) or "json" (a file of its own). `where.pointer` leads to the object.
"""

from scanner.facts.core import Fact
from scanner.record import record


@record
class KerasModel(Fact):
    """A configuration: the class at its top, the Keras that wrote it, and how many objects it holds."""

    container: str
    class_name: str
    version: str
    backend: str
    objects: int


@record
class KerasObject(Fact):
    """A class or function that loading looks up by name. One fact a name; `count` says how often it occurs.

    `target`: module and name with a dot between. `package`: the module's first segment; both empty where only a
    name is given. `kind`: "class", "function", "typespec" (`__typespec__`), "operator" (a TensorFlow function
    of a TFOpLambda or SlicingOpLambda layer), "name" (a bare name of an activation, loss, metric or optimizer).
    `registered`: the name it is registered under, where that differs. `place`: the key it hangs under.
    `arguments`: what a Lambda layer calls it with, as JSON, cut.
    """

    container: str
    kind: str
    target: str
    module: str
    package: str
    name: str
    registered: str
    place: str
    arguments: str
    count: int


@record
class KerasCode(Fact):
    """Python code of a Lambda layer (or another field that holds a function).

    `form`: "bytecode" (marshal data) or "text" (source). `names`: globals and attributes that the bytecode uses,
    `strings`: its string constants, both cut. `complete`: the marshal data was read to its end. `size` in bytes.
    """

    container: str
    layer: str
    key: str
    form: str
    names: tuple[str, ...]
    strings: tuple[str, ...]
    complete: bool
    size: int


@record
class KerasPath(Fact):
    """A text of a configuration that names a file or an address.

    `loaded`: the class opens it while it is built from its configuration (a vocabulary, a SavedModel).
    `how`: "url", "absolute", "parent", "drive", "backslash", "control", or "" for a name beside the model.
    """

    container: str
    class_name: str
    key: str
    value: str
    how: str
    loaded: bool


@record
class KerasWrappedModule(Fact):
    """A PyTorch module as pickled bytes inside a layer's configuration; the bytes are a nested artifact."""

    container: str
    class_name: str
    size: int
