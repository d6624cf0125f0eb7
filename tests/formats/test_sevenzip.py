"""7z archives, through py7zr."""

import io

import pytest

from scanner.facts.archive import Expansion
from scanner.format import MalformedError
from scanner.formats import sevenzip as subject
from scanner.limits import DEFAULT, Limits
from tests.builders import archives as make
from tests.builders.reading import of, read_as, read_deep

py7zr = pytest.importorskip("py7zr")
FORMAT = subject.FORMAT


def archive(*members: tuple[str, bytes], key: str | None = None) -> bytes:
    out = io.BytesIO()
    with py7zr.SevenZipFile(out, "w", password=key) as writer:
        for name, content in members:
            writer.writestr(content, name)
    return out.getvalue()


WHOLE = archive(("a/b.txt", b"hello" * 100), ("data.pkl", make.PICKLE))


def test_members_are_read_into_memory():
    assert FORMAT.claims(WHOLE, "model.pt")
    assert read_as(FORMAT, WHOLE) == ([], [("a/b.txt", b"hello" * 100), ("data.pkl", make.PICKLE)])


def test_a_pickle_in_a_7z_under_the_name_of_a_checkpoint_is_found():
    assert of(read_deep(WHOLE, "model.pt"), "PickleImport")


def test_an_encrypted_archive_is_stated():
    assert [type(fact).__name__ for fact in read_as(FORMAT, archive(("a", b"1"), key="x"))[0]] == ["Encrypted"]


def test_a_bomb_stops_at_the_bound():
    limits = Limits(member_memory_nbytes=1 << 20)
    facts, _ = read_as(FORMAT, archive(("a", bytes(8 << 20))), limits=limits)
    assert [fact.bound for fact in facts if isinstance(fact, Expansion)] == ["expanded"]
    assert of(facts, "LimitReached")


def test_a_cut_archive_is_malformed_wherever_it_is_cut():
    for end in range(6, len(WHOLE)):
        assert _malformed(WHOLE[:end]), end


def _malformed(content):
    try:
        facts, _ = read_as(FORMAT, content, limits=DEFAULT)
    except MalformedError:
        return True
    return bool(of(facts, "Malformed"))


def test_one_changed_byte_raises_nothing_else():
    for position in range(6, len(WHOLE)):
        changed = bytearray(WHOLE)
        changed[position] ^= 0x55
        try:
            read_as(FORMAT, bytes(changed))
        except MalformedError:
            continue


def test_an_empty_file_is_not_claimed():
    assert not FORMAT.claims(b"", "x.7z")
