"""Incidents rebuilt as repositories: each is told of as what it is, and its honest twin is let through."""

from functools import cache
from pathlib import Path

import pytest

from scanner import derive, engine, formats, pack, reader
from scanner.facts.loader import LoadsCode
from scanner.finding import SEVERITIES
from scanner.limits import DEFAULT
from tests.builders.reading import artifact_of
from tests.builders.repositories import INCIDENTS

named = pytest.mark.parametrize("incident", INCIDENTS, ids=lambda incident: incident.name)


@cache
def _bundled() -> pack.Pack:
    return pack.load(Path(__file__).parents[1] / "rules")


def _facts(files):
    facts = []
    for path, content in files.items():
        facts.extend(reader.read(artifact_of(content, path), formats.discover(), DEFAULT))
    for join in derive.discover(facts):
        facts.extend(join(facts))
    return facts


def _found(facts):
    rules = _bundled()
    return list(engine.judge(facts, rules.rules, rules.table))


def _rank(finding) -> int:
    return SEVERITIES.index(finding.severity)


@named
def test_an_incident_is_told_of_by_its_rule(incident):
    facts = _facts(incident.files)
    found = [one for one in _found(facts) if incident.rule in ("*", one.rule)]
    assert incident.severity in {one.severity for one in found}, found
    worst = max(found, key=_rank)
    told = f"{worst.evidence[0].says} {worst.evidence[0].where.path}"
    assert [words for words in incident.says if words not in told] == []
    if incident.origin:
        assert incident.origin in {fact.origin for fact in facts if isinstance(fact, LoadsCode)}


@named
def test_its_honest_twin_has_nothing_to_look_at(incident):
    found = [one for one in _found(_facts(incident.twin)) if _rank(one) >= SEVERITIES.index("medium")]
    assert [(one.rule, one.evidence[0].says) for one in found] == []


def test_every_entry_of_the_class_has_an_incident():
    assert {incident.entry for incident in INCIDENTS} >= set(range(62, 73))
