"""The methods of a program: operators, delegates and instructions as the tables tell them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from scanner.flatbuffer import Table

# ExecutionPlan of program.fbs.
NAME, VALUES, INPUTS, OUTPUTS, CHAINS, OPERATORS, DELEGATES = 0, 2, 3, 4, 5, 6, 7
INSTRUCTIONS = 2
KERNEL, DELEGATE, MOVE, JUMP, FREE = range(1, 6)
"""Kinds of instructions."""

TENSOR, LISTS = 5, (10, 11)
"""Kinds of values: a tensor; lists of tensors, which hold indices of values."""
EXTRA = 10
"""Field of Tensor: where its data lies, if not in this file."""

NAME_NBYTES = 300
_INDICES = 100_000
_NONE = -1


@dataclass(slots=True)
class Plan:
    """One method. `external` counts tensors whose data another file brings.

    `wrong`: kinds of references that lead nowhere, with index and count of the first.
    """

    name: str
    operators: list[str] = field(default_factory=list)
    uses: list[int] = field(default_factory=list)
    delegates: list[tuple[str, bool, int]] = field(default_factory=list)
    external: int = 0
    instructions: int = 0
    wrong: dict[str, tuple[int, int]] = field(default_factory=dict)

    def check(self, what: str, index: int, count: int) -> bool:
        """Note an index that is not below the count; say whether it is."""
        inside = 0 <= index < count
        if not inside:
            self.wrong.setdefault(what, (index, count))
        return inside


def read(table: Table, spend: Callable[[], None]) -> Plan:
    """Read one method. `spend` is called for each entry and stops the walk where there are too many."""
    plan = Plan(table.text(NAME, NAME_NBYTES))
    for operator in table.tables(OPERATORS):
        spend()
        plan.operators.append(operator.text(0, NAME_NBYTES))
        plan.uses.append(0)
    for delegate in table.tables(DELEGATES):
        spend()
        where = delegate.table(1)
        inline = where is None or where.number(0, 1) == 0
        plan.delegates.append((delegate.text(0, NAME_NBYTES), inline, where.number(1, 4) if where else 0))
    values = table.vector(VALUES, 4)[1]
    for value in table.tables(VALUES):
        spend()
        _value(plan, value, values)
    for number in (INPUTS, OUTPUTS):
        for index in table.numbers(number, _INDICES):
            plan.check("value", index, values)
    for chain in table.tables(CHAINS):
        _chain(plan, chain, values, spend)
    return plan


def _chain(plan: Plan, chain: Table, values: int, spend: Callable[[], None]) -> None:
    instructions = chain.vector(INSTRUCTIONS, 4)[1]
    for instruction in chain.tables(INSTRUCTIONS):
        spend()
        plan.instructions += 1
        arguments = instruction.table(1)
        if arguments is not None:
            _instruction(plan, instruction.number(0, 1), arguments, (values, instructions))


def _value(plan: Plan, value: Table, values: int) -> None:
    kind, held = value.number(0, 1), value.table(1)
    if held is None:
        return
    if kind in LISTS:
        for index in held.numbers(0, _INDICES):
            if index != _NONE:
                plan.check("value", index, values)
    elif kind == TENSOR:
        extra = held.table(EXTRA)
        plan.external += extra is not None and extra.number(2, 1) == 1


def _instruction(plan: Plan, kind: int, arguments: Table, counts: tuple[int, int]) -> None:
    values, instructions = counts
    first = arguments.number(0, 4, signed=True)
    if kind == KERNEL and plan.check("operator", first, len(plan.operators)):
        plan.uses[first] += 1
    elif kind == DELEGATE:
        plan.check("delegate", first, len(plan.delegates))
    elif kind in (MOVE, JUMP, FREE):
        plan.check("value", first, values)
    for index in _further(kind, arguments):
        plan.check("value", index, values)
    if kind == JUMP:
        # A jump behind the last instruction ends the chain.
        plan.check("instruction", arguments.number(1, 4, signed=True), instructions + 1)


def _further(kind: int, arguments: Table) -> Iterator[int]:
    """Yield the values that an instruction takes beside its first number; -1 stands for none."""
    if kind in (KERNEL, DELEGATE):
        yield from (index for index in arguments.numbers(1, _INDICES) if index != _NONE)
    elif kind == MOVE:
        yield arguments.number(1, 4, signed=True)
