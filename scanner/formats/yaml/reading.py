"""From YAML documents to leaves, targets and tags, in one pass over the parser's events."""

from collections.abc import Iterator
from dataclasses import dataclass

from scanner.artifact import Artifact, Location
from scanner.facts import Fact, LimitReached, Malformed
from scanner.facts.config import ConfigTarget
from scanner.facts.document import DocumentOddity
from scanner.formats.document.leaves import DEEP
from scanner.formats.document.parts import parts
from scanner.formats.document.twice import twice
from scanner.formats.hydra.targets import KEYS, TARGETS, target
from scanner.formats.yaml import SUFFIXES
from scanner.formats.yaml.aliases import FREE, GROWTH
from scanner.formats.yaml.events import Walk
from scanner.formats.yaml.tags import Tags
from scanner.formats.yaml.template import plain
from scanner.limits import HEAD_NBYTES, Limits
from scanner.unrecognised import unrecognised

DOCUMENT_NBYTES = 8 << 20
"""Largest text that is parsed; configurations are far smaller, and the parser takes microseconds a byte."""

_HINTS = (*(key.encode() for key in KEYS), b"\\", b"\0")
"""Without one of these a text holds no target: a key may be escaped, and the text be UTF-16."""


@dataclass(frozen=True, slots=True)
class _Read:
    """What one pass over a text found, and why it is no YAML."""

    walk: Walk
    tags: Tags
    failure: str | None


def facts(artifact: Artifact, limits: Limits) -> Iterator[Fact]:
    """Yield the leaves, targets and tags of every document of the text; see `Format.read`."""
    bound = min(DOCUMENT_NBYTES, limits.header_nbytes)
    with artifact.open() as stream:
        raw = stream.read(min(artifact.size, bound))
    if artifact.size > bound:
        yield LimitReached(where=artifact.at(), limit="document", bound=bound, unit="bytes")
    read = _parsed(artifact, raw)
    yield from read.tags.found.values()
    told = list(_targets(artifact, read.walk))
    yield from told
    text = plain(raw) if read.failure is not None else None
    if text is not None:
        filled = _parsed(artifact, text)
        if filled.failure is None:
            yield from (tag for name, tag in filled.tags.found.items() if name not in read.tags.found)
            yield from (one for one in _targets(artifact, filled.walk) if one not in told)
            filled.walk.twice.clear()  # Of two choices in a template one is left out.
            read = filled
    if read.tags.full or read.walk.overflow:
        yield LimitReached(where=artifact.at(), limit="targets", bound=TARGETS, unit="names")
    declared = artifact.path.lower().endswith(SUFFIXES)
    shared = not declared and _is_json(raw)
    ours = declared or read.walk.ended or raw.startswith((b"%YAML", b"\xef\xbb\xbf%YAML"))
    if (ours or read.failure is None) and not shared:
        yield from _document(artifact, read.walk)
    if read.failure is not None and artifact.size <= bound:
        yield _broken(artifact, raw, read.failure, ours=ours, declared=declared)


def _parsed(artifact: Artifact, text: bytes | str) -> _Read:
    """Walk the events of a text; keep what was gathered until it broke."""
    import yaml

    tags = Tags(artifact)
    walk = Walk(tags.take, targets=isinstance(text, str) or any(hint in text for hint in _HINTS))
    try:
        walk.run(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f" at line {mark.line + 1}" if mark is not None else ""
        return _Read(walk, tags, f"no YAML: {error.problem or error.context}{place}"[:200])
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        return _Read(walk, tags, f"no YAML: {' '.join(str(error).split())}"[:200])
    return _Read(walk, tags, None)


def _is_json(raw: bytes) -> bool:
    """Say whether the reader of documents lists the leaves of a text: JSON may hold what only YAML was said to."""
    if raw.lstrip()[:1] not in (b"{", b"["):
        return False
    from scanner.format import MalformedError
    from scanner.formats.document.parse import Linewise, parse, text_of

    try:
        parse(text_of(raw))
    except (Linewise, MalformedError):
        return False
    return True


def _broken(artifact: Artifact, raw: bytes, failure: str, *, ours: bool, declared: bool) -> Fact:
    """Say that a text broke; one that neither its name nor a document makes YAML merely shows some."""
    if ours:
        return Malformed(where=artifact.at(0), format="yaml", reason=failure, declared=declared)
    return unrecognised(artifact, raw[:HEAD_NBYTES])


def _document(artifact: Artifact, walk: Walk) -> Iterator[Fact]:
    """Yield the leaves, then what loaders may read differently."""
    if walk.pointers:
        yield from parts(artifact, "yaml", walk.pointers, walk.kinds, walk.values, walk.lines)
    for pointer, line, shown, times in walk.twice:
        yield twice(Location(path=artifact.path, line=line, pointer=pointer), "yaml", shown, times)
    repeats = walk.aliases
    if repeats.cycles:
        pointer, line = repeats.cycles[0]
        yield _oddity(artifact, "anchor-cycle", pointer, "", len(repeats.cycles), line)
    stands = repeats.copied + repeats.unlisted
    written = max(1, len(walk.pointers) - repeats.copied)
    if stands > max(FREE, GROWTH * written):
        yield _oddity(artifact, "alias-growth", "", f"{written} leaves stand for {stands + written}", stands // written)
    if walk.depth > DEEP:
        yield _oddity(artifact, "deep", "", f"{walk.depth} levels", walk.depth)
    if walk.full:
        yield _oddity(artifact, "unlisted", "", f"more than {len(walk.pointers)} leaves", 1)


def _oddity(  # noqa: PLR0913, PLR0917 - the fields of the fact
    artifact: Artifact, kind: str, key: str, detail: str, counted: int, line: int | None = None
) -> DocumentOddity:
    where = Location(path=artifact.path, line=line, pointer=key or None)
    return DocumentOddity(where=where, format="yaml", kind=kind, key=key, detail=detail, counted=counted)


def _targets(artifact: Artifact, walk: Walk) -> Iterator[ConfigTarget]:
    if not walk.noted:
        return
    values = dict(zip(walk.pointers, walk.values, strict=True))
    for pointer, key, value, line, beside in walk.noted:
        where = Location(path=artifact.path, line=line, pointer=f"{pointer}/{key}")
        first = pointer.partition("/")[2].partition("/")[0]
        document = f"/{first}/" if first.startswith("---") else "/"
        arguments = {name: text for name, (text, _) in beside.items()}

        def look(at: str, document: str = document) -> str | None:
            return values.get(document + at.replace(".", "/"))

        found = target(where, "yaml", key, value, arguments, look)
        if found is not None:
            yield found
