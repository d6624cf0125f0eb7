"""Keyless signatures without a network: what is missing, what is refused, and what is handed to the library."""

import builtins
import json
import sys
from pathlib import Path

import pytest

from scanner.attest import bundle, keyless
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
    for act in (lambda: authenticate(bundle.read(SIGNED), WHO, bundles.NOW), lambda: keyless.signing(None, "x")):
        with pytest.raises(UsageError, match=r"modelassay\[sigstore\]"):
            act()


def refused(raw: bytes, **who) -> Code:
    with pytest.raises(AttestError) as caught:
        authenticate(
            bundle.parse(raw), TrustedIdentity(**{"identity": WHO.identity, "issuer": WHO.issuer, **who}), bundles.NOW
        )
    assert "\n" not in caught.value.reason
    return caught.value.code


def test_any_changed_part_of_a_keyless_bundle_is_refused():
    pytest.importorskip("sigstore")
    good = json.loads(SIGNED.read_bytes())
    entry = good["verificationMaterial"]["tlogEntries"][0]
    spoils = {
        "payload": lambda made: made["dsseEnvelope"].update(payload=bundles.b64(b"{}")),
        "signature": lambda made: made["dsseEnvelope"]["signatures"][0].update(sig=bundles.b64(b"x" * 70)),
        "certificate": lambda made: made["verificationMaterial"]["certificate"].update(
            rawBytes=bundles.b64(b"\x30\x00")
        ),
        "time": lambda made: made["verificationMaterial"]["tlogEntries"][0].update(integratedTime="1"),
        "log": lambda made: made["verificationMaterial"]["tlogEntries"][0].update(logIndex="1"),
        "shape": lambda made: made["verificationMaterial"].update(tlogEntries=[{}]),
        "promise": lambda made: made["verificationMaterial"]["tlogEntries"][0].update(
            canonicalizedBody=bundles.b64(b"{}")
        ),
    }
    assert entry
    for name, spoil in spoils.items():
        made = json.loads(SIGNED.read_bytes())
        spoil(made)
        assert refused(json.dumps(made).encode()) == Code.KEYLESS_REFUSED, name


def test_a_pinned_root_of_another_instance_is_not_the_one_that_signed(tmp_path):
    pytest.importorskip("sigstore")
    root = tmp_path / "root.json"
    root.write_text(
        '{"mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1", "tlogs": [], '
        '"certificateAuthorities": [], "ctlogs": [], "timestampAuthorities": []}'
    )
    assert refused(SIGNED.read_bytes(), root=root) == Code.KEYLESS_REFUSED
    root.write_text("no json")
    assert refused(SIGNED.read_bytes(), root=root) == Code.KEYLESS_REFUSED
    with pytest.raises(UsageError):
        refused(SIGNED.read_bytes(), root=tmp_path / "none.json")


def test_a_token_that_is_none_and_no_identity_at_all_are_one_line(monkeypatch):
    pytest.importorskip("sigstore")
    for name in ("GITHUB_ACTIONS", "ACTIONS_ID_TOKEN_REQUEST_TOKEN", "GITLAB_CI", "BUILDKITE", "CIRCLECI"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(UsageError):
        keyless.signing(None, "not-a-token")
    monkeypatch.setattr("sigstore.oidc.detect_credential", lambda: None)
    with pytest.raises(UsageError, match="no identity"):
        keyless.signing()


def test_what_the_library_signs_is_the_statement_and_what_it_returns_is_the_bundle(monkeypatch, tmp_path):
    pytest.importorskip("sigstore")
    seen = []

    class Made:
        def to_json(self):
            return '{"bundle": 1}'

    class Signer:
        def __enter__(self):
            return self

        def __exit__(self, *_):
            return None

        def sign_dsse(self, statement):
            seen.append(statement._contents)
            return Made()

    class Context:
        @staticmethod
        def from_trust_config(config):
            seen.append(config)
            return Context()

        def signer(self, identity):
            seen.append(identity)
            return Signer()

    monkeypatch.setattr("sigstore.sign.SigningContext", Context)
    monkeypatch.setattr("sigstore.oidc.IdentityToken", lambda raw: f"identity {raw}")
    monkeypatch.setattr("sigstore.models.ClientTrustConfig.from_json", lambda text: f"config {text}")
    config = tmp_path / "config.json"
    config.write_text("here")
    statement = json.dumps(bundles.statement(bundles.resources({"a": b"a"}))).encode()
    assert keyless.signing(config, "token")(statement) == b'{"bundle": 1}\n'
    assert seen == ["config here", "identity token", statement]
