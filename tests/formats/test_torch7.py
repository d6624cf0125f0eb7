"""Torch7: the functions that loading makes, tensors that reach past their storage, both encodings."""

import contextlib
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.format import MalformedError
from scanner.formats import torch7 as subject
from scanner.formats.torch7.lua import form_of, names_of
from scanner.formats.torch7.walk import DEPTH
from scanner.limits import Limits
from tests.builders import longtail2 as make
from tests.builders.judged import judged
from tests.builders.pickles import system
from tests.builders.reading import of, read_as

FORMAT = subject.FORMAT
CALLS = make.lua_words("os", "execute", "echo hi")


def read(content, limits=None):
    return read_as(FORMAT, content, "model.t7", limits or Limits())


def one(content, name):
    (fact,) = of(read(content)[0], name)
    return fact


@pytest.mark.parametrize(("ascii_", "width"), [(False, 8), (False, 4), (True, 8)])
def test_an_ordinary_model_is_summed_up_and_not_judged(ascii_, width):
    content = make.torch7_model(ascii_=ascii_, width=width)
    assert FORMAT.claims(content, "x")
    file, table = one(content, "Torch7File"), one(content, "TensorTable")
    assert (file.encoding, file.long_nbytes) == (("ascii", 0) if ascii_ else ("binary", width))
    assert (file.objects, file.classes[0]) == (4, "nn.Linear")
    assert (table.tensors, table.parameters, table.nbytes, table.dtypes) == (1, 4, 16, ("Float",))
    assert judged(content, "model.t7") == {}


@pytest.mark.parametrize("ascii_", [False, True])
@pytest.mark.parametrize(
    ("code", "form", "severity"),
    [
        (make.lua_words("self", "weight"), "lua-5.1", "high"),
        (CALLS, "lua-5.1", "critical"),
        (b"\x1bLJ\x02\x0c\x0cexecute\x07os", "luajit-2", "critical"),
        (b"return print('inert')", "text", "high"),
        (b"\xff\xfe\x01", "other", "high"),
    ],
)
def test_a_function_is_judged_by_what_it_names(ascii_, code, form, severity):
    content = make.torch7_model(code, ascii_=ascii_)
    fact = one(content, "Torch7Function")
    assert (fact.form, fact.owner, fact.size, fact.complete) == (form, "hook", len(code), True)
    assert judged(content, "model.t7") == {"torch7-carries-function": severity}


@pytest.mark.parametrize("kind", [6, 7, 8])
def test_each_form_of_a_function_is_read_and_claimed(kind):
    content = make.Torch7().function(CALLS, kind)
    assert FORMAT.claims(content, "x")
    assert one(content, "Torch7Function").names == ("os", "execute", "echo", "hi")
    assert "torch7-carries-function" in judged(content, "x")


def test_a_function_among_upvalues_is_found():
    file = make.Torch7()
    code = make.lua_words("plain")
    upvalues = lambda: file.table((file.number(1), lambda: file.table(("value", lambda: file.function(CALLS)))))  # noqa: E731
    content = file.new(8) + file.characters(code) + upvalues()
    assert [fact.owner for fact in of(read(content)[0], "Torch7Function")] == ["", "1.value"]


def test_code_that_is_cut_is_not_complete():
    names, complete = names_of(make.lua_words(*(f"word{number}" for number in range(500))))
    assert (len(names), complete) == (400, False)
    assert form_of(b"\x1bLua") == form_of(b"\x1bLJ") == form_of(b"") == "other"


def test_a_tensor_beyond_its_storage_is_judged():
    content = make.torch7_model(count=3)
    fact = one(content, "TensorMismatch")
    assert (fact.how, fact.tensor, fact.expected, fact.found) == ("size", "weight", 16, 12)
    assert judged(content, "model.t7") == {"tensor-size-differs-from-shape": "medium"}


def test_tensors_may_share_a_storage_and_have_none():
    file = make.Torch7()
    first = file.tensor()
    head = file.new(4) + file.characters(b"V 1") + file.characters(b"torch.FloatTensor")
    second = head + file.integer(1) + file.long(3) + file.long(1) + file.long(2) + file.again(4, 2)
    empty = file.new(4) + file.characters(b"V 1") + file.characters(b"torch.FloatTensor")
    empty += file.integer(0) + file.long(0) + file.integer(0)
    root = make.Torch7()
    root.index = file.index
    content = root.table((root.number(1), first), (root.number(2), second), (root.number(3), empty))
    assert not of(read(content)[0], "TensorMismatch")
    assert one(content, "TensorTable").tensors == 3


def test_collections_of_tds_are_read():
    file = make.Torch7()
    hash_ = file.new(4) + file.characters(b"V 0") + file.characters(b"tds.Hash") + file.long(1)
    hash_ += file.text("key") + file.function(CALLS)
    assert one(hash_, "Torch7Function").owner == "key"
    file = make.Torch7()
    vector = file.new(4) + file.characters(b"V 0") + file.characters(b"tds.Vec") + file.long(2)
    assert of(read(vector + file.number(1) + file.function(CALLS))[0], "Torch7Function")


def test_texts_with_code_are_told_and_others_are_not():
    file = make.Torch7()
    content = file.table(("note", "os.execute('echo hi')"), ("name", "/home/me/data/train"))
    (fact,) = of(read(content)[0], "MetadataEntry")
    assert (fact.key, fact.marks) == ("note", ("code",))
    assert of(read(content, Limits(text_nbytes=12))[0], "LimitReached")[0].limit == "text"


def test_a_storage_that_is_a_pickle_is_handed_on():
    content = make.Torch7().storage(len(system()) // 4 + 1, data=system().ljust(len(system()) // 4 * 4 + 4, b"\0"))
    _, members = read(content)
    assert members[0][0] == "storage 1"
    assert "pickle-starts-process" in judged(content, "x")


def test_what_follows_the_root_is_told():
    content = make.torch7_model() + b"\x7fELF\x02\x01\x01" + bytes(60)
    assert "archive-hides-bytes" in judged(content, "x")


def test_lying_counts_are_malformed():
    file = make.Torch7()
    for content in (
        struct.pack("<iii", 3, 1, 1 << 30),
        struct.pack("<iii", 3, 1, -5),
        struct.pack("<iii", 8, 1, 1 << 30),
        struct.pack("<ii", 2, -1),
        struct.pack("<i", 9),
        make.torch7_model()[:-16] + struct.pack("<q", 1 << 60),
        file.new(4) + file.characters(b"V 1") + file.characters(b"torch.FloatTensor") + file.integer(-3),
    ):
        with pytest.raises(MalformedError):
            read(content)


@pytest.mark.parametrize("ascii_", [False, True])
def test_a_file_cut_anywhere_is_malformed(ascii_):
    content = make.torch7_model(CALLS, ascii_=ascii_)
    for end in range(len(content) - ascii_):
        try:
            fact = one(content[:end], "Torch7File")
        except MalformedError:
            continue
        assert fact.long_nbytes == 4, "the rest fits another machine's long numbers"


def test_a_nest_too_deep_is_malformed():
    def nest(depth):
        return b"".join(struct.pack("<iii", 3, number + 1, 1) + struct.pack("<id", 1, 1.0) for number in range(depth))

    with pytest.raises(MalformedError, match="deeper"):
        read(nest(DEPTH + 1) + bytes(4))
    assert one(nest(100) + bytes(4), "Torch7File").objects == 100


def test_bounds_are_told():
    assert of(read(make.torch7_model(CALLS), Limits(entries=4))[0], "LimitReached")[0].limit == "entries"
    ascii_ = make.torch7_model(CALLS, ascii_=True)
    assert of(read(ascii_, Limits(header_nbytes=9))[0], "LimitReached")[0].limit == "ascii"


def test_other_bytes_are_not_claimed():
    for head in (b"", b"3\n1\n4\n1\n5\n9\n2\n6\n", bytes(64), b"\x04\0\0\0\x01\0\0\0", b"4\n1\n2\n3\n4\n5\n"):
        assert not FORMAT.claims(head, "x.t7")


@given(st.data(), st.booleans())
def test_any_changed_byte_leaves_only_malformed(data, ascii_):
    content = bytearray(make.torch7_model(CALLS, ascii_=ascii_))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(MalformedError):
        read(bytes(content))


@given(st.binary(max_size=120))
def test_any_bytes_leave_only_malformed(raw):
    with contextlib.suppress(MalformedError):
        read(raw)
