"""Rule packs of somebody else's: signed, pinned in a lock, and judged by the same laws as ours.

A pack is a folder or a zip: `pack.yaml`, `pack.sig`, rules as FOLDER/ID.yaml, and tables. It holds no code.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from scanner import pack
from scanner.facts import Fact
from scanner.pack import Pack

if TYPE_CHECKING:
    from scanner.packs.foreign import Foreign


def judging(packs: Sequence["Foreign"]) -> Pack:
    """Put packs beside our rules; without any these are all. Raises `PackError`."""
    if not packs:
        return pack.load()
    from scanner.packs import foreign  # only where there are any

    return foreign.joined(pack.load(), packs)


def stated(packs: Sequence["Foreign"], today: date | None) -> list[Fact]:
    """State which packs judge, as of `today` or of now."""
    if not packs:
        return []
    from scanner.packs import trusted

    return [trusted.state(one, today or datetime.now(UTC).date()) for one in packs]
