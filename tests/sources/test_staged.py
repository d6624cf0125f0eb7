"""What is staged is read as it would be committed, and nothing of the repository runs for it."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import scanner
from scanner import cli, sources
from scanner.artifact import Artifact
from scanner.facts import Excluded, LinkFound, Unreadable
from scanner.sources.staged import objects
from scanner.usage import UsageError
from tests.builders import gguf
from tests.builders.pickles import system

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")

EVERY_HOOK = ("fsmonitor", "post-index-change", "pre-commit", "reference-transaction", "post-checkout")


@pytest.fixture(autouse=True)
def _own_settings(monkeypatch, tmp_path):
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    (tmp_path / "home").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    git("config", "--global", "user.email", "a@example.com")
    git("config", "--global", "user.name", "A")
    git("config", "--global", "protocol.file.allow", "always")


@pytest.fixture(autouse=True)
def here(_own_settings, tmp_path, monkeypatch):
    return _repository(tmp_path / "repository", monkeypatch)


def _repository(folder, monkeypatch, *options):
    folder.mkdir()
    monkeypatch.chdir(folder)
    git("init", "-q", *options)
    return folder


def git(*arguments, **more):
    return subprocess.run(["git", *arguments], check=True, capture_output=True, **more).stdout


def stage(**files):
    """Write and add files; "/" may be written as "__"."""
    for name, content in files.items():
        path = Path(name.replace("__", "/"))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        git("add", "-f", str(path))


def walked(*targets, keep=lambda _: None):
    return list(sources.walk(targets or ["staged:"], keep=keep))


def contents(*targets):
    found = {}
    for one in walked(*targets):
        with one.open() as stream:
            found[one.path] = stream.read()
        assert len(found[one.path]) == one.size
    return found


def test_only_what_differs_from_the_last_commit_is_staged():
    stage(old=b"1", changed=b"1", gone=b"1")
    git("commit", "-qm", "1")
    stage(changed=b"2", new=b"3")
    git("rm", "-q", "gone")
    assert contents("staged:") == {"changed": b"2", "new": b"3"}
    assert contents("index:") == {"changed": b"2", "new": b"3", "old": b"1"}


def test_before_the_first_commit_everything_is_staged():
    stage(a=b"1", sub__b=b"2")
    assert contents("staged:") == contents("index:") == {"a": b"1", "sub/b": b"2"}


def test_the_folder_does_not_count(here):
    stage(a=b"staged")
    (here / "a").write_bytes(b"changed since")
    (here / "b").write_bytes(b"never added")
    git("add", "--intent-to-add", "b")
    assert contents() == {"a": b"staged"}
    assert contents("index:") == {"a": b"staged"}
    (here / "a").unlink()
    assert contents() == {"a": b"staged"}


def test_nothing_staged_is_nothing():
    assert walked() == []
    assert scanner.scan("staged:").verdict == "pass"


def test_paths_count_from_this_folder_and_are_shown_from_the_top(monkeypatch):
    stage(a=b"1", sub__b=b"2", sub__deep__c=b"3", subs__d=b"4")
    monkeypatch.chdir("sub")
    assert set(contents("index:deep")) == {"sub/deep/c"}
    assert set(contents("index:.")) == {"sub/b", "sub/deep/c"}
    assert set(contents("index:b", "index:../a")) == {"sub/b", "a"}
    assert set(contents("staged:", "index:b")) == {"a", "sub/b", "sub/deep/c", "subs/d"}


@pytest.mark.parametrize("path", ["nothing", "su", "../other", "a/b"])
def test_a_path_that_the_index_has_not_is_one_line(path):
    stage(a=b"1", sub__b=b"2")
    with pytest.raises(UsageError, match="git's index has nothing there"):
        walked(f"index:{path}")


def test_an_index_without_files_is_one_line():
    with pytest.raises(UsageError, match="the index"):
        walked("index:")


def test_a_scan_says_the_same_of_the_index_as_of_the_folder(here):
    stage(m__a=system(), m__config=b'{"auto_map": {"AutoModel": "x.Y"}}', m__w=gguf.gguf(), z=b"x" * 300_000)
    (here / "m" / "link").symlink_to("../../outside")
    git("add", "m/link")
    (here / ".git").rename(here.parent / "moved")
    folder = scanner.scan(".")
    (here.parent / "moved").rename(here / ".git")
    index = scanner.scan("index:")
    assert folder.verdict == index.verdict == "fail"
    assert [finding.fingerprint for finding in folder.findings] == [finding.fingerprint for finding in index.findings]
    assert folder.examined == index.examined


def test_files_come_in_the_order_of_a_walk(here):
    stage(**{"a.b": b"", "a__b": b"", "a-": b"", "a__c__d": b""})
    paths = [one.path for one in walked()]
    (here / ".git").rename(here.parent / "moved")
    assert paths == [one.path for one in walked(".")]


def test_a_folder_that_is_left_out_is_told_once():
    stage(models__a=b"1", models__b=b"2", other=b"3")
    found = walked("index:", keep=lambda path: "models/" if path == "models/" else None)
    assert [(type(one), one.where.path if isinstance(one, Excluded) else one.path) for one in found] == [
        (Excluded, "models"),
        (Artifact, "other"),
    ]


@pytest.mark.parametrize(
    "name", ["new\nline", "quote\"'", "tab\t", " ", "*", "-x", ":(top)a", "ünïcode", "\udcff\udc80"]
)
def test_any_name_is_shown_as_it_is(here, name):
    (here / name).write_bytes(b"1")
    git("add", "-A")
    assert contents() == {name: b"1"}
    assert contents(f"index:{name}") == {name: b"1"}


def test_a_link_is_told_and_not_followed(here):
    stage(sub__a=b"1")
    targets = {"in": "sub/a", "sub/up": "../in", "out": "../x", "sub/far": "../../x", "root": "/etc/passwd"}
    for name, target in targets.items():
        (here / name).symlink_to(target)
    git("add", "-A")
    links = {one.where.path: one for one in walked() if isinstance(one, LinkFound)}
    assert {path: link.target for path, link in links.items()} == targets
    assert {path for path, link in links.items() if link.escapes} == {"out", "sub/far", "root"}


def test_a_link_longer_than_any_system_makes_is_told():
    name = git("hash-object", "-w", "--stdin", input=b"a/" * 3000).decode().strip()
    git("update-index", "--add", "--cacheinfo", f"120000,{name},link")
    assert isinstance(walked()[0], Unreadable)


def test_a_submodule_is_told(here, tmp_path, monkeypatch):
    _repository(tmp_path / "other", monkeypatch)
    stage(a=b"1")
    git("commit", "-qm", "1")
    monkeypatch.chdir(here)
    git("submodule", "--quiet", "add", str(tmp_path / "other"), "sub")
    git("config", "-f", ".gitmodules", "submodule.sub.ignore", "all")
    git("config", "diff.ignoreSubmodules", "all")
    git("add", "-A")
    found = {one.where.path: one for one in walked() if isinstance(one, Excluded)}
    assert list(found) == ["sub"]
    assert "submodule" in found["sub"].pattern


def test_both_sides_of_a_conflict_are_read():
    stage(models__a=b"base")
    git("commit", "-qm", "1")
    git("checkout", "-qb", "other")
    stage(models__a=b"theirs")
    git("commit", "-qm", "2")
    git("checkout", "-q", "-")
    stage(models__a=b"ours")
    git("commit", "-qm", "3")
    subprocess.run(["git", "merge", "-q", "other"], check=False, capture_output=True)
    assert contents() == {":2:models/a": b"ours", ":3:models/a": b"theirs"}
    assert set(contents("index:models")) == {":2:models/a", ":3:models/a"}


def test_a_repository_of_sha256_is_read(tmp_path, monkeypatch):
    _repository(tmp_path / "newer", monkeypatch, "--object-format=sha256")
    stage(a=b"1")
    assert contents() == {"a": b"1"}
    git("commit", "-qm", "1")
    stage(b=b"2")
    assert contents() == {"b": b"2"}


def test_a_linked_worktree_has_its_own_index(tmp_path, monkeypatch):
    stage(a=b"1")
    git("commit", "-qm", "1")
    git("worktree", "add", "-q", str(tmp_path / "tree"))
    monkeypatch.chdir(tmp_path / "tree")
    stage(b=b"2")
    assert contents() == {"b": b"2"}
    assert set(contents("index:")) == {"a", "b"}


@pytest.mark.parametrize("setting", ["core.splitIndex", "feature.manyFiles"])
def test_an_index_in_another_shape_is_read(setting):
    git("config", setting, "true")
    stage(a=b"1")
    git("commit", "-qm", "1")
    git("update-index", "--split-index" if "split" in setting else "--refresh")
    stage(b=b"2")
    assert contents() == {"b": b"2"}


def test_a_sparse_index_is_read_to_its_last_file():
    stage(a=b"1", sub__b=b"2", far__c=b"3")
    git("commit", "-qm", "1")
    git("sparse-checkout", "set", "--cone", "--sparse-index", "sub")
    stage(sub__b=b"4")
    assert contents() == {"sub/b": b"4"}
    assert set(contents("index:")) == {"a", "sub/b", "far/c"}


@pytest.mark.parametrize("arguments", [("a",), ("-a",), ("-o", "a")])
def test_a_hook_reads_what_its_commit_will_hold(here, arguments):
    stage(a=b"1", b=b"1")
    git("commit", "-qm", "1")
    (here / "a").write_bytes(b"2")
    stage(b=b"2")
    hook = here / ".git" / "hooks" / "pre-commit"
    listed = here / ".git" / "hooks" / "list"
    code = "from scanner import sources; print(*[one.path for one in sources.walk(['staged:'], keep=lambda _: None)])"
    hook.write_text(f'#!/bin/sh\nPYTHONPATH={Path(__file__).parents[2]} {sys.executable} -c "{code}" > {listed}\n')
    hook.chmod(0o755)
    git("commit", "-qm", "2", *arguments)
    assert listed.read_text().split() == git("diff", "--name-only", "HEAD~", "HEAD").decode().split()


def test_a_bare_repository_and_one_named_by_git_are_read(here, tmp_path, monkeypatch):
    stage(a=b"1")
    monkeypatch.setenv("GIT_DIR", str(here / ".git"))
    monkeypatch.chdir(tmp_path)
    assert contents() == {"a": b"1"}
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "none"))
    assert contents() == {}


def test_what_differs_only_in_its_mode_is_read_again():
    stage(a=b"1")
    git("commit", "-qm", "1")
    git("update-index", "--chmod=+x", "a")
    assert contents() == {"a": b"1"}


def test_a_large_object_is_read_to_its_end(monkeypatch):
    monkeypatch.setattr(objects, "HELD_NBYTES", 1000)
    monkeypatch.setattr(objects, "CHUNK_NBYTES", 777)
    content = os.urandom(5000)
    stage(large=content, small=b"1", twin=content, empty=b"")
    assert contents() == {"large": content, "small": b"1", "twin": content, "empty": b""}


def test_more_than_is_taken_is_one_line(monkeypatch):
    monkeypatch.setattr(objects, "STAGED_NBYTES", 3)
    stage(a=b"1", b=b"22", c=b"3")
    with pytest.raises(UsageError, match="are staged; name some"):
        walked()


def test_an_object_that_is_not_there_is_told_and_others_are_read(here):
    stage(a=b"1", b=b"2")
    name = git("rev-parse", ":a").decode().strip()
    (here / ".git" / "objects" / name[:2] / name[2:]).unlink()
    missing, there = walked()
    assert isinstance(missing, Unreadable)
    assert there.path == "b"
    assert scanner.scan("staged:").verdict == "incomplete"


def test_an_object_that_is_broken_is_told_and_others_are_read(here):
    stage(a=os.urandom(5000), b=b"2")
    name = git("rev-parse", ":a").decode().strip()
    file = here / ".git" / "objects" / name[:2] / name[2:]
    file.chmod(0o600)
    file.write_bytes(file.read_bytes()[:1000])
    broken, there = walked()
    assert isinstance(broken, Unreadable)
    assert there.path == "b"


def test_an_entry_that_names_no_file_is_told():
    stage(a=b"1")
    tree = git("write-tree").decode().strip()
    git("update-index", "--add", "--cacheinfo", f"100644,{tree},b")
    assert [type(one) for one in walked()] == [Artifact, Unreadable]


def test_an_index_that_is_broken_is_one_line(here):
    stage(a=b"1")
    (here / ".git" / "index").write_bytes(b"DIRC" + bytes(40))
    with pytest.raises(UsageError, match="git cannot read the index: "):
        walked()


def test_no_repository_is_one_line(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(UsageError, match="not a git repository"):
        walked()


@pytest.mark.parametrize("path", ["", ".", "/nowhere"])
def test_no_git_is_one_line_and_one_in_the_folder_is_none(here, monkeypatch, path):
    (here / "git").write_text("#!/bin/sh\necho ran > ran\n")
    (here / "git").chmod(0o755)
    monkeypatch.setenv("PATH", path)
    with pytest.raises(UsageError, match="no git on the PATH"):
        walked()
    assert not (here / "ran").exists()


def test_what_the_repository_configures_never_runs(here, tmp_path):
    stage(a=b"1", **{".gitattributes": b"* filter=evil diff=evil merge=evil\n"})
    git("commit", "-qm", "1")
    stage(a=b"2")
    ran = tmp_path / "ran"
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\necho $0 >> {ran}\n")
    program.chmod(0o755)
    for name in EVERY_HOOK:
        shutil.copy(program, here / ".git" / "hooks" / name)
    settings = [
        "core.fsmonitor", "core.pager", "core.editor", "core.sshCommand", "core.gitProxy", "core.askPass",
        "pager.cat-file", "core.alternateRefsCommand", "diff.external", "diff.evil.command", "diff.evil.textconv",
        "filter.evil.clean",
        "filter.evil.smudge", "filter.evil.process", "merge.evil.driver", "credential.helper", "gpg.program",
        "remote.origin.uploadpack", "remote.origin.vcs", "alias.cat-file", "alias.diff-index", "alias.rev-parse",
        "interactive.diffFilter", "uploadpack.packObjectsHook", "trace2.normalTarget",
    ]  # fmt: skip
    for setting in settings:
        git("config", setting, f"!{program}" if setting.startswith("alias.") else str(program))
    git("config", "core.hooksPath", str(here / ".git" / "hooks"))
    ran.unlink(missing_ok=True)
    assert contents() == {"a": b"2"}
    assert contents("index:")["a"] == b"2"
    assert not ran.exists()
    subprocess.run(["git", "diff"], check=False, capture_output=True)
    assert ran.exists()  # git itself would have


@pytest.mark.parametrize("address", ["ext::{program}", "file://{elsewhere}", "{elsewhere}"])
def test_an_object_that_a_remote_promises_is_not_fetched(here, tmp_path, address):
    stage(a=b"1")
    ran, program = tmp_path / "ran", tmp_path / "program"
    program.write_text(f"#!/bin/sh\necho x >> {ran}\n")
    program.chmod(0o755)
    git("init", "-q", str(tmp_path / "elsewhere"))
    name = git("rev-parse", ":a").decode().strip()
    (here / ".git" / "objects" / name[:2] / name[2:]).unlink()
    settings = {
        "core.repositoryformatversion": "1",
        "extensions.partialClone": "origin",
        "remote.origin.promisor": "true",
        "remote.origin.url": address.format(program=program, elsewhere=tmp_path / "elsewhere"),
        "remote.origin.uploadpack": str(program),
        "protocol.allow": "always",
    }
    for setting, value in settings.items():
        git("config", setting, value)
    assert [type(one) for one in walked()] == [Unreadable]
    assert not ran.exists()
    subprocess.run(["git", "cat-file", "-p", name], check=False, capture_output=True)
    assert ran.exists()  # git itself would have


def test_an_object_that_another_replaces_is_the_one_that_is_staged():
    stage(a=b"hostile")
    name = git("rev-parse", ":a").decode().strip()
    git("replace", name, git("hash-object", "-w", "--stdin", input=b"benign").decode().strip())
    assert git("cat-file", "-p", name) == b"benign"
    assert contents() == {"a": b"hostile"}


def test_ends_of_lines_and_encodings_are_not_changed():
    stage(**{".gitattributes": b"a text eol=crlf working-tree-encoding=UTF-16\n"})
    name = git("hash-object", "-w", "--stdin", input=b"a\n").decode().strip()
    git("update-index", "--add", "--cacheinfo", f"100644,{name},a")
    assert contents()["a"] == b"a\n"


def test_a_repository_of_somebody_else_is_for_its_user_to_trust(here, monkeypatch):
    stage(a=b"1")
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    with pytest.raises(UsageError, match="dubious ownership"):
        walked()
    git("config", "--global", "safe.directory", str(here))
    assert contents() == {"a": b"1"}


def test_nothing_is_written_to_the_repository(here, tmp_path, monkeypatch):
    stage(a=b"1" * 400_000)
    monkeypatch.setenv("TMPDIR", str(tmp_path / "home"))
    monkeypatch.setattr("tempfile.tempdir", None)
    before = {path: path.stat().st_mtime_ns for path in here.rglob("*")}
    contents()
    assert {path: path.stat().st_mtime_ns for path in here.rglob("*")} == before
    assert [path.name for path in (tmp_path / "home").iterdir()] == [".gitconfig"]


POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize {}\n"


def _pointer(here, content, *, stored=None, size=None):
    digest = hashlib.sha256(content).hexdigest()
    if stored is not None:
        place = here / ".git" / "lfs" / "objects" / digest[:2] / digest[2:4]
        place.mkdir(parents=True)
        (place / digest).write_bytes(stored)
    return POINTER.format(digest, len(content) if size is None else size).encode()


def test_a_pointer_of_lfs_stands_for_its_object(here):
    content = system()
    stage(**{"a.pkl": _pointer(here, content, stored=content)})
    assert contents() == {"a.pkl": content}
    report = scanner.scan("staged:")
    assert report.verdict == "fail"
    assert report.examined[0].sha256 == hashlib.sha256(content).hexdigest()


def test_a_linked_worktree_finds_the_objects_of_lfs(here, tmp_path, monkeypatch):
    stage(a=b"1")
    git("commit", "-qm", "1")
    git("worktree", "add", "-q", str(tmp_path / "tree"))
    monkeypatch.chdir(tmp_path / "tree")
    stage(b=_pointer(here, b"content", stored=b"content"))
    assert contents() == {"b": b"content"}


@pytest.mark.parametrize("stored", [None, b"", b"longer than it says"])
def test_a_pointer_whose_object_is_not_here_is_told(here, stored):
    pointer = _pointer(here, b"content", stored=stored)
    stage(**{"a.safetensors": pointer})
    assert contents() == {"a.safetensors": pointer}
    assert [one.rule for one in scanner.scan("staged:").findings] == ["pointer-in-place-of-weights"]


def test_an_object_of_lfs_that_is_not_its_digest_fails(here):
    stage(**{"a.pkl": _pointer(here, b"\x80\x04N.", stored=b"\x80\x04K.")})
    assert scanner.scan("staged:").verdict == "fail"


def test_a_policy_of_the_repository_is_not_used_unless_it_is_named(capsys):
    stage(**{"a.pkl": system(), "assay.toml": b'exclude = ["**"]\n'})
    assert cli.main(["scan", "staged:"]) == 1
    assert "is not used" in capsys.readouterr().err
    assert cli.main(["scan", "staged:", "--policy", "assay.toml"]) == 0


def test_the_index_is_scanned_alone():
    stage(a=b"1")
    with pytest.raises(UsageError, match="scanned alone"):
        walked("staged:", ".")
