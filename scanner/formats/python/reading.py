"""A file of Python source: decoded, read as a module, and looked at for what does not show."""

from collections.abc import Iterator

from scanner.artifact import Artifact, Location
from scanner.facts import Fact, LimitReached, Malformed
from scanner.facts.python import PythonHides, PythonModule, PythonUnparsed
from scanner.formats.python import SUFFIXES, lexical
from scanner.formats.python.encoding import Source, decode, look_alikes
from scanner.formats.python.module import Blob, Place, module, spoken
from scanner.limits import Limits
from scanner.pattern import pattern
from scanner.streams import held, read_at

SHOWN_CHARACTERS = 200
FAR = 150
LONG_LINE = 1000
NAMES = 5

_ROLES = {
    "setup.py": "setup", "__init__.py": "init", "__main__.py": "main", "conftest.py": "conftest",
    "sitecustomize.py": "startup", "usercustomize.py": "startup",
}  # fmt: skip
_FAR_RIGHT = pattern(rf"(?m)^[ \t]*[^\s#][^\n]*?[;:)\]\w][ \t]{{{FAR},}}(?![#\\])[^\s)\]}},][^\n]{{0,80}}")
_LONG = pattern(rf"(?m)^(?=[^\n]*;)[^\n]{{{LONG_LINE},}}$")
_HEX_NAMES = pattern(r"\b(?:_0x[0-9a-fA-F]{3,}|[Il1]{8,}|[O0]{8,}|_{1,2}[Il1O0]{8,})\b")


def role_of(path: str) -> str:
    """Say what tools do with a file of this name, as `PythonModule` has it."""
    return _ROLES.get(path.lower().rpartition("!")[2].rpartition("/")[2], "module")


def facts(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield the facts of one file. A file over the bound is read by its words alone, as far as the bound of headers."""
    with artifact.open() as stream:
        raw = read_at(stream, 0, min(artifact.size, limits.source_nbytes + 1))
        if len(raw) > limits.source_nbytes:
            raw = read_at(stream, 0, min(artifact.size, limits.header_nbytes))
    source = decode(raw)

    def at(line: int) -> Location:
        return Location(path=artifact.path, line=line)

    place = Place(at, role_of(artifact.path))
    yield from hidden(source, place)
    if len(raw) > limits.source_nbytes:
        yield LimitReached(where=artifact.at(), limit="python source", bound=limits.source_nbytes, unit="bytes")
        yield PythonModule(where=at(1), role=place.role, read_as="lexical", imports=(), defines=())
        yield from spoken(source.words, place)
        return
    blobs: list[Blob] = []
    for fact in module(source.text, source.words, place, blobs):
        yield fact
        if isinstance(fact, PythonUnparsed) and fact.looks == "other" and artifact.path.lower().endswith(SUFFIXES):
            yield Malformed(where=fact.where, format="python", reason=f"no Python: {fact.reason}"[:SHOWN_CHARACTERS])
    for content, line in blobs:
        yield Artifact(path=f"{artifact.path}!line{line}", size=len(content), open=held(content))


def hidden(source: Source, place: Place) -> Iterator[PythonHides]:  # noqa: C901 - the ways of hiding
    """Yield what a reader of the source does not see."""
    for kind, shown, count, line in source.oddities:
        yield _hides(place, kind, shown, count, line)
    text = source.text
    if source.words is not text:
        names = look_alikes(lexical.code_of(text))
        if names:
            yield _hides(place, "look-alike", names[0][0], len(names), names[0][1])
    if " " * FAR in text or "\t" * FAR in text:
        first = _FAR_RIGHT.search(lexical.code_of(text))
        if first:
            line = 1 + text.count("\n", 0, max(0, text.find(first[0][-40:])))
            yield _hides(place, "far-right", " ".join(first[0].split()), 1, line)
    if "_0x" in text or "IIII" in text or "OOO" in text or "lIl" in text or "lll" in text:
        found = {match[0] for match in _HEX_NAMES.finditer(lexical.code_of(text))}
        if len(found) >= NAMES:
            yield _hides(place, "hex-names", ", ".join(sorted(found)[:4]), len(found), 1)
    longest = _LONG.search(text) if max(map(len, text.split("\n"))) >= LONG_LINE else None
    if longest and lexical.has_word(longest[0]):
        code = lexical.code_of(longest[0])
        if len(code) >= LONG_LINE and lexical.has_word(code):
            yield _hides(place, "long-line", code[:SHOWN_CHARACTERS], 1, 1 + text.count("\n", 0, longest.start()))


def _hides(place: Place, kind: str, shown: str, count: int, line: int) -> PythonHides:
    shown = shown.encode("unicode_escape", "replace").decode("ascii") if not shown.isprintable() else shown
    return PythonHides(where=place.at(line), kind=kind, shown=shown[:SHOWN_CHARACTERS], role=place.role, counted=count)
