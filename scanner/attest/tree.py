"""What lies below a model: each file under the name it would be signed by, links and special files beside them.

Links are not followed, except those of a Hugging Face cache snapshot into the blobs of its own repository: such a
file counts as the regular file that it stands for.
"""

import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

from scanner.attest.errors import AttestError, Code
from scanner.record import record
from scanner.sources import snapshot
from scanner.text import printable
from scanner.usage import UsageError

Stamp = tuple[int, ...]
"""Device, inode, size, and the times of the last write and last change, in nanoseconds. The system sets the last."""


@record
class File:
    """A regular file: where it is, its size in bytes, and the stamp it had when it was listed."""

    path: str
    size: int
    stamp: Stamp


@record
class Tree:
    """A listed model. `single`: it is one file, named by its base name.

    `linked` and `special` name what is no file of the model: links, and sockets, devices or pipes.
    `folders` holds the stamps of all folders by name.
    """

    root: str
    single: bool
    files: Mapping[str, File]
    linked: tuple[str, ...] = ()
    special: tuple[str, ...] = ()
    folders: Mapping[str, Stamp]

    @property
    def sizes(self) -> dict[str, int]:
        """The size of each file by name."""
        return {name: file.size for name, file in self.files.items()}


def listing(model: Path) -> Tree:
    """List a folder to its last file, or one file.

    Raises `UsageError` where there is none, `AttestError` for a folder that cannot be read.
    """
    root = os.path.realpath(model)
    try:
        found = os.lstat(root)
    except OSError as error:
        message = f"{printable(str(model), 200)}: {error.strerror or error}"
        raise UsageError(message) from error
    if stat.S_ISREG(found.st_mode):
        file = File(path=root, size=found.st_size, stamp=_stamp(found))
        return Tree(root=root, single=True, files={model.absolute().name: file}, folders={})
    if not stat.S_ISDIR(found.st_mode):
        message = f"{printable(str(model), 200)}: neither a file nor a folder"
        raise UsageError(message)
    return _folder(root, found)


def _folder(root: str, found: os.stat_result) -> Tree:
    files: dict[str, File] = {}
    linked: list[str] = []
    special: list[str] = []
    folders = {"": _stamp(found)}
    pending = [""]
    while pending:
        for name, path, one in _entries(root, pending.pop()):
            if stat.S_ISDIR(one.st_mode):
                folders[name] = _stamp(one)
                pending.append(name)
            elif stat.S_ISREG(one.st_mode):
                files[name] = File(path=path, size=one.st_size, stamp=_stamp(one))
            elif stat.S_ISLNK(one.st_mode):
                blob = snapshot.blob(path, os.readlink(path))  # noqa: PTH115 - text paths keep what is no UTF-8
                if blob is None:
                    linked.append(name)
                else:
                    behind = os.lstat(blob)
                    files[name] = File(path=blob, size=behind.st_size, stamp=_stamp(one) + _stamp(behind))
            else:
                special.append(name)
    return Tree(
        root=root,
        single=False,
        files=dict(sorted(files.items())),
        linked=tuple(sorted(linked)),
        special=tuple(sorted(special)),
        folders=folders,
    )


def _entries(root: str, folder: str) -> Iterator[tuple[str, str, os.stat_result]]:
    """Yield name, path and state of all that lies in a folder."""
    prefix = f"{folder}/" if folder else ""
    try:
        with os.scandir(os.path.join(root, folder)) as held:  # noqa: PTH118 - text paths keep what is no UTF-8
            for one in held:
                yield prefix + one.name, one.path, one.stat(follow_symlinks=False)
    except OSError as error:
        reason = f"{printable(folder or root, 200)}: {error.strerror or error}"
        raise AttestError(Code.FILE_UNREADABLE, reason) from error


def _stamp(found: os.stat_result) -> Stamp:
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


def check_unchanged(before: Tree, model: Path) -> None:
    """List once more: nothing was written, added, removed or exchanged since. Raises `AttestError`.

    An exchange and its undoing are noticed too: each sets the time of the last change, which no program can choose.
    """
    after = listing(model)
    if (before.files, before.folders, before.linked) == (after.files, after.folders, after.linked):
        return
    names = [name for name in {**before.files, **after.files} if before.files.get(name) != after.files.get(name)]
    what = printable(names[0], 200) if names else "a folder"
    raise AttestError(Code.CHANGED_WHILE_READ, f"{what}: changed while it was read")
