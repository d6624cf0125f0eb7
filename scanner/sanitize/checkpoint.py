"""The tensors of a PyTorch archive, located through the pickle interpreter: nothing is unpickled."""

from collections.abc import Iterator
from typing import Final

from scanner.artifact import Artifact
from scanner.facts.listing import Held
from scanner.format import MalformedError
from scanner.formats.pickle.tensors import UNNAMED, Rebuilt, tensors
from scanner.limits import Limits
from scanner.sanitize.plan import NBYTES, TORCH, Tensor, line, tensor_line
from scanner.streams import read_at, window
from scanner.tensors import product

PROGRAM: Final = ("constants.pkl", "code/")
"""Members of TorchScript: its tensors are nothing without its program."""

_PADDING_NBYTES = 80

Places = dict[str, tuple[int, int]]
"""Where the bytes of each member lie: start and size; a start of -1 for one that is compressed."""


def held(artifact: Artifact, limits: Limits) -> Iterator[Held]:
    """Yield the lines of a checkpoint, none for a zip that is no checkpoint. Raises `MalformedError`."""
    places = _members(artifact, limits)
    root = next((name.removesuffix("data.pkl") for name in places if name.rpartition("/")[2] == "data.pkl"), None)
    if root is None:
        return
    if any(name.startswith(tuple(root + one for one in PROGRAM)) for name in places):
        message = "a TorchScript archive is a program and its tensors; sanitise the weights it was made from"
        raise MalformedError(message, 0)
    with artifact.open() as stream:
        if read_at(stream, *places.get(f"{root}byteorder", (0, 0))).strip() == b"big":
            message = "its numbers have their highest byte first"
            raise MalformedError(message, 0)
    yield line(artifact, "artifact", dtype="torch")
    start, size = places[f"{root}data.pkl"]
    if start < 0:
        message = "its pickle is compressed"
        raise MalformedError(message, 0)
    member = Artifact(path=f"{artifact.path}!{root}data.pkl", size=size, open=window(artifact.open, start, size))
    for one in tensors(member, limits):
        yield tensor_line(artifact, _tensor(one, places.get(f"{root}data/{one.storage}")))


def _members(artifact: Artifact, limits: Limits) -> Places:
    from scanner.formats.zip.directory import directories
    from scanner.formats.zip.records import local, text

    places: Places = {}
    with artifact.open() as stream:
        found = directories(stream, artifact.size, limits.header_nbytes, limits.members)
        if len(found) != 1:
            message = "a zip without a directory" if not found else "a zip with two directories"
            raise MalformedError(message, 0)
        for entry in found[0].entries:
            name = text(entry.name, entry.flags)
            header = local(stream, entry.offset, len(entry.name) + _PADDING_NBYTES) if entry.offset >= 0 else None
            plain = header is not None and not entry.method and entry.packed == entry.size and name not in places
            places[name] = (header.start, entry.size) if plain and header is not None else (-1, entry.size)
    return places


def _tensor(one: Rebuilt, place: tuple[int, int] | None) -> Tensor:
    """Place one tensor in the file. Raises `MalformedError` where it has no place there."""
    dtype = TORCH.get(one.dtype, "")
    if not dtype or UNNAMED in one.name.split("."):
        message = f"{one.name!r} is of type {one.dtype}" if not dtype else "there are too many keys to name each tensor"
        raise MalformedError(message, 0)
    width = NBYTES[dtype]
    strides = () if one.contiguous else one.strides
    span = product(one.shape)
    if strides and span:
        if len(strides) != len(one.shape) or min(strides) < 0:
            message = f"{one.name!r} has strides that do not fit its shape"
            raise MalformedError(message, 0)
        span = 1 + sum((size - 1) * stride for size, stride in zip(one.shape, strides, strict=True))
    if place is None or place[0] < 0 or one.start < 0 or (one.start + span) * width > place[1]:
        message = f"the data of {one.name!r} are not in the file, or compressed"
        raise MalformedError(message, 0)
    return Tensor(one.name, dtype, one.shape, place[0] + one.start * width, span * width, strides)
