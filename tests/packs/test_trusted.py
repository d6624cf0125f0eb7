"""The lock: which packs judge, in which version, by whose key; and what a scan says of them."""

import json
import shutil
import subprocess
from datetime import date

import pytest

from scanner import cli, pipeline
from scanner.packs import keys, lock, trusted
from scanner.packs.errors import Code, PackError
from scanner.usage import UsageError
from tests.builders import packs
from tests.builders.packs import TODAY


@pytest.fixture
def acme(tmp_path):
    return packs.signed(tmp_path / "acme", version="1.2.0")


@pytest.fixture
def locked(acme):
    return trusted.added({}, acme, packs.public(), TODAY)[0]


def refused(act) -> Code:
    with pytest.raises(PackError) as caught:
        act()
    return caught.value.code


def test_a_lock_reads_back_as_it_was_written(locked, tmp_path):
    file = tmp_path / "rules.lock"
    file.write_bytes(lock.write(locked))
    assert lock.read(file) == locked
    assert lock.read(tmp_path / "absent") == {}
    assert locked["acme"].key == packs.public().hex()


@pytest.mark.parametrize(
    "text",
    [
        "", "version = 2", "version = 1\nmore = 1", "version = 1\npacks = 1", "no toml", "version = 1\n[packs.A]",
        'version = 1\n[packs.a]\nversion = "1.0.0"', "[" * 5000,
        'version = 1\n[packs.a]\nversion = "1.0"\nsha256 = "x"\nkey = "x"',
    ],
)  # fmt: skip
def test_a_lock_that_is_none_is_told_in_one_line(tmp_path, text):
    (tmp_path / "rules.lock").write_text(text)
    with pytest.raises(UsageError) as caught:
        lock.read(tmp_path / "rules.lock")
    assert "\n" not in str(caught.value)


def test_a_pinned_pack_is_loaded_and_one_that_is_not_is_refused(acme, locked):
    assert trusted.load([acme], locked)[0].key == packs.public().hex()
    assert refused(lambda: trusted.load([acme], {})) == Code.NOT_LOCKED


def test_an_unsigned_pack_is_loaded_only_where_somebody_says_so(tmp_path):
    folder = packs.lay(tmp_path / "acme")
    assert refused(lambda: trusted.load([folder], {})) == Code.UNSIGNED
    (held,) = trusted.load([folder], {}, unsigned=True)
    assert trusted.state(held, TODAY).signed is False


def test_a_pack_that_is_pinned_cannot_become_unsigned(acme, locked):
    (acme / "pack.sig").unlink()
    assert refused(lambda: trusted.load([acme], locked, unsigned=True)) == Code.UNSIGNED


def test_a_signed_pack_is_not_taken_as_an_unsigned_one(acme):
    assert refused(lambda: trusted.load([acme], {}, unsigned=True)) == Code.NOT_LOCKED


def test_another_version_than_the_pinned_one_is_not_used_until_it_is_added(tmp_path, locked):
    newer = packs.signed(tmp_path / "newer", version="1.10.0")
    assert refused(lambda: trusted.load([newer], locked)) == Code.DIFFERS
    after, _ = trusted.added(locked, newer, None, TODAY)
    assert trusted.load([newer], after)[0].manifest.version == "1.10.0"


def test_an_older_version_is_never_used_again(tmp_path, locked):
    older = packs.signed(tmp_path / "older", version="1.1.9")
    assert refused(lambda: trusted.added(locked, older, None, TODAY)) == Code.ROLLED_BACK
    assert refused(lambda: trusted.load([older], locked)) == Code.ROLLED_BACK


def test_a_version_has_one_content(tmp_path, locked):
    other = packs.signed(tmp_path / "other", version="1.2.0", rules=["acme-other-kind"])
    assert refused(lambda: trusted.added(locked, other, None, TODAY)) == Code.REPUBLISHED
    assert refused(lambda: trusted.load([other], locked)) == Code.REPUBLISHED


def test_another_key_takes_over_only_where_somebody_says_so(tmp_path, locked):
    other = packs.signed(tmp_path / "other", key=packs.OTHER, version="2.0.0")
    theirs = packs.public(packs.OTHER)
    assert refused(lambda: trusted.added(locked, other, None, TODAY)) == Code.OTHER_KEY
    assert refused(lambda: trusted.added(locked, other, theirs, TODAY)) == Code.OTHER_KEY
    assert trusted.added(locked, other, theirs, TODAY, other_key=True)[0]["acme"].key == theirs.hex()


def test_a_pack_is_added_by_a_key_that_somebody_names(acme):
    assert refused(lambda: trusted.added({}, acme, None, TODAY)) == Code.NOT_LOCKED


@pytest.fixture
def model(tmp_path):
    file = tmp_path / "model" / "a.odd"
    file.parent.mkdir()
    file.write_bytes(bytes(range(1, 200)))
    return file.parent


def found(report) -> set[str]:
    return {one.rule for one in report.findings}


def test_rules_of_a_pack_judge_beside_ours(acme, locked, model):
    alone = pipeline.scan(model, jobs=1)
    both = pipeline.scan(model, jobs=1, packs=trusted.load([acme], locked), today=TODAY)
    assert found(both) == found(alone) | {"acme-odd-kind"}
    assert (alone.verdict, both.verdict) == ("pass", "fail")
    assert "acme 1.2.0 sha256:" in both.ruleset.name
    assert {one.pack for one in both.rules} >= {"acme"}


def test_the_report_says_that_a_pack_is_unsigned_or_past_its_day(acme, locked, model, tmp_path):
    expired = pipeline.scan(model, jobs=1, packs=trusted.load([acme], locked), today=date(2031, 1, 1))
    assert "rule-pack-expired" in found(expired)
    plain = packs.lay(tmp_path / "plain")
    unsigned = pipeline.scan(model, jobs=1, packs=trusted.load([plain], {}, unsigned=True), today=TODAY)
    assert "rule-pack-unsigned" in found(unsigned)
    assert "acme-odd-kind" in found(unsigned)


def test_a_pack_is_observed_with_as_it_is_scanned_with(acme, locked, model):
    held = trusted.load([acme], locked)
    report = pipeline.observe(model, jobs=1, packs=held, today=TODAY).report
    assert report == pipeline.scan(model, jobs=1, packs=held, today=TODAY)


@pytest.fixture
def keyed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    packs.lay(tmp_path / "acme")
    assert cli.main(["keygen", "k", "--curve", "ed25519", "--no-passphrase"]) == 0
    assert cli.main(["rules", "sign", "acme", "--key", "k.pem"]) == 0
    return tmp_path


@pytest.mark.usefixtures("keyed", "model")
def test_the_whole_way_from_a_key_to_a_finding(capsys):
    assert cli.main(["scan", "model", "--rules", "acme"]) == 2
    assert "[pack-not-locked]" in capsys.readouterr().err
    assert cli.main(["rules", "add", "acme", "--key", "k.pub"]) == 0
    assert cli.main(["rules", "verify", "acme"]) == 0
    assert "acme 1.0.0: 1 rules, signed by" in capsys.readouterr().out
    assert cli.main(["scan", "model", "--rules", "acme", "--format", "json"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert "acme 1.0.0 sha256:" in report["ruleset"]["name"]
    assert cli.main(["scan", "model", "--rules", "acme", "--rules-lock", "absent"]) == 2


def test_a_policy_names_packs_from_its_own_folder(keyed, model, capsys, monkeypatch):
    assert cli.main(["rules", "add", "acme", "--key", "k.pub"]) == 0
    (keyed / "assay.toml").write_text('severity = {acme-odd-kind = "critical"}\n[rules]\npacks = ["acme"]\n')
    monkeypatch.chdir(model)
    assert cli.main(["scan", "a.odd", "--policy", "../assay.toml"]) == 1
    assert "acme-odd-kind" in capsys.readouterr().out
    (keyed / "assay.toml").write_text('[rules]\npack = ["acme"]\n')
    assert cli.main(["scan", "a.odd", "--policy", "../assay.toml"]) == 2
    assert "did you mean packs?" in capsys.readouterr().err


def test_a_pack_inside_what_is_scanned_is_no_judge(keyed, model, capsys):
    shutil.copytree(keyed / "acme", model / "acme")
    assert cli.main(["rules", "add", "model/acme", "--key", "k.pub"]) == 0
    assert cli.main(["scan", "model", "--rules", "model/acme"]) == 2
    assert "does not choose the judge" in capsys.readouterr().err
    assert cli.main(["scan", "model", "--rules", "acme", "--rules-lock", "model/rules.lock"]) == 2


def test_a_pack_that_is_refused_is_told_in_one_line_with_its_code(keyed, capsys):
    (keyed / "acme/tables/kinds.txt").write_text(".other\n")
    assert cli.main(["rules", "verify", "acme", "--key", "k.pub"]) == 1
    assert capsys.readouterr().out.endswith("[pack-file-changed]\n")
    assert cli.main(["rules", "add", "acme", "--key", "k.pub"]) == 2
    assert not (keyed / "rules.lock").exists()
    assert cli.main(["rules", "verify", "acme"]) == 2
    assert "--key" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (["rules", "sign", "acme", "--key", "absent.pem"], "absent.pem"),
        (["rules", "sign", "k.pem", "--key", "k.pem"], "no folder"),
        (["rules", "sign", "acme", "--key", "k.pub"], "no private key"),
        (["rules", "add", "acme", "--key", "k.pem"], "no public key"),
        (["rules", "add", "acme", "--key", "p.pub"], "another kind"),
        (["rules", "sign", "acme", "--key", "p.pem"], "another kind"),
    ],
)
def test_a_wrong_key_is_told(keyed, capsys, line, told):
    del keyed
    assert cli.main(["keygen", "p", "--no-passphrase"]) == 0
    assert cli.main(line) == 2
    assert told in capsys.readouterr().err


def test_a_key_under_a_passphrase_signs(keyed, monkeypatch, capsys):
    monkeypatch.setenv("ASSAY_PASSPHRASE", "right")
    assert cli.main(["keygen", "q", "--curve", "ed25519"]) == 0
    assert (keyed / "q.pem").stat().st_mode & 0o077 == 0
    assert cli.main(["rules", "sign", "acme", "--key", "q.pem"]) == 0
    monkeypatch.setenv("ASSAY_PASSPHRASE", "wrong")
    assert cli.main(["rules", "sign", "acme", "--key", "q.pem"]) == 2
    assert "wrong passphrase" in capsys.readouterr().err


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not there")
def test_openssl_verifies_a_pack_too(acme, tmp_path):
    (tmp_path / "k.pub").write_bytes(keys.public_pem(packs.KEY))
    line = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", str(tmp_path / "k.pub"), "-rawin"]
    line += ["-in", str(acme / "pack.yaml"), "-sigfile", str(acme / "pack.sig")]
    result = subprocess.run(line, capture_output=True, check=False)
    assert result.returncode == 0, result.stderr
