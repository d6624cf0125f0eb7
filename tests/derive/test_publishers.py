"""Publishers that look like known ones, copied cards, cards that hand on."""

import pytest

from scanner.artifact import Location
from scanner.derive.card.publishers import derive
from scanner.facts.card import CardReference, CardText
from tests.builders import cards as make
from tests.builders.reading import of
from tests.builders.settings import settings

CACHED = "models--{}--x/snapshots/1/README.md"


def card(path, *, official=False, kind="model"):
    return CardText(
        where=Location(path=path), kind=kind, title="", topics=(), lines=(), shown=(), official=official
    )  # fmt: skip


def names(path, repository, how="load", kind="model"):
    owner, _, name = repository.partition("/")
    return CardReference(where=Location(path=path, line=1), kind=kind, owner=owner, name=name, how=how)


@pytest.mark.parametrize(
    ("owner", "near", "how"),
    [
        ("meta-1lama", "meta-llama", "glyph"), ("mistralia", "mistralai", "swap"), ("nvidiaa", "nvidia", "edit"),
        ("deepseekai", "deepseek-ai", "separator"), ("openai-official", "openai", "affix"),
        ("official-google", "google", "affix"),
    ],
)  # fmt: skip
def test_the_owner_of_a_scanned_repository_is_compared(owner, near, how):
    (fact,) = of(list(derive([card(CACHED.format(owner))])), "NearOwner")
    assert (fact.subject, fact.owner, fact.near, fact.how) == ("repository", owner, near, how)


@pytest.mark.parametrize(
    "owner", ["meta-llama", "openai-community", "someone", "Open-Orca", "QWEN", "thebloke", "qwen2"]
)
def test_known_owners_and_strangers_are_not_told(owner):
    assert list(derive([card(CACHED.format(owner))])) == []


def test_each_owner_that_a_card_names_is_told_once():
    facts = [card("README.md"), names("README.md", "mistra1ai/a", "link"), names("README.md", "mistra1ai/b")]
    (fact,) = of(list(derive(facts)), "NearOwner")
    assert (fact.subject, fact.repository, fact.where.line) == ("link", "mistra1ai/a", 1)


def test_a_card_that_loads_another_s_model_and_names_no_base_is_copied():
    path = CACHED.format("someone")
    (fact,) = of(list(derive([card(path), names(path, "meta-llama/Llama-3")])), "CopiedCard")
    assert (fact.repository, fact.loads) == ("someone/x", "meta-llama/Llama-3")


def test_a_copy_that_names_its_base_is_not_told():
    path = CACHED.format("someone")
    front = settings(f"{path}!front-matter.yaml", {"base_model": "meta-llama/Llama-3"}, "yaml")
    assert of(list(derive([card(path), front, names(path, "meta-llama/Llama-3")])), "CopiedCard") == []


@pytest.mark.parametrize(
    "references",
    [["someone/x"], ["meta-llama/a", "someone/x"], ["stranger/a"], []],
)
def test_a_card_of_its_own_is_not_copied(references):
    path = CACHED.format("someone")
    assert of(list(derive([card(path), *(names(path, one) for one in references)])), "CopiedCard") == []


def test_a_card_outside_a_cache_is_not_called_a_copy():
    assert of(list(derive([card("README.md"), names("README.md", "meta-llama/x")])), "CopiedCard") == []


def test_a_card_that_says_it_moved_to_another_owner_hands_on():
    path = CACHED.format("someone")
    (fact,) = of(list(derive([card(path), names(path, "other/x", "moved")])), "HandOver")
    assert (fact.target, fact.own) == ("other/x", "someone")
    assert of(list(derive([card(path), names(path, "someone/y", "moved")])), "HandOver") == []
    assert of(list(derive([card("README.md", kind=""), names("README.md", "a/b", "moved")])), "HandOver") == []


def test_impersonation_is_judged_from_bytes():
    text = "# Llama\n\nThis is the official release of the model.\n"
    assert make.told({CACHED.format("meta-1lama"): text})["card-names-look-alike-publisher"] == "high"
    assert make.told({CACHED.format("mistral-ai"): text})["card-names-look-alike-publisher"] == "high"
    assert make.told({CACHED.format("mistral-ai"): "# Llama\n"})["card-names-look-alike-publisher"] == "medium"
    assert "card-names-look-alike-publisher" not in make.told({CACHED.format("mistralai"): text})
