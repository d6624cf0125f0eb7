"""A signed repository of the Hub is verified where it lies, by the digests that the Hub lists."""

import json

import pytest
from cryptography.hazmat.primitives import serialization

from scanner.attest.errors import Code
from scanner.cli import verifying
from scanner.usage import UsageError
from tests.builders import bundles, hub_server, large, pickles
from tests.sources.test_hub import stand_in

__all__ = ["stand_in"]

PLAIN = {"config.json": b"{}", "sub/notes.txt": b"notes\n"}


def weights():
    return {name: one for name, one in large.shards(2, 1).items() if isinstance(one, hub_server.Sparse)}


def signature(files, *, ignored=("model.sig",), **how):
    listed = bundles.resources({name: one for name, one in files.items() if isinstance(one, bytes)})
    big = {name: one.sha256 for name, one in files.items() if not isinstance(one, bytes)}
    listed += [{"name": name, "algorithm": "sha256", "digest": digest} for name, digest in big.items()]
    statement = bundles.statement(sorted(listed, key=lambda one: one["name"]), ignore_paths=list(ignored), **how)
    return json.dumps(bundles.bundle(statement)).encode()


@pytest.fixture
def key(tmp_path):
    public = bundles.key().public_key()
    file = tmp_path / "key.pub"
    file.write_bytes(public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo))
    return str(file)


def decided(tmp_path, target, **options):
    """Verify by the command's own function; return the exit code and the decision."""
    output = tmp_path / "decision.json"
    code = verifying.run(target, report_format="json", output=str(output), quiet=True, **options)
    return code, json.loads(output.read_text())


def test_a_signed_repository_is_verified_without_downloading_its_weights(stand_in, key, tmp_path):
    files = {**PLAIN, **weights()}
    stand_in.add("org/name", {**files, "model.sig": signature(files)})
    code, decision = decided(tmp_path, "hf://org/name", key=key)
    assert (code, decision["code"]) == (0, Code.VERIFIED)
    assert set(decision["verified"]) == set(files)
    assert "for 2 of 4 by the store's word" in decision["reason"]
    assert stand_in.sent < 1e6


def test_weights_other_than_the_signed_ones_are_found_by_what_the_hub_lists(stand_in, key, tmp_path):
    files = {**PLAIN, **weights()}
    name = next(iter(weights()))
    other = hub_server.Sparse(files[name].size, dict(files[name].pieces), sha256="e" * 64)
    stand_in.add("org/name", {**files, name: other, "model.sig": signature(files)})
    code, decision = decided(tmp_path, "hf://org/name", key=key)
    assert (code, decision["code"], decision["changed"]) == (1, Code.FILE_CHANGED, [name])


def test_small_files_are_digested_and_missing_and_unsigned_ones_told(stand_in, key, tmp_path):
    files = {**PLAIN, **weights()}
    made = {**files, "config.json": b"[]", "more.txt": b"more", "model.sig": signature(files)}
    del made["sub/notes.txt"]
    stand_in.add("org/name", made)
    code, decision = decided(tmp_path, "hf://org/name", key=key)
    assert code == 1
    assert (decision["changed"], decision["missing"], decision["unsigned"]) == (
        ["config.json"],
        ["sub/notes.txt"],
        ["more.txt"],
    )


def test_a_stranger_s_key_no_signature_and_a_signature_by_shards_verify_nothing(stand_in, key, tmp_path):
    files = {**PLAIN, **weights()}
    stand_in.add("org/none", files)
    code, decision = decided(tmp_path, "hf://org/none", key=key)
    assert (code, decision["code"]) == (3, Code.SIGNATURE_MISSING)
    blake = bundles.statement(
        [{"name": "config.json", "algorithm": "blake2b", "digest": "a" * 128}], hash_type="blake2b"
    )
    stand_in.add("org/blake", {**PLAIN, "model.sig": json.dumps(bundles.bundle(blake)).encode()})
    code, decision = decided(tmp_path, "hf://org/blake", key=key)
    assert (code, decision["code"]) == (3, Code.FILE_UNREADABLE)
    stand_in.add("org/other", {**PLAIN, "model.sig": json.dumps(bundles.over(PLAIN, bundles.key(8))).encode()})
    assert decided(tmp_path, "hf://org/other", key=key)[0] == 1


def test_what_fails_a_scan_fails_without_a_signature_too(stand_in, key, tmp_path):
    stand_in.add("org/name", {**PLAIN, "bad.pkl": pickles.system()})
    code, decision = decided(tmp_path, "hf://org/name", key=key)
    assert (code, decision["verdict"], decision["scan"]) == (1, "fail", "fail")
    assert decision["code"] == Code.SIGNATURE_MISSING


def test_a_signature_from_elsewhere_may_be_named(stand_in, key, tmp_path):
    stand_in.add("org/name", PLAIN)
    (tmp_path / "mine.sig").write_bytes(signature(PLAIN, ignored=()))
    code, decision = decided(tmp_path, "hf://org/name", key=key, signature=[str(tmp_path / "mine.sig")])
    assert (code, decision["code"]) == (0, Code.VERIFIED)
    assert decision["reason"] == "every signed file is there with its signed bytes"


def test_what_needs_the_files_here_says_so(stand_in, tmp_path):
    stand_in.add("org/name", PLAIN)
    (tmp_path / "trust.toml").write_text("")
    with pytest.raises(UsageError, match="downloaded model"):
        verifying.run("hf://org/name", trust=str(tmp_path / "trust.toml"))
