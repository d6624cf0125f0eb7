"""Facts survive the way from a worker to its parent, and nothing else does."""

import contextlib
import dataclasses
import json
import time
import types

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner import wire
from scanner.artifact import Location
from scanner.facts import Encrypted, Fact, LimitReached, Malformed, Unrecognised, vocabulary
from scanner.facts.array import ArrayHeader
from scanner.facts.pickle import PickleImport

TEXT = st.text(st.characters(codec=None), max_size=20)
NUMBER = st.integers(-(2**70), 2**70)
VALUES = {
    str: TEXT,
    int: NUMBER,
    bool: st.booleans(),
    float: st.floats(allow_nan=False),
    tuple[str, ...]: st.lists(TEXT, max_size=3).map(tuple),
    tuple[int, ...]: st.lists(NUMBER, max_size=3).map(tuple),
}
PLACES = st.builds(
    Location,
    path=TEXT,
    offset=st.none() | NUMBER,
    length=st.none() | NUMBER,
    line=st.none() | NUMBER,
    pointer=st.none() | TEXT,
)


def _value(annotation):
    if isinstance(annotation, types.UnionType):
        return st.one_of(st.none() if one is type(None) else VALUES[one] for one in annotation.__args__)
    return VALUES[annotation]


def _facts(cls):
    own = {field.name: _value(field.type) for field in dataclasses.fields(cls) if field.name != "where"}
    return st.builds(cls, where=PLACES, **own)


@given(st.sampled_from(list(vocabulary().values())).flatmap(_facts))
def test_every_fact_of_the_vocabulary_survives(fact):
    line = wire.encode(fact)
    assert b"\n" not in line
    assert wire.decode(line) == fact


def test_a_lone_surrogate_of_a_file_name_survives():
    fact = Encrypted(where=Location(path="caf\udce9.pt"), method="aes\n")
    assert wire.decode(wire.encode(fact)) == fact


def test_tuples_stay_tuples():
    where = Location(path="a.npy")
    fact = ArrayHeader(where=where, dtype="<f4", shape=(2, 3), pickled=False, expected_nbytes=24, found_nbytes=24)
    assert wire.decode(wire.encode(fact)).shape == (2, 3)


def test_a_number_too_long_to_print_is_no_line():
    fact = LimitReached(where=Location(path="a"), limit="depth", bound=1 << 20_000, unit="bytes")
    with pytest.raises(wire.WireError):
        wire.encode(fact)


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"\xff",
        b"[",
        b"{}",
        b"[]",
        b"7",
        b"[" * 100_000,
        b"1" * 5000,
        b'["core.Encrypted","a",null,null,null,null]',
        b'["core.Encrypted","a",null,null,null,null,"aes","more"]',
        b'["core.Encrypted","a",null,null,null,null,7]',
        b'["core.Encrypted","a",null,null,null,null,null]',
        b'["core.Encrypted","a",null,null,null,null,["aes"]]',
        b'["core.Encrypted","a",true,null,null,null,"aes"]',
        b'["core.Encrypted","a",1.0,null,null,null,"aes"]',
        b'["core.Encrypted",null,null,null,null,null,"aes"]',
        b'["core.Encrypted","a",null,null,null,5,"aes"]',
        b'["core.Malformed","a",null,null,null,null,"zip","short",1]',
        b'["core.Unrecognised","a",null,null,null,null,"",true,0.5,true]',
        b'["array.ArrayHeader","a",null,null,null,null,"<f4",[true],false,1,1]',
        b'["array.ArrayHeader","a",null,null,null,null,"<f4",3,false,1,1]',
    ],
)
def test_what_does_not_fit_a_class_exactly_is_refused(line):
    with pytest.raises(wire.WireError):
        wire.decode(line)


@pytest.mark.parametrize(
    "name",
    [
        "os.system",
        "core",
        "core.",
        "core.Fact2",
        "core.dataclass",
        "core.Location",
        ".Fact",
        "..core.Fact",
        "",
        "nul\0.A",
    ],
)
def test_only_facts_of_the_vocabulary_can_be_named(name):
    with pytest.raises(wire.WireError):
        wire.decode(json.dumps([name, "a", None, None, None, None, "x"]).encode())


def test_a_whole_number_is_a_float_where_one_is_due():
    fact = Unrecognised(where=Location(path="a"), suffix="", size=0, entropy=0, text=True)
    assert wire.decode(wire.encode(fact)) == fact


@given(st.recursive(st.none() | st.booleans() | NUMBER | TEXT, lambda inner: st.lists(inner, max_size=8)))
def test_decoding_raises_nothing_but_its_own_error(value):
    line = json.dumps(["core.Malformed", *value] if isinstance(value, list) else value).encode()
    with contextlib.suppress(wire.WireError):
        assert isinstance(wire.decode(line), Fact)


def test_ten_thousand_facts_cross_in_a_second():
    where = Location(path="model.pt!archive/data.pkl", offset=7, length=3)
    names = {"callable": "os.system", "module": "os", "name": "system", "package": "os", "tails": ("os.system",)}
    fact = PickleImport(where=where, **names, opcode="GLOBAL", called=True, assembled=False, count=1)
    wire.decode(wire.encode(fact))
    started = time.process_time()
    for _ in range(10_000):
        wire.decode(wire.encode(fact))
    assert time.process_time() - started < 1


def test_default_fields_cross_too():
    fact = Malformed(where=Location(path="a"), format="zip", reason="short")
    assert wire.decode(wire.encode(fact)).declared is True
