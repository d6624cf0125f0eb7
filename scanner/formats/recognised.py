"""Files that are known by their first bytes and not read: engines, and models of older frameworks."""

import re
from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.limits import Limits
from scanner.pattern import pattern

_KINDS = (
    # (kind, runs code of its own, what the file starts with)
    ("TensorRT engine", True, pattern(rb"ftrt\0\0|ptrt\0\0")),
    ("RKNN model", True, pattern(rb"RKNN\0\0\0\0")),
    # PyTorch, extension/flat_tensor: file identifier of the FlatBuffer.
    ("ExecuTorch tensors", False, pattern(rb".{4}FT\d\d", re.DOTALL)),
    # CRFsuite, lib/crf/src/crf1d_model.c: FILEMAGIC, size, MODELTYPE.
    ("CRFsuite model", False, pattern(rb"lCRF.{4}FOMC", re.DOTALL)),
    # CNTK, Source/ComputationNetworkLib: BCN section marks in UTF-16.
    ("CNTK model", False, pattern(rb"B\0C\0N\0\0\0B\0V\0e\0r\0s\0i\0o\0n\0\0\0")),
    ("ORC table", False, pattern(rb"ORC[\x00-\xff]")),
)

_OPENS = tuple(bytes([byte]) for byte in b"fpRlBO")
"""First bytes of all kinds but ExecuTorch's, which may begin with any."""


def claims(head: bytes, path: str) -> bool:  # noqa: ARG001 - decided by content
    """Claim what starts as one of them."""
    if head[:1] not in _OPENS and head[4:6] != b"FT":
        return False
    return any(start.match(head) for _, _, start in _KINDS) and b"\0" in head


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:  # noqa: ARG001 - the head is all that is read
    """State the kind."""
    from scanner.facts.recognised import RecognisedOnly

    with artifact.open() as stream:
        head = stream.read(64)
    for kind, native, start in _KINDS:
        if start.match(head):
            yield RecognisedOnly(where=artifact.at(0), kind=kind, native=native)


FORMAT = Format(
    name="recognised",
    spec="https://docs.pytorch.org/executorch/stable/pte-file-format.html",
    claims=claims,
    read=read,
    reads="the first bytes: TensorRT engines, RKNN, ExecuTorch tensors, CRFsuite, CNTK, ORC",
    leaves="everything behind the first bytes",
)
