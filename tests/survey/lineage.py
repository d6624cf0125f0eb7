"""Names and ancestors: what a name in a module resolves to, and the classes above a class."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.survey.sources import Module, name_of

if TYPE_CHECKING:
    import ast

DEEPEST_ALIAS = 12


@dataclass(frozen=True, kw_only=True)
class Index:
    """Every surveyed module by name."""

    modules: dict[str, Module]

    def resolve(self, name: str, module: Module, depth: int = 0) -> str:
        """Return the full name that `name` has, seen from inside `module`; re-exports are followed."""
        head, _, tail = name.partition(".")
        if name in module.classes or name in module.compiled or name in module.functions:
            return f"{module.name}.{name}"
        if head in module.aliases and depth < DEEPEST_ALIAS and module.aliases[head] != name:
            return self.settle(".".join(filter(None, [module.aliases[head], tail])), depth + 1)
        for star in module.stars:
            found = self.modules.get(star)
            if found and depth < DEEPEST_ALIAS:
                full = self.resolve(name, found, depth + 1)
                if full != name:
                    return full
        return name

    def settle(self, full: str, depth: int = 0) -> str:
        """Return where the thing with this full name is defined."""
        if depth >= DEEPEST_ALIAS:
            return full
        parts = full.split(".")
        for cut in range(len(parts) - 1, 0, -1):
            module = self.modules.get(".".join(parts[:cut]))
            if module:
                rest = ".".join(parts[cut:])
                found = self.resolve(rest, module, depth + 1)
                return full if found == rest else found
        return full

    def owner(self, full: str) -> tuple[Module, str] | None:
        """Split a full name into its module and the name within it."""
        parts = full.split(".")
        for cut in range(len(parts) - 1, 0, -1):
            module = self.modules.get(".".join(parts[:cut]))
            if module:
                return module, ".".join(parts[cut:])
        return None

    def class_node(self, full: str) -> tuple[Module, ast.ClassDef] | None:
        """Return the source of the class with this full name, where it was surveyed."""
        place = self.owner(full)
        if place and place[1] in place[0].classes:
            return place[0], place[0].classes[place[1]]
        return None

    def bases(self, full: str) -> list[str]:
        """Return the full names of the direct bases of a class."""
        place = self.owner(full)
        if place and place[1] in place[0].compiled:
            return [self.resolve(base, place[0]) for base in place[0].compiled[place[1]]]
        found = self.class_node(full)
        if not found:
            return []
        module, node = found
        names = [name_of(base) for base in node.bases]
        return [self.resolve(name, module) for name in names if name]

    def ancestors(self, full: str) -> list[str]:
        """Return a class and every class above it, nearest first, as far as the survey can see."""
        seen: list[str] = []
        queue = [full]
        while queue:
            name = queue.pop(0)
            if name not in seen:
                seen.append(name)
                queue += self.bases(name)
        return seen
