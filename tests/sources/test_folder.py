"""A folder yields all it holds, each thing once, in one order, and follows nothing."""

# The deepest paths and strangest names are made by system calls.
# ruff: noqa: PTH102, PTH106, PTH107

import os
import socket
import sys
from pathlib import Path

import pytest

from scanner.artifact import Artifact
from scanner.facts import Excluded, LinkFound, SpecialFile, Unreadable
from scanner.sources import folder
from scanner.usage import UsageError

posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX file systems")


def _keep_all(_):
    return None


def _walk(*paths, keep=_keep_all):
    return list(folder.walk([Path(path) for path in paths], keep=keep))


def _shown(items):
    return [item.path if isinstance(item, Artifact) else item.where.path for item in items]


def _fill(root, *names):
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())


def _content(artifact):
    with artifact.open() as stream:
        return stream.read()


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_folder_is_walked_in_the_order_of_names(here):
    _fill(here, "models/b.pt", "models/a/z.pt", "models/a.pt", "models/a/b/c.pt")
    assert _shown(_walk("models")) == ["models/a/b/c.pt", "models/a/z.pt", "models/a.pt", "models/b.pt"]


def test_a_path_is_shown_as_it_was_given(here):
    _fill(here, "models/a.pt")
    assert _shown(_walk("models/a.pt")) == ["models/a.pt"]
    assert _shown(_walk("models/")) == ["models/a.pt"]
    assert _shown(_walk(here / "models")) == [f"{here.as_posix()}/models/a.pt"]
    assert _shown(_walk(".")) == ["models/a.pt"]
    assert _shown(_walk("../" + here.name)) == [f"../{here.name}/models/a.pt"]


def test_several_paths_keep_their_order_and_nothing_is_read_twice(here):
    _fill(here, "b/one.pt", "a/two.pt")
    assert _shown(_walk("b", "a", "b/one.pt", "b")) == ["b/one.pt", "a/two.pt"]


def test_an_artifact_opens_afresh_each_time(here):
    _fill(here, "a.pt")
    (artifact,) = _walk("a.pt")
    assert artifact.size == 4
    assert _content(artifact) == _content(artifact) == b"a.pt"


def test_an_empty_folder_yields_nothing(here):
    assert _walk(here) == []


@pytest.mark.parametrize("name", ["gone", "a\nb", "nul\0"])
def test_a_missing_path_is_told_in_one_line_before_anything_is_read(here, name):
    _fill(here, "a.pt")
    with pytest.raises(UsageError) as caught:
        folder.walk([Path("a.pt"), Path(name)], keep=_keep_all)
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith("cannot scan ")


@posix
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_path_is_told_and_one_below_is_a_fact(here):
    _fill(here, "models/a.pt", "models/sub/b.pt")
    (here / "models/sub").chmod(0)
    try:
        with pytest.raises(UsageError):
            folder.walk([Path("models/sub")], keep=_keep_all)
        found = _walk("models")
        assert isinstance(found[1], Unreadable)
        assert found[1].where.path == "models/sub"
    finally:
        (here / "models/sub").chmod(0o700)


@posix
def test_a_name_that_is_no_utf8_or_holds_a_line_feed_survives(here):
    for name in (b"caf\xe9.pt", b"two\nlines.pt", b"-"):
        (here / os.fsdecode(name)).write_bytes(name)
    found = _walk(".")
    assert [os.fsencode(item.path) for item in found] == [b"-", b"caf\xe9.pt", b"two\nlines.pt"]
    assert [_content(item) for item in found] == [b"-", b"caf\xe9.pt", b"two\nlines.pt"]


@posix
def test_a_link_is_reported_and_not_followed(here):
    _fill(here, "models/a.pt", "outside.pt")
    (here / "models/in").symlink_to("a.pt")
    (here / "models/loop").symlink_to("loop")
    (here / "models/out").symlink_to("../outside.pt")
    (here / "models/root").symlink_to("/")
    (here / "models/up").symlink_to("..")
    (here / "models/sibling").symlink_to(here / "models-2")
    found = {item.where.path[7:]: item for item in _walk("models") if isinstance(item, LinkFound)}
    escapes = {name: item.escapes for name, item in found.items()}
    assert escapes == {"in": False, "loop": False, "out": True, "root": True, "sibling": True, "up": True}
    assert found["out"].target == "../outside.pt"


@posix
def test_a_given_link_is_followed(here):
    _fill(here, "real/a.pt")
    (here / "link").symlink_to("real")
    (here / "file").symlink_to("real/a.pt")
    assert _shown(_walk("link", "file")) == ["link/a.pt"]
    (artifact,) = _walk("file")
    assert (artifact.path, _content(artifact)) == ("file", b"real/a.pt")


@posix
def test_hard_links_are_read_under_each_name(here):
    _fill(here, "a.pt")
    os.link("a.pt", "b.pt")
    assert _shown(_walk(".")) == ["a.pt", "b.pt"]


@posix
@pytest.mark.usefixtures("here")
def test_special_files_are_reported_and_never_opened():
    os.mkfifo("fifo")
    one = socket.socket(socket.AF_UNIX)
    one.bind("socket")
    one.close()
    found = _walk(".")
    assert [(item.where.path, item.kind) for item in found] == [("fifo", "fifo"), ("socket", "socket")]
    assert isinstance(_walk("fifo")[0], SpecialFile)
    assert _walk("/dev/null")[0].kind == "device"


def test_what_the_policy_leaves_out_is_a_fact_and_not_entered(here):
    _fill(here, "m/a.pt", "m/cache/b.pt", "m/cache/deep/c.pt", "m/d.log")
    patterns = {"m/cache/": "**/cache/", "m/d.log": "*.log"}
    found = _walk("m", keep=patterns.get)
    assert _shown(found) == ["m/a.pt", "m/cache", "m/d.log"]
    assert [item.pattern for item in found if isinstance(item, Excluded)] == ["**/cache/", "*.log"]


def test_of_a_git_folder_only_what_git_runs_is_read(here):
    _fill(here, *(f"m/.git/{name}" for name in ("HEAD", "config", "hooks/pre-commit", "objects/ab/cd", "refs/heads/x")))
    found = _walk("m")
    assert _shown(found) == ["m/.git", "m/.git/config", "m/.git/hooks/pre-commit"]
    assert isinstance(found[0], Excluded)


def test_a_folder_merely_called_git_is_read(here):
    _fill(here, "m/.git/objects/payload.pkl", "m/sub/.git")
    assert _shown(_walk("m")) == ["m/.git/objects/payload.pkl", "m/sub/.git"]


def _cache(root):
    """Build one repository of a Hugging Face cache with two revisions that share a blob."""
    repository = root / "hub/models--org--name"
    _fill(repository, "blobs/aaa", "blobs/bbb", "blobs/unused", "refs/main")
    for revision, name, target in (
        ("1", "model.pt", "../../blobs/aaa"),
        ("2", "model.pt", "../../blobs/aaa"),
        ("2", "onnx/model.onnx", "../../../blobs/bbb"),
    ):
        link = repository / "snapshots" / revision / name
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(target)
    return repository


@posix
def test_a_snapshot_of_a_cache_is_read_through_its_links(here):
    _cache(here)
    found = _walk("hub/models--org--name/snapshots/2")
    assert [_content(item) for item in found] == [b"blobs/aaa", b"blobs/bbb"]
    assert [item.path.rpartition("/snapshots/2/")[2] for item in found] == ["model.pt", "onnx/model.onnx"]


@posix
def test_blobs_of_a_cache_are_not_read_a_second_time(here):
    _cache(here)
    shown = [path.removeprefix("hub/models--org--name/") for path in _shown(_walk("hub"))]
    assert shown == [
        "refs/main",
        "snapshots/1/model.pt",
        "snapshots/2/model.pt",
        "snapshots/2/onnx/model.onnx",
        "blobs/unused",
    ]


@posix
def test_a_snapshot_link_out_of_its_own_blobs_is_not_followed(here):
    repository = _cache(here)
    _fill(here, "hub/models--other--name/blobs/ccc", "plain/blobs/ddd", "secret")
    (repository / "blobs/chain").symlink_to("/etc/passwd")
    (repository / "blobs/folder").mkdir()
    (here / "plain/snapshots/1").mkdir(parents=True)
    (here / "plain/snapshots/1/x").symlink_to("../../blobs/ddd")
    targets = {
        "other": "../../../models--other--name/blobs/ccc",
        "chain": "../../blobs/chain",
        "deep": "../../blobs/folder",
        "up": "../../blobs/../../../secret",
        "absolute": str(here / "secret"),
        "refs": "../../refs/main",
        "gone": "../../blobs/gone",
    }
    for name, target in targets.items():
        (repository / "snapshots/1" / name).symlink_to(target)
    links = {Path(item.where.path).name for item in _walk("hub", "plain") if isinstance(item, LinkFound)}
    assert links == {*targets, "x"} | {"chain"}


@posix
def test_blobs_that_are_a_link_themselves_are_not_followed(here):
    _fill(here, "elsewhere/aaa")
    repository = here / "models--a--b"
    (repository / "snapshots/1").mkdir(parents=True)
    (repository / "blobs").symlink_to("../elsewhere")
    (repository / "snapshots/1/x").symlink_to("../../blobs/aaa")
    assert all(isinstance(item, LinkFound) for item in _walk("models--a--b"))


@posix
def test_a_file_replaced_since_it_was_listed_is_not_opened(here):
    _fill(here, "a.pt", "b.pt", "secret")
    first, second, _ = _walk(".")
    (here / "a.pt").unlink()
    (here / "a.pt").symlink_to("secret")
    (here / "b.pt").unlink()
    os.mkfifo("b.pt")
    for artifact in (first, second):
        with pytest.raises(OSError, match=r"."):
            artifact.open()


def test_a_file_cut_since_it_was_listed_is_not_opened(here):
    _fill(here, "a.pt")
    (artifact,) = _walk("a.pt")
    (here / "a.pt").write_bytes(b"a")
    with pytest.raises(OSError, match="cut from 4 to 1 bytes"):
        artifact.open()


def test_a_file_that_grows_is_read_to_the_size_it_was_listed_with(here):
    _fill(here, "a.pt")
    (artifact,) = _walk("a.pt")
    with (here / "a.pt").open("ab") as stream:
        stream.write(b"more" * 10_000)
    assert _content(artifact) == b"a.pt"


@posix
def test_a_folder_nested_deeper_than_paths_may_be_long_is_reported(here):
    current = os.open(".", os.O_RDONLY)
    for _ in range(30):
        os.mkdir("d" * 200, dir_fd=current)
        inner = os.open("d" * 200, os.O_RDONLY, dir_fd=current)
        os.close(current)
        current = inner
    os.close(current)
    try:
        found = _walk(".")
        assert [type(item) for item in found] == [Unreadable]
        assert "too long" in found[0].reason
    finally:
        _remove_deep(here)


def _remove_deep(root):
    """Remove the nest from its outer end: rename each inner folder up, so that no path gets too long."""
    name = "d" * 200
    while (root / name / name).exists():
        (root / name / name).rename(root / "next")
        (root / name).rmdir()
        (root / "next").rename(root / name)
    (root / name).rmdir()


def test_fifteen_hundred_nested_folders_are_walked_without_recursion(here):
    for _ in range(1500):
        os.mkdir("d")
        os.chdir("d")
    Path("a.pt").write_bytes(b"")
    os.chdir(here)
    try:
        assert _shown(_walk(".")) == ["d/" * 1500 + "a.pt"]
    finally:
        os.chdir("d/" * 1500)
        os.remove("a.pt")
        for _ in range(1500):
            os.chdir("..")
            os.rmdir("d")
