"""Chat templates in Go's text/template, as Ollama takes them: members of Modelfiles and layers of models."""

from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.limits import Limits
from scanner.pattern import pattern

_MEMBER = pattern(r"!TEMPLATE(?:#\d+)?$")
_SPEAKS = pattern(rb"\.(?:Prompt|Messages|System|Response|Suffix)\b")
# Layers of an Ollama model are named by their digest and nothing else.
_NAMED = pattern(r"(?:^|[/!])sha256[-:][0-9a-f]{64}$|\.(?:tmpl|gotmpl|gotemplate|template)$")
# JSON that holds a template, and a Modelfile.
_HOLDS = pattern(rb"(?:\xef\xbb\xbf)?\s*+(?:\{[^{]|(?i:FROM|TEMPLATE)\s)")


def claims(head: bytes, path: str) -> bool:
    """Claim what a Modelfile handed on, and text whose actions speak of messages, of a prompt or of an answer."""
    if _MEMBER.search(path):
        return True
    start = head.find(b"{{")
    if start < 0 or b"\0" in head or not _SPEAKS.search(head, start):
        return False
    # A README or a program that quotes a template begins otherwise.
    return _NAMED.search(path) is not None or not (b"\n" in head[:start].lstrip() or _HOLDS.match(head))


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield what the template's code says."""
    from scanner.formats.go_template.reading import facts

    yield from facts(artifact, limits)


FORMAT = Format(
    name="go_template",
    spec="https://pkg.go.dev/text/template",
    claims=claims,
    read=read,
    holds=(b"{{",),
    named=("!template",),
    reads="actions, what decisions look at, constants put together from parts, called functions, texts",
    leaves="what the template makes of a conversation: it is not rendered",
)
