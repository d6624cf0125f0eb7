"""MXNet: symbols in JSON, and lists of arrays (.params, .nd)."""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.limits import Limits
from scanner.pattern import pattern

# src/ndarray/ndarray.cc: kMXAPINDArrayListMagic, then 8 reserved bytes that are zero.
PARAMS = b"\x12\x01" + bytes(14)

_SYMBOL = pattern(rb"\s*\{\s*\"nodes\"\s*:\s*\[\s*\{\s*\"(?:op|name|attrs?|param|inputs)\"\s*:")
_OBJECT = pattern(rb"\s*\{")
_KEYS = (b'"nodes"', b'"op"', b'"inputs"', b'"name"')
_ENDS = (b'"arg_nodes"', b'"heads"', b'"mxnet_version"')


def claims(head: bytes, path: str) -> bool:
    """The magic of an array list; a JSON object of nodes with operators, whatever comes first in it."""
    if head.startswith(PARAMS):
        return True
    if _OBJECT.match(head) is None or b'"nodes"' not in head:
        return False
    if _SYMBOL.match(head) and b'"op"' in head:
        return True
    named = any(key in head for key in _ENDS) or path.endswith("symbol.json")
    return named and all(key in head for key in _KEYS)


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield operators that leave the graph and the summary of a symbol; the table of an array list."""
    with artifact.open() as stream:
        listed = stream.read(len(PARAMS)) == PARAMS
    if listed:
        from scanner.formats.mxnet.params import facts
    else:
        from scanner.formats.mxnet.symbol import facts
    yield from facts(artifact, limits)


FORMAT = Format(
    name="mxnet",
    spec="https://github.com/apache/mxnet/blob/master/src/ndarray/ndarray.cc",
    claims=claims,
    read=read,
    opens=PARAMS[:1] + b"{\t\n\x0b\x0c\r ",
    holds=(PARAMS[:1], b'"nodes"'),
    reads="operators of symbols and of graphs inside them, custom and native ones with what they are given; array "
    "lists: types, shapes and names against the file",
    leaves="parameters of ordinary operators, numbers in arrays",
)
