"""Darknet: sections of a network, files it names, the header of weights."""

import contextlib
import struct
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.format import MalformedError
from scanner.formats import darknet as subject
from scanner.limits import Limits
from tests.builders import longtail2 as make
from tests.builders.judged import judged
from tests.builders.pickles import system
from tests.builders.reading import of, read_as

FORMAT = subject.FORMAT


def read(content, limits=None):
    return read_as(FORMAT, content, "yolo.cfg", limits or Limits())


def one(content, name):
    (fact,) = of(read(content)[0], name)
    return fact


@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf", b"\n\n; note\n"])
def test_a_network_is_summed_up_and_not_judged(start):
    content = start + make.DARKNET
    fact = one(content, "GraphSummary")
    assert (fact.format, fact.nodes, sorted(fact.operators)) == ("darknet", 2, ["convolutional", "net", "region"])
    assert FORMAT.claims(content, "x")
    assert judged(content, "yolo.cfg") == {}


def test_a_path_outside_the_folder_is_judged():
    content = make.DARKNET.replace(b"data/9k", b"../../9k")
    fact = one(content, "DarknetPath")
    assert (fact.section, fact.key, fact.value, fact.how) == ("region", "tree", "../../9k.tree", "parent")
    assert judged(content, "yolo.cfg") == {"darknet-path-leaves-folder": "low"}


def test_lines_that_are_neither_are_passed_over():
    assert one(make.DARKNET + b"words\n=\n[\n", "GraphSummary").nodes == 3


@pytest.mark.parametrize(
    ("version", "seen", "claimed"), [((0, 2, 5), 32013312, True), ((0, 1, 0), 32013312, True), ((3, 0, 0), 0, False)]
)
def test_weights_are_recognised_by_name_and_header(version, seen, claimed):
    content = make.darknet_weights(*version)
    assert FORMAT.claims(content, "yolo.weights") is claimed
    assert not FORMAT.claims(content, "yolo.bin")
    if claimed:
        fact = one(content, "DarknetWeights")
        assert (fact.version, fact.seen, fact.numbers, fact.rest) == (".".join(map(str, version)), seen, 10, 0)
        assert judged(content, "yolo.weights") == {}


def test_weights_that_are_a_pickle_are_handed_on():
    content = make.darknet_weights(data=system())
    assert "pickle-starts-process" in judged(content, "yolo.weights")


def test_weights_cut_in_their_header_are_malformed():
    content = make.darknet_weights()
    for end in range(4, 20):
        with pytest.raises(MalformedError):
            read(content[:end])


def test_a_long_network_is_told():
    assert of(read(make.DARKNET, Limits(text_nbytes=9))[0], "LimitReached")[0].limit == "text"


def test_other_bytes_are_not_claimed():
    for head in (b"", b"[net]\nretry = 2\ngit-fetch-with-cli = true\n", b"[Network]\nDHCP=yes\n", b"[core]\nbatch=1\n"):
        assert not FORMAT.claims(head, "x.cfg")


@given(st.binary(max_size=120), st.booleans())
def test_any_bytes_leave_only_malformed(raw, weights):
    with contextlib.suppress(MalformedError):
        read((struct.pack("<iii", 0, 2, 5) if weights else b"[net]\nbatch=1\n") + raw)


@pytest.mark.parametrize("start", [b"[net]\n", b"[net] "])
def test_white_space_that_fills_a_head_is_passed_once(start):
    clock = time.process_time()
    FORMAT.claims((start + b"\n" * 8192)[:8192], "x")
    assert time.process_time() - clock < 0.1
