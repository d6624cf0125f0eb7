"""From a GGUF header to facts: what it says about keys and texts. Tensors are in `layout`."""

import re
from collections.abc import Iterator
from typing import BinaryIO

from scanner.artifact import Artifact
from scanner.facts import Fact, LimitReached
from scanner.facts.gguf import GgufHeader, GgufTokenizer
from scanner.facts.metadata import MetadataEntry, RepeatedKey
from scanner.facts.tensor import ShardPart
from scanner.format import MalformedError
from scanner.formats.gguf.cursor import ARRAY, SCALARS, TEXT, CountError, LongError, fact_of
from scanner.formats.gguf.header import DEFAULT_ALIGNMENT, Header, Pair, begin, fill
from scanner.formats.gguf.hyperparameters import hyperparameters
from scanner.formats.gguf.layout import layout
from scanner.formats.gguf.vocabulary import tokens
from scanner.limits import Limits
from scanner.marks import marks_of
from scanner.streams import held
from scanner.tensors import Span, loadable

NAME = "gguf"
TEMPLATE = "tokenizer.chat_template"
VALUE_CHARACTERS = 200
UINT32 = 4

_PART = re.compile(r"-(\d{5})-of-(\d{5})\.gguf$")
_BYTES = ("B", "b")


def facts(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield the facts of a file; see `Format.read`. What was read before a break is stated before it is raised."""
    with artifact.open() as stream:
        header, broken = begin(stream), None
        try:
            fill(header, stream, artifact.size, limits)
        except MalformedError as error:
            broken = error
        yield from _texts(artifact, header, limits)
        yield from tokens(artifact, stream, header, limits)
        if isinstance(broken, LongError):
            yield LimitReached(
                where=artifact.at(broken.offset), limit="header", bound=limits.header_nbytes, unit="bytes"
            )
            return
        if isinstance(broken, CountError):
            yield fact_of(broken, artifact.at(broken.offset))
        if broken is not None:
            raise broken
        if not header.whole:
            yield LimitReached(where=artifact.at(header.end), limit="entries", bound=limits.entries, unit="entries")
            return
        yield from layout(artifact, stream, header, alignment_of(header)[0])
        yield from _arrays(artifact, stream, header)


def alignment_of(header: Header) -> tuple[int, bool]:
    """Return the alignment of tensor data in bytes, and whether it is declared as it should be."""
    for pair in header.pairs:
        if pair.key == "general.alignment":
            value = pair.value if isinstance(pair.value, int) and pair.value > 0 else 0
            good = pair.code == UINT32 and value.bit_count() == 1
            return value or DEFAULT_ALIGNMENT, good
    return DEFAULT_ALIGNMENT, True


def _texts(artifact: Artifact, header: Header, limits: Limits) -> Iterator[Fact | Artifact]:
    keys, tensors = header.declared
    alignment, aligned = alignment_of(header)
    known = {pair.key: pair for pair in header.pairs}
    yield GgufHeader(
        where=artifact.at(0, 24),
        version=header.version,
        byteorder=header.order,
        keys=keys,
        tensors=tensors,
        alignment=alignment,
        aligned=aligned,
        architecture=_text(known, "general.architecture"),
    )
    described = hyperparameters(artifact, known)
    if described is not None:
        yield described
    yield from _repeated(artifact, header)
    for pair in header.pairs:
        yield from _pair(artifact, pair, limits)
    if any(key.startswith("tokenizer.") for key in known):
        yield _tokenizer(artifact, known)
    yield from _part(artifact, known)


def _repeated(artifact: Artifact, header: Header) -> Iterator[Fact]:
    first: dict[str, Pair] = {}
    for pair in header.pairs:
        before = first.setdefault(pair.key, pair)
        if before is not pair:
            same = before[1:5] == pair[1:5] and pair.code != ARRAY
            yield RepeatedKey(
                where=artifact.at(pair.start), format=NAME, place="metadata", key=pair.key, identical=same
            )


def _pair(artifact: Artifact, pair: Pair, limits: Limits) -> Iterator[Fact | Artifact]:
    """State a text, or a key that carries more than a name; a chat template is an artifact of its own."""
    where = artifact.at(pair.start, pair.end - pair.start)
    is_template = pair.key == TEMPLATE or pair.key.startswith(f"{TEMPLATE}.")
    if isinstance(pair.value, str) and pair.length > limits.text_nbytes:
        yield LimitReached(where=where, limit="text", bound=limits.text_nbytes, unit="bytes")
    if is_template and isinstance(pair.value, str):
        content = pair.value.encode("utf-8", "surrogateescape")
        yield Artifact(path=f"{artifact.path}!{pair.key}", size=len(content), open=held(content))
        return
    text = "\n".join(pair.value) if isinstance(pair.value, tuple) else pair.value if isinstance(pair.value, str) else ""
    marks = {*marks_of(text), *marks_of(pair.key)}
    if text or marks or is_template:
        yield MetadataEntry(
            where=where,
            format=NAME,
            place="metadata",
            key=pair.key[:VALUE_CHARACTERS],
            kind="text" if pair.code == TEXT else "list" if pair.code == ARRAY else "number",
            value=text[:VALUE_CHARACTERS],
            size=len(text),
            marks=tuple(sorted(marks)),
        )


def _text(known: dict[str, Pair], key: str) -> str:
    value = known[key].value if key in known else ""
    return value[:VALUE_CHARACTERS] if isinstance(value, str) else ""


def _tokenizer(artifact: Artifact, known: dict[str, Pair]) -> GgufTokenizer:
    count = {
        name: known[f"tokenizer.ggml.{name}"].length if f"tokenizer.ggml.{name}" in known else -1
        for name in ("tokens", "scores", "token_type", "merges")
    }
    tokens = count["tokens"]
    return GgufTokenizer(
        where=artifact.at(known["tokenizer.ggml.tokens"].start if tokens >= 0 else None),
        tokenizer=_text(known, "tokenizer.ggml.model"),
        tokens=tokens,
        scores=count["scores"],
        types=count["token_type"],
        merges=count["merges"],
        even=all(count[name] in (-1, tokens) for name in ("scores", "token_type")),
        templates=sum(key == TEMPLATE or key.startswith(f"{TEMPLATE}.") for key in known),
    )


def _part(artifact: Artifact, known: dict[str, Pair]) -> Iterator[Fact]:
    """State which part of a split model this is, by its keys and by its name. Keys count from 0, names from 1."""
    named = _PART.search(artifact.path)
    if named is None and "split.count" not in known:
        return
    number, count, tensors = (_number(known, key) for key in ("split.no", "split.count", "split.tensors.count"))
    if named is None and count in (0, 1):
        return
    yield ShardPart(
        where=artifact.at(known["split.no"].start if "split.no" in known else None),
        format=NAME,
        number=number,
        count=count,
        tensors=tensors,
        named_number=int(named[1]) - 1 if named else -1,
        named_count=int(named[2]) if named else -1,
    )


def _number(known: dict[str, Pair], key: str) -> int:
    value = known[key].value if key in known else -1
    return value if isinstance(value, int) else -1


def _arrays(artifact: Artifact, stream: BinaryIO, header: Header) -> Iterator[Fact | Artifact]:
    """Look at arrays of bytes as at tensors: a metadata value may be a file of its own."""
    spans = [
        Span(pair.end - pair.length, pair.end, pair.key)
        for pair in header.pairs
        if pair.code == ARRAY and SCALARS.get(pair.element) in _BYTES
    ]
    yield from loadable(artifact, stream, spans)
