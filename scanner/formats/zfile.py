"""Files that joblib before 0.10 compressed: "ZF", the size in hexadecimal, padding, then a zlib stream."""

from collections.abc import Iterator
from typing import Final

from scanner.artifact import Artifact
from scanner.facts import Fact, Malformed
from scanner.format import Format
from scanner.limits import Limits
from scanner.pattern import pattern

# joblib/numpy_pickle_compat.py: the size is padded to 19 characters, to 20 by Python 2.
_HEADER: Final = pattern(rb"ZF(0x[0-9a-f]{1,17})L? {1,18}(?=[^ ])")
_HEADER_NBYTES: Final = 22


def claims(head: bytes, path: str) -> bool:  # noqa: ARG001 - decided by content
    """Claim the prefix and a padded size."""
    match = _HEADER.match(head)
    return match is not None and match.end() in (_HEADER_NBYTES - 1, _HEADER_NBYTES)


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:  # noqa: ARG001 - a stored member
    """Yield the zlib stream as one artifact."""
    from scanner.streams import window

    with artifact.open() as stream:
        match = _HEADER.match(stream.read(_HEADER_NBYTES + 1))
    if match is None:
        yield Malformed(where=artifact.at(0), format="zfile", reason="no size in the header")
        return
    start, nbytes = match.end(), artifact.size - match.end()
    yield Artifact(path=f"{artifact.path}!{start}", size=nbytes, open=window(artifact.open, start, nbytes))


FORMAT = Format(
    name="zfile",
    spec="https://github.com/joblib/joblib/blob/main/joblib/numpy_pickle_compat.py",
    claims=claims,
    read=read,
    opens=b"Z",
    reads="the zlib stream behind the header",
    leaves="the size that the header declares",
)
