"""Single files at addresses of the web, read in ranges: `https://HOST/PATH` and `http://HOST/PATH`.

What stands behind "?" and before "@" of an address is sent and never shown: it may be a signature or a password.
"""

from collections.abc import Iterator, Sequence

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.sources import Keep

SCHEMES = ("https://", "http://")


def claims(target: str) -> bool:
    """Say whether a target is an address of the web."""
    return target[:8].lower().startswith(SCHEMES)


def walk(targets: Sequence[str], *, keep: Keep) -> Iterator[Artifact | Fact]:
    """Yield an artifact an address. Raises `UsageError` for one that answers with no file."""
    from scanner.sources.web.files import walk as walked

    yield from walked(targets, keep=keep)
