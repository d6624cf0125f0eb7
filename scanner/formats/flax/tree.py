"""MessagePack without recursion: items with their place, as the specification of msgpack lays them out."""

from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from scanner.format import MalformedError

DEPTH = 512
"""Maps and lists inside each other; the reader of msgpack-python stops at 1024."""
KEY_NBYTES = 300

_SCALARS = {0xC0: 0, 0xC2: 0, 0xC3: 0, 0xCA: 4, 0xCB: 8, 0xCC: 1, 0xCD: 2, 0xCE: 4, 0xCF: 8, 0xD0: 1, 0xD1: 2, 0xD2: 4, 0xD3: 8}  # fmt: skip # noqa: E501
_RAW = {0xC4: 1, 0xC5: 2, 0xC6: 4, 0xD9: 1, 0xDA: 2, 0xDB: 4}
_EXTENSIONS = {0xC7: 1, 0xC8: 2, 0xC9: 4}
_FIXED_EXTENSIONS = {0xD4: 1, 0xD5: 2, 0xD6: 4, 0xD7: 8, 0xD8: 16}
_LISTS = {0xDC: (2, 1), 0xDD: (4, 1), 0xDE: (2, 2), 0xDF: (4, 2)}
_KEYED = 2


class Item(NamedTuple):
    """One item. `kind`: "list", "map", "text", "bytes", "number" or "extension"; `value`: a count, length or number.

    `start` is where the content lies, `code` the number of an extension. `path` joins the keys that lead here.
    """

    kind: str
    value: int
    start: int
    code: int
    path: str


class Tree:
    """A stream of `size` bytes read as one item and what it holds."""

    def __init__(self, stream: BinaryIO, start: int, end: int) -> None:
        """Begin at an offset."""
        self._stream = stream
        self._end = end
        self.position = start
        stream.seek(start)

    def items(self) -> Iterator[Item]:
        """Yield every item, depth first. Raises `MalformedError`."""
        pending: list[list[int]] = [[1, 1, 0]]
        paths, key = [""], ""
        while pending:
            frame = pending[-1]
            if not frame[0]:
                pending.pop()
                paths.pop()
                continue
            frame[0] -= 1
            is_key = frame[1] == _KEYED and frame[0] % _KEYED == 1
            item = self._item(self._name(paths[-1], key if frame[1] == _KEYED else ""))
            if is_key:
                key = self.text(item) if item.kind == "text" else "?"
            if item.kind in ("list", "map"):
                width = _KEYED if item.kind == "map" else 1
                if len(pending) > DEPTH:
                    message = f"items nest deeper than {DEPTH}"
                    raise MalformedError(message, item.start)
                self._room(item.value * width)
                pending.append([item.value * width, width, 0])
                paths.append(item.path)
            else:
                self._seek(item)
            if not is_key:
                yield item

    def text(self, item: Item) -> str:
        """Read the start of a text."""
        return self.raw(item, KEY_NBYTES).decode("utf-8", "backslashreplace")

    def raw(self, item: Item, limit: int) -> bytes:
        """Read the start of an item's content; the place in the stream stays."""
        self._stream.seek(item.start)
        content = self._stream.read(min(item.value, limit))
        self._stream.seek(self.position)
        return content

    def _name(self, path: str, key: str) -> str:
        return f"{path}.{key}"[:KEY_NBYTES] if path and key else (path or key)

    def _seek(self, item: Item) -> None:
        if item.kind in ("text", "bytes", "extension"):
            self._room(item.value)
            self.position = item.start + item.value
            self._stream.seek(self.position)

    def _item(self, path: str) -> Item:
        byte = self._number(1)
        if byte < 0x80 or byte >= 0xE0:  # noqa: PLR2004 - small numbers
            return Item("number", byte, self.position, 0, path)
        if byte < 0xA0:  # noqa: PLR2004 - short maps and lists
            return Item("map" if byte < 0x90 else "list", byte & 15, self.position, 0, path)  # noqa: PLR2004 - see above
        if byte < 0xC0:  # noqa: PLR2004 - short texts
            return Item("text", byte & 31, self.position, 0, path)
        if byte in _SCALARS:
            return Item("number", self._number(_SCALARS[byte]), self.position, 0, path)
        return self._long(byte, path)

    def _long(self, byte: int, path: str) -> Item:
        if byte in _RAW:
            length = self._number(_RAW[byte])
            return Item("text" if byte >= 0xD9 else "bytes", length, self.position, 0, path)  # noqa: PLR2004 - str 8
        if byte in _LISTS:
            width, parts = _LISTS[byte]
            count = self._number(width)
            return Item("map" if parts == _KEYED else "list", count, self.position, 0, path)
        if byte in _EXTENSIONS or byte in _FIXED_EXTENSIONS:
            length = _FIXED_EXTENSIONS[byte] if byte in _FIXED_EXTENSIONS else self._number(_EXTENSIONS[byte])
            code = self._number(1)
            return Item("extension", length, self.position, code - 256 if code > 127 else code, path)  # noqa: PLR2004 - signed
        message = f"byte {byte:#x} begins no item"
        raise MalformedError(message, self.position - 1)

    def _number(self, nbytes: int) -> int:
        self._room(nbytes)
        content = self._stream.read(nbytes)
        self.position += nbytes
        return int.from_bytes(content, "big")

    def _room(self, nbytes: int) -> None:
        if nbytes > self._end - self.position:
            message = f"{nbytes} bytes or items are declared, {self._end - self.position} bytes remain"
            raise MalformedError(message, self.position)
