"""`assay keygen`, `sign` and `verify`: lines, answers and exit codes."""

import json
import re
import stat
from pathlib import Path

import pytest

from scanner import cli
from scanner.attest import keys
from scanner.cli import plain_verify
from tests.builders import bundles
from tests.builders.bundles import lay

HOSTILE = b"cposix\nsystem\n(S'echo'\ntR."
CUT = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03+"
PHRASE = "correct horse"


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path, monkeypatch):
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ASSAY_PASSPHRASE", raising=False)


@pytest.fixture
def model(tmp_path):
    lay(tmp_path / "m", {"config.json": b"{}", "sub/notes.txt": b"hello\n"})
    (tmp_path / "k.pem").write_bytes(keys.private_pem(bundles.key(), None))
    (tmp_path / "k.pub").write_bytes(keys.public_pem(bundles.key().public_key()))
    return tmp_path / "m"


def run(*line) -> int:
    return cli.main([str(word) for word in line])


def refused(capsys, *line) -> str:
    assert run(*line) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert re.fullmatch(r"assay: [^\n]+\n", printed.err)
    assert PHRASE not in printed.err
    return printed.err


def test_a_model_is_signed_and_verified(model, capsys):
    assert run("sign", model, "--key", "k.pem") == 0
    assert re.search(r"model\.sig  signs 2 files, root sha256 [0-9a-f]{64}\n", capsys.readouterr().out)
    assert run("verify", model, "--key", "k.pub") == 0
    shown = capsys.readouterr().out
    assert "verified (verified)" in shown
    assert bundles.hint(bundles.key()) in shown
    assert "scan      pass" in shown


def test_a_decision_in_json_carries_the_report(model, capsys):
    run("sign", model, "--key", "k.pem")
    capsys.readouterr()
    assert run("verify", model, "--key", "k.pub", "--format", "json") == 0
    made = json.loads(capsys.readouterr().out)
    assert (made["verdict"], made["code"], made["scan"]) == ("pass", "verified", "pass")
    assert made["report"]["verdict"] == "pass"
    assert run("verify", model, "--key", "k.pub", "--output", "decision.txt") == 0
    assert capsys.readouterr().out == ""


def test_a_changed_file_fails_and_an_unsigned_hostile_file_fails_twice(model, capsys):
    run("sign", model, "--key", "k.pem")
    (model / "config.json").write_bytes(b"[]")
    assert run("verify", model, "--key", "k.pub") == 1
    assert "NOT verified (file-changed)" in capsys.readouterr().out
    lay(model, {"x.pkl": HOSTILE, "config.json": b"{}"})
    assert run("verify", model, "--key", "k.pub", "--ignore-unsigned") == 1
    shown = capsys.readouterr().out
    assert "NOT verified (scan-failed)" in shown
    assert "x.pkl" in shown.partition("\n\n")[2]
    assert run("verify", model, "--key", "k.pub", "--quiet") == 1
    assert capsys.readouterr().out == ""


def test_nothing_to_verify_is_incomplete_and_a_named_signature_that_is_not_there_a_mistake(model, capsys):
    assert run("verify", model, "--key", "k.pub") == 3
    assert "signature-missing" in capsys.readouterr().out
    refused(capsys, "verify", model, "--key", "k.pub", "--signature", "none.sig")


def test_a_file_cut_short_is_not_signed_and_not_passed(model, capsys):
    lay(model, {"cut.gz": CUT})
    code = run("sign", model, "--key", "k.pem")
    assert code in {1, 3}
    assert "not signed" in capsys.readouterr().err
    assert not (model / "model.sig").exists()


def test_a_hostile_model_is_signed_only_on_demand_and_that_is_said(model, capsys):
    lay(model, {"x.pkl": HOSTILE})
    assert run("sign", model, "--key", "k.pem") == 1
    assert "--allow-failing" in capsys.readouterr().err
    assert run("sign", model, "--key", "k.pem", "--allow-failing") == 0
    assert "records that the scan says fail" in capsys.readouterr().out
    assert run("verify", model, "--key", "k.pub") == 1
    assert "its signer's own scan said fail" in capsys.readouterr().out


def test_a_key_pair_is_made_locked_and_never_replaced(model, capsys, monkeypatch):
    refused(capsys, "keygen", "new")
    monkeypatch.setenv("ASSAY_PASSPHRASE", PHRASE)
    assert run("keygen", "new", "--curve", "p384") == 0
    assert PHRASE not in capsys.readouterr().out
    assert stat.S_IMODE(Path("new.pem").stat().st_mode) == 0o600
    refused(capsys, "keygen", "new")
    assert run("sign", model, "--key", "new.pem") == 0
    assert run("verify", model, "--key", "new.pub") == 0
    capsys.readouterr()
    monkeypatch.setenv("ASSAY_PASSPHRASE", PHRASE + "!")
    assert "wrong passphrase" in refused(capsys, "sign", model, "--key", "new.pem")
    monkeypatch.delenv("ASSAY_PASSPHRASE")
    assert "ASSAY_PASSPHRASE" in refused(capsys, "sign", model, "--key", "new.pem")


def test_a_half_made_pair_is_taken_back(capsys, monkeypatch):
    from scanner.attest import files
    from scanner.usage import UsageError

    real = files.write

    def fail(file, *rest, **more):
        if file.suffix == ".pub":
            message = "no space"
            raise UsageError(message)
        real(file, *rest, **more)

    monkeypatch.setattr(files, "write", fail)
    refused(capsys, "keygen", "new", "--no-passphrase")
    assert not Path("new.pem").exists()


@pytest.mark.parametrize(
    "line",
    [
        ("sign", "m"),
        ("sign", "m", "--key", "k.pem", "--sigstore"),
        ("sign", "m", "--key", "none.pem"),
        ("sign", "m", "--key", "k.pub"),
        ("sign", "none", "--key", "k.pem"),
        ("sign", "m", "--key", "k.pem", "--hash", "md5"),
        ("sign", "m", "--key", "k.pem", "--out", "none/x.sig"),
        ("sign", "m", "--key", "k.pem", "--chain", "k.pub"),
        ("sign", "m", "--key", "k.pem", "--certificate", "k.pub"),
        ("sign", "m", "--key", "k.pem", "--public-key", "k.pub"),
        ("sign", "m", "--service", "x:y"),
        ("verify", "m"),
        ("verify", "none", "--key", "k.pub"),
        ("verify", "m", "--key", "k.pub", "--certificate-chain", "k.pub"),
        ("verify", "m", "--key", "k.pem"),
        ("verify", "m", "--key", "none.pub"),
        ("verify", "m", "--key", "k.pub", "--identity", "x"),
        ("verify", "m", "--issuer", "x"),
        ("verify", "m", "--identity", "x"),
        ("verify", "m", "--key", "k.pub", "--trusted-root", "x"),
        ("verify", "m", "--key", "k.pub", "--legacy", "everything"),
        ("verify", "m", "--key", "k.pub", "--format", "xml"),
        ("keygen", "k", "--no-passphrase"),
        ("keygen", "new", "--no-passphrase", "--curve", "p192"),
        ("keygen", "none/new", "--no-passphrase"),
    ],
    ids=" ".join,
)
def test_a_line_that_cannot_be_carried_out_is_one_line_and_writes_nothing(line, model, capsys):
    before = sorted(str(path) for path in model.parent.rglob("*"))
    refused(capsys, *line)
    assert sorted(str(path) for path in model.parent.rglob("*")) == before


def test_a_bundle_of_rubbish_fails_with_its_code(model, capsys):
    for content, code in ((b"", "bundle-empty"), (b"no json", "json-invalid"), (b"[" * 10**6, "json-too-deep")):
        (model / "model.sig").write_bytes(content)
        assert run("verify", model, "--key", "k.pub") == 1
        assert f"({code})" in capsys.readouterr().out


def test_signing_the_current_folder_and_one_file_work_too(model, monkeypatch):
    monkeypatch.chdir(model)
    assert run("sign", ".", "--key", "../k.pem") == 0
    assert run("verify", ".", "--key", "../k.pub") == 0
    assert run("verify", model, "--key", "../k.pub") == 0
    assert run("sign", "config.json", "--key", "../k.pem") == 0
    assert run("verify", "config.json", "--key", "../k.pub") == 0


LINES = [
    ("m", "--key", "k.pub"),
    ("--key", "k.pub", "m", "-q"),
    ("m", "--key", "k.pub", "--ignore", "a", "--ignore", "b", "--legacy", "pae-v0.2", "--subset"),
    ("m", "--certificate-chain", "c", "--identity", "i", "--signature", "s", "--policy", "p", "--format", "json"),
    ("m", "--identity", "i", "--issuer", "u", "--trusted-root", "r", "--output", "o", "--ignore-unsigned", "--quiet"),
    ("m", "--key", "k", "--jobs", "3"),
]
OTHER_LINES = [(), ("m", "--help"), ("m", "--key"), ("m", "--key=k"), ("m", "n"), ("m", "--key", "a", "--key", "b"),
               ("m", "--nosuch", "x"), ("m", "--jobs", "0"), ("m", "--jobs", "x"), ("--", "m"),
               ("m", "--key", "-")]  # fmt: skip


@pytest.mark.parametrize("line", LINES, ids=" ".join)
def test_a_plain_line_means_the_same_with_and_without_typer(line, monkeypatch):
    from scanner.cli import application, verifying

    asked = plain_verify.understood(["verify", *line])
    told = []
    monkeypatch.setattr(verifying, "run", lambda model, **given: told.append({"model": model, **given}) or 0)
    application.run(["verify", *line])
    assert {name: value for name, value in told[0].items() if value not in (None, False, [], "text")} == asked


@pytest.mark.parametrize("line", OTHER_LINES, ids=" ".join)
def test_a_line_that_is_not_plain_is_left_to_typer(line):
    assert plain_verify.understood(["verify", *line]) is None
