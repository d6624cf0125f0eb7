"""RAR is recognised and said not to be read."""

import pytest

from scanner.formats import rar as subject
from tests.builders.reading import read_as

FORMAT = subject.FORMAT


@pytest.mark.parametrize("head", [b"Rar!\x1a\x07\0", b"Rar!\x1a\x07\x01\0"])
def test_an_archive_is_stated_as_not_read(head):
    assert FORMAT.claims(head, "x")
    facts, members = read_as(FORMAT, head + b"content")
    assert [fact.format for fact in facts] == ["rar"]
    assert members == []


@pytest.mark.parametrize("head", [b"", b"Rar", b"Rar!\x1a\x07\x02\0"])
def test_other_bytes_are_not_claimed(head):
    assert not FORMAT.claims(head, "x")
