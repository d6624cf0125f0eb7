"""Statements of a verdict: about the root and every file, a pass only where all was looked at, the same bytes twice."""

import base64
import json
from dataclasses import replace

import pytest

from scanner.attest import bundle, dsse, keys, making, scan_predicate, statement, svr, vsa
from scanner.attest.bill import Gap
from scanner.attest.collect import bill as gathered
from scanner.limits import DEFAULT
from scanner.usage import UsageError
from tests.builders import bills, reports
from tests.builders.safetensors import safetensors

RUN = scan_predicate.Run(
    started="2026-11-28T11:59:00Z",
    finished=bills.MOMENT,
    until="2026-12-28T12:00:00Z",
    program="0" * 64,
    limits=DEFAULT,
)


def read(raw):
    return json.loads(raw)


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    return bills.of(tmp_path_factory.mktemp("good"), {"model.safetensors": safetensors(), "config.json": b"{}"})


def not_passing(bill):
    yield "failing", replace(bill, verdict="fail")
    yield "incomplete", replace(bill, verdict="incomplete")
    yield "a gap", replace(bill, gaps=(Gap(name="more.bin", reason="a link, not followed"),))
    yield "no root", replace(bill, root="")
    yield "no files", replace(bill, parts=())


def test_a_model_that_passes_gets_a_simple_verification_result(good):
    said = svr.predicate(good, bills.MOMENT)
    assert said["properties"][:2] == ["ASSAY_MODEL_SCAN_PASSED", "ASSAY_COVERAGE_COMPLETE"]
    assert said["timeCreated"] == bills.MOMENT
    assert [len(one["digest"]["sha256"]) for one in said["verifier"]["policies"]] == [64, 64]


def test_nothing_but_a_complete_pass_passes(good):
    for name, bill in not_passing(good):
        assert svr.predicate(bill, bills.MOMENT) is None, name
        assert scan_predicate.predicate(bill, RUN)["verdict"] in {"FAILED", "INCOMPLETE"}, name
        assert vsa.predicate(bill, bills.MOMENT, resource="pkg:generic/m")["verificationResult"] == "FAILED", name


@pytest.mark.parametrize(("severity", "missing"), [("critical", "CRITICAL"), ("high", "HIGH"), ("low", "LOW")])
def test_a_waived_finding_is_no_missing_one(good, severity, missing):
    one = reports.failing().findings[0]
    bill = replace(good, findings=(replace(one, severity=severity, waived="known"),))
    assert f"ASSAY_NO_{missing}_FINDINGS" not in svr.predicate(bill, bills.MOMENT)["properties"]


def test_a_link_in_the_model_leaves_no_pass(tmp_path):
    model = bills.folder(tmp_path, {"model.safetensors": safetensors()})
    (model / "more.bin").symlink_to("/dev/null")
    bill = bills.scanned(model)
    said = scan_predicate.predicate(bill, RUN)
    assert svr.predicate(bill, bills.MOMENT) is None
    assert said["coverage"]["complete"] is False
    assert said["coverage"]["skipped"] == [{"name": "more.bin", "reason": "a link, not followed"}]


def test_the_subject_is_the_root_and_every_file(good):
    made = read(statement.encode(good, svr.TYPE, {}))
    assert made["_type"] == "https://in-toto.io/Statement/v1"
    assert made["subject"][0] == {"name": "model", "digest": {"sha256": good.root}}
    assert {one["name"]: one["digest"]["sha256"] for one in made["subject"][1:]} == {
        part.name: part.sha256 for part in good.parts
    }


def test_a_statement_about_nothing_is_refused(good):
    with pytest.raises(UsageError, match="nothing to attest to"):
        statement.encode(replace(good, parts=(), root=""), svr.TYPE, {})


def test_a_name_that_is_no_utf8_is_refused(good):
    odd = replace(good.parts[0], name="a\udcff")
    with pytest.raises(UsageError, match="not UTF-8"):
        statement.encode(replace(good, parts=(odd,)), svr.TYPE, {})


def test_a_finding_names_file_member_and_place(tmp_path):
    bill = bills.of(tmp_path, {"sub/bad.pkl": bills.PICKLE})
    said = scan_predicate.predicate(bill, RUN)
    one = next(one for one in said["findings"] if one["ruleId"] == "pickle-starts-process")
    assert said["verdict"] == "FAILED"
    assert one["resource"] == {"name": "sub/bad.pkl", "digest": {"sha256": bill.parts[0].sha256}}
    assert one["location"]["offset"] >= 0
    assert said["counts"]["critical"] >= 1


def test_two_runs_give_the_same_statement(tmp_path):
    files = {"sub/bad.pkl": bills.PICKLE, "model.safetensors": safetensors()}
    made = [
        statement.encode(bill, scan_predicate.TYPE, scan_predicate.predicate(bill, RUN))
        for bill in (bills.of(tmp_path / name, files) for name in "ab")
    ]
    assert made[0] == made[1]


@pytest.mark.parametrize("report", [reports.failing, reports.clean, reports.incomplete, reports.hostile])
def test_any_report_is_a_statement(report):
    one = report()
    bill = gathered(one, one.examined, place=".", real="/models/mine")
    bill = replace(bill, parts=tuple(replace(part, sha256="1" * 64, name=f"{n}") for n, part in enumerate(bill.parts)))
    said = scan_predicate.predicate(bill, RUN)
    assert len(said["findings"]) == len(one.findings)
    assert read(statement.encode(bill, scan_predicate.TYPE, said))["predicate"] == read(json.dumps(said))


def test_the_verification_summary_names_no_level_of_slsa(good):
    said = vsa.predicate(good, bills.MOMENT, resource="pkg:huggingface/example-org/mine")
    assert said["verificationResult"] == "PASSED"
    assert not any(level.startswith("SLSA_") for level in said["verifiedLevels"])
    assert said["resourceUri"] == "pkg:huggingface/example-org/mine"


def test_a_bundle_of_several_lines_becomes_one(good):
    key = keys.generate("p256")
    chain = bundle.Material(method="certificate", chain=(b"der",))
    payload = statement.encode(good, svr.TYPE, {})

    def make(one):
        signature = keys.sign(key, dsse.pae(dsse.IN_TOTO, one))
        envelope = dsse.Envelope(payload_type=dsse.IN_TOTO, payload=one, signature=signature)
        return json.dumps(read(bundle.encode(bundle.Bundle(material=chain, envelope=envelope))), indent=1).encode()

    raw = statement.sign(payload, make)
    assert raw.count(b"\n") == 1
    assert bundle.parse(raw).envelope.payload == payload


def test_a_signed_statement_is_a_bundle_that_the_key_verifies(good):
    key = keys.generate("p256")
    payload = statement.encode(good, svr.TYPE, svr.predicate(good, bills.MOMENT))
    raw = statement.sign(payload, making.with_key(key))
    made = bundle.parse(raw)
    assert raw.count(b"\n") == 1
    assert made.envelope.payload == payload
    assert made.envelope.keyid == keys.key_id(key.public_key())
    assert keys.verify(key.public_key(), made.envelope.signature, dsse.pae(dsse.IN_TOTO, payload))
    assert base64.b64decode(read(raw)["dsseEnvelope"]["payload"]) == payload
