"""What a `where` means: conditions on the fields of one fact, compiled to closures.

Operators are total: a field that is missing, or of a type the operator does not speak of, is no match.
Patterns run in RE2, which is linear in its input whatever the pattern.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Protocol, TypeGuard, TypeVar, cast

from scanner.facts import Fact

T = TypeVar("T")
Predicate = Callable[[Fact], bool]
Test = Callable[[object], bool]
Tables = Callable[[str], frozenset[str]]

LOCATION_FIELDS = ("path", "offset", "length", "line", "pointer")
"""Fields of a fact's location, addressed like the fact's own."""

TABLE = re.compile(r"\$[a-z][a-z0-9_]*")
"""How a condition names a table: a name, never a path."""

SEVERAL = 4
"""Choices of an `any` that ask for a text in the same field, from which on they are sorted by it."""

_MISSING = object()


class ConditionError(Exception):
    """A condition is not one of the language; the text says which part."""


def compile_where(where: Mapping[str, object], tables: Tables) -> Predicate:
    """Compile a mapping of conditions: all must hold. `any` takes a list of mappings: one must hold.

    Tables are asked for when a condition first needs them. Raises `ConditionError`.
    """
    parts = [
        _compile_any(condition, tables) if field == "any" else _compile_field(field, condition, tables)
        for field, condition in where.items()
    ]
    return _all(parts)


def _all(tests: Sequence[Callable[[T], bool]]) -> Callable[[T], bool]:
    """Join conditions that must all hold. Nested: a generator costs as much as a condition."""
    if not tests:
        return lambda _: True
    first, *others = tests
    if not others:
        return first
    rest = _all(others)
    return lambda value: first(value) and rest(value)


def _any(tests: Sequence[Callable[[T], bool]]) -> Callable[[T], bool]:
    """Join conditions of which one must hold."""

    def test(value: T) -> bool:
        for one in tests:  # noqa: SIM110 - as above
            if one(value):
                return True
        return False

    return tests[0] if len(tests) == 1 else test


def value_of(fact: Fact, field: str) -> object:
    """Read a field of a fact or of its location; `None` fields count as missing."""
    value = getattr(fact.where if field in LOCATION_FIELDS else fact, field, None)
    return _MISSING if value is None else value


def _compile_any(condition: object, tables: Tables) -> Predicate:
    if not isinstance(condition, Sequence) or isinstance(condition, str) or not condition:
        message = "`any` takes a list of mappings"
        raise ConditionError(message)
    if not all(isinstance(entry, Mapping) for entry in condition):
        message = "`any` takes a list of mappings"
        raise ConditionError(message)
    choices = [compile_where(entry, tables) for entry in condition]
    counted = Counter(field for entry in condition for field, wanted in entry.items() if _is_texts(wanted))
    field, often = max(counted.items(), key=itemgetter(1), default=("", 0))
    return _any(choices) if often < SEVERAL else _sorted_out(field, condition, choices)


def _is_texts(condition: object) -> bool:
    """Say whether a condition asks for one of some texts and nothing else."""
    if isinstance(condition, str):
        return True
    return isinstance(condition, list | tuple) and all(isinstance(one, str) for one in condition)


def _sorted_out(field: str, entries: Sequence[Mapping[str, object]], choices: Sequence[Predicate]) -> Predicate:
    """Join choices of which most ask for texts in one field: only those that ask for its text are tried."""
    asking: dict[str, list[int]] = {}
    others: list[int] = []
    for number, entry in enumerate(entries):
        wanted = entry.get(field)
        if not _is_texts(wanted):
            others.append(number)
            continue
        for text in (wanted,) if isinstance(wanted, str) else cast("Sequence[str]", wanted):
            asking.setdefault(text, []).append(number)
    rest = _any([choices[number] for number in others])
    by_text = {text: _any([choices[number] for number in sorted({*own, *others})]) for text, own in asking.items()}

    def test(fact: Fact) -> bool:
        value = value_of(fact, field)
        return by_text.get(value, rest)(fact) if isinstance(value, str) else rest(fact)

    return test


def _compile_field(field: str, condition: object, tables: Tables) -> Predicate:
    test = compile_test(condition, tables)
    if field in LOCATION_FIELDS:
        return lambda fact: test(value_of(fact, field))

    def look(fact: Fact) -> bool:
        value = getattr(fact, field, None)
        return test(_MISSING if value is None else value)

    return look


def compile_test(condition: object, tables: Tables) -> Test:
    """Compile one condition to a test of one value."""
    if isinstance(condition, Mapping):
        tests = [_compile_operator(str(name), operand, tables) for name, operand in condition.items()]
        if not tests:
            message = "an empty condition"
            raise ConditionError(message)
        return _all(tests)
    if isinstance(condition, Sequence) and not isinstance(condition, str):
        if condition and all(isinstance(entry, str) for entry in condition):
            texts = frozenset(condition)
            return lambda value: isinstance(value, str) and value in texts
        return _any([compile_test(entry, tables) for entry in condition])
    return _equals(condition)


def _equals(condition: object) -> Test:
    if isinstance(condition, bool):
        return lambda value: value is condition
    if isinstance(condition, int | float):
        return lambda value: _is_number(value) and value == condition
    if isinstance(condition, str):
        return lambda value: value == condition  # of all types that a field may have, only a text equals one
    message = f"a value is a text, a number, true or false, not {condition!r}"
    raise ConditionError(message)


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _compile_operator(name: str, operand: object, tables: Tables) -> Test:
    compiler = OPERATORS.get(name)
    if compiler is None:
        message = f"unknown operator `{name}`; known: {', '.join(OPERATORS)}"
        raise ConditionError(message)
    return compiler(operand, tables)


class _Compiler(Protocol):
    def __call__(self, operand: object, tables: Tables, /) -> Test: ...


def _in(operand: object, tables: Tables) -> Test:
    if not isinstance(operand, str) or not TABLE.fullmatch(operand):
        message = "`in` takes a table: $name, in lower-case letters, digits and _"
        raise ConditionError(message)
    name = operand[1:]
    return lambda value: isinstance(value, str) and value in tables(name)


def _not(operand: object, tables: Tables) -> Test:
    test = compile_test(operand, tables)
    return lambda value: value is not _MISSING and not test(value)


def _texts(operand: object, name: str) -> tuple[str, ...]:
    texts = (operand,) if isinstance(operand, str) else tuple(operand) if isinstance(operand, list | tuple) else ()
    if not texts or not all(isinstance(text, str) and text for text in texts):
        message = f"`{name}` takes a text or a list of texts"
        raise ConditionError(message)
    return texts


def _prefix(operand: object, _: Tables) -> Test:
    texts = _texts(operand, "prefix")
    return lambda value: isinstance(value, str) and value.startswith(texts)


def _suffix(operand: object, _: Tables) -> Test:
    texts = _texts(operand, "suffix")
    return lambda value: isinstance(value, str) and value.endswith(texts)


def _contains(operand: object, _: Tables) -> Test:
    texts = _texts(operand, "contains")
    return lambda value: isinstance(value, str | tuple) and any(text in value for text in texts)


def _matches(operand: object, _: Tables) -> Test:
    if not isinstance(operand, str):
        message = "`matches` takes a pattern"
        raise ConditionError(message)
    search: list[Callable[[str], object]] = []

    def test(value: object) -> bool:
        if not isinstance(value, str):
            return False
        if not search:
            search.append(compile_pattern(operand))
        return search[0](_encodable(value)) is not None

    return test


def compile_pattern(pattern: str) -> Callable[[str], object]:
    """Compile an RE2 pattern to its search. Raises `ConditionError` where RE2 refuses it."""
    import re2

    options = re2.Options()
    options.log_errors = False
    try:
        search: Callable[[str], object] = re2.compile(pattern, options).search
    except (re2.error, UnicodeEncodeError) as error:
        reason = error.args[0].decode("utf-8", "replace") if isinstance(error.args[0], bytes) else str(error)
        message = f"pattern {pattern!r}: {reason}"
        raise ConditionError(message) from error
    return search


def _encodable(value: str) -> str:
    """Replace lone surrogates, which a pickle's strings may hold: RE2 reads UTF-8 and would raise."""
    return value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")


def _number(operand: object, name: str) -> float:
    if not _is_number(operand):
        message = f"`{name}` takes a number"
        raise ConditionError(message)
    return operand


def _above(operand: object, _: Tables) -> Test:
    bound = _number(operand, "above")
    return lambda value: _is_number(value) and value > bound


def _below(operand: object, _: Tables) -> Test:
    bound = _number(operand, "below")
    return lambda value: _is_number(value) and value < bound


def _exists(operand: object, _: Tables) -> Test:
    if not isinstance(operand, bool):
        message = "`exists` takes true or false"
        raise ConditionError(message)
    return lambda value: (value is not _MISSING and value not in ("", ())) is operand


def _every(operand: object, tables: Tables) -> Test:
    test = compile_test(operand, tables)
    return lambda value: isinstance(value, tuple) and bool(value) and all(test(item) for item in value)


def _some(operand: object, tables: Tables) -> Test:
    test = compile_test(operand, tables)
    return lambda value: isinstance(value, tuple) and any(test(item) for item in value)


OPERATORS: dict[str, _Compiler] = {
    "in": _in,
    "not": _not,
    "prefix": _prefix,
    "suffix": _suffix,
    "contains": _contains,
    "matches": _matches,
    "above": _above,
    "below": _below,
    "exists": _exists,
    "every": _every,
    "some": _some,
}
