"""The body of a TorchScript function as a graph of operators: each assignment makes a new value."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from scanner.choices.graph import Graph, Node
from scanner.formats.torch.syntax import NEST, Statement, find, parts
from scanner.formats.torch.words import MUTATES, VIEWS

STEPS = 200_000
"""Statements of one archive that are followed; what stands behind a branch that returns counts again."""

_RAISES = "ops.prim.RaiseException"
_BASES = 8
_COPIES = 64
"""Variables that are handed to a branch for one step."""


class Value(NamedTuple):
    """What an expression gives: a value of the graph ("" for none), or a place below `self`, or a class's object.

    `never`: it stands where nothing comes to, behind an error. `parts`: the values of a tuple.
    """

    name: str = ""
    path: str = ""
    kind: str = ""
    never: bool = False
    parts: tuple["Value", ...] = ()


Kinds = Mapping[str, Mapping[str, str]]
"""The types of the attributes of each class."""


@dataclass(slots=True)
class Script:
    """The sources of one archive: types of attributes by class, what each function returns, and the steps left.

    `functions` has the number of values that each returns. `deep`: branches nest too deep to be followed.
    """

    kinds: dict[str, dict[str, str]] = field(default_factory=dict)
    functions: dict[str, int] = field(default_factory=dict)
    steps: int = STEPS
    deep: bool = False


class Way(NamedTuple):
    """One way through a branch: its nodes, its variables, and how it ends: "", "return" or "raise"."""

    nodes: list[Node]
    names: dict[str, Value]
    end: str


class Body:
    """Builds the graph of one function. `read` turns an expression into a value, and adds its nodes."""

    def __init__(self, script: Script, graph: Graph, at: int, read: Callable[["Body", list[str]], Value]) -> None:
        """Start with the function's arguments. `at` is added to the numbers of lines."""
        self.script = script
        self.graph = graph
        self.nodes = graph.nodes
        self.names: dict[str, Value] = {}
        self.bases: dict[str, str] = {}
        self.line = 0
        self._at = at
        self._read = read
        self._count = 0
        self._depth = 0

    def run(self, block: list[Statement]) -> None:
        """Follow the whole body."""
        self._block(block)
        last = self.names.get("return", Value())
        count = self.script.functions.get(self.graph.name, 1)
        self.graph.outputs = [one.name for one in last.parts] if len(last.parts) == count else [last.name] * count

    def fresh(self) -> str:
        """Name a new value."""
        self._count += 1
        return f"%{self._count}"

    def constant(self, text: str) -> Value:
        """Make a value of a number or a text."""
        name = self.fresh()
        self.graph.constants[name] = text
        return Value(name)

    def node(self, operator: str, inputs: list[Value], outputs: int = 1, graphs: tuple[Graph, ...] = ()) -> list[Value]:
        """Add a node; return its values."""
        made = [self.fresh() for _ in range(outputs)]
        place, taken = self._at + self.line, tuple(one.name for one in inputs)
        self.nodes.append(Node(operator, "", f"line {self.line}", taken, tuple(made), graphs, at=place))
        return [Value(name) for name in made]

    def together(self, values: list[Value]) -> Value:
        """Make one value of several, and remember which."""
        return self.node("tuple", values)[0]._replace(parts=tuple(values))

    def mutate(self, name: str, made: Value) -> None:
        """A variable has changed where it lies, and so has what it is a look at."""
        for _ in range(_BASES):
            old = self.names.get(name)
            if old is None:
                return
            self.names[name] = made
            name = self.bases.get(name, "")
            if name in self.names:
                made = self.node("mutated", [self.names[name], made])[0]

    def _block(self, block: list[Statement]) -> str:
        """Follow statements; say how they end."""
        at = 0
        while at < len(block):
            statement = block[at]
            self.script.steps -= 1
            if self.script.steps < 0:
                return ""
            self.line = statement.number
            at += 1
            other = at
            while statement.word == "if" and at < len(block) and block[at].word in ("elif", "else"):
                at += 1
            end, done = self._statement(statement, block, other, at)
            if end or done:
                return end
        return ""

    def _statement(self, statement: Statement, block: list[Statement], other: int, at: int) -> tuple[str, bool]:
        """Follow one statement; say how it ends the block, and whether the rest of that is followed already.

        The other branches of an `if` lie at `[other, at)` of the block.
        """
        if statement.word == "if":
            return self._if(statement, block, other, at)
        if statement.word in ("for", "while"):
            self._loop(statement)
            return "", False
        if statement.word == "with":
            return self._block(statement.body), False
        ends = self._simple(statement.tokens)
        return ("return" if statement.word == "return" else "raise") if ends else "", False

    def _simple(self, tokens: list[str]) -> bool:
        """Follow a statement without a block; say whether it ends the block."""
        if tokens[0] == "return":
            self.names["return"] = self._read(self, tokens[1:])
            return True
        if tokens[0] == "raise" or "".join(tokens[:5]) == _RAISES:
            return True
        end = find(tokens, "=")
        if end == len(tokens):
            self._read(self, tokens)
            return False
        before, behind = tokens[:end], tokens[end + 1 :]
        if before[-1:] in (["+"], ["-"], ["*"], ["/"]):  # x += y
            before, behind = before[:-1], [*before, "(", *behind, ")"]
        targets = [part[: find(part, ":")] for part in parts(before)]
        self._assign([target for target in targets if target], behind)
        return False

    def _assign(self, targets: list[list[str]], tokens: list[str]) -> None:
        sources = parts(tokens)
        if len(targets) > 1 and len(sources) == len(targets):
            values = [self._read(self, source) for source in sources]
        else:
            value = self._read(self, tokens)
            values = [value] if len(targets) == 1 else list(value.parts)
            if len(values) != len(targets):
                values = self.node("unpack", [value], len(targets))
        for target, value in zip(targets, values, strict=False):
            if len(target) == 1:
                self.names[target[0]] = value
                self._look(target[0], tokens)
            elif self.names.get(target[0], Value()).path == "self":
                self.names["".join(("self", *target[1:]))] = value
            elif target[0] in self.names:
                self.mutate(target[0], self.node("mutated", [self.names[target[0]], value])[0])

    def _look(self, name: str, tokens: list[str]) -> None:
        """Remember what a variable is another look at."""
        self.bases.pop(name, None)
        operator = "".join(tokens[: find(tokens, "(")])
        if operator in VIEWS or tokens[1:2] == ["["]:
            base = next((one for one in tokens if one in self.names and one != name), "")
            if base:
                self.bases[name] = base

    def _way(self, block: list[Statement]) -> Way:
        """Follow a branch apart from what stands around it."""
        nodes, names = self.nodes, self.names
        self.script.steps -= len(names) // _COPIES
        self.nodes, self.names = [], dict(names)
        self._depth += 1
        end = self._block(block)
        self._depth -= 1
        way = Way(self.nodes, self.names, end)
        self.nodes, self.names = nodes, names
        return way

    def _if(self, statement: Statement, block: list[Statement], start: int, at: int) -> tuple[str, bool]:
        """Follow both branches; say how they end, and whether what follows is followed already."""
        condition = self._read(self, statement.tokens[1:])
        others = block[start:at]
        then, other = statement.body, others[0].body if others and others[0].word == "else" else []
        if others and others[0].word == "elif":
            first = others[0]
            other = [replace(first, tokens=["if", *first.tokens[1:]]), *others[1:]]
        done = _returns(then) != _returns(other) and self._depth < NEST
        self.script.deep = self.script.deep or self._depth >= NEST
        if done:
            rest = block[at:]
            then, other = (then, [*other, *rest]) if _returns(then) else ([*then, *rest], other)
        ways = [self._way(then), self._way(other)]
        alive = [way for way in ways if way.end != "raise"]
        if not alive:
            return "raise", done
        if len(alive) == 1:
            self.nodes.extend(alive[0].nodes)
            self.names = alive[0].names
        else:
            self._join(condition, ways)
        return "return" if any(way.end for way in alive) else "", done

    def _join(self, condition: Value, ways: list[Way]) -> None:
        """Make one value of what two branches gave a name. What stands behind an error counts as the condition."""
        one, two = (way.names for way in ways)
        changed = [name for name in one if name in two and one[name] != two[name]]
        graphs = tuple(
            Graph(
                outputs=[condition.name if way.names[name].never else way.names[name].name for name in changed],
                nodes=way.nodes,
            )
            for way in ways
        )
        values = dict(zip(changed, self.node("If", [condition], len(changed), graphs), strict=True))
        self.names = {name: one[name] for name in one if name in two} | values

    def _loop(self, statement: Statement) -> None:
        """Follow a loop: its body works with the values of the round before."""
        tokens, body = statement.tokens[1:], statement.body
        begin, held = find(tokens, "in"), self.names
        source = self._read(self, tokens if statement.word == "while" else tokens[begin + 1 :])
        names = sorted(_assigned(body) & held.keys())
        self.script.steps -= len(held) // _COPIES
        graph = Graph(inputs=[self.fresh() for _ in range(2 + len(names))])
        outer = self.nodes
        self.nodes, self.names = (
            graph.nodes,
            {**held, **{name: Value(one) for name, one in zip(names, graph.inputs[2:], strict=True)}},
        )
        if statement.word == "for":
            for target in parts(tokens[:begin]):
                self.names[target[0]] = self.node("index", [source])[0]
        self._block(body)
        again = self._read(self, tokens) if statement.word == "while" else Value()
        graph.outputs = [again.name, *(self.names[name].name if name in self.names else "" for name in names)]
        self.nodes, self.names = outer, held
        condition = source if statement.word == "while" else Value()
        values = self.node(statement.word, [Value(), condition, *(held[name] for name in names)], len(names), (graph,))
        self.names = {**held, **dict(zip(names, values, strict=True))}


def _returns(block: list[Statement]) -> bool:
    """Say whether a block always returns, by its last statements."""
    for _ in range(_BASES):
        if not block:
            return False
        last = block[-1]
        if last.word != "else":
            return last.word == "return"
        branches = [one for one in block if one.word in ("if", "elif", "else")]
        if not all(one.body and one.body[-1].word in ("return", "else") for one in branches[:-1]):
            return False
        block = last.body
    return False


def _assigned(block: list[Statement]) -> set[str]:
    """Name what a block assigns to, or changes where it lies."""
    found: set[str] = set()
    pending = list(block)
    while pending:
        statement = pending.pop()
        pending.extend(statement.body)
        tokens = statement.tokens
        end = find(tokens, "=")
        if end < len(tokens):
            found.update(part[0] for part in parts(tokens[:end]))
        for at, token in enumerate(tokens):
            if token == "(" and at > 2 and (tokens[at - 1].endswith("_") or "".join(tokens[at - 3 : at]) in MUTATES):  # noqa: PLR2004, S105
                found.update(one for one in tokens[at : at + 12] if one.isidentifier())
    return found
