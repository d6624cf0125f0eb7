"""Tables of a trust policy, read strictly: each key is taken by name and type, and what nobody takes is an error."""

import re
import tomllib
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import TypeVar, cast

from scanner.text import printable
from scanner.usage import UsageError

T = TypeVar("T")
Way = tuple[str | int, ...]

_DAYS = re.compile(r"P(?:([1-9][0-9]{0,4})W|([1-9][0-9]{0,4})D|(?:T([1-9][0-9]{0,4})H))")
"""Durations of ISO 8601 that a policy may say: whole weeks, days or hours."""

_KEY = re.compile(r"\s*([A-Za-z0-9_-]+|\"[^\"]*\")\s*[=.]")
_LINE_CHARACTERS = 500


class Source:
    """The text of a policy, for telling in which line something stands."""

    def __init__(self, file: Path, text: str) -> None:
        """Keep it."""
        self.file = file
        self._text = text

    def refused(self, way: Way, reason: str) -> UsageError:
        """Make the one line of an error at a place."""
        line = self.line(way)
        at = f"{self.file}:{line}" if line else str(self.file)
        key = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in way).removeprefix(".")
        return UsageError(printable(f"{at}: {key}: {reason}" if key else f"{at}: {reason}", _LINE_CHARACTERS))

    def line(self, way: Way) -> int:
        """Find the line of a key, or of the table around it; 0 where the text does not tell."""
        best = (0, 0)
        for number, here in self._ways():
            if here == way[: len(here)] and len(here) > best[0]:
                best = (len(here), number)
        return best[1]

    def _ways(self) -> Iterator[tuple[int, Way]]:
        """Yield each line that opens a table or begins with a key, with the way to it."""
        table: Way = ()
        counts: dict[Way, int] = {}
        for number, text in enumerate(self._text.splitlines(), start=1):
            if text.lstrip().startswith("["):
                opened = _opened(text)
                if opened is not None:
                    names, listed = opened
                    if listed:
                        counts[names] = counts.get(names, -1) + 1
                    table = _numbered(names, counts)
                    yield number, table
            elif found := _KEY.match(text):
                yield number, (*table, found[1].strip('"'))


def _opened(text: str) -> tuple[tuple[str, ...], bool] | None:
    """Read the names of a line like `[a.b]`, and whether it adds to a list; None for a line that is none."""
    try:
        value: object = tomllib.loads(text)
    except (ValueError, RecursionError):
        return None
    names: list[str] = []
    while isinstance(value, dict | list) and value:
        if isinstance(value, dict):
            name, value = next(iter(value.items()))
            names.append(str(name))
        else:
            value = value[0]
    return tuple(names), text.lstrip().startswith("[[")


def _numbered(names: tuple[str, ...], counts: Mapping[Way, int]) -> Way:
    way: list[str | int] = []
    for at in range(len(names)):
        way.append(names[at])
        if names[: at + 1] in counts:
            way.append(counts[names[: at + 1]])
    return tuple(way)


class Table:
    """A table with the way to it. `done` refuses the keys that nobody asked for."""

    def __init__(self, source: Source, value: object, way: Way = ()) -> None:
        """Take a value that must be a table."""
        if not isinstance(value, dict):
            raise source.refused(way, "write it as a table, [...]")
        self.source = source
        self.way = way
        self._value = value
        self._known: list[str] = []

    def refused(self, key: str, reason: str) -> UsageError:
        """Make the error of a key, or of the table itself ("")."""
        return self.source.refused((*self.way, key) if key else self.way, reason)

    def __contains__(self, key: str) -> bool:
        """Say whether a key is given."""
        return key in self._value

    def knows(self, *keys: str) -> None:
        """Say that these keys are looked at in their own way."""
        self._known.extend(keys)

    def done(self) -> None:
        """Refuse what was not asked for."""
        for key in self._value:
            if key not in self._known:
                close = get_close_matches(key, self._known, n=1)
                nearest = f" (did you mean {close[0]}?)" if close else ""
                raise self.refused(key, f"unknown key{nearest}; known: {', '.join(sorted(set(self._known)))}")

    def text(self, key: str, default: str | None = None) -> str:
        """Take a text that is not empty; without a default it must be there."""
        return str(self._take(key, default, lambda value: isinstance(value, str) and bool(value), 'a text, "..."'))

    def one_of(self, key: str, known: Collection[T], default: T) -> T:
        """Take one of some words."""
        wanted = f"one of {', '.join(map(str, known))}"
        return cast("T", self._take(key, default, lambda value: type(value) in {str, int} and value in known, wanted))

    def texts(self, key: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """Take a list of texts."""

        def fits(value: object) -> bool:
            return isinstance(value, list) and all(isinstance(one, str) and one for one in value)

        held = cast("list[str]", self._take(key, default, fits, 'a list of texts, ["..."]'))
        if default is None and not held:
            raise self.refused(key, "an empty list names nothing")
        return tuple(held)

    def flag(self, key: str) -> bool:
        """Take true or false, false where it is not given."""
        return bool(self._take(key, default=False, fits=lambda value: isinstance(value, bool), wanted="true or false"))

    def count(self, key: str) -> int:
        """Take a number from 1 on, 1 where it is not given."""
        held = self._take(key, 1, lambda value: type(value) is int and value > 0, "a number from 1 on")
        return cast("int", held)

    def moment(self, key: str) -> datetime | None:
        """Take a time; a day alone is its first moment in UTC, a time without an offset is refused."""
        wanted = "a time such as 2026-01-01T00:00:00Z"
        held = cast("date | None", self._take(key, None, lambda value: isinstance(value, date), wanted))
        if held is None:
            return None
        if not isinstance(held, datetime):
            return datetime(held.year, held.month, held.day, tzinfo=UTC)
        if held.tzinfo is None:
            raise self.refused(key, f"the time has no offset; write {wanted}")
        try:
            return held.astimezone(UTC)
        except OverflowError as error:
            raise self.refused(key=key, reason=f"no time that there is; write {wanted}") from error

    def duration(self, key: str) -> timedelta | None:
        """Take a duration."""
        text = self.text(key, "")
        if not text:
            return None
        found = _DAYS.fullmatch(text)
        if found is None:
            raise self.refused(key, 'write a duration such as "P7D", "P2W" or "PT12H"')
        weeks, days, hours = (int(one or 0) for one in found.groups())
        return timedelta(weeks=weeks, days=days, hours=hours)

    def table(self, key: str) -> "Table":
        """Take a table; one that is not given is empty."""
        self._known.append(key)
        return Table(self.source, self._value.get(key, {}), (*self.way, key))

    def tables(self, key: str) -> list["Table"]:
        """Take a list of tables, in order."""
        self._known.append(key)
        held = self._value.get(key, [])
        if not isinstance(held, list):
            raise self.refused(key, f"write it as a list of tables, [[{key}]]")
        return [Table(self.source, one, (*self.way, key, at)) for at, one in enumerate(held)]

    def named(self) -> Iterator[tuple[str, "Table"]]:
        """Take every key as a name with its table."""
        for key in self._value:
            yield key, self.table(key)

    def _take(self, key: str, default: object, fits: Callable[..., bool], wanted: str) -> object:
        self._known.append(key)
        if key not in self._value:
            if default is None and wanted.startswith(("a text", "a list")):
                raise self.refused(key, "is missing; add it")
            return default
        value = self._value[key]
        if not fits(value):
            raise self.refused(key, f"write {wanted}, not {value!r:.60}")
        return value


def parse(file: Path, text: str) -> Table:
    """Read a policy's text. Raises `UsageError`."""
    source = Source(file, text)
    try:
        return Table(source, tomllib.loads(text))
    except (ValueError, RecursionError) as error:
        raise source.refused((), f"no TOML: {' '.join(str(error).split())}") from error
