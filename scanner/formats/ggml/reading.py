"""From a ggml file to facts: the layout that fits it to its last byte."""

from collections.abc import Iterator
from typing import BinaryIO

from scanner.artifact import Artifact
from scanner.cursor import Cursor
from scanner.facts import Fact, LimitReached
from scanner.facts.ggml import GgmlModel
from scanner.facts.recognised import RecognisedOnly
from scanner.facts.tensor import TensorTable
from scanner.format import MalformedError
from scanner.formats.ggml import MAGICS
from scanner.formats.ggml.layout import OLD_BLOCKS, Head, Tensor, head_of, tensor_of
from scanner.formats.gguf.dtypes import BLOCKS
from scanner.limits import Limits
from scanner.tensors import bounded, digest, loadable, product

NAME = "ggml"

_LAYOUTS = {
    "ggml": ("whisper", "llama"),
    "ggmf": ("llama",),
    "ggjt": ("llama",),
    "ggla": ("adapter",),
}
_SURE = ("whisper", "adapter")
_START = 4


class _FullError(Exception):
    """The file has more tensors than are read."""


def facts(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield the facts of a model; see `Format.read`."""
    with artifact.open() as stream:
        magic = MAGICS.get(stream.read(_START))
        if magic is None:
            message = "no magic number of ggml"
            raise MalformedError(message, 0)
        try:
            fitting = _fitting(stream, artifact.size, magic, limits)
        except _FullError:
            yield LimitReached(where=artifact.at(), limit="entries", bound=limits.entries, unit="tensors")
            return
        if fitting is None:
            yield RecognisedOnly(
                where=artifact.at(0), kind=f"{magic} model of an unknown or broken layout", native=False
            )
            return
        head, tensors = fitting
        yield GgmlModel(
            where=artifact.at(), magic=magic, version=head.version, layout=head.layout, parameters=head.parameters,
            words=head.words,
        )  # fmt: skip
        yield TensorTable(
            where=artifact.at(), format=NAME, tensors=len(tensors),
            parameters=bounded(sum(product(one.shape) for one in tensors)),
            nbytes=sum(one.data.end - one.data.start for one in tensors),
            dtypes=tuple(sorted({one.dtype for one in tensors})), names=digest(one.data.name for one in tensors),
        )  # fmt: skip
        yield from loadable(artifact, stream, [one.data for one in tensors])


def _fitting(stream: BinaryIO, size: int, magic: str, limits: Limits) -> tuple[Head, list[Tensor]] | None:
    """Try the layouts, and in each the sizes of blocks now and before May 2023.

    The filters of whisper and the magic number of an adapter leave no doubt: what breaks behind them is malformed.
    """
    for layout in _LAYOUTS[magic]:
        cursor = Cursor(stream, size, _START)
        try:
            head = head_of(cursor, magic, layout)
        except MalformedError:
            continue
        start, broken = cursor.at, None
        for blocks in (BLOCKS, OLD_BLOCKS):
            cursor.back(start)
            try:
                return head, _tensors(cursor, blocks, limits, aligned=head.aligned)
            except MalformedError as error:
                broken = broken or error
        if layout in _SURE and broken is not None:
            raise broken
    return None


def _tensors(cursor: Cursor, blocks: dict[int, tuple[str, int, int]], limits: Limits, *, aligned: bool) -> list[Tensor]:
    tensors: list[Tensor] = []
    while cursor.left:
        if len(tensors) >= limits.entries:
            raise _FullError
        tensors.append(tensor_of(cursor, blocks, aligned=aligned))
    return tensors
