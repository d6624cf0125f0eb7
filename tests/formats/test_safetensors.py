"""The safetensors reader: every statement of the header against the file and against itself."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.artifact import Artifact
from scanner.format import MalformedError
from scanner.formats.safetensors import FORMAT
from scanner.formats.safetensors.listing import listing
from scanner.limits import DEFAULT, Limits
from tests.builders import safetensors as make
from tests.builders.reading import artifact_of, of, read_as, read_deep

PICKLE = b"\x80\x04\x95\x1d\x00\x00\x00\x00\x00\x00\x00\x8c\x05posix\x8c\x06system\x93\x8c\x04echo\x85R."
ELF = b"\x7fELF\x02\x01\x01" + bytes(57)


def hows(content: bytes) -> list[str]:
    facts, _ = read_as(FORMAT, content)
    return [fact.how for fact in of(facts, "TensorMismatch")]


def entries(metadata) -> dict:
    facts, _ = read_as(FORMAT, make.safetensors(metadata=metadata))
    return {fact.key: fact for fact in of(facts, "MetadataEntry")}


@pytest.mark.parametrize(
    "content", [make.SMALLEST, make.safetensors(), make.safetensors({}), make.with_many_entries(50)]
)
def test_an_honest_file_has_its_tensors_and_nothing_else(content):
    facts, members = read_as(FORMAT, content)
    assert {type(fact).__name__ for fact in facts} <= {"TensorTable", "TensorSketch"}
    assert members == []
    assert FORMAT.claims(content[:8192], "x.bin")


def test_the_table_adds_up_what_the_header_says():
    tensors = {"a": make.entry("BF16", (2, 3), (0, 12)), "b": make.entry("F4", (3,), (12, 14))}
    table, sketch = read_as(FORMAT, make.safetensors(tensors))[0]
    assert (sketch.tensors, sketch.dtypes, sketch.shapes) == (("a", "b"), ("bfloat16", "f4"), ("2x3", "3"))
    assert (table.tensors, table.parameters, table.nbytes, table.dtypes) == (2, 9, 14, ("BF16", "F4"))


def test_tables_of_the_same_names_have_the_same_digest():
    one = make.safetensors({"a": make.entry(), "b": make.entry(offsets=(8, 16))})
    two = make.safetensors({"b": make.entry(), "a": make.entry(offsets=(8, 16))})
    other = make.safetensors({"b": make.entry(), "c": make.entry(offsets=(8, 16))})
    names = [read_as(FORMAT, content)[0][0].names for content in (one, two, other)]
    assert names[0] == names[1] != names[2]


@pytest.mark.parametrize("size", range(len(make.SMALLEST)))
def test_a_cut_smallest_file_is_malformed(size):
    with pytest.raises(MalformedError):
        read_as(FORMAT, make.SMALLEST[:size])


def test_a_file_cut_in_its_data_says_so_at_every_byte():
    content = make.safetensors()
    for size in range(len(content) - 8, len(content)):
        assert "outside" in hows(content[:size])


@pytest.mark.parametrize("length", [3, 100_000_001, 1 << 63, (1 << 64) - 1])
def test_a_header_length_that_lies_is_malformed(length):
    with pytest.raises(MalformedError):
        read_as(FORMAT, make.with_header(b"{}", length=length))


def test_a_length_beyond_the_format_is_still_recognised():
    content = make.with_header(json.dumps({"w": make.entry()}).encode(), bytes(8), length=1 << 40)
    assert FORMAT.claims(content, "x.bin")


@pytest.mark.parametrize(
    "header",
    [b" {}", b"[]", b"{", b'{"a":NaN}', b'{"a":Infinity}', b"\xff\xfe", b'{"\xff":1}', b'{"a":1' + b"0" * 5000 + b"}"],
)
def test_a_header_that_is_no_strict_json_is_malformed(header):
    with pytest.raises(MalformedError):
        read_as(FORMAT, make.with_header(header))


def test_a_nest_deeper_than_the_parser_is_malformed():
    with pytest.raises(MalformedError, match="nests"):
        read_as(FORMAT, make.with_header(b'{"a":' * 100_000))


def test_spaces_behind_the_json_are_padding():
    assert len(read_as(FORMAT, make.safetensors(padding=b"   "))[0]) == 2


@pytest.mark.parametrize(("padding", "kind"), [(PICKLE, "pickle"), (b"\0\0\0\0", "zero"), (ELF, "elf")])
def test_bytes_behind_the_json_are_stated_and_handed_on(padding, kind):
    facts, members = read_as(FORMAT, make.safetensors(padding=padding))
    assert [(fact.place, fact.kind) for fact in of(facts, "HiddenBytes")] == [("header", kind)]
    assert of(facts, "Malformed")
    assert len(members) == (kind != "zero")


@pytest.mark.parametrize(
    "change",
    [
        {"shape": [-1]}, {"shape": [True]}, {"shape": [1.5]}, {"shape": "2"}, {"data_offsets": [0]}, {"dtype": 7},
        {"data_offsets": [8, 0]}, {"data_offsets": [-8, 0]}, {"data_offsets": [0, 8.0]}, {"data_offsets": None},
    ],
)  # fmt: skip
def test_an_entry_of_wrong_types_is_malformed(change):
    header = json.dumps({"w": make.entry() | change}).encode()
    facts, _ = read_as(FORMAT, make.with_header(header, bytes(8)))
    assert of(facts, "Malformed")[0].reason.startswith("tensor 'w'")


@pytest.mark.parametrize("value", [1, "x", [], None, {}])
def test_an_entry_that_is_no_tensor_is_malformed(value):
    facts, _ = read_as(FORMAT, make.with_header(json.dumps({"w": value}).encode()))
    assert of(facts, "Malformed")


@pytest.mark.parametrize(
    ("tensors", "how"),
    [
        ({"w": make.entry("F32", (3,))}, "size"),
        ({"w": make.entry("Q9")}, "dtype-unknown"),
        ({"w": make.entry("F32", (1 << 40, 1 << 40))}, "elements-overflow"),
        ({"a": make.entry(), "b": make.entry(offsets=(4, 12))}, "overlap"),
        ({"a": make.entry(), "b": make.entry()}, "shared"),
        ({"a": make.entry(shape=(0,), offsets=(0, 0)), "b": make.entry(shape=(0,), offsets=(0, 0))}, "empty-shared"),
    ],
)
def test_a_table_that_cannot_be_is_stated(tensors, how):
    assert how in hows(make.safetensors(tensors))


def test_a_shape_of_many_dimensions_costs_no_big_numbers():
    facts, _ = read_as(FORMAT, make.safetensors({"w": make.entry("F32", [1 << 62] * 10_000)}))
    assert of(facts, "TensorMismatch")[0].expected == 1 << 127


def test_a_hole_and_a_tail_are_stated_and_handed_on():
    tensors = {"a": make.entry(), "b": make.entry(offsets=(8 + len(ELF), 16 + len(ELF)))}
    content = make.safetensors(tensors, data=bytes(8) + ELF + bytes(8) + PICKLE)
    facts, members = read_as(FORMAT, content)
    assert [(one.place, one.kind) for one in of(facts, "HiddenBytes")] == [("between", "elf"), ("after", "pickle")]
    assert [data for _, data in members] == [ELF, PICKLE]


@pytest.mark.parametrize(("data", "kind"), [(PICKLE, "pickle"), (ELF, "elf")])
def test_a_tensor_that_starts_as_something_loadable_is_handed_on(data, kind):
    tensors = {"w": make.entry("U8", (len(data),), (0, len(data)))}
    facts, members = read_as(FORMAT, make.safetensors(tensors, data=data))
    assert [(one.kind, one.place) for one in of(facts, "EmbeddedFile")] == [(kind, "inside")]
    assert members == [("w", data)]


def test_numbers_that_start_like_a_pickle_are_numbers():
    data = b"\x80\x04}" + bytes(range(200, 256)) * 3
    tensors = {"w": make.entry("U8", (len(data),), (0, len(data)))}
    assert len(read_as(FORMAT, make.safetensors(tensors, data=data))[0]) == 2


def test_the_pickle_of_a_tensor_is_read_as_one():
    tensors = {"w": make.entry("U8", (len(PICKLE),), (0, len(PICKLE)))}
    facts = read_deep(make.safetensors(tensors, data=PICKLE), "m.safetensors")
    assert [fact.callable for fact in of(facts, "PickleCall")] == ["posix.system"]


def test_keys_given_twice_are_stated_at_each_level():
    inner = '{"dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8]}'
    header = f'{{"__metadata__":{{"a":"x","a":"y"}},"w":{inner},"w":{inner}}}'.encode()
    facts, _ = read_as(FORMAT, make.with_header(header, bytes(8)))
    found = {(fact.place, fact.key, fact.identical) for fact in of(facts, "RepeatedKey")}
    assert found == {("header", "w", True), ("metadata", "a", False), ("tensor", "w.dtype", True)}


def test_two_tensors_of_one_name_that_differ_are_stated():
    facts, _ = read_as(FORMAT, make.with_repeated_tensor())
    assert [(fact.key, fact.identical) for fact in of(facts, "RepeatedKey")] == [("w", False)]


def test_a_further_key_of_an_entry_is_stated():
    facts, _ = read_as(FORMAT, make.safetensors({"w": make.entry() | {"note": "import os"}}))
    assert [(one.place, one.key, one.marks) for one in of(facts, "MetadataEntry")] == [("tensor", "note", ("code",))]


def test_metadata_is_told_with_its_marks():
    found = entries({"format": "pt", "url": "https://example.org/x", "run": "import os; os.system('echo')"})
    assert {key: fact.marks for key, fact in found.items()} == {"format": (), "url": ("url",), "run": ("code",)}


@pytest.mark.parametrize(
    ("value", "kind"), [(1, "number"), (True, "boolean"), (None, "null"), ([], "list"), ({}, "object")]
)
def test_a_metadata_value_that_is_no_text_says_its_kind(value, kind):
    assert entries({"a": value})["a"].kind == kind


def test_text_nested_in_metadata_is_looked_at():
    assert entries({"a": {"b": [{"_target_": "x"}, "https://example.org"]}})["a"].marks == ("url",)


def test_metadata_that_is_no_object_is_malformed():
    facts, _ = read_as(FORMAT, make.safetensors(metadata=[1]))
    assert of(facts, "Malformed")


def test_a_header_beyond_the_limit_is_not_read():
    facts, _ = read_as(FORMAT, make.safetensors(), limits=Limits(header_nbytes=10))
    assert [type(fact).__name__ for fact in facts] == ["LimitReached"]


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b'{"a": 1}', bytes(9), b"version https://git-lfs.github.com/spec/v1\n", b"\x80\x04]q.", b"PK\x03\x04"],
)
def test_other_content_is_not_claimed(content):
    assert not FORMAT.claims(content, "x.bin")


def test_a_pointer_of_git_lfs_is_no_safetensors_whatever_its_name():
    assert not FORMAT.claims(b"version https://git-lfs.github.com/spec/v1\n", "m.safetensors")
    assert FORMAT.claims(b"", "m.safetensors")


def test_the_listing_has_metadata_and_tensors():
    content = make.safetensors({"w": make.entry()}, metadata={"format": "pt"})
    rows = list(listing(artifact_of(content), DEFAULT))
    assert [(row.kind, row.name, row.dtype, row.shape, row.nbytes) for row in rows] == [
        ("metadata", "format", "", (), 0), ("tensor", "w", "F32", (2,), 8),
    ]  # fmt: skip


@given(st.binary(max_size=300), st.integers(0, 300))
def test_only_malformed_leaves_the_reader(noise, at):
    content = make.safetensors(metadata={"a": "b"}, data=PICKLE)
    mutant = content[:at] + noise + content[at + len(noise) :]
    for changed in (noise, mutant, make.with_header(noise)):
        try:
            for item in FORMAT.read(artifact_of(changed), DEFAULT):
                assert isinstance(item, Artifact) or item.where.path == "x.bin"
        except MalformedError:
            pass


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["dtype", "shape", "data_offsets", "x"]), inner)
    ),
    max_leaves=10,
)


@given(st.dictionaries(st.sampled_from(["a", "b", "__metadata__"]), JSON))
def test_any_json_header_is_read_or_malformed(header):
    content = make.with_header(json.dumps(header).encode(), bytes(16))
    try:
        read_as(FORMAT, content)
    except MalformedError:
        assert "NaN" in json.dumps(header) or "Infinity" in json.dumps(header)


def test_a_header_of_more_values_than_the_limit_is_counted_before_it_is_parsed():
    content = make.with_header(b'{"a":[' + b"[]," * (6 << 20) + b"[]]}")
    facts, _ = read_as(FORMAT, content)
    assert [type(fact).__name__ for fact in facts] == ["LimitReached"]
