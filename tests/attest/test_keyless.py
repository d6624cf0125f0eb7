"""Keyless signatures without a network: what is missing, what is refused, and what is handed to the library."""

import builtins
import json
import sys
from pathlib import Path

import pytest

from scanner.attest import bundle, keyless_signing
from scanner.attest.authenticate import TrustedIdentity, authenticate
from scanner.attest.errors import AttestError, Code
from scanner.usage import UsageError
from tests.builders import bundles

SIGNED = Path(__file__).parent.parent / "data" / "oms" / "v1.1.0-sigstore" / "model.sig"
WHO = TrustedIdentity(identity="stefanb@us.ibm.com", issuer="https://sigstore.verify.ibm.com/oauth2")


@pytest.fixture
def _without(monkeypatch):
    """Make the library look as if it were not there."""
    for name in [name for name in sys.modules if name.split(".")[0] == "sigstore"]:
        monkeypatch.delitem(sys.modules, name)
    real = builtins.__import__

    def missing(name, *rest):
        if name.split(".")[0] == "sigstore":
            raise ModuleNotFoundError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", missing)


@pytest.mark.usefixtures("_without")
def test_without_the_library_one_line_names_the_extra():
    for act in (
        lambda: authenticate(bundle.read(SIGNED), WHO, bundles.NOW),
        lambda: keyless_signing.signing(None, "x"),
    ):
        with pytest.raises(UsageError, match=r"modelassay\[sigstore\]"):
            act()


def refused(raw: bytes, **who) -> Code:
    with pytest.raises(AttestError) as caught:
        authenticate(
            bundle.parse(raw), TrustedIdentity(**{"identity": WHO.identity, "issuer": WHO.issuer, **who}), bundles.NOW
        )
    assert "\n" not in caught.value.reason
    return caught.value.code


SPOILS = {
    "payload": (Code.SIGNATURE_INVALID, lambda made: made["dsseEnvelope"].update(payload=bundles.b64(b"{}"))),
    "signature": (
        Code.SIGNATURE_INVALID,
        lambda made: made["dsseEnvelope"]["signatures"][0].update(sig=bundles.b64(b"x" * 70)),
    ),
    "certificate": (
        Code.CERTIFICATE_UNREADABLE,
        lambda made: made["verificationMaterial"]["certificate"].update(rawBytes=bundles.b64(b"\x30\x00")),
    ),
    "time": (Code.CERTIFICATE_NOT_YET_VALID, lambda made: entry(made).update(integratedTime="1")),
    "times": (
        Code.TIME_MISSING,
        lambda made: (
            entry(made).pop("inclusionPromise"),
            made["verificationMaterial"].pop("timestampVerificationData"),
        ),
    ),
    "log": (Code.LOG_ENTRY_INVALID, lambda made: entry(made).update(logIndex="1")),
    "kind": (Code.LOG_ENTRY_INVALID, lambda made: entry(made)["kindVersion"].update(version="0.0.9")),
    "shape": (Code.KEYLESS_REFUSED, lambda made: entry(made).clear()),
    "body": (Code.LOG_ENTRY_INVALID, lambda made: entry(made).update(canonicalizedBody=bundles.b64(b"{}"))),
}


def entry(made: dict) -> dict:
    return made["verificationMaterial"]["tlogEntries"][0]


@pytest.mark.parametrize("part", SPOILS)
def test_any_changed_part_of_a_keyless_bundle_is_refused(part):
    pytest.importorskip("sigstore")
    code, spoil = SPOILS[part]
    made = json.loads(SIGNED.read_bytes())
    spoil(made)
    assert refused(json.dumps(made).encode()) == code


def test_a_token_that_is_none_and_no_identity_at_all_are_one_line(monkeypatch):
    pytest.importorskip("sigstore")
    for name in ("GITHUB_ACTIONS", "ACTIONS_ID_TOKEN_REQUEST_TOKEN", "GITLAB_CI", "BUILDKITE", "CIRCLECI"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(UsageError):
        keyless_signing.signing(None, "not-a-token")
    monkeypatch.setattr("sigstore.oidc.detect_credential", lambda: None)
    with pytest.raises(UsageError, match="no identity"):
        keyless_signing.signing()


def test_a_changed_bit_of_a_keyless_bundle_is_refused_or_changes_neither_signer_nor_statement():
    pytest.importorskip("sigstore")
    raw = SIGNED.read_bytes()
    told = authenticate(bundle.parse(raw), WHO, bundles.NOW), bundle.parse(raw).envelope.payload
    for at in range(0, len(raw), 61):
        changed = bytearray(raw)
        changed[at] ^= 1 << (at % 7)
        try:
            held = bundle.parse(bytes(changed))
            assert (authenticate(held, WHO, bundles.NOW), held.envelope.payload) == told
        except AttestError:
            continue
