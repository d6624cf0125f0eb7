"""MLflow: the `MLmodel` file of a model's folder."""

import re
from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.limits import Limits
from scanner.pattern import pattern

# `flavors` at the top, in block style; a flow mapping or quoted keys count as well.
_FLAVORS = pattern(rb"(?m:^[{ \t]*['\"]?flavors['\"]?[ \t]*:)")
_OWN = (b"loader_module", b"mlflow_version", b"pickled_model", b"python_function")


def named(path: str) -> bool:
    """Tell whether a file has the name that MLflow looks for."""
    return path.endswith("MLmodel") and re.split(r"[/!\\]", path)[-1] == "MLmodel"


def claims(head: bytes, path: str) -> bool:
    """The name that MLflow looks for, or a document with flavors and a word of MLflow's own."""
    if named(path):
        return b"\0" not in head
    return b"flavors" in head and any(word in head for word in _OWN) and _FLAVORS.search(head) is not None


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield flavors, the paths that they open and the modules that they import."""
    from scanner.formats.mlflow.reading import facts

    yield from facts(artifact, limits)


FORMAT = Format(
    name="mlflow",
    spec="https://mlflow.org/docs/latest/ml/model/#storage-format",
    claims=claims,
    read=read,
    holds=(b"flavors",),
    named=("mlmodel",),
    reads="flavors, paths joined to the model's folder, loader modules",
    leaves="signatures, requirements; the model files, which are read on their own",
)
