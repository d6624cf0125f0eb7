"""JSON configurations that name what a loader imports and calls: Hydra's `_target_` and its like, in any JSON."""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.limits import Limits

_BLANK = b" \t\r\n\xef\xbb\xbf"
_WIDE = (b"{\0", b"\0{", b"[\0", b"\0[", b"\xff\xfe", b"\xfe\xff", b"\0\0")


def claims(head: bytes, path: str) -> bool:
    """What starts as a JSON object or list may hold targets."""
    start = head.lstrip(_BLANK)
    if start[:1] == b"{":
        return True
    return start[:1] == b"[" or (path.endswith(".json") and head[:2] in _WIDE)


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield one fact for each target; nothing where the bytes hold none of the keys."""
    from scanner.formats.hydra.reading import facts

    yield from facts(artifact, limits)


FORMAT = Format(
    name="hydra",
    spec="https://hydra.cc/docs/advanced/instantiate_objects/overview/",
    claims=claims,
    read=read,
    opens=b"{[" + _BLANK,
    named=(".json",),
    everywhere=True,
    reads="targets at any depth of a JSON document (_target_, target, cls, class_path), interpolations inside the "
    "document",
    leaves="interpolations that ask the environment or a resolver of the program",
)
