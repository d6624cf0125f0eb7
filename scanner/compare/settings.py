"""What differs inside the files beside the weights: keys of configurations, tokens, and the text of templates."""

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import NamedTuple

from scanner.artifact import Artifact
from scanner.compare.companions import WHOLE_NBYTES, subject_of
from scanner.compare.models import TEMPLATE, Model
from scanner.format import MalformedError

TEMPLATES = ("chat_template.jinja", "chat_template.json", "tokenizer_config.json")
"""Files that loaders take a template from, first to last."""

GGUF_ONLY = ("general.", "quantize.", "split.", "gguf.")
"""Starts of keys that say how a GGUF file was made."""

TOLD = 200
"""Changes of one file that are told one by one."""

STEPS = 1 << 20
"""Values of one file that are compared."""

LIST = 64
"""Of lists up to here each element is compared; of longer ones the first that differs is told."""

CHARACTERS = 200


class Change(NamedTuple):
    """One value that differs. `key` is a JSON pointer, "" for a text as a whole; `how`: "changed", "added", "removed".

    `subject` as `CompanionDelta` has it.
    """

    file: str
    subject: str
    key: str
    how: str
    before: str
    after: str


def changes(base: Model, model: Model) -> Iterator[Change]:
    """Yield what differs between files of one name, then what two GGUF files say, then a template that moved."""
    for name in sorted(base.others.keys() & model.others.keys()):
        subject = subject_of(name)
        if subject in {"template", "tokenizer", "config"}:
            yield from _told(name, subject, _text(base.others[name]), _text(model.others[name]))
    if base.metadata and model.metadata:
        for key in sorted(base.metadata.keys() | model.metadata.keys()):
            if not key.startswith(GGUF_ONLY) and key != TEMPLATE:
                subject = "tokenizer" if key.startswith("tokenizer.") else "config"
                yield from _leaf("", subject, f"/{key}", base.metadata.get(key), model.metadata.get(key))
    one, other = template_of(base), template_of(model)
    if TEMPLATE in {*base.metadata, *model.metadata} and one.strip() and other.strip() and one.strip() != other.strip():
        yield Change("", "template", f"/{TEMPLATE}", "changed", *excerpts(one, other))


def template_of(model: Model) -> str:
    """Return the chat template that a loader takes, "" for none."""
    if TEMPLATE in model.metadata:
        return model.metadata[TEMPLATE]
    for name in TEMPLATES:
        text = _text(model.others.get(name))
        if name.endswith(".jinja") and text:
            return text
        top = _parsed(text)
        found = top.get("chat_template") if isinstance(top, dict) else None
        if isinstance(found, list):
            found = next((one.get("template") for one in found if isinstance(one, dict)), None)
        if isinstance(found, str):
            return found
    return ""


def _text(artifact: Artifact | None) -> str:
    if artifact is None or artifact.size > WHOLE_NBYTES:
        return ""
    try:
        with artifact.open() as stream:
            return stream.read(artifact.size).decode("utf-8", "replace")
    except OSError:
        return ""


def _parsed(text: str) -> object:
    from scanner.json_text import parse

    with suppress(MalformedError):
        return parse(text.encode()) if text[:1] in {"{", "["} else None
    return None


def _told(file: str, subject: str, before: str, after: str) -> Iterator[Change]:
    """Compare two states of one file."""
    if before == after:
        return
    left, right = _parsed(before), _parsed(after)
    if not (isinstance(left, dict) and isinstance(right, dict)):
        if subject == "template" or file.endswith((".txt", ".jinja")):
            yield Change(file, subject, "", "changed", *excerpts(before, after))
        return
    for told, one in enumerate(_values(file, subject, left, right)):
        if told >= TOLD:
            yield Change(file, subject, "", "changed", "", "more values than are told one by one")
            return
        yield one


def _values(file: str, subject: str, left: object, right: object) -> Iterator[Change]:
    """Walk two documents side by side; only what differs is followed."""
    pending: list[tuple[str, object, object]] = [("", left, right)]
    for _ in range(STEPS):
        if not pending:
            return
        key, before, after = pending.pop()
        if before == after and type(before) is type(after):
            continue
        before, after = _keyed(key, before), _keyed(key, after)
        if isinstance(before, dict) and isinstance(after, dict):
            names = sorted({*before, *after}, reverse=True)
            pending.extend((f"{key}/{_escaped(name)}", before.get(name), after.get(name)) for name in names)
        else:
            yield from _leaf(file, subject, key, before, after)


def _keyed(key: str, value: object) -> object:
    """Turn a list into a mapping: added tokens by their number, short lists by their places."""
    if not isinstance(value, list):
        return value
    if key == "/added_tokens" and all(isinstance(one, dict) for one in value):
        return {str(one.get("id")): one for one in value}
    return {str(number): one for number, one in enumerate(value)} if len(value) <= LIST else value


def _leaf(file: str, subject: str, key: str, before: object, after: object) -> Iterator[Change]:
    if before == after and type(before) is type(after):
        return
    how = "added" if before is None else "removed" if after is None else "changed"
    if isinstance(before, str) and isinstance(after, str):
        shown = excerpts(before, after)
    elif isinstance(before, list) and isinstance(after, list):
        shown = _lists(before, after)
    else:
        shown = _shown(before), _shown(after)
    yield Change(file, "template" if "chat_template" in key else subject, key[:CHARACTERS], how, *shown)


def _lists(before: list[object], after: list[object]) -> tuple[str, str]:
    """Say where two long lists part."""
    at = next((n for n, (one, other) in enumerate(zip(before, after, strict=False)) if one != other), -1)
    at = at if at >= 0 else min(len(before), len(after))

    def told(some: list[object]) -> str:
        return f"{len(some)} entries, at {at}: {_shown(some[at]) if at < len(some) else 'its end'}"[:CHARACTERS]

    return told(before), told(after)


def excerpts(before: str, after: str) -> tuple[str, str]:
    """Cut two texts to where they differ, some characters around it kept. Linear."""
    if max(len(before), len(after)) <= CHARACTERS:
        return before, after
    start = 0
    shorter = min(len(before), len(after))
    while start < shorter and before[start] == after[start]:
        start += 1
    end = 0
    while end < shorter - start and before[-1 - end] == after[-1 - end]:
        end += 1
    around = 20

    def cut(text: str) -> str:
        first = max(0, start - around)
        middle = text[first : len(text) - max(0, end - around)]
        return f"{'…' if first else ''}{middle}"[:CHARACTERS]

    return cut(before), cut(after)


def _shown(value: object) -> str:
    if value is None or isinstance(value, str):
        return (value or "")[:CHARACTERS]
    return json.dumps(value, default=str)[:CHARACTERS]


def _escaped(name: object) -> str:
    return str(name)[:100].replace("~", "~0").replace("/", "~1")
