"""The storages of a file as torch.save wrote it before 1.6: five pickles, then a count and bytes for each storage."""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.limits import Limits
from scanner.measures.checkpoint import filled
from scanner.measures.members import Place
from scanner.measures.views import Beside, Stored

_COUNT_NBYTES = 8


def stored(artifact: Artifact, limits: Limits, beside: Beside) -> Iterator[Stored]:
    """Yield one row a storage, named by the first tensor that it holds."""
    del beside
    from scanner.facts.torch import TorchCheckpoint, TorchStorage
    from scanner.formats.pickle import FORMAT
    from scanner.formats.pickle.listing import listing

    told: dict[str, Place] = {}
    big = False
    for fact in FORMAT.read(artifact, limits):
        if isinstance(fact, TorchCheckpoint):
            big = fact.byteorder == "big"
        elif isinstance(fact, TorchStorage) and fact.where.offset is not None:
            told[fact.storage] = Place(None, fact.where.offset + _COUNT_NBYTES, fact.nbytes)
    yield from filled(listing(artifact, limits), told, big=big)
