"""The licences that are known: one YAML file each in `rules/tables/licenses/`, in a wheel one JSON file.

What a licence says nothing of is "unspoken", what nobody has checked "unknown"; neither is ever a guess.
"""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from scanner.known import bundled
from scanner.licenses.schema import License, LicenseError, Text, parse

COMPILED = "licenses.json"
"""All licences of a wheel, in the folder of its rules."""

__all__ = ["COMPILED", "License", "LicenseError", "Text", "compiled", "get", "load"]


@cache
def load() -> Mapping[str, License]:
    """Load every licence by its id. Raises `LicenseError` where a file is wrong: it ships with the package."""
    root = bundled()
    made = root / COMPILED
    if made.is_file():
        return _complete(dict(json.loads(made.read_bytes())))
    return _complete(dict(_read_yaml(root)))


def get(name: str) -> License | None:
    """Return the licence of this id."""
    return load().get(name)


def compiled(root: Path) -> str:
    """Write the licences of a folder of rules as a wheel carries them. Raises `LicenseError`."""
    values = dict(_read_yaml(root))
    _complete(dict(values))
    return json.dumps(values, separators=(",", ":"))


def _read_yaml(root: Path) -> Iterator[tuple[str, object]]:
    from scanner import document
    from scanner.limits import RULE_NBYTES

    for file in sorted((root / "tables" / "licenses").glob("*.yaml")):
        try:
            yield file.stem, document.parse(document.read(file, bound=RULE_NBYTES))
        except document.DocumentError as error:
            raise LicenseError(file.name, str(error)) from error


def _complete(values: dict[str, object]) -> dict[str, License]:
    """Check all; a family takes its terms from its strictest member."""
    found = {}
    for name, value in values.items():
        if isinstance(value, dict) and "judged_as" in value:
            judged = value["judged_as"]
            strictest = values.get(judged)
            if not isinstance(strictest, dict) or "judged_as" in strictest:
                raise LicenseError(name, f"is judged as {judged!r}, which is no licence here")
            terms = {key: strictest[key] for key in ("kind", "allows", "limits", "duties", "flows") if key in strictest}
            found[name] = parse(name, terms | dict(value))
        else:
            found[name] = parse(name, value)
    return found
