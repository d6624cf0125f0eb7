"""numpy arrays, `.npy` versions 1 to 3; an `.npz` is a zip of them."""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.limits import Limits


def claims(head: bytes, path: str) -> bool:  # noqa: ARG001 - decided by content
    """Claim the magic."""
    return head[:6] == b"\x93NUMPY"


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield what the header declares, and the data where it is or looks like a pickle."""
    from scanner.formats.numpy.array import read as read_array

    return read_array(artifact, limits)


FORMAT = Format(
    name="numpy",
    spec="https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html",
    claims=claims,
    read=read,
    opens=b"\x93",
    reads="the header of versions 1 to 3; pickled objects; bytes behind the array",
)
