"""Artifacts against the byte patterns that lie in `rules/known/*.yar`."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from scanner.artifact import Artifact
from scanner.facts import Fact, LimitReached
from scanner.facts.bytes import BytePattern
from scanner.formats.yara import sort_of
from scanner.known import bundled
from scanner.limits import HEAD_NBYTES, Limits
from scanner.text import printable

SCANNED_NBYTES = 16 << 20
SECONDS = 20
MATCHES = 100


@cache
def _scanner() -> Any:  # noqa: ANN401 - yara-x carries no types here
    """Compile all patterns, once a process."""
    import yara_x

    compiler = yara_x.Compiler()
    compiler.enable_includes(False)  # noqa: FBT003 - the library's own signature
    for file in sorted((bundled() / "known").glob("*.yar")):
        compiler.add_source(file.read_text(encoding="utf-8"), origin=file.name)
    scanner = yara_x.Scanner(compiler.build())
    scanner.set_timeout(SECONDS)
    scanner.max_matches_per_pattern(MATCHES)
    return scanner


def facts(artifact: Artifact, limits: Limits) -> Iterator[Fact]:  # noqa: ARG001 - the bound is the library's
    """Yield what is found; see `Format.read`."""
    import yara_x

    with artifact.open() as stream:
        content = stream.read(min(artifact.size, SCANNED_NBYTES))
    kind = sort_of(content[:HEAD_NBYTES], artifact.path)
    try:
        found = _scanner().scan(content).matching_rules
    except (yara_x.TimeoutError, yara_x.ScanError):
        yield LimitReached(where=artifact.at(), limit="patterns", bound=SECONDS, unit="seconds")
        return
    for rule in found:
        if kind in dict(rule.metadata).get("kinds", "").split():
            matches = sorted((one.offset, one.length) for string in rule.patterns for one in string.matches)
            start, length = matches[0] if matches else (0, 0)
            yield BytePattern(
                where=artifact.at(start, length),
                pattern=rule.identifier.replace("_", "-"),
                kind=kind,
                count=len(matches),
                shown=printable(content[start : start + min(length, 80)].decode("utf-8", "backslashreplace")),
            )
