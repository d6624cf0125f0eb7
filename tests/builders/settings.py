"""Documents of settings as facts, from plain values."""

from collections.abc import Iterator

from scanner.artifact import Location
from scanner.facts.document import Settings


def settings(path: str, value: object, form: str = "json") -> Settings:
    """State the leaves of a document, as its reader would."""
    found = list(_leaves(value, ""))
    return Settings(
        where=Location(path=path),
        format=form,
        part=0,
        pointers=tuple(pointer for pointer, _, _ in found),
        kinds="".join(kind for _, kind, _ in found),
        values=tuple(text for _, _, text in found),
        lines=tuple(range(1, len(found) + 1)) if form in {"yaml", "ini"} else (),
    )


def _leaves(value: object, at: str) -> Iterator[tuple[str, str, str]]:
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from _leaves(inner, f"{at}/{str(key).replace('~', '~0').replace('/', '~1')}")
    elif isinstance(value, list) and len(value) > 1 and all(type(one) in (int, float) for one in value):
        yield at, "s", " ".join(map(str, value))
    elif isinstance(value, list) and value:
        for index, inner in enumerate(value):
            yield from _leaves(inner, f"{at}/{index}")
    else:
        yield at, *_leaf(value)


def _leaf(value: object) -> tuple[str, str]:
    if isinstance(value, bool):
        return "b", str(value).lower()
    if isinstance(value, str):
        return "t", value
    if value is None:
        return "0", ""
    if isinstance(value, dict | list):
        return ("o", "") if isinstance(value, dict) else ("l", "")
    return "n", str(value)
