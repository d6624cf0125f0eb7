"""What the cells of one column hold, counted by rows; texts are searched in blocks, and cell by cell where one hits."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from scanner.credentials import credentials
from scanner.formats.dataset.cells import FORMULA, HOST, LINK, kinds, spelled
from scanner.formats.dataset.personal import personal
from scanner.formats.dataset.repeats import Repeats

BLOCK_CHARACTERS = 1 << 20
HOSTS = 20_000
"""Different hosts that are counted; later ones are not."""

DIFFERENT = 64
"""Different values that are kept, to tell labels from texts."""

LABEL_CHARACTERS = 64
_BETWEEN = "\n\0\n"

_SPOKEN = (
    r"(?i)\b(?:ignore|disregard|forget)\b|\bdo not (?:tell|inform|reveal|mention)\b|\byou are now\b"
    r"|<(?:important|\w+_override)>"
    r"|\b(?:curl|wget)\s|/dev/tcp/|powershell|\bos\.(?:system|popen)|\bsubprocess\.|\bexec\s*\("
)
_NUMBERED = r"[A-Z]{2}\d{2} ?[A-Z0-9]{4} ?[A-Z0-9]{4}|\d{4}[ -]?\d{4}[ -]?\d{2}|\+[1-9]\d"
_CREDENTIAL = (
    r"hf_|AKIA|ASIA|gh[pousr]_|github_pat_|glpat-|sk-|T3BlbkFJ|xox|AIza|ya29|pypi-|npm_|k_live_|SG\.|r8_|:AA|eyJ"
    r"|PRIVATE KEY"
)

_RESPONSES = frozenset((
    "response", "responses", "output", "outputs", "answer", "answers", "completion", "chosen", "rejected", "target",
    "targets", "assistant", "gpt", "bot", "model", "solution", "generation", "generated", "summary", "translation",
    "reply",
))  # fmt: skip
_PROMPTS = frozenset((
    "prompt", "prompts", "instruction", "instructions", "input", "inputs", "question", "query", "user", "human",
    "system", "context", "source",
))  # fmt: skip


def role_of(column: str) -> str:
    """Tell a model's words from a user's by the last word of a column's name or the role of its message."""
    words = column.lower().replace("(", "/").replace(")", "").replace(" ", "/").replace("_", "/").split("/")
    for word in reversed(words):
        if word in _RESPONSES:
            return "response"
        if word in _PROMPTS:
            return "prompt"
    return ""


@dataclass(slots=True)
class Held:
    """One kind of thing in a column: how many rows, the first row, and how it looks there."""

    rows: int = 0
    first: int = -1
    shown: str = ""
    text: str = ""


@dataclass(slots=True)
class Column:
    """One column as far as it was read."""

    name: str
    formulas: bool
    """A spreadsheet may open the table."""
    seen: int = 0
    characters: int = 0
    texts: dict[str, Held] = field(default_factory=dict)
    secrets: dict[str, Held] = field(default_factory=dict)
    people: dict[str, Held] = field(default_factory=dict)
    hosts: Counter[str] = field(default_factory=Counter)
    values: dict[str, list[int]] = field(default_factory=dict)
    """Short values: rows, first row, last row; None of them once there are too many."""
    labels: bool = True
    repeats: Repeats = field(default_factory=Repeats)
    _rows: list[int] = field(default_factory=list)
    _cells: list[str] = field(default_factory=list)
    _waiting: int = 0

    def take(self, row: int, text: str) -> None:
        """Take one cell."""
        self.seen += 1
        self.characters += len(text)
        if self.labels:
            self._value(row, text)
        self._rows.append(row)
        self._cells.append(text)
        self._waiting += len(text)
        if self._waiting > BLOCK_CHARACTERS:
            self.flush()

    def _value(self, row: int, text: str) -> None:
        known = self.values.get(text)
        if known is not None:
            known[0] += 1
            known[2] = row
        elif len(text) <= LABEL_CHARACTERS and len(self.values) < DIFFERENT:
            self.values[text] = [1, row, row]
        else:
            self.labels = False
            self.values.clear()

    def flush(self) -> None:
        """Search what waits."""
        block = _BETWEEN.join(self._cells)
        pairs = list(zip(self._rows, self._cells, strict=True))
        if not block.isascii() or _search(_SPOKEN).search(block):
            self._each(pairs, self._spoken)
        if self.formulas and any(sign in block for sign in "=+@-"):
            self._each(pairs, self._formula)
        if _search(_CREDENTIAL).search(block):
            self._each(pairs, self._secret)
        if "@" in block or _search(_NUMBERED).search(block):
            self._each(pairs, self._person)
        if LINK in block:
            self._each(pairs, self._link)
        for text in self._cells:
            self.repeats.take(text)
        self._rows, self._cells, self._waiting = [], [], 0

    def _each(self, pairs: list[tuple[int, str]], look: Any) -> None:  # noqa: ANN401 - a method of this class
        for row, text in pairs:
            look(row, text)

    def _spoken(self, row: int, text: str) -> None:
        for kind, at in kinds(text):
            held = _count(self.texts, kind, row)
            if not held.shown:
                held.shown = text[max(0, at - 20) : at + 100]
                held.text = spelled(text) if kind == "tag-characters" else ""

    def _formula(self, row: int, text: str) -> None:
        if FORMULA.match(text):
            held = _count(self.texts, "formula", row)
            held.shown = held.shown or text[:100]

    def _secret(self, row: int, text: str) -> None:
        for kind in dict.fromkeys(kind for kind, _ in credentials(text)):
            _count(self.secrets, kind, row)

    def _person(self, row: int, text: str) -> None:
        for kind in personal(text):
            _count(self.people, kind, row)

    def _link(self, row: int, text: str) -> None:  # noqa: ARG002 - as its siblings
        if LINK in text:
            for host in {found[1].lower().strip(".") for found in HOST.finditer(text)}:
                if host in self.hosts or len(self.hosts) < HOSTS:
                    self.hosts[host] += 1

    def share(self, rows: int) -> int:
        """Return rows as parts per million of those seen."""
        return rows * 1_000_000 // max(1, self.seen)


def _count(held: dict[str, Held], kind: str, row: int) -> Held:
    found = held.setdefault(kind, Held(first=row))
    found.rows += 1
    return found


@cache
def _search(text: str) -> Any:  # noqa: ANN401 - RE2 carries no types
    import re2

    return re2.compile(text)


def ordered(held: dict[str, Held]) -> Iterator[tuple[str, Held]]:
    """Yield kinds in a fixed order."""
    return iter(sorted(held.items()))
