"""Follows what is said through a Go template: which variables hold it, what is compared with what."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from scanner.formats.go_template.calls import called
from scanner.formats.go_template.decisions import Branch, Rewrite, Work, branches, larger, rewrites, word, works
from scanner.formats.go_template.parse import Block, Command, Constant, Name, Node, Operand, Path, Pipe, Text
from scanner.formats.go_template.values import MESSAGES, NOTHING, ROOT, TEXT, TURNS, Value, element, field, made

PASSES = 3
"""Readings of the tree: what a loop puts into a variable is known in the next one."""

DEEP = 4
"""Loops inside loops that are stated; those of real templates nest three deep at most."""

KEPT = 4 << 20
"""Characters of texts that are kept, what is put together included; a template itself has at most a quarter."""

PARTS = 200
"""Neighbouring constants that are put together."""


class Written(NamedTuple):
    """A constant text, where it stands, the names that conditions around it ask for, and if it is put together."""

    text: str
    under: frozenset[str]
    folded: bool
    line: int


class Called(NamedTuple):
    """A function that is called, or a statement that takes a template which is not there."""

    kind: str
    name: str
    line: int


class _Scope(NamedTuple):
    """What stands around a statement. `counted`: a loop over the messages; `loops`: how many."""

    dot: Value
    root: Value
    under: frozenset[str]
    counted: bool
    loops: int


class Flow:
    """What was found in a tree: `branches`, `rewrites`, `works`, `calls`, `texts`; `cut`: not all texts were kept."""

    def __init__(self, tree: Sequence[Node]) -> None:
        """Follow the tree."""
        self._slots: dict[tuple[int, str], Value] = {}
        self._dots: dict[str, Value] = {}
        self._names: dict[str, tuple[int, str]] = {}
        self._defined = set(_definitions(tree))
        root = made(ROOT)
        for _ in range(PASSES):
            self.branches: list[Branch] = []
            self.rewrites: list[Rewrite] = []
            self.works: list[Work] = []
            self.calls: list[Called] = []
            self.texts: list[Written] = []
            self._seen: set[Written] = set()
            self._room = KEPT
            self._cuts = 0
            self._body(tree, _Scope(root, root, frozenset(), counted=False, loops=0))
        self.branches.extend(word(self.branches))

    def _body(self, body: Sequence[Node], scope: _Scope) -> None:
        outer = dict(self._names)
        run: list[str] = []
        begins = 1
        for node in body:
            begins = begins if run else node.line
            if isinstance(node, Text):
                self._write(Written(node.text, scope.under, folded=False, line=node.line))
                run.append(node.text)
            elif isinstance(node, Block):
                self._told(run, scope, begins)
                self._block(node, scope)
            else:
                value = self._pipe(node.pipe, scope)
                if node.pipe.variables:
                    self._bind(node.pipe, value, scope)
                elif len(value.constants) == 1 and not value.tags and len(run) < PARTS:
                    run.append(str(value.constants[0]))
                else:
                    self._told(run, scope, begins)
        self._told(run, scope, begins)
        self._names = outer

    @property
    def cut(self) -> bool:
        """Say whether texts were left out."""
        return self._room < 0

    def _write(self, written: Written) -> None:
        if written not in self._seen and self._room >= 0:
            self._seen.add(written)
            self._room -= len(written.text)
            self.texts.append(written)

    def _told(self, run: list[str], scope: _Scope, line: int) -> None:
        if len(run) > 1:
            self._write(Written("".join(run), scope.under, folded=True, line=line))
        run.clear()

    def _block(self, block: Block, scope: _Scope) -> None:
        if block.kind == "define":
            dot = self._dots.get(block.name, NOTHING)
            self._body(block.body, scope._replace(dot=dot, root=dot))
            return
        outer = dict(self._names)
        value = self._pipe(block.pipe, scope) if block.pipe else NOTHING
        inner = scope._replace(under=scope.under | _asked(block.pipe))
        if block.kind in {"template", "block"}:
            self._dots[block.name] = self._dots.get(block.name, NOTHING).joined(value)
            if block.name not in self._defined:
                self.calls.append(Called("node", "Template", block.line))
            self._body(block.body, scope._replace(dot=value, root=value))
        elif block.kind == "range":
            self._range(block, value, inner)
        else:
            if block.pipe and block.pipe.variables:
                self._bind(block.pipe, value, scope)
            self._body(block.body, inner._replace(dot=value) if block.kind == "with" else inner)
        self._body(block.otherwise, scope)
        self._names = outer

    def _range(self, block: Block, value: Value, scope: _Scope) -> None:
        one = element(value)
        index = made(TURNS) if MESSAGES in value.tags else NOTHING
        names = block.pipe.variables if block.pipe else ()
        for name, found in zip(names, (index, one) if len(names) > 1 else (one,), strict=False):
            self._put(block, name, found, declares=block.pipe is not None and block.pipe.declares)
        for constant in value.constants:
            self.works.extend(larger("range", constant, block.line))
        loops = scope.loops + 1
        if loops >= DEEP:
            self.works.append(Work("nesting", loops, block.line))
        self._body(block.body, scope._replace(dot=one, counted=scope.counted or MESSAGES in value.tags, loops=loops))

    def _bind(self, pipe: Pipe, value: Value, scope: _Scope) -> None:
        for name in pipe.variables:
            if scope.counted and TEXT not in value.tags and not pipe.declares and name in _variables(pipe):
                value = value.joined(made(TURNS))  # what grows with each message counts them
            self._put(pipe, name, value, declares=pipe.declares)

    def _put(self, place: Pipe | Block, name: str, value: Value, *, declares: bool) -> None:
        key = (id(place), name) if declares else self._names.get(name, (id(place), name))
        self._names[name] = key
        self._slots[key] = self._slots.get(key, NOTHING).joined(value)

    def _pipe(self, pipe: Pipe, scope: _Scope) -> Value:
        value: Value | None = None
        for command in pipe.commands:
            value = self._command(command, value, scope, pipe.line)
        return value or NOTHING

    def _command(self, command: Command, piped: Value | None, scope: _Scope, line: int) -> Value:
        first = command.operands[0]
        known, cuts = len(self.branches), self._cuts
        arguments = [self._operand(one, scope, line) for one in command.operands[1:]]
        if piped is not None:
            arguments.append(piped)
        if not isinstance(first, Name):
            return self._operand(first, scope, line)
        name = first.name
        self.calls.append(Called("function", name, line))
        self.branches.extend(branches(name, arguments, line))
        self.rewrites.extend(rewrites(name, arguments, line))
        self.works.extend(works(name, arguments, line))
        self._cuts += name == "slice" and bool(arguments) and TEXT in arguments[0].tags
        if name in {"and", "or"} and self._cuts > cuts:
            self.branches[known:] = [one for one in self.branches[known:] if not one.guards()]
        result = called(name, arguments)
        for constant in result.constants:
            if isinstance(constant, str):
                self._write(Written(constant, scope.under, folded=True, line=line))
        return result

    def _operand(self, operand: Operand, scope: _Scope, line: int) -> Value:
        if isinstance(operand, Constant):
            if isinstance(operand.value, str):
                self._write(Written(operand.value, scope.under, folded=False, line=line))
            plain = isinstance(operand.value, str | int) and not isinstance(operand.value, bool)
            return made(constants=[operand.value]) if plain else NOTHING  # type: ignore[list-item]
        if isinstance(operand, Name):
            return self._command(Command((operand,)), None, scope, line)
        if isinstance(operand, Pipe):
            return self._pipe(operand, scope)
        return self._path(operand, scope)

    def _path(self, path: Path, scope: _Scope) -> Value:
        if isinstance(path.base, Pipe):
            value = self._pipe(path.base, scope)
        elif path.base == ".":
            value = scope.dot
        elif path.base == "$":
            value = scope.root
        else:
            value = self._slots.get(self._names.get(path.base, (0, "")), NOTHING)
        for name in path.fields:
            value = field(value, name)
        return value


def _definitions(body: Sequence[Node]) -> Iterator[str]:
    for node in body:
        if isinstance(node, Block):
            if node.kind in {"define", "block"}:
                yield node.name
            yield from _definitions(node.body)
            yield from _definitions(node.otherwise)


def _paths(pipe: Pipe) -> Iterator[Path]:
    for command in pipe.commands:
        for operand in command.operands:
            if isinstance(operand, Pipe):
                yield from _paths(operand)
            elif isinstance(operand, Path):
                yield operand
                if isinstance(operand.base, Pipe):
                    yield from _paths(operand.base)


def _variables(pipe: Pipe) -> set[str]:
    return {path.base for path in _paths(pipe) if isinstance(path.base, str)}


def _asked(pipe: Pipe | None) -> frozenset[str]:
    """Name, in small letters, what a condition asks for."""
    found: set[str] = set()
    for path in _paths(pipe) if pipe else ():
        found.update(name.lower() for name in path.fields)
        if isinstance(path.base, str):
            found.add(path.base.lower())
    return frozenset(found)
