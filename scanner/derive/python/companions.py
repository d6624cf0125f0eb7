"""Python files beside the weights of a model that act while they are imported, whoever imports them."""

from collections.abc import Iterator, Sequence

from scanner.facts import Fact
from scanner.facts.loader import WeightsCompanion
from scanner.facts.python import PythonCall, PythonDecodes
from scanner.nesting import beside
from scanner.weights import folders

WHEN = frozenset(("import", "load"))
GROUPS = frozenset(("process", "memory", "network", "evaluate"))


def derive(facts: Sequence[Fact]) -> Iterator[Fact]:
    """State the calls of such files, where their own folder holds weights."""
    calls = [one for one in facts if isinstance(one, PythonCall | PythonDecodes) and one.at in WHEN]
    calls = [one for one in calls if one.group in GROUPS and one.role != "setup"]
    if not calls:
        return
    weights = folders(facts)
    for call in calls:
        found = weights.get(beside(call.where.path, ""))
        if found:
            decoded = isinstance(call, PythonDecodes)
            yield WeightsCompanion(
                where=call.where,
                call=call.sink if isinstance(call, PythonDecodes) else call.name,
                group="decode" if decoded else call.group,
                how="" if isinstance(call, PythonDecodes) else call.how,
                weights=found,
            )
