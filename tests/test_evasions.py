"""Every evasion fails the default policy, from bytes to verdict; its honest twin does not."""

import inspect
from functools import cache
from pathlib import Path

import pytest

from scanner import engine, pack, policy
from scanner.policy import DEFAULT
from tests.builders import carried, evasions, gadgets, pickles
from tests.builders import evasion_containers as places
from tests.builders.reading import read_deep

HELPERS = ("carried_class", "cloudpickle", "dill", "entries", "instance", "skeleton", "wrapped")
MADE = {
    name: make
    for module in (evasions, carried, gadgets)
    for name, make in inspect.getmembers(module, inspect.isfunction)
    if make.__module__ == module.__name__ and name not in HELPERS
}
GADGETS = sorted(name for name in MADE if not name.startswith(("_", "honest")))
HONEST = sorted(name for name in MADE if name.startswith("honest"))
CONSUMERS = ("bool", "bytes", "dict", "enumerate", "float", "frozenset", "int", "reversed", "set", "str", "tuple")


@cache
def _bundled() -> pack.Pack:
    return pack.load(Path(__file__).parents[1] / "rules")


def blocking(content: bytes, path: str = "model.pkl") -> list[str]:
    rules = _bundled()
    found = engine.judge(read_deep(content, path), rules.rules, rules.table)
    return [finding.rule for finding in found if policy.fails(finding, DEFAULT)]


@pytest.mark.parametrize("name", GADGETS)
def test_a_gadget_of_names_that_are_allowed_fails(name):
    assert blocking(MADE[name]())


@pytest.mark.parametrize("constructor", CONSUMERS)
def test_an_instance_that_a_constructor_walks_fails(constructor):
    assert blocking(evasions.instance_walked(constructor))


@pytest.mark.parametrize("name", HONEST)
def test_its_honest_twin_passes(name):
    assert blocking(MADE[name]()) == []


@pytest.mark.parametrize("make", [pickles.system, pickles.system4, pickles.by_inst, pickles.build_on_global])
@pytest.mark.parametrize("place", places.PLACES)
def test_a_place_hides_nothing(place, make):
    put, path = places.PLACES[place]
    assert blocking(put(make()), path)


@pytest.mark.parametrize("name", places.NAMES)
def test_a_name_hides_nothing(name):
    assert blocking(pickles.system4(), name)
