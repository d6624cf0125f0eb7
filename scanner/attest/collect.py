"""From a scan to a bill: what its report and facts say of a model, gathered, nothing added."""

import hashlib
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace

from scanner.artifact import Location
from scanner.attest import configured, coverage, manifest
from scanner.attest.bill import Bill, Claim, Relative, Subject
from scanner.attest.card import CARD, claim, claims, identifier, metrics, relatives
from scanner.attest.coverage import Names
from scanner.attest.licensed import duties, licences
from scanner.facts import Fact
from scanner.facts.model_config import ModelConfig
from scanner.finding import Evidence, Finding
from scanner.report import Report
from scanner.settings import Document, documents

_SNAPSHOT = re.compile(r"(?:.*/)?models--([^/]+)/snapshots/([0-9a-f]{40})")
"""A snapshot in a Hugging Face cache; `--` stands for the "/" of a repository's name."""

PLACE = "place of the model"
"""Source of what the path itself says: a cache of the hub names repository and revision."""

OPTION = "command line"

CONFIGS = ("config.json", "model_index.json")


def bill(  # noqa: PLR0913 - a scan, and what only the asker knows
    report: Report,
    facts: Sequence[Fact],
    *,
    place: str,
    real: str,
    name: str = "",
    version: str = "",
    supplier: str = "",
    signatures: Collection[str] = (),
) -> Bill:
    """Gather the bill of the model that was scanned at `place`; `real` is that path, absolute and without links.

    `name`, `version` and `supplier` are what the asker says; "" leaves them to what is found. `signatures` names files
    of the model that sign it.
    """
    names = Names(place)
    listed = coverage.parts(facts, names)
    own = [part for part in listed if not manifest.kept_by_git(part.name)]
    parts = tuple(part for part in own if part.name not in signatures)
    found = {names.inside(one.path): one for one in documents(facts)}
    front = next(((key, one) for key, one in sorted(found.items()) if key.lower() == CARD), None)
    related = tuple(_relatives(found, front, facts, names))
    placed = tuple(_placed(real))
    said = tuple(_said(name, version, supplier))
    return Bill(
        name=name or next((one.value for one in placed if one.about == "name"), "") or _last(real),
        root=coverage.root(parts),
        adapter=any(one.relation == "adapted" for one in related),
        parts=parts,
        signatures=tuple(part for part in own if part.name in signatures),
        gaps=coverage.gaps(facts, listed, names),
        claims=_once((*said, *placed, *_claims(found, front, facts, names))),
        relatives=_joined(related),
        licences=licences(facts, front[1] if front else None, front[0] if front else "", names),
        duties=duties(facts, place),
        metrics=tuple(metrics(front[1], front[0])) if front else (),
        tool=report.tool,
        ruleset=report.ruleset,
        policy=report.policy,
        verdict=report.verdict,
        findings=tuple(_within(one, names) for one in report.findings),
        rules=report.rules,
    )


def _last(real: str) -> str:
    return real.rstrip("/").rpartition("/")[2] or "model"


def _placed(real: str) -> Iterator[Claim]:
    """Read repository and revision off the path of a snapshot in a cache of the hub."""
    match = _SNAPSHOT.fullmatch(real)
    if match is None:
        return
    name, revision = match[1].replace("--", "/", 1), match[2]
    where = Location(path=PLACE)
    yield claim("name", name.rpartition("/")[2], where)
    yield claim("version", revision, where)
    yield claim("identifier", identifier(name, revision), where)
    if "/" in name:
        yield claim("supplier", name.partition("/")[0], where)


def _said(name: str, version: str, supplier: str) -> Iterator[Claim]:
    said: tuple[tuple[Subject, str], ...] = (("name", name), ("version", version), ("supplier", supplier))
    for about, value in said:
        if value:
            yield claim(about, value, Location(path=OPTION, pointer=f"/{about}"))


def _claims(
    found: dict[str, Document], front: tuple[str, Document] | None, facts: Sequence[Fact], names: Names
) -> Iterator[Claim]:
    if front is not None:
        yield from claims(front[1], front[0])
    described = {names.inside(fact.where.path) for fact in facts if isinstance(fact, ModelConfig)}
    for key in CONFIGS:
        if key in found and (key in described or key == "model_index.json"):
            yield from configured.config_claims(found[key], key)
    yield from configured.metadata_claims(facts, names)


def _relatives(
    found: dict[str, Document], front: tuple[str, Document] | None, facts: Sequence[Fact], names: Names
) -> Iterator[Relative]:
    carded = tuple(relatives(front[1], front[0])) if front is not None else ()
    yield from carded
    if configured.ADAPTER in found:
        yield from configured.adapter_base(found[configured.ADAPTER], configured.ADAPTER, carded)
    yield from configured.metadata_relatives(facts, names)


def _once(claimed: Iterable[Claim]) -> tuple[Claim, ...]:
    """Keep the first place of each value."""
    kept: dict[tuple[str, str], Claim] = {}
    for one in claimed:
        kept.setdefault((one.about, one.value), one)
    return tuple(kept.values())


def _joined(related: Iterable[Relative]) -> tuple[Relative, ...]:
    """Make one relative of all that name it, with what any of them knows."""
    kept: dict[tuple[bool, str], Relative] = {}
    for one in related:
        key = (one.relation == "dataset", one.name)
        other = kept.get(key)
        kept[key] = one if other is None else _both(other, one)
    return tuple(kept.values())


def _both(left: Relative, right: Relative) -> Relative:
    return replace(
        left,
        relation="adapted" if "adapted" in {left.relation, right.relation} else left.relation,
        identifier=max(left.identifier, right.identifier, key=len),
        revision=left.revision or right.revision,
        digest=left.digest or right.digest,
        how=left.how or right.how,
        checked=left.checked or right.checked,
        named=(*left.named, *right.named),
    )


def _within(finding: Finding, names: Names) -> Finding:
    """Name places as the model does. The fingerprint is the one that a scan from within the model gives."""
    evidence = tuple(
        Evidence(where=replace(one.where, path=names.inside(one.where.path)), says=names.within(one.says))
        for one in finding.evidence
    )
    identity = f"{finding.rule}\0{evidence[0].where.path}\0{evidence[0].says}"
    fingerprint = hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    return replace(finding, evidence=evidence, fingerprint=fingerprint)
