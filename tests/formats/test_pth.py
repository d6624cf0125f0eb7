"""Path configuration files: lines that Python runs, read as source."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.format import MalformedError
from scanner.formats import pth as subject
from scanner.limits import Limits
from tests.builders.judged import judged
from tests.builders.reading import of, read_as

FORMAT = subject.FORMAT


def read(content, limits=None):
    return read_as(FORMAT, content, "x.pth", limits or Limits())[0]


def test_a_line_that_starts_with_import_is_read_as_source():
    (fact,) = of(read(b"/some/path\nimport os; os.system('echo hi')\n"), "PythonCall")
    assert (fact.name, fact.at, fact.role, fact.where.line) == ("os.system", "import", "pth", 2)


def test_other_lines_only_name_folders():
    assert read(b"# import os\n/path\n import os; os.system('x')\n") == []


@pytest.mark.parametrize(
    ("content", "path", "claimed"),
    [
        (b"import os\n", "x.pth", True),
        (b"/p\nimport\tos\n", "x.pth", True),
        (b"/p\n", "x.pth", False),
        (b"import os\0", "x.pth", False),
        (b"import os\n", "x.txt", False),
        (b"PK\x03\x04", "model.pth", False),
        (b"", "x.pth", False),
    ],
)
def test_only_text_with_such_a_line_is_claimed(content, path, claimed):
    assert FORMAT.claims(content, path) is claimed


def test_lines_are_judged_by_what_they_do():
    assert judged(b"import os; os.system('echo hi')\n", "x.pth")["startup-module-acts"] == "high"
    assert "startup-module-acts" not in judged(b"import _virtualenv\n", "x.pth")


def test_a_long_file_is_told():
    assert len(of(read(b"import os\n" * 9, Limits(source_nbytes=9)), "LimitReached")) == 1


def test_cut_at_every_byte_it_never_fails():
    content = b"import os; exec(open('x').read())\nimport sys\n"
    for end in range(len(content)):
        read(content[:end])


@given(st.binary(max_size=80))
def test_any_bytes_leave_only_malformed(raw):
    with contextlib.suppress(MalformedError):
        read(b"import os;" + raw)
