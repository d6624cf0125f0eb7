"""What R saves: `.rds` (one object) and `.rda` (a list of named ones), without the compression around them."""

import re
from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.limits import Limits
from scanner.pattern import pattern

_BINARY = pattern(rb"(?:RD[XB][23]\n)?(?:X\n\0\0\0[\2\3]\0[\2-\x09]|B\n[\2\3]\0\0\0..[\2-\x09]\0)", re.DOTALL)
_TEXT = pattern(rb"(?:RDA[23]\n)?A\n[23]\n\d{5,6}\n\d{5,6}\n")


def claims(head: bytes, path: str) -> bool:  # noqa: ARG001 - decided by content
    """The letter of the encoding, the version of the format and that of R."""
    return _BINARY.match(head) is not None or _TEXT.match(head) is not None


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield what the file holds beside data, and every promise."""
    from scanner.formats.rdata.reading import facts

    yield from facts(artifact, limits)


FORMAT = Format(
    name="rdata",
    spec="https://cran.r-project.org/doc/manuals/r-release/R-ints.html#Serialization-Formats",
    claims=claims,
    read=read,
    opens=b"RXBA",
    reads="every item of versions 2 and 3 in the XDR, ASCII and native encodings; promises, closures, bytecode, "
    "environments, pointers",
    leaves="what bytecode does; numbers in vectors",
)
