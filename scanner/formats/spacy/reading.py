"""From a file of a spaCy pipeline to facts: its configuration, its description or one of its parts."""

from collections.abc import Iterator
from typing import BinaryIO

from scanner.artifact import Artifact
from scanner.facts import Fact, LimitReached, Malformed
from scanner.facts.spacy import SpacyPart, SpacyPipeline
from scanner.formats.flax.tree import Item, Tree
from scanner.formats.spacy import claims
from scanner.formats.spacy.config import CHARACTERS, config
from scanner.inside import HEAD_NBYTES, STREAM_NBYTES, is_pickle, kind_inside
from scanner.json_text import parse
from scanner.limits import Limits
from scanner.members import Naming
from scanner.streams import read_at, window

HELD = 1000
"""Checkpoints and parts that one part hands on."""

_SMALLEST = 16


def facts(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield the facts of a file; see `Format.read`."""
    with artifact.open() as stream:
        head = read_at(stream, 0, 8)
        if head[:1] >= b"\x80":
            yield from _part(artifact, stream, limits)
            return
        if artifact.size > limits.text_nbytes:
            yield LimitReached(where=artifact.at(), limit="document", bound=limits.text_nbytes, unit="bytes")
            return
        raw = read_at(stream, 0, artifact.size)
    if head[:1] == b"{":
        yield _description(artifact, parse(raw))
    else:
        yield from config(artifact, raw.decode("utf-8", "replace"))


def _description(artifact: Artifact, top: object) -> SpacyPipeline:
    meta = top if isinstance(top, dict) else {}
    texts = [value[:CHARACTERS] if isinstance(value := meta.get(key), str) else "" for key in _FIELDS]
    names = meta.get("pipeline")
    return SpacyPipeline(
        where=artifact.at(0),
        language=texts[0],
        name=texts[1],
        version=texts[2],
        spacy=texts[3],
        pipeline=tuple(name[:CHARACTERS] for name in names[:100] if isinstance(name, str))
        if isinstance(names, list)
        else (),
    )


_FIELDS = ("lang", "name", "version", "spacy_version")


def _part(artifact: Artifact, stream: BinaryIO, limits: Limits) -> Iterator[Fact | Artifact]:
    """Walk a part; hand on what a layer loads by itself: weights of PyTorch are a checkpoint in a byte string."""
    tree, naming = Tree(stream, 0, artifact.size), Naming(artifact.path)
    first, items, nbytes, held = "", 0, 0, 0
    for item in tree.items():
        items += 1
        if items > limits.entries:
            yield LimitReached(where=artifact.at(item.start), limit="entries", bound=limits.entries, unit="items")
            return
        first = first or item.path.partition(".")[0]
        if item.kind not in ("bytes", "text"):
            continue
        nbytes += item.value if item.kind == "bytes" else 0
        if item.value >= _SMALLEST and _loads(tree, stream, item):
            held += 1
            if held > HELD:
                yield LimitReached(where=artifact.at(item.start), limit="checkpoints", bound=HELD, unit="artifacts")
                return
            path = naming.path(item.path or "item")
            yield Artifact(path=path, size=item.value, open=window(artifact.open, item.start, item.value))
    yield SpacyPart(where=artifact.at(0), part=first[:CHARACTERS], items=items, nbytes=nbytes)
    if tree.position < artifact.size:
        reason = f"{artifact.size - tree.position} bytes follow the part"
        yield Malformed(where=artifact.at(tree.position), format="spacy", reason=reason)


def _loads(tree: Tree, stream: BinaryIO, item: Item) -> bool:
    head = tree.raw(item, HEAD_NBYTES)
    kind = kind_inside(head)
    if kind == "pickle":
        found = is_pickle(read_at(stream, item.start, min(item.value, STREAM_NBYTES)))
        stream.seek(tree.position)
        return found
    return bool(kind) or (head[:1] >= b"\x80" and claims(head, ""))
