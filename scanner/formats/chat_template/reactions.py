"""What one difference in a conversation does to the output of a template (metamorphic testing)."""

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import islice
from typing import NamedTuple

from jinja2 import nodes
from jinja2.exceptions import TemplateError

from scanner.formats.chat_template import probes
from scanner.formats.chat_template.sandbox import clock, rendered, sandbox
from scanner.formats.chat_template.structural import is_markup, is_structural

PLAIN_DAY = datetime(2026, 3, 17, 10, 20, 30, tzinfo=UTC)
DAYS = (datetime(2020, 1, 6, 3, 4, 5, tzinfo=UTC), datetime(2041, 12, 28, 23, 58, 59, tzinfo=UTC))
TOLD = 200
GROUP = 8
"""Literals that are said together first, and one by one only where that has an effect."""

_MARKUP = re.compile(r"<[^<>\s][^<>]{0,80}>|\[/?[A-Z_ ]{2,40}\]")
_WORD = re.compile(r"[^\W\d_]{3,}")
_FAILURES = (
    TemplateError, TypeError, ValueError, KeyError, AttributeError, IndexError, ArithmeticError, RecursionError,
)  # fmt: skip
"""What a template can raise on a conversation that it was not written for."""

_SAID = (probes.SYSTEM, probes.ANSWER, probes.EARLIER, probes.HEAD, probes.TAIL)

Render = Callable[..., str | None]


class Reaction(NamedTuple):
    """What changed, by which probe, and what it reads."""

    kind: str
    probe: str
    says: str
    structural: bool


class Plain(NamedTuple):
    """What the template makes of plain conversations: by shape, all lines of it, and all words."""

    outputs: Mapping[probes.Shape, str]
    lines: frozenset[str]
    words: frozenset[str]

    @property
    def digest(self) -> str:
        """SHA-256, hexadecimal, of all outputs."""
        text = "\0".join(f"{shape.name}{output}" for shape, output in self.outputs.items())
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def renderer(tree: nodes.Template) -> Render:
    """Make a function from a conversation and a day to the output, None where the template refuses it.

    It raises `OutputError`, `MemoryError` and `ExpiredError`.
    """
    try:
        template = sandbox().from_string(tree)
    except (
        *_FAILURES,
        SyntaxError,
    ):  # a filter that the sandbox does not have, 21 loops in loops
        return lambda *_, **__: None

    def render(messages: list[probes.Message], *, tools: bool = False, day: datetime = PLAIN_DAY) -> str | None:
        values = {
            "messages": messages,
            "tools": [probes.TOOL] if tools else None,
            "add_generation_prompt": True,
            "strftime_now": clock(day),
            **_TOKENS,
        }
        try:
            return rendered(template, values)
        except _FAILURES:
            return None

    return render


_TOKENS = {"bos_token": "<s>", "eos_token": "</s>", "pad_token": "<pad>", "unk_token": "<unk>"}


def plain(render: Render) -> Plain:
    """Render the plain conversations of every shape."""
    outputs: dict[probes.Shape, str] = {}
    lines: set[str] = set()
    for shape in probes.SHAPES:
        few = shape.tools or shape.parts  # where a text stands makes no other difference there
        for text in islice(probes.said(probes.NEUTRAL), 2 if few else None):
            output = render(shape.conversation(text), tools=shape.tools)
            if output is None:
                break
            outputs.setdefault(shape, output)
            lines.update(output.split("\n"))
    return Plain(outputs, frozenset(lines), frozenset(word for line in lines for word in _words(line)))


def reactions(render: Render, base: Plain, tried: probes.Tried) -> Iterator[Reaction]:
    """Yield how the output reacts to each literal, to length and to the number of turns."""
    shapes = list(base.outputs)
    usable = [shape for shape in shapes if _keeps(base.outputs[shape], f"{probes.HEAD} {probes.NEUTRAL} {probes.TAIL}")]
    if not usable:
        yield from _garbled(base)
        return
    main, *rest = _ordered(usable)
    for literal in tried.compared:
        yield from _first(_of_literal(render, base, rest, main, literal))
    yield from _of_groups(render, base, rest, main, tried.others)
    for text in probes.MANNERS:
        yield from _judged(render, base, main, text, text, structural=False)
    yield from _first(_of_length(render, base, main, tried.numbers))
    yield from _first(_of_turns(render, base, main, tried.numbers))


def _garbled(base: Plain) -> Iterator[Reaction]:
    """Say where what is said never comes out as it was, though a word of no language that it holds does."""
    for output in base.outputs.values():
        if any(word in output for word in probes.INVENTED):
            yield Reaction("rewritten", probes.HEAD, " ".join(output.split())[:TOLD], structural=False)
            return


def clocks(render: Render, base: Plain, shape: probes.Shape) -> Iterator[Reaction]:
    """Yield words that only appear on another day."""
    for day in DAYS:
        output = render(shape.conversation(probes.HEAD), tools=shape.tools, day=day)
        dated = {word.lower() for word in _WORD.findall(day.strftime("%A %a %B %b %p"))}
        found = [word for word in _novel(output, base) if word not in dated]
        if found:
            yield Reaction("clock", day.strftime("%Y-%m-%d"), _around(output or "", found[0]), structural=False)
            return


def _first(found: Iterator[Reaction]) -> Iterator[Reaction]:
    """Keep one reaction of each kind."""
    kinds: set[str] = set()
    for reaction in found:
        if reaction.kind not in kinds:
            kinds.add(reaction.kind)
            yield reaction


def _ordered(shapes: list[probes.Shape]) -> list[probes.Shape]:
    """Put the richest shape of texts first, and leave out what only joins the differences of others."""
    ordered = sorted(shapes, key=lambda shape: (shape.tools, shape.parts, not shape.system, not shape.earlier))
    return [ordered[0], *filter(_tells, ordered[1:])]


def _tells(shape: probes.Shape) -> bool:
    return shape.tools + shape.parts < 2 - (shape.system != shape.earlier)


def _of_literal(
    render: Render, base: Plain, rest: list[probes.Shape], main: probes.Shape, literal: str
) -> Iterator[Reaction]:
    structural = is_structural(literal)
    if structural:
        for text in islice(probes.said(literal), 2 if is_markup(literal) else None):
            yield from _judged(render, base, main, literal, text, structural)
        return
    for text in probes.said(literal):
        yield from _judged(render, base, main, literal, text, structural)
    middle = next(probes.said(literal))
    for shape in rest:
        yield from _judged(render, base, shape, literal, middle, structural)
    if main.system or main.earlier:
        output = render(main.conversation(probes.HEAD, earlier=middle, system=middle), tools=main.tools)
        yield from _new(output, base, literal, literal, structural)


def _of_groups(
    render: Render, base: Plain, rest: list[probes.Shape], main: probes.Shape, others: tuple[str, ...]
) -> Iterator[Reaction]:
    for literal in others:
        yield from _first(_judged(render, base, main, literal, literal, is_structural(literal)))
    for start in range(0, len(others), GROUP):
        group = others[start : start + GROUP]
        text = f"{probes.HEAD} {' '.join(group)} {probes.TAIL}"
        if any(True for _ in _judged(render, base, main, text, text, structural=False)):
            for literal in group:
                yield from _first(_of_literal(render, base, rest, main, literal))


def _judged(  # noqa: PLR0913, PLR0917 - one probe and what it is compared with
    render: Render,
    base: Plain,
    shape: probes.Shape,
    literal: str,
    text: str,
    structural: bool,  # noqa: FBT001
) -> Iterator[Reaction]:
    output = render(shape.conversation(text), tools=shape.tools)
    yield from _new(output, base, literal, text, structural)
    if output is not None and not _keeps(output, text):
        ends = all(word in output for word in text.replace(literal, " ").split())
        yield Reaction("rewritten" if ends and text != literal else "lost", literal, text[:TOLD], structural)


def _new(output: str | None, base: Plain, literal: str, text: str, structural: bool) -> Iterator[Reaction]:  # noqa: FBT001
    given = set(_words(text)) | set(_words(literal))
    found = [word for word in _novel(output, base, text) if word not in given]
    if found:
        # No template of a real model is known that says something new of its own for a token or a figure either.
        yield Reaction("novel", literal, _around(output or "", found[0]), structural and is_markup(literal))


def _of_length(render: Render, base: Plain, shape: probes.Shape, numbers: tuple[int, ...]) -> Iterator[Reaction]:
    for count in dict.fromkeys((probes.LONG_WORDS, *(number + 1 for number in numbers))):
        text = " ".join([probes.NEUTRAL] * count)
        output = render(shape.conversation(text), tools=shape.tools)
        found = _novel(output, base, text)
        if found:
            yield Reaction("length", f"{count} words", _around(output or "", found[0]), structural=False)
        if output is not None and not _keeps(output, text):
            yield Reaction("lost", f"{count} words", text[:TOLD], structural=False)


def _of_turns(render: Render, base: Plain, shape: probes.Shape, numbers: tuple[int, ...]) -> Iterator[Reaction]:
    counts = (probes.TURNS, *(number + extra for number in numbers if number <= 60 for extra in (0, 1, 2)))  # noqa: PLR2004
    for count in dict.fromkeys(counts):
        turns = shape.conversation(probes.HEAD)
        pair = [*shape.conversation(probes.EARLIER)[-1:], {"role": "assistant", "content": turns[-1]["content"]}]
        output = render(turns[: 1 if shape.system else 0] + pair * (count // 2) + turns[-1:], tools=shape.tools)
        found = _novel(output, base)
        if found:
            yield Reaction("turns", f"{count} messages", _around(output or "", found[0]), structural=False)


def _novel(output: str | None, base: Plain, *given: str) -> list[str]:
    """List words of an output that neither what was said holds nor any plain conversation makes, in their order.

    Templates write texts without a blank between them, and a short text may be part of a word of theirs: a word counts
    that is one with what was said left in and with it taken out.
    """
    text = "\n".join(line for line in (output or "").split("\n") if line not in base.lines)
    fresh = {word for word in _words(text) if word not in base.words}
    if not fresh:
        return []
    for said in (*given, *_SAID):
        for form in _written(said):
            text = text.replace(form, " ")
    return [word for word in _words(text) if word in fresh]


def _words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(_MARKUP.sub(" ", text))]


def _written(text: str) -> Iterator[str]:
    """Yield the ways in which templates write a text."""
    yield from dict.fromkeys((text, text.strip(), json.dumps(text)[1:-1], repr(text)[1:-1]))


def _keeps(output: str, text: str) -> bool:
    """Say whether a text is in the output, however blanks and quotes were written."""
    bare = "".join(output.split())
    return any("".join(form.split()) in bare for form in _written(text))


def _around(output: str, word: str) -> str:
    """Quote what a word stands in, from the beginning of a word a little before it."""
    at = output.lower().find(word)
    before = output[max(0, at - 30) : at]
    before = before[before.find(" ") + 1 :] if at > 30 and " " in before else before  # noqa: PLR2004 - as above
    return " ".join((before + output[at : at + 170]).split())[:TOLD]
