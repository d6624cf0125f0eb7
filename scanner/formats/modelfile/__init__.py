"""Ollama Modelfiles: what a model is made from, its template, what it is told first, its parameters."""

import re
from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.limits import Limits
from scanner.pattern import pattern

# Blank lines and comments, then the first instruction.
_FIRST = pattern(r"\ufeff?(?:\s|#[^\n]*+(?:\n|\Z))*+([A-Za-z]+)[ \t]+([^\n]*)")
_FROM = pattern(r"(?im)^[ \t]*+FROM[ \t]+\S[^\n]*$")
_NAMED = pattern(r"(?i)(?:^|[/!])modelfile[^/!]*$|\.modelfile$")
_OWN = {"template", "system", "message", "parameter", "adapter", "license", "requires", "renderer", "parser"}
_QUOTED = {"template", "system", "license", "message"}
_WEIGHTS = pattern(r"(?i)\.(?:gguf|safetensors)\b|^\.{0,2}/|^\.$")
_ROLES = ("system", "user", "assistant")


def claims(head: bytes, path: str) -> bool:
    """Claim text whose first instructions are FROM and one that no Dockerfile has, and what is named a Modelfile."""
    text = head.decode("utf-16" if head[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8", "replace")
    first = _FIRST.match(text)
    if first is None:
        return False
    word, value = first.groups()
    if _NAMED.search(path) and word.lower() in {"from", *_OWN}:
        return True
    if word.lower() == "from":
        if word != "FROM" and len(value.split()) != 1:
            return False
        second = _FIRST.match(text, first.end())
        return _is_own(second) if second else _WEIGHTS.search(value.strip()) is not None
    return _is_own(first) and _FROM.search(text, first.end()) is not None


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield each instruction, and the template as a member."""
    from scanner.formats.modelfile.reading import facts

    yield from facts(artifact, limits)


def _is_own(line: re.Match[str] | None) -> bool:
    """Say whether a line is an instruction of a Modelfile, and not prose that begins with such a word."""
    if line is None or line[1].lower() not in _OWN:
        return False
    if line[1].isupper():
        return True
    value = line[2].strip()
    return value.startswith(('"', *_ROLES) if line[1].lower() in _QUOTED else ('"', "/", ".")) or (
        line[1].lower() in {"parameter", "requires"}
    )


FORMAT = Format(
    name="modelfile",
    spec="https://docs.ollama.com/modelfile",
    claims=claims,
    read=read,
    opens=b"\xef\xff\xfe# \t\r\nFfTtSsMmPpAaLlRr",
    named=("modelfile",),
    reads="instructions, where weights and adapters come from, what the model is told, the template",
    leaves="the files that FROM and ADAPTER name, which are artifacts of their own",
)
