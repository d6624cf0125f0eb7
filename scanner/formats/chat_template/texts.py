"""Constant texts of a template that are more than markup: prose, addresses, encoded and invisible text."""

from collections.abc import Iterator

from jinja2 import nodes

from scanner.formats.chat_template.fold import CHOICES
from scanner.formats.chat_template.scopes import children
from scanner.formats.chat_template.taint import Flow
from scanner.formats.chat_template.told import Text, told


def texts(tree: nodes.Template, flow: Flow) -> Iterator[Text]:
    """Yield texts with marks or with `WORDS` words, the constants of expressions and what is put together included."""
    seen: set[str] = set()
    inside: set[int] = set()
    pending: list[tuple[nodes.Node, frozenset[str]]] = [(tree, frozenset())]
    while pending:
        node, under = pending.pop()
        plain = isinstance(node, nodes.TemplateData | nodes.Const)
        made = () if id(node) in inside else tuple(_of(node, flow))
        if id(node) in inside or (isinstance(node, nodes.Concat | nodes.Add) and 0 < len(made) < CHOICES):
            # What is put together holds its parts.
            inside.update(id(part) for part in children(node) if isinstance(part, nodes.Concat | nodes.Add))
        for text in made:
            if text not in seen:
                seen.add(text)
                # What is put together from texts that are stated themselves says something new only by its marks.
                yield from (found for found in told(text, under, node.lineno or 1) if plain or _marked(found))
        pending.extend(reversed(list(_below(node, under))))


def _marked(text: Text) -> bool:
    return bool(set(text.marks) - {"prefill", "tool"})


def _below(node: nodes.Node, under: frozenset[str]) -> Iterator[tuple[nodes.Node, frozenset[str]]]:
    """Yield what lies below a node with the names that the conditions around it ask for."""
    if not isinstance(node, nodes.If):
        yield from ((child, under) for child in children(node))
        return
    asked = under | {name.name for name in node.test.find_all(nodes.Name)}
    if isinstance(node.test, nodes.Name):
        asked |= {node.test.name}
    yield node.test, under
    yield from ((child, frozenset(asked)) for child in (*node.body, *node.elif_))
    yield from ((child, under) for child in node.else_)


def _of(node: nodes.Node, flow: Flow) -> Iterator[str]:
    if isinstance(node, nodes.TemplateData):
        yield node.data
    elif isinstance(node, nodes.Const):
        if isinstance(node.value, str):
            yield node.value
    elif isinstance(node, nodes.Expr) and not isinstance(node, nodes.Name | nodes.Compare):
        yield from (value for value in flow.constants(node) if isinstance(value, str))
