"""SPDX 3.0.1: every element in its place, nothing that dangles, no profile claimed that does not hold."""

import io
import json

import pytest
from hypothesis import given, settings

from scanner.attest import spdx
from scanner.attest.collect import bill as gathered
from scanner.attest.spdx_licences import NO_ASSERTION
from tests.attest.test_cyclonedx import hostile
from tests.builders import bills, reports
from tests.builders.gguf import TEXT, gguf
from tests.builders.safetensors import safetensors

KNOWN = {
    "CreationInfo", "SpdxDocument", "software_Sbom", "Tool", "Agent", "SoftwareAgent", "ai_AIPackage", "software_File",
    "Relationship", "Annotation", "dataset_DatasetPackage", "simplelicensing_LicenseExpression",
    "security_Vulnerability",
}  # fmt: skip
RELATIONS = {
    "contains", "trainedOn", "descendantOf", "dependsOn", "hasDeclaredLicense", "hasConcludedLicense",
    "hasAssociatedVulnerability",
}  # fmt: skip


def graph(bill, **more):
    document = json.loads(spdx.write(bill, moment=bills.MOMENT, **more))
    assert document["@context"] == "https://spdx.org/rdf/3.0.1/spdx-context.jsonld"
    check(document["@graph"])
    return document["@graph"]


def check(nodes):
    """What spdx-spec 3.0.1 asks of every document."""
    ids = [node["spdxId"] for node in nodes if "spdxId" in node]
    assert len(ids) == len(set(ids))
    assert len(ids) == len(nodes) - 1
    known = {*ids, NO_ASSERTION}
    for node in nodes:
        assert node["type"] in KNOWN
        assert node["type"] == "CreationInfo" or node["creationInfo"] == "_:creation"
        if node["type"] == "Relationship":
            assert node["relationshipType"] in RELATIONS
            assert node["completeness"] in {"complete", "incomplete", "noAssertion"}
            assert {node["from"], *node["to"]} <= known
            assert node["to"]
        assert {*node.get("element", ()), *node.get("rootElement", ())} <= known
        for one in node.get("verifiedUsing", ()):
            assert one["algorithm"] == "sha256"
            assert len(one["hashValue"]) == 64
    (document,) = (node for node in nodes if node["type"] == "SpdxDocument")
    assert set(document["element"]) == set(ids) - {document["spdxId"]}


def of(nodes, kind):
    return [node for node in nodes if node["type"] == kind]


def related(nodes, kind):
    return [node["to"] for node in of(nodes, "Relationship") if node["relationshipType"] == kind]


def test_a_model_its_files_base_data_and_licence_are_elements(tmp_path):
    nodes = graph(bills.of(tmp_path))
    model, base = of(nodes, "ai_AIPackage")
    assert model["software_primaryPurpose"] == "model"
    assert model["ai_typeOfModel"] == ["text-generation", "llama", "LlamaForCausalLM"]
    assert base["software_packageUrl"] == "pkg:huggingface/example-org/base-model"
    assert sorted(one["name"] for one in of(nodes, "software_File")) == sorted(bills.FILES)
    assert related(nodes, "descendantOf") == [[base["spdxId"]]]
    (data,) = of(nodes, "dataset_DatasetPackage")
    assert data["dataset_datasetType"] == ["noAssertion"]
    (licence,) = of(nodes, "simplelicensing_LicenseExpression")
    assert related(nodes, "hasDeclaredLicense") == [[licence["spdxId"]]]
    assert model["ai_metric"] == [{"type": "DictionaryEntry", "key": "accuracy Some Benchmark", "value": "0.75"}]


def test_a_model_without_a_licence_gets_no_assertion(tmp_path):
    nodes = graph(bills.of(tmp_path, {"w.safetensors": safetensors()}))
    assert related(nodes, "hasDeclaredLicense") == [[NO_ASSERTION]]
    assert related(nodes, "hasConcludedLicense") == []


def test_the_ai_profile_is_not_claimed_where_a_required_value_is_unknown(tmp_path):
    (document,) = of(graph(bills.of(tmp_path)), "SpdxDocument")
    assert "ai" not in document["profileConformance"]
    assert "release time, supplier, download location, version" in document["comment"]


def test_the_ai_profile_is_claimed_where_all_five_values_are_known(tmp_path):
    snapshot = tmp_path / "models--example-org--mine" / "snapshots" / ("0123456789" * 4)
    snapshot.mkdir(parents=True)
    (snapshot / "README.md").write_text("---\nlicense: mit\nrelease_date: 2026-01-31\n---\n# Mine\n", encoding="utf-8")
    nodes = graph(bills.scanned(snapshot))
    (document,) = of(nodes, "SpdxDocument")
    (model,) = of(nodes, "ai_AIPackage")
    assert "ai" in document["profileConformance"]
    assert model["releaseTime"] == "2026-01-31T00:00:00Z"
    assert model["software_downloadLocation"] == "https://huggingface.co/example-org/mine/tree/" + "0123456789" * 4
    assert "comment" not in document


def test_files_are_contained_completely_only_where_all_was_read(tmp_path):
    whole = graph(bills.of(tmp_path / "whole"))
    cut = graph(bills.of(tmp_path / "cut", {**bills.FILES, "model.safetensors": safetensors()[:20]}))
    for nodes, expected in ((whole, "complete"), (cut, "incomplete")):
        (contains,) = (one for one in of(nodes, "Relationship") if one["relationshipType"] == "contains")
        assert contains["completeness"] == expected


def test_a_finding_is_related_to_its_file(tmp_path):
    nodes = graph(bills.of(tmp_path, {"bad.pkl": bills.PICKLE}))
    (file,) = of(nodes, "software_File")
    found = {one["spdxId"]: one["name"] for one in of(nodes, "security_Vulnerability")}
    starts = next(key for key, name in found.items() if name == "pickle-starts-process")
    assert any(
        one["from"] == file["spdxId"] and one["to"] == [starts]
        for one in of(nodes, "Relationship")
        if one["relationshipType"] == "hasAssociatedVulnerability"
    )


def test_a_name_of_a_licence_becomes_a_reference(tmp_path):
    model = gguf([("general.architecture", TEXT, "llama"), ("general.license", TEXT, "Acme Terms (2026)")])
    (one,) = of(graph(bills.of(tmp_path, {"m.gguf": model})), "simplelicensing_LicenseExpression")
    assert one["simplelicensing_licenseExpression"] == "LicenseRef-Acme-Terms-2026"


def test_two_runs_give_the_same_bytes(tmp_path):
    first, second = (bills.of(tmp_path / name) for name in "ab")
    assert spdx.write(first, moment=bills.MOMENT) == spdx.write(second, moment=bills.MOMENT)


@pytest.mark.parametrize("report", [reports.failing, reports.clean, reports.incomplete, reports.hostile])
def test_any_report_is_a_document(report):
    one = report()
    graph(gathered(one, one.examined, place=".", real="/models/mine"), author="Example Security")


@given(hostile)
def test_whatever_a_model_says_nothing_dangles(bill):
    assert spdx.write(bill, moment=bills.MOMENT).isascii()
    graph(bill)


def through_the_model_of_spdx(document):
    """Read a document with SPDX's own classes, which know every property, type, enumeration and count; write it."""
    model = pytest.importorskip("spdx_python_model").v3_0_1
    read = model.SHACLObjectSet()
    model.JSONLDDeserializer().deserialize_data(document, read)
    assert read.missing_ids == set()
    held = io.BytesIO()
    model.JSONLDSerializer().write(read, held)
    written = held.getvalue().replace(b'"expandedlicensing_NoAssertionLicense"', json.dumps(NO_ASSERTION).encode())
    return read, by_name(json.loads(written))


def by_name(document):
    """Take the elements by name; the one that has none gets the name that the writer of it is free to choose."""
    return {
        node.get("spdxId", "creation"): {
            key: value for key, value in node.items() if key not in {"creationInfo", "@id"}
        }
        for node in document["@graph"]
    }


def test_the_model_of_spdx_reads_all_of_it_and_writes_the_same(tmp_path):
    document = json.loads(spdx.write(bills.of(tmp_path, {**bills.FILES, "bad.pkl": bills.PICKLE}), moment=bills.MOMENT))
    read, again = through_the_model_of_spdx(document)
    assert again == by_name(document)
    assert len(list(read.foreach_type("ai_AIPackage"))) == 2


@pytest.mark.parametrize("change", [{"bogus": 1}, {"software_primaryPurpose": "nonsense"}, {"name": 5}])
def test_the_model_of_spdx_would_refuse_what_it_does_not_know(tmp_path, change):
    document = json.loads(spdx.write(bills.of(tmp_path), moment=bills.MOMENT))
    next(node for node in document["@graph"] if node["type"] == "ai_AIPackage").update(change)
    with pytest.raises((KeyError, ValueError, TypeError)):
        through_the_model_of_spdx(document)


@settings(max_examples=15)
@given(hostile)
def test_whatever_a_model_says_the_model_of_spdx_reads_it(bill):
    document = json.loads(spdx.write(bill, moment=bills.MOMENT, author=bill.name))
    assert through_the_model_of_spdx(document)[1] == by_name(document)
