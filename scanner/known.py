"""What is known of the world: the data that joins compare facts with, in the tables beside the rules."""

from functools import cache
from pathlib import Path


def bundled() -> Path:
    """Find the rules: inside the installed package, or at the top of a checkout."""
    package = Path(__file__).parent
    inside = package / "rules"
    return inside if inside.is_dir() else package.parent / "rules"


@cache
def rows(name: str) -> tuple[str, ...]:
    """Read a bundled table in its own order: NAME.txt, one entry a line, lines that start with `#` left out.

    The tables ship with the package: one that is not there is a defect of it, and raises `FileNotFoundError`.
    """
    text = (bundled() / "tables" / f"{name}.txt").read_text(encoding="utf-8")
    return tuple(line for line in text.splitlines() if line and not line.startswith("#"))
