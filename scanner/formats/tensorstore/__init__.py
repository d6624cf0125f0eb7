"""TensorStore specifications in JSON: which driver takes an array from where."""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.limits import Limits

_BLANK = b" \t\r\n"


def claims(head: bytes, path: str) -> bool:  # noqa: ARG001 - decided by content
    """A JSON document that names a driver and a key-value store."""
    return head.lstrip(_BLANK)[:1] in (b"{", b"[") and b'"kvstore"' in head and b'"driver"' in head


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield one fact for each place that arrays are taken from."""
    from scanner.formats.tensorstore.reading import facts

    yield from facts(artifact, limits)


FORMAT = Format(
    name="tensorstore",
    spec="https://google.github.io/tensorstore/spec.html",
    claims=claims,
    read=read,
    opens=b"{[" + _BLANK,
    holds=(b'"kvstore"',),
    reads="drivers, paths and addresses at any depth of a document",
    leaves="contexts, credentials, what a remote store holds",
)
