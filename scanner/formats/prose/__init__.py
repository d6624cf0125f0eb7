"""Texts for people and agents: Markdown, plain prose, instruction files of agents, prompts."""

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
_FRONT = pattern(
    r"\A\ufeff?---[ \t]*\r?\n(?:[\w-]{1,40}:[^\n]*\n(?:[ \t-][^\n]*\n)*){1,40}---[ \t]*\r?\n"
    # A second document of YAML is no text.
    r"\s*(?!(?:#[^\n]*\n\s*)*[\w.\"'-]{1,60}:(?:\s|\Z)|- )[^\s{]"
)
_CODE = ("import ", "def ", "class ", "function ", "const ", "var ", "let ", "package ", "#include", "use ")
_STATEMENT = pattern(r"(?m)^(?:from \w+ import|[A-Z_]+=)")
_CLOSED = pattern(r"(?m)[;{]\s*$")
_LETTERS = bytes((*range(0x41, 0x5B), *range(0x61, 0x7B)))
_SAMPLE = 2048
"""Characters at the start that tell prose from tables and lists of words."""

_BLANKS = 4
"""Blanks in a line from which it is one of prose."""

_SIGNS = "(){};=<>"
_MOST_SIGNS = 0.05
"""Share of signs of code above which a text is some, a program on one long line."""

_SHARE = 0.4
"""Share of lines that are such, and of characters that are letters, at least."""


def claims(head: bytes, path: str) -> bool:
    """The names of Markdown and of instruction files, front matter before text, or lines of Markdown or sentences."""
    name = path.lower().replace("\\", "/").replace("!", "/").rpartition("/")[2]
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
    if text.startswith("#!") or _is_code(text):
        return False
    if _HEADING.search(text) and _SECOND.search(text):
        return True
    sample = text[:_SAMPLE]
    lines = [line.strip() for line in sample.splitlines() if line.strip()]
    sentences = sum(line.count(" ") >= _BLANKS for line in lines)
    if not sentences or sentences < _SHARE * len(lines) or _letters(sample) < _SHARE * len(sample):
        return False
    return sum(map(sample.count, _SIGNS)) <= _MOST_SIGNS * len(sample)


def _is_code(text: str) -> bool:
    """Find a line that begins as one of a program, or ends as one."""
    if any(line.startswith(_CODE) for line in text.split("\n")):
        return True
    if ("import" in text or "=" in text) and _STATEMENT.search(text):
        return True
    return (";" in text or "{" in text) and _CLOSED.search(text) is not None


def _letters(sample: str) -> int:
    if sample.isascii():
        return len(sample) - len(sample.encode().translate(None, _LETTERS))
    return sum(map(str.isalpha, sample))


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield what the text hides, says and leads to, and its front matter as a member."""
    from scanner.formats.prose.reading import facts

    yield from facts(artifact, limits)


FORMAT = Format(
    name="prose",
    spec="https://spec.commonmark.org/0.31.2/",
    claims=claims,
    read=read,
    opens=bytes(byte for byte in range(256) if byte not in b"{[<"),
    named=(*SUFFIXES, *NAMES),
    reads="characters that do not show, passages kept from readers, idioms that speak to machines or lure people, "
    "command lines, odd links, tokens of access; front matter as a document",
    leaves="the meaning of other sentences, images",
)
