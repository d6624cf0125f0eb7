"""One requirement taken apart, and names close to well-known ones."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.artifact import Location
from scanner.requirements import entries, leads_of, option, requirement

AT = Location(path="requirements.txt", line=1)
DIGEST = "0123456789abcdef" * 4


def one(text):
    found = requirement(AT, "requirements", text)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "name", "version", "exact"),
    [
        ("numpy", "numpy", "", False),
        ("Foo.Bar_baz[a, b] >= 1 ; python_version > '3'", "foo-bar-baz", ">= 1", False),
        ("torch==2.1.0", "torch", "==2.1.0", True),
        ("torch === 2.1.0+cu118", "torch", "=== 2.1.0+cu118", True),
        ("torch==2.*", "torch", "==2.*", False),
        ("torch (==2.1)", "torch", "(==2.1)", True),
        ("torch~=2.1", "torch", "~=2.1", False),
        ("torch==2 --hash=sha256:00", "torch", "==2", True),
    ],
)
def test_names_and_versions_are_told_apart(text, name, version, exact):
    found = one(text)
    assert (found.name, found.version, found.exact, found.kind) == (name, version, exact, "name")


@pytest.mark.parametrize(
    ("text", "kind", "host", "scheme", "exact"),
    [
        ("git+https://example.com/a/b.git@main#egg=b", "vcs", "example.com", "git+https", False),
        (f"git+https://example.com/a/b.git@{'0a' * 20}", "vcs", "example.com", "git+https", True),
        ("git+ssh://git@example.com/a/b.git", "vcs", "example.com", "git+ssh", False),
        ("git@example.com:a/b.git", "vcs", "example.com", "git+ssh", False),
        ("a @ git+http://192.0.2.1:8080/a", "vcs", "192.0.2.1", "git+http", False),
        ("https://user:pw@example.com/a-1.whl", "url", "example.com", "https", False),
        (f"http://example.com/a-1.whl#sha256={DIGEST}", "url", "example.com", "http", True),
        ("./wheels/a-1.whl", "archive", "", "", False),
        ("wheels/a-1.whl", "archive", "", "", False),
        ("../a", "path", "", "", False),
        ("a @ file:///opt/a", "path", "", "file", False),
    ],
)
def test_addresses_and_paths_are_told_apart(text, kind, host, scheme, exact):
    found = one(text)
    assert (found.kind, found.host, found.scheme, found.exact) == (kind, host, scheme, exact)


@pytest.mark.parametrize("text", ["", "   ", "???", "name with words", "@", "=1"])
def test_what_is_no_requirement_is_none(text):
    assert requirement(AT, "requirements", text) is None


@pytest.mark.parametrize(
    ("path", "file", "leads"),
    [
        ("../a", "requirements.txt", "parent"),
        ("../a", "docs/requirements.txt", ""),
        ("../../a", "x.zip!docs/requirements.txt", "parent"),
        ("a/../../b", "requirements.txt", "parent"),
        ("/opt/a", "requirements.txt", "absolute"),
        ("file:///opt/a", "requirements.txt", "absolute"),
        ("${HOME}/a", "requirements.txt", "absolute"),
        ("~/a", "requirements.txt", "home"),
        ("C:\\a", "requirements.txt", "drive"),
        ("./a", "requirements.txt", ""),
        (".[dev]", "requirements.txt", ""),
    ],
)
def test_paths_are_followed_from_the_file_that_names_them(path, file, leads):
    assert leads_of(path, file) == leads


def test_a_password_is_told_and_not_kept():
    found = option(AT, "requirements", "index-url", "https://user:" + "pw@example.com/simple")
    assert (found.value, found.secret, found.host) == ("https://example.com/simple", True, "example.com")
    assert not option(AT, "requirements", "index-url", "https://${USER}:${PW}@example.com/simple").secret


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("--index-url https://example.com", [("index-url", "https://example.com")]),
        ("--index-url=https://example.com", [("index-url", "https://example.com")]),
        ("-i https://example.com", [("index-url", "https://example.com")]),
        ("-ihttps://example.com", [("index-url", "https://example.com")]),
        ("--pypi-url https://example.com", [("index-url", "https://example.com")]),
        ("--extra https://example.com", [("extra-index-url", "https://example.com")]),
        ("--in\\dex-'url' https://example.com", [("index-url", "https://example.com")]),
        ("-i 'https://example.com' --trusted a -f ./b --pre", [
            ("index-url", "https://example.com"), ("trusted-host", "a"), ("find-links", "./b"), ("pre", ""),
        ]),
        ("--no https://example.com", [("no", "")]),
        ("--index-url", [("index-url", "")]),
        ("--index-url 'a", [("index-url", "'a")]),
        ("-", [("", "")][:0]),
    ],
)  # fmt: skip
def test_options_are_read_as_pip_reads_them(line, wanted):
    assert [(one.option, one.value) for one in entries(AT, "requirements", line)] == wanted


def test_an_editable_requirement_is_one():
    (found,) = entries(AT, "requirements", "-e git+https://example.com/a#egg=b")
    assert (found.name, found.editable) == ("b", True)


@given(st.text(max_size=60))
def test_any_text_is_read(text):
    found = requirement(AT, "requirements", text)
    assert found is None or found.name or found.target
