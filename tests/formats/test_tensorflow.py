"""TensorFlow: operators and the texts that reach them, wherever a graph hides them."""

import contextlib
import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.format import MalformedError
from scanner.formats import tensorflow as subject
from scanner.formats.tensorflow import table
from tests.builders import keras, pickles
from tests.builders import tensorflow as make
from tests.builders.judged import judged
from tests.builders.onnx import block
from tests.builders.reading import of, read_as, read_deep

FORMAT = subject.FORMAT


def read(content, path="m/saved_model.pb"):
    return read_as(FORMAT, content, path)


def operators(content, path="m/saved_model.pb"):
    return {fact.operator: fact for fact in of(read(content, path)[0], "TensorflowOperator")}


def one(facts, name):
    (fact,) = of(facts, name)
    return fact


def test_an_ordinary_saved_model_is_not_judged():
    facts, _ = read(make.plain())
    summary = one(facts, "GraphSummary")
    assert (summary.producer, summary.version, summary.nodes, summary.inputs) == (
        "2.17.0",
        1286,
        9,
        ("x", "save/filename"),
    )
    assert judged(make.plain(), "m/saved_model.pb") == {}


def test_constants_reach_an_operator_directly_and_through_joins():
    content = make.saved_model(
        make.constant("a", "/etc"),
        make.constant("b", "passwd"),
        make.node("j", "StringJoin", ("a", "b")),
        make.node("i", "Identity", ("j",)),
        make.node("r", "ReadFile", ("i:0",)),
    )
    assert operators(content)["ReadFile"].constants == ("/etc", "passwd")
    assert operators(content)["ReadFile"].outside == ("/etc",)


READS = (make.constant("p", "/etc/passwd"), make.node("r", "ReadFile", ("p",)))
WRITES = (make.constant("p", "/tmp/x"), make.constant("c", "hi"), make.node("w", "WriteFile", ("p", "c")))
CASES = {
    "ReadFile": (READS, "tensorflow-reads-files", "critical"),
    "WriteFile": (WRITES, "tensorflow-writes-files", "critical"),
    "PyFunc": ((make.node("p", "PyFunc", (), make.text("token", "pyfunc_0")),), "tensorflow-calls-python", "high"),
    "EagerPyFunc": ((make.node("p", "EagerPyFunc"),), "tensorflow-calls-python", "high"),
    "in a function": (
        (
            make.function(
                "f", make.constant("p", "/etc/passwd", field=3), make.node("r", "ReadFile", ("p:output:0",), field=3)
            ),
        ),
        "tensorflow-reads-files",
        "critical",
    ),
    "PrintV2 to a file": (
        (make.node("p", "PrintV2", (), make.text("output_stream", "file:///tmp/x")),),
        "tensorflow-names-outside-path",
        "high",
    ),
    "MergeV2Checkpoints elsewhere": (
        (make.constant("p", "/home/me/.ssh/id_rsa"), make.node("m", "MergeV2Checkpoints", ("p", "p"))),
        "tensorflow-names-outside-path",
        "high",
    ),
    "SaveV2 elsewhere": (
        (make.constant("p", "../../x"), make.node("s", "SaveV2", ("p",))),
        "tensorflow-names-outside-path",
        "high",
    ),
    "DebugIdentity to an address": (
        (
            make.node(
                "d", "DebugIdentityV2", (), make.attribute("debug_urls", block(1, block(2, "grpc://example.org:1")))
            ),
        ),
        "tensorflow-names-outside-path",
        "high",
    ),
    "network": ((make.node("d", "DataServiceDatasetV4"),), "tensorflow-reaches-network", "high"),
    "custom operator": ((make.node("o", "MyShellOp"),), "tensorflow-needs-custom-operator", "medium"),
}


@pytest.mark.parametrize(("parts", "rule", "severity"), CASES.values(), ids=CASES)
@pytest.mark.parametrize("form", ["saved", "meta", "frozen"])
def test_the_rule_speaks_in_every_form(parts, rule, severity, form):
    ordinary = make.node("x", "Placeholder")
    if form == "saved":
        content, path = make.saved_model(ordinary, *parts), "m/saved_model.pb"
    elif form == "meta":
        content, path = make.meta_graph(make.graph(ordinary, *parts)), "m/model.ckpt.meta"
    else:
        content, path = make.graph(ordinary, *parts), "m/frozen.pb"
    assert FORMAT.claims(content[:8192], path)
    assert judged(content, path).get(rule) == severity


def test_a_saved_model_is_read_by_its_name_whatever_comes_first():
    content = block(99, bytes(20_000)) + make.saved_model(*READS)
    assert judged(content, "m/saved_model.pb").get("tensorflow-reads-files") == "critical"


def test_a_function_of_the_file_is_no_custom_operator():
    content = make.saved_model(
        make.node("c", "my_function"), make.function("my_function", make.node("y", "Relu", field=3))
    )
    assert operators(content)["my_function"].defined
    assert judged(content, "m/saved_model.pb") == {}


def test_an_asset_that_leaves_its_folder_is_told():
    content = make.saved_model(extra=make.asset("../../../etc/passwd") + make.asset("vocab.txt"))
    assert {fact.filename: fact.how for fact in of(read(content)[0], "TensorflowAsset")} == {
        "../../../etc/passwd": "parent",
        "vocab.txt": "",
    }
    assert judged(content, "m/saved_model.pb")["tensorflow-asset-leaves-folder"] == "high"


def test_keras_metadata_is_read_as_keras():
    content = make.keras_metadata(keras.text(keras.layer()), keras.text(keras.lambda_v2()))
    assert judged(content, "m/keras_metadata.pb").get("keras-lambda-runs-bytecode") == "critical"


def test_metadata_of_saved_objects_is_read_as_keras():
    user = block(4, block(1, "_tf_keras_layer") + block(3, keras.text(keras.lambda_v2())))
    content = make.saved_model(extra=block(7, block(1, user)))
    assert judged(content, "m/saved_model.pb").get("keras-lambda-runs-bytecode") == "critical"


def test_the_text_form_is_read():
    text = b"""
    # a comment { node
    saved_model_schema_version: 1
    meta_graphs { graph_def {
      node { name: "p" op: "Const" attr { key: "value" value { tensor { string_val: "/etc/\\160asswd" } } } }
      node { name: "r" op: "ReadFile" input: "p" }
    } }
    """
    assert operators(text, "m/saved_model.pbtxt")["ReadFile"].outside == ("/etc/passwd",)
    assert judged(text, "m/saved_model.pbtxt")["tensorflow-reads-files"] == "critical"


def web(nodes, paths=("group1-shard1of1.bin",), **more) -> bytes:
    manifest = [{"paths": list(paths), "weights": [{"name": "w", "shape": [2], "dtype": "float32"}]}]
    topology = {"node": nodes} if nodes is not None else more.pop("topology")
    return json.dumps(
        {"format": "graph-model", "modelTopology": topology, "weightsManifest": manifest, **more}
    ).encode()


def test_a_model_of_tensorflow_js_is_read():
    import base64

    path = base64.b64encode(b"/etc/passwd").decode()
    nodes = [
        {"name": "p", "op": "Const", "attr": {"value": {"tensor": {"dtype": "DT_STRING", "stringVal": [path]}}}},
        {"name": "r", "op": "ReadFile", "input": ["p"]},
    ]
    content = web(nodes)
    assert FORMAT.claims(content[:8192], "model.json")
    assert operators(content, "model.json")["ReadFile"].outside == ("/etc/passwd",)


def test_weights_of_tensorflow_js_that_lie_elsewhere_are_told():
    facts, _ = read(web([], ["../../x.bin", "https://example.org/w.bin", "a.bin"]), "model.json")
    assert [fact.how for fact in of(facts, "ShardEntry")] == ["parent", "url", ""]


def test_a_layers_model_of_tensorflow_js_is_read_as_keras():
    topology = {"keras_version": "2.4.0", "backend": "tensorflow", "model_config": keras.model(keras.lambda_v2())}
    found = judged(web(None, topology=topology), "model.json")
    assert found["keras-lambda-runs-bytecode"] == "critical"


def test_an_index_of_variables_adds_to_a_table():
    content = make.index(("a/w", 1, (2, 3), 24), ("b", 9, (), 8), ("s", 7, (1,), 30))
    facts, _ = read(content, "m/variables/variables.index")
    assert FORMAT.claims(content, "m/model.ckpt.index")
    table = one(facts, "TensorTable")
    assert (table.tensors, table.parameters, table.nbytes) == (3, 8, 62)
    assert one(facts, "TensorflowCheckpoint").shards == 1
    assert not of(facts, "TensorMismatch")


def test_an_entry_of_the_wrong_size_is_told():
    facts, _ = read(make.index(("w", 1, (2, 3), 25)), "variables.index")
    mismatch = one(facts, "TensorMismatch")
    assert (mismatch.how, mismatch.expected, mismatch.found) == ("size", 24, 25)


def test_a_wrong_checksum_of_a_block_is_told():
    content = bytearray(make.index(("w", 1, (2, 3), 24)))
    content[3] ^= 0x40
    facts, _ = read(bytes(content), "variables.index")
    assert "1 blocks" in one(facts, "Malformed").reason


def test_checksums_are_computed_up_to_a_bound(monkeypatch):
    monkeypatch.setattr(table, "CHECKED_NBYTES", 9)
    facts, _ = read(make.index(("w", 1, (2, 3), 24)), "variables.index")
    assert one(facts, "LimitReached").limit == "checksums"


def test_a_block_in_snappy_is_read():
    facts, _ = read(make.index(("w", 1, (2, 3), 24), pack=make.literal), "variables.index")
    assert one(facts, "TensorTable").tensors == 1


def test_a_block_in_an_unknown_compression_is_malformed():
    with pytest.raises(MalformedError, match="compression 7"):
        read(make.index(("w", 1, (2, 3), 24), pack=lambda raw: (raw, 7)), "variables.index")


@pytest.mark.parametrize(
    ("packed", "plain"),
    [
        (b"\x00", b""),
        (b"\x03\x08abc", b"abc"),
        (b"\x0a\x08abc\x0d\x03", b"abcabcabca"),
        (b"\x06\x08abc\x0a\x03\x00", b"abcabc"),
        (b"\x06\x08abc\x0b\x03\0\0\0", b"abcabc"),
        (b"\x46\xf0\x45" + b"x" * 70, b"x" * 70),
    ],
)
def test_snappy_decompresses_literals_and_copies(packed, plain):
    assert table.snappy(packed) == plain


@pytest.mark.parametrize(
    "packed",
    [b"", b"\x05\x08abc", b"\x03\x08ab", b"\x07\x08abc\x01\x04", b"\x07\x08abc\x01\x00", b"\xff\xff\xff\xff\x0f\x00a",
     b"\x03\x08abc\x00", b"\x06\x08abc\x0a\x03"],
)  # fmt: skip
def test_snappy_that_does_not_fit_is_malformed(packed):
    with pytest.raises(MalformedError):
        table.snappy(packed)


def test_data_files_beside_the_index_are_stated():
    content = make.index(("a", 1, (2,), 8), ("b", 1, (2,), 8), ("c", 1, (1,), 4, 100, 1), shards=2)
    facts, _ = read(content, "m/variables/variables.index")
    assert [(fact.location, fact.tensor, fact.end) for fact in of(facts, "ExternalData")] == [
        ("variables.data-00000-of-00002", "a", 16),
        ("variables.data-00001-of-00002", "c", 104),
    ]
    assert one(facts, "TensorflowCheckpoint").texts == 0


def test_tensors_that_share_bytes_are_told():
    facts, _ = read(make.index(("a", 1, (2,), 8), ("b", 1, (2,), 8, 4, 0)), "variables.index")
    assert [(fact.tensor, fact.how) for fact in of(facts, "TensorMismatch")] == [("b", "overlap")]


def test_an_entry_of_no_shard_is_told_and_shards_are_bounded():
    facts, _ = read(make.index(("a", 1, (2,), 8, 0, 9)), "variables.index")
    assert one(facts, "TensorMismatch").how == "outside"
    facts, _ = read(make.index(("a", 1, (2,), 8), shards=1 << 40), "variables.index")
    assert one(facts, "LimitReached").limit == "shards"


def test_an_index_cut_anywhere_is_malformed():
    content = make.index(("w", 1, (2, 3), 24))
    for end in range(len(content)):
        with pytest.raises(MalformedError):
            read(content[:end], "variables.index")


def test_data_of_variables_is_recognised_and_not_read():
    assert FORMAT.claims(b"\0" * 40, "variables.data-00000-of-00001")
    assert read(bytes(40), "variables.data-00000-of-00001") == ([], [])
    assert judged(pickles.system4(), "variables.data-00000-of-00001")["pickle-starts-process"] == "critical"


def test_the_state_of_a_folder_names_its_last_checkpoint():
    content = b'model_checkpoint_path: "gs://bucket/c-2"\nall_model_checkpoint_paths: "c-1"\n'
    assert FORMAT.claims(content, "checkpoint")
    assert {fact.filename: fact.how for fact in of(read(content, "checkpoint")[0], "TensorflowAsset")} == {
        "gs://bucket/c-2": "url",
        "c-1": "",
    }
    assert judged(content, "checkpoint") == {"tensorflow-checkpoint-lies-elsewhere": "medium"}


def test_a_fingerprint_is_walked():
    assert read(block(1, b"abc"), "fingerprint.pb") == ([], [])
    with pytest.raises(MalformedError):
        read(b"\x0a\xff", "fingerprint.pb")


@pytest.mark.parametrize(
    "content", [make.plain(), make.saved_model(*CASES["in a function"][0])], ids=["plain", "function"]
)
def test_a_file_cut_anywhere_is_malformed_or_shorter(content):
    for end in range(len(content)):
        try:
            read(content[:end])
        except MalformedError:
            continue


def test_an_empty_file_holds_nothing():
    assert not of(read(b"")[0], "TensorflowOperator")


def test_a_graph_of_many_nodes_is_linear():
    content = make.graph(*(make.node(f"n{number}", "Relu", (f"n{number - 1}",)) for number in range(30_000)))
    assert one(read(content, "m.pb")[0], "GraphSummary").nodes == 30_000


def test_a_graph_of_another_library_is_not_claimed():
    mediapipe = block(
        1, block(1, "flow") + block(2, "FlowLimiterCalculator") + block(3, "input_video") + block(4, "out")
    )
    assert not FORMAT.claims(mediapipe, "graph.binarypb")


@given(
    st.binary(max_size=300),
    st.sampled_from(
        [
            "saved_model.pb",
            "a.pb",
            "a.meta",
            "variables.index",
            "saved_model.pbtxt",
            "keras_metadata.pb",
            "fingerprint.pb",
            "model.json",
        ]
    ),
)
def test_any_bytes_leave_only_malformed(raw, name):
    FORMAT.claims(raw, name)
    with contextlib.suppress(MalformedError):
        read(raw, name)


@given(st.data())
def test_any_changed_byte_leaves_only_malformed(data):
    content = bytearray(make.saved_model(*READS, *make.saver(), *CASES["in a function"][0], extra=make.asset("a")))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(MalformedError):
        read(bytes(content))


def test_what_is_read_twice_is_equal():
    assert read_deep(make.plain(), "m/saved_model.pb") == read_deep(make.plain(), "m/saved_model.pb")


@pytest.mark.parametrize("filling", ["a" * 60_000, "node" + " " * 60_000, "\n" * 60_000])
def test_a_long_word_in_a_text_is_passed_once(filling):
    clock = time.process_time()
    read(f"saved_model_schema_version: 1 {filling} meta_graphs {{ }}".encode(), "m/saved_model.pbtxt")
    assert time.process_time() - clock < 0.5
