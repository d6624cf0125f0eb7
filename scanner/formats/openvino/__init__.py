"""OpenVINO models: the graph in XML, whose weights lie in a `.bin` beside it; and lists of custom layers."""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.limits import Limits
from scanner.pattern import pattern

_ROOT = pattern(rb"<net\b[^>]{0,4000}\bversion\s*=|<CustomLayer\b|<!DOCTYPE\s+(?:net|CustomLayer)\b")
_BLANK = b" \t\r\n\xef\xbb\xbf\xff\xfe"


def claims(head: bytes, path: str) -> bool:
    """XML whose first element is a versioned `net` or a custom layer."""
    del path
    if b"<" not in head or head.lstrip(_BLANK + b"\0")[:1] != b"<":
        return False
    return _ROOT.search(head.replace(b"\0", b"")) is not None


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield the graph, what its weights need of the `.bin`, and native code that it asks for."""
    from scanner.formats.openvino.reading import facts

    yield from facts(artifact, limits)


FORMAT = Format(
    name="openvino",
    spec="https://docs.openvino.ai/2025/documentation/openvino-ir-format.html",
    claims=claims,
    read=read,
    opens=b"<\0" + _BLANK,
    reads="layers, shapes and ranges of the weights against the .bin, operators outside the operation sets, libraries "
    "and kernels, declarations ahead of the document, texts",
    leaves="whether the edges make a graph; the values of the weights",
)
