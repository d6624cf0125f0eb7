"""What the values of a template come from: the text of messages, its length, the number of turns, the clock.

Not sensitive to order: a name holds whatever is put into it anywhere in the template, so that a detour changes nothing.
"""

from collections.abc import Iterable, Iterator, Mapping

from jinja2 import nodes

from scanner.formats.chat_template.counters import TURNS, counted
from scanner.formats.chat_template.fold import CHOICES, Values, values
from scanner.formats.chat_template.scopes import children, qualified, walk

ROUNDS = 12
"""Times that names are filled from each other; a chain of assignments can be as long as that."""

GROWN = 3
"""Constants of a variable that is put together from itself."""

MESSAGES = "messages"
MESSAGE = "message"
TEXT = "text"
LENGTH = "length"
CLOCK = "clock"

TEXT_KEYS = frozenset({"content", "text", "value", "parts", "body", "prompt", "query", "reasoning_content", "thinking"})
"""Keys under which a message or a content part holds what was said."""

_ELEMENTS = frozenset({"first", "last", "random", "min", "max"})
_SAME = frozenset(
    {"list", "reverse", "sort", "unique", "batch", "slice", "select", "reject", "selectattr", "rejectattr"}
)
_FROM = {MESSAGES: MESSAGE, MESSAGE: MESSAGE, TEXT: TEXT}

Tags = frozenset[str]
NONE: Tags = frozenset()
_SAID: Tags = frozenset({TEXT})
_NEIGHBOUR: Tags = frozenset({MESSAGE, TEXT})
"""What the item before or behind in a loop may be."""


class Flow:
    """Tags and constants of every name, filled to a fixed point."""

    __slots__ = ("counters", "known", "macros", "named", "nodes", "outputs", "tags")

    def __init__(self, tree: nodes.Template) -> None:
        """Follow all assignments, loops and macro calls of the tree."""
        self.tags: dict[str, Tags] = {"messages": frozenset({MESSAGES}), "message": frozenset({MESSAGE})}
        self.known: dict[str, Values] = {}
        self.named = qualified(tree)
        self.nodes = tuple(walk(tree))
        self.outputs: dict[int, list[nodes.Node]] = {}
        self.counters: Mapping[int, Tags] = {id(node): tags for node, tags in counted(tree)}
        self.macros = {macro.name: macro for macro in self.nodes if isinstance(macro, nodes.Macro)}
        body = [node for node in self.nodes if isinstance(node, _BINDING)]
        for _ in range(ROUNDS):
            before = (dict(self.tags), dict(self.known))
            for node in body:
                self._bind(node)
            if before == (self.tags, self.known):
                break

    def of(self, node: nodes.Node | None) -> Tags:  # noqa: PLR0911 - one return a kind
        """Say what a value comes from."""
        if node is None or isinstance(node, nodes.Const | nodes.TemplateData | nodes.Compare | nodes.Test | nodes.Not):
            return NONE
        if isinstance(node, nodes.Name):
            return self.tags.get(self._variable(node), NONE)
        if isinstance(node, nodes.Getattr | nodes.Getitem):
            return self._looked_up(node)
        if isinstance(node, nodes.Filter):
            return self._filtered(node)
        if isinstance(node, nodes.Call):
            return self._called(node)
        if isinstance(node, nodes.CondExpr):
            return self.of(node.expr1) | self.of(node.expr2)
        return self._any(children(node))

    def constants(self, node: nodes.Node | None) -> Values:
        """List what a value may be as a constant."""
        return values(node, self._constant) if node is not None else ()

    def _constant(self, name: nodes.Name) -> Values:
        return self.known.get(self._variable(name), ())

    def _variable(self, node: nodes.Name | nodes.NSRef) -> str:
        return self.named.get(id(node), str(node.name))

    def _any(self, found: Iterable[nodes.Node]) -> Tags:
        tags = NONE
        for node in found:
            tags |= self.of(node)
        return tags

    def _looked_up(self, node: nodes.Getattr | nodes.Getitem) -> Tags:
        base = self.of(node.node)
        if isinstance(node, nodes.Getattr) and isinstance(node.node, nodes.Name):
            own = self.tags.get(f"{self._variable(node.node)}.{node.attr}", NONE)
            if node.node.name == "loop":
                return _NEIGHBOUR if node.attr in {"previtem", "nextitem"} else self.counters.get(id(node), NONE)
            base_only = NONE if node.node.name in self.macros else base
            return own | self._keyed(base_only, (node.attr,))
        if isinstance(node, nodes.Getattr):
            return self._keyed(base, (node.attr,))
        if isinstance(node.arg, nodes.Slice):
            return base
        return self._keyed(base, self.constants(node.arg))

    @staticmethod
    def _keyed(base: Tags, keys: Values) -> Tags:
        """Follow a key into what `base` stands for; a key that is not known may be any."""
        texts = not keys or any(key in TEXT_KEYS for key in keys if isinstance(key, str))
        numbers = not keys or any(isinstance(key, int) for key in keys)
        found = set(base & {LENGTH, TURNS, CLOCK})
        if MESSAGES in base and numbers:
            found.add(MESSAGE)
        if MESSAGE in base and texts:
            found.add(TEXT)
        if TEXT in base and (texts or numbers):
            found.add(TEXT)
        return frozenset(found)

    def _filtered(self, node: nodes.Filter) -> Tags:
        base = self.of(node.node)
        if node.name in {"length", "count", "wordcount"}:
            return frozenset({LENGTH} if TEXT in base else ()) | frozenset({TURNS} if MESSAGES in base else ())
        if node.name in _ELEMENTS:
            return frozenset(_FROM.get(tag, tag) for tag in base)
        if node.name in _SAME:
            return base
        if node.name == "map":
            return self._mapped(node, base)
        if node.name in {"default", "d"}:
            return base | self._any(node.args)
        # Written out, a message shows what was said in it.
        return frozenset(TEXT if tag in {MESSAGE, MESSAGES} else tag for tag in base)

    def _mapped(self, node: nodes.Filter, base: Tags) -> Tags:
        keys = [value for pair in node.kwargs if pair.key == "attribute" for value in self.constants(pair.value)]
        if keys or any(pair.key == "attribute" for pair in node.kwargs):
            elements = frozenset(_FROM.get(tag, tag) for tag in base)
            last = tuple(str(key).rpartition(".")[2] for key in keys)
            return self._keyed(elements, last)
        return base

    def _called(self, node: nodes.Call) -> Tags:  # noqa: PLR0911 - one return a kind
        if isinstance(node.node, nodes.Name):
            if node.node.name.startswith("strftime"):
                return frozenset({CLOCK})
            if node.node.name in {"raise_exception", "range", "namespace"}:
                return NONE
            returned = self.tags.get(f"{node.node.name}()", NONE)
            return self._any(node.args) | self._any(pair.value for pair in node.kwargs) | returned
        if isinstance(node.node, nodes.Getattr):
            base = self.of(node.node.node)
            if node.node.attr == "get" and node.args:
                looked = NONE if base else self.of(node.args[0]) & _SAID  # a table of ours, looked up by what is said
                return self._keyed(base, self.constants(node.args[0])) | self._any(node.args[1:]) | looked
            if node.node.attr in {"keys", "count", "find", "index", "rfind", "rindex", "startswith", "endswith"}:
                return NONE if base else self._any(node.args) & _SAID  # where what is said stands in a text of ours
            if node.node.attr in {"items", "values"}:
                return frozenset(TEXT if tag == MESSAGE else tag for tag in base)
            return base | self._any(node.args)
        return self._any([node.node, *node.args])

    def _put(self, target: nodes.Node, tags: Tags, constants: Values) -> None:
        if isinstance(target, nodes.Tuple | nodes.List):
            for number, item in enumerate(target.items):
                self._put(item, tags, _at(constants, number))
            return
        name = self._name(target)
        if name:
            self._hold(name, tags, constants)

    def _hold(self, name: str, tags: Tags, constants: Values) -> None:
        if tags:
            self.tags[name] = self.tags.get(name, NONE) | tags
        if constants:
            held = self.known.get(name, ())
            fresh = [one for one in constants if not any(_same(one, other) for other in held)]
            self.known[name] = (*held, *fresh)[:CHOICES]

    def _name(self, target: nodes.Node) -> str:
        if isinstance(target, nodes.Name):
            return self._variable(target)
        return f"{self._variable(target)}.{target.attr}" if isinstance(target, nodes.NSRef) else ""

    def _bind(self, node: nodes.Node) -> None:  # noqa: C901 - one branch a kind
        if isinstance(node, nodes.Assign):
            self._assign(node)
        elif isinstance(node, nodes.AssignBlock):
            self._put(node.target, self._output(node), ())
        elif isinstance(node, nodes.For):
            self._iterate(node)
        elif isinstance(node, nodes.Macro):
            returned = self._output(node)
            if returned:
                self.tags[f"{node.name}()"] = returned
        elif isinstance(node, nodes.With):
            for target, value in zip(node.targets, node.values, strict=True):
                self._put(target, self.of(value), self.constants(value))
        elif isinstance(node, nodes.Call):
            self._pass(node)

    def _iterate(self, node: nodes.For) -> None:
        elements = frozenset(_FROM.get(tag, tag) for tag in self.of(node.iter))
        found = _elements(self.constants(node.iter))
        if _pairs(node.iter) and isinstance(node.target, nodes.Tuple) and node.target.items:
            key, *rest = node.target.items
            self._put(key, NONE, _at(found, 0))
            for item in rest:
                self._put(item, elements, ())
        else:
            self._put(node.target, elements, found)

    def _assign(self, node: nodes.Assign) -> None:
        if isinstance(node.node, nodes.Call) and isinstance(node.node.node, nodes.Name):
            name = self._name(node.target)
            if name and node.node.node.name in {"namespace", "dict"}:
                for pair in node.node.kwargs:
                    self._hold(f"{name}.{pair.key}", self.of(pair.value), self.constants(pair.value))
                return
        if isinstance(node.target, nodes.Tuple) and isinstance(node.node, nodes.Tuple | nodes.List):
            for item, value in zip(node.target.items, node.node.items, strict=False):
                self._put(item, self.of(value), self.constants(value))
            return
        tags = self.of(node.node) | self.counters.get(id(node), NONE)
        target = self._name(node.target)
        # What is put behind itself would grow in each round.
        grown = len(self.known.get(target, ())) >= GROWN and any(self._same_variable(node.node, target))
        self._put(node.target, tags, () if grown else self.constants(node.node))

    def _same_variable(self, node: nodes.Node, name: str) -> Iterator[bool]:
        for found in walk(node):
            if isinstance(found, nodes.Name):
                variable = self._variable(found)
                yield name == variable or name.startswith(f"{variable}.")

    def _pass(self, node: nodes.Call) -> None:
        """Hand arguments to the parameters of a macro."""
        macro = self.macros.get(node.node.name) if isinstance(node.node, nodes.Name) else None
        if macro is None:
            return
        named = {parameter.name: parameter for parameter in macro.args}
        for parameter, argument in zip(macro.args, node.args, strict=False):
            self._put(parameter, self.of(argument), self.constants(argument))
        for pair in node.kwargs:
            if pair.key in named:
                self._put(named[pair.key], self.of(pair.value), self.constants(pair.value))

    def _output(self, block: nodes.Node) -> Tags:
        outputs = self.outputs.get(id(block))
        if outputs is None:
            inside = (found for found in walk(block) if isinstance(found, nodes.Output))
            outputs = self.outputs[id(block)] = [child for output in inside for child in output.nodes]
        return self._any(outputs) & {TEXT, CLOCK}


_BINDING = (nodes.Assign, nodes.AssignBlock, nodes.For, nodes.Macro, nodes.With, nodes.Call)


def _elements(found: Values) -> Values:
    kept: list[object] = []
    for value in found:
        kept.extend(value[:CHOICES] if isinstance(value, list) else value if isinstance(value, dict) else ())
    return tuple(kept[:CHOICES])


def _at(constants: Values, number: int) -> Values:
    return tuple(one[number] for one in constants if isinstance(one, list) and len(one) > number)


def _pairs(node: nodes.Node) -> bool:
    """Say whether iterating gives keys with their values."""
    if isinstance(node, nodes.Filter):
        return node.name in {"dictsort", "items"} or (node.node is not None and _pairs(node.node))
    return isinstance(node, nodes.Call) and isinstance(node.node, nodes.Getattr) and node.node.attr == "items"


def _same(one: object, other: object) -> bool:
    return type(one) is type(other) and one == other
