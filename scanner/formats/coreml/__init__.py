"""Core ML: models in protobuf, and the manifest of a package."""

import re
from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.limits import Limits
from scanner.magic import kind_of
from scanner.pattern import pattern

# specificationVersion, then a description whose first input or output starts with its name.
_MODEL = pattern(
    rb"\x08[\x01-\x32]\x12[\x02-\xff][\x80-\xff]{0,3}[\x00-\x7f]?(?:\x0a|\x52)[\x02-\xff][\x01-\x7f]?\x0a[\x01-\x7f]"
    rb"[\w./:+ -]",
    re.DOTALL,
)


def claims(head: bytes, path: str) -> bool:
    """A specification with a described feature, bytes of no other kind under the suffix, or a package's manifest."""
    if _MODEL.match(head):
        return True
    if path.endswith(".mlmodel") and kind_of(head) in ("data", "text"):
        return True
    return b'"itemInfoEntries"' in head and head.lstrip()[:1] == b"{"


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield the model, classes and files that it needs, and its texts."""
    from scanner.formats.coreml.reading import facts

    yield from facts(artifact, limits)


FORMAT = Format(
    name="coreml",
    spec="https://apple.github.io/coremltools/mlmodel/index.html",
    claims=claims,
    read=read,
    opens=b"\x08{\t\n\x0b\x0c\r ",
    holds=(b"\x08", b'"itemInfoEntries"'),
    named=(".mlmodel",),
    reads="custom models and layers, linked models, weight files of programs, pipelines, metadata, the manifest of a "
    "package",
    leaves="the values of weights; the computation of layers",
)
