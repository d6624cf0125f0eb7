"""Go's text/template as tokens (text/template/parse/lex.go): plain text, and what stands in actions."""

import re
from collections.abc import Iterator
from typing import NamedTuple


class BrokenError(Exception):
    """Go does not parse the template. `line` is 1-based."""

    def __init__(self, reason: str, line: int) -> None:
        """Keep the reason."""
        super().__init__(reason)
        self.reason = reason
        self.line = line


class Token(NamedTuple):
    """One token. `kind`: "text", "open", "close", or of an action: "field", "variable", "word", "string", ...

    `glued`: nothing stands between it and the token before.
    """

    kind: str
    value: str
    line: int
    glued: bool


_SPACE = " \t\r\n"
_COMMENT = re.compile(r"[ \t\r\n]*+/\*.*?\*/", re.DOTALL)
_COMMENT_OPEN = re.compile(r"[ \t\r\n]*+/\*")
_CLOSE = re.compile(r"[ \t\r\n]+-\}\}|\}\}")
_INNER = re.compile(
    r"""(?P<space>[ \t\r\n]+)
    |(?P<string>"(?:[^"\\\n]|\\.)*")
    |(?P<raw>`[^`]*`)
    |(?P<character>'(?:[^'\\\n]|\\.)+')
    |(?P<number>[+-]?(?:0[xX][0-9a-fA-F_]+|0[bBoO][0-7_]+|[0-9][0-9_]*(?:\.[0-9_]*)?(?:[eE][+-]?[0-9]+)?
        |\.[0-9][0-9_]*(?:[eE][+-]?[0-9]+)?)i?)
    |(?P<declare>:=)
    |(?P<assign>=)
    |(?P<field>\.[^\W\d]\w*)
    |(?P<dot>\.)
    |(?P<variable>\$\w*)
    |(?P<word>[^\W\d]\w*)
    |(?P<sign>[|,()])
    """,
    re.VERBOSE,
)
_ESCAPES = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|([0-7]{3})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))", re.DOTALL)


def tokens(text: str) -> Iterator[Token]:
    """Yield all tokens. Raises `BrokenError`."""
    at, line, trim = 0, 1, False
    while True:
        start = text.find("{{", at)
        plain = text[at:] if start < 0 else text[at:start]
        begins = line
        line += plain.count("\n")
        if trim:
            kept = plain.lstrip(_SPACE)
            begins += plain[: len(plain) - len(kept)].count("\n")
            plain = kept
        if start < 0:
            if plain:
                yield Token("text", plain, begins, glued=False)
            return
        at = start + 2
        if text[at : at + 1] == "-" and text[at + 1 : at + 2] in tuple(_SPACE):
            plain = plain.rstrip(_SPACE)
            at += 1
        if plain:
            yield Token("text", plain, begins, glued=False)
        begins = at
        if _COMMENT_OPEN.match(text, at):
            at, trim = _commented(text, at, line)
        else:
            inside: list[Token] = []
            at, trim = _action(text, at, line, inside)
            yield Token("open", "", line, glued=False)
            yield from inside
            yield Token("close", "", line, glued=False)
        line += text.count("\n", begins, at)


def _commented(text: str, at: int, line: int) -> tuple[int, bool]:
    """Return where the comment at `at` ends with its action, and whether it trims what follows."""
    comment = _COMMENT.match(text, at)
    if comment is None:
        message = "unclosed comment"
        raise BrokenError(message, line)
    end = _CLOSE.match(text, comment.end())
    if end is None:
        message = "comment ends before closing delimiter"
        raise BrokenError(message, line)
    return end.end(), len(end[0]) > 2  # noqa: PLR2004 - longer than the delimiter itself


def _action(text: str, at: int, line: int, found: list[Token]) -> tuple[int, bool]:
    """Collect the tokens of one action; return where it ends, and whether it trims what follows."""
    glued = False
    while True:
        end = _CLOSE.match(text, at)
        if end is not None:
            return end.end(), len(end[0]) > 2  # noqa: PLR2004 - longer than the delimiter itself
        token = _INNER.match(text, at)
        if token is None:
            reason = f"unexpected {text[at : at + 1]!r} in action" if at < len(text) else "unclosed action"
            raise BrokenError(reason, line)
        kind, value = str(token.lastgroup), token[0]
        if kind == "space":
            glued = False
        else:
            if kind in {"string", "character"}:
                value = unquoted(value[1:-1])
            elif kind == "raw":
                kind, value = "string", value[1:-1]
            found.append(Token(kind, value, line, glued))
            glued = True
        line += token[0].count("\n")
        at = token.end()


def unquoted(body: str) -> str:
    """Undo the escapes of a quoted Go string; bytes written one by one are read as UTF-8."""
    if "\\" not in body:
        return body
    written = _ESCAPE.sub(_escape, body)
    # Escaped bytes stand as surrogates until their neighbours are known.
    return written.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _escape(found: re.Match[str]) -> str:
    byte, octal, short, long, other = found.groups()
    if byte or octal:
        number = int(byte, 16) if byte else int(octal, 8) & 0xFF
        return chr(number) if number < 0x80 else chr(0xDC00 + number)  # noqa: PLR2004 - ASCII
    if short or long:
        number = int(short or long, 16)
        return chr(number) if number <= 0x10FFFF and not 0xD800 <= number < 0xE000 else "\ufffd"  # noqa: PLR2004
    return _ESCAPES.get(other, other)
