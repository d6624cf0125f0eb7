"""Signatures made by others, offline: accepted or refused as their publishers say (tests/data/oms/README.md)."""

import json
import shutil
from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scanner.attest import bundle, certificates, dsse, keys, oms
from scanner.attest.authenticate import TrustedIdentity, TrustedKey, TrustedRoots, authenticate
from scanner.attest.comparison import Asked
from scanner.attest.decision import Decision
from scanner.attest.errors import AttestError, Code
from scanner.attest.verify import verify
from tests.builders import bundles

DATA = Path(__file__).parent.parent / "data" / "oms"
NOW = datetime(2026, 6, 1, tzinfo=UTC)
KEYS = DATA / "keys" / "certificate"
IDENTITY = TrustedIdentity(identity="stefanb@us.ibm.com", issuer="https://sigstore.verify.ibm.com/oauth2")


def anchor(method: str):
    if method == "elliptic-key":
        return TrustedKey(key=keys.load_public(keys.read(KEYS / "signing-key-pub.pem"), "pub"))
    if method == "certificate":
        return TrustedRoots(roots=certificates.load(keys.read(KEYS / "ca-cert.pem"), "ca"))
    pytest.importorskip("sigstore")
    return IDENTITY


OF_0_2 = {"pae-v0.2": Code.LEGACY_PAE, "predicate-v0.1": Code.LEGACY_PREDICATE}
RAW_KEY = {"rawBytes-key": Code.LEGACY_RAW_KEY}
DOT = {**RAW_KEY, "single-file-dot": Code.LEGACY_DOT}
PUBLISHED = {
    "v0.2.0-certificate": OF_0_2,
    "v0.3.1-certificate": {},
    "v0.3.1-elliptic-key": DOT,
    "v0.3.1-sigstore": {},
    "v1.0.0-certificate": {},
    "v1.0.0-elliptic-key": DOT,
    "v1.0.0-sigstore": {},
    "v1.0.1-certificate": {},
    "v1.0.1-elliptic-key": RAW_KEY,
    "v1.0.1-sigstore": {},
    "v1.1.0-certificate": {},
    "v1.1.0-elliptic-key": {},
    "v1.1.0-sigstore": {},
}
"""What the authors of model-signing published for each writer, with what each needs, and its code without that."""


def published(name: str, legacy: Collection[str]) -> Decision:
    """Verify one of them; writers before 1.1.0 do not say which files they left out."""
    folder, method = DATA / name, name.partition("-")[2]
    model = folder / "signme-1" if "single-file-dot" in PUBLISHED[name] else folder
    asked = Asked(legacy=tuple(legacy), ignored=() if name.startswith("v1.1") else ("ignore-me",))
    return verify(model, anchor(method), signature=folder / "model.sig", asked=asked, now=NOW)[0]


def test_every_published_model_is_looked_at():
    assert sorted(PUBLISHED) == sorted(path.name for path in DATA.glob("v*"))


@pytest.mark.parametrize("name", PUBLISHED)
def test_what_earlier_writers_published_is_accepted_with_the_switches_for_it_and_no_others(name):
    needed = PUBLISHED[name]
    decision = published(name, needed)
    assert (decision.verdict, decision.code, decision.legacy) == ("pass", Code.VERIFIED, tuple(needed))
    assert decision.verified == (("signme-1",) if needed == DOT else ("signme-1", "signme-2"))
    assert published(name, oms.LEGACY).legacy == decision.legacy


@pytest.mark.parametrize(
    ("name", "missing"), [(name, switch) for name, needed in PUBLISHED.items() for switch in needed]
)
def test_without_one_of_its_switches_it_is_refused_for_just_that(name, missing):
    needed = PUBLISHED[name]
    decision = published(name, [switch for switch in needed if switch != missing])
    assert (decision.verdict, decision.code) == ("fail", needed[missing])


@pytest.mark.parametrize("method", ["certificate", "elliptic-key", "sigstore"])
def test_what_1_1_0_left_out_is_named(method):
    assert published(f"v1.1.0-{method}", ()).ignored == ("ignore-me", "model.sig")


@pytest.mark.parametrize("method", ["certificate", "elliptic-key", "sigstore"])
def test_what_was_changed_since_is_refused(method, tmp_path):
    model = shutil.copytree(DATA / f"v1.1.0-{method}", tmp_path / "m")
    (model / "signme-1").write_bytes(b"other")
    decision, _ = verify(model, anchor(method), now=NOW)
    assert (decision.verdict, decision.code, decision.changed) == ("fail", Code.FILE_CHANGED, ("signme-1",))


def test_another_keyless_identity_or_issuer_is_refused():
    pytest.importorskip("sigstore")
    other = TrustedIdentity(identity="other@us.ibm.com", issuer=IDENTITY.issuer)
    elsewhere = TrustedIdentity(identity=IDENTITY.identity, issuer="https://accounts.google.com")
    assert verify(DATA / "v1.1.0-sigstore", other)[0].code == Code.IDENTITY_MISMATCH
    assert verify(DATA / "v1.1.0-sigstore", elsewhere)[0].code == Code.ISSUER_MISMATCH


def test_a_keyless_signature_names_who_signed_who_vouched_and_when():
    pytest.importorskip("sigstore")
    signer = verify(DATA / "v1.1.0-sigstore", IDENTITY)[0].signer
    assert signer is not None
    assert (signer.identity, signer.oidc_issuer) == (IDENTITY.identity, IDENTITY.issuer)
    assert signer.signed_at == "2025-10-10T02:12:20Z"


def test_a_log_entry_of_another_payload_is_refused():
    pytest.importorskip("sigstore")
    value = json.loads((DATA / "v1.1.0-sigstore" / "model.sig").read_bytes())
    value["dsseEnvelope"]["payload"] = bundles.b64(b"{}")
    with pytest.raises(AttestError) as caught:
        authenticate(bundle.parse(json.dumps(value).encode()), IDENTITY, NOW)
    assert caught.value.code == Code.SIGNATURE_INVALID


@pytest.mark.parametrize("method", ["certificate", "key", "sigstore"])
def test_a_valid_vector_of_the_specification_holds(method):
    held = bundle.read(DATA / "spec" / "valid" / f"{method}.bundle.json")
    assert oms.parse(held.envelope.payload).names == ("signme-1", "signme-2")
    authenticate(held, anchor({"key": "elliptic-key"}.get(method, method)), NOW)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("empty", Code.BUNDLE_EMPTY),
        ("missing-envelope", Code.ENVELOPE_MISSING),
        ("missing-tlog-entries", Code.LOG_ENTRY_MISSING),
        ("missing-verification-material", Code.MATERIAL_MISSING),
    ],
)
def test_an_invalid_vector_of_the_specification_is_refused_for_its_own_reason(name, code):
    with pytest.raises(AttestError) as caught:
        bundle.read(DATA / "spec" / "invalid" / f"{name}.bundle.json")
    assert caught.value.code == code


def test_the_vector_with_another_predicate_is_refused_for_it():
    held = bundle.read(DATA / "spec" / "invalid-payload" / "wrong-predicate.bundle.json")
    with pytest.raises(AttestError) as caught:
        oms.parse(held.envelope.payload, oms.LEGACY)
    assert caught.value.code == Code.PREDICATE_TYPE


FILES = {"a.txt": b"a", "sub/b.txt": b"b"}


def raw_key(private) -> dict:
    held = {"rawBytes": bundles.b64(keys.public_pem(private.public_key())), "keyDetails": "PKIX_ECDSA_P384_SHA_384"}
    return {"publicKey": held}


def test_the_old_encoding_around_a_new_statement_is_refused_even_with_its_switch(tmp_path):
    made = bundles.bundle(bundles.statement(bundles.resources(FILES)), pae=dsse.pae_v02, sha256_only=True)
    model = bundles.signed_model(tmp_path / "m", FILES, made)
    decision, _ = verify(model, bundles.trusted(), asked=Asked(legacy=oms.LEGACY))
    assert decision.code == Code.LEGACY_PAE


@pytest.mark.parametrize("curve", ["p256", "p384", "p521"])
def test_what_0_3_to_1_0_wrote_with_a_key_is_read_only_with_its_switch(curve, tmp_path):
    private = bundles.key(7, curve)
    statement = bundles.statement(bundles.resources(FILES), ignore_paths=None)
    made = bundles.bundle(statement, private, material=raw_key(private))
    made["dsseEnvelope"]["signatures"][0]["keyid"] = None
    model = bundles.signed_model(tmp_path / "m", FILES, made)
    (model / "ignore-me").write_bytes(b"")
    asked = Asked(legacy=("rawBytes-key",), ignored=("ignore-me",))
    trusted = bundles.trusted(7, curve)
    assert verify(model, trusted, asked=Asked(ignored=("ignore-me",)))[0].code == Code.LEGACY_RAW_KEY
    assert verify(model, trusted, asked=asked)[0].verdict == "pass"
    assert verify(model, bundles.trusted(8, curve), asked=asked)[0].code == Code.KEY_MISMATCH


def test_a_single_file_called_dot_is_read_only_with_its_switch(tmp_path):
    (tmp_path / "model.bin").write_bytes(b"x")
    made = bundles.bundle(bundles.statement([{**bundles.resources({"a": b"x"})[0], "name": "."}]))
    (tmp_path / "model.bin.sig").write_text(json.dumps(made))
    file = tmp_path / "model.bin"
    assert verify(file, bundles.trusted())[0].code == Code.LEGACY_DOT
    decision, _ = verify(file, bundles.trusted(), asked=Asked(legacy=("single-file-dot",)))
    assert (decision.verdict, decision.verified) == ("pass", ("model.bin",))
    file.write_bytes(b"y")
    assert verify(file, bundles.trusted(), asked=Asked(legacy=("single-file-dot",)))[0].code == Code.FILE_CHANGED


def test_shards_as_1_1_spells_them_are_read_only_with_their_switch(tmp_path):
    content = bytes(range(25))
    spans = [(0, 10), (10, 20), (20, 25)]
    listed = [
        {"name": f"a:{s}:{e}", "algorithm": "sha256-sharded-10", "digest": bundles.sha256(content[s:e])}
        for s, e in spans
    ]
    made = bundles.bundle(bundles.statement(listed, method="shards", shard_size=10.0))
    model = bundles.signed_model(tmp_path / "m", {"a": content}, made)
    assert verify(model, bundles.trusted())[0].code == Code.SHARD_SPELLING
    decision, _ = verify(model, bundles.trusted(), asked=Asked(legacy=("shard-spelling",)))
    assert (decision.verdict, decision.legacy) == ("pass", ("shard-spelling",))


def test_another_order_than_the_specification_has_is_verified_as_listed(tmp_path):
    files = {"unet/x": b"1", "unet-ft.st": b"2", "unet.json": b"3"}
    model = bundles.signed_model(tmp_path / "m", files, bundles.over(files))
    assert verify(model, bundles.trusted())[0].verdict == "pass"
