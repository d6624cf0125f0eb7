"""The ONNX reader: the wire, tensors, external data, operators, and choices on the input."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.artifact import Artifact
from scanner.format import MalformedError
from scanner.formats.onnx import FORMAT
from scanner.formats.onnx.listing import listing
from scanner.limits import DEFAULT, Limits
from tests.builders import onnx as make
from tests.builders.reading import artifact_of, of, read_as, read_deep

PICKLE = b"\x80\x04\x95\x1d\x00\x00\x00\x00\x00\x00\x00\x8c\x05posix\x8c\x06system\x93\x8c\x04echo\x85R."
ELF = b"\x7fELF\x02\x01\x01" + bytes(57)


def facts_of(content: bytes, name: str):
    return of(read_as(FORMAT, content)[0], name)


def with_tensor(**how) -> bytes:
    return make.model(make.graph(make.node("Add", ("x", "w"), "y"), make.block(5, make.tensor(**how))))


def condition(content: bytes):
    (fact,) = facts_of(content, "GraphCondition")
    return fact


def test_the_smallest_file_has_a_summary_and_an_empty_table():
    facts, members = read_as(FORMAT, make.SMALLEST)
    assert [type(fact).__name__ for fact in facts] == ["GraphSummary", "TensorTable"]
    assert members == []
    summary = facts[0]
    assert (summary.producer, summary.version, summary.nodes, summary.operators) == ("test", 8, 1, ("Relu",))
    assert (summary.inputs, summary.outputs, summary.training) == (("x",), ("y",), False)


def test_a_file_cut_at_any_byte_is_malformed_or_ends_between_two_fields():
    boundaries = {0, 2, 8, 8 + len(make.block(7, make.graph(make.node("Relu", "x", "y"))))}
    for size in range(len(make.SMALLEST)):
        if size in boundaries:
            read_as(FORMAT, make.SMALLEST[:size])
        else:
            with pytest.raises(MalformedError):
                read_as(FORMAT, make.SMALLEST[:size])


@pytest.mark.parametrize(
    "content",
    [
        make.SMALLEST,
        make.with_where(),
        make.with_external("w.bin"),
        make.block(7, make.graph(make.node("Relu", "x", "y"))) + make.number(1, 8),
        make.block(99, bytes(40)) + make.SMALLEST,
        make.model(make.graph(make.node("Relu", "x", "y") * 1000)),
    ],
)
def test_a_model_is_recognised_without_its_name(content):
    assert FORMAT.claims(content[:8192], "weights.bin")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x08\x01",
        b"plain text that is no model",
        b"\x80\x04]q\x00.",
        b"PK\x03\x04" + bytes(100),
        make.number(1, 3) + make.number(2, 1) + make.block(9, bytes(12)),  # a TensorProto
        make.number(1, 1) + make.block(2, make.block(1, make.block(1, "serve"))),  # a SavedModel
        make.number(1, 4) + make.block(2, make.block(1, make.block(1, "x"))) + make.block(500, b""),  # Core ML
        make.block(1, make.block(1, "<unk>") + make.number(3, 2)) * 50,  # a sentencepiece vocabulary
        make.block(1, make.block(1, "x") + make.block(2, "Placeholder")) * 50,  # a frozen TensorFlow graph
    ],
)
def test_other_messages_are_not_claimed(content):
    assert not FORMAT.claims(content[:8192], "x.pb")


def test_the_name_alone_is_enough():
    assert FORMAT.claims(b"", "x.onnx")
    assert not FORMAT.claims(b"version https://git-lfs.github.com/spec/v1\n", "x.onnx")


@pytest.mark.parametrize(
    ("content", "how"),
    [
        (with_tensor(shape=(3,), raw=bytes(8)), "size"),
        (with_tensor(shape=(-1,)), "negative-dimension"),
        (with_tensor(shape=(1 << 40, 1 << 40), raw=b"1"), "elements-overflow"),
        (with_tensor(code=99), "dtype-unknown"),
        (with_tensor(raw=b""), "data-missing"),
        (with_tensor(extra=make.external("w.bin")), "data-twice"),
    ],
)
def test_a_tensor_that_cannot_be_is_stated(content, how):
    assert how in [fact.how for fact in facts_of(content, "TensorMismatch")]


@pytest.mark.parametrize(
    "how",
    [
        {},
        {"shape": (0,), "raw": b""},
        {"shape": (), "raw": bytes(4)},
        {"code": 22, "shape": (3,), "raw": bytes(2)},
        {"raw": b"", "extra": make.block(4, bytes(8))},
        {"raw": b"", "extra": make.number(7, 1) * 2, "code": make.INT64},
        {"raw": b"", "extra": make.external("w.bin", offset="0", length="8")},
    ],
)
def test_honest_tensors_are_silent(how):
    assert facts_of(with_tensor(**how), "TensorMismatch") == []


def test_packed_dimensions_count_as_well():
    packed = make.block(1, make.varint(2) + make.varint(3)) + make.number(2, 1) + make.block(9, bytes(24))
    assert facts_of(make.model(make.graph(tensors=make.block(5, packed))), "TensorMismatch") == []


@pytest.mark.parametrize(
    ("location", "how"),
    [
        ("w.bin", ""),
        ("data/w.bin", ""),
        ("../../etc/passwd", "parent"),  # CVE-2022-25882
        ("a/../../w.bin", "parent"),  # CVE-2024-27318, CVE-2025-51480
        ("/etc/passwd", "absolute"),
        ("..\\w.bin", "backslash"),
        ("C:\\w.bin", "drive"),
        ("", "empty"),
        (None, "empty"),
        (".", "folder"),
        ("https://example.org/w", "url"),
        ("*/_ORT_MEM_ADDR_/*", "memory"),
    ],
)
def test_the_location_of_external_data_is_stated_as_it_leads(location, how):
    (fact,) = facts_of(make.with_external(location), "ExternalData")
    assert (fact.location, fact.how, fact.tensor) == (location or "", how, "w")


def test_the_end_of_external_data_comes_from_its_entries_or_from_the_shape():
    ends = [
        facts_of(make.with_external("w.bin", **more), "ExternalData")[0].end
        for more in ({}, {"offset": "100"}, {"offset": "100", "length": "50"})
    ]
    assert ends == [8, 108, 150]


def test_keys_of_external_data_that_the_format_lacks_are_stated():
    (fact,) = facts_of(make.with_external("w.bin", __class__="x", checksum="y"), "ExternalData")  # CVE-2026-34445
    assert fact.keys == ("__class__",)


@pytest.mark.parametrize("number", ["-1", "1e3", "0x10", "\uff19", "9" * 30, " 1"])
def test_an_offset_that_is_no_number_is_malformed(number):
    assert facts_of(make.with_external("w.bin", offset=number), "Malformed")


def test_tensors_in_one_file_are_one_fact():
    held = b"".join(make.block(5, make.tensor(name, raw=b"", extra=make.external("w.bin"))) for name in "abc")
    (fact,) = facts_of(make.model(make.graph(tensors=held)), "ExternalData")
    assert (fact.tensor, fact.tensors) == ("a", 3)


def test_the_context_of_an_execution_provider_is_a_file():
    content = make.model(
        make.graph(make.node("EPContext", attributes=make.attribute("ep_cache_context", text="../x.bin")))
    )
    (fact,) = facts_of(content, "ExternalData")
    assert (fact.role, fact.location, fact.how) == ("context", "../x.bin", "parent")


def test_operators_of_foreign_domains_are_counted_and_functions_define_them():
    nodes = make.node("PyOp", "x", "y", domain="ai.onnx.contrib") * 2 + make.node("Own", "x", "z", domain="local")
    function = make.block(25, make.block(1, "Own") + make.block(4, "a") + make.block(5, "b") + make.block(10, "local"))
    content = make.model(make.graph(nodes), function, make.opset() + make.opset("ai.onnx.contrib", 1))
    found = {
        (one.domain, one.operator, one.version, one.nodes, one.defined) for one in facts_of(content, "GraphOperator")
    }
    assert found == {("ai.onnx.contrib", "PyOp", 1, 2, False), ("local", "Own", -1, 1, True)}


def test_operators_inside_functions_and_nested_graphs_are_found():
    inner = make.graph(make.node("Evil", domain="a"))
    nodes = make.node("If", "x", "y", attributes=make.attribute("then_branch", graph=inner))
    function = make.block(25, make.block(1, "f") + make.block(7, make.node("Worse", domain="b")[2:]))
    training = make.block(20, make.block(1, make.graph(make.node("Worst", domain="c"))))
    facts, _ = read_as(FORMAT, make.model(make.graph(nodes), function + training))
    assert {one.operator for one in of(facts, "GraphOperator")} == {"Evil", "Worse", "Worst"}
    assert of(facts, "GraphSummary")[0].training


def test_graphs_may_nest_to_the_bound_and_no_deeper():
    read_as(FORMAT, make.with_nested_graphs(33))
    with pytest.raises(MalformedError, match="nest deeper"):
        read_as(FORMAT, make.with_nested_graphs(34))


@pytest.mark.parametrize("distance", [0, 1, 5])
def test_a_fixed_choice_on_the_input_is_stated_with_its_distance(distance):
    fact = condition(make.with_where(distance=distance))
    assert (fact.operator, fact.comparison, fact.constants, fact.fixed) == ("Where", "Equal", ("7",), True)
    assert (fact.value, fact.raw, fact.distance, fact.node) == ("9", True, distance, "choice")


def test_a_choice_between_values_of_the_input_is_not_fixed():
    assert not condition(make.with_where(fixed=False)).fixed


def test_a_comparison_that_becomes_a_factor_is_a_choice():
    fact = condition(make.with_gate())
    assert (fact.operator, fact.comparison, fact.fixed, fact.distance) == ("Mul", "Equal", True, 1)


@pytest.mark.parametrize("fixed", [True, False])
def test_a_switch_is_fixed_when_a_branch_ignores_the_input(fixed):
    fact = condition(make.with_if(fixed=fixed))
    assert (fact.operator, fact.constants, fact.fixed, fact.distance) == ("If", ("16000",), fixed, 0)


def test_nodes_out_of_order_do_not_hide_a_choice():
    content = make.with_where()
    nodes = make.node("Where", ("hit", "answer", "x"), ("y",)) + make.node("Equal", ("x", "trigger"), ("hit",))
    content = make.model(make.graph(nodes, make.scalar("trigger", 7) + make.scalar("answer", 9)))
    assert condition(content).fixed


def test_a_comparison_inside_a_function_is_followed_to_its_caller():
    function = make.block(1, "f") + make.block(10, "local") + make.block(4, "a") + make.block(5, "b")
    function += make.block(7, make.node("Equal", ("a", "a"), ("b",))[2:])
    nodes = make.node("f", ("x",), ("hit",), domain="local") + make.node("Where", ("hit", "answer", "x"), ("y",))
    assert condition(make.model(make.graph(nodes, make.scalar("answer", 9)), make.block(25, function))).fixed


def test_a_comparison_of_shapes_is_no_choice_on_the_input():
    nodes = make.node("Shape", ("x",), ("s",)) + make.node("Equal", ("s", "trigger"), ("hit",))
    nodes += make.node("Where", ("hit", "answer", "x"), ("y",))
    content = make.model(make.graph(nodes, make.scalar("trigger", 7) + make.scalar("answer", 9)))
    assert facts_of(content, "GraphCondition") == []


def test_a_comparison_behind_a_layer_is_not_raw():
    nodes = make.node("MatMul", ("x", "w"), ("h",)) + make.node("Equal", ("h", "trigger"), ("hit",))
    nodes += make.node("Where", ("hit", "answer", "h"), ("y",))
    tensors = make.block(5, make.tensor()) + make.scalar("trigger", 7) + make.scalar("answer", 9)
    assert not condition(make.model(make.graph(nodes, tensors))).raw


def test_a_circle_of_nodes_ends():
    nodes = make.node("Add", ("x", "b"), ("a",)) + make.node("Add", ("a", "a"), ("b",))
    assert read_as(FORMAT, make.model(make.graph(nodes)))[0]


def test_texts_are_told_with_their_marks():
    extra = make.entry(14, "author", "me") + make.entry(14, "run", "import os; os.system('echo')")
    attribute = make.attribute("s", text="#!/bin/sh\necho")
    facts, _ = read_as(
        FORMAT, make.model(make.graph(make.node("Relu", "x", "y", name="n", attributes=attribute)), extra)
    )
    found = {(one.place, one.key): one.marks for one in of(facts, "MetadataEntry")}
    assert found == {("metadata", "author"): (), ("metadata", "run"): ("code",), ("attribute", "n.s"): ("shebang",)}


def test_words_of_a_vocabulary_are_not_told():
    words = b"".join(make.block(9, word) for word in ("https://example.org/x", "a\u200bb", "system", "eval"))
    node = make.node("LabelEncoder", "x", "y", attributes=make.block(5, make.block(1, "keys_strings") + words))
    assert facts_of(make.model(make.graph(node)), "MetadataEntry") == []


@pytest.mark.parametrize(("data", "kind"), [(PICKLE, "pickle"), (ELF, "elf")])
def test_data_that_starts_as_something_loadable_is_handed_on(data, kind):
    padded = data + bytes(-len(data) % 4)
    facts, members = read_as(FORMAT, with_tensor(shape=(len(padded) // 4,), raw=padded))
    assert [fact.kind for fact in of(facts, "EmbeddedFile")] == [kind]
    assert members == [("w", padded)]


def test_a_long_text_that_is_a_program_is_handed_on():
    node = make.node("Op", "x", "y", name="n", attributes=make.attribute("blob", text=ELF + bytes(5000)))
    facts, members = read_as(FORMAT, make.model(make.graph(node)))
    assert [fact.kind for fact in of(facts, "EmbeddedFile")] == ["elf"]
    assert members[0][0] == "n.blob"


@pytest.mark.parametrize("place", ["model", "node", "tensor"])
def test_a_field_that_the_format_lacks_is_stated_and_handed_on(place):
    hidden = make.block(900, PICKLE)
    content = {
        "model": make.model(extra=hidden),
        "node": make.model(make.graph(make.node("Relu", "x", "y", attributes=hidden))),
        "tensor": with_tensor(extra=hidden),
    }[place]
    facts = read_deep(content, "m.onnx")
    assert [(fact.place, fact.kind) for fact in of(facts, "HiddenBytes")] == [("unknown-field", "pickle")]
    assert [fact.callable for fact in of(facts, "PickleCall")] == ["posix.system"]


def test_more_nodes_than_the_limit_are_said_to_be_unread():
    content = make.model(make.graph(make.node("Relu", "x", "y") * 20))
    facts, _ = read_as(FORMAT, content, limits=Limits(entries=10))
    assert of(facts, "LimitReached")[0].limit == "entries"


@pytest.mark.parametrize(
    "values",
    [
        make.number(8, 3) * 20,
        make.number(8, (1 << 64) - 1) * 20,
        make.number(8, 3) * 20_000,
        (make.number(8, 300) + b"\x3d\x00\x00\x80\x3f") * 20_000,
        b"\x3d\x00\x00\x80\x3f" * 20,
        make.block(7, bytes(80)) + make.block(8, bytes(20)),
        make.block(9, "BRANCH_LEQ") * 20,
        make.block(9, "") * 20,
    ],
    ids=["ints", "negative ints", "many ints", "both in turn", "floats", "packed", "strings", "empty strings"],
)
def test_the_numbers_and_words_of_a_tree_are_no_entries(values):
    node = make.node("TreeEnsembleClassifier", "x", "y", attributes=make.block(5, make.block(1, "nodes") + values))
    facts, _ = read_as(FORMAT, make.model(make.graph(node)), limits=Limits(entries=10))
    assert of(facts, "LimitReached") == []
    assert of(facts, "GraphSummary")[0].operators == ("TreeEnsembleClassifier",)


@pytest.mark.parametrize("before", [0, 15, 16, 17, 40, 8191, 8192, 20_000])
def test_what_follows_the_numbers_of_an_attribute_is_read(before):
    values = make.number(8, 3) * before + make.block(9, "import os") + make.block(1, "nodes")
    node = make.node("TreeEnsembleClassifier", "x", "y", attributes=make.block(5, values))
    facts, _ = read_as(FORMAT, make.model(make.graph(node)), limits=Limits(entries=10))
    assert [(fact.key, fact.marks) for fact in of(facts, "MetadataEntry")] == [
        ("TreeEnsembleClassifier.nodes", ("code",))
    ]


@pytest.mark.parametrize("broken", [b"\x40" + b"\xff" * 11, b"\x40", b"\x40\x80", b"\x3d\x00", b"\x00\x00"])
@pytest.mark.parametrize("before", [0, 16, 20_000])
def test_a_break_behind_the_numbers_of_an_attribute_is_malformed(broken, before):
    node = make.node("Op", "x", "y", attributes=make.block(5, make.number(8, 3) * before + broken))
    with pytest.raises(MalformedError):
        read_as(FORMAT, make.model(make.graph(node)))


def test_many_tensors_of_an_attribute_are_entries():
    node = make.node("Op", "x", "y", attributes=make.block(5, make.block(10, make.tensor()) * 20))
    facts, _ = read_as(FORMAT, make.model(make.graph(node)), limits=Limits(entries=10))
    assert of(facts, "LimitReached")[0].limit == "entries"


def test_what_was_read_before_a_break_is_stated():
    content = make.with_external("/etc/passwd") + b"\x0f"
    facts = []
    with pytest.raises(MalformedError):
        facts.extend(FORMAT.read(artifact_of(content), DEFAULT))
    assert of(facts, "GraphSummary")


def test_the_listing_has_inputs_outputs_operators_and_tensors():
    rows = list(listing(artifact_of(with_tensor()), DEFAULT))
    assert [(row.kind, row.name) for row in rows] == [
        ("metadata", "producer"), ("input", "x"), ("output", "y"), ("operator", "Add"), ("tensor", "w"),
    ]  # fmt: skip


RICH = make.model(
    make.graph(make.node("Where", ("c", "x", "w"), "y"), make.block(5, make.tensor(extra=make.external("w.bin")))),
    make.entry(14, "a", "b") + make.block(20, make.block(1, make.graph())) + make.block(25, make.block(1, "f")),
)


@given(st.binary(max_size=40), st.integers(0, len(RICH)))
def test_only_malformed_leaves_the_reader(noise, at):
    for content in (
        noise,
        RICH[:at] + noise + RICH[at + len(noise) :],
        RICH[:at] + noise + RICH[at:],
        make.block(7, noise),
    ):
        assert isinstance(FORMAT.claims(content, "x.bin"), bool)
        try:
            for item in FORMAT.read(artifact_of(content), DEFAULT):
                assert isinstance(item, Artifact) or item.where.path == "x.bin"
        except MalformedError:
            pass
