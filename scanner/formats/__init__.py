"""One module or folder a format; the folder is the registry.

A module here is imported where the first byte or the name of an artifact may be its format's, so it holds `claims`
and a thin `read`; what costs more than a millisecond to import stays inside `read`.
"""

import json
from collections.abc import Iterator
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from scanner.format import Entry, Format, Formats

INDEX = "index.json"
"""What a wheel says of its formats, so that a start imports few of them: module, `opens`, `holds`, `named`."""


@cache
def discover() -> Formats:
    """Find every format of this folder, sorted by name. Without an index all are imported here and now."""
    file = Path(__file__).with_name(INDEX)
    if not file.is_file():
        return Formats.of(one for _, one in _all())
    return Formats(
        Entry(
            opens=opens.encode("latin-1"),
            holds=tuple(mark.encode("latin-1") for mark in holds),
            named=tuple(named),
            load=cache(partial(_load, module)),
        )
        for module, opens, holds, named in json.loads(file.read_bytes())
    )


def index() -> str:
    """Write the index as a wheel carries it."""
    return json.dumps([_row(module, one) for module, one in _all()])


def _row(module: str, one: Format) -> tuple[object, ...]:
    return module, one.opens.decode("latin-1"), [mark.decode("latin-1") for mark in one.holds], one.named


def _all() -> Iterator[tuple[str, Format]]:
    found = [(module.name, _load(module.name)) for module in iter_modules(__path__)]
    yield from sorted(found, key=lambda pair: pair[1].name)


def _load(module: str) -> Format:
    found: Format = import_module(f"{__name__}.{module}").FORMAT
    return found
