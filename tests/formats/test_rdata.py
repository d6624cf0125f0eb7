"""What R saves: promises, functions, and items that lie."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.format import MalformedError
from scanner.formats import rdata as subject
from scanner.limits import Limits
from tests.builders import longtail as make
from tests.builders.judged import judged
from tests.builders.reading import of, read_as

FORMAT = subject.FORMAT
NULL = make.rds(make.integer(254))


def read(content, limits=None):
    return read_as(FORMAT, content, "m.rds", limits or Limits())[0]


def one(facts, name):
    (fact,) = of(facts, name)
    return fact


def test_the_smallest_file_is_summed_up_and_not_judged():
    fact = one(read(NULL), "RFile")
    assert (fact.encoding, fact.version, fact.items, fact.kinds) == ("xdr", 2, 1, ())
    assert judged(NULL, "m.rds") == {}


def test_a_pending_promise_with_a_call_is_stated_and_judged():
    content = make.rds(make.promise(make.call("system", "echo hi")))
    fact = one(read(content), "RPromise")
    assert (fact.pending, fact.code, fact.place, fact.calls) == (True, True, "data", ("system",))
    assert judged(content, "m.rds") == {"r-promise-runs-code": "critical"}
    assert judged(make.rds(make.promise(make.call("f", "x"))), "m.rds") == {"r-promise-runs-code": "high"}


def test_a_promise_of_an_environment_is_less():
    content = make.rds(make.environment(make.promise(make.call("f", "x"))))
    assert one(read(content), "RPromise").place == "environment"
    assert judged(content, "m.rds") == {"r-promise-runs-code": "medium"}


def test_a_promise_with_its_value_is_not_judged():
    assert judged(make.rds(make.promise(make.call("f", "x"), make.integer(254))), "m.rds") == {}


def test_a_function_is_told():
    assert judged(make.rds(make.closure()), "m.rds") == {"r-object-holds-code": "low"}


def test_the_three_encodings_read_alike():
    native = b"B\n" + b"".join(n.to_bytes(4, "little") for n in (2, 0x40300, 0x20300, 13, 1, 7))
    text = b"A\n2\n262912\n131840\n13\n1\n7\n"
    xdr = make.rds(make.integer(13) + make.integer(1) + make.integer(7))
    assert [one(read(content), "RFile").items for content in (native, text, xdr)] == [1, 1, 1]
    assert all(FORMAT.claims(content, "x") for content in (native, text, xdr))


def test_a_workspace_has_a_magic_of_its_own():
    assert FORMAT.claims(b"RDX2\n" + NULL, "x.rda")
    assert one(read(b"RDX2\n" + NULL), "RFile").items == 1


def test_other_bytes_are_not_claimed():
    assert not any(FORMAT.claims(head, "x.rds") for head in (b"", b"X\n", b"A\ntext", b"B\n" + bytes(20)))


def test_a_file_cut_anywhere_is_malformed():
    content = make.rds(make.promise(make.call("system", "echo hi")))
    for end in range(len(content)):
        with pytest.raises(MalformedError):
            read(content[:end])


@pytest.mark.parametrize("kind", [10, 13, 14, 15, 16, 19, 24])
@pytest.mark.parametrize("length", [2**31 - 1, -2, 100])
def test_a_lying_length_is_malformed(kind, length):
    with pytest.raises(MalformedError):
        read(make.rds(make.integer(kind) + make.integer(length)))


def test_a_reference_to_nothing_and_an_unknown_item_are_malformed():
    for item in (make.integer(255 | 9 << 8), make.integer(200), make.integer(1) + make.integer(13)):
        with pytest.raises(MalformedError):
            read(make.rds(item))


def test_a_nest_of_lists_has_a_bound():
    deep = make.rds((make.integer(19) + make.integer(2)) * 250_000 + make.integer(254) * 250_002)
    assert one(read(deep), "LimitReached").limit == "nest"


def test_many_items_have_a_bound():
    content = make.rds(make.integer(19) + make.integer(50) + make.integer(254) * 50)
    assert one(read(content, Limits(entries=10)), "LimitReached").limit == "entries"


def test_bytes_behind_the_last_item_are_told():
    assert "follow" in one(read(NULL + b"more"), "Malformed").reason


@given(st.binary(max_size=80), st.sampled_from([b"X\n\0\0\0\2\0\4\3\0\0\2\3\0", b"A\n2\n262912\n131840\n", b"B\n"]))
def test_only_malformed_leaves_the_reader(tail, head):
    with contextlib.suppress(MalformedError):
        read(head + tail)
