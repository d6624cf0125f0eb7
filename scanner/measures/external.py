"""The tensors of an ONNX file: in the file, in fields of their own, or in a file beside it that the scan holds too."""

from collections.abc import Iterator
from posixpath import normpath

from scanner.artifact import Artifact
from scanner.limits import Limits
from scanner.measures.views import Beside, Stored
from scanner.members import leads
from scanner.nesting import beside as path_beside
from scanner.tensors import Row

_DIGITS = 19


def stored(artifact: Artifact, limits: Limits, beside: Beside) -> Iterator[Stored]:
    """Yield the tensors; `left` of those whose file is not among `beside`. Raises `MalformedError` as the reader does.

    Offset and length as https://github.com/onnx/onnx/blob/main/docs/ExternalData.md has them.
    """
    from scanner.formats.onnx.parse import parse
    from scanner.protobuf import Wire

    with artifact.open() as stream:
        model, broken = parse(Wire(stream, artifact.size), artifact.size, limits)
    for tensor in model.tensors:
        data = tensor.data if tensor.data.start >= 0 else tensor.packed
        place = data.start
        row = Row("tensor", tensor.name, tensor.dtype, tensor.shape, max(0, tensor.nbytes), place)
        if tensor.is_external or tensor.external:
            yield _outside(artifact, row, dict(tensor.external), beside)
        elif place < 0:
            yield Stored(row, left="fields")  # numbers as fields of the message: small ones, by most exporters
        else:
            yield Stored(row._replace(nbytes=data.end - place))
    if broken is not None:
        raise broken


def _outside(artifact: Artifact, row: Row, said: dict[str, str], beside: Beside) -> Stored:
    """Find the bytes of a tensor in a file that the scan reads; a path that leads out of the folder finds none."""
    location = said.get("location", "")
    inside = bool(location.strip()) and not leads(location)
    other = beside.get(path_beside(artifact.path, normpath(location))) if inside else None
    offset, length = said.get("offset", "0"), said.get("length", str(row.nbytes))
    if other is None or not all(one.isascii() and one.isdecimal() and len(one) <= _DIGITS for one in (offset, length)):
        return Stored(row, left="elsewhere")
    return Stored(row._replace(offset=int(offset), nbytes=int(length)), other)
