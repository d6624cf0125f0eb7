"""The zip reader against zipfile on honest archives, and alone on the others."""

import io
import zipfile
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.facts.archive import ArchiveDisagreement, ArchiveMember, Expansion, MemberClash, MemberEscapes
from scanner.format import MalformedError
from scanner.formats import zip as subject
from scanner.limits import DEFAULT
from tests.builders import archives as make
from tests.builders.reading import of, read_as, read_deep

FORMAT = subject.FORMAT
HELD = {
    zipfile.ZIP_STORED: "stored",
    zipfile.ZIP_DEFLATED: "deflate",
    zipfile.ZIP_BZIP2: "bzip2",
    zipfile.ZIP_LZMA: "lzma",
}


def fields(facts, kind=ArchiveDisagreement):
    return {fact.field for fact in facts if isinstance(fact, kind)}


def test_an_ordinary_archive_has_no_facts_and_all_its_members():
    facts, members = read_as(FORMAT, make.zip_plain())
    assert (facts, members) == ([], [("a.txt", b"hello"), ("b/c.txt", b"world" * 50)])


@pytest.mark.parametrize("method", HELD, ids=HELD.get)
def test_members_are_those_that_zipfile_reads(method):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        archive.writestr("a/", b"")
        archive.writestr("a/b.txt", b"some text " * 1000)
        archive.writestr("\N{SNOWMAN}.bin", bytes(range(256)) * 20)
        archive.writestr("empty", b"")
    facts, members = read_as(FORMAT, out.getvalue())
    assert facts == []
    assert members == [("a/b.txt", b"some text " * 1000), ("\N{SNOWMAN}.bin", bytes(range(256)) * 20), ("empty", b"")]


@pytest.mark.parametrize("content", [make.zip_with_descriptors(), make.torch_zip(storages={"0": bytes(8)})])
def test_what_honest_writers_do_is_no_disagreement(content):
    facts, members = read_as(FORMAT, content)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert members == [(name, archive.read(name)) for name in archive.namelist()]
    assert facts == []


def test_zip64_sizes_are_read():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive, archive.open("a.txt", "w", force_zip64=True) as member:
        member.write(b"hello")
    assert read_as(FORMAT, out.getvalue()) == ([], [("a.txt", b"hello")])


def test_an_empty_archive_has_no_members():
    assert read_as(FORMAT, make.zip_of()) == ([], [])


def test_two_names_are_stated_and_both_members_yielded():
    facts, members = read_as(FORMAT, make.zip_with_two_names())
    assert [(f.field, f.first, f.second) for f in facts] == [("name", "data.txt", "data.pkl")]
    assert members == [("data.pkl", make.PICKLE), ("data.txt", make.PICKLE)]


def test_a_wrong_checksum_is_stated_and_the_member_read():
    facts, members = read_as(FORMAT, make.zip_with_wrong_checksum())
    assert (fields(facts), members) == ({"checksum"}, [("data.pkl", make.PICKLE)])


def test_a_false_mark_of_encryption_is_stated_and_the_member_read():
    facts, members = read_as(FORMAT, make.zip_marked_as_encrypted())
    assert (fields(facts), members) == ({"encryption"}, [("data.pkl", make.PICKLE)])


def test_a_marked_member_with_a_wrong_checksum_is_encrypted_and_still_yielded():
    facts, members = read_as(FORMAT, make.zip_marked_as_encrypted_with_wrong_checksum())
    assert [type(fact).__name__ for fact in facts] == ["Encrypted"]
    assert members == [("data.pkl", make.PICKLE)]


def test_a_local_method_that_differs_is_read_both_ways():
    content = make.zip_of(make.Member(b"data.pkl", make.PICKLE, central={"method": 8}))
    facts, members = read_as(FORMAT, content)
    assert "method" in fields(facts)
    assert ("data.pkl#2", make.PICKLE) in members


def test_a_local_size_that_differs_is_read_both_ways():
    content = make.zip_of(make.Member(b"a", make.PICKLE, central={"packed": 4, "size": 4}))
    facts, members = read_as(FORMAT, content)
    assert {"size", "packed-size"} <= fields(facts)
    assert make.PICKLE in [data for _, data in members]


@pytest.mark.parametrize(
    "content",
    [make.zip_with_two_central_directories(), make.zip_with_false_zip64_end(), make.zip_with_end_record_in_comment()],
    ids=["offset", "zip64", "comment"],
)
def test_a_second_directory_is_stated_and_its_members_read(content):
    facts, members = read_as(FORMAT, content)
    assert "directory" in fields(facts)
    assert dict(members)["a.txt"] == b"harmless"
    assert dict(members)["data.pkl"] == make.PICKLE


def test_an_archive_stored_in_an_archive_is_no_second_directory():
    assert of(read_as(FORMAT, make.nested_zips(3))[0], "ArchiveDisagreement") == []


def test_a_member_that_no_directory_lists_is_stated_and_read():
    facts, members = read_as(FORMAT, make.zip_with_unlisted_member())
    assert [(f.place, f.kind) for f in facts] == [("unlisted-member", "pickle")]
    assert ("data.pkl", make.PICKLE) in members


def test_overlapping_members_are_stated_and_read():
    facts, members = read_as(FORMAT, make.zip_with_overlap())
    assert "overlap" in {fact.place for fact in of(facts, "HiddenBytes")}
    assert {data for _, data in members} == {b"x" * 100}
    assert {"a", "b"} <= dict(members).keys()


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (make.zip_with_junk_before(), "before"),
        (make.zip_of(make.Member(b"a", b"1"), tail=b"\x01\xfftail"), "after"),
        (make.zip_of(make.Member(b"a", b"1"), gap=b"\x01\xffgap", offset=38), "between"),
        (make.zip_of(make.Member(b"a", b"1"), make.Member(b"b", b"2", before=b"\x01\xffgap")), "between"),
        (make.zip_of(make.Member(b"a", b"1"), comment=make.PICKLE + b"\xff\x00"), "comment"),
    ],
)
def test_bytes_outside_the_records_are_stated_and_yielded(content, place):
    facts, members = read_as(FORMAT, content)
    found = of(facts, "HiddenBytes")
    assert [fact.place for fact in found] == [place]
    where = found[0].where
    assert (f"{place}@{where.offset}", content[where.offset : where.offset + where.length]) in members


def test_zeros_between_members_are_padding():
    facts, _ = read_as(FORMAT, make.zip_of(make.Member(b"a", b"1"), make.Member(b"b", b"2", before=bytes(50))))
    assert facts == []


def test_bytes_behind_a_compressed_stream_are_stated():
    packed = make.deflated(b"hello") + make.PICKLE
    member = make.Member(b"a", packed, central={"method": 8, "crc": 0x3610A686, "size": 5})
    member.local = dict(member.central)
    facts, members = read_as(FORMAT, make.zip_of(member))
    assert [fact.place for fact in facts] == ["inside-member"]
    assert make.PICKLE in [data for _, data in members]


@pytest.mark.parametrize("content", [make.zip_without_end_record(), make.zip_without_end_record_streamed()])
def test_without_an_end_record_members_are_found_by_their_headers(content):
    facts, members = read_as(FORMAT, content)
    assert [type(fact).__name__ for fact in facts] == ["Malformed"]
    assert make.PICKLE in [data for _, data in members]
    assert len(members) == 2


def test_a_wrong_count_is_stated():
    facts, _ = read_as(FORMAT, make.zip_of(make.Member(b"a", b"1"), count=7))
    assert fields(facts) == {"count"}


def test_a_member_without_a_local_header_is_malformed():
    content = make.zip_of(make.Member(b"a", b"1"), make.Member(b"b", b"2", central={"offset": 5}))
    assert "no local header" in of(read_as(FORMAT, content)[0], "Malformed")[0].reason


def test_a_member_longer_than_the_archive_is_malformed_and_read_as_far_as_it_goes():
    lie = {"packed": 1 << 31, "size": 1 << 31}
    facts, members = read_as(FORMAT, make.zip_of(make.Member(b"a", b"12", local=lie, central=lie)))
    assert of(facts, "Malformed")
    assert members[0][1].startswith(b"12")


@pytest.mark.parametrize(
    ("name", "how"),
    [
        (b"../x", "parent"),
        (b"a/../../x", "parent"),
        (b"/etc/x", "absolute"),
        (b"C:x", "drive"),
        (b"..\\x", "backslash"),
        (b"data.pkl\0.txt", "control"),
    ],
)
def test_names_that_lead_out_are_stated(name, how):
    facts, members = read_as(FORMAT, make.zip_of(make.Member(name, b"1")))
    assert [fact.how for fact in facts if isinstance(fact, MemberEscapes)] == [how]
    assert len(members) == 1


def test_a_link_that_leads_out_and_a_member_below_it_are_stated():
    content = make.zip_of(make.zip_symlink(b"x", b"/tmp"), make.Member(b"x/evil", b"1"))
    facts, _ = read_as(FORMAT, content)
    assert [fact.how for fact in facts if isinstance(fact, MemberEscapes)] == ["link", "through-link"]
    assert [fact.kind for fact in facts if isinstance(fact, ArchiveMember)] == ["symlink"]


@pytest.mark.parametrize(
    ("names", "how"),
    [
        ((b"a", b"a"), "same"),
        ((b"a", b"A"), "case"),
        ("\u00e9 e\u0301".encode().split(), "unicode"),
        ((b"a", b"a/b"), "file-and-folder"),
    ],
)
def test_names_that_meet_are_stated(names, how):
    facts, members = read_as(FORMAT, make.zip_of(*(make.Member(name, b"%d" % n) for n, name in enumerate(names))))
    assert [fact.how for fact in facts if isinstance(fact, MemberClash)] == [how]
    assert len(members) == 2


def test_equal_names_get_paths_of_their_own():
    _, members = read_as(FORMAT, make.zip_of(make.Member(b"a", b"1"), make.Member(b"a", b"2")))
    assert members == [("a", b"1"), ("a#2", b"2")]


def test_an_unknown_method_is_stated_and_the_member_read_as_it_is_stored():
    content = make.zip_of(make.Member(b"a", b"packed", local={"method": 9}, central={"method": 9}))
    facts, members = read_as(FORMAT, content)
    assert [fact.format for fact in facts] == ["zip method deflate64"]
    assert members == [("a", b"packed")]


def test_a_bomb_stops_at_the_ratio_and_keeps_what_came_first():
    limits = replace(DEFAULT, expansion_free_nbytes=1 << 20)
    facts, members = read_as(FORMAT, make.zip_bomb(64 << 20, declared=32 << 20), limits=limits)
    assert [fact.bound for fact in facts if isinstance(fact, Expansion)] == ["ratio"]
    assert of(facts, "LimitReached")
    assert len(members[0][1]) < 33 << 20


def test_zeros_that_keep_to_the_size_their_directory_declares_are_no_bomb():
    limits = replace(DEFAULT, expansion_free_nbytes=1 << 18, member_memory_nbytes=1 << 18)
    array = make.npy("'|u1'", shape=f"({2 << 20},)", data=bytes(2 << 20))
    content = make.zip_of(make.Member(b"a.npy", array, method=8))
    assert read_as(FORMAT, content, limits=limits) == ([], [("a.npy", array)])
    assert [type(fact).__name__ for fact in read_deep(content, limits=limits)] == ["ArrayHeader", "Examined"]


@pytest.mark.parametrize("declared", [0, 1 << 18, (2 << 20) - 1, (16 << 20) + 1, (1 << 32) - 2])
def test_a_size_that_is_not_kept_or_that_deflate_cannot_reach_is_no_excuse(declared):
    limits = replace(DEFAULT, expansion_free_nbytes=1 << 18)
    nbytes = (2 << 20) if declared < 2 << 20 else 16 << 20
    content = make.zip_bomb(nbytes, declared=declared)
    facts, _ = read_as(FORMAT, content, limits=limits)
    kept = 1032 * len(make.deflated(bytes(nbytes))) >= declared >= nbytes
    assert bool(of(facts, "Expansion")) is not kept
    assert fields(facts) == ({"size"} if kept else set())


def test_promises_of_many_members_end_where_the_total_ends():
    limits = replace(DEFAULT, expansion_free_nbytes=1 << 18, expanded_nbytes=5 << 20)
    kernel = make.Member(b"0", bytes(2 << 20), method=8)
    shared = [make.Member(b"%d" % n, kernel.data, method=8, share=0) for n in range(1, 40)]
    facts, members = read_as(FORMAT, make.zip_of(kernel, *shared), limits=limits)
    assert of(facts, "Expansion")[0].where == of(facts, "LimitReached")[0].where
    assert sum(data == kernel.data for _, data in members) <= 2 * 2  # a shared header gives a second name
    assert len(of(facts, "Expansion")) == 38


def test_a_promise_counts_less_with_every_container_around():
    limits = replace(DEFAULT, expansion_free_nbytes=1 << 18, expanded_nbytes=16 << 20)
    content = make.zip_bomb(3 << 20)
    for _ in range(2):
        content = make.zip_of(make.Member(b"a.zip", content))
    assert of(read_deep(content, limits=limits), "Expansion") == []
    content = make.zip_of(make.Member(b"a.zip", content))
    assert [fact.bound for fact in of(read_deep(content, limits=limits), "Expansion")] == ["ratio"]


def test_a_member_that_a_bound_cut_is_not_malformed_and_what_came_first_is_read():
    limits = replace(DEFAULT, expansion_free_nbytes=1 << 18)
    array = make.npy("'|u1'", shape=f"({2 << 20},)", data=bytes(2 << 20))
    lie = {"size": 9}
    content = make.zip_of(make.Member(b"a.npy", array, method=8, central=lie))
    names = {type(fact).__name__ for fact in read_deep(content, limits=limits)}
    assert {"Expansion", "LimitReached", "ArrayHeader"} <= names
    assert "Malformed" not in names
    pickle = make.PICKLE[:-1] + b"I1\n0" * (1 << 17)
    facts = read_deep(make.zip_of(make.Member(b"a.pkl", pickle, method=8, central=lie)), limits=limits)
    assert of(facts, "PickleCall")
    assert of(facts, "Malformed") == []


def test_a_member_larger_than_memory_is_read_again_on_demand():
    content = bytes(range(256)) * 4096
    limits = replace(DEFAULT, member_memory_nbytes=1000)
    _, members = read_as(FORMAT, make.zip_of(make.Member(b"a", content, method=8)), limits=limits)
    assert members == [("a", content)]


def test_the_total_of_all_members_is_bounded():
    limits = replace(DEFAULT, expanded_nbytes=1000)
    content = make.zip_of(*(make.Member(b"%d" % n, bytes(600), method=8) for n in range(3)))
    facts, _ = read_as(FORMAT, content, limits=limits)
    assert {fact.bound for fact in facts if isinstance(fact, Expansion)} == {"expanded"}


def test_a_nest_deeper_than_the_limit_is_reached_and_stated():
    facts = read_deep(make.nested_zips(20), "deep.zip")
    assert [fact.limit for fact in of(facts, "LimitReached")] == ["depth"]


def test_an_archive_of_many_disagreements_states_the_first_thousand():
    members = [make.Member(b"%d" % n, b"1", local={"name": b"x%d" % n}) for n in range(1100)]
    facts, read = read_as(FORMAT, make.zip_of(*members))
    assert len(of(facts, "ArchiveDisagreement")) == 1000
    assert len(read) == 2200


@pytest.mark.parametrize("end", range(len(make.zip_plain())))
def test_a_cut_archive_is_malformed(end):
    facts, _ = read_as(FORMAT, make.zip_plain()[:end])
    assert of(facts, "Malformed") or of(facts, "ArchiveDisagreement")


@given(st.data())
def test_only_malformed_leaves_the_reader(data):
    content = bytearray(make.torch_zip(make.PICKLE, {"0": b"1234"}) + make.zip_plain())
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        facts, _ = read_as(FORMAT, bytes(content))
    except MalformedError:
        return
    assert all(fact.where.offset is None or 0 <= fact.where.offset <= len(content) for fact in facts)


@pytest.mark.parametrize("head", [b"", b"P", b"PK", b"PKZ", b"\x80\x02}q\x00.", b"hello world"])
def test_other_bytes_are_not_claimed(head):
    assert not FORMAT.claims(head, "x.zip")


def test_a_harmless_member_more_hides_no_fact():
    content = make.zip_of(make.Member(b"data.pkl", make.PICKLE, local={"name": b"x"}), make.Member(b"readme", b"hi"))
    assert fields(read_as(FORMAT, content)[0]) == {"name"}
