"""PaddlePaddle programs: a ProgramDesc with blocks of operators, in protobuf."""

import re
from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.limits import Limits

_BLOCK = re.compile(rb"\x0a[\x80-\xff]{0,4}[\x00-\x7f]\x08\x00\x10\xff{9}\x01[\x1a\x22\x28\x30]")
"""The first block is number 0 and has no parent (-1); a variable or an operator follows."""


def claims(head: bytes, path: str) -> bool:  # noqa: ARG001 - decided by content
    """The first block of a program."""
    return _BLOCK.match(head) is not None


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield the summary of the program, and operators that call Python or reach files."""
    from scanner.formats.paddle.program import facts

    yield from facts(artifact, limits)


FORMAT = Format(
    name="paddle",
    spec="https://github.com/PaddlePaddle/Paddle/blob/develop/paddle/fluid/framework/framework.proto",
    claims=claims,
    read=read,
    reads="blocks, variables by number, types of all operators",
    leaves="attributes of operators, parameters (.pdiparams), programs of the newer JSON form",
)
