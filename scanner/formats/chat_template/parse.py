"""From the text of a template to Jinja's own syntax tree. Nothing of the template runs here."""

from typing import TypeVar

from jinja2 import Environment, nodes
from jinja2.exceptions import TemplateSyntaxError
from jinja2.ext import Extension, LoopControlExtension
from jinja2.parser import Parser

from scanner.formats.chat_template.scopes import children

Kind = TypeVar("Kind", bound=Environment)

DEPTH = 100
"""Levels of the syntax tree that are read. Of 731 published templates the deepest has 29; CPython refuses what Jinja
makes of some 200."""


class BrokenError(Exception):
    """Jinja does not parse the template. `line` is 1-based; `deep`: the tree has more than `DEPTH` levels."""

    def __init__(self, reason: str, line: int, *, deep: bool = False) -> None:
        """Keep Jinja's words."""
        super().__init__(reason)
        self.reason = reason
        self.line = line
        self.deep = deep


class Generation(Extension):
    """`{% generation %}`, with which transformers marks what the assistant said; its body is plain template."""

    tags = {"generation"}  # noqa: RUF012 - Jinja's own interface

    def parse(self, parser: Parser) -> nodes.Node:
        """Read the body up to `endgeneration` and put it where the block stands."""
        line = next(parser.stream).lineno
        body = parser.parse_statements(("name:endgeneration",), drop_needle=True)
        return nodes.Scope(body, lineno=line)


def environment(kind: type[Kind]) -> Kind:
    """Make an environment with the settings of transformers (utils/chat_template_utils.py, `_compile_jinja_template`).

    Nothing of it is read from a template.
    """
    return kind(  # autoescape would write HTML, and prompts are none
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,
        cache_size=0,
        optimized=False,  # Jinja's optimizer runs operators and filters on constants while it compiles.
        extensions=[LoopControlExtension, Generation],
    )


def parse(text: str) -> nodes.Template:
    """Parse a template. Raises `BrokenError`."""
    try:
        tree = environment(Environment).parse(text)
    except TemplateSyntaxError as error:
        raise BrokenError(error.message or "", error.lineno) from error
    except RecursionError as error:
        message = "nests deeper than can be read"
        raise BrokenError(message, 1, deep=True) from error
    except (ValueError, AssertionError) as error:  # an integer of thousands of digits
        raise BrokenError(f"{error}"[:200], 1) from error
    if _is_deep(tree):
        message = f"nests deeper than {DEPTH} levels"
        raise BrokenError(message, 1, deep=True)
    return tree


def _is_deep(tree: nodes.Node) -> bool:
    level = [tree]
    for _ in range(DEPTH):
        level = [child for node in level for child in children(node)]
    return bool(level)
