"""Which files of a scan are parts of one model, and which of them speaks for all."""

from typing import Final, NamedTuple

from scanner.artifact import Artifact
from scanner.measures.views import Beside
from scanner.pattern import pattern

_PART: Final = pattern(r"^(.*)-(\d{5})-of-(\d{5})(\.[a-z]+)$")
"""As `transformers` and `llama.cpp` name parts."""


class Parts(NamedTuple):
    """The files of one model. `others` are those beside the one that was asked about, `missing` counts the rest.

    `leads`: the one that was asked about is the first of them; it speaks for all.
    """

    others: list[Artifact]
    missing: int
    leads: bool


def parts(artifact: Artifact, beside: Beside) -> Parts:
    """Find the other parts of the model that a file is part of."""
    found = _PART.match(artifact.path)
    if found is None:
        return Parts([], 0, leads=True)
    stem, _, count, suffix = found.groups()
    wanted = [f"{stem}-{number:05}-of-{count}{suffix}" for number in range(1, int(count) + 1)]
    there = [path for path in wanted if path in beside or path == artifact.path]
    leads = there[:1] == [artifact.path] or artifact.path not in wanted
    return Parts([beside[path] for path in there if path != artifact.path], len(wanted) - len(there), leads=leads)
