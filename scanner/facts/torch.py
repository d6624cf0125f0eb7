"""Facts about PyTorch checkpoints."""

from scanner.facts.core import Fact
from scanner.record import record


@record
class TorchCheckpoint(Fact):
    """A PyTorch file. `layout`: "zip", "legacy", "tar", "torchscript", "package", "export", "mar"."""

    layout: str
    storages: int
    byteorder: str
    version: str


@record
class StorageMismatch(Fact):
    """A storage and the pickle that names it disagree.

    `how`: "missing" (named, not there), "unreferenced" (there, not named), "size" (bytes differ).
    """

    storage: str
    how: str
    expected: int
    found: int


@record
class ScriptOperator(Fact):
    """An operator or import used by TorchScript source, with its line."""

    name: str
    source: str


@record
class StorageReference(Fact):
    """A storage that a pickle names by persistent id: ('storage', type, key, location, numel).

    `nbytes` is numel times the element size of the type, or -1 where the type or the count is unknown.
    """

    storage: str
    type: str
    location: str
    numel: int
    nbytes: int


@record
class TorchStorage(Fact):
    """A member of a torch zip that holds a storage: `folder`/`storage`, named by `folder`.pkl. `nbytes` as unpacked.

    A storage behind the streams of an old file has no folder. `sample` digests slices as `TensorSketch.samples` do,
    "" where none was taken.
    """

    storage: str
    folder: str
    nbytes: int
    sample: str = ""


@record
class LooseScriptType(Fact):
    """A type of TorchScript's package `__torch__` that a pickle makes outside a TorchScript archive."""

    callable: str
    module: str
