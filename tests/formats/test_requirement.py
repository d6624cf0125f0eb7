"""Lists of requirements for pip: entries, options, lines that go on, and what only looks like one."""

import contextlib
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.format import MalformedError
from scanner.formats import requirement as subject
from scanner.formats.requirement.reading import ENTRIES
from scanner.limits import Limits
from tests.builders.judged import judged
from tests.builders.reading import of, read_as

FORMAT = subject.FORMAT
LIST = b"""# made by hand
--index-url https://example.com/simple --trusted-host example.com
-i https://example.com/simple
numpy==1.26.4 \\
    --hash=sha256:00  # why
torch>=2.1
-e git+https://example.com/a/b.git#egg=b
-r more.txt
--pre
"""


def read(content, limits=None):
    return read_as(FORMAT, content, "requirements.txt", limits or Limits())[0]


def test_entries_and_options_are_told_with_their_lines():
    facts = read(LIST)
    assert [(one.where.line, one.name, one.kind, one.hashed, one.editable) for one in of(facts, "Requirement")] == [
        (4, "numpy", "name", True, False), (6, "torch", "name", False, False), (7, "b", "vcs", False, True),
    ]  # fmt: skip
    assert [(one.where.line, one.option, one.value) for one in of(facts, "RequirementOption")] == [
        (2, "index-url", "https://example.com/simple"), (2, "trusted-host", "example.com"),
        (3, "index-url", "https://example.com/simple"), (8, "requirement", "more.txt"), (9, "pre", ""),
    ]  # fmt: skip
    (summary,) = of(facts, "RequirementSummary")
    assert (summary.requirements, summary.named, summary.exact, summary.hashed, summary.loose) == (3, 2, 1, 1, 1)


def test_an_empty_list_asks_for_nothing():
    (summary,) = read(b"")
    assert summary.requirements == 0
    assert FORMAT.claims(b"", "requirements.txt")


@pytest.mark.parametrize(
    "content",
    [b"\xef\xbb\xbfnumpy\n", b"numpy\r\n", b"numpy", b"numpy \\\n", b"\\\nnumpy", b"numpy # a\\\n"],
)
def test_marks_and_ends_of_lines_are_no_part_of_a_name(content):
    assert [one.name for one in of(read(content), "Requirement")] == ["numpy"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-8-sig"])
def test_a_list_is_read_in_the_encodings_that_pip_reads(encoding):
    content = "numpy\nt\u00f6rch\n".encode(encoding)
    assert FORMAT.claims(content, "requirements.txt")
    assert [one.name for one in of(read(content), "Requirement")] == ["numpy", "t\u00f6rch"]


def test_a_comment_that_names_an_encoding_is_followed():
    content = b"# coding: utf-7\n+AC0ALQ-trusted-host example.com\n"
    assert [one.option for one in of(read(content), "RequirementOption")] == ["trusted-host"]
    assert of(read(content.replace(b"utf-7", b"utf-8")), "RequirementOption") == []
    assert of(read(content.replace(b"utf-7", b"unheard")), "RequirementOption") == []


def test_a_control_character_hides_no_list():
    assert FORMAT.claims(b"# \x01\nnumpy\n", "requirements.txt")


def test_a_comment_ends_with_its_line():
    assert [one.name for one in of(read(b"# a \\\nnumpy\n"), "Requirement")] == ["numpy"]


@pytest.mark.parametrize(
    ("content", "rule", "severity"),
    [
        (b"--extra-index-url https://example.com/s\n", "requirement-takes-from-unknown-index", "high"),
        (b"--trusted-host example.com\n", "requirement-trusts-host-unchecked", "high"),
        (b"http://example.com/a.whl\n", "requirement-over-plain-connection", "high"),
        (b"git+https://example.com/a\n", "requirement-from-repository", "high"),
        (b"trnsformers\n", "requirement-looks-like-known", "high"),
        (b"-r ../../a.txt\n", "requirement-list-leaves-folder", "medium"),
        (b"/opt/a\n", "requirement-leaves-folder", "medium"),
    ],
)
def test_what_a_list_asks_for_is_judged(content, rule, severity):
    assert judged(content, "requirements.txt")[rule] == severity


@pytest.mark.parametrize(
    "path", ["requirements.txt", "a/requirements-dev.in", "x.zip!Requirements.txt", "requirements/base.txt"]
)
def test_a_list_is_claimed_by_its_name(path):
    assert FORMAT.claims(b"numpy\n", path)
    assert FORMAT.claims(b"# nothing\n", path)


@pytest.mark.parametrize(
    "content",
    [LIST, b"a==1.0\nb==2.*\nc[d]==3.1+cu1 ; python_version > '3'\n", b"--find-links https://example.com\na\n"],
)
def test_a_list_under_another_name_is_claimed_by_its_lines(content):
    assert FORMAT.claims(content, "deploy.txt")


@pytest.mark.parametrize(
    "content",
    [
        b"numpy\ntorch\n", b"a==1\nb==2\nif c == 3:\n    pass\n", b"Some words, and more == words.\n", b"\0\0==\0",
        b"x = 1\ny == 2\nz == 3\n", b"IQ== 0\nIg== 1\nIw== 2\n",
        b"{}", b"", b"--help\n--version\n", b"usage: x --index-url\n",
    ],
)  # fmt: skip
def test_other_texts_are_not_claimed(content):
    assert not FORMAT.claims(content, "notes.txt")


@pytest.mark.parametrize("content", [b"\x89PNG\0\0", b"{}", b"[1]", b"<html>"])
def test_other_content_under_its_name_is_not_claimed(content):
    assert not FORMAT.claims(content, "requirements.txt")


def test_a_list_cut_anywhere_is_read():
    for end in range(len(LIST)):
        assert of(read(LIST[:end]), "RequirementSummary")


def test_long_lists_are_told():
    facts = read(b"a\n" * (ENTRIES + 1))
    assert len(of(facts, "Requirement")) == ENTRIES
    assert of(facts, "LimitReached")[0].limit == "requirements"
    assert of(facts, "RequirementSummary")[0].requirements == ENTRIES + 1
    assert of(read(LIST, Limits(text_nbytes=9)), "LimitReached")[0].limit == "text"


@pytest.mark.parametrize("line", [b"a" * 900_000, b"\\\n" * 400_000, b"=" * 900_000, b"- " * 400_000, b"a[" * 400_000])
def test_long_lines_take_linear_time(line):
    start = time.process_time()
    read(line)
    FORMAT.claims(line[:8192], "x")
    assert time.process_time() - start < 3


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")))
def test_only_malformed_leaves_the_reader(content):
    FORMAT.claims(content, "x")
    with contextlib.suppress(MalformedError):
        read(content)


def test_a_password_or_token_in_an_address_is_told_and_not_shown():
    token = "gh" + "p_" + "aQ9rZ2kL7vB4nX8mC1dF6gH3jK5pW0tYsE2u"
    for line in (f"https://me:{token}@example.com/x.whl", f"x @ git+https://{token}@github.com/a/b"):
        assert judged(f"{line}\n".encode(), "requirements.txt")["requirement-address-holds-password"] == "medium"
        assert all(token not in str(one) for one in read(f"{line}\n".encode()))
