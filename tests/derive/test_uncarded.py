"""Weights of a model without a card."""

from scanner.artifact import Location
from scanner.derive.core.uncarded import derive
from scanner.facts import Examined


def file(path, *formats):
    return Examined(where=Location(path=path), sha256="", size=1, formats=formats, bytes_examined=1, complete=True)


def bare(*facts):
    return [(one.where.path, one.card, one.missing) for one in derive(list(facts))]


def test_weights_without_a_card_are_told_once_a_scan():
    facts = [file("b/model.safetensors", "safetensors"), file("a/x.gguf", "gguf"), file("a/y.gguf", "gguf")]
    assert bare(*facts) == [("a/x.gguf", "none", ("card",))]


def test_a_card_beside_or_above_is_enough():
    assert bare(file("a/README.md", "card", "prose"), file("a/x.gguf", "gguf")) == []
    assert bare(file("README.md", "card"), file("a/b/x.gguf", "gguf")) == []
    assert bare(file("m.zip!README.md", "card"), file("m.zip!a/x.gguf", "gguf")) == []


def test_a_card_elsewhere_is_not():
    assert len(bare(file("b/README.md", "card"), file("a/x.gguf", "gguf"))) == 1


def test_files_that_are_no_weights_need_no_card():
    assert bare(file("x.py", "python"), file("x.pkl", "pickle")) == []
