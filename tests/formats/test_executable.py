"""Programs are told by more than their first letters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.formats import executable as subject
from tests.builders import programs as make
from tests.builders.reading import of, read_as

FORMAT = subject.FORMAT


@pytest.mark.parametrize(
    ("content", "kind", "detail"),
    [
        (make.elf(), "elf", "x86-64 library"),
        (make.elf(machine=183, kind=2), "elf", "aarch64 program"),
        (make.pe(), "pe", "x86-64 library"),
        (make.macho(), "macho", "aarch64"),
        (make.fat_macho(), "macho", "universal, 2 architectures"),
        (make.java_class(), "java-class", "version 61.0"),
        (make.WASM, "wasm", "version 1"),
        (make.DEX, "dex", "version 035"),
        (make.SCRIPT, "script", "/usr/bin/env python"),
    ],
)
def test_a_program_is_named(content, kind, detail):
    assert FORMAT.claims(content, "x")
    facts, members = read_as(FORMAT, content)
    assert [(fact.kind, fact.place, fact.detail) for fact in facts] == [(kind, "whole", detail)]
    assert members == []


def test_a_member_is_told_from_a_file():
    assert read_as(FORMAT, make.elf(), "x.zip!a")[0][0].place == "member"


@pytest.mark.parametrize(
    "content",
    [b"", b"MZ", b"MZ is how this text starts, and it is long enough to hold a pointer" * 2, b"\x7fELF" + bytes(80),
     b"#! no interpreter\n", b"#!", b"\xca\xfe\xba\xbe" + bytes(20), b"\0asm\x09\0\0\0", b"dex\nabc\0"],
)  # fmt: skip
def test_first_letters_alone_are_not_claimed(content):
    assert not FORMAT.claims(content, "x")


@pytest.mark.parametrize("whole", [make.elf()[:52], make.pe()[:88], make.macho(), make.WASM, make.SCRIPT[:22]])
def test_a_cut_header_is_not_claimed(whole):
    assert FORMAT.claims(whole, "x")
    assert not any(FORMAT.claims(whole[:end], "x") for end in range(len(whole) - 1))


def test_every_line_of_a_startup_file_that_runs_is_stated():
    content = b"# path\nfolder\nimport one\n  import indented\nimport\ttwo; print('inert')\n"
    assert FORMAT.claims(content, "a/b.pth")
    facts, _ = read_as(FORMAT, content, "a/b.pth")
    assert [(fact.kind, fact.detail) for fact in facts] == [
        ("pth", "import one"),
        ("pth", "import\\ttwo; print('inert')"),
    ]


def test_a_startup_line_behind_a_byte_order_mark_is_stated():
    assert FORMAT.claims(b"\xef\xbb\xbfimport one\n", "b.pth")
    assert read_as(FORMAT, b"\xef\xbb\xbfimport one\n", "b.pth")[0][0].detail == "import one"


def test_a_startup_line_far_behind_is_stated():
    content = b"# nothing here\n" * 2000 + b"import one\n"
    assert FORMAT.claims(content[:8192], "b.pth")
    assert len(of(read_as(FORMAT, content, "b.pth")[0], "EmbeddedFile")) == 1


@pytest.mark.parametrize(
    ("head", "path"), [(b"import os\n", "a.py"), (b"folder\n", "a.pth"), (b"\x80\x02}\nimport x", "a.pth\0")]
)
def test_text_that_python_does_not_run_at_its_start_is_not_claimed(head, path):
    assert not FORMAT.claims(head, path)


@given(st.sampled_from(subject.STARTS), st.binary(max_size=200))
def test_nothing_leaves_the_reader(start, tail):
    if FORMAT.claims(start + tail, "x"):
        assert len(read_as(FORMAT, start + tail)[0]) == 1
