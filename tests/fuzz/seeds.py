"""Where fuzzing starts: the bytes that builders and tests make, and the words and names that a reader looks for.

Nothing is listed here. A seed is every constant of bytes, every function that needs no argument and every case of
a parametrized test; `Format.claims` says whose seed it is. A reader's words and names are the constants in its source.
"""

import ast
import inspect
import json
import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType

from scanner.format import Format
from scanner.limits import HEAD_NBYTES

ROOT = Path(__file__).parents[2]
SEED_NBYTES = 16 << 10
"""Largest seed; what is longer is slow to mutate and adds little."""
NESTED = 3
"""Tables of cases are looked into this deep."""
WORD_NBYTES = 32
NAMES = 32
"""Most names of one format."""
PLAIN = "x"

_NAME = re.compile(r"[\w@/-]*[.!@][\w.!@:/-]*[A-Za-z:]")


@cache
def seeds() -> tuple[bytes, ...]:
    """Return what all builders and tests of formats make, shortest first."""
    found: set[bytes] = set()
    for folder, pattern in (("builders", "*.py"), ("formats", "test_*.py")):
        for file in sorted((ROOT / "tests" / folder).glob(pattern)):
            found.update(_made(import_module(f"tests.{folder}.{file.stem}")))
    return tuple(sorted((one for one in found if 0 < len(one) <= SEED_NBYTES), key=lambda one: (len(one), one)))


def _made(module: ModuleType) -> Iterator[bytes]:
    for name, value in sorted(vars(module).items()):
        if name.startswith("test_"):
            yield from _held([mark.args for mark in getattr(value, "pytestmark", ())])
        elif inspect.isfunction(value) and value.__module__ == module.__name__:
            if all(one.default is not one.empty or one.kind in _OPEN for one in _parameters(value)):
                yield from _held(value())
        elif not name.startswith("__"):
            yield from _held(value)


_OPEN = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


def _parameters(function: object) -> tuple[inspect.Parameter, ...]:
    return tuple(inspect.signature(function).parameters.values())


def _held(value: object, depth: int = 0) -> Iterator[bytes]:
    """Yield the bytes inside, and a dictionary as the JSON it may stand for."""
    if isinstance(value, bytes):
        yield value
    elif isinstance(value, dict) and depth < NESTED:
        try:
            yield json.dumps(value).encode()
        except (TypeError, ValueError):
            yield from _held(list(value.values()), depth + 1)
    elif isinstance(value, list | tuple) and depth < NESTED:
        for one in value:
            yield from _held(one, depth + 1)


@cache
def seeds_of(one: Format) -> tuple[tuple[bytes, str], ...]:
    """Return the seeds that a format claims, each with the first name under which it does."""
    found = ((seed, name) for seed in seeds() for name in names(one) if one.claims(seed[:HEAD_NBYTES], name))
    firsts: dict[bytes, str] = {}
    for seed, name in found:
        firsts.setdefault(seed, name)
    return tuple(firsts.items())


@cache
def names(one: Format) -> tuple[str, ...]:
    """Return file names to try: a plain one, then each that the reader's own source looks for."""
    texts = {text for text in _constants(one) if isinstance(text, str) and _NAME.fullmatch(text)}
    wanted = sorted(text if text[0].isalnum() else PLAIN + text for text in texts)
    return (PLAIN, *wanted[: NAMES - 1])


@cache
def words(one: Format) -> tuple[bytes, ...]:
    """Return the short constants of a reader's source: magics, keys, marks."""
    found = {text.encode() if isinstance(text, str) else text for text in _constants(one)}
    return tuple(sorted(word for word in found if 0 < len(word) <= WORD_NBYTES))


@cache
def _constants(one: Format) -> frozenset[str | bytes]:
    source = Path(inspect.getfile(one.read))
    files = sorted(source.parent.glob("*.py")) if source.stem == "__init__" else [source]
    trees = (ast.walk(ast.parse(file.read_text(encoding="utf-8"))) for file in files)
    found = (node.value for tree in trees for node in tree if isinstance(node, ast.Constant))
    return frozenset(value for value in found if isinstance(value, str | bytes))
