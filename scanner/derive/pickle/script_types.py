"""Types of TorchScript that a pickle makes, outside the archives whose own sources define them."""

from collections.abc import Iterator, Sequence

from scanner.facts import Fact
from scanner.facts.pickle import PickleCall
from scanner.nesting import beside

PACKAGE = "__torch__"
"""Where TorchScript puts the types that it compiles from `code/`; `torch.jit.load` imports nothing for them."""


SOURCES = "code/"
"""The folder of the sources, beside the pickle: what is read there as TorchScript tells that they are sources."""


def derive(facts: Sequence[Fact]) -> Iterator[Fact]:
    """Yield one fact for every type of the package that a pickle beside no sources makes: that one is imported."""
    made = [fact for fact in facts if isinstance(fact, PickleCall) and fact.package == PACKAGE and fact.how == "new"]
    if not made:
        return
    from scanner.facts.torch import LooseScriptType, ScriptOperator

    called = (fact.where.path.partition(SOURCES) for fact in facts if isinstance(fact, ScriptOperator))
    folders = {folder + mark for folder, mark, _ in called}
    for fact in made:
        if beside(fact.where.path, SOURCES) not in folders:
            yield LooseScriptType(where=fact.where, callable=fact.callable, module=fact.module)
