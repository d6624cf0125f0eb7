"""Storages of a torch zip against the pickle that names them: missing, unreferenced, or of another size."""

from collections.abc import Iterator, Sequence

from scanner.facts import Fact
from scanner.facts.pickle import PickleStream
from scanner.facts.torch import StorageMismatch, StorageReference, TorchCheckpoint, TorchStorage

LAYOUTS = ("zip", "torchscript")
"""Layouts whose pickles lie beside the folder of their storages."""


def derive(facts: Sequence[Fact]) -> Iterator[Fact]:
    """Join what lies in a folder of storages with what its pickle refers to.

    Silent where the pickle did not come to its end, since what it would have named is not known.
    """
    stored = {
        (f"{fact.where.path}!{fact.folder}.pkl", fact.storage): fact for fact in facts if isinstance(fact, TorchStorage)
    }
    named = {(fact.where.path, fact.storage): fact for fact in facts if isinstance(fact, StorageReference)}
    whole = {fact.where.path for fact in facts if isinstance(fact, PickleStream) and fact.complete}
    archives = {fact.where.path for fact in facts if isinstance(fact, TorchCheckpoint) and fact.layout in LAYOUTS}
    for key, found in stored.items():
        if key[0] in whole:
            yield from _compared(found, named.get(key))
    for key, reference in named.items():
        if key not in stored and key[0] in whole and key[0].rpartition("!")[0] in archives:
            yield StorageMismatch(
                where=reference.where, storage=key[1], how="missing", expected=reference.nbytes, found=0
            )


def _compared(found: TorchStorage, reference: StorageReference | None) -> Iterator[StorageMismatch]:
    if reference is None:
        how, expected = "unreferenced", 0
    elif reference.nbytes >= 0 and reference.nbytes != found.nbytes:
        how, expected = "size", reference.nbytes
    else:
        return
    yield StorageMismatch(where=found.where, storage=found.storage, how=how, expected=expected, found=found.nbytes)
