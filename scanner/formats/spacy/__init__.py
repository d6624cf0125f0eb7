"""spaCy: the configuration of a pipeline, its description, and the parts that spaCy and Thinc save in MessagePack."""

import re
from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.limits import Limits
from scanner.pattern import pattern

_CONFIG = pattern(rb"(?m:^\[nlp\][ \t\r]*$)")
# A map or a list of maps whose first key is one that these libraries write: a model's nodes, a shim's weights, …
_PART = pattern(
    rb"(?:(?:[\x90-\x9f]|\xdc..|\xdd....)?(?:[\x81-\x8f]|\xde..))(?:\xa5nodes[\x90-\x9f\xdc\xdd]|\xa5moves|\xa8patterns"
    rb"|\xadprefix_search|\xa6config[\x80-\x8f\xde\xc0].{0,400}\xa5state|[\xa6-\xbf](?:lexeme|lemma|morph)_)",
    re.DOTALL,
)


def claims(head: bytes, path: str) -> bool:  # noqa: ARG001 - decided by content
    """A configuration with a section for the pipeline, a description, or a part."""
    if head[:1] == b"{":
        return b'"spacy_version"' in head
    if head[:1] > b"\x80" and _PART.match(head) is not None:
        return True
    return b"[nlp]" in head and b"pipeline" in head and _CONFIG.search(head) is not None


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield what the pipeline needs, and checkpoints inside a part as artifacts."""
    from scanner.formats.spacy.reading import facts

    yield from facts(artifact, limits)


FORMAT = Format(
    name="spacy",
    spec="https://spacy.io/api/data-formats",
    claims=claims,
    read=read,
    reads="registered functions, factories and paths of a configuration; every item of a part, checkpoints inside it",
    leaves="numbers of arrays, tables of words",
)
