"""Tables: plain text, one name a line, sorted, with comments that say where the names come from."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


def read(path: Path) -> set[str]:
    """Return the entries of a table: a file, or the union of the files in a folder."""
    files = sorted(path.glob("*.txt")) if path.is_dir() else [path]
    lines = (line.strip() for file in files for line in file.read_text(encoding="utf-8").splitlines())
    return {line for line in lines if line and not line.startswith("#")}


def barred(tables: Path) -> set[str]:
    """Return the names that no allowing table may hold; `type` is harmless until it is called."""
    listing = ("dangerous", "attribute_walkers", "code_builders", "state_executors", "string_evaluators")
    files = [tables / f"pickle_{table}.txt" for table in listing]
    names = {name for file in files if file.exists() for name in read(file)}
    return names - {"builtins.type"}


def write(path: Path, names: Iterable[str], how: str) -> None:
    """Write a table; a table without names is removed."""
    entries = sorted(set(names))
    if not entries:
        path.unlink(missing_ok=True)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    head = "\n".join(textwrap.wrap(how, width=118, initial_indent="# ", subsequent_indent="# "))
    path.write_text(head + "\n" + "\n".join(entries) + "\n", encoding="utf-8")
