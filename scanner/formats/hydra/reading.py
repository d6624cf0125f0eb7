"""From a JSON document to its targets; the document is parsed only where its bytes hold one of the keys."""

import re
from collections.abc import Iterator

from scanner.artifact import Artifact, Location
from scanner.facts import Fact, LimitReached
from scanner.format import MalformedError
from scanner.formats.hydra.targets import KEYS, TARGETS, target
from scanner.json_text import Node, parse, walk
from scanner.limits import Limits

# A key counts unless a number is its value, as in a vocabulary of millions of words.
_WORDS = tuple(b'"%b"' % key.encode() for key in KEYS)
_KEY = re.compile(rb'"(?:_target_|target|cls|class_path)"\s*+:\s*+["{\[]')
# A key may be escaped (`\u005ftarget_`) or the text be UTF-16: then the parser decides.
_ESCAPED = re.compile(rb"\\u00[2-7][0-9a-fA-F]")


def facts(artifact: Artifact, limits: Limits) -> Iterator[Fact]:
    """Yield the targets of a document; see `Format.read`. What is no JSON is left to other readers."""
    if artifact.size > limits.header_nbytes:
        yield LimitReached(where=artifact.at(), limit="document", bound=limits.header_nbytes, unit="bytes")
        return
    with artifact.open() as stream:
        raw = stream.read(artifact.size)
    if not _hints(raw):
        return
    try:
        document = parse(raw)
    except MalformedError as error:
        if "can be read" in error.reason:  # Too deep for us; another parser may go deeper.
            raise
        return  # Not this reader's format: it looks into everything that starts like JSON.
    count = 0
    for node in walk(document):
        for fact in _targets(artifact, node, document):
            count += 1
            if count > TARGETS:
                yield LimitReached(where=artifact.at(), limit="targets", bound=TARGETS, unit="names")
                return
            yield fact


def _hints(raw: bytes) -> bool:
    """Ask the quick questions first: the file may have a hundred megabytes."""
    if any(word in raw for word in _WORDS) and _KEY.search(raw):
        return True
    return b"\0" in raw or (b"\\u00" in raw and _ESCAPED.search(raw) is not None)


def _targets(artifact: Artifact, node: Node, document: object) -> Iterator[Fact]:
    if not isinstance(node.value, dict):
        return
    for key in KEYS:
        value = node.value.get(key)
        if not isinstance(value, str):
            continue
        beside = {
            name: str(item)
            for name, item in list(node.value.items())[:20]
            if isinstance(item, str | int | float) and not (isinstance(item, int) and item.bit_length() > 64)  # noqa: PLR2004 - bits
        }
        where = Location(path=artifact.path, pointer=f"{node.pointer}/{key}")
        found = target(where, "json", key, value, beside, lambda path: _look(document, path))
        if found is not None:
            yield found


def _look(document: object, path: str) -> str | None:
    value = document
    for part in path.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value if isinstance(value, str) else None
