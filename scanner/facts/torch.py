"""Facts about PyTorch checkpoints."""

from dataclasses import dataclass

from scanner.facts.core import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class TorchCheckpoint(Fact):
    """A PyTorch file. `layout`: "zip", "legacy", "tar", "torchscript", "package", "export", "mar"."""

    layout: str
    storages: int
    byteorder: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageMismatch(Fact):
    """A storage and the pickle that names it disagree.

    `how`: "missing" (named, not there), "unreferenced" (there, not named), "size" (bytes differ).
    """

    storage: str
    how: str
    expected: int
    found: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptOperator(Fact):
    """An operator or import used by TorchScript source, with its line."""

    name: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageReference(Fact):
    """A storage that a pickle names by persistent id: ('storage', type, key, location, numel).

    `nbytes` is numel times the element size of the type, or -1 where the type or the count is unknown.
    """

    storage: str
    type: str
    location: str
    numel: int
    nbytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TorchStorage(Fact):
    """A member of a torch zip that holds a storage: `folder`/`storage`, named by `folder`.pkl. `nbytes` as unpacked."""

    storage: str
    folder: str
    nbytes: int
