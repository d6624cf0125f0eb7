"""`assay inspect`: what a file holds, read as it is written, bounded and escaped."""

import io
import json
import struct
import tarfile
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.cli import main
from scanner.contents import _lister, _walk, contents
from scanner.facts import LimitReached
from scanner.formats import discover
from scanner.limits import DEFAULT, Limits
from tests.builders import choices, hdf5, keras, tensorflow
from tests.builders.onnx import block, number
from tests.builders.reading import artifact_of


def held(content, path="x.bin", member=""):
    return [fact for fact in _walk(artifact_of(content, path), discover(), DEFAULT, member) if fact.kind != "artifact"]


def rows(content, path="x.bin"):
    return [(fact.kind, fact.name, fact.dtype, fact.shape, fact.nbytes) for fact in held(content, path)]


def safetensors(name="w"):
    table = {"__metadata__": {"format": "pt"}, name: {"dtype": "F32", "shape": [2, 1], "data_offsets": [0, 8]}}
    header = json.dumps(table).encode()
    return len(header).to_bytes(8, "little") + header + bytes(8)


def npy():
    text = b"{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }".ljust(117) + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text + bytes(12)


def state_dict(*keys):
    """A protocol 2 pickle of {key: tensor of shape (2, 3) in storage 0}."""
    out = b"\x80\x02}("
    for key in keys:
        out += b"X" + struct.pack("<I", len(key)) + key.encode()
        out += (
            b"ctorch._utils\n_rebuild_tensor_v2\n((X\x07\0\0\0storagectorch\nFloatStorage\nX\x01\0\0\x000X\x03\0\0\0cpu"
        )
        out += b"K\x06tQK\0K\x02K\x03\x86K\x03K\x01\x86\x89)tR"
    return out + b"u."


def zipped(**members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/"), content)
    return out.getvalue()


def test_safetensors_shows_metadata_and_tensors_with_their_place():
    metadata, tensor = held(safetensors(), "m.safetensors")
    assert (metadata.kind, metadata.name, metadata.value) == ("metadata", "format", "pt")
    assert (tensor.name, tensor.dtype, tensor.shape, tensor.nbytes) == ("w", "F32", (2, 1), 8)
    assert tensor.where.offset == len(safetensors()) - 8


def test_an_array_shows_dtype_shape_and_where_its_data_starts():
    (tensor,) = held(npy())
    assert (tensor.dtype, tensor.shape, tensor.nbytes, tensor.where.offset) == ("<f4", (3,), 12, 128)


def test_a_pickle_of_tensors_names_them_by_their_keys():
    found = held(state_dict("a.weight", "b"), "data.pkl")
    assert [(one.name, one.dtype, one.shape, one.nbytes, one.value) for one in found] == [
        ("a.weight", "Float", (2, 3), 24, "storage 0"),
        ("b", "Float", (2, 3), 24, "storage 0"),
    ]


def test_tensors_inside_nested_dicts_have_the_whole_path():
    inner = state_dict("w")[2:-1]
    outer = b"\x80\x02}X\x05\0\0\0model" + inner + b"s."
    assert [one.name for one in held(outer, "data.pkl")] == ["model.w"]


def test_a_torch_zip_shows_members_and_the_tensors_of_its_pickle():
    content = zipped(m__data_pkl=b"x", **{"m/data.pkl": state_dict("w"), "m/data/0": bytes(24)})
    found = rows(content, "m.pt")
    assert ("tensor", "w", "Float", (2, 3), 24) in found
    assert ("member", "m/data/0", "deflate", (), 24) in found


def test_a_zip_of_arrays_shows_both():
    found = held(zipped(w_npy=npy()), "m.npz")
    assert [one.kind for one in found] == ["member", "tensor"]
    assert 0 < found[0].packed < found[0].nbytes


def test_a_tar_shows_its_members():
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        info = tarfile.TarInfo("a/w.npy")
        info.size = len(npy())
        archive.addfile(info, io.BytesIO(npy()))
    found = rows(out.getvalue(), "m.tar")
    assert found[0][:2] == ("member", "a/w.npy")
    assert found[1][0] == "tensor"


@pytest.mark.parametrize("name", ["m.safetensors", "m.npz", "m.pkl"])
def test_a_cut_file_shows_what_could_be_read(name):
    content = {"m.safetensors": safetensors(), "m.npz": zipped(w_npy=npy()), "m.pkl": state_dict("w")}[name]
    for end in range(len(content)):
        held(content[:end], name)


def test_a_break_is_told_in_the_list():
    (broken,) = held(safetensors()[:20], "m.safetensors")
    assert broken.kind == "broken"
    assert broken.value


def test_names_are_escaped_and_cut():
    (_, tensor) = held(safetensors("a\x1b[31m\u202e" + "b" * 5000), "m.safetensors")
    assert tensor.name.startswith("a\\x1b[31m\\u202e")
    assert len(tensor.name) == 300


def test_a_cycle_and_a_shared_value_are_walked_once():
    assert held(b"\x80\x02]q\0h\0ah\0a.", "x.pkl") == []


def test_a_list_beyond_the_bound_ends_with_its_reason(tmp_path):
    file = tmp_path / "m.zip"
    file.write_bytes(zipped(**{f"m{number}": b"x" for number in range(50)}))
    found = list(contents(artifact_of(file.read_bytes(), "m.zip"), Limits(facts=10), member=""))
    assert isinstance(found[-1], LimitReached)
    assert len(found) <= 12


def test_a_format_with_a_list_in_its_folder_needs_no_other_word():
    found = {one.name for one in discover() if _lister(one) is not None}
    assert {"gguf", "hdf5", "keras", "numpy", "onnx", "pickle", "safetensors", "tensorflow", "tflite", "zip"} <= found
    assert not found & {"gzip", "tar", "appended"}


def test_hdf5_shows_groups_datasets_links_and_attributes():
    image = hdf5.Image()
    weights = hdf5.dataset(image, bytes(12))
    inner = image.header(hdf5.text_attribute("note", b"about"), hdf5.hard("w", weights))
    root = image.header(hdf5.hard("layer", inner), hdf5.soft("same", "/layer"), hdf5.external("far", "other.h5"))
    found = {(one.kind, one.name): one for one in held(image.done(root), "m.h5")}
    assert found["metadata", "/layer@note"].value == "about"
    assert found["link", "/far"].value == "other.h5:/x"
    assert found["link", "/same"].value == "/layer"
    tensor = found["tensor", "/layer/w"]
    assert (tensor.dtype, tensor.shape, tensor.nbytes) == ("float32", (3,), 12)
    assert tensor.where.offset is not None
    assert ("group", "/layer") in found


def test_a_broken_object_of_hdf5_is_a_line_and_the_others_are_shown():
    image = hdf5.Image()
    root = image.header(hdf5.hard("bad", 1 << 40), hdf5.hard("good", hdf5.dataset(image, bytes(12))))
    assert {(one.kind, one.name) for one in held(image.done(root), "m.h5")} == {("broken", "/bad"), ("tensor", "/good")}


def test_a_group_that_holds_itself_is_walked_once():
    image = hdf5.Image()
    link = hdf5.hard("again", 0)
    at = len(image.content)
    assert len(hdf5.hard("again", at)[1]) == len(link[1])
    root = image.header(hdf5.hard("again", at))
    assert root == at
    assert held(image.done(root), "m.h5") == []


def test_keras_shows_layers_with_their_settings_those_of_inner_models_too():
    inner = keras.model(keras.layer("Dense", units=3, activation="relu"))
    inner["config"]["name"] = "inner"
    document = keras.model(keras.layer("Flatten"), inner)
    document["keras_version"] = "3.10.0"
    found = held(keras.text(document), "x.keras!config.json")
    lines = [(one.name, one.value) for one in found if one.kind == "layer"]
    assert lines == [("one", "Flatten()"), ("inner", "Sequential()"), ("inner/one", "Dense(units=3, activation=relu)")]
    assert [one.value for one in found if one.kind == "metadata"] == ["3.10.0"]


def test_a_saved_model_shows_signatures_operators_and_constants():
    info = block(1, "x:0") + number(2, 1) + block(3, block(2, number(1, (1 << 64) - 1)) + block(2, number(1, 4)))
    signature = block(1, block(1, "x") + block(2, info)) + block(2, block(1, "y") + block(2, block(1, "y:0")))
    entry = block(5, block(1, "serve") + block(2, signature))
    graph = (tensorflow.node("x", "Placeholder"), tensorflow.node("y", "Relu", ("x",)), choices.tf_constant("c", 1, 2))
    found = held(tensorflow.saved_model(*graph, extra=entry + tensorflow.asset("vocab.txt")), "m/saved_model.pb")
    lines = {(one.kind, one.name): one for one in found}
    assert (lines["input", "serve:x"].dtype, lines["input", "serve:x"].shape) == ("float32", (-1, 4))
    assert lines["input", "serve:x"].value == "x:0"
    assert ("output", "serve:y") in lines
    assert lines["operator", "Relu"].shape == (1,)
    assert lines["metadata", "asset"].value == "vocab.txt"
    assert lines["tensor", "c"].dtype == "float32"


def test_a_checkpoint_index_shows_tensors_and_where_they_lie():
    (tensor,) = held(tensorflow.index(("a/w", 1, (2, 3), 24)), "m/variables.index")
    assert (tensor.name, tensor.dtype, tensor.shape, tensor.nbytes) == ("a/w", "float32", (2, 3), 24)
    assert tensor.value == "shard 0 at 0"


def test_a_model_of_tensorflow_js_shows_its_weights_and_their_file():
    weight = {"name": "w", "shape": [2, 2], "dtype": "float32", "quantization": {"dtype": "uint8"}}
    document = {
        "format": "graph-model", "modelTopology": choices.web_graph(), "signature": {"outputs": {"y": {}}},
        "weightsManifest": [{"paths": ["a.bin"], "weights": [weight]}],
    }  # fmt: skip
    lines = {(one.kind, one.name): one for one in held(json.dumps(document).encode(), "model.json")}
    tensor = lines["tensor", "w"]
    assert (tensor.dtype, tensor.shape, tensor.nbytes, tensor.value) == ("uint8", (2, 2), 4, "a.bin")
    assert lines["operator", "Const"].shape == (3,)
    assert lines["metadata", "format"].value == "graph-model"
    assert ("output", "y") in lines


MADE = {
    "m.h5": hdf5.file({"note": b"x"}),
    "saved_model.pb": tensorflow.plain(),
    "m.index": tensorflow.index(("a", 1, (2,), 8)),
    "model.json": json.dumps({"modelTopology": choices.web_graph(), "weightsManifest": [{"weights": [{}]}]}).encode(),
    "x.keras!config.json": keras.text(keras.model(keras.layer())),
    "w.npy": npy(),
}


@pytest.mark.parametrize("name", MADE)
def test_a_list_of_a_cut_file_ends(name):
    for end in range(len(MADE[name])):
        held(MADE[name][:end], name)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2000), st.binary(min_size=1, max_size=6), st.sampled_from(sorted(MADE)))
def test_nothing_leaves_the_lists_of_models_but_lines(at, junk, name):
    at %= len(MADE[name])
    held(MADE[name][:at] + junk + MADE[name][at + len(junk) :], name)


def run(capsys, *arguments):
    code = main(["inspect", *arguments])
    return code, capsys.readouterr()


def test_the_verb_prints_a_line_a_thing(tmp_path, capsys):
    file = tmp_path / "m.safetensors"
    file.write_bytes(safetensors())
    code, printed = run(capsys, str(file))
    assert code == 0
    assert printed.out.splitlines() == [
        f"{file}  {len(safetensors())} bytes, safetensors",
        "  metadata  format  pt",
        f"  tensor    w  F32[2, 1]  8 bytes at {len(safetensors()) - 8}",
    ]


def test_the_verb_prints_json(tmp_path, capsys):
    file = tmp_path / "m.npz"
    file.write_bytes(zipped(w_npy=npy()))
    code, printed = run(capsys, str(file), "--format", "json")
    document = json.loads(printed.out)
    assert code == 0
    assert document["ended"] is None
    assert [one["formats"] for one in document["artifacts"]] == [["zip"], ["numpy"]]
    assert document["artifacts"][0]["holds"][0]["method"] == "deflate"
    assert document["artifacts"][1]["holds"][0]["shape"] == [3]


def test_the_verb_lists_one_member_alone(tmp_path, capsys):
    file = tmp_path / "m.npz"
    file.write_bytes(zipped(w_npy=npy()))
    code, printed = run(capsys, f"{file}!w_npy")
    assert code == 0
    assert "  member" not in printed.out
    assert "<f4[3]" in printed.out


@pytest.mark.parametrize("name", ["m.npz!none", "none"])
def test_what_is_not_there_is_a_usage_error(tmp_path, capsys, name):
    (tmp_path / "m.npz").write_bytes(zipped(w_npy=npy()))
    code, printed = run(capsys, str(tmp_path / name))
    assert code == 2
    assert printed.err.startswith("assay: ")


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 400), st.binary(max_size=6), st.sampled_from(["m.safetensors", "m.pkl", "m.npz"]))
def test_nothing_leaves_the_list_but_lines(at, junk, name):
    content = {"m.safetensors": safetensors(), "m.npz": zipped(w_npy=npy()), "m.pkl": state_dict("w")}[name]
    at = min(at, len(content))
    held(content[:at] + junk + content[at + len(junk) :], name)
