"""Chat templates in Jinja, as files and as members of configurations and models; parsed, and rendered with probes."""

import re
from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.limits import HEAD_NBYTES, Limits

_NAMED = re.compile(r"(?:^|[/!])(?:tokenizer\.)?chat_template[^/!]*$")
_SUFFIXES = (".jinja", ".jinja2", ".j2")
_TAGGED = re.compile(rb"\s*+(?:\xef\xbb\xbf\s*+)?\{[%{#]")
_SPEAKS = re.compile(rb"\bmessages\b|\badd_generation_prompt\b")
_CARRIERS = (".json", ".gguf", ".py", ".md")


def claims(head: bytes, path: str) -> bool:
    """Claim what a reader handed on as a template, what is named so, and Jinja text that speaks of messages."""
    if _NAMED.search(path) and not path.endswith(_CARRIERS):
        return True
    if path.endswith(_SUFFIXES) or _TAGGED.match(head):
        return _SPEAKS.search(head) is not None or len(head) == HEAD_NBYTES
    return False


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield what the template's code says, then how its output reacts to probes."""
    from scanner.formats.chat_template.reading import facts

    yield from facts(artifact, limits)


FORMAT = Format(
    name="chat_template",
    spec="https://jinja.palletsprojects.com/en/stable/templates/",
    claims=claims,
    read=read,
    opens=b"{\xef\t\n\x0b\x0c\r ",
    named=("chat_template", *_SUFFIXES),
    reads="the syntax tree, what decisions look at, constants put together from parts, texts, and the output for probe "
    "conversations, rendered in a sandbox",
    leaves="what a template does with tools, documents and variables that only one host gives",
)
