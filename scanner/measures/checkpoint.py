"""The storages of a PyTorch archive as rows: the pickle says what fills them, the archive where their bytes lie."""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.limits import Limits
from scanner.measures.members import Place, places
from scanner.measures.views import Beside, Stored
from scanner.streams import window
from scanner.tensors import Row, product

PICKLE = "data.pkl"


def stored(artifact: Artifact, limits: Limits, beside: Beside) -> Iterator[Stored]:
    """Yield one row a storage, named by the first tensor that it holds; the shape is that tensor's where it fills it.

    Raises `MalformedError` as the archive's reader does.
    """
    del beside
    from scanner.formats.pickle.listing import listing

    found = places(artifact, limits)
    for name, place in found.items():
        folder, _, file = name.rpartition("/")
        if file != PICKLE or place.left:
            continue
        below = f"{folder}/" if folder else ""
        order = found.get(f"{below}byteorder")
        big = order is not None and order.size == len("big")  # the other word has six letters
        source = place.source or artifact
        member = Artifact(
            path=f"{artifact.path}!{name}", size=place.size, open=window(source.open, place.start, place.size)
        )
        data = f"{below}data/"
        told = {key.removeprefix(data): one for key, one in found.items() if key.startswith(data)}
        yield from filled(listing(member, limits), told, big=big)
        yield from _typed(member, told, limits, big=big)


def _typed(member: Artifact, told: dict[str, Place], limits: Limits, *, big: bool) -> Iterator[Stored]:
    """Yield the storages again of which the pickle says the type alone, as that of TorchScript does."""
    from scanner.facts.torch import StorageReference
    from scanner.formats.pickle import FORMAT

    for fact in FORMAT.read(member, limits):
        if isinstance(fact, StorageReference) and fact.storage in told:
            place = told[fact.storage]
            dtype = fact.type.split(".")[-1].split(" ")[-1].removesuffix("Storage")
            row = Row("tensor", fact.storage, dtype, (), place.size, place.start)
            yield Stored(row, place.source, big, place.left)


def filled(tensors: Iterator[Row], told: dict[str, Place], *, big: bool) -> Iterator[Stored]:
    """Join the tensors of a pickle with the places of the storages that they lie in, by their keys."""
    seen: set[str] = set()
    for row in tensors:
        key = row.value.removeprefix("storage ").partition(" ")[0]
        if key in seen:
            continue
        seen.add(key)
        place = told.get(key)
        if place is None:
            yield Stored(row, left="outside")
            continue
        shape = row.shape if place.size == row.nbytes and product(row.shape) > 0 else ()
        yield Stored(row._replace(offset=place.start, nbytes=place.size, shape=shape), place.source, big, place.left)
