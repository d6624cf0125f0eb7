"""Facts about MLflow models: what their `MLmodel` file makes a loader open and import."""

from scanner.facts.core import Fact
from scanner.record import record


@record
class MlflowModel(Fact):
    """One MLmodel file: the version that wrote it and the flavors it can be loaded as."""

    version: str
    flavors: tuple[str, ...]


@record
class MlflowPath(Fact):
    """A path, `target`, that a flavor joins to the model's folder. `key`: "pickled_model", "data", "code" and others.

    `how` says how it leads out: "absolute", "parent", "drive", "backslash", "control", "url", or "".
    """

    flavor: str
    key: str
    target: str
    how: str


@record
class MlflowLoader(Fact):
    """A module that a flavor makes MLflow import. `package` is its first segment.

    `code`: the flavor puts a folder of the model on the import path first.
    """

    flavor: str
    module: str
    package: str
    code: bool
