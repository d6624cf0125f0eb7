"""Zarr: the JSON that describes groups and arrays of version 2 and 3."""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.limits import Limits
from scanner.pattern import pattern

_BLANK = b" \t\r\n"
_VERSION = pattern(rb'"zarr_format"\s*:\s*[23]')
_NAMES = (".zarray", ".zgroup", ".zmetadata", "zarr.json")


def claims(head: bytes, path: str) -> bool:
    """A JSON object that says its version of Zarr, or one under a name of Zarr."""
    if head.lstrip(_BLANK)[:1] != b"{":
        return False
    return path.endswith(_NAMES) or _VERSION.search(head) is not None


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield one fact for each array; pickles in fill values as artifacts."""
    from scanner.formats.zarr.reading import facts

    yield from facts(artifact, limits)


FORMAT = Format(
    name="zarr",
    spec="https://zarr-specs.readthedocs.io/",
    claims=claims,
    read=read,
    opens=b"{" + _BLANK,
    holds=(b'"zarr_format"',),
    named=_NAMES,
    reads="dtype, shape and codecs of every array, consolidated metadata too, fill values of objects",
    leaves="chunks that Blosc or another codec of the array packs; attributes",
)
