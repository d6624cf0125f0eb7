"""Storages against the pickle that names them."""

from scanner.artifact import Location
from scanner.derive.torch.storages import derive
from scanner.facts.pickle import PickleStream
from scanner.facts.torch import StorageReference, TorchCheckpoint, TorchStorage

PICKLE = Location(path="m.pt!a/data.pkl")


def facts(*named: tuple[str, int], stored: dict[str, int], complete: bool = True):
    zip_ = Location(path="m.pt")
    yield TorchCheckpoint(where=zip_, layout="zip", storages=len(stored), byteorder="little", version="3")
    yield PickleStream(where=PICKLE, index=0, protocol=2, opcodes=9, complete=complete)
    for key, nbytes in named:
        yield StorageReference(
            where=PICKLE, storage=key, type="torch.FloatStorage", location="cpu", numel=1, nbytes=nbytes
        )
    for key, nbytes in stored.items():
        yield TorchStorage(where=zip_, storage=key, folder="a/data", nbytes=nbytes)


def found(*named: tuple[str, int], **rest):
    return [(fact.storage, fact.how, fact.expected, fact.found) for fact in derive(list(facts(*named, **rest)))]


def test_storages_that_agree_are_silent():
    assert found(("0", 4), ("1", -1), stored={"0": 4, "1": 9}) == []


def test_each_disagreement_is_named():
    assert found(("0", 4), ("2", 8), stored={"0": 5, "1": 9}) == [
        ("0", "size", 4, 5),
        ("1", "unreferenced", 0, 9),
        ("2", "missing", 8, 0),
    ]


def test_a_pickle_that_breaks_names_nothing():
    assert found(("2", 8), stored={"1": 9}, complete=False) == []
