"""A script file: decoded, and its commands looked at one by one."""

from collections.abc import Iterator

from scanner.artifact import Artifact, Location
from scanner.facts import Fact, LimitReached
from scanner.formats.shell.commands import acts
from scanner.limits import Limits
from scanner.streams import read_at

_DIALECTS = {".bat": "batch", ".cmd": "batch", ".ps1": "powershell", ".psm1": "powershell"}


def facts(artifact: Artifact, limits: Limits) -> Iterator[Fact]:
    """Yield the acts of a script, as far as the bound on source reaches."""
    with artifact.open() as stream:
        raw = read_at(stream, 0, min(artifact.size, limits.source_nbytes))
    if artifact.size > limits.source_nbytes:
        yield LimitReached(where=artifact.at(), limit="script", bound=limits.source_nbytes, unit="bytes")
    wide = raw.startswith((b"\xff\xfe", b"\xfe\xff"))
    text = raw.decode("utf-16" if wide else "utf-8-sig", "replace")
    suffix = artifact.path[artifact.path.rfind(".") :].lower()
    batch = text.lstrip()[:9].lower().lstrip("@").startswith("echo off")
    script = _DIALECTS.get(suffix) or ("batch" if batch else "powershell" if "pwsh" in text[:100] else "sh")
    yield from acts(text, script, lambda line: Location(path=artifact.path, line=line))
