"""The GGUF reader: every count and size against the file, in integers that do not wrap."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.artifact import Artifact
from scanner.format import MalformedError
from scanner.formats.gguf import FORMAT
from scanner.formats.gguf.listing import listing
from scanner.limits import DEFAULT, Limits
from tests.builders import gguf as make
from tests.builders.reading import artifact_of, of, read_as

TEXT, ARRAY = make.TEXT, make.ARRAY
ELF = b"\x7fELF\x02\x01\x01" + bytes(57)
RICH = make.gguf(
    [
        ("general.architecture", TEXT, "llama"),
        ("general.tags", ARRAY, (TEXT, ["a", "b"])),
        ("tokenizer.ggml.tokens", ARRAY, (TEXT, [f"t{n}" for n in range(100)])),
        ("tokenizer.ggml.scores", ARRAY, (6, [0.0] * 100)),
        ("nest", ARRAY, (ARRAY, [(0, [1, 2]), (TEXT, ["x"])])),
    ],
    [{"name": "a"}, {"name": "b", "offset": 32}],
)


def hows(content: bytes) -> list[str]:
    facts, _ = read_as(FORMAT, content)
    return [fact.how for fact in of(facts, "TensorMismatch")]


def broken(content: bytes) -> list:
    """Return the facts stated before the reader raises."""
    facts = []
    with pytest.raises(MalformedError):
        facts.extend(FORMAT.read(artifact_of(content), DEFAULT))
    return facts


def stated(content: bytes) -> list:
    facts = []
    try:
        for item in FORMAT.read(artifact_of(content), DEFAULT):
            facts.append(item)  # noqa: PERF402 - what was yielded before an error counts
    except MalformedError:
        pass
    return facts


def test_the_smallest_file_has_a_header_and_an_empty_table():
    facts, members = read_as(FORMAT, make.SMALLEST)
    assert [type(fact).__name__ for fact in facts] == ["GgufHeader", "TensorTable"]
    assert members == []


@pytest.mark.parametrize("size", range(len(make.SMALLEST)))
def test_a_cut_smallest_file_is_malformed(size):
    with pytest.raises(MalformedError):
        read_as(FORMAT, make.SMALLEST[:size])


def test_a_rich_file_cut_at_any_byte_is_malformed_or_has_a_tensor_outside():
    for size in range(len(RICH)):
        try:
            facts, _ = read_as(FORMAT, RICH[:size])
        except MalformedError:
            continue
        assert "outside" in [fact.how for fact in of(facts, "TensorMismatch")], size


def test_many_tensors_outside_are_told_in_one_fact_behind_the_first_eight():
    content = make.gguf(tensors=[{"name": f"t{n:02}", "offset": 1024 + 32 * n} for n in range(30)], data=bytes(32))
    told = [(fact.how, fact.tensor) for fact in of(read_as(FORMAT, content)[0], "TensorMismatch")]
    assert told == [*(("outside", f"t{n:02}") for n in range(8)), ("outside-rest", "t08")]
    rest = of(read_as(FORMAT, content)[0], "TensorMismatch")[-1]
    assert (rest.expected, rest.found) == (len(content), 22)


def test_eight_tensors_outside_are_told_one_by_one():
    content = make.gguf(tensors=[{"name": f"t{n}", "offset": 1024 + 32 * n} for n in range(8)], data=bytes(32))
    assert [fact.how for fact in of(read_as(FORMAT, content)[0], "TensorMismatch")] == ["outside"] * 8


@pytest.mark.parametrize("version", [1, 2, 3])
@pytest.mark.parametrize("order", ["<", ">"])
def test_every_version_is_read_in_both_byte_orders(version, order):
    pairs = [("general.architecture", TEXT, "llama"), ("l", ARRAY, (TEXT, ["a"] * 100)), ("n", 10, 1 << 40)]
    content = make.gguf(pairs, [{"shape": (4, 2)}], order=order, version=version)
    facts, members = read_as(FORMAT, content)
    header, table = of(facts, "GgufHeader")[0], of(facts, "TensorTable")[0]
    assert (header.version, header.byteorder[0], header.architecture) == (version, "lb"[order == ">"], "llama")
    assert (table.tensors, table.parameters, table.nbytes, table.dtypes) == (1, 8, 32, ("F32",))
    assert hows(content) == members == []


@pytest.mark.parametrize("code", sorted(make.SCALARS))
def test_every_scalar_type_is_read(code):
    assert len(read_as(FORMAT, make.gguf([("k", code, 1), ("l", ARRAY, (code, [1, 0]))]))[0]) == 2


@pytest.mark.parametrize("code", [13, 99, (1 << 32) - 1])
def test_a_value_type_that_does_not_exist_is_malformed(code):
    bad = make.header(0, 1) + make.text("k") + code.to_bytes(4, "little") + bytes(64)
    assert broken(bad)


def test_a_version_from_the_future_is_said_to_be_unknown():
    with pytest.raises(MalformedError, match="version 4 is not known"):
        read_as(FORMAT, b"GGUF" + (4).to_bytes(4, "little") + bytes(16))


@pytest.mark.parametrize(
    ("content", "counted"),
    [
        (make.with_key_count(1 << 62), "keys"),
        (make.with_tensor_count(1 << 62), "tensors"),
        (make.header(0, 1) + b"\xff" * 8 + bytes(64), "characters"),
        (make.header(0, 1) + make.text("k") + b"\x09\0\0\0\x08\0\0\0" + b"\xff" * 8, "elements"),
        (make.header(0, 1) + make.text("k") + b"\x09\0\0\0\x0a\0\0\0" + (9).to_bytes(8, "little"), "elements"),
        (make.header(1, 0) + make.text("w") + b"\xff" * 4 + bytes(64), "dimensions"),
    ],
)
def test_a_count_that_the_file_cannot_hold_is_stated_before_it_is_used(content, counted):
    (fact,) = of(broken(content), "CountMismatch")
    assert fact.counted == counted
    assert fact.declared > fact.possible


def test_a_long_array_whose_last_text_leaves_the_file_is_stated():
    texts = b"".join(make.text("t") for _ in range(99)) + b"\xff" * 8
    array = b"\x09\0\0\0\x08\0\0\0" + (100).to_bytes(8, "little") + texts
    facts = broken(make.header(0, 1) + make.text("k") + array)
    assert of(facts, "CountMismatch")[0].counted == "characters"


@pytest.mark.parametrize(
    ("content", "how"),
    [
        (make.with_wrapping_elements(), "elements-overflow"),  # CVE-2024-21802
        (make.with_wrapping_total(), "total-overflow"),  # CVE-2025-53630
        (make.with_total_below_overhead(), "total-overflow"),  # CVE-2026-27940
        (make.with_wrapping_bytes(), "bytes-overflow"),  # CVE-2026-33298
        (make.with_wrapping_padding(), "padding-overflow"),
        (make.with_zero_dimension(), "zero-dimension"),
        (make.with_tensor_past_end(), "outside"),  # CVE-2026-7482
        (make.gguf(tensors=[{"shape": (1 << 63, 1)}]), "negative-dimension"),
        (make.gguf(tensors=[{"shape": (1, 1, 1, 1, 8)}]), "dimensions"),
        (make.gguf(tensors=[{"code": 77}]), "dtype-unknown"),
        (make.gguf(tensors=[{"code": make.Q4_0, "shape": (33,)}], data=bytes(64)), "row"),
        (make.gguf(tensors=[{"offset": 7}], data=bytes(64)), "unaligned"),
        (make.gguf(tensors=[{"name": "a"}, {"name": "b"}]), "shared"),
        (make.gguf(tensors=[{"name": "a", "shape": (16,)}, {"name": "b", "offset": 32}]), "overlap"),
        (make.gguf(tensors=[{}, {"offset": 32}]), "repeated"),
        (make.gguf(tensors=[{"name": "w" * 64}]), "name-long"),
    ],
)
def test_a_tensor_that_cannot_be_is_stated(content, how):
    assert how in hows(content)


def test_honest_tensors_are_silent():
    tensors = [
        {"name": "a"},
        {"name": "b", "shape": (32, 2), "code": make.Q4_0, "offset": 32},
        {"name": "c", "offset": 96},
    ]
    facts, members = read_as(FORMAT, make.gguf(tensors=tensors, data=bytes(128)))
    assert [type(fact).__name__ for fact in facts] == ["GgufHeader", "TensorTable", "TensorSketch"]
    assert members == []


@pytest.mark.parametrize(
    ("alignment", "code", "aligned"),
    [(32, 4, True), (4096, 4, True), (48, 4, False), (0, 4, False), (64, 10, False), (1 << 31, 4, True)],
)
def test_the_alignment_is_stated_as_declared(alignment, code, aligned):
    header = of(stated(make.with_alignment(alignment, code)), "GgufHeader")[0]
    assert (header.alignment, header.aligned) == (alignment or 32, aligned)


def test_a_key_of_more_than_65535_bytes_is_malformed():
    with pytest.raises(MalformedError, match="a key of 65536 bytes"):
        read_as(FORMAT, make.gguf([("k" * 65536, 0, 1)]))


def test_arrays_may_nest_to_the_bound_and_no_deeper():
    read_as(FORMAT, make.with_nested_arrays(8))
    with pytest.raises(MalformedError, match="nest deeper"):
        read_as(FORMAT, make.with_nested_arrays(9))


def test_keys_given_twice_are_stated():
    facts, _ = read_as(FORMAT, make.gguf([("a", TEXT, "x"), ("a", TEXT, "y"), ("b", 0, 1), ("b", 0, 1)]))
    assert [(fact.key, fact.identical) for fact in of(facts, "RepeatedKey")] == [("a", False), ("b", True)]


def test_chat_templates_are_handed_on_whole():
    pairs = [("tokenizer.chat_template", TEXT, "{{ a }}"), ("tokenizer.chat_template.tool_use", TEXT, "{{ b }}")]
    _, members = read_as(FORMAT, make.gguf(pairs))
    assert members == [("tokenizer.chat_template", b"{{ a }}"), ("tokenizer.chat_template.tool_use", b"{{ b }}")]


def test_a_template_longer_than_the_limit_is_cut_and_said_to_be():
    content = make.gguf([("tokenizer.chat_template", TEXT, "x" * 100)])
    facts, members = read_as(FORMAT, content, limits=Limits(text_nbytes=10))
    assert members == [("tokenizer.chat_template", b"x" * 10)]
    assert of(facts, "LimitReached")


def test_a_template_that_is_no_text_is_told():
    facts, _ = read_as(FORMAT, make.gguf([("tokenizer.chat_template", 4, 1)]))
    assert [(fact.key, fact.kind) for fact in of(facts, "MetadataEntry")] == [("tokenizer.chat_template", "number")]


def test_texts_are_told_with_their_marks():
    pairs = [
        ("general.url", TEXT, "https://example.org/x"),
        ("general.name", TEXT, "a\u202eb"),
        ("general.tags", ARRAY, (TEXT, ["a"])),
    ]
    facts, _ = read_as(FORMAT, make.gguf(pairs))
    found = {fact.key: (fact.kind, fact.marks) for fact in of(facts, "MetadataEntry")}
    assert found == {
        "general.url": ("text", ("url",)),
        "general.name": ("text", ("bidi",)),
        "general.tags": ("list", ()),
    }


def test_the_arrays_of_a_tokenizer_are_measured():
    (fact,) = of(read_as(FORMAT, RICH)[0], "GgufTokenizer")
    assert (fact.tokens, fact.scores, fact.types, fact.merges, fact.even) == (100, 100, -1, -1, True)
    uneven = [("tokenizer.ggml.tokens", ARRAY, (TEXT, ["a", "b"])), ("tokenizer.ggml.token_type", ARRAY, (5, [1]))]
    assert not of(read_as(FORMAT, make.gguf(uneven))[0], "GgufTokenizer")[0].even


def test_a_part_says_its_number_and_its_name():
    pairs = [("split.no", 2, 1), ("split.count", 2, 3), ("split.tensors.count", 5, 9)]
    facts, _ = read_as(FORMAT, make.gguf(pairs), "m-00002-of-00003.gguf")
    (part,) = of(facts, "ShardPart")
    assert (part.number, part.count, part.tensors, part.named_number, part.named_count) == (1, 3, 9, 1, 3)


def test_bytes_between_and_behind_tensors_are_stated_and_handed_on():
    tensors = [{"name": "a"}, {"name": "b", "offset": 128}]
    content = make.gguf(tensors=tensors, data=bytes(32) + ELF + bytes(32) + bytes(32) + ELF)
    facts, members = read_as(FORMAT, content)
    assert [(one.place, one.kind) for one in of(facts, "HiddenBytes")] == [("between", "elf"), ("after", "elf")]
    assert len(members) == 2


def test_a_tensor_that_starts_as_a_program_is_handed_on():
    facts, members = read_as(FORMAT, make.gguf(tensors=[{"shape": (16,)}], data=ELF))
    assert [fact.kind for fact in of(facts, "EmbeddedFile")] == ["elf"]
    assert members == [("w", ELF)]


def test_an_array_of_bytes_that_is_a_program_is_handed_on():
    facts, members = read_as(FORMAT, make.gguf([("blob", ARRAY, (0, list(ELF)))]))
    assert [fact.kind for fact in of(facts, "EmbeddedFile")] == ["elf"]
    assert members == [("blob", ELF)]


def test_a_table_longer_than_the_limit_is_not_read_to_its_end():
    facts, _ = read_as(FORMAT, RICH, limits=Limits(entries=3))
    assert of(facts, "LimitReached")[0].limit == "entries"


def test_a_header_longer_than_the_limit_is_not_read_to_its_end():
    facts, _ = read_as(FORMAT, make.gguf([("l", ARRAY, (TEXT, ["x" * 9] * 40_000))]), limits=Limits(header_nbytes=1000))
    assert [fact.limit for fact in of(facts, "LimitReached")] == ["header"]


def test_the_listing_has_keys_and_tensors():
    rows = list(listing(artifact_of(RICH), DEFAULT))
    assert [row.kind for row in rows] == ["metadata"] * 5 + ["tensor"] * 2
    assert (rows[-1].name, rows[-1].dtype, rows[-1].shape, rows[-1].nbytes) == ("b", "F32", (8,), 32)
    assert rows[-1].offset + 32 == len(RICH)


def test_only_the_magic_or_the_name_is_claimed():
    assert FORMAT.claims(make.SMALLEST, "x.bin")
    assert FORMAT.claims(b"", "x.gguf")
    assert not FORMAT.claims(b"GGML", "x.bin")
    assert not FORMAT.claims(b"version https://git-lfs.github.com/spec/v1\n", "x.gguf")


@given(st.binary(max_size=60), st.integers(0, len(RICH)))
def test_only_malformed_leaves_the_reader(noise, at):
    for content in (noise, b"GGUF\x03\0\0\0" + noise, RICH[:at] + noise + RICH[at + len(noise) :]):
        try:
            for item in FORMAT.read(artifact_of(content), DEFAULT):
                assert isinstance(item, Artifact) or item.where.path == "x.bin"
        except MalformedError:
            pass
