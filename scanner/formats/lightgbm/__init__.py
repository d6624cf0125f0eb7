"""LightGBM models: lines of text, a header and a block for each tree."""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.limits import Limits


def claims(head: bytes, path: str) -> bool:
    """The name of the booster on a line of its own, then a version."""
    del path
    return head.startswith((b"tree\nversion=", b"tree\r\nversion=", b"tree\nnum_class=", b"tree\r\nnum_class="))


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield the ensemble, references that lead nowhere, and its texts."""
    from scanner.formats.lightgbm.reading import facts

    yield from facts(artifact, limits)


FORMAT = Format(
    name="lightgbm",
    spec="https://github.com/microsoft/LightGBM/blob/master/src/boosting/gbdt_model_text.cpp",
    claims=claims,
    read=read,
    opens=b"t",
    reads="children, features and lengths of every tree, the number of trees, texts of the header and the parameters",
    leaves="linear trees' coefficients",
)
