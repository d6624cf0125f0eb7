"""What is known of the world: the data that joins compare facts with, beside the rules and their tables."""

from functools import cache
from pathlib import Path


def bundled() -> Path:
    """Find the rules: inside the installed package, or at the top of a checkout."""
    package = Path(__file__).parent
    inside = package / "rules"
    return inside if inside.is_dir() else package.parent / "rules"


@cache
def rows(name: str) -> tuple[str, ...]:
    """Read `known/NAME.txt` in its own order, one entry a line, lines that start with `#` left out.

    It ships with the package: a file that is not there is a defect of it, and raises `FileNotFoundError`.
    """
    text = (bundled() / "known" / f"{name}.txt").read_text(encoding="utf-8")
    return tuple(line for line in text.splitlines() if line and not line.startswith("#"))


@cache
def table(name: str) -> frozenset[str]:
    """Read `tables/NAME.txt`, which rules compare with as well: one entry a line, `#` comments."""
    text = (bundled() / "tables" / f"{name}.txt").read_text(encoding="utf-8")
    return frozenset(entry for line in text.splitlines() if (entry := line.partition("#")[0].strip()))
