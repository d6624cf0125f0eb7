"""Chat templates in Jinja, as files and as members of configurations and models; parsed, and rendered with probes."""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.limits import HEAD_NBYTES, Limits
from scanner.pattern import pattern

_NAMED = pattern(r"(?:^|[/!])(?:tokenizer\.)?chat_template[^/!]*$|(?:^|/)additional_chat_templates/[^/!]+\.jinja$")
SUFFIXES = (".jinja", ".jinja2", ".j2")
_TAGGED = pattern(rb"\s*+(?:\xef\xbb\xbf\s*+)?\{[%{#]")
# The conversation, named in a tag, and what a template asks of it.
_MESSAGES = pattern(rb"\{[{%][^{}]{0,400}?\bmessages\b")
_ASKED = pattern(rb"\brole\b|\bcontent\b|\badd_generation_prompt\b")
# An action of Go's text/template, which looks fields up in capital letters behind a dot: another reader's.
_GO = pattern(rb"\{\{-?[^{}\n]{0,80}?[\s(]\$?\.[A-Z]")
_CARRIERS = (".json", ".gguf", ".py", ".md")


def claims(head: bytes, path: str) -> bool:
    """Claim what a reader handed on as a template, what is named so, and Jinja text that speaks of messages."""
    if is_named(path):
        return True
    if path.endswith(SUFFIXES):
        return speaks(head) or len(head) == HEAD_NBYTES
    return _TAGGED.match(head) is not None and speaks(head) and not _GO.search(head)


def is_named(path: str) -> bool:
    """Say whether a host would take what lies here for a chat template, whatever it holds."""
    return _NAMED.search(path) is not None and not path.endswith(_CARRIERS)


def speaks(text: bytes) -> bool:
    """Say whether a template looks at a conversation: other Jinja makes pages, prompts and configurations."""
    return _MESSAGES.search(text) is not None and _ASKED.search(text) is not None


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
    holds=(b"messages",),
    named=("chat_template", *SUFFIXES),
    reads="the syntax tree, what decisions look at, constants put together from parts, texts, and the output for probe "
    "conversations, rendered in a sandbox",
    leaves="what a template does with tools, documents and variables that only one host gives",
)
