"""From the events of YAML documents to targets and tags. Nothing is constructed, and no alias is multiplied."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Any

from scanner.artifact import Artifact, Location
from scanner.facts import Fact, LimitReached, Malformed, Unrecognised
from scanner.facts.config import ConfigTarget, YamlTag
from scanner.formats.hydra.targets import KEYS, TARGETS, target
from scanner.formats.pickle.names import cut, tails
from scanner.formats.yaml import SUFFIXES
from scanner.formats.yaml.template import plain
from scanner.limits import Limits

DOCUMENT_NBYTES = 8 << 20
"""Largest text that is parsed; configurations are far smaller, and the parser takes microseconds a byte."""

PATH_CHARACTERS = 500
PLAIN_VALUES = 100_000
TAGS = 1000

_PYTHON = "tag:yaml.org,2002:python/"
_KINDS = {"name": "name", "module": "module", "object": "object", "object/apply": "apply", "object/new": "new"}
_FOREIGN = ("!ruby/", "tag:ruby.yaml.org,2002:", "!java", "tag:yaml.org,2002:java", "tag:yaml.org,2002:javax", "!!java")


@dataclass(slots=True)
class _Frame:
    """One open collection: its path, the key that waits for a value, and its plain values."""

    mapping: bool
    path: str
    index: int = 0
    key: str | None = None
    plain: dict[str, str] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class _Reading:
    """What walking the events gathers."""

    artifact: Artifact
    frames: list[_Frame] = field(default_factory=list)
    anchors: dict[str, str] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)
    pending: list[tuple[str, str, str, int, dict[str, str]]] = field(default_factory=list)
    tags: dict[str, YamlTag] = field(default_factory=dict)
    full: bool = False
    begun: bool = False
    ended: bool = False
    """A document of keys or items ended where a mark says so. (A quoted text at the start is a document, too.)"""


def facts(artifact: Artifact, limits: Limits) -> Iterator[Fact]:
    """Yield the targets and tags of every document of the text; see `Format.read`."""
    bound = min(DOCUMENT_NBYTES, limits.header_nbytes)
    with artifact.open() as stream:
        raw = stream.read(min(artifact.size, bound))
    if artifact.size > bound:
        yield LimitReached(where=artifact.at(), limit="document", bound=bound, unit="bytes")
    reading, failure = _parsed(artifact, raw)
    yield from reading.tags.values()
    told = list(_targets(reading))
    yield from told
    text = plain(raw) if failure is not None else None
    if text is not None:
        filled, still = _parsed(artifact, text)
        if still is None:
            yield from (tag for name, tag in filled.tags.items() if name not in reading.tags)
            yield from (one for one in _targets(filled) if one not in told)
            reading.full |= filled.full
            failure = None
    if reading.full:
        yield LimitReached(where=artifact.at(), limit="targets", bound=TARGETS, unit="names")
    if failure is not None and artifact.size <= bound:
        yield _broken(artifact, reading, raw, failure)


def _parsed(artifact: Artifact, text: bytes | str) -> tuple[_Reading, str | None]:
    """Walk the events of a text; return what was gathered, and why it is no YAML."""
    import yaml

    reading = _Reading(artifact)
    try:
        for event in yaml.parse(text, Loader=getattr(yaml, "CLoader", yaml.Loader)):
            _event(reading, event, type(event).__name__)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f" at line {mark.line + 1}" if mark is not None else ""
        return reading, f"no YAML: {error.problem or error.context}{place}"[:200]
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        return reading, f"no YAML: {' '.join(str(error).split())}"[:200]
    return reading, None


def _broken(artifact: Artifact, reading: _Reading, raw: bytes, failure: str) -> Fact:
    """Say that a text broke; one that neither its name nor a document makes YAML merely shows some."""
    declared = artifact.path.lower().endswith(SUFFIXES)
    if not (declared or reading.ended or raw.startswith((b"%YAML", b"\xef\xbb\xbf%YAML"))):
        suffix = PurePosixPath(artifact.path).suffix.lower()
        return Unrecognised(where=artifact.at(), suffix=suffix, size=artifact.size, entropy=0.0, text=b"\0" not in raw)
    return Malformed(where=artifact.at(0), format="yaml", reason=failure, declared=declared)


def _event(reading: _Reading, event: Any, kind: str) -> None:  # noqa: ANN401 - PyYAML's events carry no types
    if kind == "ScalarEvent":
        _tag(reading, event)
        if event.anchor and len(reading.anchors) < PLAIN_VALUES:
            reading.anchors[event.anchor] = event.value
        _plain(reading, event.value, event.start_mark.line + 1)
    elif kind == "AliasEvent":
        _plain(reading, reading.anchors.get(event.anchor, f"*{event.anchor}"), event.start_mark.line + 1)
    elif kind in ("MappingStartEvent", "SequenceStartEvent"):
        _tag(reading, event)
        path = _path(reading)
        reading.begun = True
        reading.frames.append(_Frame(kind == "MappingStartEvent", path))
    elif kind in ("MappingEndEvent", "SequenceEndEvent"):
        _close(reading, reading.frames.pop())
    elif kind == "DocumentStartEvent" or (kind == "DocumentEndEvent" and event.explicit):
        reading.ended |= reading.begun


def _path(reading: _Reading) -> str:
    """Take the place of the next node: the key that waits in the open mapping, or the next index of the list."""
    if not reading.frames:
        return ""
    frame = reading.frames[-1]
    step = frame.key if frame.mapping else str(frame.index)
    frame.index += 1
    frame.key = None if step is not None else ""  # A key that is a collection: its value comes next.
    return f"{frame.path}/{(step or '')[:100].replace('~', '~0').replace('/', '~1')}"[:PATH_CHARACTERS]


def _plain(reading: _Reading, value: str, line: int) -> None:
    if not reading.frames:
        return
    frame = reading.frames[-1]
    if frame.mapping and frame.key is None:
        frame.key = value
        return
    key = frame.key or ""
    path = _path(reading)
    if len(path) < PATH_CHARACTERS and len(reading.values) < PLAIN_VALUES:
        reading.values[path] = value
    if frame.mapping and (key in KEYS or len(frame.plain) < 20):  # noqa: PLR2004 - more are not shown
        if key in KEYS and key in frame.plain:
            _note(reading, frame, key)
        frame.plain[key] = value
        frame.lines[key] = line


def _close(reading: _Reading, frame: _Frame) -> None:
    for key in KEYS:
        if key in frame.plain:
            _note(reading, frame, key)


def _note(reading: _Reading, frame: _Frame, key: str) -> None:
    """Keep a target until the text ends, when interpolations can be resolved. Keys given twice count twice."""
    if len(reading.pending) >= TARGETS:
        reading.full = True
        return
    reading.pending.append((frame.path, key, frame.plain[key], frame.lines[key], frame.plain))


def _targets(reading: _Reading) -> Iterator[ConfigTarget]:
    for path, key, value, line, beside in reading.pending:
        where = Location(path=reading.artifact.path, line=line, pointer=f"{path}/{key}")
        found = target(where, "yaml", key, value, beside, lambda at: reading.values.get("/" + at.replace(".", "/")))
        if found is not None:
            yield found


def _tag(reading: _Reading, event: Any) -> None:  # noqa: ANN401 - PyYAML's events carry no types
    tag = event.tag
    if not tag or tag == "!":
        return
    kind, dotted = "", ""
    if tag.startswith(_PYTHON):
        word, _, dotted = tag.removeprefix(_PYTHON).rpartition(":")
        kind = _KINDS.get(word, "")
        # PyYAML takes the name from the suffix alone; `object/apply:os.system` has it after the colon.
    elif tag.startswith(_FOREIGN):
        kind, dotted = "foreign", tag
    if not kind:
        return
    known = reading.tags.get(tag)
    if known is not None:
        reading.tags[tag] = replace(known, count=known.count + 1)
    elif len(reading.tags) < TAGS:
        reading.tags[tag] = _python(reading, kind, dotted, event.start_mark.line + 1)
    else:
        reading.full = True


def _python(reading: _Reading, kind: str, dotted: str, line: int) -> YamlTag:
    plain = dotted if "." in dotted or kind in ("module", "foreign") else f"builtins.{dotted}"
    module, _, name = plain.rpartition(".")
    if kind in ("module", "foreign"):
        module, name = plain, ""
    return YamlTag(
        where=Location(path=reading.artifact.path, line=line),
        kind=kind,
        target=cut(plain),
        module=cut(module),
        package=cut(plain.partition(".")[0]),
        tails=tails(module, name),
        count=1,
    )
