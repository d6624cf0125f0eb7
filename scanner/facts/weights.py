"""Facts about the numbers inside tensors. `tensor` is the name in the file's table, `role` what it is in its model."""

from scanner.facts.core import Fact
from scanner.record import record


@record
class WeightsMeasured(Fact):
    """How far the numbers of a file were looked at: one fact a file.

    `tensors` counts those of the table, `nbytes` their bytes as declared; `measured` the tensors whose bytes were read
    and `read_nbytes` theirs. `valued` counts those whose element type is understood: of the others only the bytes were
    looked at. `share` is `read_nbytes` of `nbytes`, from 0 to 1; what was left is told by `TensorsLeft`.
    `profile`: "fast" or "full".
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
class WeightsUnlooked(Fact):
    """The numbers of `files` files, with so many `tensors` and `nbytes`, were not looked at: `library` is missing."""

    library: str
    files: int
    tensors: int
    nbytes: int


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
    the bias of a norm, else "layer": such norms subtract the mean, and the direction of equal numbers is left out.
    """

    family: str
    gap: float
    matrices: int
    first_layer: int
    last_layer: int
    width: int
    norm: str


@record
class TensorsLeft(Fact):
    """Tensors of a file that were not looked at, or not by one measure: one fact a reason.

    `measure`: "" where nothing looked at their bytes, else the measure that left them: "directions", "carving",
    "serial", "rows", "spectra", "residue", "consistency". `first` names one of them, `nbytes` are theirs as declared
    (0: not known).
    `reason`: "outside" (behind the end of the file), "elsewhere" (in another file that is not part of the scan),
    "compressed" (by a method that is not undone), "layout" (put together in a way that is not read), "fields"
    (numbers as fields of a message), "unwritten" (no bytes were ever stored), "objects" (no numbers), "broken" (the
    list ends in an error; how many follow is not known), "entries" (more than are listed), "bound" (more bytes than
    are read of one file), "library" (numpy is not there, and nobody asked for more), "type" (an element type that is
    not understood), "wide", "narrow", "tall", "small", "shape" (a shape that the measure does not take), "coarse"
    (numbers of 16 bits in 32), "grid" (numbers of 32 bits that come from blocks of few), "experts" (experts of a
    mixture), "not-finite" (nothing can be summed), "few" (too few matrices or inputs to judge), "shards" (parts of the
    model that are not there), "told" (more facts of one kind than are told).
    """

    measure: str
    reason: str
    tensors: int
    nbytes: int
    first: str


@record
class LowBitsDepend(Fact):
    """Low bits of the 32-bit numbers of a tensor depend on each other, in the window where they do so most.

    `plane` is the bit, 0 the lowest; `lag` how many numbers further the other one lies, 0 where the ones of 64 numbers
    spread more or less than chance has it (channels of folded norms do that too). `deviation` counts standard
    deviations from what the ones that are there let expect. `window` are the numbers looked at together, `first` where
    in the tensor they begin (near it, where numbers of 16 bits were left out), `numbers` all that were looked at.
    """

    tensor: str
    role: str
    plane: int
    lag: int
    deviation: float
    window: int
    first: int
    numbers: int


@record
class EmbeddingRows(Fact):
    """The rows of an embedding that lie farthest from all others: parallel lists, the farthest first.

    `far`: how far under the covariance of the rows, `long`: how long, both as deviations from the median, in tenths of
    the standard deviation of the middle half. `farthest` is the first of `far`, in whole ones.
    """

    tensor: str
    rows: int
    width: int
    listed: tuple[int, ...]
    far: tuple[int, ...]
    long: tuple[int, ...]
    farthest: float


@record
class EmbeddingTokens(Fact):
    """The tokens of `EmbeddingRows`, by the tokenizer beside the file: `tokens` are row and text, "?" for none."""

    tensor: str
    farthest: float
    tokens: tuple[str, ...]


@record
class EmbeddingToken(Fact):
    """One row of an embedding that lies far from all others, and its token. `rank` is 1 for the farthest.

    `kind`: "word", "special" (a marked or added token), "unused" (a text that vocabularies reserve), "none" (the
    tokenizer has no text for it), "unknown" (no tokenizer lies beside the file). `far` and `long` as in
    `EmbeddingRows`, in whole deviations.
    """

    tensor: str
    row: int
    text: str
    kind: str
    rank: int
    far: float
    long: float


@record
class AdapterMismatch(Fact):
    """Tensors of an adapter of low rank that do not fit. One fact a kind: `tensor` is the first of `tensors`.

    `how`, with what `expected` and `found` say: "half" (a pair; the one side that is there), "rank" (rank of A; of B),
    "settings-rank" (ranks that `adapter_config.json` names; rank of the tensors), "undeclared-matrix" (no whole matrix
    by the settings; the shape of an embedding or output matrix that the file brings), "base-shape" (shape of the matrix
    in the base that is in the scan; shape that the pair makes).
    """

    how: str
    tensor: str
    expected: str
    found: str
    tensors: int


@record
class AdapterSpectrum(Fact):
    """How the changes B A of an adapter spread over directions, over its `modules` pairs of rank `rank` (the highest).

    `top` is the median share of a change's energy in its first direction, `highest` the largest share, that of
    `tensor`. `spread` is the standard deviation of the logarithm of the changes' lengths.
    """

    modules: int
    rank: int
    top: float
    highest: float
    tensor: str
    spread: float
