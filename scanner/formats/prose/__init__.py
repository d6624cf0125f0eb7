"""Texts for people and agents: Markdown, plain prose, instruction files of agents, prompts."""

import re
from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.limits import HEAD_NBYTES, Limits
from scanner.pattern import pattern

SUFFIXES = (".md", ".mdx", ".mdc", ".markdown", ".rst", ".adoc", ".mdown", ".qmd")
NAMES = (
    ".cursorrules", ".windsurfrules", ".clinerules", ".roorules", ".goosehints", ".rules", "readme", "llms.txt",
    "llms-full.txt", "agents", "claude", "gemini",
)  # fmt: skip

# A heading and a second sign of Markdown, or front matter; a lone `#` begins comments of a hundred languages.
_HEADING = pattern(r"(?m)^#{1,4} +\S[^\n]*\n(?:[ \t]*\n|=|[^#\n])")
_SECOND = pattern(r"(?m)^(?:#{2,4} +\S|```|[-*+] +\*\*|> )|\]\((?:https?:|#|\.?/)|^[-*+] +\[")
_FRONT = pattern(r"\A\ufeff?---[ \t]*\r?\n(?:[\w-]{1,40}:[^\n]*\n(?:[ \t-][^\n]*\n)*){1,40}---[ \t]*\r?\n\s*[^\s{]")
_CODE = pattern(
    r"(?m)^(?:import |from \w+ import|def |class |function |const |var |let |package |#include|use |[A-Z_]+=)|[;{]\s*$"
)
_SAMPLE = 2048
"""Characters at the start that tell prose from tables and lists of words."""

_BLANKS = 4
"""Blanks in a line from which it is one of prose."""

_SHARE = 0.4
"""Share of lines that are such, and of characters that are letters, at least."""


def claims(head: bytes, path: str) -> bool:
    """The names of Markdown and of instruction files, front matter before text, or lines of Markdown or sentences."""
    name = re.split(r"[/!\\]", path)[-1].lower()
    if name.endswith(SUFFIXES) or name in NAMES:
        return True
    if head[:1] in b"{[<" or b"\0" in head:
        return False
    try:
        text = (head[:-4] if len(head) == HEAD_NBYTES else head).decode("utf-8", "strict")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 8:
            return False
        text = head[: error.start].decode("utf-8")
    return _is_prose(text)


def _is_prose(text: str) -> bool:
    if _FRONT.match(text):
        return True
    if text.startswith("#!") or _CODE.search(text):
        return False
    if _HEADING.search(text) and _SECOND.search(text):
        return True
    sample = text[:_SAMPLE]
    lines = [line.strip() for line in sample.splitlines() if line.strip()]
    sentences = sum(line.count(" ") >= _BLANKS for line in lines)
    return (
        bool(sentences) and sentences >= _SHARE * len(lines) and sum(map(str.isalpha, sample)) >= _SHARE * len(sample)
    )


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield what the text hides, says and leads to, and its front matter as a member."""
    from scanner.formats.prose.reading import facts

    yield from facts(artifact, limits)


FORMAT = Format(
    name="prose",
    spec="https://spec.commonmark.org/0.31.2/",
    claims=claims,
    read=read,
    reads="characters that do not show, passages kept from readers, idioms that speak to machines or lure people, "
    "command lines, odd links, tokens of access; front matter as a document",
    leaves="the meaning of other sentences, images",
)
