"""What a bill of materials says a model comes from, in both languages that bills are written in."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.attest import bases, cyclonedx, spdx
from scanner.attest.errors import AttestError
from tests.builders import bills
from tests.builders.safetensors import safetensors

PINS = [("example-org/base-model", ("hf:example-org/base-model@" + "0" * 40,))]


@pytest.fixture
def adapter(tmp_path):
    lora = json.dumps(bills.LORA).encode()
    return bills.of(tmp_path, {"adapter_model.safetensors": safetensors(), "adapter_config.json": lora})


def test_both_languages_name_the_same_bases_with_the_same_pins(adapter):
    found = bases.read(spdx.write(adapter, moment=bills.MOMENT).encode())
    assert found == PINS
    for version in ("1.6", "1.7"):
        assert bases.read(cyclonedx.write(adapter, version=version, moment=bills.MOMENT).encode()) == found


def test_a_relation_counts_from_whichever_end_it_is_told(adapter):
    document = json.loads(spdx.write(adapter, moment=bills.MOMENT))
    for one in document["@graph"]:
        if one.get("relationshipType") == "descendantOf":
            one |= {"relationshipType": "ancestorOf", "from": one["to"][0], "to": [one["from"]]}
    assert bases.read(json.dumps(document).encode()) == PINS


def test_a_relation_of_another_element_names_no_base_of_the_model(adapter):
    document = json.loads(spdx.write(adapter, moment=bills.MOMENT))
    for one in document["@graph"]:
        if one.get("relationshipType") == "descendantOf":
            one["from"] = one["to"][0]
    assert bases.read(json.dumps(document).encode()) == []


def test_a_base_that_is_not_in_the_document_is_refused(adapter):
    document = json.loads(spdx.write(adapter, moment=bills.MOMENT))
    for one in document["@graph"]:
        if one.get("relationshipType") == "descendantOf":
            one["to"] = ["urn:absent"]
    with pytest.raises(AttestError, match="is not there"):
        bases.read(json.dumps(document).encode())


def test_a_digest_is_a_pin_as_well():
    held = {"name": "b", "hashes": [{"alg": "SHA-256", "content": "1" * 64}, {"alg": "MD5", "content": "2"}]}
    document = {"metadata": {"component": {"pedigree": {"ancestors": [held]}}}}
    assert bases.named(document) == [("b", ("sha256:" + "1" * 64,))]


def test_another_document_says_nothing_of_bases():
    assert bases.read(b"{}") is None
    assert bases.read(b"[]") is None


KEYS = ["@context", "@graph", "type", "spdxId", "relationshipType", "from", "to", "rootElement", "name"]
TEXTS = [spdx.CONTEXT, "software_Sbom", "descendantOf", "ancestorOf", "a", "b"]
VALUES = st.recursive(
    st.sampled_from(TEXTS) | st.integers() | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=6),
    max_leaves=20,
)


@given(st.lists(VALUES, max_size=5))
def test_nothing_but_an_attest_error_leaves_the_reader_of_spdx(graph):
    try:
        bases.read(json.dumps({"@context": spdx.CONTEXT, "@graph": graph}).encode())
    except AttestError:
        return
