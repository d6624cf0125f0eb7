"""Path configuration files: lines that Python runs at every start, read as the Python source they are."""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.limits import HEAD_NBYTES, Limits
from scanner.pattern import pattern

_RUN = pattern(rb"(?:\A(?:\xef\xbb\xbf)?|[\r\n])import[ \t]")


def claims(head: bytes, path: str) -> bool:
    """Claim text named `.pth` in which a line starts with `import`, as `site` asks for it."""
    if not path.lower().endswith(".pth") or b"\0" in head:
        return False
    return _RUN.search(head) is not None or (len(head) == HEAD_NBYTES and head.isascii())


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield what the lines call. Each is a module of its own, and it runs at the start of Python."""
    from scanner.artifact import Location
    from scanner.facts import LimitReached
    from scanner.formats.python.encoding import decode
    from scanner.formats.python.module import Place, module
    from scanner.streams import read_at

    with artifact.open() as stream:
        raw = read_at(stream, 0, min(artifact.size, limits.source_nbytes))
    if artifact.size > limits.source_nbytes:
        yield LimitReached(where=artifact.at(), limit="startup lines", bound=limits.source_nbytes, unit="bytes")
    for number, line in enumerate(decode(raw).text.splitlines(), 1):
        if line.startswith(("import ", "import\t")):

            def at(_: int, number: int = number) -> Location:
                return Location(path=artifact.path, line=number)

            yield from module(line, line, Place(at, "pth"))


FORMAT = Format(
    name="pth",
    spec="https://docs.python.org/3/library/site.html",
    claims=claims,
    read=read,
    named=(".pth",),
    reads="lines that start with import, as Python source",
    leaves="paths, which only add folders to look in",
)
