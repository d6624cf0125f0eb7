"""From commands, images and variables to facts: what every carrier of them states in the same way."""

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from scanner.artifact import Location
from scanner.commands.act import Act
from scanner.commands.acts import acts
from scanner.commands.faults import fault, pinned
from scanner.commands.images import image, served
from scanner.commands.lines import of_lines
from scanner.commands.programs import SHELLS, program
from scanner.commands.secrets import shape
from scanner.commands.serving import Option, of_variable, of_words
from scanner.commands.shell import commands
from scanner.facts import Fact
from scanner.facts.deploy import CommandActs, ImageUsed, SecretGiven, ServerFault, ServingOption
from scanner.pattern import pattern

DEPTH = 3
"""Shells that start shells."""

_SERVING = pattern(
    r"(?i)trust.remote.code|allow.pickle|safe.unpickle|custom.logit|insecure|token|weights.only|password|"
    r"dashboard.host|"
    r"mlflow|dockerd|--auth|media-path|ollama_|webui_auth|langflow_auto|=="
)
_ASSIGNED = pattern(r"^([A-Za-z_]\w*)=(.*)$")


# Whose lines are commands and nothing else, and who may be read by no reader of POSIX's grammar.
_PLAIN = frozenset({"script", "batch", "powershell", "notebook", "hook", "husky", "envrc"})
GRAVE = frozenset({"fetch-run", "decode-run", "remote-shell", "sends-secrets"})


def commands_told(text: str, where: Location, carrier: str, when: str, *, lines: bool = False) -> Iterator[Fact]:
    """Yield what the commands of a text do and switch on. `lines`: a line of the text is a line of the file."""
    yield from acts_told(text, where, carrier, when, lines=lines)
    if _SERVING.search(text):
        yield from _served(text, _Told(where, carrier, when, lines and bool(where.line)), 0)


def acts_told(text: str, where: Location, carrier: str, when: str, *, lines: bool = False) -> Iterator[CommandActs]:
    """Yield what the commands of a text do; `lines` as in `commands_told`."""
    told = _Told(where, carrier, when, lines)
    for act in _acts(text, carrier):
        yield CommandActs(
            where=told.at(act.line),
            carrier=carrier,
            when=when,
            act=act.act,
            via=act.via,
            source=act.source,
            detail=act.detail,
            checked=act.checked,
            clear=act.clear,
        )


def _acts(text: str, carrier: str) -> Iterator[Act]:
    """Yield the acts of a text, each once: what the grammar tells first, then what single lines tell beside it."""
    seen: set[tuple[str, int]] = set()
    files = False
    for act in acts(text):
        seen.add((act.act, act.line))
        files |= act.act == "fetch-run" and act.via == "file"
        yield act
    dialect = carrier if carrier in {"batch", "powershell"} else "sh"
    for act, last in of_lines(text, dialect, whole=carrier in _PLAIN):
        again = files and act.act == "fetch-run" and act.via == "file"
        if not again and not any((act.act, line) in seen for line in range(act.line, last + 1)):
            yield act


def grave(text: str, carrier: str) -> tuple[str, ...]:
    """Return, sorted, those acts of a text that are told as such wherever they run: `GRAVE`, with nothing compared."""
    return tuple(sorted({act.act for act in _acts(text, carrier) if act.act in GRAVE and not act.checked}))


def option_told(found: Option, where: Location, carrier: str, when: str) -> ServingOption:
    """State an option."""
    return ServingOption(where=where, carrier=carrier, when=when, effect=found.effect, option=found.written)


def variable_told(name: str, value: str, where: Location, carrier: str, place: str) -> Iterator[Fact]:
    """Yield what a variable switches on, and whether it is a secret."""
    for found in of_variable(name, value):
        yield option_told(found, where, carrier, "start")
    held = shape(name, value)
    if held:
        yield SecretGiven(where=where, carrier=carrier, name=name[:80], place=place, shape=held[0], kind=held[1])


def image_told(reference: str, where: Location, carrier: str) -> Iterator[Fact]:
    """Yield where an image comes from, and what is known of what it holds."""
    found = image(reference)
    yield ImageUsed(
        where=where,
        carrier=carrier,
        registry=found.registry,
        name=found.name,
        tag=found.tag,
        digest=found.digest,
        variable=found.variable,
    )
    package, version = served(found)
    yield from _fault_told(package, version, where, carrier, "image")


class _Told(NamedTuple):
    """Where a text stands, who carries it, when it runs, whether its lines are those of the file."""

    where: Location
    carrier: str
    when: str
    lines: bool

    def at(self, line: int) -> Location:
        if not self.lines or self.where.line is None:
            return self.where
        return Location(path=self.where.path, line=self.where.line + line, pointer=self.where.pointer)


def _served(text: str, told: _Told, depth: int, line: int = 0) -> Iterator[Fact]:
    for command in commands(text):
        where = told.at(line + command.line)
        name, arguments = program(command.words)
        for found in (*_assigned(command.words), *of_words(name, arguments)):
            yield option_told(found, where, told.carrier, told.when)
        if name in {"pip", "uv", "pipx"}:
            for package, version in pinned(arguments):
                yield from _fault_told(package, version, where, told.carrier, "install")
        if name in SHELLS and depth < DEPTH:
            inner = next((b for a, b in pairwise(arguments) if a.startswith("-") and a.endswith("c")), "")
            if inner:
                yield from _served(inner, told, depth + 1, line + command.line)


def _assigned(words: tuple[str, ...]) -> Iterator[Option]:
    """Yield what the variables before a command switch on."""
    for word in words:
        assigned = _ASSIGNED.match(word)
        if assigned is None and word not in {"export", "env"}:
            return
        if assigned:
            yield from of_variable(assigned[1], assigned[2])


def _fault_told(package: str, version: str, where: Location, carrier: str, via: str) -> Iterator[Fact]:
    known = fault(package, version) if package else None
    if known:
        yield ServerFault(
            where=where,
            carrier=carrier,
            package=package,
            version=version,
            fixed=known.fixed,
            advisory=known.advisory,
            via=via,
        )
