"""From a PMML document to facts, in one pass over its elements."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from scanner.artifact import Artifact, Location
from scanner.facts import Fact, LimitReached
from scanner.facts.metadata import MetadataEntry
from scanner.facts.xml import PmmlFunction, PmmlModel
from scanner.formats.openvino.reading import declaration
from scanner.limits import Limits
from scanner.marks import marks_of
from scanner.xml_text import Declared, End, Start, events

SHOWN = 200
KEPT = 5000

# https://dmg.org/pmml/v4-4-1/BuiltinFunctions.html
_BUILTIN = frozenset((
    "+", "-", "*", "/", "min", "max", "sum", "avg", "median", "product", "log10", "ln", "sqrt", "abs", "exp", "pow",
    "threshold", "floor", "ceil", "round", "rint", "modulo", "expm1", "hypot", "ln1p", "sin", "asin", "sinh", "cos",
    "acos", "cosh", "tan", "atan", "tanh", "isMissing", "isNotMissing", "isValid", "isNotValid", "equal", "notEqual",
    "lessThan", "lessOrEqual", "greaterThan", "greaterOrEqual", "isIn", "isNotIn", "and", "or", "not", "if",
    "uppercase", "lowercase", "stringLength", "substring", "trimBlanks", "concat", "replace", "matches",
    "formatNumber", "formatDatetime", "dateDaysSinceYear", "dateSecondsSinceYear", "dateSecondsSinceMidnight",
    "normalCDF", "normalPDF", "stdNormalCDF", "stdNormalPDF", "normalIDF", "stdNormalIDF", "erf",
))  # fmt: skip
_KEPT_MARKS = frozenset(("code", "shebang", "bidi", "invisible"))


@dataclass(slots=True)
class _Model:
    """What one document adds up to."""

    path: str
    version: str = ""
    application: str = ""
    models: list[str] = field(default_factory=list)
    extensions: int = 0
    applied: Counter[str] = field(default_factory=Counter)
    defined: set[str] = field(default_factory=set)
    told: int = 0

    def at(self, line: int) -> Location:
        """Name a line of the document."""
        return Location(path=self.path, line=line)


def facts(artifact: Artifact, limits: Limits) -> Iterator[Fact]:
    """Yield the facts of a document; see `Format.read`."""
    if artifact.size > limits.header_nbytes:
        yield LimitReached(where=artifact.at(), limit="header", bound=limits.header_nbytes, unit="bytes")
        return
    model = _Model(artifact.path)
    for event in events(artifact):
        if isinstance(event, Declared):
            yield from declaration(model.at(event.line), "pmml", event)
            continue
        found = _start(model, event) if isinstance(event, Start) else _end(model, event)
        for fact in found:
            model.told += 1
            if model.told <= KEPT:
                yield fact
    if model.told > KEPT:
        yield LimitReached(where=artifact.at(), limit="texts", bound=KEPT, unit="texts")
    yield from _applied(model, artifact)
    yield PmmlModel(
        where=artifact.at(), version=model.version, application=model.application, models=tuple(model.models[:20]),
        extensions=model.extensions,
    )  # fmt: skip


def _applied(model: _Model, artifact: Artifact) -> Iterator[PmmlFunction]:
    for name, count in model.applied.most_common(KEPT):
        if name not in _BUILTIN and name not in model.defined:
            yield PmmlFunction(
                where=artifact.at(), name=name[:SHOWN], package=name.partition(".")[0][:SHOWN] if "." in name else "",
                count=count,
            )  # fmt: skip


def _start(model: _Model, event: Start) -> Iterator[Fact]:
    attributes = event.attributes
    if event.name == "PMML":
        model.version = attributes.get("version", "")[:SHOWN]
    elif event.name == "Application":
        model.application = attributes.get("name", "")[:SHOWN]
    elif event.name == "Extension":
        model.extensions += 1
    elif event.name.endswith(("Model", "Network", "Scorecard")) and event.depth == 1:
        model.models.append(event.name[:SHOWN])
    elif event.name == "Apply":
        model.applied[attributes.get("function", "")] += 1
    elif event.name == "DefineFunction":
        model.defined.add(attributes.get("name", ""))
    for key, value in attributes.items():
        yield from _text(model, event.line, f"{event.name}/{key}", value)


def _end(model: _Model, event: End) -> Iterator[Fact]:
    yield from _text(model, event.line, event.name, event.text)


def _text(model: _Model, line: int, key: str, value: str) -> Iterator[Fact]:
    if (len(value) < 4 and value.isascii()) or key.startswith("PMML/xmlns"):  # noqa: PLR2004 - nothing that short holds code
        return
    marks = marks_of(value)
    address = "url" in marks and key.startswith("Extension")
    if address or any(mark in _KEPT_MARKS or mark.startswith("encoded-") for mark in marks):
        yield MetadataEntry(
            where=model.at(line), format="pmml", place="metadata" if key.startswith("Extension") else "attribute",
            key=key[:SHOWN], kind="text", value=value[:SHOWN], size=len(value), marks=marks,
        )  # fmt: skip
