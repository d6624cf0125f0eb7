"""Names as the unpickler resolves them: Python 2 spellings, dotted walks, and how facts show them."""

from functools import cache
from typing import Final

SHOWN_CHARACTERS: Final = 400
SEGMENTS: Final = 32
_PYTHON3: Final = 3


@cache
def _python2() -> tuple[dict[tuple[str, str], tuple[str, str]], dict[str, str]]:
    import _compat_pickle

    return _compat_pickle.NAME_MAPPING, _compat_pickle.IMPORT_MAPPING


def resolve(module: str, name: str, protocol: int) -> tuple[str, str]:
    """Map a Python 2 name to the Python 3 one, as `fix_imports` does below protocol 3."""
    if protocol >= _PYTHON3:
        return module, name
    names, modules = _python2()
    found = names.get((module, name))
    return found or (modules.get(module, module), name)


def describe(module: str, name: str) -> "dict[str, str]":
    """Return the naming fields of a fact, long names cut in the middle (their tail is what is called)."""
    dotted = f"{module}.{name}" if name else module
    return {
        "callable": cut(dotted),
        "module": cut(module),
        "name": cut(name),
        "package": cut(module.partition(".")[0]),
    }


def tails(module: str, name: str) -> tuple[str, ...]:
    """List the dotted suffixes of a full name, longest first, at most 32."""
    dotted = f"{module}.{name}" if name else module
    segments = dotted.rsplit(".", SEGMENTS)
    segments = segments[1:] if len(segments) > SEGMENTS else segments
    return tuple(cut(".".join(segments[index:])) for index in range(len(segments)))


def cut(text: str) -> str:
    """Shorten a long name in its middle; its end says what is reached."""
    if len(text) <= SHOWN_CHARACTERS:
        return text
    half = SHOWN_CHARACTERS // 2
    return f"{text[:half]}…{text[-half:]}"
