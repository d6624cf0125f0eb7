"""Facts about folders that hold arrays in pieces: Orbax checkpoints, OCDBT databases, Zarr, TensorStore."""

from scanner.facts.core import Fact
from scanner.record import record


@record
class StoreRecord(Fact):
    """A record of an OCDBT database. `kind`: "manifest", "versions" or "tree".

    `entries` counts versions, children or keys; `files` the data files it names.
    """

    kind: str
    entries: int
    files: int


@record
class StoreTree(Fact):
    """Metadata of an Orbax checkpoint: how many arrays or items it names, and the handlers that are to read them.

    `kind`: "tree" (`_METADATA`), "checkpoint" (`_CHECKPOINT_METADATA`), "sharding" or "arrays".
    """

    kind: str
    entries: int
    handlers: tuple[str, ...]


@record
class StoreName(Fact):
    """A name of an array or asset that, joined to the checkpoint's folder, leads out of it.

    `how`: "absolute", "parent", "backslash" or "control".
    """

    format: str
    name: str
    how: str


@record
class StorePlace(Fact):
    """Where a TensorStore specification takes an array from. One fact a place; `places` counts specifications.

    `driver` is the key-value store's ("file", "gs", "http", …). `how` says how `location` leads out of the folder:
    "absolute", "parent", "drive", "backslash", "control", "url", or "" where it does not.
    """

    format: str
    driver: str
    location: str
    how: str
    places: int


@record
class ZarrArray(Fact):
    """One array of Zarr, version 2 or 3. `codecs`: what its chunks are passed through, by name, in written order.

    `objects`: its elements are Python objects (dtype "|O"), so a codec builds them.
    """

    version: int
    dtype: str
    shape: tuple[int, ...]
    codecs: tuple[str, ...]
    objects: bool
