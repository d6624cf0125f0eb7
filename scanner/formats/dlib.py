"""dlib: networks and shape predictors, as far as their bytes say what they are.

A file holds the fields of a C++ object and no types: only a program that has the same type can read it to its end.
"""

import re
from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.limits import Limits
from scanner.pattern import pattern

# dlib/serialize.h: a number is its count of bytes, with the sign in the high bit, then the bytes; a text is its length
# and its characters. dlib/dnn/loss.h: a network starts with one or two versions, and its loss layer with its name.
_NETWORK = pattern(rb"(?:\x01[\x01-\x09]){1,3}\x01([\x06-\x40])(loss_[a-z_]+\d*_?)")
# dlib/image_processing/shape_predictor.h: version 1, the mean shape as a column of two numbers for each part.
_SHAPE = pattern(rb"\x01\x01(?:\x81(.)|\x82(..))\x81\x01(?:[\x01-\x04\x81-\x84]..?.?.?[\x81\x01].)", re.DOTALL)
_LAYER = pattern(rb"\x01[\x03-\x18]([a-z]+(?:_[a-z]+)*_\d*)(?=[\x01-\x08\x81-\x88])")

CHUNK_NBYTES = 1 << 20
_OVERLAP = 64


def claims(head: bytes, path: str) -> bool:  # noqa: ARG001 - decided by content
    """A loss layer's name with its length, or a mean shape."""
    if head[:1] != b"\x01":
        return False
    network = _NETWORK.match(head)
    if network is not None:
        return network[1][0] == len(network[2])
    return _parts(head) > 0


def _parts(head: bytes) -> int:
    """Return how many points a mean shape has, 0 where there is none."""
    shape = _SHAPE.match(head)
    rows = int.from_bytes(shape[1] or shape[2], "little") if shape else 0
    return rows // 2 if rows % 2 == 0 else 0


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:  # noqa: ARG001 - one pass, nothing is kept
    """State what the object is, and that its numbers are not read."""
    from scanner.facts.dlib import DlibModel
    from scanner.facts.recognised import RecognisedOnly

    with artifact.open() as stream:
        head = stream.read(CHUNK_NBYTES)
        network = _NETWORK.match(head)
        layers, rest = 0, b""
        chunk = head if network else b""
        while chunk:
            window = rest + chunk
            layers += sum(1 for layer in _LAYER.finditer(window) if layer.end() >= len(rest))
            rest = window[-_OVERLAP:]
            chunk = stream.read(CHUNK_NBYTES)
    kind = "network" if network else "shape predictor"
    loss = network[2].decode("ascii") if network else ""
    yield DlibModel(where=artifact.at(), kind=kind, loss=loss, layers=layers, parts=0 if network else _parts(head))
    yield RecognisedOnly(where=artifact.at(0), kind=f"dlib {kind}", native=False)


FORMAT = Format(
    name="dlib",
    spec="http://dlib.net/dlib/serialize.h.html",
    claims=claims,
    read=read,
    opens=b"\x01",
    reads="whether it is a network, with its loss and the names of its layers, or a shape predictor with its points",
    leaves="everything else: the file does not say what its bytes are; no code is among them",
)
