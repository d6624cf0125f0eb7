"""The tar reader against tarfile on honest archives, and alone on the others."""

import io
import tarfile
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.facts.archive import ArchiveDisagreement, ArchiveMember, Expansion, HiddenBytes, MemberClash, MemberEscapes
from scanner.format import MalformedError
from scanner.formats import tar as subject
from scanner.limits import DEFAULT
from tests.builders import archives as make
from tests.builders import tars
from tests.builders.reading import of, read_as

FORMAT = subject.FORMAT
KINDS = {tarfile.USTAR_FORMAT: "ustar", tarfile.GNU_FORMAT: "gnu", tarfile.PAX_FORMAT: "pax"}
LONG = "folder/" * 30 + "name.txt"


def escapes(facts):
    return [fact.how for fact in facts if isinstance(fact, MemberEscapes)]


@pytest.mark.parametrize("kind", KINDS, ids=KINDS.get)
def test_members_are_those_that_tarfile_reads(kind):
    members = [("a.txt", b"hello"), ("empty", b""), ("b/c.bin", bytes(range(256)) * 9)]
    if kind != tarfile.USTAR_FORMAT:
        members.append((LONG, b"long name"))
    assert read_as(FORMAT, tars.tar_of(*members, kind=kind)) == ([], members)


def test_old_headers_without_a_magic_are_read():
    content = tars.tar_block(b"a.txt", 5, magic=b"") + tars.padded(b"hello") + tars.TAR_END
    assert FORMAT.claims(content, "x")
    assert read_as(FORMAT, content) == ([], [("a.txt", b"hello")])


def test_a_sparse_member_reads_as_tarfile_reads_it():
    keys = {"major": "1", "minor": "0", "realsize": "3000", "name": "a.bin"}
    record = b"".join(tars.pax_record(f"GNU.sparse.{key}", value) for key, value in keys.items())
    stored = tars.padded(b"2\n0\n4\n2000\n4\n") + b"headtail"
    content = (
        tars.tar_block(b"pax", len(record), b"x")
        + tars.padded(record)
        + tars.tar_block(b"a.bin", len(stored))
        + tars.padded(stored)
        + tars.TAR_END
    )
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        expected = archive.extractfile("a.bin").read()
    facts, members = read_as(FORMAT, content)
    assert (facts, members) == ([], [("a.bin", expected)])


def test_a_sparse_member_larger_than_the_bound_is_not_blown_up():
    record = tars.pax_record("GNU.sparse.major", "1") + tars.pax_record("GNU.sparse.realsize", "99999999999")
    stored = tars.padded(b"0\n")
    content = (
        tars.tar_block(b"pax", len(record), b"x")
        + tars.padded(record)
        + tars.tar_block(b"a", 512)
        + stored
        + tars.TAR_END
    )
    facts, members = read_as(FORMAT, content, limits=replace(DEFAULT, expanded_nbytes=1000))
    assert of(facts, "Expansion")[0].size == 99999999999
    assert len(members[0][1]) == 512


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (tars.tar_with_link_written_through(), ["link", "through-link"]),
        (tars.tar_with_hard_link_outside(), ["link"]),
        (tars.tar_with_chain_of_links(), ["link"]),
        (tars.tar_of(("../x", b"1")), ["parent"]),
        (tars.tar_of(("/x", b"1")), ["absolute"]),
        (tars.tar_block(b"a/b", kind=b"2", target=b"../c") + tars.TAR_END, []),
    ],
)
def test_names_and_links_that_lead_out_are_stated(content, expected):
    assert escapes(read_as(FORMAT, content)[0]) == expected


def test_devices_are_stated():
    facts, members = read_as(FORMAT, tars.tar_block(b"sda", kind=b"4") + tars.TAR_END)
    assert [fact.kind for fact in facts if isinstance(fact, ArchiveMember)] == ["device"]
    assert members == []


def test_bytes_behind_the_end_mark_are_stated_and_yielded():
    facts, members = read_as(FORMAT, tars.tar_with_bytes_behind_end())
    assert [(fact.place, fact.kind) for fact in facts if isinstance(fact, HiddenBytes)] == [("after", "tar")]
    assert make.PICKLE in members[-1][1]


def test_a_broken_header_is_malformed_and_later_members_are_read():
    facts, members = read_as(FORMAT, tars.tar_with_wrong_checksum() + tars.tar_of(("c.txt", b"more")))
    assert "checksum" in of(facts, "Malformed")[0].reason
    assert members[0] == ("a.txt", b"hello")


def test_two_sizes_of_one_member_are_stated_and_what_the_smaller_one_bares_is_read():
    facts, members = read_as(FORMAT, tars.tar_with_two_sizes())
    assert [fact.field for fact in facts if isinstance(fact, ArchiveDisagreement)] == ["size"]
    assert ("hidden.pkl", make.PICKLE) in members


def test_equal_names_are_stated():
    facts, members = read_as(FORMAT, tars.tar_of(("a", b"1"), ("a", b"2")))
    assert [fact.how for fact in facts if isinstance(fact, MemberClash)] == ["same"]
    assert [name for name, _ in members] == ["a", "a#2"]


def test_a_member_longer_than_the_archive_is_malformed():
    facts, members = read_as(FORMAT, tars.tar_block(b"a", 1 << 30) + b"some")
    assert of(facts, "Malformed")
    assert members == [("a", b"some")]


@pytest.mark.parametrize("field", [b"\x80" + b"\xff" * 11, b"\xff" * 12, b"99999999999\0"])
def test_an_absurd_size_is_malformed(field):
    block = bytearray(tars.tar_block(b"a"))
    block[124:136] = field
    facts, _ = read_as(FORMAT, tars.sealed(bytes(block)) + tars.TAR_END)
    assert of(facts, "Malformed")


def test_a_link_chain_without_end_counts_as_leading_out():
    content = tars.tar_block(b"a", kind=b"2", target=b"a/a") + tars.tar_block(b"a/b", 1) + tars.padded(b"1")
    assert "through-link" in escapes(read_as(FORMAT, content)[0])


@pytest.mark.parametrize("end", range(1, 2048, 7))
def test_a_cut_archive_never_fails(end):
    facts, members = read_as(FORMAT, tars.tar_of(("a.txt", b"hello"), ("b.txt", b"world"))[:end])
    assert isinstance(facts, list)
    assert all(data in (b"", b"hello", b"world") or b"hello".startswith(data) or len(data) < 6 for _, data in members)


@given(st.data())
def test_only_malformed_leaves_the_reader(data):
    content = bytearray(tars.tar_of(("a.txt", b"hello"), (LONG, b"x"), kind=tarfile.PAX_FORMAT))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at] = data.draw(st.integers(0, 255))
        start = at // 512 * 512
        content[start : start + 512] = tars.sealed(bytes(content[start : start + 512]))
    try:
        read_as(FORMAT, bytes(content))
    except MalformedError:
        return


@pytest.mark.parametrize("head", [b"", bytes(1024), b"a" * 1024, b"PK\x03\x04" + bytes(600)])
def test_other_bytes_are_not_claimed(head):
    assert not FORMAT.claims(head, "x.tar")


def test_expansion_is_not_stated_for_plain_members():
    assert Expansion not in map(type, read_as(FORMAT, tars.tar_of(("a", b"1")))[0])


def test_a_whiteout_is_stated():
    facts, members = read_as(FORMAT, tars.tar_of(("app/.wh.config.json", b""), ("a.wh.b", b"x")))
    assert [(one.kind, one.member) for one in of(facts, "ArchiveMember")] == [("whiteout", "app/.wh.config.json")]
    assert len(members) == 2
