"""What Python files of a scan do while they are imported, and which further files they import."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from scanner.facts import Fact
from scanner.facts.python import PythonCall, PythonDecodes, PythonModule, PythonSecrets, PythonWrites
from scanner.sinks.places import Places

FILES = 500
"""Files that are followed from one that a configuration names."""

ACTS = 20
"""Acts told of one named file."""

AT = ("import", "load")


@dataclass(frozen=True)
class Act:
    """One thing that a file does at import; fields as in the fact `LoadedSink`."""

    code: str
    call: str
    group: str
    at: str
    line: int
    constant: bool


class Acts:
    """The acts of a scan by file. Made once a scan; what is not asked is not made."""

    def __init__(self, facts: Sequence[Fact], places: Places) -> None:
        """Take the facts of a scan and where its files are."""
        self._facts = facts
        self._places = places

    @cached_property
    def _acts(self) -> dict[str, list[Act]]:
        found: dict[str, list[Act]] = {}
        for fact in self._facts:
            act = _act(fact)
            if act is not None:
                found.setdefault(act.code, []).append(act)
        return found

    @cached_property
    def _imports(self) -> dict[str, tuple[str, ...]]:
        return {fact.where.path: fact.imports for fact in self._facts if isinstance(fact, PythonModule)}

    def of(self, code: str) -> Iterator[Act]:
        """Yield what importing a file does, in it and in the files of the repository that it imports."""
        if not code or not self._acts:
            return
        told = 0
        pending, seen = [code], {code}
        while pending:
            path = pending.pop(0)
            for act in self._acts.get(path, ()):
                told += 1
                if told > ACTS:
                    return
                yield act
            for name in self._imports.get(path, ()):
                further = self._imported(path, name)
                if further and further not in seen and len(seen) < FILES:
                    seen.add(further)
                    pending.append(further)

    def _imported(self, path: str, name: str) -> str:
        """Find the file of a module that a file imports; transformers takes all that are imported with a dot."""
        plain = name.lstrip(".").replace(".", "/")
        return self._places.find(path, f"{plain}.py", f"{plain}/__init__.py") if plain else ""


def _act(fact: Fact) -> Act | None:
    path, line = fact.where.path, fact.where.line or 0
    match fact:
        case PythonCall() if fact.at in AT:
            return Act(path, fact.name, fact.group, fact.at, line, fact.constant)
        case PythonDecodes() if fact.at in AT:
            return Act(path, fact.sink, "decode", fact.at, line, constant=False)
        case PythonWrites() if fact.at in AT:
            return Act(path, f"{fact.kind} {fact.target}", "write", fact.at, line, constant=False)
        case PythonSecrets() if fact.at in AT:
            return Act(path, ", ".join(fact.reads), "secrets", fact.at, line, constant=False)
    return None
