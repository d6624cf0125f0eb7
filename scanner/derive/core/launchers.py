"""Scripts and programs that people start by a click, beside the weights of a model."""

from collections.abc import Iterator, Sequence

from scanner.facts import Examined, Fact
from scanner.nesting import beside

SUFFIXES = frozenset((
    ".bat", ".cmd", ".com", ".exe", ".hta", ".jse", ".lnk", ".msi", ".pif", ".ps1", ".scr", ".vbe", ".vbs", ".wsf",
    ".command", ".desktop", ".app", ".dmg", ".pkg", ".appimage", ".jar", ".reg", ".url", ".scpt",
))  # fmt: skip
"""What a desktop starts when it is clicked. A shell script is not among them: it takes a hand to run one."""


def derive(facts: Sequence[Fact]) -> Iterator[Fact]:
    """State each such file whose own folder holds weights."""
    clicked: list[tuple[str, Examined]] = []
    for fact in facts:
        if isinstance(fact, Examined):
            path = fact.where.path
            suffix = path[path.rfind(".") :].lower() if "." in path[-12:] else ""
            if suffix in SUFFIXES:
                clicked.append((suffix, fact))
    if not clicked:
        return
    from scanner.facts.loader import Launcher
    from scanner.weights import folders

    weights = folders(facts, without={fact.where.path for _, fact in clicked})
    for suffix, fact in clicked:
        if found := weights.get(beside(fact.where.path, "")):
            yield Launcher(where=fact.where, suffix=suffix, weights=found)
