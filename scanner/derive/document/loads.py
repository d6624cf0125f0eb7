"""Strings of configurations that reach an importer, and what the Python files do that they lead to."""

from collections.abc import Iterable, Iterator, Sequence

from scanner.artifact import Location
from scanner.facts import Fact, LimitReached
from scanner.facts.config import ConfigTarget
from scanner.facts.loader import LoadedSink, LoadsCode
from scanner.facts.mlflow import MlflowLoader
from scanner.settings import Document, Leaf, documents
from scanner.sinks.imports import Act, Acts
from scanner.sinks.places import Places
from scanner.sinks.table import Sink, of, present
from scanner.sinks.values import SHOWN, Case, Reached, reached

PLACES = 500
"""Different things that one document makes a loader import, of which a fact is stated."""

TAILS = 32


def derive(facts: Sequence[Fact]) -> Iterator[Fact]:
    """State each thing that a document of the scan makes a loader import, and what it does at import."""
    places = Places(facts)
    acts = Acts(facts, places)
    for document in documents(facts):
        found = of(document)
        if found:
            yield from _stated(document, found, places, acts)
    if places.python:
        yield from _present(places, acts)
        yield from _named(facts, places, acts)


def _present(places: Places, acts: Acts) -> Iterator[Fact]:
    """State the files that a loader imports because they are there."""
    for sink in present():
        for path in sorted(places.python):
            if f"/{path}".lower().endswith(tuple(f"/{name}" for name in sink.names)):
                leaf = Leaf(path=path, pointer="", kind="t", value="", line=-1)
                fact = _fact(sink, leaf, Reached(origin="repo-file", code=path))
                yield fact
                yield from _acts(fact, acts)


def _named(facts: Sequence[Fact], places: Places, acts: Acts) -> Iterator[LoadedSink]:
    """State what modules do that other readers found named: in an MLmodel, and by tags of YAML.

    MLflow puts the folder `code` of the model on the path of imports.
    """
    for fact in facts:
        if isinstance(fact, MlflowLoader):
            file = f"{fact.module.replace('.', '/')}.py"
            code = places.find(fact.where.path, file, f"code/{file}")
            yield from _told(fact.where, "mlflow-loader", "MLflow", "loader_module", acts.of(code))
        elif isinstance(fact, ConfigTarget) and fact.key.startswith("!"):
            code = places.find(fact.where.path, f"{fact.module.replace('.', '/')}.py")
            loader = "lm-evaluation-harness" if fact.key == "!function" else "HyperPyYAML"
            yield from _told(fact.where, "yaml-tag", loader, fact.key, acts.of(code))


def _stated(document: Document, found: Sequence[Sink], places: Places, acts: Acts) -> Iterator[Fact]:
    told: set[object] = set()
    spoken: set[str] = set()
    for sink in found:
        if sink.reads.endswith("-own") and not places.python:
            continue
        for pointer in sink.pointers(document.outline):
            leaf = document.get(pointer)
            if leaf is None or pointer in spoken:
                continue
            there = reached(Case(sink, leaf, document, places))
            if there is None:
                continue
            spoken.add(pointer)
            nested = sink.nests(leaf.keys)
            same = (sink.via, there.module, there.repository, there.origin, there.missing, nested)
            if same in told:
                continue
            told.add(same)
            if len(told) > PLACES:
                yield LimitReached(where=Location(path=document.path), limit="sinks", bound=PLACES, unit="places")
                return
            fact = _fact(sink, leaf, there, declared=_declared(there, document, places), nested=nested)
            yield fact
            yield from _acts(fact, acts)


def _fact(sink: Sink, leaf: Leaf, there: Reached, *, declared: bool = False, nested: bool = False) -> LoadsCode:
    return LoadsCode(
        where=leaf.at(),
        via=sink.via,
        loader=sink.loader,
        file=leaf.path.rpartition("!")[2].rpartition("/")[2][:SHOWN],
        key=".".join(leaf.keys)[:SHOWN],
        value=leaf.value[:SHOWN],
        module=there.module[:SHOWN],
        attribute=there.attribute[:SHOWN],
        package=there.module.partition(".")[0][:SHOWN],
        tails=_tails(there),
        origin=there.origin,
        repository=there.repository[:SHOWN],
        owner=there.owner[:SHOWN],
        declared=declared,
        allowed=there.allowed,
        nested=nested,
        code=there.code,
        missing=there.missing,
        gated=sink.gated,
    )


def _declared(there: Reached, document: Document, places: Places) -> bool:
    if there.origin != "other-repo":
        return False
    named = places.declared(document)
    return there.repository.lower() in named or there.owner.lower() in named


def _tails(there: Reached) -> tuple[str, ...]:
    dotted = f"{there.module}.{there.attribute}" if there.attribute else there.module
    segments = dotted[:SHOWN].split(".")[-TAILS:] if there.origin in ("stdlib", "unknown", "library") else []
    return tuple(".".join(segments[index:]) for index in range(len(segments)))


def _acts(fact: LoadsCode, acts: Acts) -> Iterator[LoadedSink]:
    return _told(fact.where, fact.via, fact.loader, fact.key, acts.of(fact.code))


def _told(where: Location, via: str, loader: str, key: str, found: Iterable[Act]) -> Iterator[LoadedSink]:
    for act in found:
        yield LoadedSink(
            where=where,
            via=via,
            loader=loader,
            key=key,
            code=act.code,
            call=act.call[:SHOWN],
            group=act.group,
            at=act.at,
            code_line=act.line,
            constant=act.constant,
        )
