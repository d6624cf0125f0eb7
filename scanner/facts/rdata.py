"""Facts about objects that R saved."""

from scanner.facts.core import Fact
from scanner.record import record


@record
class RFile(Fact):
    """One saved file. `encoding`: "xdr", "ascii" or "native"; `items` counts everything that was read.

    `kinds`: what it holds beside plain data: "closure", "bytecode", "environment", "promise", "pointer", "weak
    reference", "primitive", "language", "S4 object", "namespace". `primitives` and `namespaces` are named.
    """

    encoding: str
    version: int
    items: int
    kinds: tuple[str, ...]
    primitives: tuple[str, ...]
    namespaces: tuple[str, ...]


@record
class RPromise(Fact):
    """A promise: R evaluates its expression when it is first looked at.

    `pending`: no value is stored, so that the expression is still to run. `code`: the expression is a call or bytecode.
    `place`: "data", or "environment" (below one, where functions keep their arguments).
    `calls`: names that the expression calls, as far as they are symbols.
    """

    pending: bool
    code: bool
    place: str
    calls: tuple[str, ...]
