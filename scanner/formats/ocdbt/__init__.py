"""OCDBT, the database of TensorStore in which Orbax keeps checkpoints: manifests and data files."""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.chunks import record_nbytes
from scanner.facts import Fact
from scanner.format import Format
from scanner.limits import Limits
from scanner.pattern import pattern

_ANY = 1 << 63
# Data files open with whatever value came first, so their name counts as well as their first bytes.
_DATA = pattern(r"(?:^|[/!])d/[0-9a-f]{32}$")


def claims(head: bytes, path: str) -> bool:
    """A record at the start, or the name that the specification gives to data files."""
    return record_nbytes(head, _ANY) > 0 or _DATA.search(path) is not None


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield records and the data files they name; metadata and loadable values as artifacts."""
    from scanner.formats.ocdbt.reading import facts

    yield from facts(artifact, limits)


FORMAT = Format(
    name="ocdbt",
    spec="https://google.github.io/tensorstore/kvstore/ocdbt/index.html",
    claims=claims,
    read=read,
    opens=b"\x0c",
    named=("d/",),
    reads="manifests, tree nodes and version nodes with their checksums, tables of data files, metadata of arrays "
    "that lies in a node",
    leaves="large values, which are chunks of arrays in other files; uncompressed or Blosc chunks",
)
