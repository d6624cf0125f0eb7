"""A network or solver in protobuf's text form: one scan of its tokens, blocks kept on a stack."""

import re

from scanner.format import MalformedError
from scanner.formats.caffe.net import Layer, Net

_TOKENS = re.compile(
    r"\s+|\A\xef\xbb\xbf|#[^\n]*|(?P<open>[{<])|(?P<close>[}>])|(?P<mark>[:,;\[\]])"
    r"|\"(?P<double>(?:[^\"\\\n]|\\.)*)\"|'(?P<single>(?:[^'\\\n]|\\.)*)'|(?P<word>[\w.+\-/]+)",
    re.DOTALL,
)
_ESCAPES = re.compile(r"\\(?:x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{4})|U00([0-9a-fA-F]{6})|([0-7]{1,3})|(.))", re.DOTALL)
_HIGHEST = 0x10FFFF
_PLAIN = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}

DEPTH = 100
"""Blocks inside blocks; 100 is the limit of Google's own parsers."""

_NETS = ("net_param", "train_net_param", "test_net_param")


class Scan:
    """One scan. Raises `MalformedError` for what the text form does not allow."""

    def __init__(self, bound: int) -> None:
        """Start outside of every block; read `bound` layers at most."""
        self.net = Net()
        self.solver: list[str] = []
        self.complete = True
        self._bound = bound
        self._blocks: list[str] = []
        self._layers: list[tuple[int, Layer]] = []
        self._key = ""
        self._value: str | None = None
        self._named = False

    def run(self, text: str) -> None:
        """Read a whole text, decoded as latin-1 so that offsets are bytes; values are decoded as UTF-8."""
        position = 0
        while token := _TOKENS.match(text, position):
            position = token.end()
            kind = token.lastgroup
            if kind is not None and not self._step(kind, token):
                return
        if position != len(text):
            message = "a character that the text form does not have"
            raise MalformedError(message, position)
        self._flush()
        if self._blocks:
            message = f"{len(self._blocks)} blocks are not closed"
            raise MalformedError(message, position)

    def _step(self, kind: str, token: re.Match[str]) -> bool:
        """Take one token; say whether to go on."""
        if kind == "word":
            self._word(token[kind])
        elif kind in ("double", "single"):
            self._value = (self._value or "") + _unescape(token[kind])
        elif kind == "open":
            self._open(token.start())
        elif kind == "close":
            self._flush()
            self._close(token.start())
        elif token[kind] == ":":
            self._named = True
        elif token[kind] in ",;":
            self._flush(keep=True)
        return self.complete

    def _word(self, word: str) -> None:
        """A name, or behind a colon a number or the name of an enum."""
        if self._named and self._value is None:
            self._value = word
        else:
            self._flush()
            self._key = word

    def _open(self, at: int) -> None:
        if len(self._blocks) >= DEPTH:
            message = f"blocks nest deeper than {DEPTH}"
            raise MalformedError(message, at)
        name, inside = self._key, self._inside()
        self._blocks.append(name)
        self._value, self._named = None, False
        if name in ("layer", "layers") and (inside in ("", *_NETS) or (name == "layer" and inside == "layers")):
            if name == "layer" and inside == "layers":
                self._layers[-1][1].version = 0
                return
            if self.net.layers >= self._bound:
                self.complete = False
                return
            self._layers.append((len(self._blocks), Layer(at=at, version=2 if name == "layer" else 1)))

    def _close(self, at: int) -> None:
        if not self._blocks:
            message = "a block is closed that was not begun"
            raise MalformedError(message, at)
        if self._layers and self._layers[-1][0] == len(self._blocks):
            self.net.close(self._layers.pop()[1])
        self._key = self._blocks.pop()

    def _inside(self) -> str:
        return self._blocks[-1] if self._blocks else ""

    def _flush(self, *, keep: bool = False) -> None:
        """Take the field that was read; in a list the next value has the same name."""
        if self._value is not None:
            self._field(self._key, self._value)
        self._value = None
        self._named = self._named and keep

    def _field(self, key: str, value: str) -> None:
        value = value.encode("latin-1", "replace").decode("utf-8", "backslashreplace")
        inside = self._inside()
        layer = self._layers[-1][1] if self._layers else Layer()
        if self._layers and inside in ("layer", "layers") and key in ("name", "type"):
            setattr(layer, key, value)
            return
        if not self._blocks:
            self.solver.append(key)
        around = "" if inside in ("layer", "layers", *_NETS) else inside
        self.net.leaf(layer, around, key, value)


def _unescape(text: str) -> str:
    """Resolve escapes. The text is latin-1, so that what stands for a character beyond becomes its UTF-8."""

    def plain(match: re.Match[str]) -> str:
        byte, short, long, octal, character = match.groups()
        if byte or octal:
            return chr((int(byte, 16) if byte else int(octal, 8)) & 0xFF)
        if short or long:
            code = min(int(short or long, 16), _HIGHEST)
            return chr(code).encode("utf-8", "replace").decode("latin-1")
        return _PLAIN.get(character, character)

    return _ESCAPES.sub(plain, text) if "\\" in text else text
