"""From an XGBoost model to facts, whichever way it is written."""

import struct
from collections.abc import Iterator, Sequence

from scanner.artifact import Artifact, Location
from scanner.facts import Fact, LimitReached
from scanner.facts.metadata import MetadataEntry
from scanner.facts.tree import TreeModel, TreeReference
from scanner.format import MalformedError
from scanner.formats.xgboost.trees import check, integers, number
from scanner.formats.xgboost.ubjson import parse as ubjson
from scanner.json_text import parse as json
from scanner.limits import Limits
from scanner.marks import marks_of

SHOWN = 200
BROKEN = 1000
TEXTS = 100_000

# dmlc::parameter of src/learner.cc up to 3.0: base_score, num_feature, num_class, flags, version, reserved words
_PARAMETERS = struct.Struct("<fIiiiII27i")
_LENGTH = struct.Struct("<Q")
_MAGIC = 4


def facts(artifact: Artifact, limits: Limits) -> Iterator[Fact]:
    """Yield the facts of a model; see `Format.read`."""
    with artifact.open() as stream:
        head = stream.read(min(artifact.size, 4096))
        if head[:_MAGIC] == b"binf":
            yield _binary(artifact, head)
            return
        if artifact.size > limits.header_nbytes:
            yield LimitReached(where=artifact.at(), limit="header", bound=limits.header_nbytes, unit="bytes")
            return
        raw = head + stream.read(artifact.size - len(head))
    plain = head.lstrip()[1:].lstrip()[:1] == b'"' or head[:2] == b"{}"
    document = json(raw) if plain else ubjson(raw)
    yield from _model(artifact, document, "json" if plain else "ubjson")
    yield from texts(artifact, "xgboost", document)


def _binary(artifact: Artifact, head: bytes) -> TreeModel:
    end = _MAGIC + _PARAMETERS.size
    if len(head) < end:
        message = f"header shorter than {end} bytes"
        raise MalformedError(message, len(head))
    _, features, _, _, _, major, minor, *_ = _PARAMETERS.unpack_from(head, _MAGIC)
    names = []
    for _ in range(2):
        if len(head) < end + _LENGTH.size:
            message = "the header ends before its names"
            raise MalformedError(message, end)
        (size,) = _LENGTH.unpack_from(head, end)
        end += _LENGTH.size
        if size > min(SHOWN, artifact.size - end):
            message = f"a name of {size} bytes is declared"
            raise MalformedError(message, end)
        names.append(head[end : end + size].decode("utf-8", "backslashreplace"))
        end += size
    return TreeModel(
        where=artifact.at(), format="xgboost", encoding="binary", version=f"{major}.{minor}", objective=names[0],
        trees=-1, nodes=-1, features=features,
    )  # fmt: skip


def _model(artifact: Artifact, document: object, encoding: str) -> Iterator[Fact]:
    learner = _inner(document, "learner")
    version = document.get("version") if isinstance(document, dict) else None
    features = number(_inner(learner, "learner_model_param").get("num_feature"))
    objective = _inner(learner, "objective").get("name")
    booster = _inner(learner, "gradient_booster")
    booster = _inner(booster, "gbtree") or booster  # DART keeps its trees one level deeper.
    model = _inner(booster, "model")
    listed = model.get("trees")
    trees = listed if isinstance(listed, list | tuple) else []
    nodes = told = 0
    pointer = "/learner/gradient_booster/model/trees"
    for index, tree in enumerate(trees):
        if not isinstance(tree, dict):
            continue
        nodes += len(integers(tree.get("left_children")) or ())
        for what, found, count in check(tree, features):
            told += 1
            if told <= BROKEN:
                where = Location(path=artifact.path, pointer=f"{pointer}/{index}")
                yield _broken(where, what, index, found, count)
    declared = number(_inner(model, "gbtree_model_param").get("num_trees"))
    if declared >= 0 and declared != len(trees):
        yield _broken(artifact.at(), "trees", -1, len(trees), declared)
    yield TreeModel(
        where=artifact.at(), format="xgboost", encoding=encoding,
        version=".".join(map(str, integers(version) or ()))[:SHOWN],
        objective=objective[:SHOWN] if isinstance(objective, str) else "",
        trees=len(trees), nodes=nodes, features=features,
    )  # fmt: skip


def _broken(where: Location, what: str, tree: int, index: int, count: int) -> TreeReference:
    bound = 1 << 63
    return TreeReference(
        where=where, format="xgboost", what=what, tree=tree, index=max(-bound, min(index, bound)), count=count
    )


def _inner(value: object, key: str) -> dict[str, object]:
    found = value.get(key) if isinstance(value, dict) else None
    return found if isinstance(found, dict) else {}


def texts(artifact: Artifact, form: str, document: object) -> Iterator[Fact]:
    """State the texts of a document, keys included, that hold more than words."""
    pending: list[object] = [document]
    told = 0
    while pending:
        value = pending.pop()
        found: Sequence[tuple[str, object]] = ()
        if isinstance(value, dict):
            found = list(value.items())
        elif isinstance(value, list | tuple) and value and not isinstance(value[0], int | float):
            found = [("", one) for one in value]
        for key, inner in found:
            if isinstance(inner, dict | list | tuple):
                pending.append(inner)
            for text in (key, inner):
                marks = marks_of(text) if isinstance(text, str) and text else ()
                if marks and told < TEXTS and isinstance(text, str):
                    told += 1
                    yield MetadataEntry(
                        where=artifact.at(), format=form, place="metadata", key=key[:SHOWN], kind="text",
                        value=text[:SHOWN], size=len(text), marks=marks,
                    )  # fmt: skip
