"""The hooks as pre-commit and prek run them, in a repository of their own.

By default they run the program that is installed here; with ASSAY_TEST_INSTALL=1 the runners install this tree, which
needs the network and minutes.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.builders.pickles import system

ROOT = Path(__file__).parent.parent
MANIFEST = ".pre-commit-hooks.yaml"
INSTALL = os.environ.get("ASSAY_TEST_INSTALL") == "1"
RUNNERS = ("pre-commit", "prek")
BENIGN = b"\x80\x04N."

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def _found(runner):
    return shutil.which(runner, path=os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]))


@pytest.fixture(params=RUNNERS)
def runner(request):
    found = _found(request.param)
    if found is None:
        pytest.skip(f"{request.param} is not installed")
    return found


@pytest.fixture
def program(tmp_path):
    """Put the program under test on the PATH, as an installed hook would have it."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "assay").write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -m scanner "$@"\n')
    (folder / "assay").chmod(0o755)
    return folder


@pytest.fixture(autouse=True)
def _own_settings(tmp_path, monkeypatch):
    for name in [name for name in os.environ if name.startswith(("GIT_", "PRE_COMMIT", "PREK"))]:
        monkeypatch.delenv(name)
    (tmp_path / "home").mkdir()
    for name in ("HOME", "XDG_CACHE_HOME", "PRE_COMMIT_HOME", "PREK_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    git("config", "--global", "user.email", "a@example.com")
    git("config", "--global", "user.name", "A")
    git("config", "--global", "protocol.file.allow", "always")


def git(*arguments, folder=None, check=True):
    done = subprocess.run(["git", *arguments], cwd=folder, check=False, capture_output=True, text=True)
    if check and done.returncode:
        raise AssertionError(done.stderr)
    return done


@pytest.fixture
def hooks(tmp_path):
    """Commit the hooks as a repository that configurations can name; return it and its revision."""
    folder = tmp_path / "hooks"
    left_out = shutil.ignore_patterns(".git", "__pycache__", ".*_cache", ".hypothesis", "tests", "dist", ".venv*")
    if INSTALL:
        shutil.copytree(ROOT, folder, ignore=left_out)
    else:
        folder.mkdir()
        shutil.copy(ROOT / MANIFEST, folder)
    git("init", "-q", folder=folder)
    git("add", "-A", folder=folder)
    git("commit", "-qm", "1", folder=folder)
    return folder, git("rev-parse", "HEAD", folder=folder).stdout.strip()


@pytest.fixture
def here(tmp_path, hooks, program, runner, monkeypatch):
    """Make a repository whose commits run the hook, and stand in it."""
    folder = tmp_path / "repository"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("PATH", f"{program}{os.pathsep}{os.environ['PATH']}")
    git("init", "-q")
    _configure(hooks, "assay-scan")
    git("add", "-A")
    git("commit", "-qm", "0")
    subprocess.run([runner, "install"], check=True, capture_output=True)
    return folder


def _configure(hooks, hook, args=None):
    source, revision = hooks
    language = "" if INSTALL else "\n        language: system"
    given = "" if args is None else f"\n        args: {args}"
    text = f"repos:\n  - repo: {source}\n    rev: {revision}\n    hooks:\n      - id: {hook}{language}{given}\n"
    Path(".pre-commit-config.yaml").write_text(text)


def commit(*names):
    git("add", "-f", "--", *names)
    return git("commit", "-m", "x", check=False)


def test_a_commit_that_would_run_something_is_refused(here):
    (here / "model.pkl").write_bytes(system())
    done = commit("model.pkl")
    assert done.returncode
    assert "pickle-starts-process" in done.stdout + done.stderr


def test_a_commit_of_benign_files_is_made(here):
    (here / "sub").mkdir()
    (here / "model.pkl").write_bytes(BENIGN)
    (here / "sub" / "ünïcode name.json").write_text("{}")
    done = commit("model.pkl", "sub")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Passed" in done.stdout + done.stderr


def test_what_is_staged_counts_and_not_the_folder(here):
    (here / "model.pkl").write_bytes(BENIGN)
    git("add", "model.pkl")
    (here / "model.pkl").write_bytes(system())
    assert git("commit", "-m", "x", check=False).returncode == 0
    git("add", "model.pkl")
    (here / "model.pkl").write_bytes(BENIGN)
    assert git("commit", "-m", "y", check=False).returncode


@pytest.mark.parametrize("name", ["--fail-at=critical", "-q", "--help", "--policy=x.toml"])
def test_a_name_that_looks_like_an_option_is_a_name(here, name):
    (here / name).write_bytes(system())
    done = commit(name)
    assert done.returncode
    assert "pickle-starts-process" in done.stdout + done.stderr


def test_a_link_that_leads_out_is_told(here, hooks):
    _configure(hooks, "assay-scan", '["--fail-at", "medium", "--"]')
    git("add", "-A")
    git("commit", "-qm", "1", "--no-verify")
    (here / "link").symlink_to("/etc/passwd")
    done = commit("link")
    assert done.returncode
    assert "link-not-followed" in done.stdout + done.stderr


def test_a_run_over_all_files_reads_those_that_did_not_change(here, runner):
    (here / "model.pkl").write_bytes(system())
    git("add", "-A")
    git("commit", "-qm", "1", "--no-verify")
    done = subprocess.run([runner, "run", "--all-files"], check=False, capture_output=True, text=True)
    assert done.returncode
    assert "pickle-starts-process" in done.stdout


def test_a_commit_of_a_changed_model_is_refused_by_verify(here, hooks, program):
    model = here / "model"
    model.mkdir()
    (model / "model.pkl").write_bytes(BENIGN)
    assay = str(program / "assay")
    subprocess.run([assay, "keygen", "release", "--no-passphrase"], check=False, capture_output=True)
    made = subprocess.run([assay, "sign", "model", "--key", "release.pem"], check=False, capture_output=True, text=True)
    assert made.returncode == 0, made.stdout + made.stderr
    (here / "release.pem").unlink()
    _configure(hooks, "assay-verify", '["model", "--key", "release.pub"]')
    done = commit(".")
    assert done.returncode == 0, done.stdout + done.stderr
    (model / "model.pkl").write_bytes(BENIGN + b"x")
    assert commit(".").returncode
