"""The folders that a file lies in, containers among them."""

from collections.abc import Iterator

DEPTH = 64
"""Folders that are looked at, from the innermost: a hostile name may hold thousands."""


def above(path: str) -> Iterator[str]:
    """Yield the folders of a path, the innermost first, each with its separator, and "" last."""
    end = len(path)
    for _ in range(DEPTH):
        end = max(path.rfind("/", 0, end), path.rfind("!", 0, end))
        if end < 0:
            break
        yield path[: end + 1]
    yield ""
