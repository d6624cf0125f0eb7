"""What front matter says: shapes, lineage, forms, hand-overs, data files."""

import pytest

from scanner.derive.document.card import derive
from tests.builders import cards as make
from tests.builders.reading import of
from tests.builders.settings import settings


def found(value, name, path="m/README.md"):
    return of(list(derive([settings(f"{path}!front-matter.yaml", value, "yaml")])), name)


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        ({"pipeline_tag": ["a", "b"]}, "list", "text"),
        ({"library_name": {"a": 1}}, "mapping", "text"),
        ({"tags": "a, b"}, "text", "list"),
        ({"language": False}, "boolean", "text"),
        ({"license": {"name": "mit"}}, "mapping", "text"),
        ({"model-index": {"name": "x"}}, "mapping", "list"),
        ({"extra_gated_fields": ["Name"]}, "list", "mapping"),
        ({"model_name": 7}, "number", "text"),
    ],
)
def test_a_value_of_another_shape_is_told(value, kind, expected):
    assert [(one.kind, one.expected) for one in found({"license": "mit", **value}, "FrontMatterOddity")] == [
        (kind, expected)
    ]


@pytest.mark.parametrize(
    "value",
    [
        {"license": "mit"}, {"license": ["mit", "apache-2.0"]}, {"language": ["en"]}, {"base_model": ["a/b", "c/d"]},
        {"tags": ["a"]}, {"tags": None}, {"model-index": [{"name": "x"}]}, {"datasets": []}, {"license": None},
        {"extra_gated_fields": {"Name": "text"}, "license": "mit"},
    ],
)  # fmt: skip
def test_values_as_the_hub_has_them_are_not_told(value):
    assert found(value, "FrontMatterOddity") == []


def test_other_front_matter_is_no_card():
    assert list(derive([settings("SKILL.md!front-matter.yaml", {"name": "x", "description": "y"}, "yaml")])) == []
    assert list(derive([settings("config.yaml", {"license": ["x"], "pipeline_tag": ["x"]}, "yaml")])) == []


def test_lineage_is_told_with_what_is_pinned():
    (fact,) = found({"base_model": "a/b", "datasets": ["c/d", "e/f@0123456"]}, "CardLineage")
    assert (fact.bases, fact.datasets, fact.pinned) == (("a/b",), ("c/d", "e/f@0123456"), 1)
    assert found({"license": "mit"}, "CardLineage") == []


@pytest.mark.parametrize(
    ("key", "value", "near"),
    [
        ("base_model", "meta-1lama/x", "meta-llama"),
        ("datasets", ["al1enai/c4"], "allenai"),
        ("new_version", "https://huggingface.co/mistralia/x", "mistralai"),
        ("base_model", "openai-official/x", "openai"),
    ],
)
def test_publishers_that_look_like_known_ones_are_told(key, value, near):
    assert [(one.subject, one.near) for one in found({key: value}, "NearOwner")] == [(key, near)]


@pytest.mark.parametrize(
    "value", ["meta-llama/x", "someone/x", "x", "./meta-1lama/x", "/home/meta-1lama/x", "openbmb/x"]
)
def test_known_publishers_and_strangers_are_not_told(value):
    assert found({"base_model": value}, "NearOwner") == []


def test_a_new_version_of_another_owner_is_told():
    cached = "models--one--x/snapshots/1/README.md"
    (fact,) = found({"new_version": "two/x"}, "HandOver", cached)
    assert (fact.target, fact.owner, fact.own) == ("two/x", "two", "one")
    assert found({"new_version": "one/y"}, "HandOver", cached) == []
    assert found({"new_version": "two/x"}, "HandOver")[0].own == ""


@pytest.mark.parametrize(
    ("field", "asks"),
    [
        ("Password", "password"), ("Hugging Face token", "token"), ("API key", "token"),
        ("Credit card number", "payment"),
        ("Wallet address", "wallet"), ("Passport number", "identity"), ("密码", "password"), ("2FA code", "token"),
    ],
)  # fmt: skip
def test_fields_that_ask_for_secrets_are_told(field, asks):
    facts = found({"extra_gated_fields": {"Name": "text", field: "text"}}, "GatedAsk")
    assert [one.asks for one in facts] == [asks]


@pytest.mark.parametrize(
    "field",
    ["Name", "Affiliation", "Country", "I agree to the license", "Date of birth", "geo", "Job title",
     "Official email (must match that of your Hugging Face account)", "Website", "Company/university",
     "Token count needed", "I accept that keys of the dataset are not shared", "Email"],
)  # fmt: skip
def test_ordinary_fields_are_not_told(field):
    assert found({"extra_gated_fields": {field: "text"}}, "GatedAsk") == []


@pytest.mark.parametrize(
    ("prompt", "asks"),
    [
        ("Please enter your access token to go on", ["token"]),
        ("Fill in the form at https://huggingfaces.co/form", ["address"]),
        ("Fill in the form at https://bit.ly/x", ["address"]),
        ("We will never ask you to send your password", []),
        ("You may not use it to obtain passwords or credit card numbers of others", []),
        ("Fill in the form at https://forms.example.com/x", []),
    ],
)
def test_prompts_that_ask_for_secrets_are_told(prompt, asks):
    assert [one.asks for one in found({"extra_gated_prompt": prompt}, "GatedAsk")] == asks


@pytest.mark.parametrize(
    ("pattern", "how"),
    [
        ("../../secret.csv", "parent"), ("/etc/hostname", "absolute"), ("~/x.csv", "home"), ("C:\\x.csv", "drive"),
        ("https://example.com/x.csv", "address"), ("hf://datasets/a/b/x.csv", "repository"),
    ],
)  # fmt: skip
def test_data_files_outside_are_told(pattern, how):
    value = {"configs": [{"config_name": "a", "data_files": [{"split": "train", "path": pattern}]}]}
    assert [one.how for one in found(value, "DataFilePattern")] == [how]


def test_data_files_inside_are_not_told():
    value = {"configs": [{"config_name": "a", "data_files": "data/*.parquet"}, {"config_name": "../b"}]}
    assert found(value, "DataFilePattern") == []


def test_the_card_of_a_dataset_says_its_licence_and_sources():
    (fact,) = found(
        {"task_categories": ["x"], "license": "mit", "source_datasets": ["original", "extended|a"]}, "DatasetCard"
    )
    assert (fact.license, fact.sources) == ("mit", ("extended|a",))
    assert found({"license": "mit"}, "DatasetCard") == []


def test_a_form_is_judged_from_its_bytes():
    hostile = make.FORM.format(prompt="Welcome", field="Password")
    assert make.told({"README.md": hostile})["card-form-asks-for-secrets"] == "high"
    assert "card-form-asks-for-secrets" not in make.told({"README.md": make.FORM.format(prompt="Hi", field="Country")})
