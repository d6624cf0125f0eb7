"""config.cfg of a pipeline: sections with dotted names, values in JSON, `${section.key}` for another value."""

import json
import re
from collections.abc import Iterator

from scanner.artifact import Artifact, Location
from scanner.facts import Fact, LimitReached
from scanner.facts.spacy import SpacyFunction, SpacyPath, SpacyPipeline
from scanner.members import leads

LINES = 100_000
NAMES = 2000
CHARACTERS = 300

_SECTION = re.compile(r"\[([^\]\n]{1,300})\]\s*$")
_REFERENCE = re.compile(r"\$\{([\w.-]{1,200})(?::([\w.-]{1,200}))?\}")
_PATHS = ("source", "path")
_BUILT = ("nlp", "components")
"""Sections that are resolved whenever the pipeline is loaded; those of training are not."""

_PARTS = 3


def config(artifact: Artifact, text: str) -> Iterator[Fact]:
    """Yield the pipeline of a configuration, the functions it looks up and the paths it opens."""
    values: dict[str, str] = {}
    lines: dict[str, int] = {}
    for number, name, value in _values(text):
        values[name], lines[name] = value, number
    if text.count("\n") > LINES:
        yield LimitReached(where=artifact.at(), limit="lines", bound=LINES, unit="lines")
    yield SpacyPipeline(
        where=artifact.at(0),
        language=_plain(values.get("nlp.lang", ""))[:CHARACTERS],
        name="",
        version="",
        spacy="",
        pipeline=_list(values.get("nlp.pipeline", "")),
    )
    told: dict[tuple[str, str], None] = {}
    for name in values:
        for fact in _line(artifact, name, values, lines[name]):
            key_ = (type(fact).__name__, fact.name if isinstance(fact, SpacyFunction) else name)
            if key_ in told:
                continue
            told[key_] = None
            if len(told) > NAMES:
                yield LimitReached(where=artifact.at(), limit="names", bound=NAMES, unit="names")
                return
            yield fact


def _values(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield each value with its line and its name, the section before it."""
    section = ""
    for number, line in zip(range(1, LINES + 1), text.splitlines(), strict=False):
        opened = _SECTION.match(line)
        key, equals, value = line.partition("=")
        if opened is not None:
            section = opened[1]
        elif equals and line[:1] not in "#;" and not line[:1].isspace():
            yield number, f"{section}.{key.strip()}", value.strip()


def _line(artifact: Artifact, name: str, values: dict[str, str], number: int) -> Iterator[SpacyFunction | SpacyPath]:
    section, _, key = name.rpartition(".")
    value = _plain(_resolve(values[name], values))
    where = Location(path=artifact.path, line=number)
    built = section.partition(".")[0] in _BUILT
    if (key[:1] == "@" and value) or (key == "factory" and built):
        parts = value.split(".")
        yield SpacyFunction(
            where=where,
            section=section[:CHARACTERS],
            registry=key.lstrip("@")[:CHARACTERS],
            name=value[:CHARACTERS],
            package=parts[0][:CHARACTERS] if len(parts) >= _PARTS else "",
        )
    elif built and key.endswith(_PATHS):
        how = "url" if "://" in value[:32] else leads(value)
        if how:
            yield SpacyPath(
                where=where, section=section[:CHARACTERS], key=key[:CHARACTERS], target=value[:CHARACTERS], how=how
            )


def _resolve(value: str, values: dict[str, str]) -> str:
    """Follow references to other values, a few times over."""
    for _ in range(4):
        if "${" not in value or len(value) > CHARACTERS:
            break
        value = _REFERENCE.sub(lambda match: _looked(match, values), value)
    return value


def _looked(match: re.Match[str], values: dict[str, str]) -> str:
    name = match[1] if match[2] is None else f"{match[1]}.{match[2]}"
    return values.get(name, match[0])[:CHARACTERS]


def _plain(value: str) -> str:
    """Return the text of a value; what is none, as it stands."""
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'" else value


def _list(value: str) -> tuple[str, ...]:
    try:
        found = json.loads(value[: 10 * CHARACTERS])
    except (ValueError, RecursionError):
        return ()
    names = found if isinstance(found, list) else []
    return tuple(name[:CHARACTERS] for name in names if isinstance(name, str))[:NAMES]
