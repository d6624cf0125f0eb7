"""Tensors of PyTorch pickles as tables: named by the keys that lead to them, with the storages that they fill."""

import struct

import pytest

from scanner.formats.pickle import FORMAT
from scanner.formats.torch import FORMAT as TORCH
from scanner.sketch import sample
from scanner.weights import models
from tests.builders import archives, pickles
from tests.builders.reading import artifact_of, of, read_as, read_deep


def tensor(  # noqa: PLR0913, PLR0917 - what torch writes
    key="0", shape=(2, 3), strides=(3, 1), start=0, numel=6, kind="FloatStorage"
) -> bytes:
    """`torch._utils._rebuild_tensor_v2` with its arguments."""
    numbers = (pickles.tuple_of(*(pickles.small(one) for one in row)) for row in (shape, strides))
    parts = (pickles.storage(key, numel, kind), pickles.small(start), *numbers, b"\x89", b"}")
    return pickles.call(pickles.name("torch._utils", "_rebuild_tensor_v2"), *parts)


def typed(key="0", dtype="float8_e4m3fn", nbytes=6) -> bytes:
    """`_rebuild_tensor_v3`: a storage of bytes, and the type of elements at the end."""
    parts = (pickles.storage(key, nbytes, "UntypedStorage"), pickles.small(0), pickles.tuple_of(pickles.small(6)))
    parts += (pickles.tuple_of(pickles.small(1)), b"\x89", b"}", pickles.name("torch", dtype))
    return pickles.call(pickles.name("torch._utils", "_rebuild_tensor_v3"), *parts)


def dict_of(items: dict[str, bytes], made: bytes = b"}") -> bytes:
    body = b"".join(pickles.unicode(key) + value for key, value in items.items())
    return made + pickles.MARK + body + b"u"


def ordered(items: dict[str, bytes]) -> bytes:
    return dict_of(items, pickles.call(pickles.name("collections", "OrderedDict")))


def tables(content: bytes):
    facts, _ = read_as(FORMAT, pickles.proto(2) + content + pickles.STOP)
    return of(facts, "TensorTable"), of(facts, "TensorSketch")


@pytest.mark.parametrize("make", [dict_of, ordered])
def test_a_state_dict_is_a_table_of_tensors(make):
    (table,), (sketch,) = tables(make({"b": tensor("1", kind="HalfStorage"), "a": tensor()}))
    assert (table.format, table.tensors, table.parameters, table.nbytes) == ("torch", 2, 12, 36)
    assert table.dtypes == ("float16", "float32")
    assert (sketch.tensors, sketch.dtypes, sketch.shapes) == (("a", "b"), ("float32", "float16"), ("2x3", "2x3"))
    assert (sketch.storages, sketch.complete, sketch.samples) == (("0", "1"), True, ("", ""))


def test_an_ordered_dict_with_its_metadata_keeps_its_tensors():
    content = ordered({"a": tensor()}) + dict_of(
        {"_metadata": pickles.call(pickles.name("collections", "OrderedDict"))}
    )
    ((table,), _) = tables(content + b"b")
    assert table.tensors == 1


def test_names_lead_through_dicts_and_parameters():
    parameter = pickles.call(pickles.name("torch._utils", "_rebuild_parameter"), tensor("1"), b"\x88", b"}")
    _, (sketch,) = tables(dict_of({"state_dict": ordered({"w": tensor()}), "model": ordered({"p": parameter})}))
    assert sketch.tensors == ("model.p", "state_dict.w")


@pytest.mark.parametrize(
    ("made", "storage"),
    [
        (tensor(), "0"),
        (tensor(shape=(6,), strides=(1,)), "0"),
        (tensor(shape=(1, 6), strides=(9, 1)), "0"),
        (tensor(shape=(), strides=(), numel=1), "0"),
        (tensor(strides=(1, 2)), ""),
        (tensor(start=1, numel=7), ""),
        (tensor(numel=7), ""),
        (tensor(strides=(3,)), ""),
        (typed(), "0"),
        (typed(nbytes=7), ""),
    ],
)
def test_a_tensor_fills_its_storage_or_is_a_part_of_it(made, storage):
    _, (sketch,) = tables(dict_of({"a": made}))
    assert sketch.storages == (storage,)


def test_a_type_without_a_storage_of_its_own_has_its_name_and_size():
    (table,), (sketch,) = tables(dict_of({"a": typed(), "b": typed("1", "uint16", 12)}))
    assert (sketch.dtypes, table.nbytes) == (("float8_e4m3fn", "uint16"), 18)


def test_tensors_over_the_same_elements_are_counted_once_in_bytes():
    (table,), (sketch,) = tables(dict_of({"a": tensor(), "b": tensor()}))
    assert (table.tensors, table.nbytes, sketch.storages) == (2, 24, ("0", "0"))


@pytest.mark.parametrize("content", [b"}", pickles.tuple_of(pickles.storage("0", 4)), dict_of({"a": b"K\x01"})])
def test_a_pickle_without_tensors_has_no_table(content):
    assert tables(content) == ([], [])


def test_a_pickle_that_breaks_has_no_table():
    facts, _ = read_as(FORMAT, pickles.proto(2) + dict_of({"a": tensor()}) + b"\xff")
    assert of(facts, "TensorTable") == []


def test_names_that_were_not_kept_are_left_out_and_said_so():
    items = {f"w{number}": tensor(str(number)) for number in range(1500)}
    more = {f"v{number}": tensor(f"v{number}") for number in range(1500)}
    body = b"".join(pickles.unicode(key) + value for key, value in more.items())
    (table,), (sketch,) = tables(dict_of(items) + pickles.MARK + body + b"u")
    assert (table.tensors, table.names) == (3000, "")
    assert not sketch.complete
    assert len(sketch.tensors) < 3000


def test_an_old_file_with_a_broken_stream_is_read_as_streams():
    content = pickles.torch_legacy(("0", 4), ("1", 3)).replace(b"little_endian", b"lin")
    assert of(read_as(FORMAT, content)[0], "TorchCheckpoint") == []


DATA = struct.pack("<6f", *range(6))


def test_storages_of_a_zip_are_sampled_where_they_lie():
    content = archives.torch_zip(storages={"0": DATA, "1": bytes(40_000)})
    stored = of(read_as(TORCH, content)[0], "TorchStorage")
    assert [one.sample for one in stored] == [
        sample(artifact_of(data).open(), 0, len(data)) for data in (DATA, bytes(40_000))
    ]


def test_a_compressed_storage_has_no_sample():
    packed = archives.Member(b"m/data/0", DATA, method=8)
    content = archives.zip_of(archives.Member(b"m/data.pkl", archives.BENIGN), packed)
    assert [one.sample for one in of(read_as(TORCH, content)[0], "TorchStorage")] == [""]


@pytest.mark.parametrize("layout", ["zip", "legacy"])
def test_from_bytes_to_a_model_with_samples(layout):
    state = pickles.torch_state(("0", 4))
    content = archives.torch_zip(state, {"0": bytes(16)}) if layout == "zip" else pickles.torch_legacy(("0", 4))
    ((weights,),) = models(read_deep(content, "pytorch_model.bin")).values()
    assert {name: one.sample for name, one in weights.tensors.items()} == {
        "0.weight": sample(artifact_of(bytes(16)).open(), 0, 16)
    }
