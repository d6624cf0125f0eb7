"""Names of artifacts inside artifacts: which file a place lies in."""

from collections.abc import Container

SEPARATOR = "!"

_TRIES = 64
"""Separators looked at in one path; a hostile member name may hold thousands."""


def file_of(path: str, files: Container[str]) -> str:
    """Find the file of the source that a place lies in: the shortest of `files` that `path` goes on from.

    "a.pt!archive/data.pkl" lies in "a.pt". A file's own name may have the separator in it.
    Where none of `files` fits, the part before the first separator.
    """
    if path in files:
        return path
    at = -1
    for _ in range(_TRIES):
        at = path.find(SEPARATOR, at + 1)
        if at < 0:
            break
        if path[:at] in files:
            return path[:at]
    return path.partition(SEPARATOR)[0]


def beside(path: str, name: str) -> str:
    """Name a file in the folder of another, inside a container as well."""
    end = max(path.rfind("/"), path.rfind(SEPARATOR)) + 1
    return path[:end] + name.removeprefix("./")
