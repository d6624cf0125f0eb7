"""Path patterns of a policy: `*`, `?` and `**`, always against the whole path."""

import re
from functools import lru_cache

_ANY = "**"


def matches(pattern: str, path: str) -> bool:
    """Say whether a pattern covers a path as reports show it ("models/a.pt").

    `*` and `?` stay within one name, `**` as a whole name stands for any number of folders,
    and a trailing `/` for all that lies below a folder. Nothing else is special.
    Time is bounded by the product of both lengths, whatever the names in `path`.
    """
    return _covers(_compile(pattern), path.split("/"))


def covers_below(pattern: str, folder: str) -> bool:
    """Say whether a pattern covers every path below a folder, which is spelled with "/" at its end."""
    return pattern.endswith(("/", _ANY)) and matches(pattern, folder)


def _covers(wanted: tuple[re.Pattern[str] | None, ...], names: list[str]) -> bool:
    """Match names from the left; on a mismatch only the last `**` needs to take one name more."""
    at = name = 0
    retry: tuple[int, int] | None = None
    while name < len(names):
        test = wanted[at] if at < len(wanted) else None
        if at < len(wanted) and test is None:
            retry = (at + 1, name)
            at += 1
        elif test is not None and test.fullmatch(names[name]):
            at, name = at + 1, name + 1
        elif retry is not None:
            retry = (retry[0], retry[1] + 1)
            at, name = retry
        else:
            return False
    return at == len(wanted)


@lru_cache(maxsize=1024)
def _compile(pattern: str) -> tuple[re.Pattern[str] | None, ...]:
    """Compile each name of the pattern; None stands for `**`. What ends in `/` or `**` needs something below it."""
    names = (pattern + _ANY if pattern.endswith("/") else pattern).split("/")
    collapsed = [name for name, before in zip(names, [None, *names], strict=False) if not name == before == _ANY]
    compiled = tuple(None if name == _ANY else _name(name) for name in collapsed)
    return (*compiled, _name("*")) if collapsed[-1] == _ANY else compiled


def _name(pattern: str) -> re.Pattern[str]:
    """Compile one name. Atomic groups: the first place where a piece fits is final, so nothing backtracks."""
    first, *pieces = (re.escape(piece).replace(r"\?", ".") for piece in pattern.split("*"))
    if not pieces:
        return re.compile(first, re.DOTALL)
    middle = "".join(f"(?>.*?{piece})" for piece in pieces[:-1] if piece)
    return re.compile(f"{first}{middle}.*{pieces[-1]}", re.DOTALL)
