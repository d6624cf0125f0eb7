"""Facts about the tensors of files, as readers state them."""

from scanner.artifact import Location
from scanner.facts.tensor import TensorSketch
from scanner.facts.torch import TorchCheckpoint, TorchStorage


def listed(path: str, form: str, *tensors: tuple, complete: bool = True):
    """A sketch of (name, dtype, shape, sample, storage)."""
    rows = [(*one, *("float32", "2x2", "", "")[len(one) - 1 :]) for one in tensors]
    columns = tuple(zip(*rows, strict=True)) or ((),) * 5
    return TensorSketch(
        where=Location(path=path), format=form, tensors=columns[0], dtypes=columns[1], shapes=columns[2],
        samples=columns[3], storages=columns[4], complete=complete,
    )  # fmt: skip


def checkpoint(path: str, byteorder: str = "little"):
    return TorchCheckpoint(where=Location(path=path), layout="zip", storages=1, byteorder=byteorder, version="3")


def stored(path: str, key: str, sample: str, folder: str = "a/data"):
    return TorchStorage(where=Location(path=path), storage=key, folder=folder, nbytes=4, sample=sample)
