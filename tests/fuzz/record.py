"""Keep what the tests of formats read as a corpus to start from: every reader's inputs, members included.

python -m tests.fuzz.record DIR [PYTEST ARGUMENT …]
"""

import hashlib
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format, MalformedError
from scanner.formats import discover
from scanner.limits import Limits
from tests.fuzz.seeds import PLAIN, SEED_NBYTES, names

MOST = 3000
"""Inputs kept for one format: properties are tested on many that are much alike."""


def main() -> int:
    """Run tests with every reader recorded; return pytest's exit status."""
    folder = Path(sys.argv[1])
    for one in discover():
        object.__setattr__(one, "read", _recording(one, one.read, folder / one.name))
    return pytest.main(sys.argv[2:] or ["-q", "-p", "no:cacheprovider", "tests/formats"])


def _recording(one: Format, read: Callable[[Artifact, Limits], Iterator[Fact | Artifact]], folder: Path) -> object:
    files = names(one)
    folder.mkdir(parents=True, exist_ok=True)
    kept: set[str] = set()

    def recorded(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
        if artifact.size <= SEED_NBYTES and len(kept) < MOST:
            with suppress(MalformedError, OSError):
                keep(artifact)
        return read(artifact, limits)

    def keep(artifact: Artifact) -> None:
        with artifact.open() as stream:
            content = stream.read(SEED_NBYTES)
        number = next((number for number, file in enumerate(files) if artifact.path.endswith(file.lstrip(PLAIN))), 0)
        data = content + bytes((number,))
        digest = hashlib.sha256(data).hexdigest()[:16]
        if digest not in kept:
            kept.add(digest)
            (folder / digest).write_bytes(data)

    return recorded


if __name__ == "__main__":
    sys.exit(main())
