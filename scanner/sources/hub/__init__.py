"""Repositories of the Hugging Face Hub: `hf://[datasets/|spaces/]NAMESPACE/NAME[@REVISION][/PATH]`.

Files are read in ranges: headers, small files, pickles inside archives; weights stay where they are. `hf+full://` (the
option --full) downloads into the Hub's own cache instead and reads that; so does offline mode, without the download.
"""

from collections.abc import Iterator, Sequence

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.sources import Keep

SCHEME = "hf://"
FULL = "hf+full://"


def claims(target: str) -> bool:
    """Say whether a target is an address of the Hub."""
    return target.startswith((SCHEME, FULL))


def walk(targets: Sequence[str], *, keep: Keep) -> Iterator[Artifact | Fact]:
    """Yield an artifact a file, and what the Hub itself says of repository and files. Raises `UsageError`."""
    from scanner.sources.hub import walking

    return walking.walk(targets, keep=keep)


def full(target: str) -> str:
    """Address the same, to be downloaded as a whole."""
    return FULL + target.removeprefix(SCHEME) if target.startswith(SCHEME) else target
