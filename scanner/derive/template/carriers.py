"""Chat templates of one folder: files that hold different ones under one name."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations

from scanner.facts import Fact
from scanner.facts.template import TemplatesDisagree, TemplateSummary

SHOWN = 8
CARRIERS = 12
"""Templates of one name in one folder that are compared; a folder with more is a collection, not a model."""


def derive(facts: Sequence[Fact]) -> Iterator[Fact]:
    """Compare the templates that hosts would take for the same one."""
    found: dict[tuple[str, str, str], list[TemplateSummary]] = {}
    for fact in facts:
        if isinstance(fact, TemplateSummary):
            found.setdefault((_folder(fact.where.path), fact.engine, fact.name), []).append(fact)
    for (_, _, name), same in found.items():
        carriers = [fact for fact in same if name != "default" or _is_carrier(fact.where.path)]
        if 1 < len(carriers) <= CARRIERS:
            yield from _compared(carriers)


def _folder(path: str) -> str:
    """Name the folder of the model: templates beside it lie in `additional_chat_templates/`."""
    file = path.partition("!")[0]
    folder = file.rpartition("/")[0]
    return folder.removesuffix("additional_chat_templates").removesuffix("/")


def _is_carrier(path: str) -> bool:
    """Say whether a host looks here: other templates in a folder are examples."""
    return "!" in path or path.rpartition("/")[2].startswith("chat_template.")


def _is_weights(fact: TemplateSummary) -> bool:
    """Say whether the template lies in a file of weights: two of those are two models."""
    return "!tokenizer.chat_template" in fact.where.path


def _compared(carriers: Sequence[TemplateSummary]) -> Iterator[TemplatesDisagree]:
    for left, right in combinations(sorted(carriers, key=lambda fact: fact.where.path), 2):
        if left.normal == right.normal or (_is_weights(left) and _is_weights(right)):
            continue
        ours, theirs = Counter(left.statements), Counter(right.statements)
        yield TemplatesDisagree(
            where=right.where,
            left=left.where.path,
            right=right.where.path,
            name=left.name,
            rendered=left.rendered != right.rendered,
            only_left=tuple(ours - theirs)[:SHOWN],
            only_right=tuple(theirs - ours)[:SHOWN],
        )
