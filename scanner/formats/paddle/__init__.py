"""PaddlePaddle: programs in protobuf (.pdmodel) and JSON, and their parameters (.pdiparams)."""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.limits import HEAD_NBYTES, Limits
from scanner.pattern import pattern

_BLOCK = pattern(rb"\x0a[\x80-\xff]{0,4}[\x00-\x7f]\x08\x00\x10\xff{9}\x01[\x1a\x22\x28\x30]")
"""The first block is number 0 and has no parent (-1); a variable or an operator follows."""

_PARAMETERS = pattern(rb"\0{16}(?:\x02\0\0\0\x08[\x00-\x26]|[\x03-\xff]\0\0\0\x08[\x00-\x26][\x10\x12])")
"""A tensor of version 0 without levels of detail, then its description: a type and dimensions."""

_JSON = pattern(rb"\s*\{")
_KEYS = (b'"base_code"', b'"magic"', b'"pir"')
_REGIONS = (b'"regions"', b'"blocks"', b'"ops"', b'"#"')


def claims(head: bytes, path: str) -> bool:  # noqa: ARG001 - decided by content
    """The first block of a program, the first tensor of parameters, or the code of the JSON form."""
    if head[:1] == b"\0":
        return _PARAMETERS.match(head) is not None
    if _BLOCK.match(head) is not None:
        return True
    return _JSON.match(head) is not None and any(all(key in head for key in keys) for keys in (_KEYS, _REGIONS))


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield the summary of a program and its operators that leave the graph; the table of parameters."""
    with artifact.open() as stream:
        head = stream.read(HEAD_NBYTES)
    if head[:1] == b"\0":
        from scanner.formats.paddle.params import facts as parameters

        yield from parameters(artifact, limits)
    elif _BLOCK.match(head) or not _JSON.match(head):
        from scanner.formats.paddle.program import facts as program

        yield from program(artifact, limits)
    else:
        from scanner.formats.paddle.intermediate import facts as intermediate

        yield from intermediate(artifact, limits)


FORMAT = Format(
    name="paddle",
    spec="https://github.com/PaddlePaddle/Paddle/blob/develop/paddle/fluid/framework/framework.proto",
    claims=claims,
    read=read,
    opens=b"\0{\t\n\x0b\x0c\r ",
    holds=(b"\0", b'"magic"', b'"#"'),
    reads="blocks and types of all operators, in protobuf and JSON, files that savers and loaders are given; types and "
    "shapes of parameters against the file",
    leaves="attributes of other operators, names of parameters (they stand in the program), numbers in them",
)
