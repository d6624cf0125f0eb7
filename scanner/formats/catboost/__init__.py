"""CatBoost models: a magic, the length of a flatbuffer, and further parts behind it."""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.limits import Limits


def claims(head: bytes, path: str) -> bool:
    """The magic of CatBoost."""
    del path
    return head[:4] == b"CBM1"


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield the model and its texts. Raises `MalformedError` where the core is longer than the file."""
    from scanner.formats.catboost.core import facts

    yield from facts(artifact, limits)


FORMAT = Format(
    name="catboost",
    spec="https://github.com/catboost/catboost/blob/master/catboost/libs/model/flatbuffers/model.fbs",
    claims=claims,
    read=read,
    opens=b"C",
    reads="the length of the core, its version, texts in it and behind it",
    leaves="the trees and the tables of the flatbuffer",
)
