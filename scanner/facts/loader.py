"""Facts about strings in configurations that reach an importer: what a loader imports, fetches or evaluates."""

from scanner.facts.core import Fact
from scanner.record import record


@record
class LoadsCode(Fact):
    """One thing that a loader imports because a configuration says so; `via` is the row of `known/sinks.txt`.

    `file`: the name of the configuration. `key`: the pointer, with dots between its steps. `value`: as it stands, cut.
    `module` (dotted), `attribute`, `package` (first segment of the module), `tails` (dotted suffixes, the longest
    first, as in the facts about pickles) are empty where the value names none.
    `origin`: "stdlib"; "library" (one that the sink allows, or that the loader brings); "repo-file" (a file beside the
    configuration); "other-repo"; "kernel-repo"; "consent" (no code, but leave to run it); "expression" (the text is
    itself evaluated); "native" (a library of machine code); "outside" (a path that leads out of the repository);
    "unknown".
    `repository`: "owner/name" of another repository, and its `owner`. `declared`: the repository, or another of this
    owner, is what the files name as the base of the model, or where a cache of the hub has this file from.
    `allowed`: the value is one that the row calls ordinary. `nested`: it lies inside a part of the configuration.
    `code`: path of the file of the scan that is imported. `missing`: there is none, though others of the folder are
    here. `gated`: from which version the loader asks first; "always" where it always did; "" where none is known to.
    """

    via: str
    loader: str
    file: str
    key: str
    value: str
    module: str
    attribute: str
    package: str
    tails: tuple[str, ...]
    origin: str
    repository: str
    owner: str
    declared: bool
    allowed: bool
    nested: bool
    code: str
    missing: bool
    gated: str


@record
class LoadedSink(Fact):
    """What a Python file does when it is imported, and a configuration makes a loader import it.

    The place is that of the configuration. `via`, `key` and `loader` as in `LoadsCode`; `code` is the file's path,
    which the configuration names or a file that it names imports; `call`: the dotted name, or what is written to.
    `group` as in `PythonCall`, or "decode" (something decoded is executed), "write" (as in `PythonWrites`),
    "secrets" (reads secrets and calls the network). `at`: "import" or "load". `code_line` (from 1, 0 where none is
    known) is the line in that file. `constant`: every argument is.
    """

    via: str
    loader: str
    key: str
    code: str
    call: str
    group: str
    at: str
    code_line: int
    constant: bool


@record
class ConfigPath(Fact):
    """A path in a configuration that is not plainly inside the repository.

    `how`: "home" (a person's folder), "absolute", "drive", "parent". `joined`: a loader joins it to the
    folder and opens what it leads to; otherwise it only says where something once was.
    """

    key: str
    target: str
    how: str
    joined: bool


@record
class Launcher(Fact):
    """A program or script that people start by a click, lying beside the weights of a model.

    `suffix`: in lower case, with the dot. `weights`: the file beside it that holds weights.
    """

    suffix: str
    weights: str


@record
class WeightsCompanion(Fact):
    """A Python file in the folder of a model's weights acts while it is imported.

    `call`, `group` and `how` as in `PythonCall`; group "decode" executes what it decoded. `weights`: a file beside it.
    """

    call: str
    group: str
    how: str
    weights: str
