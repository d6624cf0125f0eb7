"""From a Core ML specification or manifest to facts: one walk over the messages that matter."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from scanner.artifact import Artifact
from scanner.facts import Fact, LimitReached
from scanner.facts.coreml import CoremlClass, CoremlModel, CoremlPath
from scanner.facts.metadata import MetadataEntry
from scanner.format import MalformedError
from scanner.json_text import parse
from scanner.limits import Limits
from scanner.marks import marks_of
from scanner.members import leads
from scanner.protobuf import BYTES, Field, Wire

SHOWN = 200
DEPTH = 100
"""Messages inside messages; 100 is the limit of Google's own parsers."""

TEXTS = 5000

# https://github.com/apple/coremltools/tree/main/mlmodel/format: Model, NeuralNetwork, MIL, LinkedModel, CustomModel.
_MESSAGES: dict[str, dict[int, str]] = {
    "model": {
        2: "description", 200: "wrapped", 201: "wrapped", 202: "pipeline", 303: "network", 403: "network",
        500: "network", 502: "program", 555: "custom-model", 556: "linked",
    },
    "description": {1: "feature", 10: "feature", 100: "metadata"},
    "feature": {1: "text", 2: "text"},
    "metadata": {1: "text", 2: "text", 3: "text", 4: "text", 100: "entry"},
    "entry": {1: "text", 2: "text"},
    "wrapped": {1: "pipeline"},
    "pipeline": {1: "model", 2: "text"},
    "network": {1: "layer"},
    "layer": {1: "text", 500: "custom-layer", 605: "branch", 615: "loop"},
    "branch": {1: "network", 2: "network"},
    "loop": {3: "network", 4: "network"},
    "custom-layer": {10: "class-layer", 30: "parameter", 40: "text"},
    "custom-model": {1: "class-model", 10: "parameter", 20: "text"},
    "parameter": {1: "text", 2: "parameter-value"},
    "parameter-value": {20: "text"},
    "linked": {1: "linked-file"},
    "linked-file": {1: "linked-name", 2: "linked-name"},
    "linked-name": {1: "path-linked-model"},
    "program": {2: "function-entry", 3: "text"},
    "function-entry": {2: "function"},
    "function": {3: "block-entry"},
    "block-entry": {2: "block"},
    "block": {3: "operation"},
    "operation": {1: "operator", 2: "input-entry", 4: "block", 5: "value-entry"},
    "input-entry": {2: "argument"},
    "argument": {1: "binding"},
    "binding": {2: "value"},
    "value-entry": {2: "value"},
    "value": {5: "blob"},
    "blob": {1: "path-weights"},
}  # fmt: skip
_KINDS = {
    200: "pipelineClassifier", 201: "pipelineRegressor", 202: "pipeline", 300: "glmRegressor",
    301: "supportVectorRegressor", 302: "treeEnsembleRegressor", 303: "neuralNetworkRegressor",
    304: "bayesianProbitRegressor", 400: "glmClassifier", 401: "supportVectorClassifier",
    402: "treeEnsembleClassifier", 403: "neuralNetworkClassifier", 404: "kNearestNeighborsClassifier",
    500: "neuralNetwork", 501: "itemSimilarityRecommender", 502: "mlProgram", 555: "customModel", 556: "linkedModel",
    600: "oneHotEncoder", 601: "imputer", 602: "featureVectorizer", 603: "dictVectorizer", 604: "scaler",
    606: "categoricalMapping", 607: "normalizer", 609: "arrayFeatureExtractor", 610: "nonMaximumSuppression",
    900: "identity", 2000: "textClassifier", 2001: "wordTagger", 2002: "visionFeaturePrint",
    2003: "soundAnalysisPreprocessing", 2004: "gazetteer", 2005: "wordEmbedding", 2006: "audioFeaturePrint",
    3000: "serializedModel",
}  # fmt: skip
_FOLDER = "@model_path/"


@dataclass(slots=True)
class _Found:
    """What the walk gathers."""

    version: int = -1
    kinds: dict[str, None] = field(default_factory=dict)
    layers: int = 0
    messages: int = 0
    classes: Counter[tuple[str, str]] = field(default_factory=Counter)
    paths: Counter[tuple[str, str]] = field(default_factory=Counter)
    blobs: Counter[tuple[str, int]] = field(default_factory=Counter)
    texts: list[tuple[str, str, int]] = field(default_factory=list)


def facts(artifact: Artifact, limits: Limits) -> Iterator[Fact]:
    """Yield the facts of a model or manifest; see `Format.read`."""
    with artifact.open() as stream:
        if stream.read(64).lstrip()[:1] == b"{":
            yield from _manifest(artifact, limits)
            return
        wire = Wire(stream, artifact.size)
        found = _Found()
        complete = _walk(wire, artifact.size, found, limits.entries)
    if found.version < 0 and not found.kinds:
        message = "no specification: it has neither a version nor a model"
        raise MalformedError(message, 0)
    yield from _stated(artifact, found)
    if not complete:
        yield LimitReached(where=artifact.at(), limit="entries", bound=limits.entries, unit="messages")


def _walk(wire: Wire, size: int, found: _Found, bound: int) -> bool:
    """Visit the messages of the table without recursion; say whether all were seen."""
    pending = [("model", 0, size, 0)]
    while pending:
        name, start, end, depth = pending.pop()
        known = _MESSAGES[name]
        for one in wire.fields(start, end):
            if name == "model":
                _model(found, one.number, one.value)
            kind = known.get(one.number)
            if kind is None or one.wire != BYTES:
                continue
            found.messages += 1
            if found.messages > bound:
                return False
            if kind in _MESSAGES:
                if depth >= DEPTH:
                    message = f"messages nest deeper than {DEPTH}"
                    raise MalformedError(message, one.start)
                _count(wire, kind, one, found)
                pending.append((kind, one.start, one.end, depth + 1))
            else:
                _leaf(found, kind, name, wire.text(one, SHOWN * 20), one.start)
    return True


def _count(wire: Wire, kind: str, blob: Field, found: _Found) -> None:
    """Count layers, and reads of one place in the weights (MIL.proto, BlobFileValue: fileName 1, offset 2)."""
    found.layers += kind in ("layer", "operation")
    if kind != "blob":
        return
    path, offset = "", 0
    for one in wire.fields(blob.start, blob.end):
        if one.number == 1 and one.wire == BYTES:
            path = wire.text(one, SHOWN)
        elif one.number == 2:  # noqa: PLR2004 - offset
            offset = one.value
    found.blobs[path, offset] += 1


def _model(found: _Found, number: int, value: int) -> None:
    if number == 1 and found.version < 0:
        found.version = min(value, 1 << 31)
    elif number in _KINDS:
        found.kinds[_KINDS[number]] = None


def _leaf(found: _Found, kind: str, name: str, text: str, start: int) -> None:
    if kind.startswith("class-"):
        found.classes[kind.removeprefix("class-"), text[:SHOWN]] += 1
    elif kind == "operator":
        if text.startswith("custom"):
            found.classes["operator", text[:SHOWN]] += 1
    elif kind.startswith("path-"):
        found.paths[kind.removeprefix("path-"), text[:SHOWN]] += 1
    elif len(found.texts) < TEXTS and marks_of(text):
        found.texts.append((name, text, start))


def _stated(artifact: Artifact, found: _Found) -> Iterator[Fact]:
    for (kind, name), count in found.classes.items():
        yield CoremlClass(where=artifact.at(), kind=kind, name=name, count=count)
    reads: dict[str, int] = {}
    for (path, _), count in found.blobs.items():
        reads[path] = max(reads.get(path, 0), count)
    for (kind, value), count in found.paths.items():
        yield _path(artifact, kind, value, count, reads.get(value, 0) if kind == "weights" else 0)
    for place, text, start in found.texts:
        yield MetadataEntry(
            where=artifact.at(start, len(text)), format="coreml",
            place="metadata" if place in ("metadata", "entry") else "doc", key=place, kind="text",
            value=text[:SHOWN], size=len(text), marks=marks_of(text),
        )  # fmt: skip
    yield CoremlModel(where=artifact.at(), version=found.version, kinds=tuple(found.kinds), layers=found.layers)


def _path(artifact: Artifact, kind: str, value: str, count: int, reads: int = 0) -> CoremlPath:
    how = "url" if "://" in value[:32] else leads(value.removeprefix(_FOLDER))
    return CoremlPath(where=artifact.at(), kind=kind, value=value, how=how, count=count, reads=reads)


def _manifest(artifact: Artifact, limits: Limits) -> Iterator[Fact]:
    if artifact.size > limits.text_nbytes:
        yield LimitReached(where=artifact.at(), limit="manifest", bound=limits.text_nbytes, unit="bytes")
        return
    with artifact.open() as stream:
        document = parse(stream.read(artifact.size))
    entries = document.get("itemInfoEntries") if isinstance(document, dict) else None
    for item in entries.values() if isinstance(entries, dict) else ():
        value = item.get("path") if isinstance(item, dict) else None
        if isinstance(value, str):
            yield _path(artifact, "item", value[:SHOWN], 1)
