"""Where a template is rendered: Jinja's immutable sandbox with less in it, and bounds on what one operation makes.

Jinja's sandbox alone does not bound memory or time, and was left through `str.format` (CVE-2016-10745, CVE-2024-56326)
and `|attr` (CVE-2025-27516): here a name that starts with an underscore is never looked up, and neither exists.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from types import BuiltinMethodType
from typing import Any, NoReturn

from jinja2 import Template
from jinja2.exceptions import SecurityError, TemplateError
from jinja2.runtime import Context, Macro, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Namespace

from scanner.formats.chat_template.parse import environment

OUTPUT_CHARACTERS = 1 << 20
"""Most characters that one rendering makes."""

PRODUCT_CHARACTERS = 1 << 18
"""Longest text that one operation makes by repeating or padding."""

ROUNDS = 20_000
"""Longest `range`."""

WIDTH = 64
"""Widest indent."""

FILTERS = frozenset(
    {
        "abs", "batch", "capitalize", "count", "d", "default", "dictsort", "e", "escape", "first", "float",
        "groupby", "int", "items", "join", "last", "length", "list", "lower", "map", "max", "min", "reject",
        "rejectattr", "replace", "reverse", "round", "safe", "select", "selectattr", "slice", "sort", "string",
        "sum", "title", "tojson", "trim", "unique", "upper", "wordcount",
    }
)  # fmt: skip
"""Jinja's filters that look nothing up by a name with underscores and make no more than they are given."""

METHODS = frozenset(
    {
        "append", "capitalize", "copy", "count", "endswith", "extend", "find", "get", "index", "insert", "isalnum",
        "isalpha", "isascii", "isdigit", "islower", "isnumeric", "isspace", "istitle", "isupper", "items", "join",
        "keys", "lower", "lstrip", "partition", "pop", "removeprefix", "removesuffix", "replace", "reverse", "rfind",
        "rindex", "rpartition", "rsplit", "rstrip", "setdefault", "sort", "split", "splitlines", "startswith", "strip",
        "swapcase", "title", "update", "upper", "values",
    }
)  # fmt: skip
"""Methods of texts, lists and mappings that may be called."""


class RaisedError(TemplateError):
    """The template refuses a conversation by `raise_exception`."""


class OutputError(Exception):
    """A rendering made more than `OUTPUT_CHARACTERS`."""


class Sandbox(ImmutableSandboxedEnvironment):
    """The environment of a probe. Only methods of plain values, macros and the host's few functions can be called."""

    intercepted_binops = frozenset({"*", "**", "%", "+"})

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:  # noqa: ANN401 - Jinja's signature
        """Refuse every name with a leading underscore, and what is no method of a plain value."""
        del obj
        return not attr.startswith("_") and (not callable(value) or attr in METHODS or isinstance(value, Macro))

    def is_safe_callable(self, obj: Any) -> bool:  # noqa: ANN401 - Jinja's signature
        """Allow macros, methods of plain values and the functions that we gave."""
        if isinstance(obj, BuiltinMethodType):
            return obj.__name__ in METHODS and isinstance(obj.__self__, str | list | dict)
        return isinstance(obj, Macro) or getattr(obj, "_probe", False) is True or obj in {dict, Namespace}

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:  # noqa: ANN401 - Jinja's
        """Bound what an operator makes."""
        sizes = [len(one) if isinstance(one, str | list | tuple) else one for one in (left, right)]
        if operator == "**" and not all(isinstance(one, int | float) and abs(one) <= 64 for one in (left, right)):  # noqa: PLR2004
            message = "a power is too large"
            raise SecurityError(message)
        if operator == "*" and all(isinstance(one, int) for one in sizes) and abs(sizes[0] * sizes[1]) > 1 << 62:
            message = "a product is too large"
            raise SecurityError(message)
        sequence = any(isinstance(one, str | list | tuple) for one in (left, right))
        if operator == "*" and sequence and sizes[0] * sizes[1] > PRODUCT_CHARACTERS:
            raise OutputError
        if operator == "%" and isinstance(left, str) and any(map(str.isdigit, left)):
            message = "a format with a width is not filled"
            raise SecurityError(message)
        if operator == "+" and sequence and sum(sizes) > OUTPUT_CHARACTERS:
            raise OutputError
        return super().call_binop(context, operator, left, right)


def sandbox() -> Sandbox:
    """Make the environment, with what transformers gives a template and nothing else; the clock is a value given it."""
    made = environment(Sandbox)
    made.filters = {name: made.filters[name] for name in FILTERS if name in made.filters}
    made.filters.update(tojson=_to_json, indent=_indent, from_json=_probe(json.loads), fromjson=_probe(json.loads))
    made.globals = {
        "namespace": Namespace,
        "dict": dict,
        "range": _probe(_range),
        "raise_exception": _probe(_raise),
    }
    return made


def clock(day: datetime) -> Callable[..., Any]:
    """Make the function by which a template asks for the time."""
    return _probe(lambda form: day.strftime(str(form)[:200]))


def rendered(template: Template, values: Mapping[str, object]) -> str:
    """Render a template of the sandbox with values. Raises what the template raises, and `OutputError`."""
    return "".join(_bounded(template.generate(**values)))


def _bounded(parts: Iterator[str]) -> Iterator[str]:
    total = 0
    for part in parts:
        total += len(part)
        if total > OUTPUT_CHARACTERS:
            raise OutputError
        yield part


def _probe(function: Callable[..., Any]) -> Callable[..., Any]:
    def called(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - a template calls it with anything
        return function(*arguments, **named)

    called._probe = True  # type: ignore[attr-defined]  # noqa: SLF001 - our own mark
    return called


def _raise(message: object = "") -> NoReturn:
    raise RaisedError(str(message)[:200])


def _range(*bounds: object) -> range:
    found = range(*(int(str(bound)) for bound in bounds[:3]))
    if len(found) > ROUNDS:
        raise OutputError
    return found


def _indent(text: object, width: object = 4, *_: object, **__: object) -> str:
    by = " " * min(width, WIDTH) if isinstance(width, int) else str(width)[:WIDTH]
    return str(text).replace("\n", f"\n{by}")


def _to_json(value: object, *_: object, indent: object = None, **__: object) -> str:
    if isinstance(value, Undefined):
        value = None
    by = min(indent, WIDTH) if isinstance(indent, int) else None
    return json.dumps(value, ensure_ascii=False, indent=by, default=str)
