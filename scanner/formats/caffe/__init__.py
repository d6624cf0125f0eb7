"""Caffe: networks with or without their weights, and solvers, in protobuf's binary or text form."""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.limits import Limits
from scanner.pattern import pattern

_FIRST = pattern(rb"(?:\xef\xbb\xbf)?(?:\s|#[^\n]*\n)*+([a-z_]{3,30})\s*[:{<]")
_NET_KEYS = frozenset((
    b"name", b"input", b"input_dim", b"input_shape", b"layer", b"layers", b"force_backward", b"state", b"debug_info",
))  # fmt: skip
_LAYER = pattern(rb"\blayers?\s*+:?+\s*+[{<]")
_SOLVER = pattern(
    rb"(?m)^[ \t]*+(net|train_net|test_net|net_param|snapshot_prefix|base_lr|lr_policy|solver_mode|max_iter|test_iter)"
    rb"\s*[:{]"
)
_SOLVER_KEYS = 3
_LONGEST = 0x80
_BINARY_TAGS = (b"\x12", b"\x1a", b" ", b"(", b"2", b"8", b"B", b"\xa2\x06")
_SUFFIX = ".prototxt"


def claims(head: bytes, path: str) -> bool:
    """A text with layers or the keys of a solver; or a message whose first layer has a name and a type."""
    first = _FIRST.match(head)
    if first is not None and b"\0" not in head:
        if first[1] in _NET_KEYS and (_LAYER.search(head) is not None or path.lower().endswith(_SUFFIX)):
            return True
        return len(set(_SOLVER.findall(head))) >= _SOLVER_KEYS
    if not _may_be_net(head):
        return False
    from scanner.formats.caffe.recognise import is_net

    return is_net(head)


def _may_be_net(head: bytes) -> bool:
    """A short name and one of the fields that follow it, or a layer at once."""
    if head[:1] == b"\n" and len(head) > 1 and head[1] < _LONGEST:
        return head.startswith(_BINARY_TAGS, 2 + head[1])
    return head.startswith((b"\xa2\x06", b"\x12"))


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield Python layers, files that layers name, types of layers, and the table of weights."""
    from scanner.formats.caffe.reading import facts

    yield from facts(artifact, limits)


FORMAT = Format(
    name="caffe",
    spec="https://github.com/BVLC/caffe/blob/master/src/caffe/proto/caffe.proto",
    claims=claims,
    read=read,
    opens=b"abcdefghijklmnopqrstuvwxyz_#\xef\x12\xa2\t\n\x0b\x0c\r ",
    reads="types of all layers, modules of Python layers, paths, shapes of weights against their data; solvers",
    leaves="parameters of layers that name no file, fields of Caffe's forks, solver states, mean files",
)
