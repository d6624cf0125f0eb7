"""YAML documents: every value, targets of configuration loaders, tags that a full loader resolves to Python."""

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
    """Yield tags, targets and leaves, then `Malformed` where the text is no YAML."""
    from scanner.formats.yaml.reading import facts

    yield from facts(artifact, limits)


FORMAT = Format(
    name="yaml",
    spec="https://yaml.org/spec/1.1/",
    claims=claims,
    read=read,
    holds=(b"%YAML 1.", b"_target_", b"python/"),
    named=SUFFIXES,
    reads="every value of every document with pointer and line, as safe loaders resolve it; aliases and merge keys, "
    "keys given twice; targets (_target_, target, cls, class_path) with their interpolations; tags of Python and other "
    "languages",
    leaves="texts beyond 8 MB, what the actions of a template put out",
)
