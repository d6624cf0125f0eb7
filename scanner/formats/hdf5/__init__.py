"""HDF5: groups, datasets and attributes; what Keras, PyTables and many others save in."""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.limits import Limits

_SIGNATURE = b"\x89HDF\r\n\x1a\n"
_STARTS = (512, 1024, 2048, 4096)
_SUFFIXES = (".h5", ".hdf5", ".he5", ".hdf", ".keras")


def claims(head: bytes, path: str) -> bool:
    """The signature at the start or behind a user block; a longer user block is found by the name alone."""
    if head.startswith(_SIGNATURE) or (_SIGNATURE in head and any(head.startswith(_SIGNATURE, at) for at in _STARTS)):
        return True
    return path.lower().endswith(_SUFFIXES) and not head.startswith((b"PK", b"version https://git-lfs"))


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield links, datasets that do not fit, and as artifacts Keras configurations and whatever looks like a pickle."""
    from scanner.formats.hdf5.reading import facts

    yield from facts(artifact, limits)


FORMAT = Format(
    name="hdf5",
    spec="https://support.hdfgroup.org/documentation/hdf5/latest/_f_m_t3.html",
    claims=claims,
    read=read,
    holds=(_SIGNATURE,),
    named=_SUFFIXES,
    reads="superblocks 0 to 3 behind any user block, old and new groups, dense storage, attributes, links of every "
    "kind, shapes against stored bytes, variable-length data that looks like a pickle",
    leaves="numbers of datasets, filtered heaps, objects of linked files",
)
