"""Facts about trees of MessagePack."""

from dataclasses import dataclass

from scanner.facts.core import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageExtension(Fact):
    """An extension type that Flax does not know, its `code` and how many `items` use it."""

    code: int
    items: int
