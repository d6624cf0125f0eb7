"""From the text of a Go template to its facts."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence

from scanner.artifact import Artifact, Location
from scanner.facts import Fact, LimitReached
from scanner.facts.template import (
    TemplateBranch,
    TemplateBroken,
    TemplateConstruct,
    TemplateRepetition,
    TemplateRewrite,
    TemplateSummary,
    TemplateText,
)
from scanner.formats.chat_template.told import told
from scanner.formats.go_template.flow import KEPT, Flow, Written
from scanner.formats.go_template.lex import BrokenError
from scanner.formats.go_template.parse import Node, parse
from scanner.formats.go_template.unparse import pieces
from scanner.limits import Limits
from scanner.whole import decoded, whole

ENGINE = "go"
NAME = "default"
SHOWN = 200
"""Characters of a statement that a fact keeps."""

PART = 1000
"""Characters of a text that a fact keeps; a longer one is stated in parts."""

OVERLAP = 200
"""Characters that a part shares with the one before."""

TEXTS = 500
"""Texts of one template that are stated; more have no further marks to tell."""

HASH_DIGITS = 12


def facts(artifact: Artifact, limits: Limits) -> Iterator[Fact]:
    """Yield all facts of a template; see `Format.read`."""
    raw = whole(artifact, limits.text_nbytes, "template")
    if isinstance(raw, LimitReached):
        yield raw
        return
    text = decoded(raw, "a template")
    try:
        tree = parse(text)
    except BrokenError as error:
        where = _line(artifact, error.line)
        yield TemplateBroken(where=where, engine=ENGINE, name=NAME, reason=error.reason[:SHOWN])
        return
    flow = Flow(tree)
    yield from _decisions(artifact, flow)
    yield from _constructs(artifact, flow)
    yield from _texts(artifact, flow.texts)
    if flow.cut:
        yield LimitReached(where=artifact.at(), limit="texts", bound=KEPT, unit="characters")
    yield _summary(artifact, tree, len(text))


def _decisions(artifact: Artifact, flow: Flow) -> Iterator[Fact]:
    for branch in dict.fromkeys(flow.branches):
        yield TemplateBranch(
            where=_line(artifact, branch.line),
            engine=ENGINE,
            looks_at=branch.looks_at,
            operation=branch.operation,
            literal=branch.literal[:SHOWN],
            structural=branch.structural,
        )
    for found in dict.fromkeys(flow.rewrites):
        yield TemplateRewrite(
            where=_line(artifact, found.line),
            engine=ENGINE,
            old=found.old[:SHOWN],
            new=found.new[:SHOWN],
            structural=found.structural,
        )
    for work in dict.fromkeys(flow.works):
        yield TemplateRepetition(where=_line(artifact, work.line), engine=ENGINE, how=work.how, amount=work.amount)


def _constructs(artifact: Artifact, flow: Flow) -> Iterator[Fact]:
    counts = Counter((found.kind, found.name) for found in flow.calls)
    lines: dict[tuple[str, str], int] = {}
    for found in flow.calls:
        lines.setdefault((found.kind, found.name), found.line)
    for (kind, name), count in counts.items():
        where = _line(artifact, lines[kind, name])
        yield TemplateConstruct(where=where, engine=ENGINE, kind=kind, name=name[:SHOWN], folded=False, count=count)


def _texts(artifact: Artifact, found: Sequence[Written]) -> Iterator[Fact]:
    number = 0
    for written in found:
        for at in range(0, max(len(written.text) - OVERLAP, 1), PART - OVERLAP):
            for text in told(written.text[at : at + PART], written.under, written.line):
                # What is put together from texts that are stated themselves says something new only by its marks.
                if written.folded and not set(text.marks) - {"tool"}:
                    continue
                number += 1
                if number > TEXTS:
                    yield LimitReached(where=artifact.at(), limit="texts", bound=TEXTS, unit="texts")
                    return
                yield TemplateText(
                    where=_line(artifact, text.line + written.text.count("\n", 0, at)),
                    engine=ENGINE,
                    text=text.text,
                    marks=text.marks,
                    decoded=text.decoded[:SHOWN],
                )


def _summary(artifact: Artifact, tree: Sequence[Node], size: int) -> TemplateSummary:
    statements = tuple(pieces(tree))
    return TemplateSummary(
        where=artifact.at(),
        engine=ENGINE,
        name=NAME,
        size=size,
        normal=_digest("\n".join(statements)),
        pieces=tuple(_digest(piece)[:HASH_DIGITS] for piece in statements),
        statements=tuple(piece[:SHOWN] for piece in statements),
        rendered="",
    )


def _line(artifact: Artifact, line: int) -> Location:
    return Location(path=artifact.path, line=line)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
