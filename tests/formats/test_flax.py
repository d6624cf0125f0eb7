"""Flax checkpoints: arrays in MessagePack."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.format import MalformedError
from scanner.formats import flax as subject
from scanner.limits import Limits
from tests.builders import longtail as make
from tests.builders.judged import judged
from tests.builders.reading import of, read_as

FORMAT = subject.FORMAT
SMALLEST = make.flax(params=make.flax(w=make.array()))


def read(content, limits=None):
    return read_as(FORMAT, content, "m.msgpack", limits or Limits())


def test_a_checkpoint_is_summed_up_and_not_judged():
    (table,) = of(read(SMALLEST)[0], "TensorTable")
    assert (table.tensors, table.parameters, table.nbytes, table.dtypes) == (1, 4, 16, ("float32",))
    assert FORMAT.claims(SMALLEST, "flax_model")
    assert judged(SMALLEST, "flax_model.msgpack") == {}


@pytest.mark.parametrize(
    ("array", "how"),
    [
        (make.array((3, 2)), "size"),
        (make.array((1,), b"object", bytes(8)), "dtype-unknown"),
        (make.array((), b"float32", bytes(8)), "size"),
    ],
)
def test_an_array_that_does_not_fit_is_stated(array, how):
    (fact,) = of(read(make.flax(a=make.flax(w=array)))[0], "TensorMismatch")
    assert (fact.tensor, fact.how) == ("a.w", how)


def test_a_pickle_in_an_array_is_handed_on():
    echo = b"cposix\nsystem\n(S'echo hi'\ntR."
    content = make.flax(w=make.array((len(echo),), b"uint8", echo))
    assert read(content)[1] == [("w", echo)]
    assert judged(content, "m.msgpack")["pickle-starts-process"] == "critical"


def test_an_unknown_extension_is_stated_and_judged():
    content = make.flax(w=make.packed(b"x", 42))
    assert [(one.code, one.items) for one in of(read(content)[0], "MessageExtension")] == [(42, 1)]
    assert judged(content, "m.msgpack") == {"message-extension-unknown": "low"}


def test_other_bytes_are_not_claimed():
    assert not any(FORMAT.claims(head, "x.pkl") for head in (b"", b"\x80\x04]\x94.", b"\x81\xa1a\x01", b"text"))
    assert not FORMAT.claims(b"\x80\x04]\x94.", "x.msgpack")


def test_a_checkpoint_cut_anywhere_is_malformed():
    for end in range(len(SMALLEST)):
        with pytest.raises(MalformedError):
            read(SMALLEST[:end])


@pytest.mark.parametrize(
    "item", [b"\xdf\xff\xff\xff\xff", b"\xc6\xff\xff\xff\xff", b"\xc9\xff\xff\xff\xff\x01", b"\xc1"]
)
def test_lying_lengths_are_malformed(item):
    with pytest.raises(MalformedError):
        read(make.flax(w=item))


def test_a_nest_deeper_than_the_limit_is_malformed():
    with pytest.raises(MalformedError, match="deeper"):
        read(b"\x91" * 600 + b"\xc0")


def test_an_array_without_its_parts_is_malformed():
    with pytest.raises(MalformedError, match="without"):
        read(make.flax(w=make.packed(b"\x93\x90\xa1f\xc0")))


def test_bounds_and_bytes_behind_the_tree_are_told():
    assert of(read(make.flax(**{f"k{n}": b"\x01" for n in range(9)}), Limits(entries=5))[0], "LimitReached")
    assert "follow" in of(read(SMALLEST + b"\0")[0], "Malformed")[0].reason


@given(st.binary(max_size=40), st.integers(0, 50))
def test_only_malformed_leaves_the_reader(junk, at):
    with contextlib.suppress(MalformedError):
        read(SMALLEST[:at] + junk + SMALLEST[at + len(junk) :])
