"""Facts about skops files: what `schema.json` makes the loader import, look up and call."""

from scanner.facts.core import Fact
from scanner.record import record


@record
class SkopsModel(Fact):
    """A schema: the protocol and version it names (-1 and "" where not said) and how many nodes it has."""

    protocol: int
    version: str
    nodes: int


@record
class SkopsName(Fact):
    """A name of Python that a node makes the loader import. One fact a name; `count` says how often it occurs.

    `loader`: the node's class in skops. `kind`: "object" (made without `__init__`), "call" (called while loading:
    a reduce node), "operator" (a function of the operator module, called while loading), "function", "type",
    "method" (looked up on an object of this class; `method` is its name), or "unknown" (a loader skops lacks).
    `target` is module and name with a dot between, `package` its first segment, `tails` the dotted suffixes.
    """

    loader: str
    kind: str
    target: str
    module: str
    name: str
    package: str
    tails: tuple[str, ...]
    method: str
    count: int
