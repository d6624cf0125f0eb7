"""CycloneDX 1.6 and 1.7: valid by the official schemas, equal for equal models, each value with its source."""

import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from referencing import Registry, Resource

from scanner.artifact import Location
from scanner.attest import cyclonedx
from scanner.attest.bill import Bill, Claim, Duty, Gap, Licence, Metric, Part, Relative
from scanner.attest.collect import bill as gathered
from scanner.attest.worth import _FORMS
from scanner.report import Digested, Tool
from tests.builders import bills, reports

SCHEMAS = Path(__file__).parent.parent / "data" / "schemas"
VERSIONS = ["1.6", "1.7"]


@cache
def validator(version):
    registry = Registry()
    for name in ("spdx", "jsf-0.82", "cryptography-defs"):
        file = f"{name}.SNAPSHOT.schema.json"
        content = json.loads((SCHEMAS / file).read_text(encoding="utf-8"))
        registry = registry.with_resource(f"http://cyclonedx.org/schema/{file}", Resource.from_contents(content))
    schema = json.loads((SCHEMAS / f"bom-{version}.SNAPSHOT.schema.json").read_text(encoding="utf-8"))
    return jsonschema.Draft7Validator(schema, registry=registry)


def written(bill, version="1.7", **more):
    document = json.loads(cyclonedx.write(bill, version=version, moment=bills.MOMENT, **more))
    validator(version).validate(document)
    return document


def references(node):
    if isinstance(node, dict):
        if "bom-ref" in node:
            yield node["bom-ref"]
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def at(document, pointer):
    for step in pointer.split("/")[1:]:
        document = document[int(step)] if isinstance(document, list) else document[step]
    return document


def properties(node):
    return {one["name"]: one["value"] for one in node.get("properties", ())}


@pytest.mark.parametrize("version", VERSIONS)
def test_a_model_validates(tmp_path, version):
    document = written(bills.of(tmp_path), version, author="Example Security")
    component = document["metadata"]["component"]
    assert component["type"] == "machine-learning-model"
    assert component["modelCard"]["modelParameters"]["modelArchitecture"] == "LlamaForCausalLM"
    (licence,) = component["licenses"]
    assert (licence["license"]["id"], licence["license"]["acknowledgement"]) == ("Apache-2.0", "declared")
    assert properties(licence["license"])["assay:kind"] == "permissive"
    assert component["pedigree"]["ancestors"][0]["purl"] == "pkg:huggingface/example-org/base-model"
    (result,) = component["modelCard"]["quantitativeAnalysis"]["performanceMetrics"]
    assert result == {"type": "accuracy", "value": "0.75", "slice": "Some Benchmark"}


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("report", [reports.failing, reports.clean, reports.incomplete, reports.hostile])
def test_any_report_validates(version, report):
    one = report()
    written(gathered(one, one.examined, place=".", real="/models/mine"), version)


def test_two_runs_give_the_same_bytes(tmp_path):
    first, second = (bills.of(tmp_path / name) for name in "ab")
    assert [cyclonedx.write(one, version="1.7", moment=bills.MOMENT) for one in (first, second)] == 2 * [
        cyclonedx.write(first, version="1.7", moment=bills.MOMENT)
    ]


def test_the_serial_number_is_that_of_the_model_and_changes_with_a_byte(tmp_path):
    changed = {**bills.FILES, "notes.txt": b"one"}
    serials = [
        written(bills.of(tmp_path / name, files))["serialNumber"]
        for name, files in (("a", None), ("b", None), ("c", changed), ("d", {**changed, "notes.txt": b"two"}))
    ]
    assert serials[0] == serials[1]
    assert len(set(serials)) == 3


def test_every_citation_points_to_a_value_and_names_a_file_of_the_model(tmp_path):
    document = written(bills.of(tmp_path))
    cited = {pointer: one["note"] for one in document["citations"] for pointer in one["pointers"]}
    for pointer, note in cited.items():
        assert at(document, pointer)
        assert note.partition("#")[0].partition("!")[0] in bills.FILES
    assert cited["/metadata/component/modelCard/modelParameters/task"] == "README.md!front-matter.yaml#/pipeline_tag"


def test_every_field_of_the_model_card_has_a_source(tmp_path):
    document = written(bills.of(tmp_path), "1.6")
    said = properties(document["metadata"]["component"])
    for field in document["metadata"]["component"]["modelCard"]["modelParameters"]:
        assert any(name.startswith(f"assay:source:/modelCard/modelParameters/{field}") for name in said), field


def test_a_value_of_no_form_stands_in_no_field(tmp_path):
    junk = b"---\npipeline_tag: x\nversion: x\nlicense: x\n---\n# x\n"
    document = written(bills.of(tmp_path, {"README.md": junk}))
    component = document["metadata"]["component"]
    assert "modelCard" not in component
    assert "version" not in component
    assert "licenses" not in component or "id" not in component["licenses"][0]["license"]
    assert properties(component)["assay:unchecked:task"] == "x"


def test_nothing_is_said_of_a_model_that_says_nothing(tmp_path):
    document = written(bills.of(tmp_path, {"w.bin": b"\x00\x01"}))
    component = document["metadata"]["component"]
    assert set(component) == {"type", "bom-ref", "name", "hashes", "components", "properties"}
    assert {"aggregate": "unknown", "dependencies": ["model"]} in document["compositions"]
    assert "dependencies" not in document


def test_an_adapter_depends_on_its_base(tmp_path):
    files = {"adapter_config.json": json.dumps(bills.LORA).encode()}
    document = written(bills.of(tmp_path, files))
    assert document["dependencies"] == [{"ref": "model", "dependsOn": ["base:example-org/base-model"]}]


def test_a_finding_is_a_vulnerability_that_affects_its_file(tmp_path):
    document = written(bills.of(tmp_path, {**bills.FILES, "sub/bad.pkl": bills.PICKLE}))
    found = [one for one in document["vulnerabilities"] if one["affects"] == [{"ref": "file:sub/bad.pkl"}]]
    assert any(one["id"] == "pickle-starts-process" and one["ratings"][0]["severity"] == "critical" for one in found)
    assert {"aggregate": "complete", "assemblies": ["model"]} in document["compositions"]


def test_what_was_not_read_is_said_and_the_composition_is_incomplete(tmp_path):
    model = bills.folder(tmp_path, bills.FILES)
    (model / "more.bin").symlink_to("/dev/null")
    document = written(bills.scanned(model))
    assert {"aggregate": "incomplete", "assemblies": ["model"]} in document["compositions"]
    assert properties(document["metadata"]["component"])["assay:gap:more.bin"] == "a link, not followed"


def test_version_1_6_has_no_citations(tmp_path):
    assert "citations" not in written(bills.of(tmp_path), "1.6")


def test_two_names_that_are_shown_alike_are_two_files(tmp_path):
    files = {"a\u202eb": b"1", "a\\u202eb": b"2"}
    document = written(bills.of(tmp_path, files))
    found = list(references(document))
    assert len(found) == len(set(found))


text = st.text(max_size=30)
where = st.builds(Location, path=text, pointer=st.none() | text, line=st.none() | st.integers(1, 9))
digest = st.from_regex(r"[0-9a-f]{64}", fullmatch=True)
hostile = st.builds(
    Bill,
    name=text,
    root=digest | st.just(""),
    adapter=st.booleans(),
    parts=st.lists(
        st.builds(
            Part,
            name=text,
            path=text,
            sha256=digest | st.just(""),
            nbytes=st.integers(0, 2**60),
            formats=st.lists(text, max_size=3).map(tuple),
            complete=st.booleans(),
        ),
        unique_by=lambda part: part.name,
        max_size=3,
    ).map(tuple),
    signatures=st.just(()),
    gaps=st.lists(st.builds(Gap, name=text, reason=text), max_size=2).map(tuple),
    claims=st.lists(
        st.builds(Claim, about=st.sampled_from(sorted(_FORMS)), value=text, where=where, checked=st.booleans()),
        max_size=4,
    ).map(tuple),
    relatives=st.lists(
        st.builds(
            Relative,
            name=text.filter(bool),
            relation=st.sampled_from(["base", "adapted", "dataset"]),
            identifier=st.just(""),
            revision=st.just(""),
            digest=digest | st.just(""),
            how=text,
            checked=st.booleans(),
            named=st.lists(where, min_size=1, max_size=2).map(tuple),
        ),
        unique_by=lambda one: (one.relation == "dataset", one.name),
        max_size=3,
    ).map(tuple),
    licences=st.lists(
        st.builds(
            Licence,
            expression=st.sampled_from(["", "MIT", "Apache-2.0", "MIT OR Apache-2.0"]),
            name=text,
            link=text,
            how=st.sampled_from(["declared", "found"]),
            where=where,
        ),
        max_size=3,
    ).map(tuple),
    duties=st.lists(st.builds(Duty, duty=text, state=text, says=text, clause=text, source=text), max_size=2).map(tuple),
    metrics=st.lists(st.builds(Metric, kind=text, value=text, data=text, where=where), max_size=2).map(tuple),
    tool=st.just(Tool(name="assay", version="0")),
    ruleset=st.just(Digested(name="bundled", sha256="0" * 64)),
    policy=st.just(Digested(name="default", sha256="0" * 64)),
    verdict=st.sampled_from(["pass", "fail", "incomplete"]),
    findings=st.just(()),
    rules=st.just(()),
)


@given(hostile, st.sampled_from(VERSIONS))
def test_whatever_a_model_says_the_document_is_valid_and_ascii(bill, version):
    raw = cyclonedx.write(bill, version=version, moment=bills.MOMENT)
    assert raw.isascii()
    document = json.loads(raw)
    validator(version).validate(document)
    found = list(references(document))
    assert len(found) == len(set(found))
    for one in document.get("citations", ()):
        assert all(at(document, pointer) is not None for pointer in one["pointers"])


def test_a_compound_licence_is_one_expression():
    where = Location(path="LICENSE")
    bill = gathered(reports.clean(), (), place=".", real="/m")
    one = Licence(expression="MIT OR Apache-2.0", name="MIT OR Apache-2.0", link="", how="declared", where=where)
    document = written(replace(bill, licences=(one,)))
    assert document["metadata"]["component"]["licenses"][0]["expression"] == "MIT OR Apache-2.0"
