"""Images and artifacts of a registry: `oci://HOST[:PORT]/REPOSITORY[:TAG|@DIGEST]`, layers read in ranges.

https://github.com/opencontainers/distribution-spec/blob/main/spec.md
"""

from collections.abc import Iterator, Sequence

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.sources import Keep

SCHEME = "oci://"


def claims(target: str) -> bool:
    """Say whether a target is in a registry."""
    return target.startswith(SCHEME)


def walk(targets: Sequence[str], *, keep: Keep) -> Iterator[Artifact | Fact]:
    """Yield manifests and all that they name. Raises `UsageError` for what the registry does not give."""
    from scanner.sources.oci.walking import walk as walked

    yield from walked(targets, keep=keep)
