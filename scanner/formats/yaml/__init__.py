"""YAML documents: targets of configuration loaders, and tags that a full loader resolves to Python."""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.limits import Limits
from scanner.pattern import pattern

SUFFIXES = (".yaml", ".yml")
# `_target_:` at a line's start, a tag of PyYAML after a key or a dash, a directive, a document that opens with a tag.
_MARKS = pattern(
    rb"\A(?:\xef\xbb\xbf)?%YAML 1\.|(?m:^[ \t]*(?:- +)*['\"]?_target_['\"]?[ \t]*:[ \t])"
    rb"|(?m:^[ \t]*(?:- *|[\w'\"-]{1,99}:[ \t]+)?(?:!!|!<tag:yaml\.org,2002:)python/[a-z])"
)


def claims(head: bytes, path: str) -> bool:
    """The suffix of YAML, or text whose lines hold what only YAML has."""
    if path.lower().endswith(SUFFIXES):
        return True
    if b"\0" in head:
        return False
    needed = b"%YAML 1." in head or b"_target_" in head or b"python/" in head  # a tenth of what searching costs
    return needed and _MARKS.search(head) is not None


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield targets and tags, then `Malformed` where the text is no YAML."""
    from scanner.formats.yaml.reading import facts

    yield from facts(artifact, limits)


FORMAT = Format(
    name="yaml",
    spec="https://yaml.org/spec/1.1/",
    claims=claims,
    read=read,
    holds=(b"%YAML 1.", b"_target_", b"python/"),
    named=SUFFIXES,
    reads="every document's events: targets (_target_, target, cls, class_path) at any depth, interpolations inside "
    "the document, tags of Python and other languages, aliases of plain values",
    leaves="the meaning of other keys, what the actions of a template put out",
)
