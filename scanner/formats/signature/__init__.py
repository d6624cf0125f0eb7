"""Signatures over models, and signed statements: Sigstore bundles and DSSE envelopes, one or one a line."""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.limits import Limits

MARKS = (b'"dsseEnvelope"', b'"payloadType"', b'"verificationMaterial"')


def claims(head: bytes, path: str) -> bool:  # noqa: ARG001 - decided by content
    """A JSON object that holds an envelope: its keys stand in front of what may be long."""
    return head.lstrip(b" \t\r\n")[:1] == b"{" and any(mark in head for mark in MARKS)


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield how each is signed, what it lists, and in what it departs from its form."""
    from scanner.formats.signature.reading import facts

    yield from facts(artifact, limits)


FORMAT = Format(
    name="signature",
    spec="https://github.com/ossf/model-signing-spec",
    claims=claims,
    read=read,
    opens=b"{ \t\r\n",
    holds=MARKS,
    reads="method, key hint, type and listed files of each statement, and its root digest",
    leaves="the signature itself, which `assay verify` checks",
)
