"""The lzma reader; what all compressed streams share is in tests/test_compressed.py."""

import pytest

from scanner.facts.archive import HiddenBytes
from scanner.format import MalformedError
from scanner.formats import lzma as subject
from tests.builders.reading import of, read_as
from tests.builders.streams import CONTENT, STREAMS

FORMAT = subject.FORMAT
WHOLE = STREAMS["lzma"]


def test_the_content_is_one_artifact():
    assert FORMAT.claims(WHOLE[:8192], "model.pkl.x")
    assert read_as(FORMAT, WHOLE) == ([], [("data", CONTENT)])


@pytest.mark.parametrize("end", range(1, len(WHOLE)))
def test_a_cut_stream_is_malformed(end):
    facts, members = read_as(FORMAT, WHOLE[:end])
    assert of(facts, "Malformed")
    assert all(CONTENT.startswith(data) for _, data in members)


def test_bytes_behind_the_end_are_stated_and_yielded():
    facts, members = read_as(FORMAT, WHOLE + b"#!/bin/sh\necho inert\n")
    assert [(fact.place, fact.kind) for fact in facts if isinstance(fact, HiddenBytes)] == [("after", "script")]
    assert members[-1] == (f"after@{len(WHOLE)}", b"#!/bin/sh\necho inert\n")


def test_an_empty_file_is_not_claimed():
    assert not FORMAT.claims(b"", "x")


def test_one_changed_byte_raises_nothing_else():
    for position in range(len(WHOLE)):
        changed = bytearray(WHOLE)
        changed[position] ^= 0x55
        try:
            read_as(FORMAT, bytes(changed))
        except MalformedError:
            continue


@pytest.mark.parametrize("head", [bytes(64), b"]\0\0", b"]" + bytes(63), b"hello world, this is a text\n" * 3])
def test_bytes_without_a_sound_header_are_not_claimed(head):
    assert not FORMAT.claims(head, "x")
