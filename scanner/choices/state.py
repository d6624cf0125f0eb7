"""What is known of a value that depends on the input, and what an operator makes of it."""

from typing import NamedTuple

from scanner.choices.graph import Node
from scanner.choices.words import Words

CONSTANTS = 3
"""Constants kept of one comparison."""


class State(NamedTuple):
    """A value that depends on the input.

    `raw`: it does so on a way without a trained layer; `deep`: on a way with one.
    `answer`: the comparison that it is the answer of; `made`: the operator it comes from, "" for an input.
    `constants`: what those two worked with, as text.
    """

    raw: bool
    deep: bool = False
    answer: str = ""
    made: str = ""
    constants: tuple[str, ...] = ()

    @property
    def told(self) -> str:
        """What a choice looks at: a comparison, or else whatever made the value."""
        return self.answer or self.made


class Choice(NamedTuple):
    """See `scanner.facts.graph.GraphCondition`; `at` and `size` are the node's place in the file."""

    operator: str
    comparison: str
    constants: tuple[str, ...]
    fixed: bool
    value: str
    compared: bool
    raw: bool
    over: bool
    distance: int
    scope: str
    node: str
    at: int
    size: int


class Found(NamedTuple):
    """A choice: what it looks at, whether one of its ways is fixed, whether the other comes from a layer.

    `where`: outputs of a node with graphs that are fixed; empty for all of them.
    """

    answer: State
    fixed: bool
    over: bool
    where: tuple[int, ...] = ()


Known = list[State | None]


def chosen(words: Words, node: Node, known: Known, inner: list[Known], gate: State | None) -> Found | None:
    """Say what a node decides on, if it decides on the input at all."""
    operator = node.operator
    if operator in words.selects and len(known) > words.selects[operator]:
        at = words.selects[operator]
        return _found(known[at], [known[:at] + known[at + 1 :]])
    if operator in words.picks and len(known) > words.picks[operator]:
        at = words.picks[operator]
        return _found(known[at], [known[:at] + known[at + 1 : at + 2]]) if known[at] and known[at].answer else None  # type: ignore[union-attr]
    if operator in words.branches or operator in words.loops:
        answer, outputs = ways(words, node, known, inner)
        # A counter does not depend on the input, neither before nor after.
        found = _found(answer, [way if operator in words.branches or way[0] else [] for way in outputs])
        return found and found._replace(where=tuple(at for at, way in enumerate(outputs) if None in way and any(way)))
    if operator in words.merges and gate and any(one != gate for one in known):
        return _found(gate, [known])
    if operator in words.gates:
        gates = [state for state in known if state and state.answer]
        others = [state for state in known if state not in gates]
        return _found(gates[0], [others]) if len(gates) == 1 else None
    return None


def _found(answer: State | None, ways: list[Known]) -> Found | None:
    """Judge the ways of each output: fixed where one depends on the input and another does not, or none does."""
    if answer is None or not answer.told:
        return None
    mixed = any(None in way and any(way) for way in ways)
    nothing = any(ways) and not any(state for way in ways for state in way)
    over = any(state is not None and state.deep for way in ways for state in way)
    return Found(answer, mixed or nothing, over)


def ways(words: Words, node: Node, known: Known, inner: list[Known]) -> tuple[State | None, list[Known]]:
    """Return what a node with graphs decides on, and for each of its outputs the values it may be."""
    if node.operator in words.branches:
        return known[0] if known else None, [list(way) for way in zip(*inner, strict=False)]
    at = words.loops[node.operator]
    if at >= 0:
        answer, begin, body = known[at] if at < len(known) else None, known[at + 1 :], inner[-1][1:] if inner else []
    elif len(inner) > 1:
        answer, begin, body = inner[0][0] if inner[0] else None, known, inner[1]
    else:
        return None, []
    # A loop that does not run hands on what went in; what it collects does not go in.
    return answer, [[*begin[number : number + 1], new] for number, new in enumerate(body)]


def merged(found: Found | None, way: Known) -> State | None:
    """Return what becomes of one output of a node with graphs."""
    taints = [state for state in way if state]
    if found:
        taints.append(found.answer)
    if not taints:
        return None
    raw, deep = any(state.raw for state in taints), any(state.deep for state in taints)
    answers = any(state is not None and state.answer for state in way)
    answers = answers and all(state is None or state.answer for state in way)
    first = taints[0] if found is None or answers else State(raw, made="If")
    return State(raw, deep, first.answer, first.made, first.constants)


def result(words: Words, node: Node, known: Known, taints: list[State], constants: list[str]) -> State:
    """Carry the state of a node's inputs to its outputs. `constants`: its constant inputs, as text."""
    operator = node.operator
    layer = _is_layer(words, operator, known)
    raw = any(state.raw for state in taints) and not layer
    deep = layer or any(state.deep for state in taints)
    texts = tuple(constants)[:CONSTANTS]
    if operator in words.compare:
        return State(raw, deep, operator, operator, texts)
    answers = [state for state in taints if state.answer]
    if answers and operator in words.carry:
        first = next((state for state in answers if state.raw), answers[0])
        # A choice among values is a value again, unless all of them are answers.
        choice = operator in words.selects or operator in words.branches or operator in words.gates
        if not choice or len(answers) == len(known):
            return State(raw, deep, first.answer, first.made, first.constants)
    if operator in words.steps and raw and not deep and any(state.made for state in taints):
        return State(raw, deep, operator, operator, texts)
    if operator in words.free:
        first = next((state for state in taints if state.made), taints[0])
        return State(raw, deep, "", first.made, first.constants)
    return State(raw, deep, "", operator, texts)


def _is_layer(words: Words, operator: str, known: Known) -> bool:
    if operator in words.lookup:
        return bool(known) and known[0] is None
    return operator in words.trained and None in known
