"""The names of a classifier's answers: `id2label` against `label2id`, and how many there should be."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from scanner.artifact import Location
from scanner.facts import Fact
from scanner.facts.setting import LabelMismatch
from scanner.settings import Document, documents

CHARACTERS = 200


def derive(facts: Sequence[Fact]) -> Iterator[Fact]:
    """Read every document with such a table, at its top or in a part of it."""
    for document in documents(facts):
        if "/id2label/" in document.outline:
            pointers = [pointer for part in document.parts for pointer in part.pointers if "/id2label/" in pointer]
            starts = {pointer.partition("/id2label/")[0] for pointer in pointers}
            for start in sorted(starts):
                yield from _compared(document, start)


def _compared(document: Document, start: str) -> Iterator[LabelMismatch]:
    where = Location(path=document.path, pointer=f"{start}/id2label")
    names = {leaf.key: leaf.value for leaf in document.under(f"{start}/id2label")}
    if not names or any(not one.isdigit() for one in names):
        return
    count = document.get(f"{start}/num_labels")
    if count is not None and count.kind == "n" and count.value != str(len(names)):
        yield _fact(where, "count", "", (count.value, str(len(names))), len(names), 1)
    times = Counter(names.values())
    repeated = [name for name, often in times.items() if often > 1]
    if repeated:
        yield _fact(where, "repeated", repeated[0], (_ids(names, repeated[0]), ""), len(names), len(repeated))
    back = _back(document, start)
    if back and not repeated:
        yield from _inverted(where, names, back)


def _inverted(where: Location, names: Mapping[str, str], back: Mapping[str, str]) -> Iterator[LabelMismatch]:
    """Compare both tables. Where they have the same names, one of them has them under other ids."""
    ids = {name: number for number, name in names.items()}
    wrong = [name for name in ids if back.get(name, "") != ids[name]]
    if wrong and ids.keys() == back.keys():
        yield _fact(where, "exchanged", wrong[0], (ids[wrong[0]], back[wrong[0]]), len(names), len(wrong))
    elif wrong:
        yield _fact(where, "differ", wrong[0], (ids[wrong[0]], back.get(wrong[0], "")), len(names), len(wrong))


def _back(document: Document, start: str) -> dict[str, str]:
    """Read `label2id`. Whole numbers count, as text as well: some releases wrote them so."""
    leaves = document.under(f"{start}/label2id") if f"{start}/label2id/" in document.outline else ()
    return {leaf.key: leaf.value.removesuffix(".0") for leaf in leaves if leaf.value.removesuffix(".0").isdigit()}


def _ids(names: Mapping[str, str], name: str) -> str:
    return ", ".join(number for number, one in names.items() if one == name)[:CHARACTERS]


def _fact(  # noqa: PLR0913, PLR0917 - the fact's own fields
    where: Location, how: str, label: str, sides: tuple[str, str], labels: int, concerned: int
) -> LabelMismatch:
    return LabelMismatch(
        where=where,
        how=how,
        label=label[:CHARACTERS],
        left=sides[0],
        right=sides[1],
        labels=labels,
        concerned=concerned,
    )
