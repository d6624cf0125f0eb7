"""A rule's own tests: its examples as facts, its samples as bytes, and what they should be graded."""

import base64
import binascii
import io
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields
from functools import partial

from scanner import derive, formats, reader
from scanner.artifact import Artifact, Location
from scanner.engine import Judge
from scanner.facts import Fact
from scanner.fields import Kind, fits, kinds
from scanner.finding import SEVERITIES, Severity
from scanner.limits import DEFAULT

EMPTY: Mapping[Kind, object] = {"text": "", "number": 0, "flag": False, "texts": (), "numbers": ()}

PLACE = tuple(field.name for field in fields(Location))


class ExampleError(Exception):
    """An example is no fact, or a sample no bytes; the text says why."""


def build(cls: type[Fact], partial_fields: Mapping[str, object]) -> Fact:
    """Build a fact from some of its fields and of its place's.

    What is left out takes its default, or is empty, 0 or false. Raises `ExampleError`.
    """
    known = kinds(cls)
    for name, value in partial_fields.items():
        if name not in known:
            message = f"{cls.__name__} has no field `{name}`; it has {', '.join(known)}"
            raise ExampleError(message)
        if not fits(value, known[name]):
            message = f"`{name}` holds {known[name]}, not {value!r}"
            raise ExampleError(message)
    given = {name: tuple(value) if isinstance(value, list) else value for name, value in partial_fields.items()}
    place: dict[str, object] = {"path": "", **{name: given.pop(name) for name in PLACE if name in given}}
    empty = {
        field.name: EMPTY[known[field.name]]
        for field in fields(cls)
        if field.name in known and field.default is MISSING
    }
    values: dict[str, object] = {**empty, **given, "where": Location(**place)}  # type: ignore[arg-type]
    return cls(**values)  # type: ignore[arg-type]


def run(judge: Judge, cls: type[Fact]) -> Iterator[str]:
    """Say in one sentence each which examples of a rule do not hold."""
    examples = judge.rule.examples
    for number, example in enumerate(examples.flags, 1):
        given = {name: value for name, value in example.items() if name != "is"}
        yield from _check(f"examples.flags[{number}]", partial(_grade, judge, cls, given), example.get("is"), flag=True)
    for number, example in enumerate(examples.ignores, 1):
        yield from _check(f"examples.ignores[{number}]", partial(_grade, judge, cls, example), None, flag=False)


def run_samples(judge: Judge) -> Iterator[str]:
    """Say in one sentence each which samples of a rule do not hold, read by the real readers."""
    samples = judge.rule.samples
    for number, sample in enumerate(samples.flags, 1):
        yield from _check(f"samples.flags[{number}]", partial(_highest, judge, sample), sample.get("is"), flag=True)
    for number, sample in enumerate(samples.ignores, 1):
        yield from _check(f"samples.ignores[{number}]", partial(_highest, judge, sample), None, flag=False)


def _check(name: str, grade: "partial[Severity | None]", wanted: object, *, flag: bool) -> Iterator[str]:
    try:
        severity = grade()
    except ExampleError as error:
        yield f"{name}: {error}"
        return
    if not flag and severity is not None:
        yield f"{name} is flagged as {severity}"
    elif flag and severity is None:
        yield f"{name} is not flagged"
    elif flag and wanted not in (None, severity):
        yield f"{name} is {severity}, not {wanted}"


def _grade(judge: Judge, cls: type[Fact], given: Mapping[str, object]) -> Severity | None:
    grade = judge.grade(build(cls, given))
    return grade[0] if grade else None


def _highest(judge: Judge, sample: Mapping[str, object]) -> Severity | None:
    grades = (judge.grade(fact) for fact in _facts(sample) if type(fact).__name__ == judge.rule.fact)
    return max((grade[0] for grade in grades if grade), key=SEVERITIES.index, default=None)


def _facts(sample: Mapping[str, object]) -> list[Fact]:
    """Read a sample as a scan would: every reader, then every join."""
    content = sample_bytes(sample)
    artifact = Artifact(path=str(sample["file"]), size=len(content), open=partial(io.BytesIO, content))
    facts = list(reader.read(artifact, formats.discover(), DEFAULT))
    for join in derive.discover(facts):
        facts.extend(join(facts))
    return facts


def sample_bytes(sample: Mapping[str, object]) -> bytes:
    """Return a sample's bytes: its `text` in UTF-8, or `hex` or `base64` decoded. Raises `ExampleError`."""
    encodings = [name for name in ("text", "hex", "base64") if name in sample]
    if len(encodings) != 1 or set(sample) - {"file", "is", *encodings} or not sample.get("file"):
        message = "a sample is `file` (its name) and one of `text`, `hex`, `base64`"
        raise ExampleError(message)
    value = str(sample[encodings[0]])
    try:
        match encodings[0]:
            case "text":
                return value.encode("utf-8")
            case "hex":
                return bytes.fromhex(value)
            case _:
                return base64.b64decode("".join(value.split()), validate=True)
    except (ValueError, binascii.Error) as error:
        message = f"`{encodings[0]}` does not decode"
        raise ExampleError(message) from error
