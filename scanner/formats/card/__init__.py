"""Cards of models and of data: what a README says of them, beside what `prose` finds in any text."""

import re
from collections.abc import Iterator

from scanner.artifact import Artifact
from scanner.facts import Fact
from scanner.format import Format
from scanner.limits import Limits
from scanner.pattern import pattern

SUFFIXES = (".md", ".markdown", ".mdx")

_NAME = pattern(
    r"(?:read\W?me|model[\s_-]?card|data(?:set)?[\s_-]?card|card)(?:[._-][\w-]{1,20})?(?:\.(?:md|markdown|mdx))?"
)
_FRONT = re.compile(
    rb"\A(?:\xef\xbb\xbf)?\s{0,8}---[ \t]*\r?\n(?:[^\n]{0,400}\n){0,200}?"
    rb"(?:license|pipeline_tag|library_name|base_model|model-index|datasets|task_categories|dataset_info|model_name|"
    rb"extra_gated_[a-z_]+|new_version)[ \t]*:"
)
_HEADING = re.compile(rb"(?im)^#{1,3} +(?:\W{0,8})(?:model|data(?:set)?) +card\b")


def claims(head: bytes, path: str) -> bool:
    """A README or a text named as a card; another Markdown text with a card's front matter or heading."""
    name = re.split(r"[/!\\]", path)[-1].lower()
    if _NAME.fullmatch(name) and (name.endswith(SUFFIXES) or name == "readme"):
        return True
    return name.endswith(SUFFIXES) and bool(_FRONT.match(head) or _HEADING.search(head))


def read(artifact: Artifact, limits: Limits) -> Iterator[Fact | Artifact]:
    """Yield what the card speaks of, which repositories and hosts it names, and what leave it asks for."""
    from scanner.formats.card.reading import facts

    yield from facts(artifact, limits)


FORMAT = Format(
    name="card",
    spec="https://huggingface.co/docs/hub/model-cards",
    claims=claims,
    read=read,
    named=(*SUFFIXES, "readme"),
    reads="what the card speaks of, repositories that it names, hosts that look like well-known ones, code that asks "
    "for leave to run code",
    leaves="whether what it says of the model is so",
)
