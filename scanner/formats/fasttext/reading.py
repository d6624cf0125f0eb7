"""From a fastText model to facts: the matrices against what the dictionary makes the library read of them."""

from collections.abc import Iterator
from typing import NamedTuple

from scanner.artifact import Artifact
from scanner.cursor import Cursor
from scanner.facts import Fact
from scanner.facts.fasttext import FasttextModel
from scanner.facts.metadata import MetadataEntry
from scanner.facts.tensor import TensorMismatch, TensorTable
from scanner.format import MalformedError
from scanner.formats.fasttext.dictionary import Dictionary, read
from scanner.limits import Limits
from scanner.tensors import Span, bounded, digest, hidden, loadable

NAME = "fasttext"

KINDS = {1: "cbow", 2: "skipgram", 3: "supervised"}
VERSIONS = (11, 12)
CENTROIDS = 256
SHOWN_CHARACTERS = 200

# args.cc: dim, ws, epoch, minCount, neg, wordNgrams, loss, model, bucket, minn, maxn, lrUpdateRate; then t, a double.
_PARAMETERS, _DIM, _MODEL, _BUCKET = 12, 0, 7, 8


class _Matrix(NamedTuple):
    """A matrix of rows and columns, and where its data lies."""

    name: str
    rows: int
    columns: int
    data: Span
    quantised: bool


def facts(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield the facts of a model; see `Format.read`."""
    del limits
    with artifact.open() as stream:
        cursor = Cursor(stream, artifact.size, 4)
        version = cursor.number("i")
        if version not in VERSIONS:
            message = f"the version {version}"
            raise MalformedError(message, 4)
        parameters = [cursor.number("i") for _ in range(_PARAMETERS)]
        cursor.skip(8)
        words = read(cursor)
        quantised = cursor.take(1) != b"\0"
        source = _matrix(cursor, "input", quantised=quantised)
        outer = cursor.take(1) != b"\0"
        target = _matrix(cursor, "output", quantised=quantised and outer)
        yield FasttextModel(
            where=artifact.at(), version=version, kind=KINDS.get(parameters[_MODEL], str(parameters[_MODEL])),
            dim=parameters[_DIM], words=words.words, labels=words.labels, buckets=parameters[_BUCKET],
            quantised=quantised,
        )  # fmt: skip
        for label in words.told:
            yield MetadataEntry(
                where=artifact.at(label.at), format=NAME, place="metadata", key="label", kind="text",
                value=label.text[:SHOWN_CHARACTERS], size=len(label.text), marks=label.marks,
            )  # fmt: skip
        yield from _rows(artifact, parameters, words, (source, target))
        if cursor.left:
            yield from hidden(artifact, stream, (cursor.at, artifact.size), NAME, "after")
        yield from loadable(artifact, stream, [source.data, target.data])


def _matrix(cursor: Cursor, name: str, *, quantised: bool) -> _Matrix:
    """Read a matrix (densematrix.cc), or codes with their centroids (quantmatrix.cc, productquantizer.cc)."""
    at = cursor.at
    norms = quantised and cursor.take(1) != b"\0"
    rows, columns = cursor.number("q"), cursor.number("q")
    if rows < 0 or columns < 0:
        message = f"a matrix of {rows} rows and {columns} columns"
        raise MalformedError(message, at)
    size = cursor.number("i") if quantised else bounded(4 * rows * columns)
    start = cursor.skip(size)
    span = Span(start, start + size, name)
    if quantised:
        _quantizer(cursor)
        if norms:
            cursor.skip(rows)
            _quantizer(cursor)
    return _Matrix(name, rows, columns, span, quantised)


def _quantizer(cursor: Cursor) -> None:
    dim = cursor.number("i")
    cursor.skip(12)
    cursor.skip(4 * dim * CENTROIDS)


def _rows(
    artifact: Artifact, parameters: list[int], words: Dictionary, matrices: tuple[_Matrix, _Matrix]
) -> Iterator[Fact]:
    """Compare rows: an index of the dictionary, or of a bucket of n-grams, is a row that the library reads."""
    supervised = parameters[_MODEL] == 3  # noqa: PLR2004 - KINDS
    buckets = words.pruned if words.pruned >= 0 else max(0, parameters[_BUCKET])
    needed = (words.words + buckets, words.labels if supervised else words.words)
    for matrix, rows in zip(matrices, needed, strict=True):
        if matrix.rows < rows or matrix.columns != parameters[_DIM]:
            yield TensorMismatch(
                where=artifact.at(matrix.data.start), format=NAME, tensor=matrix.name, how="size",
                expected=bounded(4 * rows * max(0, parameters[_DIM])), found=bounded(4 * matrix.rows * matrix.columns),
                other=f"{rows} rows of {parameters[_DIM]}",
            )  # fmt: skip
    yield TensorTable(
        where=artifact.at(), format=NAME, tensors=len(matrices),
        parameters=bounded(sum(one.rows * one.columns for one in matrices)),
        nbytes=sum(one.data.end - one.data.start for one in matrices),
        dtypes=tuple(sorted({"uint8" if one.quantised else "float32" for one in matrices})),
        names=digest(one.name for one in matrices),
    )  # fmt: skip
