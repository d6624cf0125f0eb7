"""Facts about trees of MessagePack."""

from scanner.facts.core import Fact
from scanner.record import record


@record
class MessageExtension(Fact):
    """An extension type that Flax does not know, its `code` and how many `items` use it."""

    code: int
    items: int
