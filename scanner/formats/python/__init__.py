"""Python source: what reaches out of a module, when, and under which name. Parsed, never run."""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.limits import Limits
from scanner.pattern import pattern

SUFFIXES = (".py", ".pyw")

_SHEBANG = pattern(rb"(?:\xef\xbb\xbf)?#![^\n]{0,200}\bpython")
_START = pattern(
    # Blank lines and comments, perhaps a docstring, then an import: what no prose and no data begins with.
    rb"(?:\xef\xbb\xbf)?(?:[ \t]*+(?:#[^\n]*+)?\r?\n)*+"
    rb'(?:(?:"""(?:[^"\\]|\\.|"(?!""))*+"""|' + rb"'''(?:[^'\\]|\\.|'(?!''))*+''')\s*+)?(?:[ \t]*+(?:#[^\n]*+)?\r?\n)*+"
    rb"(?:import[ \t]+[A-Za-z_][\w.]*+(?:[ \t]+as[ \t]+\w++)?(?:,[ \t]*[\w.]++)*+[ \t]*+(?:[;#][^\n]*+)?\r?(?:\n|\Z)"
    rb"|from[ \t]+\.*[A-Za-z_.][\w.]*+[ \t]+import[ \t]+(?:\*|\(|[A-Za-z_]\w*+[ \t]*+(?:,|as\b|[;#]|\r?\n|\Z)))"
)
_PROSE = (".md", ".rst", ".pyi", ".pyx", ".pxd", ".js", ".ts", ".mjs", ".tsx", ".jsx", ".java", ".go", ".scala", ".kt")


def claims(head: bytes, path: str) -> bool:
    """Claim what is named as Python, started by it, or begins with an import as only Python has it."""
    lower = path.lower()
    if lower.endswith(SUFFIXES):
        return True
    if b"\0" in head or lower.endswith(_PROSE):
        return False
    return _SHEBANG.match(head) is not None or (b"import" in head and _START.match(head) is not None)


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield what the source calls, decodes, writes and hides."""
    from scanner.formats.python.reading import facts

    yield from facts(artifact, limits)


FORMAT = Format(
    name="python",
    spec="https://docs.python.org/3/reference/grammar.html",
    claims=claims,
    read=read,
    holds=(b"import ", b"python"),
    named=SUFFIXES,
    reads="calls after aliases, variables and constants; what runs at import; decoded code; lasting changes; disguises",
    leaves="values that only a run makes; functions of other files",
)
