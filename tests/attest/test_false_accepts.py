"""What the reference verifier (model-signing 1.1.1) lets pass, each refused here with a code of its own.

Everything is signed by the trusted key unless the test is about the signer: only the fault decides.
"""

import json
import zlib

import pytest

from scanner import pipeline
from scanner.attest.authenticate import TrustedRoots
from scanner.attest.certificates import Requirements
from scanner.attest.comparison import Asked
from scanner.attest.errors import Code
from scanner.attest.verify import verify
from scanner.cli import verifying
from scanner.usage import UsageError
from tests.builders import bundles
from tests.builders.bundles import NOW, over, resources, signed_model, statement

FILES = {"a.txt": b"a", "sub/b.txt": b"b"}
HOSTILE = b"cposix\nsystem\n(S'echo'\ntR."


def scan(paths):
    return pipeline.scan(*paths, jobs=1, digest=True)


def code(model, trusted=None, **asked) -> Code:
    decision, _ = verify(model, trusted or bundles.trusted(), asked=Asked(**asked), now=NOW)
    assert decision.verdict != "pass"
    assert decision.code == decision.problems[0].code
    return decision.code


def by_chain(tmp_path, **leaf):
    held, top = bundles.chain(**leaf)
    made = bundles.bundle(statement(resources(FILES)), material=bundles.chain_material(held))
    return signed_model(tmp_path / "m", FILES, made), TrustedRoots(roots=[top])


def test_an_empty_model_is_no_signed_model(tmp_path):
    assert code(signed_model(tmp_path / "m", {}, over({}))) == Code.RESOURCES_EMPTY


def test_a_signature_that_ignores_everything_vouches_for_nothing(tmp_path):
    made = bundles.bundle(statement([], ignore_paths=["."]))
    assert code(signed_model(tmp_path / "m", FILES, made)) == Code.IGNORES_EVERYTHING
    made = over(FILES, ignore_paths=["."])
    assert code(signed_model(tmp_path / "n", FILES, made)) == Code.IGNORES_EVERYTHING


def test_an_expired_leaf_signs_nothing(tmp_path):
    assert code(*by_chain(tmp_path, days=(-30, -1))) == Code.CERTIFICATE_EXPIRED


def test_a_leaf_that_is_not_valid_yet_signs_nothing(tmp_path):
    assert code(*by_chain(tmp_path, days=(1, 30))) == Code.CERTIFICATE_NOT_YET_VALID


def test_a_certificate_of_a_web_server_signs_no_models(tmp_path):
    assert code(*by_chain(tmp_path, purposes=bundles.TLS)) == Code.CERTIFICATE_PURPOSE


def test_another_leaf_under_the_same_root_is_not_the_signer_that_was_named(tmp_path):
    model, trusted = by_chain(tmp_path)
    other = TrustedRoots(roots=trusted.roots, wanted=Requirements(identity="Somebody Else"))
    assert code(model, other) == Code.IDENTITY_MISMATCH


def test_nobody_is_trusted_by_default():
    with pytest.raises(UsageError, match="say whom you trust"):
        verifying.anchor(None, None, None, None, None)


@pytest.mark.parametrize(
    "planted",
    ["cache/pytorch_model.bin", ".git/evil.pkl", ".git/objects/aa/evil", ".gitattributes", ".github/x.pkl"],
)
def test_a_file_planted_where_the_signature_does_not_look_is_listed_and_scanned(planted, tmp_path):
    model = signed_model(tmp_path / "m", FILES, over(FILES, ignore_paths=["cache"]))
    bundles.lay(model, {".git/HEAD": b"ref: refs/heads/main\n", ".git/refs/heads/main": b"0" * 40 + b"\n"})
    bundles.lay(model, {".git/objects/ab/cd": zlib.compress(b"blob 1\0a"), planted: HOSTILE})
    decision, looked = verify(model, bundles.trusted(), scan=scan)
    assert decision.code == Code.SCAN_FAILED
    assert decision.verdict == "fail"
    assert planted in decision.ignored
    assert looked is not None
    assert any(planted in finding.evidence[0].where.path for finding in looked.report.findings)


def test_a_resource_that_is_listed_twice_is_refused(tmp_path):
    made = bundles.bundle(statement(resources(FILES) + resources(FILES)[:1]))
    assert code(signed_model(tmp_path / "m", FILES, made)) == Code.RESOURCE_REPEATED


@pytest.mark.parametrize(("name", "expected"), [("./a.txt", Code.PATH_DOT), ("sub//b.txt", Code.PATH_DOUBLE_SLASH)])
def test_a_name_in_another_spelling_is_refused(name, expected, tmp_path):
    content = {name: FILES["a.txt"] if "a" in name else FILES["sub/b.txt"]}
    assert code(signed_model(tmp_path / "m", FILES, over(content))) == expected


def test_a_digest_in_upper_case_is_refused(tmp_path):
    listed = [{**one, "digest": one["digest"].upper()} for one in resources(FILES)]
    assert code(signed_model(tmp_path / "m", FILES, bundles.bundle(statement(listed)))) == Code.DIGEST_SPELLING


def test_a_key_that_json_gives_twice_is_refused(tmp_path):
    raw = json.dumps(statement(resources(FILES))).replace('"predicateType"', '"predicateType": "x", "predicateType"')
    made = bundles.bundle(raw.encode())
    assert code(signed_model(tmp_path / "m", FILES, made)) == Code.JSON_REPEATED_KEY
    outer = json.dumps(over(FILES)).replace('"mediaType"', '"mediaType": "x", "mediaType"')
    assert code(signed_model(tmp_path / "n", FILES, outer.encode())) == Code.JSON_REPEATED_KEY


@pytest.mark.parametrize(
    ("held", "expected"),
    [({"hint": ""}, Code.HINT_MISSING), ({}, Code.HINT_MISSING), ({"hint": "0" * 64}, Code.HINT_MISMATCH)],
)
def test_a_signature_must_say_which_key_made_it_and_be_right(held, expected, tmp_path):
    made = bundles.bundle(statement(resources(FILES)), material={"publicKey": held})
    assert code(signed_model(tmp_path / "m", FILES, made)) == expected


def test_a_second_signature_that_nobody_checks_is_refused(tmp_path):
    made = over(FILES)
    made["dsseEnvelope"]["signatures"].append({"sig": "AAAA", "keyid": ""})
    assert code(signed_model(tmp_path / "m", FILES, made)) == Code.SIGNATURE_COUNT


def test_a_new_signer_cannot_fall_back_to_the_predicate_of_0_1(tmp_path):
    made = {**statement(resources(FILES)), "predicateType": "https://model_signing/Digests/v0.1"}
    assert code(signed_model(tmp_path / "m", FILES, bundles.bundle(made))) == Code.LEGACY_PREDICATE


def test_a_new_signer_cannot_fall_back_to_the_encoding_of_0_2(tmp_path):
    from scanner.attest.dsse import pae_v02

    made = bundles.bundle(statement(resources(FILES)), pae=pae_v02, sha256_only=True)
    assert code(signed_model(tmp_path / "m", FILES, made)) == Code.LEGACY_PAE


@pytest.mark.parametrize("allowed", [True, False])
@pytest.mark.parametrize("target", ["elsewhere", "inside"])
def test_a_link_is_never_followed_whatever_the_signature_allows(target, allowed, tmp_path):
    model = signed_model(tmp_path / "m", FILES, over(FILES, allow_symlinks=allowed))
    (tmp_path / "same").write_bytes(FILES["a.txt"])
    bundles.lay(model, {"same": FILES["a.txt"]})
    (model / "a.txt").unlink()
    (model / "a.txt").symlink_to(tmp_path / "same" if target == "elsewhere" else "same")
    assert code(model, unsigned=True) == Code.FILE_LINKED


def test_a_model_without_a_signature_is_not_verified_and_not_refused(tmp_path):
    decision, looked = verify(bundles.lay(tmp_path / "m", FILES), bundles.trusted())
    assert (decision.verdict, decision.code, looked) == ("incomplete", Code.SIGNATURE_MISSING, None)
