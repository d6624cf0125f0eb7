"""The schema of a skops file: `schema.json` in a zip, the tree of nodes that its loader builds."""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.limits import Limits
from scanner.pattern import pattern

_LOADER = pattern(rb'"__loader__"\s*:\s*"')


def claims(head: bytes, path: str) -> bool:
    """A JSON object with a loader, or a member of the name that skops opens."""
    return path.endswith("!schema.json") or (head.lstrip()[:1] == b"{" and _LOADER.search(head) is not None)


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield the names that loading imports. Raises `MalformedError` where the schema is no JSON."""
    from scanner.formats.skops.schema import facts

    yield from facts(artifact, limits)


FORMAT = Format(
    name="skops",
    spec="https://skops.readthedocs.io/en/stable/persistence.html",
    claims=claims,
    read=read,
    opens=b"{\t\n\x0b\x0c\r ",
    holds=(b'"__loader__"',),
    named=("!schema.json",),
    reads="every node of schema.json: loaders, classes, functions, methods and operators they name",
    leaves="whether an object's state fits its class",
)
