"""Models and runs of MLflow by their addresses, from a tracking server, a database or a folder of runs.

`models:/NAME/VERSION`, `models:/NAME@ALIAS`, `models:/m-ID`, `runs:/ID[/PATH]` and `mlflow-artifacts:/PATH`; the store
is `MLFLOW_TRACKING_URI`, or what lies here. https://mlflow.org/docs/latest/self-hosting/architecture/artifact-store/
"""

from collections.abc import Iterator, Sequence

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.sources import Keep

SCHEMES = ("models:/", "runs:/", "mlflow-artifacts:/")


def claims(target: str) -> bool:
    """Say whether a target is an address of MLflow."""
    return target.startswith(SCHEMES)


def walk(targets: Sequence[str], *, keep: Keep) -> Iterator[Artifact | Fact]:
    """Yield the files of each model. Raises `UsageError` where there is none."""
    from scanner.sources.mlflow.walking import walk as walked

    yield from walked(targets, keep=keep)
