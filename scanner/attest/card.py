"""What the front matter of a model card claims: the hub's keys, value by value, with their pointers.

https://huggingface.co/docs/hub/model-cards#model-card-metadata
"""

import re
from collections.abc import Iterator

from scanner.artifact import Location
from scanner.attest.bill import Claim, Metric, Relative, Subject
from scanner.attest.worth import COMMIT, PAPER, checked, filler, repository
from scanner.settings import Document, Leaf

CARD = "readme.md!front-matter.yaml"

MANY = 200
"""Values of one key that are listed."""

KEYS: dict[str, Subject] = {
    "pipeline_tag": "task",
    "library_name": "library",
    "language": "language",
    "model_name": "title",
    "model_description": "description",
    "version": "version",
    "release_date": "released",
    "tags": "tag",
}

_EMISSIONS = ("/co2_eq_emissions", "/co2_eq_emissions/emissions")
_METRIC = re.compile(r"/model-index/(\d+)/results/(\d+)/metrics/(\d+)/(type|value)")


def claims(card: Document, name: str) -> Iterator[Claim]:
    """Yield what a card claims; `name` is how its front matter is called in the model."""
    for key, about in KEYS.items():
        for leaf in _values(card, f"/{key}"):
            yield claim(about, leaf.value, _at(leaf, name))
    for leaf in _values(card, "/tags"):
        kind, colon, value = leaf.value.partition(":")
        if colon and kind in {"arxiv", "doi"} and PAPER.fullmatch(value):
            yield claim("paper", value, _at(leaf, name))
    for pointer in _EMISSIONS:
        amount = card.get(pointer)
        if amount is not None and amount.kind in "nt":
            yield claim("energy", amount.value, _at(amount, name))


def relatives(card: Document, name: str) -> Iterator[Relative]:
    """Yield the bases and the sets of data that a card names. A name in the form of the hub's is one of the hub's."""
    how = card.text("/base_model_relation")
    for leaf in _values(card, "/base_model"):
        yield _relative(leaf, name, "base", how)
    for leaf in _values(card, "/datasets"):
        yield _relative(leaf, name, "dataset", "")


def metrics(card: Document, name: str) -> Iterator[Metric]:
    """Yield the results of `model-index` that have both a type and a value."""
    found: dict[tuple[str, str, str], dict[str, Leaf]] = {}
    for leaf in card.under("/model-index"):
        if (match := _METRIC.fullmatch(leaf.pointer)) and leaf.kind in "nt":
            model, result, metric, key = match.groups()
            found.setdefault((model, result, metric), {})[key] = leaf
    for (model, result, _), pair in list(found.items())[:MANY]:
        if len(pair) == 2 and not filler(pair["value"].value):  # noqa: PLR2004 - type and value
            data = card.text(f"/model-index/{model}/results/{result}/dataset/name")
            yield Metric(kind=pair["type"].value, value=pair["value"].value, data=data, where=_at(pair["value"], name))


def claim(about: Subject, value: str, where: Location) -> Claim:
    """Make a claim, and check its form."""
    return Claim(about=about, value=value, where=where, checked=checked(about, value))


def identifier(name: str, revision: str = "") -> str:
    """Spell a repository of models of the hub as a package URL (purl-spec, type huggingface)."""
    from urllib.parse import quote

    path = "/".join(quote(part, safe="") for part in name.split("/"))
    return f"pkg:huggingface/{path}" + (f"@{revision}" if COMMIT.fullmatch(revision) else "")


def _relative(leaf: Leaf, name: str, relation: str, how: str) -> Relative:
    known = repository(leaf.value) and not filler(leaf.value)
    return Relative(
        name=leaf.value,
        relation="dataset" if relation == "dataset" else "base",
        identifier=identifier(leaf.value) if known and relation == "base" else "",
        revision="",
        digest="",
        how=how,
        checked=known,
        named=(_at(leaf, name),),
    )


def _values(card: Document, pointer: str) -> list[Leaf]:
    """Return the value at a key, or those of its list; what is deeper is none of them."""
    depth = pointer.count("/")
    found = [leaf for leaf in card.under(pointer) if leaf.kind in "tn" and leaf.value.strip()]
    return [
        leaf for leaf in found if leaf.pointer.count("/") <= depth + 1 and (leaf.pointer == pointer or _item(leaf))
    ][:MANY]


def _item(leaf: Leaf) -> bool:
    return leaf.pointer.rpartition("/")[2].isdigit()


def _at(leaf: Leaf, name: str) -> Location:
    return Location(path=name, pointer=leaf.pointer, line=leaf.line if leaf.line > 0 else None)
