"""PMML: models of statistics in XML."""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.limits import Limits
from scanner.pattern import pattern

_ROOT = pattern(rb"<(?:[\w.-]{1,40}:)?PMML[\s>]|<!DOCTYPE\s+PMML\b")
_BLANK = b" \t\r\n\xef\xbb\xbf\xff\xfe"


def claims(head: bytes, path: str) -> bool:
    """XML with the root element of PMML, or XML under its suffix."""
    if b"<" not in head or head.lstrip(_BLANK + b"\0")[:1] != b"<":
        return False
    return path.lower().endswith(".pmml") or _ROOT.search(head.replace(b"\0", b"")) is not None


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield the models, functions that the standard does not define, and texts that hold code or addresses."""
    from scanner.formats.pmml.reading import facts

    yield from facts(artifact, limits)


FORMAT = Format(
    name="pmml",
    spec="https://dmg.org/pmml/v4-4-1/GeneralStructure.html",
    claims=claims,
    read=read,
    opens=b"<\0" + _BLANK,
    reads="declarations ahead of the document, models, functions that are applied, extensions and other texts",
    leaves="the values of the models",
)
