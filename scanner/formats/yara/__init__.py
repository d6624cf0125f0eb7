"""Byte patterns in YARA, each for the kinds of artifacts that it says; needs the extra `yara`."""

from collections.abc import Iterator
from functools import cache

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.limits import Limits
from scanner.magic import kind_of
from scanner.pattern import pattern

KINDS = frozenset(("script", "python", "pickle", "elf", "pe", "macho", "text", "powershell"))
"""Kinds that patterns may speak of. Tables, vocabularies, configurations and documentation are none of them."""

_PYTHON = pattern(rb"(?m)^(?:from [\w.]+ import |import \w|def \w+\(|class \w+[(:]|@\w)")
_PROSE = (
    ".md",
    ".rst",
    ".txt",
    ".json",
    ".jsonl",
    ".csv",
    ".tsv",
    ".html",
    ".xml",
    ".svg",
    ".js",
    ".css",
    ".map",
    ".ts",
    ".yaml",
    ".yml",
    ".toml",
    ".ini",
    ".cfg",
)


def sort_of(head: bytes, path: str) -> str:
    """Name the kind of an artifact as patterns know it; "" for what they do not look at."""
    kind = kind_of(head)
    if kind != "text":
        return kind if kind in KINDS else ""
    lower = path.lower()
    if lower.endswith((".ps1", ".psm1")):
        return "powershell"
    if lower.endswith((".sh", ".bash", ".bat", ".cmd", ".vbs")):
        return "script"
    if lower.endswith((".py", ".pyw")) or (not lower.endswith(_PROSE) and _PYTHON.search(head)):
        return "python"
    return "" if lower.endswith(_PROSE) or head.lstrip()[:1] in (b"{", b"[", b"<") else "text"


@cache
def _installed() -> bool:
    from importlib.util import find_spec

    return find_spec("yara_x") is not None


def claims(head: bytes, path: str) -> bool:
    """Claim what patterns speak of, where the library is installed."""
    return bool(head) and _installed() and sort_of(head, path) != ""


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield a fact for each pattern that is found."""
    from scanner.formats.yara.matching import facts

    yield from facts(artifact, limits)


FORMAT = Format(
    name="yara",
    spec="https://virustotal.github.io/yara-x/docs/writing_rules/anatomy-of-a-rule/",
    claims=claims,
    read=read,
    everywhere=True,
    reads="byte patterns of the bundled packs in scripts, Python, pickles, programs and plain text (extra `yara`)",
    leaves="bytes beyond the first 16 MiB",
)
