"""Layouts of ggml files: what stands between the magic number and the tensors, and how long a tensor is."""

from typing import NamedTuple

from scanner.cursor import Cursor
from scanner.format import MalformedError
from scanner.formats.gguf.dtypes import BLOCKS
from scanner.tensors import Span, bounded, product

NAME_NBYTES = 256
WORD_NBYTES = 65_536
DIMENSIONS = 4
ALIGNMENT = 32

# Until May 2023 blocks of 4 bits had scales of 4 bytes, and Q8_0 as well.
OLD_BLOCKS = BLOCKS | {2: ("Q4_0", 32, 20), 3: ("Q4_1", 32, 24), 8: ("Q8_0", 32, 36)}

_LLAMA, _WHISPER = 7, 11
_MELS = 9
"""Parameter of whisper that its filters repeat."""


class Tensor(NamedTuple):
    """A tensor: its type, shape, and where its data lies."""

    dtype: str
    shape: tuple[int, ...]
    data: Span


class Head(NamedTuple):
    """What stands before the tensors. `aligned`: their data starts at multiples of 32."""

    layout: str
    version: int
    parameters: tuple[int, ...]
    words: int
    aligned: bool


def head_of(cursor: Cursor, magic: str, layout: str) -> Head:
    """Read the parameters and vocabulary of one layout. Raises `MalformedError` where they do not fit."""
    version = 0 if magic == "ggml" else cursor.number("i")
    if layout == "adapter":
        return Head(layout, version, (cursor.number("i"), cursor.number("i")), 0, aligned=True)
    count = _WHISPER if layout == "whisper" else _LLAMA
    at = cursor.at
    parameters = tuple(cursor.number("i") for _ in range(count))
    if min(parameters) < 0:
        message = "a parameter is negative"
        raise MalformedError(message, at)
    words = parameters[0]
    if layout == "whisper":
        words = _whisper(cursor, parameters)
    scored = layout == "llama" and magic != "ggml"
    cursor.room(4 * words)
    for _ in range(words):
        length = cursor.number("I")
        if length > WORD_NBYTES:
            message = f"a word of {length} bytes"
            raise MalformedError(message, cursor.at - 4)
        cursor.skip(length + 4 * scored)
    return Head(layout, version, parameters, words, aligned=magic == "ggjt")


def _whisper(cursor: Cursor, parameters: tuple[int, ...]) -> int:
    """Pass over the filters; return how many words follow."""
    at = cursor.at
    mels, bins = cursor.number("i"), cursor.number("i")
    if mels != parameters[_MELS] or not 0 < bins < 1 << 20:
        message = f"filters of {mels} and {bins}, the parameters say {parameters[_MELS]}"
        raise MalformedError(message, at)
    cursor.skip(4 * mels * bins)
    return max(0, cursor.number("i"))


def tensor_of(cursor: Cursor, blocks: dict[int, tuple[str, int, int]], *, aligned: bool) -> Tensor:
    """Read one tensor: dimensions, length of its name, type, sizes, name, data."""
    at = cursor.at
    dimensions, length, code = (cursor.number("i") for _ in range(3))
    if not 0 <= dimensions <= DIMENSIONS or not 0 <= length <= NAME_NBYTES or code not in blocks:
        message = f"a tensor of {dimensions} dimensions, the type {code} and a name of {length} bytes"
        raise MalformedError(message, at)
    shape = tuple(cursor.number("i") for _ in range(dimensions))
    name = cursor.text(length, NAME_NBYTES)
    if min(shape, default=1) < 1:
        message = "a tensor without elements"
        raise MalformedError(message, at)
    if aligned:
        cursor.skip(-cursor.at % ALIGNMENT)
    dtype, elements, nbytes = blocks[code]
    size = bounded(-(-product(shape) // elements) * nbytes)
    start = cursor.skip(size)
    return Tensor(dtype, shape, Span(start, start + size, name))
