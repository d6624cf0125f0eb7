"""The base that a card names against what files beside it name."""

import pytest

from scanner.artifact import Location
from scanner.cards.bases import alike, differ, families, is_name
from scanner.derive.document.card_base import derive
from scanner.facts.metadata import MetadataEntry
from scanner.facts.tokenizer import Vocabulary
from scanner.known import rows
from tests.builders import cards as make
from tests.builders.settings import settings


def card(*bases):
    return settings("m/README.md!front-matter.yaml", {"base_model": list(bases)}, "yaml")


def config(**values):
    return settings("m/config.json", values)


def gguf(**values):
    return [
        MetadataEntry(
            where=Location(path="m/x.gguf"), format="gguf", place="metadata", key=f"general.{key.replace('__', '.')}",
            kind="text", value=value, size=len(value), marks=(),
        )
        for key, value in values.items()
    ]  # fmt: skip


def vocabulary(family):
    digest = next(row.split("\t")[2] for row in rows("vocabularies") if row.startswith(f"{family}\t"))
    return Vocabulary(
        where=Location(path="m/tokenizer.json"), source="tokenizer.json", kind="BPE", alphabet="bytes", tokens=1, ids=1,
        highest=0, holes=0, shared=0, repeated=0, disordered=0, score_inversions=-1, digest=digest + "0" * 32,
    )  # fmt: skip


def agreed(*facts):
    return [(one.source, one.agrees) for one in derive(list(facts))]


def test_a_config_of_another_family_disagrees():
    assert agreed(card("meta-llama/Llama-3.1-8B"), config(model_type="qwen2", _name_or_path="Qwen/Qwen2.5-7B")) == [
        ("config", False),
        ("type", False),
    ]


@pytest.mark.parametrize(
    ("base", "values"),
    [
        ("meta-llama/Llama-3.1-8B", {"model_type": "llama", "_name_or_path": "meta-llama/Meta-Llama-3.1-8B"}),
        ("someone/my-model", {"model_type": "llama", "_name_or_path": "other/thing"}),
        ("deepseek-ai/DeepSeek-R1-Distill-Qwen-7B", {"model_type": "qwen2"}),
        ("01-ai/Yi-34B", {"model_type": "llama"}),
        ("meta-llama/Llama-3.1-8B", {"model_type": "llama", "_name_or_path": "/home/x/qwen"}),
        ("meta-llama/Llama-3.1-8B", {"model_type": "never-heard-of"}),
        ("google/flan-t5-base", {"model_type": "t5"}),
        ("state-spaces/mamba-2.8b", {"model_type": "mamba"}),
    ],
)
def test_configs_of_the_family_agree(base, values):
    assert all(agrees for _, agrees in agreed(card(base), config(**values)))


def test_a_merge_of_two_families_agrees_with_either():
    assert agreed(card("meta-llama/Llama-3", "mistralai/Mistral-7B"), config(model_type="mistral")) == [("type", True)]


def test_metadata_of_gguf_is_compared_with_base_and_original():
    assert agreed(card("meta-llama/Llama-3.1-8B"), *gguf(base_model__0__name="Qwen2.5 7B", name="Qwen2.5 7B")) == [
        ("gguf", False)
    ]
    copy = gguf(base_model__0__repo_url="https://huggingface.co/Qwen/Qwen2.5-7B", name="Careful Llama")
    assert agreed(card("someone/careful-llama"), *copy) == [("gguf", True)]
    assert agreed(card("meta-llama/Llama-3.1-8B"), *gguf(name="anything")) == []


def test_the_vocabulary_is_compared_with_the_base():
    assert agreed(card("meta-llama/Llama-3.1-8B"), vocabulary("Qwen 2")) == [("vocabulary", False)]
    assert agreed(card("Qwen/Qwen2-7B"), vocabulary("Qwen 2")) == [("vocabulary", True)]
    assert agreed(card("state-spaces/mamba-2.8b"), vocabulary("GPT-NeoX")) == []


def test_a_card_elsewhere_is_not_compared():
    facts = [card("meta-llama/Llama-3.1-8B"), settings("other/config.json", {"model_type": "qwen2"})]
    assert list(derive(facts)) == []
    assert list(derive([config(model_type="qwen2")])) == []


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("meta-llama/Llama-3.1-8B", {"llama"}), ("TheBloke/Mistral-7B-GGUF", {"mistral"}), ("x/thing", set()),
        ("https://huggingface.co/google/gemma-2-2b", {"gemma"}), ("x/Llama-Qwen-merge", {"llama", "qwen"}),
        ("openai/gpt-oss-20b", {"gpt-oss"}), ("llama/thing", set()),
    ],
)  # fmt: skip
def test_families_are_words_of_the_name(name, expected):
    assert families(name) == expected


def test_names_are_compared_by_their_stem():
    assert alike("unsloth/llama-3-8b-bnb-4bit", "meta-llama/Meta-Llama-3-8B")
    assert not alike("a/llama-3-8b", "a/qwen-7b")
    assert differ(["a/llama-3"], frozenset({"qwen"}))
    assert not differ(["a/thing"], frozenset({"qwen"}))
    assert not differ([], frozenset({"qwen"}))


@pytest.mark.parametrize(
    ("text", "named"),
    [("a/b", True), ("https://huggingface.co/a/b", True), ("/a/b", False), ("a/b/c", False), ("", False)],
)
def test_paths_are_no_names(text, named):
    assert is_name(text) is named


def test_what_an_adapter_names_is_compared_with_its_real_card():
    adapter = '{"peft_type": "LORA", "base_model_name_or_path": "Qwen/Qwen2.5-7B", "r": 8, "lora_alpha": 16}'
    card = "---\nbase_model: meta-llama/Llama-3.1-8B\n---\n# x\n"
    assert "adapter-base-differs-from-card" in make.told({"m/adapter_config.json": adapter, "m/README.md": card})
    same = card.replace("meta-llama/Llama-3.1-8B", "Qwen/Qwen2.5-7B")
    assert "adapter-base-differs-from-card" not in make.told({"m/adapter_config.json": adapter, "m/README.md": same})
