"""From the JSON of an Orbax checkpoint to facts (orbax/checkpoint/_src/metadata/tree.py and checkpoint.py)."""

from collections.abc import Iterator

from scanner.artifact import Artifact, Location
from scanner.facts import Fact, LimitReached
from scanner.facts.store import StoreName, StoreTree
from scanner.format import MalformedError
from scanner.json_text import parse
from scanner.limits import Limits
from scanner.members import leads

NAMES = 1000
HANDLERS = 50
NAME_CHARACTERS = 300

_KINDS = {"tree_metadata": "tree", "item_handlers": "checkpoint", "array_metadatas": "arrays"}


def facts(artifact: Artifact, limits: Limits) -> Iterator[Fact]:
    """Yield the facts of one file; see `Format.read`. Raises `MalformedError` where it is no JSON object."""
    if artifact.size > limits.header_nbytes:
        yield LimitReached(where=artifact.at(), limit="header", bound=limits.header_nbytes, unit="bytes")
        return
    with artifact.open() as stream:
        top = parse(stream.read(artifact.size))
    if not isinstance(top, dict):
        message = "the metadata is no object"
        raise MalformedError(message, 0)
    key = next((key for key in _KINDS if key in top), "")
    held = top.get(key) if key else top
    entries = len(held) if isinstance(held, dict | list) else 1
    handlers = held.values() if isinstance(held, dict) else (held,)
    yield StoreTree(
        where=artifact.at(),
        kind=_KINDS.get(key, "sharding"),
        entries=entries,
        handlers=tuple(dict.fromkeys(one[:NAME_CHARACTERS] for one in handlers if isinstance(one, str)))[:HANDLERS]
        if key == "item_handlers"
        else (),
    )
    if isinstance(held, dict):
        yield from _names(artifact, key, held)


def _names(artifact: Artifact, key: str, held: dict[str, object]) -> Iterator[Fact]:
    """State the names that lead out: parts of a tree's paths become names of files and folders."""
    told = 0
    for number, (name, value) in enumerate(held.items()):
        for part in _parts(value) if key == "tree_metadata" else (name,):
            how = leads(part)
            if not how or how == "drive":  # "w:0" is a variable of TensorFlow.
                continue
            told += 1
            if told > NAMES:
                yield LimitReached(where=artifact.at(), limit="names", bound=NAMES, unit="names")
                return
            yield StoreName(
                where=Location(path=artifact.path, pointer=f"/{key}/{number}" if key else f"/{number}"),
                format="orbax",
                name=part[:NAME_CHARACTERS],
                how=how,
            )


def _parts(value: object) -> Iterator[str]:
    path = value.get("key_metadata") if isinstance(value, dict) else None
    for step in path if isinstance(path, list) else ():
        part = step.get("key") if isinstance(step, dict) else None
        if isinstance(part, str):
            yield part
