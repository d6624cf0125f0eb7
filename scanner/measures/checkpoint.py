"""The storages of a PyTorch archive as rows: the pickle says what fills them, the archive where their bytes lie."""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.limits import Limits
from scanner.streams import window
from scanner.tensors import Row, product

PICKLE = "data.pkl"
_PADDING_NBYTES = 80


def rows(artifact: Artifact, limits: Limits) -> Iterator[Row]:
    """Yield one row a storage that is stored as it is, named by the first tensor that it holds.

    The shape is that tensor's where it fills the storage. Compressed storages and those of machines that put the
    highest byte first have no place. Raises `MalformedError` as the archive's reader does.
    """
    from scanner.formats.pickle.listing import listing
    from scanner.formats.zip.directory import directories
    from scanner.formats.zip.records import local, text

    places: dict[str, tuple[int, int]] = {}
    with artifact.open() as stream:
        found = directories(stream, artifact.size, limits.header_nbytes, limits.members)
        for directory in found[:1]:
            for entry in directory.entries:
                header = local(stream, entry.offset, len(entry.name) + _PADDING_NBYTES) if entry.offset >= 0 else None
                if header is not None and not entry.method and entry.packed == entry.size:
                    places[text(entry.name, entry.flags)] = (header.start, entry.size)
    for name, (start, size) in places.items():
        folder, _, file = name.rpartition("/")
        if file != PICKLE:
            continue
        order = places.get(f"{folder}/byteorder", (0, 0))
        if order[1] == len("big"):  # the other word has six letters
            continue
        data = f"{folder}/data/" if folder else "data/"
        member = Artifact(path=f"{artifact.path}!{name}", size=size, open=window(artifact.open, start, size))
        yield from _filled(listing(member, limits), places, data)
        yield from _typed(member, places, data, limits)


def _typed(member: Artifact, places: dict[str, tuple[int, int]], data: str, limits: Limits) -> Iterator[Row]:
    """Yield the storages again of which the pickle says the type alone, as that of TorchScript does."""
    from scanner.facts.torch import StorageReference
    from scanner.formats.pickle import FORMAT

    for fact in FORMAT.read(member, limits):
        if isinstance(fact, StorageReference) and data + fact.storage in places:
            start, size = places[data + fact.storage]
            yield Row(
                "tensor", fact.storage, fact.type.split(".")[-1].split(" ")[-1].removesuffix("Storage"), (), size, start
            )


def _filled(tensors: Iterator[Row], places: dict[str, tuple[int, int]], data: str) -> Iterator[Row]:
    seen: set[str] = set()
    for row in tensors:
        key = row.value.removeprefix("storage ").partition(" ")[0]
        start, size = places.get(data + key, (-1, 0))
        if key not in seen:
            seen.add(key)
            shape = row.shape if size == row.nbytes and product(row.shape) > 0 else ()
            yield row._replace(offset=start, nbytes=size, shape=shape)
