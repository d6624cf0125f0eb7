"""What a result depends on, as text: the content of a file, and the program that read it."""

import hashlib
import os
import platform
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from scanner.artifact import Artifact
from scanner.limits import DEFAULT
from scanner.version import VERSION

if TYPE_CHECKING:
    from io import BufferedReader

CONTENT: Final = "sha256:"
PLACE: Final = "file:"
"""Starts the identity of a file too large to digest each time: its device, number, size and times.

The time of the last change of an inode (`ctime`) cannot be set back without the rights to set the clock.
"""

DISTRIBUTIONS: Final = (".dist-info", ".egg-info")


def of(artifact: Artifact) -> str:
    """Identify the bytes of a file; "" where they cannot be, or are not read without cost."""
    if artifact.remote:
        return ""
    try:
        with artifact.open() as stream:
            if artifact.size <= DEFAULT.hashed_nbytes:
                return CONTENT + hashlib.file_digest(cast("BufferedReader", stream), "sha256").hexdigest()
            found = os.fstat(stream.fileno())
    except OSError:  # which a stream in memory raises too, when asked for its number
        return ""
    return f"{PLACE}{found.st_dev}:{found.st_ino}:{found.st_size}:{found.st_mtime_ns}:{found.st_ctime_ns}"


def key(*parts: str) -> str:
    """Digest texts so that no two lists of them have one key."""
    total = hashlib.sha256()
    for part in parts:
        content = part.encode("utf-8", "surrogatepass")
        total.update(len(content).to_bytes(8, "big") + content)
    return total.hexdigest()


@cache
def program() -> str:
    """Identify the program: its version, its files, the interpreter, and all libraries that can be imported."""
    system = (VERSION, sys.version, platform.machine(), *_sources(Path(__file__).parent.parent), *_libraries())
    return key(*system)


def _sources(root: Path) -> Iterator[str]:
    """Name our own files with their sizes and times: while they are worked on, the version stays."""
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        for name in sorted(files):
            found = os.stat(os.path.join(folder, name))  # noqa: PTH116, PTH118 - a thousand files at each start
            yield f"{folder}/{name}:{found.st_size}:{found.st_mtime_ns}"


def _libraries() -> Iterator[str]:
    for folder in dict.fromkeys(sys.path):
        try:
            names = sorted(os.listdir(folder or "."))  # noqa: PTH208 - names only
        except OSError:
            continue
        yield from (f"{folder}/{name}" for name in names if name.endswith(DISTRIBUTIONS))
