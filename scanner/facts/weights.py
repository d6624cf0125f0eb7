"""Facts about the numbers inside tensors. `tensor` is the name in the file's table, `role` what it is in its model."""

from scanner.facts.core import Fact
from scanner.record import record


@record
class WeightsMeasured(Fact):
    """How far the numbers of a file were looked at: one fact a file.

    `tensors` counts those of the table, `nbytes` their bytes; `measured` the tensors whose bytes were read to their
    end and `read_nbytes` theirs. `valued` counts those whose element type is understood: of the others only the
    bytes were looked at. `share` is `read_nbytes` of `nbytes`, from 0 to 1. `profile`: "fast" or "full".
    """

    format: str
    profile: str
    tensors: int
    measured: int
    valued: int
    nbytes: int
    read_nbytes: int
    share: float


@record
class NumbersNotFinite(Fact):
    """A tensor holds numbers that are infinite or none at all. `numbers` counts both; of quantised blocks, scales.

    `nan` counts those that are no number; `share` is `numbers` of all, from 0 to 1; `first` is the index of the first.
    """

    tensor: str
    role: str
    dtype: str
    numbers: int
    nan: int
    share: float
    first: int


@record
class TensorIsConstant(Fact):
    """Every element of a tensor has the same bytes. `zero`: they are zero. `elements` counts them."""

    tensor: str
    role: str
    dtype: str
    elements: int
    dimensions: int
    zero: bool


@record
class RowsAreZero(Fact):
    """Rows of a matrix are zero while others are not. `share` is `zero_rows` of `rows`, from 0 to 1."""

    tensor: str
    role: str
    rows: int
    zero_rows: int
    first_row: int
    share: float


@record
class TensorsAreEqual(Fact):
    """Two tensors of one file have the same type, shape and bytes, at different places, and are not constant."""

    tensor: str
    other: str
    role: str
    other_role: str
    nbytes: int


@record
class FileCarved(Fact):
    """A file of a known kind stands in the data of a tensor, its header validated.

    `plane`: how many low bits of each number carry it; 0 for the bytes as they are. `order`: how its bits are put
    there: "msb" or "lsb" first within a number, then "big" or "little" within a byte of the file. `phase`: bits
    between the start of a number (of a byte where `plane` is 0) and its own start. `index` is the number it starts in
    (the byte where `plane` is 0). `kind`: "elf", "pe", "macho", "wasm", "zip", "gzip", "bzip2", "xz", "7z", "rar",
    "script", "python". `detail`: what its header says.
    """

    kind: str
    tensor: str
    role: str
    plane: int
    order: str
    phase: int
    index: int
    detail: str


@record
class PrecisionResidue(Fact):
    """Rows of one 32-bit tensor differ in precision: some hold only numbers that 16 bits can hold, others do not.

    `bits`: how many low bits of each such number are zero: 13 (float16) or 16 (bfloat16). `fine_rows` are the rows
    with numbers beyond; `share` is `fine_rows` of `rows`, from 0 to 1. `first_row` and `last_row` are those of the
    rarer kind. Rows of zeros count as neither.
    """

    tensor: str
    role: str
    bits: int
    rows: int
    fine_rows: int
    share: float
    first_row: int
    last_row: int


@record
class WeightsUpcast(Fact):
    """Tensors of 32 bits hold only numbers that 16 bits can hold. `bits` as in `PrecisionResidue`.

    `tensors` of `compared` 32-bit tensors, `share` of their bytes, from 0 to 1.
    """

    bits: int
    tensors: int
    compared: int
    share: float


@record
class DirectionRemoved(Fact):
    """Matrices that write to the residual stream share an output direction to which they write nearly nothing.

    `gap` is the natural logarithm of the ratio of the second smallest to the smallest eigenvalue of the sum of their
    W W^T, each divided by its trace. `family`: "o", "down" or "o+down". `matrices` were summed, of layers
    `first_layer` to `last_layer`; `width` is the length of the direction. `norm`: "rms" where no tensor of the file is
    the bias of a norm, else "layer": such norms take out a direction by themselves.
    """

    family: str
    gap: float
    matrices: int
    first_layer: int
    last_layer: int
    width: int
    norm: str
