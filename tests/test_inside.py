"""A close look at blocks of data: what is named, and how seldom numbers are mistaken."""

import pickle
import random

import pytest

from scanner.inside import is_pickle, kind_inside

ZIP = b"PK\x03\x04\x14\0\0\0\x08\0" + bytes(20)


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\x7fELF\x02\x01\x01" + bytes(9), "elf"),
        (b"\xcf\xfa\xed\xfe\x07\0\0\1" + bytes(9), "macho"),
        (ZIP, "zip"),
        (b"#!/bin/sh\necho\n", "script"),
        (b"\x1f\x8b\x08\0" + bytes(4) + b"\x00\x03", "gzip"),
        (bytes(257) + b"ustar\x0000", "tar"),
        (b"\0asm\x01\0\0\0", "wasm"),
        (pickle.dumps([print]), "pickle"),
        (b"cposix\nsystem\n(S'echo'\ntR.", "pickle"),
    ],
)
def test_what_is_loadable_is_named(head, kind):
    assert kind_inside(head) == kind


@pytest.mark.parametrize(
    "head",
    [
        b"",
        bytes(512),
        b"\x7fELF\x09\x09\x09",
        b"PK\x03\x04\xff\xff\xff\xff\xff\xff",
        b"\x1f\x8b\x08\xff" + bytes(8),
        b"BZh9abc",
        b"words",
    ],
)
def test_what_only_begins_alike_is_not(head):
    assert kind_inside(head) == ""


@pytest.mark.parametrize("protocol", range(6))
def test_a_pickle_that_imports_is_one(protocol):
    assert is_pickle(pickle.dumps([print], protocol))


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_a_pickle_of_plain_data_is_one(protocol):
    assert is_pickle(pickle.dumps({"a": [1, 2.5, "x", None]}, protocol))


def test_a_pickle_that_breaks_after_its_import_is_one():
    assert is_pickle(b"\x80\x02cposix\nsystem\n(\xff")


@pytest.mark.parametrize("block", [b"", b"\x80", b"\x80\x04", b"\x80\x04.", b"\x80\x02}\xff", b".", b"N."])
def test_what_is_too_little_is_none(block):
    assert not is_pickle(block)


def test_random_numbers_are_not_mistaken():
    source = random.Random(1)  # noqa: S311 - noise, no secret
    blocks = [source.randbytes(512) for _ in range(20_000)]
    assert [one for one in blocks if kind_inside(one) not in ("", "pickle")] == []
    assert [one for one in blocks if kind_inside(one) == "pickle" and is_pickle(one)] == []
