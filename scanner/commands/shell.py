"""Shell text as simple commands: words without quotes, what stands in substitutions, which pipeline.

After POSIX.1-2017, Shell Command Language, sections 2.2 to 2.9: as much as is needed to see what is run. It never
fails; what is no shell at all gives words that no program is called by.
"""

import re
import shlex
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from scanner.pattern import pattern

TEXT = 1 << 20
"""Characters of one text that are looked at."""

SUBSTITUTION = 4096
"""Characters of one substitution; a longer one is read as plain words."""

UNCLOSED = 64
"""Substitutions without an end after which no more are looked for: each is searched for its end."""

_PIECE = pattern(
    r"""[^\s|&;<>()'"`$\\]+|\\\r?\n|\\.|'[^']*'|[ \t\r\f\v]+|&&|\|\||\|&|[|&;\n]|[<>]\(|\$\(|&?>>?&?|<<?<?&?|.""",
    re.DOTALL,
)
_QUOTED = pattern(r"""[^"\\$`]+|\\\r?\n|\\.|\$\(|.""", re.DOTALL)
_CLOSE = pattern(r"""'[^'\n]*'|\\.|[()]""", re.DOTALL)
_HEREDOC = pattern(r"<<-?[ \t]*(['\"]?)([A-Za-z_]\w*)\1")
_SHELL_LINE = pattern(r"(?:^|[\s;&|/])(?:ba|z|da|k|a)?sh\b[^|;&\n]*<<-?[ \t]*['\"]?\w+")
_KEYWORDS = frozenset({"if", "then", "else", "elif", "do", "while", "until", "!", "{", "}", "@", "-@", "time"})

_PIPES = frozenset({"|", "|&"})
_ENDS = frozenset({*_PIPES, "&&", "||", ";", "&", "\n", "(", ")"})


class Command(NamedTuple):
    """One simple command. `pipeline` counts from 0; commands that feed each other share it. `line` from 0.

    A substitution is kept in its word as it stands, "$(...)", "`...`" or "<(...)"; `inner` has what is in them.
    """

    words: tuple[str, ...]
    inner: tuple[str, ...]
    pipeline: int
    line: int


def commands(text: str) -> Iterator[Command]:
    """Yield the simple commands of a text in order; linear in its length but for `UNCLOSED` * `SUBSTITUTION`."""
    return _Reading(_without_heredocs(text[:TEXT])).commands()


def joined(words: Sequence[str]) -> str:
    """Write words as one command line."""
    return " ".join(map(shlex.quote, words))


class _Reading:
    """A text that is read from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = self.line = self.first = self.unclosed = 0
        self.words: list[str] = []
        self.inner: list[str] = []
        self.word: list[str] | None = None
        """The parts of the word that is being read, None between words."""

    def commands(self) -> Iterator[Command]:
        pipeline = 0
        while self.at < len(self.text):
            found = _PIECE.match(self.text, self.at)
            piece = found[0] if found else self.text[self.at]
            self.at += len(piece)
            if piece not in _ENDS:
                self._take(piece)
                continue
            yield from self._command(pipeline)
            if piece not in _PIPES:
                pipeline += 1
            self.line += piece == "\n"
            self.first = self.line
        yield from self._command(pipeline)

    def _command(self, pipeline: int) -> Iterator[Command]:
        """Yield the command that ends here."""
        self._end_word()
        if self.words:
            yield Command(_lead(self.words), tuple(self.inner), pipeline, self.first)
        self.words, self.inner = [], []

    def _end_word(self) -> None:
        if self.word is not None:
            self.words.append("".join(self.word))
        self.word = None

    def _take(self, piece: str) -> None:
        """Take a piece that ends no command."""
        if piece.isspace():
            self._end_word()
        elif piece[0] == "#" and self.word is None:
            end = self.text.find("\n", self.at - len(piece))
            self.at = end if end >= 0 else len(self.text)
        elif piece[0] in "<>&" and piece not in {"<(", ">("}:
            if self.word is not None and "".join(self.word).isdigit():
                self.word = None  # the number of a file
            self._end_word()
            self.words.append(piece)
        elif piece[0] == "\\" and piece[-1] == "\n":
            self.line += 1
            if not self.words and self.word is None:
                self.first = self.line
        else:
            if self.word is None:
                self.word = []
            self.word.append(self._part(piece, self.inner))

    def _part(self, piece: str, inner: list[str]) -> str:
        """Return what a piece adds to its word."""
        self.line += piece.count("\n")
        if piece[0] == "'" and len(piece) > 1:
            return piece[1:-1]
        if piece[0] == "\\" and len(piece) > 1:
            return piece[1:]
        if piece == '"':
            return self._quoted(inner)
        if piece in {"$(", "<(", ">(", "`"}:
            return self._substitution(piece, inner)
        return piece

    def _quoted(self, inner: list[str]) -> str:
        """Read to the end of double quotes."""
        parts: list[str] = []
        while self.at < len(self.text):
            found = _QUOTED.match(self.text, self.at)
            piece = found[0] if found else self.text[self.at]
            self.at += len(piece)
            self.line += piece.count("\n")
            if piece == '"':
                break
            if piece in {"$(", "`"}:
                parts.append(self._substitution(piece, inner))
            elif piece[0] == "\\" and len(piece) > 1:
                parts.append("" if piece[-1] == "\n" else piece[1:] if piece[1] in '"$`\\' else piece)
            else:
                parts.append(piece)
        return "".join(parts)

    def _substitution(self, opening: str, inner: list[str]) -> str:
        """Read to the end of a substitution, or nothing where there is none."""
        end = self._end(opening)
        if end < 0:
            return opening
        content = self.text[self.at : end]
        self.at = end + 1
        self.line += content.count("\n")
        inner.append(content)
        return f"{opening}{content}{'`' if opening == '`' else ')'}"

    def _end(self, opening: str) -> int:
        if self.unclosed >= UNCLOSED:
            return -1
        bound = min(len(self.text), self.at + SUBSTITUTION)
        if opening == "`":
            end = self.text.find("`", self.at, bound)
            self.unclosed += end < 0
            return end
        depth = 1
        for found in _CLOSE.finditer(self.text, self.at, bound):
            depth += (found[0] == "(") - (found[0] == ")")
            if depth == 0:
                return found.start()
        self.unclosed += 1
        return -1


def _lead(words: list[str]) -> tuple[str, ...]:
    """Drop the words of the grammar that stand before a command."""
    at = 0
    while at < len(words) - 1 and words[at] in _KEYWORDS:
        at += 1
    if at == 0 and len(words[0]) > 1 and words[0][0] in "@-" and words[0][1:2].isalpha():
        return (words[0].lstrip("@-"), *words[1:])  # make: a line that is not shown, or may fail
    return tuple(words[at:])


def _without_heredocs(text: str) -> str:
    """Blank the bodies of here-documents but those that a shell reads: they are data."""
    if "<<" not in text:
        return text
    kept: list[str] = []
    until = ""
    for line in text.split("\n"):
        if until:
            if line.strip() == until:
                until = ""
            kept.append("")
            continue
        kept.append(line)
        found = _HEREDOC.search(line)
        if found and not _SHELL_LINE.search(line):
            until = found[2]
    # Without its end it was no here-document.
    return text if until else "\n".join(kept)
