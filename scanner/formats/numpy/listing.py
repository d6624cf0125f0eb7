"""The arrays of a `.npy` file, line by line, for a reader of lists."""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Malformed
from scanner.facts.array import ArrayHeader
from scanner.formats.numpy.array import read
from scanner.limits import Limits
from scanner.tensors import Row


def listing(artifact: Artifact, limits: Limits) -> Iterator[Row]:
    """Yield one row an array, by its header; the name is the file's. Raises `MalformedError`."""
    for fact in read(artifact, limits):
        if isinstance(fact, ArrayHeader):
            place = (fact.where.offset or 0) + (fact.where.length or 0)
            value = "pickled objects" if fact.pickled else ""
            yield Row("tensor", "", fact.dtype, fact.shape, fact.expected_nbytes, place, value)
        elif isinstance(fact, Malformed):
            yield Row("broken", "", value=fact.reason)
