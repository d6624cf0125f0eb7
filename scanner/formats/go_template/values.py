"""What a value of a Go template can be: what it is made from, and the constants that it may hold."""

from collections.abc import Iterable
from itertools import product
from typing import NamedTuple

ROOT, MESSAGES, MESSAGE = "root", "messages", "message"
"""The whole input, its list of messages, and one of them."""

TEXT, BYTE, SLICED, LENGTH, TURNS, CLOCK = "text", "byte", "sliced", "length", "turns", "clock"
"""What is said, one byte of it, a part of it, how long it is, how many messages there are, the date."""

FEW = 24
"""Constants that one value may hold; more are not followed."""

LONG = 2000
"""Characters of a constant that is put together."""

Scalar = str | int


class Value(NamedTuple):
    """What a value is made from (`tags`), and the constants it may be."""

    tags: frozenset[str]
    constants: tuple[Scalar, ...]

    def joined(self, other: "Value") -> "Value":
        """Return what is either."""
        if not other.tags and not other.constants:
            return self
        return Value(self.tags | other.tags, few((*self.constants, *other.constants)))

    def has(self, *tags: str) -> bool:
        """Say whether it is made from any of these."""
        return not self.tags.isdisjoint(tags)


NOTHING = Value(frozenset(), ())

_SAID = frozenset({"Prompt", "System", "Response", "Suffix", "Input", "Content", "Thinking"})
_MESSAGE_SAID = frozenset({"Content", "Thinking"})


def few(constants: Iterable[Scalar]) -> tuple[Scalar, ...]:
    """Keep the first constants that differ."""
    kept: dict[tuple[type, Scalar], Scalar] = {}
    for one in constants:
        kept.setdefault((type(one), one), one)
        if len(kept) == FEW:
            break
    return tuple(kept.values())


def made(*tags: str, constants: Iterable[Scalar] = ()) -> Value:
    """Make a value."""
    return Value(frozenset(tags), few(constants))


def field(value: Value, name: str) -> Value:
    """Look a field up (`api.Message` and the values of Ollama's template/template.go)."""
    tags: set[str] = set()
    if ROOT in value.tags:
        tags.update({TEXT} if name in _SAID else {MESSAGES} if name == "Messages" else ())
    if MESSAGE in value.tags and name in _MESSAGE_SAID:
        tags.add(TEXT)
    return Value(frozenset(tags), ())


def element(value: Value) -> Value:
    """Return what a loop over a value, or an index into it, gives."""
    tags = {MESSAGE} if MESSAGES in value.tags else set()
    if TEXT in value.tags:
        tags |= {TEXT, BYTE}
    return Value(frozenset(tags | (value.tags & {CLOCK})), ())


def spelled(parts: Iterable[Value]) -> tuple[str, ...]:
    """Put constants together as `print` does; none where a part has none."""
    found = []
    for chosen in product(*(part.constants for part in parts)):
        found.append("".join(map(str, chosen))[:LONG])
        if len(found) == FEW:
            break
    return tuple(dict.fromkeys(found))
