"""Joins are found by folder, and only those that the facts wake."""

from scanner import derive
from scanner.examples import build
from scanner.facts.archive import MemberClash
from scanner.facts.torch import TorchStorage


def test_facts_without_a_join_wake_none() -> None:
    assert derive.discover([]) == ()
    assert derive.discover([build(MemberClash, {})]) == ()


def test_a_fact_wakes_the_joins_of_its_subject() -> None:
    woken = derive.discover([build(TorchStorage, {})])
    assert {join.__module__ for join in woken} == {"scanner.derive.torch.storages"}
