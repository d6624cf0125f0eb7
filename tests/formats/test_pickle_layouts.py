"""Bytes around and inside streams that joblib and old torch files explain, and files that pickles name."""

import struct

import pytest

from scanner.facts.pickle import PickleBroken, PickleCall, PickleFile, PickleStream, PickleTrailing
from scanner.facts.torch import StorageMismatch, StorageReference, TorchCheckpoint
from tests.builders import pickles
from tests.formats.test_pickle import facts

ARRAY = struct.pack("<3d", 1.0, 2.0, 3.0)


def joblib_file(content: bytes = ARRAY, behind: bytes = b".", **options: int) -> bytes:
    return pickles.proto(4) + pickles.wrapper((3,), "f8", **options) + content + behind


def test_an_inline_array_is_passed_over():
    found = facts(joblib_file(), PickleStream)
    assert [fact.complete for fact in found] == [True]
    assert not facts(joblib_file(), PickleBroken)
    assert not facts(joblib_file(), PickleTrailing)


@pytest.mark.parametrize("padding", [0, 5])
def test_the_alignment_of_newer_files_is_passed_over(padding):
    content = joblib_file(bytes([padding]) + b"\xff" * padding + ARRAY, alignment=16)
    assert not facts(content, PickleBroken)


def test_a_call_behind_an_inline_array_is_stated():
    behind = pickles.call(pickles.stacked("os", "system"), pickles.short("echo hi")) + b"."
    assert "os.system" in {fact.callable for fact in facts(joblib_file(behind=behind), PickleCall)}


def test_a_call_where_the_array_should_be_is_stated_too():
    """pickle.load reads on right behind the wrapper; joblib takes these bytes as numbers."""
    hidden = b"cos\nsystem\n(S'echo hi'\ntR."
    content = joblib_file(hidden.ljust(24, b"\0")[:24] + b"", b".") if len(hidden) <= 24 else b""
    content = content or pickles.proto(4) + pickles.wrapper((4,), "f8") + hidden.ljust(32, b"\0") + b"."
    assert "os.system" in {fact.callable for fact in facts(content, PickleCall)}
    assert not facts(content, PickleBroken)


def test_an_inline_array_of_objects_is_a_stream_of_its_own():
    content = pickles.proto(4) + pickles.wrapper((1,), "O8") + pickles.system4() + b"."
    assert "os.system" in {fact.callable for fact in facts(content, PickleCall)}
    assert [fact.complete for fact in facts(content, PickleStream)] == [True, True]


@pytest.mark.parametrize("shape", [(255, 255, 255), (255,) * 12])
def test_an_inline_array_longer_than_the_file_breaks(shape):
    content = pickles.proto(4) + pickles.wrapper(shape, "f8") + ARRAY + b"."
    assert "longer than what remains" in facts(content, PickleBroken)[0].reason


def test_an_inline_array_of_unknown_dtype_breaks():
    content = pickles.proto(4) + pickles.wrapper((3,), "weird") + ARRAY + b"."
    assert "unknown size" in facts(content, PickleBroken)[0].reason


def test_the_file_that_an_old_joblib_wrapper_names_is_stated():
    state = b"}" + pickles.MARK + pickles.short("filename") + pickles.short("/etc/passwd") + b"u"
    content = pickles.proto(2) + pickles.name("joblib.numpy_pickle", "NDArrayWrapper") + b")\x81" + state + b"b."
    (found,) = facts(content, PickleFile)
    assert (found.callable, found.filename) == ("joblib.numpy_pickle.NDArrayWrapper", "/etc/passwd")


def test_storages_behind_a_legacy_checkpoint_are_explained():
    content = pickles.torch_legacy(("0", 4), ("1", 8))
    (found,) = facts(content, TorchCheckpoint)
    assert (found.layout, found.storages, found.byteorder, found.version) == ("legacy", 2, "little", "1001")
    assert not facts(content, PickleTrailing)
    assert not facts(content, StorageMismatch)


def test_a_storage_is_stated_with_its_size():
    found = facts(pickles.torch_state(("0", 4), ("1", 8)), StorageReference)
    assert [(fact.storage, fact.type, fact.location, fact.numel, fact.nbytes) for fact in found] == [
        ("0", "torch.FloatStorage", "cpu", 4, 16),
        ("1", "torch.FloatStorage", "cpu", 8, 32),
    ]


def test_a_lying_storage_length_is_a_mismatch():
    found = facts(pickles.torch_legacy(("0", 4), numel=5), StorageMismatch)
    assert [(fact.storage, fact.how, fact.expected, fact.found) for fact in found] == [("0", "size", 4, 5)]


def test_a_storage_cut_short_is_a_mismatch():
    assert [fact.how for fact in facts(pickles.torch_legacy(("0", 4))[:-1], StorageMismatch)] == ["size"]


def test_bytes_behind_the_storages_are_trailing():
    assert [fact.size for fact in facts(pickles.torch_legacy(("0", 4)) + b"\xff" * 7, PickleTrailing)] == [7]


def test_a_stream_behind_the_storages_is_read():
    content = pickles.torch_legacy(("0", 4)) + pickles.system4()
    assert "os.system" in {fact.callable for fact in facts(content, PickleCall)}
