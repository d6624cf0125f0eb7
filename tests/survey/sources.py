"""Source trees: every Python module below a folder as a parsed module, without importing it."""

from __future__ import annotations

import ast
import re
import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef

# A package folder may hold these; nobody pickles what they define.
SKIPPED_FOLDERS = frozenset(
    {
        "__pycache__",
        "test",
        "tests",
        "testing",
        "benchmark",
        "benchmarks",
        "doc",
        "docs",
        "examples",
        "demo",
        "demos",
        "asv_benchmarks",
        "conftest",
        "build_tools",
        "node_modules",
        "scripts",
        "setup",
        "sandbox",
        "cli",
        "commands",
    }
)
CYTHON_CLASS = re.compile(r"^(?:cdef |cpdef )?class\s+([A-Za-z_]\w*)\s*(?:\(([^)]*)\))?\s*:", re.MULTILINE)


@dataclass(kw_only=True)
class Module:
    """One module: its classes and functions by name, and what each imported name stands for."""

    name: str
    package: bool
    classes: dict[str, ast.ClassDef] = field(default_factory=dict)
    functions: dict[str, Function] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    stars: list[str] = field(default_factory=list)
    tuples: set[str] = field(default_factory=set)
    compiled: dict[str, tuple[str, ...]] = field(default_factory=dict)


def modules(root: Path, package: str) -> Iterator[Module]:
    """Yield each module of one package below `root`, a folder laid out as site-packages is."""
    for path in sorted((root / package).rglob("*.py*")):
        parts = path.relative_to(root).with_suffix("").parts
        if path.suffix not in {".py", ".pyx"} or SKIPPED_FOLDERS.intersection(parts[1:-1]):
            continue
        if not all(part.isidentifier() for part in parts) or parts[-1].startswith("test_"):
            continue
        initial = parts[-1] == "__init__"
        name = ".".join(parts[:-1] if initial else parts)
        text = path.read_text(encoding="utf-8", errors="replace")
        module = Module(name=name, package=initial)
        if path.suffix == ".pyx":
            read_cython(text, module)
        else:
            read_python(text, module)
        yield module


def read_python(text: str, module: Module) -> None:
    """Fill `module` from Python source; Python 2 source that does not parse leaves it empty."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return
    read_block(tree.body, module, "")


def read_cython(text: str, module: Module) -> None:
    """Fill `module` from Cython source: extension classes have names and bases, no readable body."""
    for found in CYTHON_CLASS.finditer(text):
        bases = tuple(base.strip() for base in (found[2] or "").split(",") if base.strip())
        module.compiled[found[1]] = bases


def read_block(body: list[ast.stmt], module: Module, outer: str) -> None:
    """Read statements of a module or class body; what a function defines has no importable name."""
    for node in body:
        if isinstance(node, ast.ClassDef):
            qualname = f"{outer}{node.name}"
            module.classes.setdefault(qualname, node)
            read_block(node.body, module, f"{qualname}.")
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and not outer:
            module.functions[node.name] = node
        elif isinstance(node, (ast.If, ast.Try, ast.With)):
            read_block(node.body, module, outer)
            read_block(getattr(node, "orelse", []), module, outer)
            for handler in getattr(node, "handlers", []):
                read_block(handler.body, module, outer)
        elif isinstance(node, (ast.Import, ast.ImportFrom)) and not outer:
            read_import(node, module)
        elif isinstance(node, ast.Assign):
            read_assignment(node, module, outer)


def read_import(node: ast.Import | ast.ImportFrom, module: Module) -> None:
    """Record what names an import statement binds."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            if alias.asname:
                module.aliases[alias.asname] = alias.name
            else:
                module.aliases[alias.name.split(".")[0]] = alias.name.split(".")[0]
        return
    source = absolute(node, module)
    for alias in node.names:
        if alias.name == "*":
            module.stars.append(source)
        else:
            module.aliases[alias.asname or alias.name] = f"{source}.{alias.name}"


def absolute(node: ast.ImportFrom, module: Module) -> str:
    """Return the absolute module name that a from-import names."""
    if not node.level:
        return node.module or ""
    parts = module.name.split(".")
    kept = parts[: len(parts) - node.level + (1 if module.package else 0)]
    return ".".join([*kept, *([node.module] if node.module else [])])


def read_assignment(node: ast.Assign, module: Module, outer: str) -> None:
    """Record `X = namedtuple(...)` and `X = OtherName`."""
    for target in node.targets:
        if not isinstance(target, ast.Name):
            continue
        if isinstance(node.value, ast.Call) and name_of(node.value.func).rpartition(".")[2] == "namedtuple":
            module.tuples.add(f"{outer}{target.id}")
        elif isinstance(node.value, (ast.Name, ast.Attribute)) and not outer:
            module.aliases.setdefault(target.id, name_of(node.value))


def name_of(node: ast.expr) -> str:
    """Return the dotted name that an expression spells, or nothing."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        head = name_of(node.value)
        return f"{head}.{node.attr}" if head else ""
    if isinstance(node, ast.Subscript):
        return name_of(node.value)
    return ""
