"""What the front matter of a card says: shapes that the hub drops, lineage, forms, hand-overs, data files."""

import re
from collections.abc import Iterator, Sequence

from scanner.cards.fronts import fronts, texts
from scanner.cards.hosts import alike
from scanner.cards.publishers import near, owner_of, repository_of
from scanner.derive.document.paths import leads
from scanner.facts import Fact
from scanner.facts.card import (
    CardLineage,
    DataFilePattern,
    DatasetCard,
    FrontMatterOddity,
    GatedAsk,
    HandOver,
    NearOwner,
)
from scanner.pattern import pattern
from scanner.prose.addresses import odd
from scanner.settings import Document, Leaf

SHOWN = 200
ENTRIES = 64
"""Bases, datasets, sources, patterns and fields of one card that are told."""

TEXTS = (
    "pipeline_tag", "library_name", "new_version", "base_model_relation", "license_name", "thumbnail", "model_name",
    "pretty_name",
)  # fmt: skip
LISTS = ("tags", "metrics", "task_categories", "task_ids", "widget", "model-index", "configs", "multilinguality")
MAPPINGS = ("extra_gated_fields",)
NAMES = ("license", "language", "base_model", "datasets")
"""Keys that take a text or a list of texts."""

_KINDS = {"t": "text", "n": "number", "b": "boolean", "0": "nothing", "o": "mapping", "l": "list", "s": "list"}
_ASKS = (
    ("wallet", pattern(r"(?i)\b(?:wallet address|seed phrase|metamask|private key)\b")),
    ("password", pattern(
        r"(?i)\bpass(?:word|code|phrase)s?\b|\bpasswort\b|\bmot de passe\b|\bcontraseña\b|\bsenha\b|密码|密碼|пароль"
    )),
    ("token", pattern(
        r"(?i)\b(?:access|api|auth(?:entication)?|hf|hugging ?face|github|openai|secret|write)"
        r"[ _-]{0,2}(?:token|key)s?\b"
        r"|\b(?:2fa|otp|one.time|verification|authenticator) ?(?:code|password)s?\b"
    )),
    ("payment", pattern(
        r"(?i)\b(?:credit|debit) ?cards?\b|\bcard number\b|\bcvv\b|\biban\b|\bbank account\b|\bbitcoin\b|\busdt\b"
    )),
    ("identity", pattern(r"(?i)\bpassport (?:number|no\b)|\bsocial security (?:number|no\b)|\bssn\b|身份证号")),
)  # fmt: skip
_VERB = pattern(
    r"(?i)\b(?:enter|type|paste|provide|send|submit|share|give us|fill in|confirm|supply|e-?mail us|include)\b"
    r"[^.\n]{0,40}$"
)
_NO = pattern(r"(?i)\b(?:never|not|n't|no one|nobody)\b[^.\n]{0,60}$")
_ADDRESS = pattern(r"(?i)https?://(?:[^\s/@]{1,100}@)?([^\s/:?#\"'<>)\]]{4,253})")
_HUB = pattern(r"(?i)(?:https?://(?:www\.)?(?:huggingface\.co|hf\.co)|hf:/)/(?:datasets/)?")


def derive(facts: Sequence[Fact]) -> Iterator[Fact]:
    """Read the front matter of every card."""
    for path, front in fronts(facts):
        yield from _shapes(front)
        yield from _lineage(front)
        yield from _near(front)
        yield from _handed(path, front)
        if "\n/extra_gated_" in front.outline:
            yield from _form(front)
        yield from _data(front)


def _shapes(front: Document) -> Iterator[Fact]:
    outline = front.outline
    for keys, expected in ((TEXTS, "text"), (LISTS, "list"), (MAPPINGS, "mapping"), (NAMES, "text")):
        for key in keys:
            if f"\n/{key}" not in outline:
                continue
            first = next(front.under(f"/{key}"), None)
            kind = _kind(first, key) if first is not None else expected
            lists = keys is NAMES and kind in {"list", "nothing"}
            if first is not None and kind not in {expected, "nothing"} and not lists:
                yield FrontMatterOddity(
                    where=first.at(), key=key, kind=kind, expected=expected, value=first.value[:SHOWN]
                )  # fmt: skip


def _kind(leaf: Leaf, key: str) -> str:
    """Say what stands at a key of the top, of which a leaf is the first."""
    if leaf.pointer == f"/{key}":
        return _KINDS.get(leaf.kind, "text")
    return "list" if leaf.pointer[len(key) + 2 :].partition("/")[0].isdecimal() else "mapping"


def _lineage(front: Document) -> Iterator[Fact]:
    bases, datasets = texts(front, "/base_model"), texts(front, "/datasets")
    if bases or datasets:
        pinned = sum("@" in one or "/tree/" in one or "/resolve/" in one for one in (*bases, *datasets))
        yield CardLineage(
            where=front.parts[0].where,
            bases=tuple(one[:SHOWN] for one in bases[:ENTRIES]),
            datasets=tuple(one[:SHOWN] for one in datasets[:ENTRIES]),
            pinned=pinned,
        )


def _near(front: Document) -> Iterator[Fact]:
    told = set()
    for key in ("base_model", "datasets", "new_version"):
        for leaf in front.under(f"/{key}"):
            owner = owner_of(_HUB.sub("", leaf.value)) if leaf.kind == "t" else ""
            found = near(owner) if owner and owner.lower() not in told else None
            told.add(owner.lower())
            if found:
                yield NearOwner(
                    where=leaf.at(), subject=key, repository=leaf.value[:SHOWN], owner=owner, near=found.name,
                    how=found.how, official=False,
                )  # fmt: skip


def _handed(path: str, front: Document) -> Iterator[Fact]:
    leaf = front.get("/new_version")
    owner = owner_of(_HUB.sub("", leaf.value)) if leaf is not None and leaf.kind == "t" else ""
    own = repository_of(path)
    if leaf is not None and owner and owner.lower() != (own.owner.lower() if own else ""):
        mine = own.owner if own else ""
        yield HandOver(where=leaf.at(), how="new_version", target=leaf.value[:SHOWN], owner=owner, own=mine)


def _form(front: Document) -> Iterator[Fact]:
    """Look at names of fields, and at what is said around them. A licence that is quoted there names much."""
    told = set()
    for leaf in front.leaves:
        if not leaf.pointer.startswith("/extra_gated_"):
            continue
        keys = leaf.keys
        if keys[0] == "extra_gated_fields" and len(keys) > 1 and keys[1] not in told:
            told.add(keys[1])
            for asks, shape in _ASKS:
                if shape.search(keys[1]):
                    yield GatedAsk(where=leaf.at(), field=keys[1][:SHOWN], asks=asks, text=keys[1][:SHOWN])
                    break
        elif leaf.kind == "t":
            yield from _prompted(leaf)


def _prompted(leaf: Leaf) -> Iterator[Fact]:
    key, text = leaf.keys[0], leaf.value
    for asks, shape in _ASKS:
        for found in shape.finditer(text):
            before = text[max(0, found.start() - 80) : found.start()]
            if _VERB.search(before) and not _NO.search(before):
                begin = max(0, found.start() - 80)
                yield GatedAsk(where=leaf.at(), field=key, asks=asks, text=text[begin : found.end() + 40])
                break
    strange = [one.address for one in odd(text) if one.kind != "placeholder"]
    strange += [one[0] for one in _ADDRESS.finditer(text) if alike(one[1].lower())]
    if strange:
        yield GatedAsk(where=leaf.at(), field=key, asks="address", text=strange[0][:SHOWN])


def _data(front: Document) -> Iterator[Fact]:
    outline = front.outline
    if "\n/configs/" in outline:
        files = [leaf for leaf in front.under("/configs") if leaf.kind == "t" and "/data_" in leaf.pointer]
        strange = [(leaf, how) for leaf in files if (how := _out(leaf.value))]
        for leaf, how in strange[:ENTRIES]:
            yield DataFilePattern(where=leaf.at(), pattern=leaf.value[:SHOWN], how=how)
    if any(f"\n/{key}" in outline for key in ("task_categories", "dataset_info", "size_categories", "source_datasets")):
        licences = texts(front, "/license")
        sources = [one for one in texts(front, "/source_datasets") if one != "original"]
        yield DatasetCard(
            where=front.parts[0].where,
            license=", ".join(licences)[:SHOWN],
            sources=tuple(one[:SHOWN] for one in sources[:ENTRIES]),
        )


def _out(value: str) -> str:
    if re.match(r"[a-z][a-z0-9+.-]{1,12}://", value, re.IGNORECASE):
        return "repository" if _HUB.match(value) or value.startswith("hf://") else "address"
    return leads(value)
