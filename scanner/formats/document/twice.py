"""Keys that an object gives twice, with different values: one parser takes the first, another the last."""

from collections.abc import Iterator, Sequence
from typing import Final

from scanner.artifact import Artifact, Location
from scanner.facts.document import DocumentOddity
from scanner.formats.document.leaves import Leaves, TooManyLeavesError, Twice, leaf, step
from scanner.formats.document.others import keys_told

_KEYS: Final = 20
"""Keys told of one document."""

_SHOWN: Final = 80


def repeated(artifact: Artifact, form: str, objects: Sequence[tuple[str, Twice]]) -> Iterator[DocumentOddity]:
    """Yield one fact for each key that was given different values."""
    told = keys_told(artifact)
    if told is None:
        return
    count = 0
    for pointer, one in objects:
        if pointer in told:
            continue
        for key, first, last, times in _differing(one):
            count += 1
            if count > _KEYS:
                return
            where = Location(path=artifact.path, pointer=f"{pointer}/{step(key)}")
            yield twice(where, form, f"{shown(first)} / {shown(last)}", times)


def twice(where: Location, form: str, detail: str, times: int) -> DocumentOddity:
    """State a key given twice, at its place."""
    key = where.pointer or ""
    return DocumentOddity(where=where, format=form, kind="repeated-key", key=key, detail=detail, counted=times)


def _differing(one: Twice) -> Iterator[tuple[str, object, object, int]]:
    values: dict[str, list[object]] = {}
    for key, value in one.pairs:
        values.setdefault(key, []).append(value)
    for key, some in values.items():
        if len(some) > 1 and not all(_same(some[0], other) for other in some[1:]):
            yield key, some[0], some[-1], len(some)


def _same(one: object, other: object) -> bool:
    """Compare what loaders would make of two values: 1, 1.0 and true are equal to Python only."""
    if type(one) is not type(other):
        return False
    try:
        return one == other and (not isinstance(one, dict | list) or _rows(one) == _rows(other))
    except (RecursionError, TooManyLeavesError):
        return False


def _rows(value: object) -> tuple[list[str], list[str], list[str]]:
    leaves = Leaves()
    leaves.walk(value)
    return leaves.pointers, leaves.kinds, leaves.values


def shown(value: object) -> str:
    """Return the start of a value."""
    kind, text = leaf(value) if not isinstance(value, dict | list) or not value else ("", "")
    if kind == "":
        return "{…}" if isinstance(value, dict) else "[…]"
    return text[:_SHOWN] if text else {"0": "null", "o": "{}", "l": "[]"}.get(kind, '""')
