"""What a card says of its weights against what lies beside it: their format, and how many parameters they have."""

from collections.abc import Iterator, Sequence

from scanner.cards.folders import above
from scanner.cards.fronts import fronts, texts
from scanner.facts import Examined, Fact
from scanner.facts.card import CardClaim, CardText
from scanner.facts.tensor import TensorTable
from scanner.nesting import beside
from scanner.pattern import pattern

FORMATS = frozenset(("safetensors", "gguf", "onnx", "tflite", "openvino", "coreml", "keras"))
"""Formats that are named in cards as their readers here are."""

FACTOR = 4.0
"""How many times more, or fewer, parameters than the title says are told: names are rounded, and leave out parts."""

FLOATS = frozenset(("F64", "F32", "F16", "BF16", "float32", "float16", "bfloat16"))
"""Types of which one number is one parameter; packed ones hold several in one."""

_UNIT = {"b": 1e9, "m": 1e6}
_SIZE = pattern(r"(?i)(?<![\w.])(\d{1,4}(?:\.\d{1,3})?)[ ]?([bm])(?![\w])")
_PART = pattern(
    r"(?i)\d+x\d|a\d+(?:\.\d+)?b\b|lora|adapter|mmproj|projector|eagle|draft|head|merge|moe|vae|encoder|delta"
)
_SHARD = pattern(r"-\d{5}-of-(\d{5})\.")


def derive(facts: Sequence[Fact]) -> Iterator[Fact]:
    """Compare each card with the weights of its folder."""
    cards = {beside(fact.where.path, ""): fact for fact in facts if isinstance(fact, CardText) and fact.kind == "model"}
    tables: dict[str, list[TensorTable]] = {}
    for fact in facts if cards else ():
        if isinstance(fact, TensorTable):
            tables.setdefault(beside(fact.where.path, ""), []).append(fact)
    if not tables:
        return
    formats = _formats(facts, cards)
    front = dict(fronts(facts))
    for folder, card in cards.items():
        if folder in tables:
            yield from _size(card, tables[folder])
            document = front.get(card.where.path)
            if document is not None:
                named = {*texts(document, "/library_name"), *texts(document, "/tags")}
                yield from _format(card, {one.lower() for one in named} & FORMATS, formats[folder])


def _formats(facts: Sequence[Fact], cards: dict[str, CardText]) -> dict[str, set[str]]:
    """Gather the formats of the files in and below each card's folder."""
    found: dict[str, set[str]] = {folder: set() for folder in cards}
    for fact in facts:
        if isinstance(fact, Examined):
            for folder in above(fact.where.path):
                if folder in found:
                    found[folder].update(fact.formats)
    return found


def _format(card: CardText, named: set[str], there: set[str]) -> Iterator[CardClaim]:
    for one in sorted(named):
        have = ", ".join(sorted(there & (FORMATS | {"torch"})))
        yield CardClaim(where=card.where, claim="format", claimed=one, found=have, agrees=one in there)


def _size(card: CardText, tables: Sequence[TensorTable]) -> Iterator[CardClaim]:
    said = _SIZE.findall(card.title)
    floats = [one for one in tables if one.format == "safetensors" and FLOATS.issuperset(one.dtypes)]
    if len(said) != 1 or _PART.search(card.title) or not floats or not _is_whole(floats):
        return
    claimed = float(said[0][0]) * _UNIT[said[0][1].lower()]
    found = sum(one.parameters for one in floats)
    if claimed > 0 and found > 0:
        agrees = claimed / FACTOR <= found <= claimed * FACTOR
        yield CardClaim(where=card.where, claim="size", claimed="".join(said[0]), found=str(found), agrees=agrees)


def _is_whole(tables: Sequence[TensorTable]) -> bool:
    """Say whether all shards of one set of weights, and nothing else, are here."""
    counts = {found[1] if found else "" for one in tables for found in [_SHARD.search(one.where.path)]}
    if len(counts) != 1:
        return False
    count = counts.pop()
    return len(tables) == (int(count) if count else 1)
