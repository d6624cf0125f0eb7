"""What is known of an expression without running it: a constant, the name of a thing outside, where it comes from."""

from collections.abc import Iterable
from typing import Final

LONG = 1 << 20
"""Characters, bytes or items of a constant that is put together; a longer one is not known."""

MANY = 1 << 14
"""Items that a comprehension over constants runs through."""


class Unknown:
    """Stands for a constant that is not known."""

    __slots__ = ()


UNKNOWN: Final = Unknown()

NOTHING: Final[frozenset[str]] = frozenset()


class Value:
    """What one expression is.

    `const`: the constant, or UNKNOWN; texts, bytes, numbers, None, and lists, tuples and dicts of `Value`.
    `name`: dotted name of a thing from outside ("os.system"), or "local:NAME" of this module.
    `tags`: where it comes from: "network", "file", "environment", "input", and "decoder:NAME".
    `how`: "plain", "variable" or "folded": how the name came about.
    """

    __slots__ = ("const", "how", "name", "node", "tags")

    def __init__(
        self, const: object = UNKNOWN, name: str = "", tags: frozenset[str] = NOTHING, how: str = "plain",
        node: object = None,
    ) -> None:  # fmt: skip
        """Keep what is known."""
        self.const = const
        self.name = name
        self.tags = tags
        self.how = how
        self.node = node

    @property
    def known(self) -> bool:
        """Say whether the constant is known, with all its items."""
        return plain(self) is not UNKNOWN


NO_VALUE: Final = Value()


def plain(value: Value, depth: int = 8) -> object:
    """Return a constant as Python has it, or UNKNOWN where any part is not known."""
    const = value.const
    if isinstance(const, list | tuple):
        if depth == 0:
            return UNKNOWN
        items = [plain(one, depth - 1) for one in const]
        if any(one is UNKNOWN for one in items):
            return UNKNOWN
        return items if isinstance(const, list) else tuple(items)
    return UNKNOWN if isinstance(const, dict) else const


def wrap(const: object, tags: frozenset[str] = NOTHING) -> Value:
    """Make a value of a constant; items of lists and tuples become values of their own."""
    if isinstance(const, str | bytes | list | tuple) and len(const) > LONG:
        return Value(tags=tags)
    if isinstance(const, bytearray):
        const = bytes(const)
    if isinstance(const, list):
        return Value([wrap(one) for one in const], tags=tags)
    if isinstance(const, tuple):
        return Value(tuple(wrap(one) for one in const), tags=tags)
    return Value(const, tags=tags)


def joined(values: Iterable[Value]) -> frozenset[str]:
    """Put together where values come from."""
    found: frozenset[str] = NOTHING
    for one in values:
        if one.tags and not one.tags <= found:
            found |= one.tags
    return found


def either(values: list[Value]) -> Value:
    """Return what one of several values is: a name that reaches out before others, no constant unless alone."""
    if len(values) == 1:
        return values[0]
    if not values:
        return NO_VALUE
    tags = joined(values)
    for one in values:
        if one.name and not one.name.startswith("local:"):
            return Value(name=one.name, tags=tags, how=one.how, node=one.node)
    for one in values:
        if one.name:
            return Value(name=one.name, tags=tags, how=one.how, node=one.node)
    consts = [one for one in values if one.const is not UNKNOWN]
    return Value(consts[-1].const, tags=tags) if consts else Value(tags=tags)
