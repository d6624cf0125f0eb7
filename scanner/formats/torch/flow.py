"""The sources of a TorchScript archive as graphs of operators, and the choices they make on the input."""

from collections.abc import Iterator, Sequence

from scanner.artifact import Artifact, Location
from scanner.choices.follow import Analysis
from scanner.choices.graph import Graph
from scanner.choices.state import Choice
from scanner.choices.told import told
from scanner.facts import Fact, LimitReached
from scanner.formats.torch.body import STEPS, Body, Script, Value
from scanner.formats.torch.expression import read
from scanner.formats.torch.syntax import NEST, Statement, find, parts, statements
from scanner.formats.torch.words import WORDS

Source = tuple[str, str]
"""Name of a module ("__torch__.a.b"), and its text."""

_LINES = 1 << 24
"""Lines of one file; places are told as file times this and line."""


class _Function:
    """A function or method before it is followed: its statement, the class around it, the file it lies in."""

    def __init__(self, statement: Statement, kind: str, number: int) -> None:
        self.statement = statement
        self.kind = kind
        self.number = number


def conditions(artifact: Artifact, sources: Sequence[Source], paths: Sequence[str]) -> Iterator[Fact]:
    """Yield the choices of all functions. `paths` are the artifacts that the sources came from, in their order."""
    script = Script()
    found: dict[str, _Function] = {}
    for number, (module, text) in enumerate(sources):
        for statement in statements(text):
            _collect(script, found, module, statement, number)
    script.functions = {key: _returned(function.statement.tokens) for key, function in found.items()}
    made = [_graph(script, key, function) for key, function in found.items()]
    analysis = Analysis(WORDS, made, sum(len(graph.nodes) for graph in made))
    tops = _tops(script)
    callable_ = [key for key, function in found.items() if function.kind in tops]
    analysis.rest(raw=True, keys=sorted(callable_, key=lambda key: not key.endswith(".forward")))
    analysis.rest()

    def place(choice: Choice) -> Location:
        number, line = divmod(choice.at, _LINES)
        return Location(path=paths[number], line=line)

    yield from told(artifact, analysis, "torch", place)
    if script.deep:
        yield LimitReached(where=artifact.at(), limit="branches", bound=NEST, unit="branches")
    if script.steps < 0:
        yield LimitReached(where=artifact.at(), limit="source", bound=STEPS, unit="statements")


def _collect(script: Script, found: dict[str, _Function], module: str, statement: Statement, number: int) -> None:
    """Find the functions of a module, and the classes with the types of their attributes."""
    name = statement.tokens[1] if len(statement.tokens) > 1 else ""
    if statement.word == "def":
        found[f"{module}.{name}"] = _Function(statement, "", number)
    elif statement.word == "class":
        kind = f"{module}.{name}"
        types = script.kinds.setdefault(kind, {})
        for one in statement.body:
            if one.word == "def" and len(one.tokens) > 1:
                found[f"{kind}.{one.tokens[1]}"] = _Function(one, kind, number)
                continue
            end = find(one.tokens, ":")
            if end < len(one.tokens):
                types["".join(one.tokens[:end])] = "".join(one.tokens[end + 1 : find(one.tokens, "=")])
            elif one.word == "__annotations__" and len(one.tokens) > 5:  # noqa: PLR2004 - [ "0" ] = type
                types[one.tokens[2].strip("\"'")] = "".join(one.tokens[5:])


def _returned(tokens: list[str]) -> int:
    """Count the values that a function returns, by its type."""
    start = find(tokens, "->")
    if tokens[start + 1 : start + 3] != ["Tuple", "["]:
        return 1
    return max(1, len(parts(tokens[start + 3 : -1])))


def _tops(script: Script) -> set[str]:
    """Name the classes that are no part of another: the model itself."""
    used = {kind for types in script.kinds.values() for kind in types.values()}
    return script.kinds.keys() - used or set(script.kinds)


def _graph(script: Script, key: str, function: _Function) -> Graph:
    graph = Graph(name=key)
    body = Body(script, graph, function.number * _LINES, read)
    tokens = function.statement.tokens
    start = find(tokens, "(") if "(" not in tokens else tokens.index("(")
    arguments = parts(tokens[start + 1 : _end(tokens, start)])
    for number, part in enumerate(arguments):
        if number == 0 and function.kind:
            body.names[part[0]] = Value(path="self", kind=function.kind)
            continue
        name = body.fresh()
        graph.inputs.append(name)
        body.names[part[0]] = Value(name, kind="")
    body.run(function.statement.body)
    return graph


def _end(tokens: list[str], start: int) -> int:
    """Find the bracket that closes the arguments."""
    depth = 0
    for at in range(start, len(tokens)):
        depth += (tokens[at] in ("(", "[", "{")) - (tokens[at] in (")", "]", "}"))
        if not depth:
            return at
    return len(tokens)
