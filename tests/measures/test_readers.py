"""Numbers wherever files keep them: in members, chunks, other files; and what is left is counted with its reason."""

import io
import struct
import zlib
from contextlib import suppress
from functools import partial
from itertools import product

import numpy as np
import pytest

from scanner.artifact import Artifact
from scanner.facts import LimitReached
from scanner.facts.weights import NumbersNotFinite, TensorsLeft, WeightsMeasured
from scanner.format import MalformedError
from scanner.limits import DEFAULT
from scanner.measures.views import content, format_of, table, values
from tests.builders import gguf, hdf5, onnx, pickles
from tests.builders.carriers import gaussian, measured, of, safetensors


def artifact(data, path="x"):
    return Artifact(path=path, size=len(data), open=partial(io.BytesIO, data))


def read(data, form="", path="x", beside=None):
    """Return the numbers of each tensor, and why others are left."""
    one = artifact(data, path)
    found = table(one, form or format_of(data[:8192], path), DEFAULT, beside)
    numbers = {
        view.name: np.concatenate([np.empty(0, np.float32), *map(np.copy, values(one, view))]).tolist()
        for view in found.views
    }
    return numbers, {left.name: left.reason for left in found.left}


NUMBERS = [1.5, -2.0, 0.0, 4.0, 0.25, 8.0]


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
@pytest.mark.parametrize("dtype", ["<f4", ">f4", ">f8", "<f2"])
def test_arrays_of_a_zip_are_read_packed_or_not(save, dtype):
    out = io.BytesIO()
    save(out, w=np.array(NUMBERS, dtype), o=np.array([None]))
    assert read(out.getvalue(), "npz") == ({"w": NUMBERS}, {"o": "objects"})


def test_numbers_with_their_highest_byte_first_are_turned():
    out = io.BytesIO()
    np.save(out, np.r_[gaussian(99), np.nan].astype(">f4"))
    facts = measured(out.getvalue(), path="x.npy")
    assert [(one.numbers, one.first) for one in of(NumbersNotFinite, facts)] == [(1, 99)]
    assert of(WeightsMeasured, facts)[0].valued == 1


def test_their_bytes_stay_as_they_are():
    out = io.BytesIO()
    np.save(out, np.array([1.0], ">f4"))
    one = artifact(out.getvalue())
    (view,) = table(one, "numpy", DEFAULT).views
    assert content(one, view, 0, 4) == b"\x3f\x80\0\0"


def test_a_gguf_of_the_other_order_is_read_too():
    data = gguf.gguf(tensors=[{"shape": (2,)}], data=struct.pack(">2f", 1.5, -2), order=">")
    assert read(data)[0] == {"w": [1.5, -2.0]}


def chunked(table_, chunk, filters=(), *, spoil=False):
    """An HDF5 file of one dataset in chunks, found by a tree of version 1."""
    image = hdf5.Image()
    keys = b""
    places = list(product(range(0, table_.shape[0], chunk[0]), range(0, table_.shape[1], chunk[1])))
    for row, column in places:
        part = np.zeros(chunk, np.float32)
        piece = table_[row : row + chunk[0], column : column + chunk[1]]
        part[: piece.shape[0], : piece.shape[1]] = piece
        raw = part.tobytes()
        for number in filters:
            if number == 2:
                raw = np.frombuffer(raw, np.uint8).reshape(-1, 4).T.tobytes()
            elif number == 1:
                raw = zlib.compress(raw)
            elif number == 3:
                raw += bytes(4)
        raw = b"\xff" + raw[1:] if spoil else raw
        keys += struct.pack("<II3Q", len(raw), 0, row, column, 0) + hdf5.u(image.add(raw))
    tree = b"TREE\x01\0" + hdf5.u(len(places), 2) + hdf5.UNDEFINED * 2 + keys + bytes(32)
    layout = b"\3\2\3" + hdf5.u(image.add(tree)) + struct.pack("<III", *chunk, 4)
    pipeline = b"\1" + hdf5.u(len(filters), 1) + bytes(6) + b"".join(hdf5.u(one, 2) + bytes(6) for one in filters)
    messages = [(1, hdf5.space(*table_.shape)), (3, hdf5.FLOAT32), (8, layout)]
    made = image.header(*messages, *([(11, pipeline)] if filters else []))
    return hdf5.file(None, hdf5.hard("w", made), image=image)


@pytest.mark.parametrize("filters", [(), (1,), (2, 1), (2, 1, 3)])
@pytest.mark.parametrize("chunk", [(2, 3), (4, 7), (5, 2), (7, 5)])
def test_chunks_of_a_dataset_are_put_together(chunk, filters):
    array = gaussian(7, 5)
    assert read(chunked(array, chunk, filters)) == ({"/w": array.reshape(-1).tolist()}, {})


def test_chunks_by_a_plug_in_are_left():
    assert read(chunked(gaussian(4, 4), (2, 2), (307,))) == ({}, {"/w": "compressed"})


def test_a_chunk_that_does_not_unpack_ends_the_tensor_and_that_is_said():
    facts = measured(chunked(gaussian(64, 8), (8, 8), (1,), spoil=True), path="x.h5")
    assert [(one.reason, one.nbytes) for one in of(TensorsLeft, facts) if not one.measure] == [("outside", 2048)]


def test_a_dataset_of_which_nothing_is_stored_is_not_read_as_zeros():
    image = hdf5.Image()
    facts = measured(hdf5.file(None, hdf5.hard("w", hdf5.bomb(image, 1 << 40)), image=image), path="x.h5")
    assert [one.reason for one in of(TensorsLeft, facts)] == ["unwritten"]


def test_a_dataset_that_grows_beyond_all_bounds_is_left():
    grown = hdf5.space(1 << 36, 8)
    data = chunked(gaussian(8, 8), (8, 8), (1,)).replace(hdf5.space(8, 8), grown)
    facts = measured(data, path="x.h5")
    assert [one.limit for one in of(LimitReached, facts)] == ["weights"]
    assert [one.reason for one in of(TensorsLeft, facts) if not one.measure] == ["bound"]


def test_what_h5py_writes_is_read(tmp_path):
    h5py = pytest.importorskip("h5py")
    array = gaussian(300, 77)
    with h5py.File(tmp_path / "x.h5", "w") as file:
        file.create_dataset("w", data=array, compression="gzip", shuffle=True, fletcher32=True)
        file.create_dataset("b", data=array.astype(">f8"), chunks=(64, 64))
        file.create_dataset("z", data=array, compression="lzf")
    numbers, left = read((tmp_path / "x.h5").read_bytes())
    assert numbers == {"/w": array.reshape(-1).tolist(), "/b": array.reshape(-1).tolist()}
    assert left == {"/z": "compressed"}


def test_storages_behind_five_pickles_are_read():
    data = pickles.torch_legacy(("0", 4), ("1", 8))
    one = artifact(data)
    assert format_of(data[:8192], "x") == "legacy"
    assert sum(view.nbytes for view in table(one, "legacy", DEFAULT).views) == 4 * (4 + 8)


def external(location, **more):
    extra = onnx.external(location, **more)
    return onnx.model(onnx.graph(tensors=onnx.block(5, onnx.tensor(shape=(2,), raw=b"", extra=extra))))


def test_data_of_a_graph_in_a_file_of_the_scan_are_read_there():
    beside = {"m/w.bin": artifact(bytes(8) + struct.pack("<2f", 1.5, -2), "m/w.bin")}
    graph = external("w.bin", offset="8", length="8")
    assert read(graph, path="m/a.onnx", beside=beside) == ({"w": [1.5, -2.0]}, {})


@pytest.mark.parametrize("location", ["../w.bin", "/m/w.bin", "v.bin", "", "a/../../w.bin", "C:w.bin"])
def test_data_that_the_scan_does_not_hold_are_left(location):
    beside = {"w.bin": artifact(bytes(99), "w.bin"), "m/w.bin": artifact(bytes(99), "m/w.bin")}
    assert read(external(location, length="8"), path="m/a.onnx", beside=beside) == ({}, {"w": "elsewhere"})


def test_data_of_a_graph_behind_the_end_of_their_file_are_told():
    beside = {"m/w.bin": artifact(bytes(8), "m/w.bin")}
    assert read(external("w.bin", offset="4", length="8"), path="m/a.onnx", beside=beside)[1] == {"w": "outside"}


def test_numbers_in_a_field_of_a_message_are_read():
    packed = onnx.block(4, struct.pack("<2f", 1.5, -2))
    graph = onnx.model(onnx.graph(tensors=onnx.block(5, onnx.tensor(shape=(2,), raw=b"", extra=packed))))
    assert read(graph, path="a.onnx") == ({"w": [1.5, -2.0]}, {})


def test_a_tensor_that_begins_behind_the_end_is_counted():
    data = safetensors(a=gaussian(8, 8), b=gaussian(8, 8))[:-300]
    facts = measured(data, path="x.safetensors")
    assert [(one.reason, one.tensors, one.nbytes) for one in of(TensorsLeft, facts) if not one.measure] == [
        ("outside", 2, 300)
    ]
    assert of(WeightsMeasured, facts)[0].share == 1 - 300 / 512


def test_a_type_that_is_not_understood_is_looked_at_as_bytes():
    data = gguf.gguf(tensors=[{"shape": (256,), "code": 16}], data=bytes(66))
    (fact,) = of(WeightsMeasured, measured(data, path="m.gguf"))
    assert (fact.measured, fact.valued, fact.share) == (1, 0, 1.0)


def kept():
    """Files of each kind, by their path."""
    packed = io.BytesIO()
    np.savez_compressed(packed, w=gaussian(9, 9))
    return {
        "x.h5": chunked(gaussian(7, 5), (2, 3), (2, 1, 3)),
        "x.npz": packed.getvalue(),
        "x.bin": pickles.torch_legacy(("0", 4), ("1", 8)),
        "m/a.onnx": external("w.bin", offset="8", length="8"),
        "m.gguf": gguf.gguf(tensors=[{"shape": (256,), "code": 12}], data=bytes(144)),
    }


@pytest.mark.parametrize("path", kept())
@pytest.mark.parametrize("seed", range(40))
def test_bytes_that_were_changed_raise_nothing_but_what_a_reader_may(path, seed):
    data = bytearray(kept()[path])
    random = np.random.default_rng(seed)
    for place in random.integers(0, len(data), 1 + seed % 5):
        data[place] = random.integers(256)
    form = "npz" if path == "x.npz" else format_of(bytes(data[:8192]), path)
    with suppress(MalformedError, OSError):
        if form:
            read(bytes(data), form, path)
        measured(bytes(data[: len(data) - seed]), "full", path=path)
