"""Indexes and parts against the files beside them."""

from scanner.artifact import Location
from scanner.derive.tensor.shards import derive
from scanner.facts import Examined
from scanner.facts.tensor import ShardEntry, ShardIndex, ShardPart, TensorTable

ONE, TWO = "model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"


def table(name: str, tensors=2, names="x", nbytes=8, folder="m/"):
    where = Location(path=folder + name)
    yield TensorTable(
        where=where, format="safetensors", tensors=tensors, parameters=2, nbytes=nbytes, dtypes=(), names=names
    )
    yield Examined(where=where, sha256="", size=99, formats=(), bytes_examined=99, complete=True)


def index(total=-1, shards=(ONE, TWO), names="x", how="", folder="m/"):
    where = Location(path=f"{folder}model.safetensors.index.json")
    yield ShardIndex(where=where, shards=len(shards), tensors=2 * len(shards), total_nbytes=total)
    for shard in shards:
        yield ShardEntry(where=where, shard=shard, tensors=2, names=names, how=how)


def part(name: str, number=0, count=2, tensors=-1):
    yield ShardPart(
        where=Location(path=name), format="gguf", number=number, count=count, tensors=tensors,
        named_number=int(name[2:7]) - 1, named_count=int(name[11:16]),
    )  # fmt: skip


def found(*groups):
    facts = [fact for group in groups for fact in group]
    return [(one.shard, one.how, one.expected, one.found) for one in derive(facts)]


def test_an_index_that_agrees_is_silent():
    assert found(index(total=16), table(ONE), table(TWO)) == []


def test_a_missing_file_is_stated():
    assert found(index(), table(ONE)) == [(TWO, "missing", 2, 0)]


def test_a_file_of_another_format_is_there_without_a_table():
    pickle = Examined(where=Location(path="m/a.bin"), sha256="", size=1, formats=(), bytes_examined=1, complete=True)
    assert found(index(shards=("a.bin",)), [pickle]) == []


def test_members_of_a_container_are_not_said_to_be_missing():
    assert found(index(folder="m.zip!"), table(ONE, folder="m.zip!")) == []


def test_another_number_of_tensors_and_other_names_are_stated():
    assert found(index(), table(ONE, tensors=3), table(TWO, names="y")) == [
        (ONE, "tensors", 2, 3),
        (TWO, "names", 2, 2),
    ]


def test_a_total_that_differs_is_stated():
    assert found(index(total=15), table(ONE), table(TWO)) == [("", "total", 15, 16)]


def test_a_shard_that_no_index_names_is_stated():
    assert found(index(shards=(ONE,)), table(ONE), table(TWO)) == [(f"m/{TWO}", "unlisted", 0, 2)]
    assert found(index(shards=(ONE,)), table(ONE), table(TWO, folder="other/")) == []


def test_a_name_that_leaves_the_folder_is_not_followed():
    assert found(index(shards=("../x.safetensors",), how="parent")) == []


def test_parts_that_agree_are_silent():
    names = ["g-00001-of-00002.gguf", "g-00002-of-00002.gguf"]
    tables = [fact for name in names for fact in table(name, folder="")]
    assert found(part(names[0], tensors=4), part(names[1], number=1), tables) == []


def test_a_missing_part_and_a_wrong_number_are_stated():
    name = "g-00001-of-00002.gguf"
    assert found(part(name), table(name, folder="")) == [("g-00002-of-00002.gguf", "missing", 1, 0)]
    assert found(part("g-00002-of-00002.gguf", number=0, count=3))[:2] == [
        ("g-00002-of-00002.gguf", "number", 1, 0),
        ("g-00002-of-00002.gguf", "count", 2, 3),
    ]


def test_another_number_of_tensors_in_all_parts_is_stated():
    names = ["g-00001-of-00002.gguf", "g-00002-of-00002.gguf"]
    tables = [fact for name in names for fact in table(name, folder="")]
    assert found(part(names[0], tensors=9), tables) == [(names[0], "tensors", 9, 4)]
