"""A YAML document as plain dictionaries, lists and texts. Nothing is constructed: tags and types are left aside.

An alias is the same object as its anchor, so that nothing is multiplied; who walks the tree bounds the steps.
"""

from typing import Any

from scanner.format import MalformedError

NODES = 100_000
"""Nodes of a document that are kept."""

_MERGE = "<<"


class NoYamlError(MalformedError):
    """The text breaks before its first document ends."""


def load(raw: bytes) -> object:
    """Parse the first document. Raises `NoYamlError`, and `MalformedError` where it has more than `NODES` nodes."""
    import yaml

    builder = _Builder()
    try:
        for event in yaml.parse(raw, Loader=getattr(yaml, "CLoader", yaml.Loader)):
            kind = type(event).__name__
            if kind == "DocumentEndEvent":
                break
            builder.take(event, kind)
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        message = f"no YAML: {' '.join(str(error).split())}"[:200]
        raise NoYamlError(message, 0) from error
    builder.merge()
    return builder.root


class _Builder:
    """The collections that are open, from the document down, and the anchors seen so far."""

    def __init__(self) -> None:
        self.root: object = None
        self._open: list[tuple[dict[str, object] | list[object], list[str]]] = []
        self._anchors: dict[str, object] = {}
        self._merges: list[tuple[dict[str, object], object]] = []
        self._nodes = 0

    def take(self, event: Any, kind: str) -> None:  # noqa: ANN401 - PyYAML's events carry no types
        """Take one event of the parser."""
        if kind == "ScalarEvent":
            self._add(event.value, event.anchor)
        elif kind == "AliasEvent":
            self._add(self._anchors.get(event.anchor, ""), None)
        elif kind == "MappingStartEvent":
            self._begin({}, event.anchor)
        elif kind == "SequenceStartEvent":
            self._begin([], event.anchor)
        elif kind in ("MappingEndEvent", "SequenceEndEvent"):
            self._open.pop()

    def _begin(self, made: dict[str, object] | list[object], anchor: str | None) -> None:
        self._add(made, anchor)
        self._open.append((made, []))

    def _add(self, value: object, anchor: str | None) -> None:
        self._count(1)
        if anchor:
            self._anchors[anchor] = value
        if not self._open:
            self.root = value
            return
        above, keys = self._open[-1]
        if isinstance(above, list):
            above.append(value)
        elif not keys:
            keys.append(value if isinstance(value, str) else "?")
        else:
            self._put(above, keys.pop(), value)

    def _put(self, above: dict[str, object], key: str, value: object) -> None:
        """Set a key; of two the later counts. A merge key lends what is not set yet, so it waits for the end."""
        if key == _MERGE:
            self._merges.append((above, value))
        else:
            above[key] = value

    def merge(self) -> None:
        """Lend the keys of merged mappings, each to the mapping that asks for it. Raises `MalformedError`."""
        for above, value in self._merges:
            for one in value if isinstance(value, list) else (value,):
                if not isinstance(one, dict) or one is above:
                    continue
                self._count(len(one))
                for name, lent in one.items():
                    above.setdefault(name, lent)

    def _count(self, nodes: int) -> None:
        self._nodes += nodes
        if self._nodes > NODES:
            message = f"a document of more than {NODES} nodes"
            raise MalformedError(message, 0)
