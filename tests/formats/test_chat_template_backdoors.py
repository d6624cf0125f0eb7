"""How many backdoors whose payload is a plain sentence are told by how they work: both figures, tuned and held out."""

from collections import Counter

import pytest

from tests.builders import backdoors as more
from tests.builders import templates as make
from tests.builders.judged import judged

NAME = "model/chat_template.jinja"
WANTED = 0.8
BLOCKS = {"high", "critical"}
COMPARES = {"template-differs-from-known", "templates-disagree"}
"""Rules that know the original; the others see the mechanism."""

NOT_SEEN = {"speaker"}
"""A trigger that no user can write: the name that a host gives who speaks."""


def constructs():
    return [*make.CONDITIONS, *make.WHOLE, *more.CONDITIONS, *more.WHOLE]


def variants(*, held_out: bool):
    """Every construct in two hosts, other ones each time."""
    order = {name: number for number, name in enumerate(constructs())}
    hosts = list(make.HOSTS)
    for one in (*make.planted(), *more.planted()):
        number = order[one.construct]
        places = {hosts[number % len(hosts)], hosts[(number * 3 + 5) % len(hosts)]}
        wanted = one.host in places and more.is_held_out(one.construct) == held_out
        if wanted and (one.host, one.construct) != ("macro", "round"):  # where `loop` is not defined
            yield one


def severities(one):
    return {severity for rule, severity in judged(one.text.encode(), NAME).items() if rule not in COMPARES}


@pytest.mark.parametrize("held_out", [False, True], ids=["tuned", "held out"])
def test_four_of_five_planted_sentences_are_caught_by_their_mechanism(held_out, record_property):
    missed = Counter()
    blocked = told = total = 0
    for one in variants(held_out=held_out):
        found = severities(one)
        total += 1
        blocked += bool(found & BLOCKS)
        told += bool(found & {*BLOCKS, "medium"})
        if not found & ({*BLOCKS, "medium"} if one.construct in more.MILD else BLOCKS):
            missed[one.construct] += 1
    part = "held out" if held_out else "tuned"
    figures = f"{part}: {total} variants, {told / total:.1%} told, {blocked / total:.1%} blocked"
    print(figures)
    record_property("figures", figures)
    assert total >= (50 if held_out else 150)
    assert told / total >= WANTED, figures
    if not held_out:  # what was tuned stays caught
        assert set(missed) <= NOT_SEEN


def test_a_fifth_is_held_out_by_a_hash_of_the_name():
    names = constructs()
    assert len(names) == len(set(names)) >= 140
    assert 0.15 < sum(map(more.is_held_out, names)) / len(names) < 0.25
