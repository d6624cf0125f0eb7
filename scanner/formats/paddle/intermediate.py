"""From a program in JSON to facts: regions of blocks of operators (PIR, the form of PaddlePaddle 3)."""

from collections.abc import Iterator

from scanner.artifact import Artifact, Location
from scanner.facts import Fact, LimitReached
from scanner.format import MalformedError
from scanner.formats.paddle.found import SHOWN_CHARACTERS, Program
from scanner.formats.paddle.operators import CUSTOM, DIALECTS, PATH, REACHES
from scanner.json_text import parse, walk
from scanner.limits import Limits

_PARAMETER = "p"
"""A parameter, the operator that is written most, has a name without a set."""


def facts(artifact: Artifact, limits: Limits) -> Iterator[Fact]:
    """Yield the facts of a program; see `Format.read`."""
    if artifact.size > limits.header_nbytes:
        yield LimitReached(where=artifact.at(), limit="program", bound=limits.header_nbytes, unit="bytes")
        return
    with artifact.open() as stream:
        document = parse(stream.read(artifact.size))
    if not isinstance(document, dict) or not isinstance(document.get("program"), dict):
        message = "no program: there are no regions"
        raise MalformedError(message, 0)
    program = Program(version=_version(document.get("base_code")))
    for node in walk(document["program"]):
        value = node.value
        if not isinstance(value, dict):
            continue
        program.blocks += isinstance(value.get("ops"), list)
        name = value.get("#")
        if isinstance(name, str) and "A" in value and "O" in value:
            where = Location(path=artifact.path, pointer=f"/program{node.pointer}")
            if program.nodes >= limits.entries:
                yield LimitReached(where=where, limit="entries", bound=limits.entries, unit="operators")
                return
            _operator(program, name, value, where)
    yield from program.facts(artifact)


def _version(base: object) -> int:
    version = base.get("version") if isinstance(base, dict) else None
    return version if type(version) is int and 0 <= version < 1 << 31 else 0


def _operator(program: Program, name: str, value: dict[str, object], where: Location) -> None:
    """Take an operator: its set is a number or a word before the dot; one that works in place ends in "_"."""
    if name == _PARAMETER:
        program.add("parameter", where)
        return
    head, _, operator = name.partition(".")
    dialect = DIALECTS.get(head, head)
    plain = operator.rstrip("_")
    if dialect == CUSTOM:
        program.add(f"{CUSTOM}.{operator}"[:SHOWN_CHARACTERS], where, reaches="library")
    elif "py_func" in head:
        program.add("py_func", where)
    else:
        path = _path(value["A"]) if REACHES.get(plain) in ("file", "output") else ""
        program.add(plain[:SHOWN_CHARACTERS], where, path=path)


def _path(attributes: object) -> str:
    """Find the text of the attribute that names a file: {"N": name, "AT": {"#": type, "D": value}}."""
    for one in attributes if isinstance(attributes, list) else ():
        if isinstance(one, dict) and one.get("N") == PATH:
            held = one.get("AT")
            text = held.get("D") if isinstance(held, dict) else None
            return text if isinstance(text, str) else ""
    return ""
