"""What can be fuzzed: every format that the scanner discovers, and the whole chain. The last byte of an input chooses
the file name under which the bytes before it are read."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from scanner.formats import discover
from tests.fuzz import oracle, seeds

SCAN = "scan"
"""The subject of all readers, joins and rules."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A target, the inputs to start from, and the words to put in."""

    run: Callable[[bytes], None]
    seeds: tuple[bytes, ...]
    words: tuple[bytes, ...]


def names() -> tuple[str, ...]:
    """Name all subjects."""
    return (*(one.name for one in discover()), SCAN)


def subject(name: str) -> Subject:
    """Return the subject of a name. Raises `KeyError` where there is none."""
    if name == SCAN:
        files = tuple(dict.fromkeys(file for one in discover() for file in seeds.names(one)))[:256]
        words = tuple(dict.fromkeys(word for one in discover() for word in seeds.words(one)))
        return Subject(partial(_named, oracle.scan, files), tuple(seed + b"\0" for seed in seeds.seeds()), words)
    one = {one.name: one for one in discover()}[name]
    files = seeds.names(one)
    first = tuple(seed + bytes((files.index(file),)) for seed, file in seeds.seeds_of(one))
    return Subject(partial(_named, partial(oracle.examine, one), files), first, seeds.words(one))


def _named(read: Callable[[bytes, str], None], files: Sequence[str], data: bytes) -> None:
    read(data[:-1], files[(data or b"\0")[-1] % len(files)])
