"""Files that are known by their first bytes and not read: engines, and models of older frameworks."""

import re
from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.limits import Limits

_KINDS = (
    # (kind, runs code of its own, what the file starts with)
    ("TensorRT engine", True, re.compile(rb"ftrt\0\0|ptrt\0\0")),
    ("RKNN model", True, re.compile(rb"RKNN\0\0\0\0")),
    # PyTorch, exir/_serialize: file identifier of the FlatBuffer.
    ("ExecuTorch program", True, re.compile(rb".{4}ET1\d", re.DOTALL)),
    # MXNet, src/ndarray/ndarray.cc: kMXAPINDArrayListMagic, then 8 reserved bytes that are zero.
    ("MXNet parameters", False, re.compile(rb"\x12\x01\0\0\0\0\0\0\0{8}")),
    # fastText, src/fasttext.cc: FASTTEXT_FILEFORMAT_MAGIC_INT32 793712314, then version 11 or 12.
    ("fastText model", False, re.compile(rb"\xba\x16\x4f\x2f[\x0b\x0c]\0\0\0")),
    # CRFsuite, lib/crf/src/crf1d_model.c: FILEMAGIC, size, MODELTYPE.
    ("CRFsuite model", False, re.compile(rb"lCRF.{4}FOMC", re.DOTALL)),
    # CNTK, Source/ComputationNetworkLib: BCN section marks in UTF-16.
    ("CNTK model", False, re.compile(rb"B\0C\0N\0\0\0B\0V\0e\0r\0s\0i\0o\0n\0\0\0")),
    ("ORC table", False, re.compile(rb"ORC[\x00-\xff]")),
)


def claims(head: bytes, path: str) -> bool:  # noqa: ARG001 - decided by content
    """Claim what starts as one of them."""
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
    reads="the first bytes: TensorRT engines, RKNN, ExecuTorch, MXNet parameters, fastText, CRFsuite, CNTK, ORC",
    leaves="everything behind the first bytes",
)
