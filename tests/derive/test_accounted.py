"""What nothing names and measures is told; plain numbers that a pickle or a manifest measures are not."""

import json
from pathlib import Path

import pytest

from scanner import scan
from scanner.artifact import Location
from scanner.derive.core.accounted import derive
from scanner.facts import Examined, Unrecognised
from scanner.facts.tensor import ShardGroup
from scanner.facts.torch import StorageReference
from tests.builders import archives as make
from tests.builders import programs

STORAGE = "m.pt!a/data/0"
FLOATS = b"\x81\xff\0\x01" * 2


def unknown(path: str, size: int = 8) -> Unrecognised:
    return Unrecognised(where=Location(path=path), suffix="", size=size, entropy=7.0, text=False)


def reference(storage: str, nbytes: int, pickle: str = "m.pt!a/data.pkl") -> StorageReference:
    place = Location(path=pickle)
    return StorageReference(where=place, storage=storage, type="x", location="cpu", numel=1, nbytes=nbytes)


def group(nbytes: int, *shards: str) -> ShardGroup:
    return ShardGroup(where=Location(path="d/model.json"), format="tensorflow", shards=shards, nbytes=nbytes)


def told(*facts) -> list[str]:
    return [fact.where.path for fact in derive(facts)]


def test_a_storage_that_its_pickle_names_and_measures_is_accounted_for():
    assert told(unknown(STORAGE), reference("0", 8)) == []


@pytest.mark.parametrize(
    "named",
    [
        reference("0", 9),
        reference("0", -1),
        reference("1", 8),
        reference("0", 8, "m.pt!b/data.pkl"),
        reference("0", 8, "other.pt!a/data.pkl"),
        reference("0", 8, "m.pt"),
    ],
    ids=["another size", "no size", "another storage", "another folder", "another file", "no archive"],
)
def test_a_storage_that_is_not_measured_is_told(named):
    assert told(unknown(STORAGE), named) == [STORAGE]


def test_a_second_member_of_the_name_is_told():
    assert told(unknown(STORAGE), unknown(f"{STORAGE}#2"), reference("0", 8)) == [f"{STORAGE}#2"]


def test_shards_are_accounted_for_where_all_are_there_and_add_up():
    facts = [unknown("d/a"), unknown("d/b", 4)]
    assert told(*facts, group(12, "a", "./b")) == []
    assert told(*facts, group(13, "a", "b")) == ["d/a", "d/b"]
    assert told(*facts, group(12, "a", "b", "c")) == ["d/a", "d/b"]
    assert told(*facts, group(8, "a")) == ["d/b"]
    closed = Examined(where=Location(path="d/c"), sha256="", size=1, formats=("x",), bytes_examined=1, complete=True)
    assert told(*facts, closed, group(13, "a", "b", "c")) == []


def test_the_facts_are_those_of_the_reader():
    (fact,) = derive([unknown("x.bin")])
    assert (fact.suffix, fact.size, fact.entropy, fact.text) == ("", 8, 7.0, False)


def rules_of(path: Path) -> set[str]:
    return {finding.rule for finding in scan(path, jobs=1).findings}


def checkpoint(content: bytes, **more: bytes) -> bytes:
    """A checkpoint of one storage, which its pickle names and measures in floats, and of `more` that it does not."""
    pickle = b"\x80\x02(X\x07\0\0\0storagectorch\nFloatStorage\nX\x01\0\0\x000X\x03\0\0\0cpuJ"
    pickle += (len(content) // 4).to_bytes(4, "little") + b"tQ."
    return make.torch_zip(pickle, {"0": content, **more})


def test_an_honest_checkpoint_and_honest_shards_have_no_finding(tmp_path):
    (tmp_path / "m.pt").write_bytes(checkpoint(FLOATS))
    weights = [{"name": "w", "shape": [2], "dtype": "float32"}]
    model = {"modelTopology": {}, "weightsManifest": [{"paths": ["w.bin"], "weights": weights}]}
    (tmp_path / "model.json").write_text(json.dumps(model))
    (tmp_path / "w.bin").write_bytes(FLOATS)
    assert rules_of(tmp_path) == set()


def test_a_storage_more_than_the_pickle_names_is_told(tmp_path):
    (tmp_path / "m.pt").write_bytes(checkpoint(FLOATS, more=FLOATS))
    assert rules_of(tmp_path) == {"artifact-unrecognised", "storage-differs-from-pickle"}


@pytest.mark.parametrize(
    ("content", "rule"),
    [(programs.elf(), "checkpoint-holds-program"), (make.PICKLE, "pickle-starts-process")],
    ids=["elf", "pickle"],
)
def test_what_is_recognised_in_a_measured_storage_is_judged(tmp_path, content, rule):
    (tmp_path / "m.pt").write_bytes(checkpoint(content + bytes(-len(content) % 4)))
    assert rule in rules_of(tmp_path)
