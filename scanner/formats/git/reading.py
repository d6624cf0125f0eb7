"""From attributes, hooks and lists of stores to facts."""

from collections.abc import Iterator

from scanner.artifact import Artifact, Location
from scanner.commands.telling import commands_told, grave
from scanner.facts import Fact, LimitReached
from scanner.facts.workspace import GitDriver, GitHook, GitSetting
from scanner.format import MalformedError
from scanner.formats.git import hook_of
from scanner.limits import Limits
from scanner.pattern import pattern
from scanner.streams import read_at

SHOWN = 200
"""Characters of a hook that are quoted."""

HEAD = 512
"""Bytes in which a program, and no script, has null bytes."""

_DRIVER = pattern(r"(?:^|\s)(filter|diff|merge)=(\S+)")
_PATTERN = pattern(r'^\s*("(?:[^"\\]|\\.)*"|\S+)')


def facts(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield all facts of a file as far as the bound on source reaches; see `Format.read`."""
    if artifact.size > limits.source_nbytes:
        yield LimitReached(where=artifact.at(), limit="git", bound=limits.source_nbytes, unit="bytes")
    with artifact.open() as stream:
        raw = read_at(stream, 0, min(artifact.size, limits.source_nbytes))
    plain = artifact.path.replace("!", "/")
    if plain.endswith("alternates"):
        yield from _alternates(artifact, raw)
    elif plain.endswith("attributes"):
        yield from _attributes(artifact, raw)
    else:
        yield from _hook(artifact, raw)


def _attributes(artifact: Artifact, raw: bytes) -> Iterator[GitDriver]:
    if b"\0" in raw:
        message = "attributes that are not text"
        raise MalformedError(message, raw.index(b"\0"))
    seen: set[tuple[str, str]] = set()
    for number, line in enumerate(raw.decode("utf-8", "replace").splitlines(), 1):
        found = _PATTERN.match(line)
        if found is None or found[1].startswith("#"):
            continue
        for attribute, driver in _DRIVER.findall(line[found.end() :]):
            if (attribute, driver) not in seen:
                seen.add((attribute, driver))
                yield GitDriver(
                    where=Location(path=artifact.path, line=number),
                    attribute=attribute,
                    driver=driver[:80],
                    pattern=found[1][:80],
                )


def _hook(artifact: Artifact, raw: bytes) -> Iterator[Fact]:
    hook = hook_of(artifact.path)
    path = f"/{artifact.path.replace('!', '/')}"
    place = "git" if "/hooks/" in path and ".git/" in path else "folder"
    # Shells drop null bytes and go on.
    text = "" if b"\0" in raw[:HEAD] else raw.decode("utf-8", "replace").replace("\0", "")
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    yield GitHook(
        where=artifact.at(),
        hook=hook,
        place=place,
        command=" ; ".join(lines)[:SHOWN] if text else "(binary)",
        acts=grave(text, "hook"),
    )
    if text:
        yield from commands_told(text, Location(path=artifact.path, line=1), "hook", "git", lines=True)


def _alternates(artifact: Artifact, raw: bytes) -> Iterator[GitSetting]:
    for number, line in enumerate(raw.decode("utf-8", "replace").splitlines(), 1):
        if line.strip() and not line.startswith("#"):
            yield GitSetting(
                where=Location(path=artifact.path, line=number),
                key="objects/info/alternates",
                effect="includes",
                value=line.strip()[:160],
            )
