"""Anchors and aliases: what an alias stands for is listed at its place, too, as long as it does not grow too much."""

from typing import TYPE_CHECKING, Final

from scanner.formats.document.leaves import shortened, step
from scanner.formats.yaml.frame import Frame
from scanner.limits import LEAF_CHARACTERS

if TYPE_CHECKING:
    from scanner.formats.yaml.events import Walk

GROWTH: Final = 10
"""Aliases stand for at most so many times what is written, and may always stand for `FREE` leaves."""

FREE: Final = 2000

_MOST: Final = 10**12
"""Where counting ends: lines that double would count in numbers of as many digits."""


class Aliases:
    """What the anchors of a document name, and how much aliases repeat."""

    def __init__(self) -> None:
        """Start with no anchor."""
        self.anchors: dict[str, tuple[int, int, str, str]] = {}
        """First and last leaf, pointer and text of what an anchor names; the first is -1 while it is open."""
        self.stands: dict[str, int] = {}
        """How many leaves it stands for, with all that aliases repeat inside."""
        self.last = -1
        """The first leaf of what was named last."""
        self.copied = 0
        self.unlisted = 0
        """Leaves that aliases stand for: those listed once more, and those too many to be."""
        self.cycles: list[tuple[str, int]] = []
        """Pointers and lines of aliases of what they lie in."""

    def forget(self) -> None:
        """Begin another document."""
        self.anchors.clear()
        self.stands.clear()

    def name_key(self, anchor: str, text: str) -> None:
        """Keep the text of a key."""
        self.anchors[anchor] = (0, 0, "", text)
        self.stands.pop(anchor, None)

    def name(self, anchor: str, start: int, end: int, pointer: str, text: str) -> None:
        """Keep a scalar."""
        self.last = start
        self.anchors[anchor] = (start, end, pointer, text)
        self.stands[anchor] = 1

    def open(self, anchor: str, pointer: str) -> None:
        """Begin a collection."""
        self.anchors[anchor] = (-1, -1, pointer, "")

    def close(self, frame: Frame, end: int) -> None:
        """End a collection."""
        if frame.anchor:
            self.last = frame.start
            self.anchors[frame.anchor] = (frame.start, end, frame.pointer, "")
            self.stands[frame.anchor] = min(end - frame.start + self.unlisted - frame.unlisted, _MOST)

    def room(self, name: str, leaves: int, written: int) -> bool:
        """Count what an alias stands for, and say whether so many leaves may be listed once more."""
        stands = self.stands.get(name, leaves)
        if self.copied + leaves > max(FREE, GROWTH * (written - self.copied)):
            self.unlisted = min(self.unlisted + stands, _MOST)
            return False
        self.copied += leaves
        self.unlisted = min(self.unlisted + max(0, stands - leaves), _MOST)
        return True


def take(walk: "Walk", name: str, line: int) -> str:
    """Take an alias as a key, as what is merged, or as a value. Return the text of a scalar."""
    known, frame = walk.aliases, walk.frame
    start, end, _, text = known.anchors.get(name, (0, 0, "", f"*{name}"))
    if frame.mapping and frame.key is None:
        walk.key(text)
        return ""
    if frame.merges_next():
        walk.place()
        owner = frame if frame.mapping else next((one for one in reversed(walk.frames) if one.mapping), None)
        if owner is not None and name in known.anchors:
            owner.merges.append(name)
        return ""
    at = walk.place()
    if start < 0:
        known.cycles.append((at, line))
    elif start < end:
        _copy(walk, name, at, line)
    elif name not in known.stands:
        walk.put(at, "t", text[:LEAF_CHARACTERS], line)
    return text


def _copy(walk: "Walk", name: str, at: str, line: int) -> None:
    start, end, pointer, _ = walk.aliases.anchors[name]
    if walk.aliases.room(name, end - start, len(walk.pointers)):
        cut = len(pointer)
        for index in range(start, end):
            walk.put(shortened(at + walk.pointers[index][cut:]), walk.kinds[index], walk.values[index], line)


def merge(walk: "Walk", frame: Frame) -> None:
    """Lend the keys of merged mappings that the mapping does not have itself; of two the first one lends."""
    own = {step(key) for key in frame.starts}
    for name in frame.merges:
        start, end, pointer, _ = walk.aliases.anchors[name]
        if start < 0:
            walk.aliases.cycles.append((frame.pointer, frame.line))
            continue
        cut = len(pointer) + 1
        firsts = [walk.pointers[index][cut:].partition("/")[0] for index in range(start, end)]
        lent = [index for index, first in enumerate(firsts, start) if first not in own and walk.pointers[index][cut:]]
        if walk.aliases.room(name, len(lent), len(walk.pointers)):
            for index in lent:
                below = shortened(f"{frame.pointer}/{walk.pointers[index][cut:]}")
                walk.put(below, walk.kinds[index], walk.values[index], walk.lines[index])
        own.update(firsts)
