"""ggml before GGUF: layouts that fit to the last byte, and those that do not."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.format import MalformedError
from scanner.formats import ggml as subject
from scanner.limits import Limits
from tests.builders import longtail2 as make
from tests.builders.judged import judged
from tests.builders.pickles import system
from tests.builders.reading import of, read_as

FORMAT = subject.FORMAT
GOOD = {
    "whisper": (make.ggml_whisper(), "ggml", "whisper", 0),
    "llama": (make.ggml_llama(b"lmgg"), "ggml", "llama", 0),
    "versioned": (make.ggml_llama(b"fmgg", 1), "ggmf", "llama", 1),
    "aligned": (make.ggml_llama(), "ggjt", "llama", 3),
    "adapter": (make.ggml_adapter(), "ggla", "adapter", 1),
}


def read(content, limits=None):
    return read_as(FORMAT, content, "ggml-tiny.bin", limits or Limits())


def one(content, name):
    (fact,) = of(read(content)[0], name)
    return fact


@pytest.mark.parametrize("name", GOOD)
def test_a_model_is_summed_up_and_not_judged(name):
    content, magic, layout, version = GOOD[name]
    fact, table = one(content, "GgmlModel"), one(content, "TensorTable")
    assert (fact.magic, fact.layout, fact.version, fact.words) == (
        magic,
        layout,
        version,
        0 if layout == "adapter" else 2,
    )
    assert (table.tensors, table.nbytes, table.dtypes) == (1, 128, ("F32",))
    assert FORMAT.claims(content, "x")
    assert judged(content, "ggml-tiny.bin") == {}


@pytest.mark.parametrize("nbytes", [18, 20])
def test_blocks_of_both_times_are_read(nbytes):
    content = make.ggml_whisper(make.ggml_tensor(code=2, nbytes=nbytes))
    assert one(content, "TensorTable").dtypes == ("Q4_0",)


def test_another_architecture_is_recognised_and_told():
    content = make.ggml_llama(b"lmgg", tensors=b"\xff" * 40)
    assert one(content, "RecognisedOnly").kind == "ggml model of an unknown or broken layout"
    assert judged(content, "x.bin") == {"file-recognised-not-read": "info"}


def test_a_tensor_that_is_a_pickle_is_handed_on():
    data = system().ljust(128, b"\0")
    content = make.ggml_whisper(make.ggml_tensor(nbytes=0) + data)
    assert read(content)[1] == [("w", data)]
    assert "pickle-starts-process" in judged(content, "x.bin")


@pytest.mark.parametrize("name", ["whisper", "adapter"])
def test_a_model_cut_behind_its_head_is_malformed(name):
    content = GOOD[name][0]
    start = content.index(b"w" + bytes(90)) - 20
    for end in range(start, len(content)):
        try:
            table = of(read(content[:end])[0], "TensorTable")
        except MalformedError:
            continue
        assert not table or not table[0].tensors


def test_a_model_cut_anywhere_is_never_taken_for_whole():
    for content, *_ in GOOD.values():
        for end in range(4, len(content)):
            with contextlib.suppress(MalformedError):
                facts, _ = read(content[:end])
                assert not of(facts, "TensorTable") or of(facts, "TensorTable")[0].tensors == 0


@pytest.mark.parametrize(
    "tensor",
    [
        make.ggml_tensor(shape=(1 << 30, 1 << 30, 1 << 30)),
        make.ggml_tensor(shape=(-1,)),
        make.ggml_tensor(shape=(1,) * 9),
        make.ggml_tensor(code=999),
        make.ggml_tensor(name=b"w" * 300),
    ],
)
def test_lying_numbers_are_malformed(tensor):
    with pytest.raises(MalformedError):
        read(make.ggml_whisper(tensor))


def test_many_tensors_have_a_bound():
    content = make.ggml_whisper(make.ggml_tensor() * 4)
    assert of(read(content, Limits(entries=2))[0], "LimitReached")[0].limit == "entries"


def test_other_bytes_are_not_claimed():
    assert not any(FORMAT.claims(head, "x.bin") for head in (b"", b"ggml", b"lmgg is a word", b"GGUF\x03\0\0\0"))
    with pytest.raises(MalformedError):
        read(b"GGUF")


@given(st.data())
def test_any_changed_byte_leaves_only_malformed(data):
    content = bytearray(GOOD[data.draw(st.sampled_from(sorted(GOOD)))][0])
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(4, len(content) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(MalformedError):
        read(bytes(content))


@given(st.sampled_from([b"lmgg", b"fmgg", b"tjgg", b"algg"]), st.binary(max_size=120))
def test_any_bytes_leave_only_malformed(magic, raw):
    with contextlib.suppress(MalformedError):
        read(magic + raw)
