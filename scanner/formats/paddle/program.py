"""From a ProgramDesc to facts: which operators it has, and the files they are given."""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact, LimitReached
from scanner.formats.paddle.found import Program
from scanner.formats.paddle.operators import PATH, REACHES
from scanner.limits import Limits
from scanner.protobuf import BYTES, VARINT, Field, Wire

_BLOCKS, _VERSION, _OPERATORS, _TYPE, _ATTRIBUTES = 1, 4, 4, 3, 4
"""Fields: ProgramDesc.blocks, ProgramDesc.version, BlockDesc.ops, OpDesc.type, OpDesc.attrs."""

_NAME, _TEXT = 1, 5
"""Fields of OpDesc.Attr: name and s."""

NAME_NBYTES = 200
PATH_NBYTES = 4000


def facts(artifact: Artifact, limits: Limits) -> Iterator[Fact]:
    """Yield the facts of a program; see `Format.read`. Raises `MalformedError` as the wire does."""
    program = Program()
    with artifact.open() as stream:
        wire = Wire(stream, artifact.size)
        for field in wire.fields(0, artifact.size):
            if field.number == _VERSION and field.wire == BYTES:
                numbers = [one.signed for one in wire.fields(field.start, field.end) if one.wire == VARINT]
                program.version = numbers[-1] if numbers else 0
            if field.number != _BLOCKS or field.wire != BYTES:
                continue
            program.blocks += 1
            for operator in _operators(wire, field):
                if program.nodes >= limits.entries:
                    where = artifact.at(operator.start)
                    yield LimitReached(where=where, limit="entries", bound=limits.entries, unit="operators")
                    return
                name, path = _said(wire, operator)
                program.add(name, artifact.at(operator.start), path=path)
    yield from program.facts(artifact)


def _operators(wire: Wire, block: Field) -> Iterator[Field]:
    for field in wire.fields(block.start, block.end):
        if field.number == _OPERATORS and field.wire == BYTES:
            yield field


def _said(wire: Wire, operator: Field) -> tuple[str, str]:
    """Return the type of an operator, and the path among its attributes where it reaches a file."""
    name, attributes = "", []
    for one in wire.fields(operator.start, operator.end):
        if one.number == _TYPE and one.wire == BYTES:
            name = wire.text(one, NAME_NBYTES)
        elif one.number == _ATTRIBUTES and one.wire == BYTES:
            attributes.append(one)
    if REACHES.get(name) not in ("file", "output"):
        return name, ""
    path = ""
    for attribute in attributes:
        parts = {part.number: part for part in wire.fields(attribute.start, attribute.end) if part.wire == BYTES}
        if _NAME in parts and _TEXT in parts and wire.text(parts[_NAME], NAME_NBYTES) == PATH:
            path = wire.text(parts[_TEXT], PATH_NBYTES)
    return name, path
