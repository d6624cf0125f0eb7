"""What each range of a file's bytes is, from the list of what it holds."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from scanner.artifact import Artifact
from scanner.details import FileMap, Span
from scanner.facts.archive import HiddenBytes
from scanner.facts.listing import Held

SPANS = 240
"""Spans of one file; more are joined with their neighbours of the same kind."""

LOCAL_NBYTES = 30
LOCAL_EXTRA_NBYTES = 0xFFFF + 24
"""PKWARE APPNOTE 6.3.10 §4.3.7: what stands before a member's content beside its name, and may stand around it."""

_PLACED = frozenset(("tensor", "member"))


def of(artifact: Artifact, held: Iterable[Held], hidden: Iterable[HiddenBytes]) -> FileMap:
    """Map a file. Bytes that two things claim go to the one that starts first, hidden ones to nobody else."""
    named = ""
    parts: list[Span] = []
    for line in held:
        if line.kind == "artifact":
            named = line.dtype
        elif line.kind in _PLACED and line.where.offset is not None:
            parts.append(_part(line, line.where.offset))
    unclaimed = [_hidden(fact, fact.where.offset) for fact in hidden if fact.where.offset is not None][:SPANS]
    spans = list(_without_gaps(_cut(_whole(parts), unclaimed), artifact.size))
    if [span.kind for span in spans] == ["structure"]:
        spans = [replace(spans[0], kind="content", name=named)]
    return FileMap(path=artifact.path, size=artifact.size, spans=tuple(_fewer(spans)))


def _part(line: Held, offset: int) -> Span:
    nbytes = line.packed if line.kind == "member" and line.packed >= 0 else line.nbytes
    shape = f"[{', '.join(map(str, line.shape))}]" if line.kind == "tensor" else ""
    return Span(start=offset, end=offset + max(nbytes, 0), kind=line.kind, name=line.name, detail=line.dtype + shape)


def _whole(parts: Sequence[Span]) -> Iterator[Span]:
    """Give each member its local header, and what else lies between its content and the next one."""
    ordered = sorted(parts, key=lambda span: (span.start, span.end))
    for span, following in zip(ordered, [*ordered[1:], None], strict=False):
        if span.kind != "member":
            yield span
            continue
        end = span.end + LOCAL_NBYTES + len(span.name.encode("utf-8", "surrogatepass"))
        if following is not None and end < following.start <= end + LOCAL_EXTRA_NBYTES:
            end = following.start
        yield replace(span, end=end)


def _hidden(fact: HiddenBytes, offset: int) -> Span:
    return Span(start=offset, end=offset + max(fact.size, 0), kind="hidden", name=fact.place, detail=fact.kind)


def _cut(parts: Iterable[Span], hidden: Iterable[Span]) -> list[Span]:
    """Take hidden ranges out of the others."""
    unclaimed = sorted(hidden, key=lambda span: (span.start, span.end))
    result = list(unclaimed)
    for part in parts:
        left = part
        for span in unclaimed:
            if span.end <= left.start or left.end <= span.start:
                continue
            if left.start < span.start:
                result.append(replace(left, end=span.start))
            left = replace(left, start=min(span.end, left.end))
        result.append(left)
    return sorted(result, key=lambda span: (span.start, span.end, span.name))


def _without_gaps(spans: Sequence[Span], size: int) -> Iterator[Span]:
    at = 0
    for span in spans:
        start, end = max(span.start, at), min(span.end, size)
        if start >= end:
            continue
        if at < start:
            yield Span(start=at, end=start, kind="structure", name="", detail="")
        yield replace(span, start=start, end=end)
        at = end
    if at < size:
        yield Span(start=at, end=size, kind="structure", name="", detail="")


def _fewer(spans: Sequence[Span]) -> list[Span]:
    """Join neighbours, the smallest first, until a page can show them. Hidden bytes stay what they are."""
    if len(spans) <= SPANS:
        return list(spans)
    total = spans[-1].end
    step = total / SPANS
    joined: list[Span] = []
    for span in spans:
        last = joined[-1] if joined else None
        if last is None or "hidden" in {span.kind, last.kind} or int(last.start / step) != int((span.end - 1) / step):
            joined.append(span)
            continue
        named = last if last.kind != "structure" else span
        count = sum(one.count for one in (last, span) if one.kind == named.kind)
        joined[-1] = replace(named, start=last.start, end=span.end, count=count)
    return joined
