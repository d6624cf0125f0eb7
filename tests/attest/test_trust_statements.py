"""Statements and bills that a policy asks for: of these bytes, by these signers, fresh, saying what was asked."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from scanner.attest import cyclonedx, keys, making, scan_predicate, spdx, statement, svr
from scanner.attest.errors import Code
from scanner.attest.policed import Given, verify
from scanner.attest.sign import sign
from scanner.attest.verify import Beside
from scanner.attest.verify import verify as plainly
from scanner.cli import main, scanning
from tests.attest.test_statement import RUN
from tests.builders import bills, bundles, trusts
from tests.builders.safetensors import safetensors

NOW = datetime(2026, 11, 28, 12, 30, tzinfo=UTC)
BASE = "hf:example-org/base-model@" + "0" * 40


def scan(paths):
    return scanning.report_on(paths, policy=None, jobs=1, quiet=True)


@pytest.fixture
def bill(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return bills.of(tmp_path, {"model.safetensors": safetensors(), "config.json": b"{}"})


@pytest.fixture
def adapter(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    lora = json.dumps(bills.LORA).encode()
    return bills.of(tmp_path, {"adapter_model.safetensors": safetensors(), "adapter_config.json": lora})


def lines(bill, *, by=7, gate=None, moment=bills.MOMENT, bom=False):
    made = [statement.encode(bill, svr.TYPE, gate or svr.predicate(bill, moment))]
    made.append(statement.encode(bill, scan_predicate.TYPE, scan_predicate.predicate(bill, RUN)))
    if bom:
        document = json.loads(cyclonedx.write(bill, version="1.6", moment=moment))
        made.append(statement.encode(bill, cyclonedx.PREDICATE, document))
    return b"".join(statement.sign(one, making.with_key(bundles.key(by))) for one in made)


def asking(kind=svr.TYPE, more=""):
    return f'[[rule]]\nmatch = ["**"]\n[[rule.attestation]]\ntype = "{kind}"\nsigned_by = ["keys:k7"]\n{more}\n'


def seen(tmp_path, text, raw=None, *, bom=None, now=NOW):
    given = {}
    if raw is not None:
        (tmp_path / "a.jsonl").write_bytes(raw)
        given["attestations"] = (tmp_path / "a.jsonl",)
    if bom is not None:
        (tmp_path / "bom.json").write_text(bom)
        given["bills"] = (tmp_path / "bom.json",)
    trust = trusts.load(tmp_path, text, numbers=(7, 8))
    return verify(tmp_path / "model", trust, given=Given(**given), scan=scan, now=now)[0]


def test_a_gate_that_a_trusted_scanner_signed_answers_the_rule(tmp_path, bill):
    decision = seen(tmp_path, asking(more=f'max_age = "P1D"\nrequire = ["{svr.COMPLETE}"]'), lines(bill))
    assert (decision.verdict, decision.code) == ("pass", Code.VERIFIED)
    assert any(one.what.startswith("statement ") and "keys:k7" in one.evidence for one in decision.checks)


@pytest.mark.usefixtures("bill")
def test_without_it_the_model_fails(tmp_path):
    assert seen(tmp_path, asking()).code == Code.ATTESTATION_MISSING


def test_one_of_another_signer_does_not_answer(tmp_path, bill):
    decision = seen(tmp_path, asking(), lines(bill, by=8))
    assert decision.verdict == "fail"
    assert decision.problems[-1].code == Code.ATTESTATION_MISSING


def test_one_that_is_too_old_does_not_answer(tmp_path, bill):
    decision = seen(tmp_path, asking(more='max_age = "P7D"'), lines(bill), now=NOW + timedelta(days=8))
    assert decision.code == Code.ATTESTATION_OUTDATED


def test_one_that_lacks_a_property_does_not_answer(tmp_path, bill):
    decision = seen(tmp_path, asking(more='require = ["NEVER_SAID"]'), lines(bill))
    assert decision.code == Code.ATTESTATION_PROPERTY


@pytest.mark.parametrize(("glob", "code"), [("https://**", Code.VERIFIED), ("https://x/**", Code.ATTESTATION_PROPERTY)])
def test_the_verifier_is_asked_for_by_name(tmp_path, bill, glob, code):
    assert seen(tmp_path, asking(more=f'verifier = "{glob}"'), lines(bill)).code == code


def test_one_about_other_bytes_does_not_answer(tmp_path, bill):
    raw = lines(bill)
    (tmp_path / "model" / "config.json").write_bytes(b"[]")
    decision = seen(tmp_path, asking(), raw)
    assert decision.code == Code.ATTESTATION_OTHER_BYTES


def test_the_newest_statement_about_these_bytes_speaks(tmp_path, bill):
    bad = {**svr.predicate(bill, "2026-11-28T12:20:00Z"), "properties": []}
    decision = seen(tmp_path, asking(), lines(bill) + lines(bill, gate=bad))
    assert decision.code == Code.ATTESTATION_NOT_PASSED
    older = {**bad, "timeCreated": "2026-11-28T11:00:00Z"}
    assert seen(tmp_path, asking(), lines(bill) + lines(bill, gate=older)).verdict == "pass"


def test_a_bill_of_these_bytes_passes_and_one_of_others_does_not(tmp_path, bill):
    good = cyclonedx.write(bill, version="1.6", moment=bills.MOMENT)
    assert seen(tmp_path, asking(), lines(bill), bom=good).verdict == "pass"
    other = cyclonedx.write(replace(bill, root="0" * 64), version="1.6", moment=bills.MOMENT)
    assert seen(tmp_path, asking(), lines(bill), bom=other).code == Code.BOM_OTHER_BYTES


def pinned(base, unknown="deny"):
    return asking().replace("[[rule.att", f'base_models = {{ allow = ["{base}"], unknown = "{unknown}" }}\n[[rule.att')


def test_a_base_is_compared_with_the_pins_of_the_rule(tmp_path, adapter):
    assert seen(tmp_path, pinned(BASE), lines(adapter, bom=True)).verdict == "pass"
    other = BASE.replace("0" * 40, "1" * 40)
    assert seen(tmp_path, pinned(other), lines(adapter, bom=True)).code == Code.BASE_NOT_ALLOWED
    bill = cyclonedx.write(adapter, version="1.7", moment=bills.MOMENT)
    assert seen(tmp_path, pinned(other), lines(adapter), bom=bill).code == Code.BASE_NOT_ALLOWED


def test_a_base_that_nothing_names_is_denied_unless_the_rule_allows_it(tmp_path, adapter):
    assert seen(tmp_path, pinned(BASE), lines(adapter)).code == Code.BASE_UNKNOWN
    assert seen(tmp_path, pinned(BASE, "allow"), lines(adapter)).verdict == "pass"


def test_a_bill_in_spdx_names_the_base_as_well(tmp_path, adapter):
    told = spdx.write(adapter, moment=bills.MOMENT)
    assert seen(tmp_path, pinned(BASE), lines(adapter), bom=told).verdict == "pass"
    other = pinned(BASE.replace("base-model", "other"))
    assert seen(tmp_path, other, lines(adapter), bom=told).code == Code.BASE_NOT_ALLOWED


def test_a_base_without_a_commit_is_unknown(tmp_path, adapter):
    loose = replace(
        adapter, relatives=tuple(replace(one, revision="", identifier="", digest="") for one in adapter.relatives)
    )
    assert seen(tmp_path, pinned(BASE), lines(loose, bom=True)).code == Code.BASE_UNKNOWN


def test_without_a_scan_statements_are_held_against_nothing(tmp_path, bill):
    trust = trusts.load(tmp_path, asking())
    (tmp_path / "a.jsonl").write_bytes(lines(bill))
    decision, _ = verify(tmp_path / "model", trust, given=Given(attestations=(tmp_path / "a.jsonl",)), now=NOW)
    assert (decision.verdict, decision.code) == ("incomplete", Code.SCAN_INCOMPLETE)


def test_statements_and_bills_count_without_a_policy_too(tmp_path, bill):
    model = tmp_path / "model"
    sign(model, making.with_key(bundles.key()), scan)

    def plain(**beside):
        return plainly(model, bundles.trusted(), scan=scan, now=NOW, beside=Beside(**beside))[0].code

    good = cyclonedx.write(bill, version="1.6", moment=bills.MOMENT).encode()
    assert plain(statements=(lines(bill),), bills=(good,)) == Code.VERIFIED
    assert plain(statements=(lines(bill, by=8),)) == Code.HINT_MISMATCH
    assert plain(statements=(lines(bill),), oldest=timedelta(minutes=1)) == Code.ATTESTATION_OUTDATED
    assert plain(bills=(good.replace(bill.root.encode(), b"0" * 64),)) == Code.BOM_OTHER_BYTES
    without = plainly(model, bundles.trusted(), now=NOW, beside=Beside())[0]
    assert without.code == Code.SCAN_INCOMPLETE


@pytest.mark.usefixtures("bill")
def test_the_whole_way_is_walked_with_commands(tmp_path, capsys, monkeypatch):
    monkeypatch.delenv("ASSAY_PASSPHRASE", raising=False)
    (tmp_path / "k.pem").write_bytes(keys.private_pem(bundles.key(), None))
    trusts.policy(tmp_path, asking())
    assert main(["sign", "model", "--key", "k.pem"]) == 0
    assert main(["attest", "model", "--key", "k.pem", "--bom", "--out", "a.jsonl"]) == 0
    assert main(["bom", "model", "--out", "bom.json"]) == 0
    capsys.readouterr()
    line = ["verify", "model", "--trust", "t.toml", "--attestation", "a.jsonl", "--bom", "bom.json"]
    assert main([*line, "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["rule"] == "rule 1 (line 4)"
    assert {one["outcome"] for one in told["checks"]} == {"pass"}
    assert main([*line[:4]]) == 1
    assert "attestation-missing" in capsys.readouterr().out
    plain = ["verify", "model", "--key", "k7.pub", "--attestation", "a.jsonl", "--bom", "bom.json"]
    assert main(plain) == 0


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (["--trust", "t.toml", "--key", "k7.pub"], "--trust says whom to trust"),
        (["--trust", "t.toml", "--ignore-unsigned"], "--trust says whom to trust"),
        (["--trust", "none.toml"], "no such file"),
        (["--key", "k7.pub", "--as", "hf:a/b"], "--as goes with --trust"),
        (["--trust", "t.toml", "--as", "a/b"], "write hf:OWNER/NAME"),
        (["--key", "k7.pub", "--attestation", "none"], "--attestation none: no such file"),
        (["--key", "k7.pub", "--signature", "k7.pub", "--signature", "t.toml"], "go with --trust"),
    ],
)
@pytest.mark.usefixtures("bill")
def test_a_line_that_cannot_be_carried_out_is_refused(tmp_path, capsys, line, told):
    trusts.policy(tmp_path, asking())
    assert main(["verify", "model", *line]) == 2
    assert told in capsys.readouterr().err
