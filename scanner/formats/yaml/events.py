"""From the events of YAML documents to their leaves. Nothing is constructed, and what aliases repeat is bounded."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from scanner.formats.document.keys import KEYS as LISTED
from scanner.formats.document.leaves import shortened, step
from scanner.formats.hydra.targets import KEYS, TARGETS
from scanner.formats.yaml import aliases
from scanner.formats.yaml.frame import Frame
from scanner.formats.yaml.repeated import differing
from scanner.formats.yaml.scalars import scalar
from scanner.limits import DOCUMENT_CHARACTERS, DOCUMENT_LEAVES, LEAF_CHARACTERS

_BESIDE: Final = 20
"""Plain values kept beside a target."""

_REPEATED: Final = 20
"""Keys given twice that are kept of one mapping."""

_SHOWN: Final = 512
"""Numbers given of a row."""


class Walk:
    """The rows of leaves, and what was met on the way."""

    def __init__(self, tag: Callable[[Any], None], *, targets: bool) -> None:
        """Start before the first document.

        `tag` is shown every node with a tag. `targets`: keys of loaders may be among the keys.
        """
        self.pointers: list[str] = []
        self.kinds: list[str] = []
        self.values: list[str] = []
        self.lines: list[int] = []
        self.frame = Frame("", 0, None, mapping=False, merging=False, line=1)
        """The innermost open collection; the first one stands for the stream."""
        self.frames: list[Frame] = []
        """Those around it."""
        self.aliases = aliases.Aliases()
        self.twice: list[tuple[str, int, str, int]] = []
        """Keys given different values: pointer, line, both values, how often."""
        self.depth = 0
        self.spent = 0
        self.full = False
        """Not all leaves are listed."""
        self.begun = False
        self.ended = False
        """A document of keys or items ended where a mark says so. (A quoted text at the start is a document, too.)"""
        self.noted: list[tuple[str, str, str, int, Mapping[str, tuple[str, int]]]] = []
        """Targets: pointer of the mapping, key, value, line, the plain values beside it."""
        self.overflow = False
        self._tag = tag
        self._targets = targets
        self._documents = 0

    def run(self, text: bytes | str) -> None:
        """Take every event of a text, from libyaml where it is there. Raises what PyYAML raises."""
        import yaml

        loader = getattr(yaml, "CLoader", yaml.Loader)(text)
        take: dict[type, Callable[[Any], None]] = {
            yaml.ScalarEvent: self._scalar,
            yaml.AliasEvent: self._alias,
            yaml.MappingStartEvent: self._mapping,
            yaml.SequenceStartEvent: self._sequence,
            yaml.MappingEndEvent: self._close,
            yaml.SequenceEndEvent: self._close,
            yaml.DocumentStartEvent: self._start,
            yaml.DocumentEndEvent: self._end,
            yaml.StreamStartEvent: _nothing,
            yaml.StreamEndEvent: _nothing,
        }
        step_on = loader.get_event
        try:
            while (event := step_on()) is not None:
                take[type(event)](event)
        finally:
            loader.dispose()

    def put(self, pointer: str, kind: str, value: str, line: int) -> None:
        """List a leaf; where no more are listed, only one at a key that loaders follow."""
        self.spent += len(pointer)
        if len(self.pointers) >= DOCUMENT_LEAVES or self.spent > DOCUMENT_CHARACTERS:
            self.full = True
            if pointer.rpartition("/")[2] not in LISTED or len(self.pointers) >= DOCUMENT_LEAVES + TARGETS:
                return
        self.pointers.append(pointer)
        self.kinds.append(kind)
        self.values.append(value)
        self.lines.append(line)

    def place(self) -> str:
        """Take the place of the next node: the key that waits in the open mapping, or the next index of the list."""
        frame = self.frame
        if not frame.mapping:
            if not self.frames:
                return f"/---{self._documents - 1}" if self._documents > 1 else ""
            frame.index += 1
            return f"{frame.pointer}/{frame.index - 1}"
        key = frame.key
        if key is None:
            frame.key = ""  # A key that is a collection: its value comes next.
            return f"{frame.pointer}/"
        frame.key = None
        return f"{frame.pointer}/{step(key)}"

    def key(self, text: str) -> None:
        """Take a key of the open mapping."""
        frame = self.frame
        frame.key = text
        known = frame.starts.setdefault(text, len(self.pointers))
        frame.index += 1
        if frame.index == len(frame.starts):
            return
        if len(frame.twice) < _REPEATED:
            frame.twice.append((text, known, len(self.pointers)))
            frame.starts[f"{text}\0{len(frame.twice)}"] = len(self.pointers)
        else:
            frame.starts[f"\0{frame.index}"] = len(self.pointers)

    def beside(self, key: str, text: str, line: int) -> None:
        """Keep a plain value of the open mapping, as it may be a target or stand beside one."""
        frame = self.frame
        if frame.plain is None:
            frame.plain = {}
        if key in KEYS and key in frame.plain:
            self._note(frame, key)
        if key in KEYS or len(frame.plain) < _BESIDE:
            frame.plain[key] = text, line

    def _scalar(self, event: Any) -> None:  # noqa: ANN401 - PyYAML's events carry no types
        text: str = event.value
        tag: str | None = event.tag
        if tag:
            self._tag(event)
        frame = self.frame
        key = frame.key
        if not frame.mapping:
            pointer = self.place()
        elif key is None:
            self.key(text)
            if event.anchor:
                self.aliases.name_key(event.anchor, text)
            return
        else:
            frame.key = None
            pointer = f"{frame.pointer}/{step(key)}"
        line = event.start_mark.line + 1
        kind, value = scalar(text, tag) if event.implicit[0] or tag else ("t", text[:LEAF_CHARACTERS])
        start = len(self.pointers)
        self.put(pointer, kind, value, line)
        if kind == "n":
            frame.numbers += 1
        if event.anchor:
            self.aliases.name(event.anchor, start, len(self.pointers), pointer, text)
        if self._targets and frame.mapping and key is not None:
            self.beside(key, text, line)

    def _alias(self, event: Any) -> None:  # noqa: ANN401 - PyYAML's events carry no types
        frame, key = self.frame, self.frame.key
        text = aliases.take(self, event.anchor, event.start_mark.line + 1)
        if self._targets and frame.mapping and key is not None and text:
            self.beside(key, text, event.start_mark.line + 1)

    def _mapping(self, event: Any) -> None:  # noqa: ANN401 - PyYAML's events carry no types
        self._begin(event, mapping=True)

    def _sequence(self, event: Any) -> None:  # noqa: ANN401 - PyYAML's events carry no types
        self._begin(event, mapping=False)

    def _begin(self, event: Any, *, mapping: bool) -> None:  # noqa: ANN401 - PyYAML's events carry no types
        if event.tag:
            self._tag(event)
        merging = self.frame.merges_next()
        pointer = shortened(self.place())
        if event.anchor:
            self.aliases.open(event.anchor, pointer)
        self.begun = True
        self.frames.append(self.frame)
        line = event.start_mark.line + 1
        self.frame = Frame(pointer, len(self.pointers), event.anchor, mapping=mapping, merging=merging, line=line)
        self.frame.unlisted = self.aliases.unlisted
        self.depth = max(self.depth, len(self.frames))

    def _close(self, _: object) -> None:
        frame = self.frame
        self.frame = self.frames.pop()
        if frame.merges:
            aliases.merge(self, frame)
        if frame.twice:
            self.twice += differing(self, frame)
        self._complete(frame)
        if frame.anchor:
            self.aliases.close(frame, len(self.pointers))
        if frame.plain:
            for key in KEYS:
                if key in frame.plain:
                    self._note(frame, key)

    def _complete(self, frame: Frame) -> None:
        """List a collection that holds nothing as a leaf, and one of numbers only as one."""
        start, count = frame.start, len(self.pointers) - frame.start
        if not count:
            if not frame.index and not frame.merging:
                self.put(frame.pointer, "o" if frame.mapping else "l", "", frame.line)
        elif count > 1 and count == frame.numbers == frame.index and not frame.mapping and self.aliases.last < start:
            text = " ".join(self.values[start : start + _SHOWN])[:LEAF_CHARACTERS]
            del self.pointers[start:], self.kinds[start:], self.values[start:], self.lines[start:]
            self.put(frame.pointer, "s", text, frame.line)

    def _start(self, _: object) -> None:
        self.ended |= self.begun
        self._documents += 1
        self.aliases.forget()

    def _end(self, event: Any) -> None:  # noqa: ANN401 - PyYAML's events carry no types
        self.ended |= event.explicit and self.begun

    def _note(self, frame: Frame, key: str) -> None:
        """Keep a target until the text ends, when interpolations can be resolved. Keys given twice count twice."""
        if len(self.noted) >= TARGETS:
            self.overflow = True
        elif frame.plain is not None:
            text, line = frame.plain[key]
            self.noted.append((frame.pointer, key, text, line, dict(frame.plain)))


def _nothing(_: object) -> None:
    """Pass over the ends of a stream."""
