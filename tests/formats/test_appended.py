"""A zip behind something else is found from the end."""

import pytest

from scanner.facts.archive import HiddenBytes
from scanner.formats import appended as subject
from tests.builders import archives as make
from tests.builders import programs, tars
from tests.builders.reading import of, read_as, read_deep

FORMAT = subject.FORMAT
ARCHIVE = make.zip_of(make.Member(b"data.pkl", make.PICKLE))
SAFETENSORS = (2).to_bytes(8, "little") + b"{}"


@pytest.mark.parametrize(
    ("front", "kind"),
    [
        (make.BENIGN, "pickle"),
        (SAFETENSORS, "data"),
        (b"\xff\xd8\xff\xe0 picture", "jpeg"),
        (programs.elf(), "elf"),
        (b"plain text\n", "text"),
    ],
)
def test_an_archive_behind_other_data_is_stated_and_yielded(front, kind):
    facts, members = read_as(FORMAT, front + ARCHIVE)
    assert [(fact.format, fact.place, fact.kind) for fact in facts] == [(kind, "appended", "zip")]
    assert members == [(f"appended@{len(front)}", ARCHIVE)]


def test_offsets_that_count_from_the_file_are_followed():
    front = b"plain text\n"
    body, _ = make.bodies([make.Member(b"a", b"1")])
    _, directory = make.bodies([make.Member(b"a", b"1")], start=len(front))
    content = front + body + directory + make.end_record(1, len(directory), len(front) + len(body))
    assert read_as(FORMAT, content)[1][0][0] == f"appended@{len(front)}"


def test_what_the_archive_holds_is_read():
    found = of(read_deep(make.BENIGN + ARCHIVE, "model.pkl"), "PickleImport")
    assert {fact.callable for fact in found} == {"posix.system"} or {fact.callable for fact in found} == {"os.system"}


def test_an_archive_that_is_not_the_end_lies_inside():
    facts, members = read_as(FORMAT, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + ARCHIVE + b"more")
    assert [(fact.format, fact.place) for fact in facts if isinstance(fact, HiddenBytes)] == [("ole", "inside")]
    assert members[0][1] == ARCHIVE


def test_an_archive_stored_in_a_tar_is_the_tars_own():
    assert read_as(FORMAT, tars.tar_of(("a.zip", ARCHIVE))) == ([], [])


@pytest.mark.parametrize("content", [b"", b"x" * 30, b"text PK\x05\x06 more text, no end record at all", ARCHIVE[:-1]])
def test_nothing_is_stated_where_there_is_no_archive(content):
    assert not FORMAT.claims(content, "x") or read_as(FORMAT, content) == ([], [])


@pytest.mark.parametrize("end", range(30, len(ARCHIVE) + 10))
def test_a_cut_archive_never_fails(end):
    read_as(FORMAT, (make.BENIGN + ARCHIVE)[:end])
