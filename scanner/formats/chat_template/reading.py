"""From the text of a template to its facts: first what the code says, then how the output reacts."""

import hashlib
from collections import Counter
from collections.abc import Iterator

from jinja2 import nodes

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
from scanner.formats.chat_template import SUFFIXES, is_named, speaks
from scanner.formats.chat_template.branches import branches, rewrites
from scanner.formats.chat_template.constructs import Construct, constructs
from scanner.formats.chat_template.output import react
from scanner.formats.chat_template.parse import DEPTH, BrokenError, parse
from scanner.formats.chat_template.taint import Flow
from scanner.formats.chat_template.texts import texts
from scanner.formats.chat_template.unparse import pieces
from scanner.formats.chat_template.work import repetition
from scanner.limits import HEAD_NBYTES, Limits
from scanner.unrecognised import unrecognised
from scanner.whole import decoded, whole

ENGINE = "jinja"
SHOWN = 200
"""Characters of a statement or a text that a fact keeps."""

TEXTS = 500
"""Texts of one template that are stated; more have no further marks to tell."""

HASH_DIGITS = 12


def facts(artifact: Artifact, limits: Limits) -> Iterator[Fact]:
    """Yield all facts of a template; see `Format.read`."""
    raw = whole(artifact, limits.text_nbytes, "template")
    if isinstance(raw, LimitReached):
        yield raw
        return
    named = is_named(artifact.path)
    if not named and not speaks(raw):  # Jinja whose first bytes did not tell
        yield unrecognised(artifact, raw[:HEAD_NBYTES])
        return
    text = decoded(raw, "a template")
    name = name_of(artifact.path)
    try:
        tree = parse(text)
    except BrokenError as error:
        if not named and not artifact.path.endswith(SUFFIXES):  # another language with braces
            yield unrecognised(artifact, raw[:HEAD_NBYTES])
            return
        yield TemplateBroken(where=_line(artifact, error.line), engine=ENGINE, name=name, reason=error.reason[:SHOWN])
        if error.deep:
            yield LimitReached(where=artifact.at(), limit="nest of a template", bound=DEPTH, unit="levels")
        return
    flow = Flow(tree)
    yield from _static(artifact, tree, flow)
    rendered = yield from react(artifact, tree, flow)
    yield summary(artifact, tree, name, len(text), rendered)


def name_of(path: str) -> str:
    """Tell a template's name from its place: "x.json!chat_template.rag", "additional_chat_templates/rag.jinja"."""
    last = path.rpartition("!")[2]
    if last.startswith(("chat_template.", "tokenizer.chat_template.")) and not last.endswith((".jinja", ".json")):
        return last.rpartition("chat_template.")[2]
    if "additional_chat_templates/" in path:
        return path.rpartition("/")[2].removesuffix(".jinja")
    return "default"


def summary(artifact: Artifact, tree: nodes.Template, name: str, size: int, rendered: str) -> TemplateSummary:
    """Sum a template up."""
    statements = tuple(pieces(tree))
    return TemplateSummary(
        where=artifact.at(),
        engine=ENGINE,
        name=name,
        size=size,
        normal=_digest("\n".join(statements)),
        pieces=tuple(_digest(piece)[:HASH_DIGITS] for piece in statements),
        statements=tuple(piece[:SHOWN] for piece in statements),
        rendered=rendered,
    )


def _static(artifact: Artifact, tree: nodes.Template, flow: Flow) -> Iterator[Fact]:
    yield from _constructs(artifact, flow)
    for branch in dict.fromkeys(branches(flow)):
        yield TemplateBranch(
            where=_line(artifact, branch.line),
            engine=ENGINE,
            looks_at=branch.looks_at,
            operation=branch.operation,
            literal=branch.literal[:SHOWN],
            structural=branch.structural,
        )
    for found in dict.fromkeys(rewrites(flow)):
        yield TemplateRewrite(
            where=_line(artifact, found.line),
            engine=ENGINE,
            old=found.old[:SHOWN],
            new=found.new[:SHOWN],
            structural=found.structural,
        )
    for number, text in enumerate(texts(tree, flow)):
        if number == TEXTS:
            yield LimitReached(where=artifact.at(), limit="texts", bound=TEXTS, unit="texts")
            break
        yield TemplateText(
            where=_line(artifact, text.line),
            engine=ENGINE,
            text=text.text[: 5 * SHOWN],
            marks=text.marks,
            decoded=text.decoded[:SHOWN],
        )
    for work in dict.fromkeys(repetition(tree, flow)):
        yield TemplateRepetition(where=_line(artifact, work.line), engine=ENGINE, how=work.how, amount=work.amount)


def _constructs(artifact: Artifact, flow: Flow) -> Iterator[Fact]:
    counts: Counter[tuple[str, str, bool]] = Counter()
    first: dict[tuple[str, str, bool], Construct] = {}
    for found in constructs(flow):
        key = (found.kind, found.name, found.folded)
        counts[key] += 1
        first.setdefault(key, found)
    for key, found in first.items():
        yield TemplateConstruct(
            where=_line(artifact, found.line),
            engine=ENGINE,
            kind=found.kind,
            name=found.name[:SHOWN],
            folded=found.folded,
            count=counts[key],
        )


def _line(artifact: Artifact, line: int) -> Location:
    return Location(path=artifact.path, line=line)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
