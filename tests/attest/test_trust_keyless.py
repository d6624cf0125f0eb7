"""Keyless signers in a policy: a pattern over the identity, beside an issuer and a pinned root."""

from pathlib import Path

import pytest

from scanner.attest.errors import Code
from scanner.attest.policed import verify
from tests.builders import bundles, trusts

MODEL = Path(__file__).parents[1] / "data" / "oms" / "v1.1.0-sigstore"
ISSUER = "https://sigstore.verify.ibm.com/oauth2"


def seen(tmp_path, san, issuer=ISSUER, more="", defaults=""):
    text = f"""
[trust.sigstore.s]
identity = {{ issuer = "{issuer}", san = "{san}" }}
{more}
[[rule]]
match = ["**"]
signatures = {{ any_of = ["sigstore:*"] }}
"""
    trust = trusts.load(tmp_path, defaults + text, numbers=())
    return verify(MODEL, trust, scan=bundles.said(), now=bundles.NOW)[0]


@pytest.mark.parametrize("san", ["stefanb@us.ibm", "tefanb@us.ibm.com", "*@ibm.com", "other@us.ibm.com"])
def test_another_identity_does_not_count_and_needs_no_library(tmp_path, san):
    decision = seen(tmp_path, san)
    assert (decision.verdict, decision.code) == ("fail", Code.SIGNERS_TOO_FEW)
    assert "stefanb@us.ibm.com" in decision.checks[0].evidence


def test_a_root_with_another_digest_than_the_pinned_one_is_refused_before_it_is_read(tmp_path):
    (tmp_path / "root.json").write_text("no root")
    more = f'trusted_root = "root.json"\ntrusted_root_sha256 = "{"0" * 64}"'
    assert seen(tmp_path, "*@us.ibm.com", more=more).code == Code.TRUSTED_ROOT_DIFFERS


@pytest.mark.parametrize(
    ("san", "issuer", "verdict"), [("*@us.ibm.com", ISSUER, "pass"), ("*@us.ibm.com", "https://x.example", "fail")]
)
def test_an_identity_that_fits_counts_where_its_issuer_is_the_one_named(tmp_path, san, issuer, verdict):
    pytest.importorskip("sigstore")
    decision = seen(tmp_path, san, issuer)
    assert decision.verdict == verdict
    if verdict == "pass":
        assert decision.signer is not None
        assert decision.signer.identity == "stefanb@us.ibm.com"
