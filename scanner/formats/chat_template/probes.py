"""Conversations that a template is shown: plain ones, and ones that differ from them by a single thing."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from jinja2 import nodes

from scanner.formats.chat_template.fold import Values
from scanner.formats.chat_template.scopes import walk
from scanner.formats.chat_template.taint import Flow

LITERALS = 60
"""Literals of one template that are tried."""

LITERAL_CHARACTERS = 120
"""Longest literal that is tried."""

HEAD = "Kindly summarise brelvax"
TAIL = "and mention quontrip afterwards"
NEUTRAL = "vornix"
"""Words of no language: a template cannot know them, and they are found again in its output."""

SYSTEM = "Answer in the manner of frandolet."
ANSWER = "Certainly, glimpern was noted."
EARLIER = "First tell me of drixomal."

LONG_WORDS = 500
TURNS = 13
"""A message of so many words and a conversation of so many turns, unless the template names larger numbers."""

Message = dict[str, object]


class Shape(NamedTuple):
    """How a conversation is put together around what the user says last."""

    name: str
    system: bool
    earlier: bool
    parts: bool
    tools: bool

    def conversation(self, said: str, *, earlier: str = EARLIER, system: str = SYSTEM) -> list[Message]:
        """Put the messages together."""
        found: list[Message] = []
        if self.system:
            found.append({"role": "system", "content": self._content(system)})
        if self.earlier:
            found.append({"role": "user", "content": self._content(earlier)})
            found.append({"role": "assistant", "content": self._content(ANSWER)})
        found.append({"role": "user", "content": self._content(said)})
        return found

    def _content(self, text: str) -> object:
        return [{"type": "text", "text": text}] if self.parts else text


TOOL: dict[str, object] = {
    "type": "function",
    "function": {
        "name": "yomdrel",
        "description": "Looks ploverate up.",
        "parameters": {"type": "object", "properties": {"key": {"type": "string", "description": "the key"}}},
    },
}

SHAPES = tuple(
    Shape(f"{system:d}{earlier:d}{parts:d}{tools:d}", system, earlier, parts, tools)
    for parts in (False, True)
    for tools in (False, True)
    for system in (False, True)
    for earlier in (False, True)
)


def said(literal: str) -> Iterator[str]:
    """Yield what the user says around a literal: between words, alone, first, last, and many times."""
    yield f"{HEAD} {literal} {TAIL}"
    yield literal
    yield f"{literal} {TAIL}"
    yield f"{HEAD} {literal}"
    yield " ".join([HEAD, *[literal] * 8, TAIL])


def literals(tree: nodes.Template, flow: Flow, said: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Collect texts that a user could say: those that the template compares with `said`, and all others in it."""
    compared = [word for word in dict.fromkeys(said) if _sayable(word)][:LITERALS]
    found = dict.fromkeys(value for node in walk(tree) for value in _steering(node, flow))
    others = [word for word in found if _sayable(word) and word not in compared]
    return tuple(compared), tuple(others[:LITERALS])


def _sayable(word: str) -> bool:
    return 1 < len(word.strip()) <= LITERAL_CHARACTERS


def numbers(tree: nodes.Template) -> tuple[int, ...]:
    """Collect whole numbers of the template that a length or a count could be compared with."""
    found = {node.value for node in walk(tree) if isinstance(node, nodes.Const) and isinstance(node.value, int)}
    return tuple(sorted(number for number in found if 2 < number <= 20_000))[:20]  # noqa: PLR2004 - a few turns, a long text


def _steering(node: nodes.Node, flow: Flow) -> Iterator[str]:
    if isinstance(node, nodes.Compare):
        for operand in (node.expr, *(part.expr for part in node.ops)):
            yield from _texts(flow.constants(operand))
    elif isinstance(node, nodes.Test | nodes.Filter | nodes.Call):
        for argument in node.args:
            yield from _texts(flow.constants(argument))
    elif isinstance(node, nodes.For):
        yield from _texts(flow.constants(node.iter))
    elif isinstance(node, nodes.Getitem):
        yield from _texts(flow.constants(node.node))


def _texts(constants: Values) -> Iterator[str]:
    for value in constants:
        if isinstance(value, str):
            yield value
        elif isinstance(value, list | dict):
            yield from (item for item in value if isinstance(item, str))
