"""Conversations that a template is shown: plain ones, and ones that differ from them by a single thing."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from jinja2 import nodes

from scanner.formats.chat_template.fold import Values
from scanner.formats.chat_template.taint import Flow

LITERALS = 60
"""Literals of one template that are tried."""

LITERAL_CHARACTERS = 120
"""Longest literal that is tried."""

HEAD = "Kindly summarise brelvax"
TAIL = "and mention quontrip afterwards"
NEUTRAL = "vornix"
INVENTED = ("brelvax", "quontrip", NEUTRAL)
"""Words of no language: a template cannot know them, and they are found again in its output."""

SYSTEM = "Answer in the manner of frandolet."
ANSWER = "Certainly, glimpern was noted."
EARLIER = "First tell me of drixomal."

MANNERS = (
    f"{HEAD} {TAIL}".upper(),
    "\u041f\u0440\u043e\u0448\u0443 \u043a\u0440\u0430\u0442\u043a\u043e \u8bf7\u603b\u7ed3\u4e00\u4e0b",
    f"{HEAD} 4711 or 20270601 {TAIL}",
    f"What is {NEUTRAL}??",
    f"```python\nprint({NEUTRAL})\n```",
    f"Write to {NEUTRAL}@example.org or https://example.org/{NEUTRAL}",
)
"""Ways to write that a template could wait for: capitals, other scripts, figures, questions, programs, addresses."""

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


class Tried(NamedTuple):
    """What a template is tried with.

    `compared` are tried in every place; `others`, of which no comparison with a text is known, alone and in groups.
    `numbers`: whole numbers that a length or a count could be compared with.
    """

    compared: tuple[str, ...]
    others: tuple[str, ...]
    numbers: tuple[int, ...]


def tried(flow: Flow, said: Iterable[str]) -> Tried:
    """Collect texts that a user could say: those that the template compares with what is `said`, and all others."""
    asked = list(said)
    if any(_turns(node, flow) for node in flow.nodes):
        asked += [word[::-1] for word in asked]
    compared = [word for word in dict.fromkeys(asked) if _sayable(word)][:LITERALS]
    found = dict.fromkeys(value for node in flow.nodes for value in _steering(node, flow))
    others = [word for word in found if len(word) > 1 and _sayable(word) and word not in compared]
    return Tried(tuple(compared), tuple(others[:LITERALS]), _numbers(flow))


def _turns(node: nodes.Node, flow: Flow) -> bool:
    """Say whether a text is turned round: `|reverse`, `[::-1]`."""
    if isinstance(node, nodes.Slice):
        return any(isinstance(step, int) and step < 0 for step in flow.constants(node.step))
    return isinstance(node, nodes.Filter) and node.name == "reverse"


def _sayable(word: str) -> bool:
    return word.isalnum() or 1 < len(word.strip()) <= LITERAL_CHARACTERS


def _numbers(flow: Flow) -> tuple[int, ...]:
    found = {node.value for node in flow.nodes if isinstance(node, nodes.Const) and isinstance(node.value, int)}
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
