"""A repository as git finds it, asked in a way that nothing in it can start a program.

Settings of a repository name programs: `core.fsmonitor`, filters, textconv, hooks, remotes that objects are fetched
from when they are missing. So the repository's own settings are never read where objects and the index are: git is
given an empty folder as its GIT_DIR, and the store of objects and the index beside it. Only the first question, where
those two lie, is asked of the repository itself; answering it reads neither. Its owner is git's to judge
(`safe.directory`), by the settings of the user and the system.
"""

import os
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

from scanner.text import printable
from scanner.usage import UsageError

EMPTY_TREE: Final = {
    "sha1": "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
    "sha256": "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
}
"""The tree without entries, which every store has (gitformat-pack, "hash-object -t tree /dev/null")."""

UNBORN: Final = "HEAD"
QUESTIONS: Final = (
    "--show-object-format", "--absolute-git-dir", "--git-common-dir", "--git-path", "index", "--git-path", "objects",
    "--show-prefix", UNBORN,
)  # fmt: skip
ANSWERS: Final = 7
UNREAD: Final = "git cannot read the index"
NOWHERE: Final = "there is no git repository to read here"
CALM: Final = {
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ALLOW_PROTOCOL": "none",
    "LC_ALL": "C",
}
"""No object is fetched or replaced by another, nothing is written and nobody is asked."""

SHARED_INDEX: Final = "sharedindex."
"""Starts the name of the part of a split index that lies beside it."""


class Repository(NamedTuple):
    """How git is asked: its path, its environment; and what it said: absolute paths, HEAD's commit or the empty tree.

    `prefix` leads from the top of the repository to the current folder: "" or "a/b/".
    """

    git: str
    environment: dict[str, str]
    common: str
    head: str
    empty: str
    prefix: str

    def ask(self, *arguments: str) -> bytes:
        """Return what a command of git prints. Raises `UsageError`."""
        done = subprocess.run([self.git, *arguments], capture_output=True, check=False, env=self.environment)  # noqa: S603
        if done.returncode:
            raise refused(UNREAD, done.stderr)
        return done.stdout


@contextmanager
def opened(folder: str) -> Iterator[Repository]:
    """Find the repository around a folder. Raises `UsageError`."""
    git = _program()
    objectformat, own, common, index, objects, prefix, head = _answers(git, folder)
    empty = EMPTY_TREE[objectformat]
    with tempfile.TemporaryDirectory(prefix="assay-") as private:
        _furnish(private, own, objectformat)
        outer = {name: text for name, text in os.environ.items() if not name.startswith("GIT_")}
        alternates = "GIT_ALTERNATE_OBJECT_DIRECTORIES"
        environment = {
            **outer,
            **CALM,
            **({alternates: os.environ[alternates]} if alternates in os.environ else {}),
            "GIT_DIR": private,
            "GIT_OBJECT_DIRECTORY": _joined(folder, objects),
            "GIT_INDEX_FILE": _joined(folder, index),
            "GIT_CONFIG_NOSYSTEM": "1",
            "HOME": private,
            "XDG_CONFIG_HOME": private,
        }
        yield Repository(git, environment, _joined(folder, common), empty if head == UNBORN else head, empty, prefix)


def _program() -> str:
    """Find git by an absolute path: what lies in the current folder is what is scanned."""
    for folder in os.get_exec_path():
        path = Path(folder, "git")
        if path.is_absolute() and path.is_file() and os.access(path, os.X_OK):
            return str(path)
    message = "there is no git on the PATH, and only git can read its index; install it, or scan the folder"
    raise UsageError(message)


def _answers(git: str, folder: str) -> Sequence[str]:
    asked = [git, "rev-parse", *QUESTIONS]
    done = subprocess.run(asked, capture_output=True, check=False, cwd=folder, env={**os.environ, **CALM})  # noqa: S603
    answers = os.fsdecode(done.stdout).split("\n")[:-1]
    unborn = answers[-1:] == [UNBORN]  # it has no commit yet: that is an error for git, and none here
    if (
        len(answers) != QUESTIONS.index("--show-prefix")
        or answers[0] not in EMPTY_TREE
        or (done.returncode and not unborn)
    ):
        raise refused(NOWHERE, done.stderr)
    return answers


def _furnish(private: str, own: str, objectformat: str) -> None:
    """Write what makes a folder a repository for git."""
    folder = Path(private)
    (folder / "refs").mkdir()
    (folder / "HEAD").write_text("ref: refs/heads/none\n", encoding="ascii")
    sha256 = "[core]\n\trepositoryformatversion = 1\n[extensions]\n\tobjectformat = sha256\n"
    (folder / "config").write_text("" if objectformat == "sha1" else sha256, encoding="ascii")
    for name in os.listdir(own):  # noqa: PTH208 - text paths keep what is no UTF-8
        if name.startswith(SHARED_INDEX):
            (folder / name).symlink_to(os.path.join(own, name))  # noqa: PTH118


def _joined(folder: str, path: str) -> str:
    return os.path.join(folder, path)  # noqa: PTH118 - text paths keep what is no UTF-8


def refused(what: str, said: bytes) -> UsageError:
    """Make one line of what git said on standard error."""
    lines = os.fsdecode(said).strip().splitlines() or ["it does not say why"]
    return UsageError(f"{what}: {printable(' '.join(lines[:3]), 400)}")
