"""What calls in a Go template decide on: comparisons, replacements, called names, multiplied work."""

from collections.abc import Iterator, Sequence
from itertools import combinations, islice
from typing import NamedTuple

from scanner.formats.chat_template.structural import is_structural
from scanner.formats.go_template.calls import COMPARED, REWRITES, format_widths
from scanner.formats.go_template.values import BYTE, CLOCK, LENGTH, SLICED, TEXT, TURNS, Scalar, Value

LONG = 1
"""Lengths up to this one tell an empty text from another."""

TURNS_OF_PLAIN = 2
"""Counts of turns up to this one tell the first and the last messages from the rest."""

SHORT = 2
"""Characters of a literal that is compared with one place of a text."""

PAIRS = 100
"""Pairs of one call's arguments that are compared, but for `eq`, which takes any number."""

MANY = 1000
"""Rounds or characters from which a constant is stated."""

GUARDED = 64
"""Lengths up to this one may be asked so that a part of the text can be cut out at all."""


class Branch(NamedTuple):
    """One comparison: what it looks at, how, with which literal, and where it stands."""

    looks_at: str
    operation: str
    literal: str
    structural: bool
    line: int

    def guards(self) -> bool:
        """Say whether it may only ask that a text is long enough to be cut."""
        return self.looks_at == LENGTH and int(self.literal) <= GUARDED


class Rewrite(NamedTuple):
    """A replacement inside what is said."""

    old: str
    new: str
    structural: bool
    line: int


class Work(NamedTuple):
    """How work is multiplied, by how much, and where."""

    how: str
    amount: int
    line: int


def branches(name: str, arguments: Sequence[Value], line: int) -> Iterator[Branch]:
    """Yield what a call compares, one for each literal."""
    operation = COMPARED.get(name)
    if operation is None:
        return
    pairs: Iterator[tuple[Value, Value]] = islice(combinations(arguments, 2), PAIRS)
    if name == "eq":  # the first with each of the others
        pairs = ((arguments[0], one) for one in arguments[1:])
    for left, right in pairs:
        yield from _against(left, operation, right, line)
        yield from _against(right, operation, left, line)


def rewrites(name: str, arguments: Sequence[Value], line: int) -> Iterator[Rewrite]:
    """Yield what a call replaces in what is said."""
    if name in REWRITES and any(one.has(TEXT) for one in arguments):
        literals = [str(one.constants[0]) if one.constants else "" for one in arguments if not one.has(TEXT)]
        old, new = (*literals, "", "")[:2]
        if old:
            yield Rewrite(old, new, is_structural(old), line)


def works(name: str, arguments: Sequence[Value], line: int) -> Iterator[Work]:
    """Yield what a call pads or repeats by a large constant."""
    numbers: list[Scalar] = []
    if name == "printf" and arguments:
        numbers = [width for one in arguments[0].constants for width in format_widths(str(one))]
        starred = "*" in str(arguments[0].constants)
        numbers += [one for argument in arguments[1:] if starred for one in argument.constants]
    elif name in {"repeat", "until", "untilStep", "indent", "nindent", "seq"}:
        numbers = [one for argument in arguments for one in argument.constants]
    how = "product" if name == "repeat" else "range" if name in {"until", "untilStep", "seq"} else "padding"
    yield from (large for number in numbers for large in larger(how, number, line))


def larger(how: str, number: Scalar, line: int) -> Iterator[Work]:
    """Yield the work if the number is large."""
    if isinstance(number, int) and abs(number) >= MANY:
        yield Work(how, min(abs(number), 1 << 62), line)


def word(found: Sequence[Branch]) -> Iterator[Branch]:
    """Yield the word that single characters spell which places of a text are compared with."""
    single = [one for one in found if one.operation == "index" and len(one.literal) <= SHORT]
    spelled = "".join(one.literal for one in single)
    if spelled and not is_structural(spelled):
        yield Branch(TEXT, "index", spelled, structural=False, line=single[0].line)


def _against(value: Value, operation: str, other: Value, line: int) -> Iterator[Branch]:
    """State a comparison of a value with another, as far as the other is constant."""
    for constant in other.constants:
        literal = str(constant)
        if value.has(CLOCK) and any(map(str.isalnum, literal)):
            yield Branch(CLOCK, "compare", literal, structural=False, line=line)
        if isinstance(constant, str):
            yield from _worded(value, operation, constant, line)
        else:
            yield from _numbered(value, operation, constant, line)


def _worded(value: Value, operation: str, constant: str, line: int) -> Iterator[Branch]:
    if value.has(TEXT) and constant:
        how = "index" if len(constant) <= SHORT else "slice" if value.has(SLICED) else operation
        yield Branch(TEXT, how, constant, is_structural(constant), line)
    elif value.has(TURNS) and len(constant) > TURNS_OF_PLAIN:
        yield Branch(TURNS, operation, constant, structural=False, line=line)


def _numbered(value: Value, operation: str, constant: int, line: int) -> Iterator[Branch]:
    if value.has(BYTE) and 0 <= constant <= 0x10FFFF and not 0xD800 <= constant < 0xE000:  # noqa: PLR2004 - Unicode
        yield Branch(TEXT, "index", chr(constant), is_structural(chr(constant)), line)
    for tag, bound in ((LENGTH, LONG), (TURNS, TURNS_OF_PLAIN)):
        if value.has(tag) and abs(constant) > bound:
            yield Branch(tag, operation, str(constant), structural=False, line=line)
