"""What a card says of its weights against what lies beside it."""

import pytest

from scanner.artifact import Location
from scanner.derive.card.claims import derive
from scanner.facts import Examined
from scanner.facts.card import CardText
from scanner.facts.tensor import TensorTable
from tests.builders.settings import settings


def card(title, path="m/README.md"):
    return CardText(where=Location(path=path), kind="model", title=title, topics=(), lines=(), shown=(), official=False)


def table(parameters, path="m/model.safetensors", dtypes=("BF16",), kind="safetensors"):
    return TensorTable(
        where=Location(path=path), format=kind, tensors=1, parameters=parameters, nbytes=1, dtypes=dtypes, names=""
    )


def file(path, *formats):
    return Examined(where=Location(path=path), sha256="", size=1, formats=formats, bytes_examined=1, complete=True)


def told(*facts):
    return [(one.claim, one.claimed, one.agrees) for one in derive(list(facts))]


@pytest.mark.parametrize(
    ("title", "parameters", "claims"),
    [
        ("Careful-7B", 7_615_616_512, [("size", "7B", True)]), ("Careful 7B", 494_000_000, [("size", "7B", False)]),
        ("careful-125m", 125_000_000, [("size", "125m", True)]),
        ("careful-1.5b", 70_000_000_000, [("size", "1.5b", False)]),
        ("careful", 7_000_000, []), ("Mixtral-8x7B", 46_000_000_000, []), ("Careful-35B-A3B", 3_000_000, []),
        ("Careful-7B-LoRA", 20_000_000, []), ("From 7B to 3B", 3_000_000, []), ("4bit", 3, []), ("model7b", 3, []),
    ],
)  # fmt: skip
def test_the_size_in_the_title_is_compared(title, parameters, claims):
    assert told(card(title), table(parameters)) == claims


def test_weights_that_are_packed_or_not_all_here_are_not_compared():
    assert told(card("x-7B"), table(9, dtypes=("I32", "F16"))) == []
    assert told(card("x-7B"), table(9, "m/model-00001-of-00003.safetensors")) == []
    assert told(card("x-7B"), table(9), table(9, "m/other.safetensors")) == []
    shards = [table(3_500_000_000, f"m/model-0000{number}-of-00002.safetensors") for number in (1, 2)]
    assert told(card("x-7B"), *shards) == [("size", "7B", True)]


def test_formats_that_a_card_names_are_looked_for():
    front = settings("m/README.md!front-matter.yaml", {"library_name": "gguf", "tags": ["onnx", "chat"]}, "yaml")
    facts = [card("x"), front, table(1), file("m/model.safetensors", "safetensors"), file("m/onnx/model.onnx", "onnx")]
    assert told(*facts) == [("format", "gguf", False), ("format", "onnx", True)]


def test_formats_inside_an_archive_count_for_the_card_beside_them():
    front = settings("m.zip!README.md!front-matter.yaml", {"library_name": "safetensors"}, "yaml")
    weights = "m.zip!model.safetensors"
    assert told(card("x", "m.zip!README.md"), front, table(1, weights), file(weights, "safetensors")) == [
        ("format", "safetensors", True)
    ]


def test_a_card_without_weights_is_not_compared():
    front = settings("m/README.md!front-matter.yaml", {"library_name": "gguf"}, "yaml")
    assert told(card("x-7B"), front) == []
    assert told(card("x-7B"), front, table(1, "other/model.safetensors")) == []
