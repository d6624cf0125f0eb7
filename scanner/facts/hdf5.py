"""Facts about HDF5 files. Object names are paths inside the file ("/model_weights/dense/kernel:0")."""

from scanner.facts.core import Fact
from scanner.record import record


@record
class Hdf5File(Fact):
    """What a file holds. `version`: of its superblock; `userblock`: bytes before it.

    `filters`: filters that need a plug-in library, by name or number; `keras_version` and `backend`: attributes
    that Keras writes.
    """

    version: int
    userblock: int
    groups: int
    datasets: int
    attributes: int
    filters: tuple[str, ...]
    keras_version: str
    backend: str


@record
class Hdf5Link(Fact):
    """A name that leads to something else.

    `kind`: "soft" (a path in this file), "external" (an object of another HDF5 file), "virtual" (a dataset put
    together from other datasets), "storage" (a dataset whose bytes lie in another file, whatever its format).
    `file` is the other file, empty for this one; `target` the object in it.
    `how`: how `file` leads out of the folder ("absolute", "parent", "drive", "backslash", "control", "url"), or "".
    """

    kind: str
    name: str
    file: str
    target: str
    how: str


@record
class Hdf5Dataset(Fact):
    """A dataset whose statements do not fit. Bytes, numbers above 2**127 given as 2**127.

    `how`: "grows" (shape and type ask for far more than is stored), "outside" (its data lies past the end of the
    file), "short" (less is reserved than shape and type ask for), "overflow" (2**63 elements or more).
    """

    name: str
    how: str
    shape: tuple[int, ...]
    declared: int
    stored: int
