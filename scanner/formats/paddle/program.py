"""From a ProgramDesc to facts: which operators it has."""

from collections import Counter
from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact, LimitReached
from scanner.facts.graph import GraphSummary
from scanner.facts.paddle import PaddleOperator
from scanner.formats.paddle.operators import REACHES
from scanner.limits import Limits
from scanner.protobuf import BYTES, VARINT, Field, Wire

_BLOCKS, _VERSION, _OPERATORS, _TYPE = 1, 4, 4, 3
"""Fields: ProgramDesc.blocks, ProgramDesc.version, BlockDesc.ops, OpDesc.type."""

NAME_NBYTES = 200
SHOWN = 20


def facts(artifact: Artifact, limits: Limits) -> Iterator[Fact]:
    """Yield the facts of a program; see `Format.read`. Raises `MalformedError` as the wire does."""
    uses: Counter[str] = Counter()
    places: dict[str, int] = {}
    blocks = version = nodes = 0
    with artifact.open() as stream:
        wire = Wire(stream, artifact.size)
        for field in wire.fields(0, artifact.size):
            if field.number == _VERSION and field.wire == BYTES:
                numbers = [one.signed for one in wire.fields(field.start, field.end) if one.wire == VARINT]
                version = numbers[-1] if numbers else 0
            if field.number != _BLOCKS or field.wire != BYTES:
                continue
            blocks += 1
            for name, at in _operators(wire, field):
                nodes += 1
                if nodes > limits.entries:
                    yield LimitReached(where=artifact.at(at), limit="entries", bound=limits.entries, unit="operators")
                    return
                uses[name] += 1
                places.setdefault(name, at)
    yield GraphSummary(
        where=artifact.at(), format="paddle", producer="", version=version, graphs=blocks, nodes=nodes, functions=0,
        inputs=(), outputs=(), operators=tuple(name for name, _ in uses.most_common(SHOWN)), training=False,
    )  # fmt: skip
    for name in sorted(REACHES.keys() & uses.keys()):
        where = artifact.at(places[name])
        yield PaddleOperator(where=where, operator=name, reaches=REACHES[name], nodes=uses[name])


def _operators(wire: Wire, block: Field) -> Iterator[tuple[str, int]]:
    """Yield type and place of each operator of a block."""
    for field in wire.fields(block.start, block.end):
        if field.number == _OPERATORS and field.wire == BYTES:
            names = [
                wire.text(one, NAME_NBYTES)
                for one in wire.fields(field.start, field.end)
                if one.number == _TYPE and one.wire == BYTES
            ]
            yield (names[-1] if names else ""), field.start
