"""`assay bom` and `assay attest` as they are typed."""

import base64
import json

import pytest

from scanner.attest import keys
from scanner.cli import main, scanning
from tests.builders import bills
from tests.builders.safetensors import safetensors

EPOCH = "1790000000"


@pytest.fixture(autouse=True)
def model(tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", EPOCH)
    monkeypatch.chdir(tmp_path)
    return bills.folder(tmp_path, {"model.safetensors": safetensors(), "config.json": b"{}"})


@pytest.fixture
def key(tmp_path):
    file = tmp_path / "release.pem"
    file.write_bytes(keys.private_pem(keys.generate("p256"), None))
    return file


def statements(text):
    for line in text.splitlines():
        yield json.loads(base64.b64decode(json.loads(line)["dsseEnvelope"]["payload"]))


@pytest.mark.parametrize("form", ["cyclonedx-1.6", "cyclonedx-1.7", "spdx-3.0.1"])
def test_a_bill_goes_to_standard_output_and_is_the_same_twice(form, capsys):
    written = []
    for jobs in "12":
        assert main(["bom", "model", "--format", form, "--jobs", jobs]) == 0
        written.append(capsys.readouterr().out)
    assert written[0] == written[1]
    assert json.loads(written[0])


def test_a_bill_goes_to_a_file_in_one_step(tmp_path):
    out = tmp_path / "mine.cdx.json"
    assert main(["bom", "model", "--out", str(out)]) == 0
    assert json.loads(out.read_text(encoding="utf-8"))["metadata"]["timestamp"] == "2026-09-21T14:13:20Z"
    assert [file.name for file in tmp_path.iterdir() if file.name.startswith(".")] == []


@pytest.mark.parametrize("verb", [["bom"], ["attest", "--unsigned"]])
def test_nothing_is_written_into_the_model(model, verb, capsys):
    assert main([*verb, "model", "--out", "model/bom.json"]) == 2
    assert "lies inside the model" in capsys.readouterr().err
    assert not (model / "bom.json").exists()


@pytest.mark.parametrize("verb", [["bom"], ["attest", "--unsigned"]])
def test_a_model_that_is_not_there_is_one_line(verb, capsys):
    assert main([*verb, "nowhere"]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_an_epoch_that_is_none_is_one_line(monkeypatch, capsys):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "yesterday")
    assert main(["bom", "model"]) == 2
    assert "SOURCE_DATE_EPOCH" in capsys.readouterr().err


def test_an_incomplete_bill_is_written_and_told_by_the_exit_code(model, capsys):
    (model / "more.bin").symlink_to("/dev/null")
    assert main(["bom", "model"]) == 3
    assert '"aggregate": "incomplete"' in capsys.readouterr().out


def test_the_report_names_what_is_known_and_why(capsys):
    assert main(["bom", "model", "--report", "--author", "Example Security"]) == 0
    out = capsys.readouterr().out
    assert "of 50 elements" in out
    assert "Example Security  (command line)" in out
    assert "no   model           producer" in out


def test_a_pass_is_signed_with_the_gate_first(key, capsys):
    assert main(["attest", "model", "--key", str(key), "--vsa", "pkg:generic/mine", "--valid-days", "30"]) == 0
    gate, scan, summary = statements(capsys.readouterr().out)
    assert gate["predicateType"] == "https://in-toto.io/attestation/svr/v0.2"
    assert scan["predicate"]["verdict"] == "PASSED"
    assert scan["predicate"]["time"]["validUntil"] == "2026-10-21T14:13:20Z"
    assert summary["predicate"]["verificationResult"] == "PASSED"
    assert gate["subject"] == scan["subject"] == summary["subject"]


def test_the_root_that_is_attested_is_the_root_that_is_signed(model, key, capsys):
    assert main(["sign", "model", "--key", str(key)]) == 0
    signed = json.loads((model / "model.sig").read_text(encoding="utf-8"))
    root = json.loads(base64.b64decode(signed["dsseEnvelope"]["payload"]))["subject"][0]["digest"]
    capsys.readouterr()
    assert main(["attest", "model", "--key", str(key)]) == 0
    gate, _ = statements(capsys.readouterr().out)
    assert gate["subject"][0]["digest"] == root


def add_pickle(model):
    (model / "bad.pkl").write_bytes(bills.PICKLE)


def add_link(model):
    (model / "link").symlink_to("/dev/null")


@pytest.mark.parametrize(("add", "expected"), [(add_pickle, (1, "FAILED")), (add_link, (3, "INCOMPLETE"))])
def test_what_does_not_pass_gets_no_gate(model, key, capsys, add, expected):
    add(model)
    code = main(["attest", "model", "--key", str(key)])
    (scan,) = statements(capsys.readouterr().out)
    assert scan["predicateType"] == "https://modelassay.dev/attestation/model-scan/v0.1"
    assert (code, scan["predicate"]["verdict"]) == expected


def test_bare_statements_are_the_same_twice(capsys):
    written = []
    for _ in range(2):
        assert main(["attest", "model", "--unsigned"]) == 0
        written.append(capsys.readouterr().out)
    assert written[0] == written[1]
    assert json.loads(written[0].splitlines()[0])["_type"] == "https://in-toto.io/Statement/v1"


def test_without_a_signer_nothing_is_scanned(capsys):
    assert main(["attest", "model"]) == 2
    assert "--key" in capsys.readouterr().err


def test_the_bill_goes_into_a_statement_of_its_own(key, capsys):
    assert main(["attest", "model", "--key", str(key), "--bom"]) == 0
    *_, bom = statements(capsys.readouterr().out)
    assert bom["predicateType"] == "https://cyclonedx.org/bom"
    assert bom["predicate"]["metadata"]["component"]["hashes"][0]["content"] == bom["subject"][0]["digest"]["sha256"]


def test_what_the_policy_leaves_out_leaves_no_gate(model, tmp_path, key, capsys):
    (tmp_path / "lenient.toml").write_text('exclude = ["model/config.json"]\n', encoding="utf-8")
    assert main(["attest", "model", "--key", str(key), "--policy", "lenient.toml"]) == 3
    (scan,) = statements(capsys.readouterr().out)
    (skipped,) = scan["predicate"]["coverage"]["skipped"]
    assert skipped["name"] == "config.json"
    assert model.is_dir()


def test_a_model_that_changes_while_it_is_scanned_is_not_described(model, monkeypatch, capsys):
    observed = scanning.observed

    def meanwhile(*paths, **asked):
        seen = observed(*paths, **asked)
        (model / "config.json").write_bytes(b'{"a": 1}')
        return seen

    monkeypatch.setattr(scanning, "observed", meanwhile)
    assert main(["bom", "model"]) == 2
    assert "changed while it was read" in capsys.readouterr().err


def test_a_stranger_in_the_store_of_git_is_scanned_too(model, key, capsys):
    store = model / ".git"
    for name in ("objects", "refs"):
        (store / name).mkdir(parents=True)
    (store / "HEAD").write_bytes(b"ref: refs/heads/main\n")
    (store / "evil.pkl").write_bytes(bills.PICKLE)
    assert main(["attest", "model", "--key", str(key)]) == 1
    (scan,) = statements(capsys.readouterr().out)
    assert any(one["resource"]["name"] == ".git/evil.pkl" for one in scan["predicate"]["findings"])


def test_an_engine_that_nothing_reads_gets_no_simple_verification_result(tmp_path, capsys):
    (tmp_path / "model" / "engine.plan").write_bytes(b"ftrt" + bytes(60))
    assert main(["attest", "model", "--unsigned"]) == 3
    written = capsys.readouterr().out
    assert "attestation/svr" not in written
    assert "known by its first bytes" in written


def test_a_written_document_is_named(key, capsys):
    assert main(["bom", "model", "--out", "m.json"]) == 0
    assert capsys.readouterr().out == "m.json  CycloneDX 1.6 of 2 files\n"
    assert main(["attest", "model", "--key", str(key), "--out", "m.jsonl"]) == 0
    assert capsys.readouterr().out == "m.jsonl  2 statements of 2 files, verdict pass\n"
