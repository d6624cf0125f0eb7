"""A decision as SARIF: every reason is a result at what it is about, beside what the scan found."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft7Validator

from scanner import cli
from scanner.attest import keys
from tests.builders import bundles

SCHEMA = json.loads((Path(__file__).parents[1] / "data" / "sarif-2.1.0.json").read_text(encoding="utf-8"))
FILES = {"a.txt": b"a", "sub/b.txt": b"b"}
HOSTILE = b"cposix\nsystem\n(S'echo'\ntR."


@pytest.fixture
def model(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "k.pub").write_bytes(keys.public_pem(bundles.key().public_key()))
    rule = '[[rule]]\nmatch = ["file:m"]\nsignatures = {any_of = ["keys:k"]}\n'
    (tmp_path / "t.toml").write_text(f'version = 1\n[trust.keys.k]\nfile = "k.pub"\n{rule}')
    return bundles.signed_model(tmp_path / "m", FILES, bundles.over(FILES, ignore_paths=["model.sig"]))


def sarif(capsys, *line):
    code = cli.main(["verify", "m", *(line or ("--key", "k.pub")), "--format", "sarif"])
    log = json.loads(capsys.readouterr().out)
    Draft7Validator(SCHEMA).validate(log)
    (run,) = log["runs"]
    return code, run


def rules(run):
    return [one["ruleId"] for one in run["results"]]


def places(run, rule):
    one = next(one for one in run["results"] if one["ruleId"] == rule)
    return [
        one["properties"]["path"],
        *(at["physicalLocation"]["artifactLocation"]["uri"] for at in one.get("relatedLocations", [])),
    ]


@pytest.mark.usefixtures("model")
def test_a_model_that_is_verified_has_no_results_and_says_who_signed(capsys):
    code, run = sarif(capsys)
    assert (code, rules(run)) == (0, [])
    assert run["properties"]["verdict"] == "pass"
    assert run["properties"]["decision"]["signer"]["method"] == "key"


def test_each_reason_is_a_result_at_its_files_beside_the_findings(model, capsys):
    (model / "a.txt").write_bytes(b"x")
    bundles.lay(model, {"evil.pkl": HOSTILE, "more.txt": b""})
    code, run = sarif(capsys)
    assert code == 1
    assert rules(run)[:3] == ["verify-file-changed", "verify-file-unsigned", "verify-scan-failed"]
    assert "pickle-starts-process" in rules(run)
    assert places(run, "verify-file-changed") == ["m/a.txt"]
    assert places(run, "verify-file-unsigned")[0] == "m/evil.pkl"
    known = {one["id"] for one in run["tool"]["driver"]["rules"]}
    assert set(rules(run)) <= known


def test_a_signature_that_is_refused_is_a_result_at_the_signature(model, capsys):
    (model / "model.sig").write_bytes(b"no JSON")
    code, run = sarif(capsys)
    assert (code, rules(run)) == (1, ["verify-json-invalid"])
    assert places(run, "verify-json-invalid") == ["m/model.sig"]


def test_what_is_only_open_is_a_warning(model, capsys):
    (model / "model.sig").unlink()
    code, run = sarif(capsys)
    assert (code, run["properties"]["verdict"]) == (3, "incomplete")
    assert [one["level"] for one in run["results"]] == ["warning"]


@pytest.mark.usefixtures("model")
def test_a_policy_and_its_checks_stand_in_the_run(capsys):
    code, run = sarif(capsys, "--trust", "t.toml")
    assert code == 0
    assert run["properties"]["decision"]["rule"] == "rule 1 (line 4)"
    assert {one["outcome"] for one in run["properties"]["decision"]["checks"]} == {"pass"}


def test_two_runs_give_the_same_bytes_and_a_file_gets_them_in_one_step(model, capsys, tmp_path):
    (model / "a.txt").write_bytes(b"x")
    first = sarif(capsys)
    assert sarif(capsys) == first
    assert cli.main(["verify", "m", "--key", "k.pub", "--format", "sarif", "--output", "d.sarif"]) == 1
    assert json.loads((tmp_path / "d.sarif").read_text())["runs"] == [first[1]]


@pytest.mark.usefixtures("model")
def test_a_line_says_nothing_of_what_the_policy_says(capsys):
    assert cli.main(["verify", "m", "--trust", "t.toml", "--subset"]) == 2
    assert "--trust says whom to trust" in capsys.readouterr().err
    assert cli.main(["verify", "m", "--key", "k.pub", "--format", "html"]) == 2
    assert "one of text, json, sarif" in capsys.readouterr().err
