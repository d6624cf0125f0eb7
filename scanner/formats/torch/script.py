"""TorchScript sources, line by line: the operators they call. A glance at names, no parser of the language."""

from collections.abc import Iterator

from scanner.artifact import Location
from scanner.facts.torch import ScriptOperator
from scanner.pattern import pattern
from scanner.text import printable

_CALL = pattern(r"\b(?:torch|ops|aten|prim|quantized)(?:(?:\.|::)[A-Za-z_]\w{0,80}){1,6}(?=\s*\()")
_IMPORT = pattern(r"^\s*(?:import|from)\s+([\w.]{1,200})")


def operators(path: str, content: bytes) -> Iterator[ScriptOperator]:
    """Yield each operator and import of one source once, at its first line."""
    seen: set[str] = set()
    for number, line in enumerate(content.decode("utf-8", "replace").split("\n"), start=1):
        names = _CALL.findall(line)
        imported = _IMPORT.match(line)
        if imported:
            names.append(f"import {imported[1]}")
        for name in names:
            name_ = name.replace("::", ".")
            if name_ not in seen:
                seen.add(name_)
                where = Location(path=path, line=number)
                yield ScriptOperator(where=where, name=name_, source=printable(line.strip()))
