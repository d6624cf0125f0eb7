"""Files of sections and `key = value`, each line as their many parsers agree on; with line numbers."""

from typing import Final

from scanner.formats.document.leaves import step
from scanner.limits import DOCUMENT_LEAVES, LEAF_CHARACTERS
from scanner.pattern import pattern

_SECTION = pattern(r'\[\s*+([^\]"]*?)\s*(?:"((?:[^"\\]|\\.){0,999})")?\s*\]\s*+(?:[#;].*)?')
# A colon parts only before a blank or the end: `//host/:_token=x` has one in its key.
_PARTS = pattern(r"=|:(?=\s|\Z)")
_LONGEST: Final = 300
"""Characters of a key."""

_BARE = pattern(r"[\w.-]{1,99}")
_STRAY: Final = 4
"""One line of so many may be none of these."""

_GIT: Final = (".gitconfig", ".gitmodules", ".git/config")


class Pairs:
    """Leaves of the file, as rows of equal length."""

    def __init__(self) -> None:
        """Start with none."""
        self.pointers: list[str] = []
        self.kinds: list[str] = []
        self.values: list[str] = []
        self.lines: list[int] = []

    def put(self, pointer: str, kind: str, value: str, line: int) -> None:
        """Keep one leaf."""
        self.pointers.append(pointer)
        self.kinds.append(kind)
        self.values.append(value[:LEAF_CHARACTERS])
        self.lines.append(line)


def pairs(text: str, path: str) -> Pairs | None:
    """Read the lines of a file; None where they are no settings. Names of git's own files are folded as git does."""
    found = Pairs()
    git = path.lower().replace("!", "/").endswith(_GIT)
    prefix, stray, there, going = "", 0, 0, False
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
        plain = line.strip()
        if not plain or plain[0] in "#;":
            continue
        there += 1
        if len(found.pointers) >= DOCUMENT_LEAVES:
            break
        if going and line[0] in " \t" and not git:
            _more(found, plain)
            continue
        going = False
        if plain[0] == "[" and (section := _SECTION.fullmatch(plain)):
            prefix = _section(section[1], section[2], git=git)
        elif pair := _pair(plain):
            key, value = pair
            found.put(f"{prefix}/{step(key.lower() if git else key)}", "t", _unquoted(value), number)
            going = True
        elif prefix and _BARE.fullmatch(plain):
            found.put(f"{prefix}/{step(plain.lower() if git else plain)}", "b", "true", number)
        else:
            stray += 1
    return found if there and stray * _STRAY <= there and (found.pointers or prefix) else None


def _pair(line: str) -> tuple[str, str] | None:
    """Part a line at the first sign of equality, or at a colon with a blank behind it."""
    parts = _PARTS.search(line)
    key = line[: parts.start()].rstrip().removeprefix("export ").strip("\"' \t") if parts else ""
    if parts is None or not 0 < len(key) <= _LONGEST or key[0] in "[{(<":
        return None
    return key, line[parts.end() :].strip()


def _section(name: str, below: str | None, *, git: bool) -> str:
    first = step(name.lower() if git else name)
    return f"/{first}" if below is None else f"/{first}/{step(below)}"


def _more(found: Pairs, line: str) -> None:
    """Add a continued line to the value before it."""
    before = found.values[-1]
    if len(before) < LEAF_CHARACTERS:
        found.values[-1] = f"{before}\n{line}"[:LEAF_CHARACTERS].lstrip("\n")


def _unquoted(value: str) -> str:
    quote = value[:1]
    if quote in ('"', "'") and len(value) > 1 and value[-1] == quote and quote not in value[1:-1]:
        return value[1:-1]
    return value
