"""Statements and bills read back: which bytes they are about, and that no other bytes are taken for them."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.attest import attested, billed, cyclonedx, scan_predicate, spdx, statement, svr, vsa
from scanner.attest.errors import AttestError
from tests.attest.test_statement import RUN
from tests.builders import bills
from tests.builders.safetensors import safetensors


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    return bills.of(tmp_path_factory.mktemp("good"), {"model.safetensors": safetensors(), "config.json": b"{}"})


def payloads(bill):
    made = cyclonedx.write(bill, version="1.6", moment=bills.MOMENT)
    yield statement.encode(bill, svr.TYPE, svr.predicate(bill, bills.MOMENT) or {})
    yield statement.encode(bill, scan_predicate.TYPE, scan_predicate.predicate(bill, RUN))
    yield statement.encode(bill, vsa.TYPE, vsa.predicate(bill, bills.MOMENT, resource="pkg:generic/m"))
    yield statement.encode(bill, cyclonedx.PREDICATE, json.loads(made))


def files(bill):
    return {part.name: part.sha256 for part in bill.parts}


def test_what_is_written_is_read(good):
    read = [attested.read(one) for one in payloads(good)]
    assert [one.passed for one in read] == [True, True, True, False]
    assert {one.made for one in read} == {bills.MOMENT}
    assert {one.root for one in read} == {good.root}
    assert all(one.files == files(good) for one in read)
    assert read[1].until == RUN.until
    assert set(read[0].policies) == {good.policy.sha256, good.ruleset.sha256} == set(read[1].policies)


def test_a_model_that_did_not_pass_reads_as_none_that_passed(good):
    bill = replace(good, verdict="incomplete")
    assert not any(attested.read(one).passed for one in list(payloads(bill))[1:])


def test_a_verdict_over_a_gap_is_no_pass_whatever_it_claims(good):
    said = scan_predicate.predicate(good, RUN)
    for key, value in (("complete", False), ("skipped", [{"name": "a", "reason": "b"}])):
        lying = {**said, "coverage": {**said["coverage"], key: value}}
        assert not attested.read(statement.encode(good, scan_predicate.TYPE, lying)).passed


def test_a_gate_needs_both_properties(good):
    said = svr.predicate(good, bills.MOMENT)
    for kept in (svr.PASSED, svr.COMPLETE):
        assert not attested.read(statement.encode(good, svr.TYPE, {**said, "properties": [kept]})).passed


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda found: found, ()),
        (lambda found: {**found, "config.json": "0" * 64}, ("config.json",)),
        (lambda found: {**found, "more.bin": "0" * 64}, ("more.bin",)),
        (lambda found: {name: found[name] for name in found if name != "config.json"}, ("config.json",)),
    ],
)
def test_another_byte_another_file_and_a_missing_file_differ(good, change, expected):
    one = attested.read(next(payloads(good)))
    assert attested.differences(one, good.root, change(files(good))) == expected


def test_another_root_differs_and_so_does_none(good):
    one = attested.read(next(payloads(good)))
    assert attested.differences(one, "0" * 64, files(good)) == ("",)
    assert attested.differences(replace(one, root=""), "", files(good)) == ("",)


def bare(**changes):
    whole = {
        "_type": statement.TYPE,
        "subject": [{"name": "m", "digest": {"sha256": "0" * 64}}],
        "predicateType": svr.TYPE,
        "predicate": {"verifier": {"id": "v", "policies": []}, "timeCreated": bills.MOMENT, "properties": []},
    }
    return json.dumps({**whole, **changes}).encode()


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        (b"{", "json-invalid"),
        (b'{"_type": 1, "_type": 1}', "json-repeated-key"),
        (b"[]", "statement-shape"),
        (bare(_type="https://in-toto.io/Statement/v0.1"), "statement-shape"),
        (bare(predicateType="https://model_signing/signature/v1.0"), "predicate-type"),
        (bare(predicateType=["x"]), "predicate-type"),
        (bare(predicate=[]), "statement-shape"),
        (bare(predicate={}), "statement-shape"),
        (bare(subject=[]), "subject-count"),
        (bare(subject=[{"name": "m", "digest": {"sha256": "0" * 63}}]), "digest-spelling"),
        (bare(subject=[{"name": "m", "digest": {"sha512": "0" * 128}}]), "digest-spelling"),
        (bare(subject=3 * [{"name": "m", "digest": {"sha256": "0" * 64}}]), "resource-repeated"),
    ],
)
def test_what_is_no_statement_is_refused_with_its_code(payload, code):
    with pytest.raises(AttestError) as refused:
        attested.read(payload)
    assert refused.value.code == code


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=5), lambda node: (
    st.lists(node, max_size=3) | st.dictionaries(st.sampled_from([
        "_type", "subject", "predicateType", "predicate", "name", "digest", "sha256", "verifier", "id", "bomFormat",
        "metadata", "component", "components", "hashes", "@context", "@graph",
    ]), node, max_size=4)), max_leaves=12))  # fmt: skip
def test_only_an_attest_error_leaves_a_reader(value):
    kinds = [svr.TYPE, scan_predicate.TYPE, vsa.TYPE, cyclonedx.PREDICATE]
    given = [bare(predicate=value, predicateType=kind) for kind in kinds] + [bare(subject=value)]
    for read, raw in [(attested.read, one) for one in given] + [(billed.read, json.dumps(value).encode())]:
        try:
            read(raw)
        except AttestError:
            continue


@pytest.mark.parametrize("write", [
    lambda bill: cyclonedx.write(bill, version="1.6", moment=bills.MOMENT),
    lambda bill: cyclonedx.write(bill, version="1.7", moment=bills.MOMENT),
    lambda bill: spdx.write(bill, moment=bills.MOMENT),
])  # fmt: skip
def test_a_bill_names_the_root_and_every_file(good, write):
    assert billed.read(write(good).encode()) == (good.root, files(good))


@pytest.mark.parametrize(
    "raw", [b"{}", b"[]", b'{"bomFormat": "CycloneDX"}', b'{"bomFormat": "CycloneDX", "metadata": 1}']
)
def test_what_is_no_bill_is_refused(raw):
    with pytest.raises(AttestError):
        billed.read(raw)


def test_a_file_listed_twice_is_refused(good):
    document = json.loads(cyclonedx.write(good, version="1.6", moment=bills.MOMENT))
    listed = document["metadata"]["component"]["components"]
    listed.append(listed[0])
    with pytest.raises(AttestError):
        billed.read(json.dumps(document).encode())
