"""Scripts and programs that people start by a click, beside the weights of a model."""

from collections.abc import Iterator, Sequence

from scanner.facts import Examined, Fact
from scanner.facts.loader import Launcher
from scanner.nesting import beside

SUFFIXES = frozenset((
    ".bat", ".cmd", ".com", ".exe", ".hta", ".jse", ".lnk", ".msi", ".pif", ".ps1", ".scr", ".vbe", ".vbs", ".wsf",
    ".command", ".desktop", ".app", ".dmg", ".pkg", ".appimage", ".jar", ".reg", ".url", ".scpt",
))  # fmt: skip
"""What a desktop starts when it is clicked. A shell script is not among them: it takes a hand to run one."""

WEIGHTS = frozenset(("safetensors", "gguf", "torch", "pickle", "onnx", "hdf5", "keras", "flax", "tflite", "ggml"))
"""Formats of models; a package of a program holds others beside its own files."""


def derive(facts: Sequence[Fact]) -> Iterator[Fact]:
    """State each such file whose own folder holds weights."""
    clicked: list[tuple[str, Examined]] = []
    weights: dict[str, str] = {}
    for fact in facts:
        if not isinstance(fact, Examined):
            continue
        path = fact.where.path
        suffix = path[path.rfind(".") :].lower() if "." in path[-12:] else ""
        if suffix in SUFFIXES:
            clicked.append((suffix, fact))
        elif not WEIGHTS.isdisjoint(fact.formats):
            weights.setdefault(beside(path, ""), path)
    for suffix, fact in clicked:
        if found := weights.get(beside(fact.where.path, "")):
            yield Launcher(where=fact.where, suffix=suffix, weights=found)
