"""Every bundled rule obeys the laws, and every condition of it is needed."""

from pathlib import Path

import pytest

from scanner import mutation, pack
from scanner.facts import vocabulary
from scanner.lint import check, lint

ROOT = Path(__file__).parent.parent / "rules"
RULES = pack.load(ROOT)


@pytest.mark.parametrize("rule", RULES.rules, ids=lambda rule: rule.id)
def test_the_rule_obeys_every_law(rule) -> None:
    assert list(check(rule, rule.id, RULES.table)) == []


@pytest.mark.parametrize("rule", RULES.rules, ids=lambda rule: rule.id)
def test_every_condition_of_the_rule_is_needed(rule) -> None:
    assert list(mutation.unneeded(rule, vocabulary()[rule.fact], RULES.table)) == []


def test_the_pack_as_a_whole_obeys_every_law() -> None:
    assert lint(ROOT) == ()
