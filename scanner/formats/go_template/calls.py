"""What functions of Go templates give: those of Go, of Ollama and of sprig as far as texts and numbers go."""

import re
from collections.abc import Callable, Sequence
from functools import partial

from scanner.formats.go_template.values import (
    CLOCK,
    LENGTH,
    LONG,
    MESSAGE,
    MESSAGES,
    ROOT,
    SLICED,
    TEXT,
    TURNS,
    Scalar,
    Value,
    element,
    few,
    made,
    spelled,
)

COMPARED = {
    "eq": "equal", "ne": "equal", "lt": "compare", "le": "compare", "gt": "compare", "ge": "compare",
    "contains": "in", "containsAny": "in", "has": "in", "in": "in", "hasPrefix": "starts", "hasSuffix": "ends",
    "startsWith": "starts", "endsWith": "ends", "count": "count", "indexOf": "find", "regexMatch": "in",
    "mustRegexMatch": "in", "regexFind": "find", "match": "in", "eqFold": "equal", "equalFold": "equal",
    "splitList": "split", "split": "split", "trimPrefix": "starts", "trimSuffix": "ends",
}  # fmt: skip
"""Functions that compare, and what `TemplateBranch` calls that."""

REWRITES = ("replace", "replaceAll", "regexReplaceAll", "regexReplaceAllLiteral", "mustRegexReplaceAll")

_CLOCKS = ("currentDate", "yesterdayDate", "now", "date", "ago", "unixEpoch")
_CHOICES = ("and", "or", "default", "coalesce", "ternary", "list", "tuple")
_NUMBERS = ("add", "add1", "sub", "mul", "int", "atoi")
_TOLD = frozenset(COMPARED) - {"split", "splitList", "trimPrefix", "trimSuffix"}
"""Functions that give a truth value or a number, which is told where they are called."""

_VERB = re.compile(r"%[-+# 0]*(\*|\d+)?(?:\.(\*|\d+))?([a-zA-Z%])")


def called(name: str, arguments: Sequence[Value]) -> Value:
    """Return what a function gives for its arguments; of an unknown one, that it is made from them."""
    tags: frozenset[str] = frozenset().union(*(one.tags for one in arguments))
    if name in _CLOCKS:
        return made(CLOCK)
    if name in _TOLD or name in _NUMBERS:
        return Value(tags - {TEXT} if name in _NUMBERS else frozenset(), ())
    if name in _CHOICES:
        return Value(tags, few(constant for one in arguments for constant in one.constants))
    if name in _TAKES and arguments:
        return _TAKES[name](arguments)
    return _printed(tags, _PRINTS[name](arguments) if name in _PRINTS else _changed(name, arguments))


def format_widths(text: str) -> list[int]:
    """List the constant widths and precisions of a `printf` format."""
    found = (digits for verb in _VERB.finditer(text) for digits in verb.groups()[:2])
    return [int(digits[:12]) for digits in found if digits and digits != "*"]


def _changed(name: str, arguments: Sequence[Value]) -> tuple[str, ...]:
    """Apply a function of one text to the constants."""
    change = _WORDS.get(name)
    if change is None or len(arguments) != 1:
        return ()
    return tuple(change(one) for one in arguments[0].constants if isinstance(one, str))


def _printed(tags: frozenset[str], constants: Sequence[Scalar]) -> Value:
    """Say what is made from values as text: messages that are written out are what is said."""
    kept = tags & {TEXT, CLOCK, TURNS, LENGTH}
    if tags & {ROOT, MESSAGES, MESSAGE}:
        kept |= {TEXT}
    return Value(kept, few(constants))


def _length(value: Value) -> Value:
    tags = {TURNS} if value.has(MESSAGES, TURNS) else set()
    if TEXT in value.tags:
        tags.add(LENGTH)
    return made(
        *tags, constants=(len(one.encode("utf-8", "replace")) for one in value.constants if isinstance(one, str))
    )


def _sliced(arguments: Sequence[Value]) -> Value:
    whole, *bounds = arguments
    numbers = [next((one for one in bound.constants if isinstance(one, int)), None) for bound in bounds]
    constants: list[Scalar] = []
    if None not in numbers:
        for one in whole.constants:
            if isinstance(one, str):
                raw = one.encode("utf-8", "replace")
                low, high = (*numbers, None, None)[:2] if numbers else (0, None)
                constants.append(raw[max(low or 0, 0) : high].decode("utf-8", "replace"))
    return Value(whole.tags | ({SLICED} if TEXT in whole.tags else frozenset()), few(constants))


def _joined(between: str, arguments: Sequence[Value]) -> tuple[str, ...]:
    if not between:
        return spelled(arguments)
    space = made(constants=[between])
    return spelled([part for one in arguments for part in (one, space)][:-1])


def _formatted(arguments: Sequence[Value]) -> tuple[str, ...]:
    """Format constants as `printf` does, as far as texts, numbers and characters go."""
    forms = [one for one in arguments[0].constants if isinstance(one, str)] if arguments else []
    values = [one.constants[0] if one.constants else None for one in arguments[1:]]
    found = []
    for form in forms:
        rest = iter(values)
        pieces: list[str] = []
        at = 0
        for verb in _VERB.finditer(form):
            pieces.append(form[at : verb.start()])
            at = verb.end()
            width, precision, letter = verb.groups()
            for star in (width, precision):
                if star == "*":
                    next(rest, None)
            if letter == "%":
                pieces.append("%")
                continue
            written = _verb(letter, next(rest, None))
            if written is None:
                break
            pieces.append(written[: int(precision[:6])] if precision and precision != "*" else written)
        else:
            found.append(("".join(pieces) + form[at:])[:LONG])
    return tuple(found)


def _verb(letter: str, value: Scalar | None) -> str | None:
    if value is None:
        return None
    if letter == "c" and isinstance(value, int):
        return chr(value) if 0 <= value <= 0x10FFFF and not 0xD800 <= value < 0xE000 else "\ufffd"  # noqa: PLR2004
    if letter in "xX":
        return value.encode("utf-8", "replace").hex() if isinstance(value, str) else f"{value:x}"
    return f'"{value}"' if letter == "q" else str(value)


def _decoded(text: str) -> str:
    import binascii

    try:
        return binascii.a2b_base64(text).decode("utf-8", "replace")
    except ValueError:  # characters or a length that base64 does not have
        return ""


def _found(arguments: Sequence[Value]) -> Value:
    value = arguments[0]
    for _ in arguments[1:]:
        value = element(value)
    return value


_PRINTS: dict[str, Callable[[Sequence[Value]], tuple[str, ...]]] = {
    "print": partial(_joined, ""),
    "println": partial(_joined, " "),
    "cat": partial(_joined, " "),
    "printf": _formatted,
}
_TAKES: dict[str, Callable[[Sequence[Value]], Value]] = {
    "len": lambda arguments: _length(arguments[0]),
    "slice": _sliced,
    "index": _found,
    "first": lambda arguments: element(arguments[0]),
    "last": lambda arguments: element(arguments[0]),
}
_WORDS: dict[str, Callable[[str], str]] = {
    "lower": str.lower,
    "upper": str.upper,
    "title": str.title,
    "trim": str.strip,
    "b64dec": _decoded,
    "reverse": lambda text: text[::-1],
}
