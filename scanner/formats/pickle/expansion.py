"""How many objects a stream's containers reach, counted once for every way to reach them."""

from typing import Final

from scanner.formats.pickle import values
from scanner.formats.pickle.state import State
from scanner.formats.pickle.values import Heap

LEVELS: Final = 7
"""Shared containers below which nothing can grow far."""
OBJECTS: Final = 10_000_000
RATIO: Final = 1000
"""Objects per opcode: what honest sharing stays below."""
_SATURATED: Final = 1 << 62


def expansion(state: State) -> int:
    """Return the objects that one container reaches if they are out of all proportion to the opcodes, or 0.

    Only plain containers count: what recurses over them (repr, copy, compare, JSON) takes that long.
    """
    if state.shared < LEVELS:
        return 0
    reach = _reach(state.heap)
    largest = max(reach, default=0)
    return largest if largest > OBJECTS and largest > RATIO * state.opcodes else 0


def _reach(heap: Heap) -> list[int]:
    """Count what each node reaches, itself included; a cycle counts once, a sum stops at 2**62."""
    kinds = heap.kinds
    reach = [0 if kind <= values.LAST_CONTAINER else 1 for kind in kinds]
    for root in range(len(kinds)):
        if reach[root]:
            continue
        pending = [root]
        while pending:
            node = pending[-1]
            if reach[node] > 0:
                pending.pop()
                continue
            children = [~item for item in _nodes(heap, ~node)]
            if reach[node] == 0:
                reach[node] = -1
                waiting = [child for child in dict.fromkeys(children) if reach[child] == 0]
                if waiting:
                    pending.extend(waiting)
                    continue
            total = 1 + heap.count(~node) - len(children) + sum(max(reach[child], 1) for child in children)
            reach[node] = min(total, _SATURATED)
            pending.pop()
    return reach


def _nodes(heap: Heap, value: int) -> list[int]:
    return [item for item in heap.items(value, 1 << 40) if item < 0]
