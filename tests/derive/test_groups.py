"""Blocks of weights cut into files, against the sizes of those files."""

import pytest

from scanner.artifact import Location
from scanner.derive.tensor.groups import derive
from scanner.facts import Examined
from scanner.facts.tensor import ShardGroup


def group(nbytes, *shards, folder="m/"):
    where = Location(path=f"{folder}model.json", pointer="/weightsManifest/0")
    return ShardGroup(where=where, format="tensorflow", shards=shards, nbytes=nbytes)


def file(name, size, folder="m/"):
    where = Location(path=folder + name)
    return Examined(where=where, sha256="", size=size, formats=(), bytes_examined=size, complete=True)


def found(*facts):
    return [(one.shard, one.how, one.expected, one.found) for one in derive(facts)]


def test_files_of_the_right_size_are_silent():
    assert found(group(12, "a.bin", "b.bin"), file("a.bin", 8), file("b.bin", 4)) == []


@pytest.mark.parametrize(("size", "how"), [(3, "short"), (5, "long")])
def test_files_of_another_size_are_told(size, how):
    assert found(group(12, "a.bin", "b.bin"), file("a.bin", 8), file("b.bin", size)) == [("b.bin", how, 12, 8 + size)]


def test_a_group_with_a_file_that_is_not_there_is_not_measured():
    assert found(group(12, "a.bin", "b.bin"), file("a.bin", 8)) == []


def test_a_group_of_texts_has_no_size():
    assert found(group(-1, "a.bin"), file("a.bin", 8)) == []


def test_files_are_looked_for_beside_the_model_inside_a_container_too():
    assert found(group(8, "a.bin", folder="x.zip!m/"), file("a.bin", 9, folder="x.zip!m/")) != []
    assert found(group(8, "a.bin", folder="x.zip!m/"), file("a.bin", 9, folder="m/")) == []
