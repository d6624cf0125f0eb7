"""What all compressed streams share: members, names, bombs, missing libraries."""

import zlib
from dataclasses import replace

import pytest

from scanner.compressed import read_stream
from scanner.facts.archive import Expansion
from scanner.formats import discover
from scanner.limits import DEFAULT
from tests.builders.reading import artifact_of, of, read_as, read_deep
from tests.builders.streams import CONTENT, MANY, STREAMS, gzip_of

FORMATS = {one.name: one for one in discover()}


@pytest.mark.parametrize("kind", MANY)
def test_members_one_behind_the_other_are_one_content(kind):
    facts, members = read_as(FORMATS[kind], STREAMS[kind] * 3)
    assert (facts, members) == ([], [("data", CONTENT * 3)])


@pytest.mark.parametrize("kind", STREAMS)
def test_zeros_behind_the_end_are_padding(kind):
    assert read_as(FORMATS[kind], STREAMS[kind] + bytes(512))[0] == []


@pytest.mark.parametrize("kind", STREAMS)
def test_each_stream_is_claimed_by_its_own_format_alone(kind):
    head = STREAMS[kind][:8192]
    assert [one.name for one in discover() if one.claims(head, "x") and not one.everywhere] == [kind]


@pytest.mark.parametrize(
    ("path", "inner"), [("a/model.pkl.gz", "model.pkl"), ("x.tgz", "x.tar"), ("weights", "data"), ("a!b.pt.gz", "b.pt")]
)
def test_the_content_is_named_after_the_file(path, inner):
    assert read_as(FORMATS["gzip"], gzip_of(), path)[1][0][0] == inner


def test_a_bomb_stops_at_the_ratio():
    limits = replace(DEFAULT, expansion_free_nbytes=1 << 20)
    facts, members = read_as(FORMATS["zlib"], zlib.compress(bytes(64 << 20)), limits=limits)
    assert [fact.bound for fact in facts if isinstance(fact, Expansion)] == ["ratio"]
    assert len(of(facts, "LimitReached")) == 1
    assert 1 << 20 < len(members[0][1]) < 8 << 20


def test_nested_streams_stop_at_the_depth():
    content = b"core"
    for _ in range(20):
        content = gzip_of(content)
    assert [fact.limit for fact in of(read_deep(content, "x.gz"), "LimitReached")] == ["depth"]


def test_a_missing_library_is_stated():
    found = list(read_stream(artifact_of(b"x"), DEFAULT, None, kind="lz4", library="lz4"))
    assert [(fact.format, fact.library) for fact in found] == [("lz4", "lz4")]
