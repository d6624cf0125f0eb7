"""A trust policy is read strictly: a mistake is told with file, line and key, before anything is verified."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.attest import certificates, keys, svr
from scanner.attest.trust import Authority, Key, Keyless
from scanner.usage import UsageError
from tests.builders import bundles, trusts

BY = "signed_by = ['keys:*']\n"


def refused(tmp_path, text=trusts.SIGNED, **more):
    with pytest.raises(UsageError) as caught:
        trusts.load(tmp_path, text, **more)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_policy_is_read_with_all_that_it_says(tmp_path):
    _, root = bundles.chain()
    from cryptography.hazmat.primitives.serialization import Encoding

    (tmp_path / "root.pem").write_bytes(root.public_bytes(Encoding.PEM))
    (tmp_path / "root.json").write_text("{}")
    read = trusts.load(
        tmp_path,
        f"""
[defaults]
action = "warn"
unsigned_files = "scan"
ignored_files = "deny"
legacy = ["pae-v0.2"]
[trust.ca.maker]
roots = "root.pem"
subject = {{ CN = "Rel*" }}
eku = ["codeSigning", "1.2.3"]
timestamps = "root.pem"
[trust.sigstore.public]
trusted_root = "root.json"
trusted_root_sha256 = "{"0" * 64}"
trusted_root_fetched = 2026-01-01
max_root_age = "P90D"
identity = {{ issuer = "https://issuer.example", san = "https://host.example/org/*" }}
[[rule]]
match = ["hf:org/*", "file:./models/**"]
signatures = {{ threshold = 2, any_of = ["keys:k*", "sigstore:public"], distinct = true }}
transparency_log = "required"
pin_revision = true
base_models = {{ allow = ["hf:org/base@{"1" * 40}"], unknown = "allow" }}
[[rule.attestation]]
type = "{svr.TYPE}"
signed_by = ["ca:maker"]
max_age = "P1W"
require = ["X"]
""",
        extra="valid = { from = 2026-01-01T00:00:00Z, until = 2027-01-01 }\nrevoked_at = 2026-06-01T00:00:00+01:00",
    )
    key, authority, keyless = read.signers.values()
    assert list(read.signers) == ["keys:k7", "ca:maker", "sigstore:public"]
    assert isinstance(key, Key)
    assert key.until == datetime(2027, 1, 1, tzinfo=UTC)
    assert key.revoked == datetime(2026, 5, 31, 23, tzinfo=UTC)
    assert isinstance(authority, Authority)
    assert authority.wanted.purposes == (certificates.CODE_SIGNING, "1.2.3")
    assert authority.wanted.purpose_named
    assert isinstance(keyless, Keyless)
    assert keyless.root_until == datetime(2026, 4, 1, tzinfo=UTC)
    assert (read.action, read.unsigned, read.ignored, read.legacy) == ("warn", "scan", "deny", ("pae-v0.2",))
    rule = read.rules[0]
    assert rule.signatures is not None
    assert rule.signatures.threshold == 2
    assert rule.statements[0].max_age == timedelta(days=7)
    assert rule.bases is not None
    assert rule.bases.unknown == "allow"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[defaults]\nactoin = 'deny'\n", "t.toml:5: defaults.actoin: unknown key (did you mean action?); known: "),
        ("[defaults]\naction = 'maybe'\n", "t.toml:5: defaults.action: write one of deny, warn, audit"),
        ("[defaults]\nlegacy = ['all']\n", "defaults.legacy: 'all' is unknown"),
        ("[more]\nx = 1\n", "t.toml:4: more: unknown key"),
        ("[trust.key.x]\nfile = 'k7.pub'\n", "trust.key: unknown key (did you mean keys?)"),
        ("[trust.keys.x]\nfiles = 'k7.pub'\n", "trust.keys.x.file: is missing; add it"),
        ("[trust.keys.x]\nfile = 'none.pub'\n", "t.toml:5: trust.keys.x.file: "),
        ("[trust.keys.x]\nfile = 'k7.pub'\nvalid = { form = 2026-01-01 }\n", "trust.keys.x.valid.form: unknown key"),
        ("[trust.keys.x]\nfile = 'k7.pub'\nvalid = { from = 2026-01-01T00:00:00 }\n", "the time has no offset"),
        ("[trust.keys.x]\nfile = 'k7.pub'\nvalid = { from = 2026-02-01, until = 2026-01-01 }\n", "before it begins"),
        ("[trust.keys.'a/b']\nfile = 'k7.pub'\n", "letters, digits"),
        ("[trust.ca.x]\nsubject = { CN = 'a' }\n", "trust.ca.x.roots: is missing"),
        ("[trust.sigstore.x]\nidentity = { issuer = 'i', san = '**' }\n", "trusts everybody"),
        ("[trust.sigstore.x]\ntrusted_root = 'r'\nidentity = { issuer = 'i', san = 'a' }\n", "trusted_root_sha256"),
        ("[trust.sigstore.x]\nmax_root_age = 'P9D'\nidentity = { issuer = 'i', san = 'a' }\n", "trusted_root_fetched"),
        ("[[rule]]\nmatch = []\n", "rule[0].match: an empty list names nothing"),
        ("[[rule]]\nmatch = ['org/*']\n", "begins with none of hf: and file:"),
        ("[[rule]]\nmatch = ['hf:org/a@main']\n", "names a revision; pin_revision asks for one"),
        ("[[rule]]\nmatch = ['file:../m']\n", "leads out of the policy's folder"),
        ("[[rule]]\nmatch = ['hf:a']\n", "t.toml:4: rule[0]: the rule asks for nothing signed"),
        ("[[rule]]\nmatch = ['hf:a']\nsignatures = { any_of = ['keys:other'] }\n", "names no signer; known: keys:k7"),
        ("[[rule]]\nmatch = ['hf:a']\nsignatures = { any_of = ['keys:*'], threshold = 0 }\n", "a number from 1 on"),
        ("[[rule]]\nmatch = ['hf:a']\nsignatures = { any_of = ['keys:*'], threshold = true }\n", "a number from 1 on"),
        ("[[rule]]\nmatch = ['hf:a']\nsignatures = { any_of = ['keys:*'], distinct = false }\n", "distinct signers"),
        ("[[rule]]\nmatch = ['hf:a']\nbase_models = { allow = ['hf:org/base@main'] }\n", "is no pin"),
        ("[[rule]]\nmatch = ['hf:a']\n[[rule.attestation]]\ntype = 'x'\nsigned_by = ['keys:*']\n", "type: unknown"),
        (
            f"[[rule]]\nmatch = ['hf:a']\n[[rule.attestation]]\ntype = '{svr.TYPE}'\n{BY}max_age = 'x'\n",
            'rule[0].attestation[0].max_age: write a duration such as "P7D"',
        ),
        (
            "[[rule]]\nmatch = ['hf:a']\nsignatures = { any_of = ['keys:*'] }\nrequired_files = ['a']\n",
            "rule[0].required_files: goes with subset = true",
        ),
        ("x = \n", "no TOML"),
    ],
)
def test_each_mistake_is_told_with_its_key_and_what_to_do(tmp_path, text, told):
    assert told in refused(tmp_path, text)


def test_the_line_of_a_mistake_in_the_second_of_two_rules_is_that_of_the_second(tmp_path):
    text = "[[rule]]\nmatch = ['hf:a']\nsignatures = { any_of = ['keys:*'] }\n[[rule]]\nmatch = ['hf:b']\nmach = 1\n"
    assert "t.toml:9: rule[1].mach: unknown key" in refused(tmp_path, text)


def test_a_policy_says_its_version_and_no_other_than_1(tmp_path):
    assert "version: is missing" in refused(tmp_path, head="")
    assert "version: write one of 1" in refused(tmp_path, head="version = 2\n")
    assert "version: write one of 1" in refused(tmp_path, head="version = true\n")


def test_a_policy_that_is_not_there_or_no_text_is_told(tmp_path):
    from scanner.attest import trust_file

    with pytest.raises(UsageError, match="no such file"):
        trust_file.load(tmp_path / "none.toml")
    (tmp_path / "raw.toml").write_bytes(b"\xff")
    with pytest.raises(UsageError, match="not UTF-8"):
        trust_file.load(tmp_path / "raw.toml")


def test_a_private_key_is_not_taken_for_a_public_one(tmp_path):
    (tmp_path / "p.pem").write_bytes(keys.private_pem(bundles.key(), None))
    with pytest.raises(UsageError, match="no public key"):
        trusts.load(tmp_path, "[trust.keys.x]\nfile = 'p.pem'\n")


WORDS = [
    "[trust.keys.x]", "[trust.ca.x]", "[trust.sigstore.x]", "[[rule]]", "[[rule.attestation]]", "[defaults]", "[rule]",
    "file = 'k7.pub'", "roots = 'k7.pub'", "match = ['hf:a']", "match = 1",
    "valid = { from = 0001-01-01T00:00:00+14:00 }",
    "signatures = { any_of = ['keys:*'] }", "signatures = 'x'", "max_age = 'P1D'", "valid = 1", "trusted_root = 'x'",
    "identity = { issuer = 'i', san = 'a' }", "max_root_age = 'P99999W'", "trusted_root_fetched = 9999-12-31",
    "trusted_root_sha256 = '" + "0" * 64 + "'", "x = " + "9" * 5000, "[[a]]", "base_models = { allow = [1] }",
]  # fmt: skip


@given(st.lists(st.sampled_from(WORDS) | st.text(max_size=20), max_size=8))
def test_of_whatever_a_policy_says_only_a_mistake_in_one_line_is_told(lines):
    with TemporaryDirectory() as folder:
        told = ""
        try:
            trusts.load(Path(folder), "\n".join(lines))
        except UsageError as error:
            told = str(error)
        assert "\n" not in told
