"""Verifying by a trust policy: who counts, what must hold, and that each check is told with its evidence."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from scanner.attest import vouching
from scanner.attest.authenticate import Authenticated
from scanner.attest.bundle import Bundle, Material
from scanner.attest.comparison import Asked
from scanner.attest.countersigned import Signed, weighed
from scanner.attest.decision import Problem, document
from scanner.attest.decision_text import write
from scanner.attest.errors import Code
from scanner.attest.policed import Given, verify
from scanner.attest.signer import Signer
from scanner.attest.trust import Keyless, Rule, Signatures
from tests.builders import bundles, trusts
from tests.builders.trusts import FILES

NOW = bundles.NOW


def seen(tmp_path, text=trusts.SIGNED, *, by=(7,), given=None, scan="pass", **more):
    asked = more.pop("asked", None)
    trust = trusts.load(tmp_path, text, **more)
    model = tmp_path / "m" if (tmp_path / "m").exists() else trusts.model(tmp_path, FILES, by=by)
    return verify(model, trust, given=given, asked=asked, scan=bundles.said(scan), now=NOW)[0]


def rule(signatures, more=""):
    return f'[[rule]]\nmatch = ["file:m"]\nsignatures = {{ {signatures} }}\n{more}'


TWO = rule('threshold = 2, any_of = ["keys:k*"]')


def test_a_model_that_a_trusted_key_signed_passes_and_each_check_is_told(tmp_path):
    decision = seen(tmp_path)
    assert (decision.verdict, decision.code) == ("pass", Code.VERIFIED)
    assert [(one.outcome, one.what.split()[0]) for one in decision.checks] == [
        ("pass", "signature"), ("pass", "signers"), ("pass", "scan"),
    ]  # fmt: skip
    assert decision.rule == "rule 1 (line 5)"
    assert decision.policy.startswith("t.toml sha256:")
    assert set(decision.verified) == set(FILES)
    assert json.loads(json.dumps(document(decision)))["checks"][0]["evidence"].startswith("by keys:k7")
    assert "1 of 1 distinct signers" in write("m", decision)


def test_two_distinct_keys_reach_a_threshold_of_two(tmp_path):
    decision = seen(tmp_path, TWO, by=(7, 8), numbers=(7, 8, 9))
    assert decision.verdict == "pass"
    assert "2 of 2 distinct signers" in [one.evidence for one in decision.checks]


def test_one_key_that_signs_twice_does_not_reach_it(tmp_path):
    decision = seen(tmp_path, TWO, by=(7, 7), numbers=(7, 8))
    assert (decision.verdict, decision.code) == ("fail", Code.SIGNERS_TOO_FEW)


def test_a_signer_that_the_rule_does_not_name_does_not_count(tmp_path):
    decision = seen(tmp_path, rule('any_of = ["keys:k8"]'), by=(7,), numbers=(7, 8))
    assert (decision.verdict, decision.code) == ("fail", Code.SIGNERS_TOO_FEW)
    assert decision.signer is None


def test_a_stranger_beside_a_trusted_signer_does_no_harm(tmp_path):
    decision = seen(tmp_path, by=(66, 7))
    assert decision.verdict == "pass"
    assert [one.outcome for one in decision.checks[:2]].count("unused") == 1


def test_a_changed_file_counts_for_no_signature(tmp_path):
    trusts.model(tmp_path, by=(7, 8))
    (tmp_path / "m" / "config.json").write_bytes(b"[]")
    decision = seen(tmp_path, TWO, numbers=(7, 8))
    assert (decision.verdict, decision.code) == ("fail", Code.FILE_CHANGED)
    assert decision.problems[-1].code == Code.SIGNERS_TOO_FEW


def test_no_signature_at_all_is_incomplete(tmp_path):
    bundles.lay(tmp_path / "m", FILES)
    decision = seen(tmp_path)
    assert (decision.verdict, decision.code) == ("incomplete", Code.SIGNATURE_MISSING)


def test_the_first_rule_that_names_the_model_decides(tmp_path):
    both = rule('any_of = ["keys:k8"]') + rule('any_of = ["keys:k7"]')
    assert seen(tmp_path, both, numbers=(7, 8)).verdict == "fail"
    other = both.replace('"file:m"', '"file:n"', 1)
    decision = seen(tmp_path, other, numbers=(7, 8))
    assert (decision.verdict, decision.rule[:6]) == ("pass", "rule 2")


@pytest.mark.parametrize(("action", "verdict"), [("deny", "fail"), ("warn", "pass"), ("audit", "pass")])
def test_a_model_that_no_rule_names_is_judged_by_the_action(tmp_path, action, verdict):
    text = f'[defaults]\naction = "{action}"\n' + trusts.SIGNED.replace("file:m", "file:n")
    decision = seen(tmp_path, text)
    assert (decision.verdict, decision.code, decision.rule) == (verdict, Code.NO_RULE, "no rule")
    assert decision.checks[0].outcome == ("fail" if action == "deny" else action)


def test_a_finding_fails_even_where_no_rule_names_the_model(tmp_path):
    text = '[defaults]\naction = "warn"\n' + trusts.SIGNED.replace("file:m", "file:n")
    assert seen(tmp_path, text, scan="fail").code == Code.SCAN_FAILED


def test_a_scan_that_fails_fails_a_signed_model(tmp_path):
    decision = seen(tmp_path, scan="fail")
    assert (decision.verdict, decision.code, decision.scan) == ("fail", Code.SCAN_FAILED, "fail")


@pytest.mark.parametrize(
    ("extra", "code"),
    [
        ("valid = { from = 2026-06-02 }", Code.KEY_NOT_YET_VALID),
        ("valid = { until = 2026-06-01 }", Code.KEY_EXPIRED),
        ("revoked_at = 2026-05-01", Code.SIGNER_REVOKED),
        ("valid = { from = 2026-06-01, until = 2026-06-02 }\nrevoked_at = 2026-07-01", Code.VERIFIED),
    ],
)
def test_a_key_signs_within_its_window_and_until_it_is_revoked(tmp_path, extra, code):
    decision = seen(tmp_path, extra=extra)
    assert decision.code == code
    assert (decision.verdict == "pass") is (code == Code.VERIFIED)


@pytest.mark.parametrize(("how", "verdict"), [("deny", "fail"), ("scan", "pass"), ("allow", "pass")])
def test_unsigned_files_are_judged_by_the_policy(tmp_path, how, verdict):
    trusts.model(tmp_path)
    bundles.lay(tmp_path / "m", {"more.txt": b"1"})
    decision = seen(tmp_path, f'[defaults]\nunsigned_files = "{how}"\n' + trusts.SIGNED)
    assert (decision.verdict, decision.unsigned) == (verdict, ("more.txt",))


@pytest.mark.parametrize(("how", "verdict"), [("deny", "fail"), ("scan", "pass")])
def test_files_that_the_signer_left_out_are_judged_by_the_policy(tmp_path, how, verdict):
    trusts.model(tmp_path, ignored=["notes"])
    bundles.lay(tmp_path / "m", {"notes/x": b"1"})
    decision = seen(tmp_path, f'[defaults]\nignored_files = "{how}"\n' + trusts.SIGNED)
    assert decision.verdict == verdict
    assert (decision.code == Code.FILE_IGNORED) is (how == "deny")


def test_files_to_be_scanned_that_nobody_scanned_leave_it_incomplete(tmp_path):
    trusts.model(tmp_path)
    bundles.lay(tmp_path / "m", {"more.txt": b"1"})
    trust = trusts.load(tmp_path, '[defaults]\nunsigned_files = "scan"\n' + trusts.SIGNED)
    decision = verify(tmp_path / "m", trust, now=NOW)[0]
    assert (decision.verdict, decision.code) == ("incomplete", Code.SCAN_INCOMPLETE)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("hf:org/m@" + "a" * 40, Code.VERIFIED),
        ("hf:org/m@main", Code.REVISION_MOVABLE),
        (None, Code.REVISION_MOVABLE),
    ],
)
def test_a_pinned_revision_is_a_commit(tmp_path, said, code):
    text = trusts.SIGNED + "pin_revision = true\n"
    assert seen(tmp_path, text, given=Given(name=said)).code == code


def certified(tmp_path, entry, **leaf):
    held, top = bundles.chain(**leaf)
    (tmp_path / "root.pem").write_bytes(top.public_bytes(Encoding.PEM))
    made = bundles.bundle(
        bundles.statement(bundles.resources(FILES), ignore_paths=["model.sig"]), material=bundles.chain_material(held)
    )
    bundles.signed_model(tmp_path / "m", FILES, made)
    text = f'[trust.ca.maker]\nroots = "root.pem"\n{entry}\n' + rule('any_of = ["ca:*"]')
    return seen(tmp_path, text, numbers=())


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        ("", Code.VERIFIED),
        ('subject = { CN = "Rel*" }', Code.VERIFIED),
        ('subject = { CN = "el*" }', Code.SIGNERS_TOO_FEW),
        ('subject = { CN = "Rel*", O = "*" }', Code.SIGNERS_TOO_FEW),
        ('eku = ["codeSigning"]', Code.VERIFIED),
        ('eku = ["emailProtection"]', Code.CERTIFICATE_PURPOSE),
        ("revoked_at = 2026-05-01", Code.SIGNER_REVOKED),
    ],
)
def test_a_certificate_is_judged_by_root_subject_and_purpose(tmp_path, entry, code):
    assert certified(tmp_path, entry).code == code


def test_an_expired_certificate_does_not_count(tmp_path):
    assert certified(tmp_path, "", days=(-30, -1)).code == Code.CERTIFICATE_EXPIRED


def test_a_pinned_root_that_is_another_or_too_old_is_refused(tmp_path):
    from scanner.attest.vouching import _check_root

    (tmp_path / "r.json").write_text("{}")
    text = """
[trust.sigstore.s]
trusted_root = "r.json"
trusted_root_sha256 = "%s"
trusted_root_fetched = 2026-01-01
max_root_age = "P30D"
identity = { issuer = "https://i.example", san = "a@example.com" }
"""
    for digest, now, code in [
        ("0" * 64, datetime(2026, 1, 2, tzinfo=UTC), Code.TRUSTED_ROOT_DIFFERS),
        (bundles.sha256(b"{}"), datetime(2026, 1, 31, tzinfo=UTC), Code.TRUSTED_ROOT_OUTDATED),
    ]:
        signer = trusts.load(tmp_path, text % digest).signers["sigstore:s"]
        with pytest.raises(Exception, match=r"pin|digest") as caught:
            _check_root(signer, now)
        assert caught.value.code == code


def test_a_broken_signature_file_is_told(tmp_path):
    bundles.signed_model(tmp_path / "m", FILES, b"{")
    decision = seen(tmp_path)
    assert (decision.verdict, decision.code) == ("fail", Code.JSON_INVALID)


def test_what_could_not_be_compared_is_incomplete_and_no_lack_of_signers():
    asked = Rule(name="r", match=("**",), signatures=Signatures(threshold=1, any_of=("keys:*",)))
    unread = Problem(code=Code.FILE_UNREADABLE, reason="x: not read")
    changed = Problem(code=Code.FILE_CHANGED, reason="x: other bytes")
    strange = Problem(code=Code.HINT_MISMATCH, reason="another key")

    def told(*problems):
        made = [Signed(shown="s", evidence="", problems=(one,)) for one in problems]
        return [one.code for one in weighed(made, asked)[1]]

    assert told(unread) == [Code.FILE_UNREADABLE]
    assert told(unread, strange) == [Code.FILE_UNREADABLE]
    assert told(unread, changed) == [Code.FILE_UNREADABLE, Code.FILE_CHANGED, Code.SIGNERS_TOO_FEW]
    assert told(strange) == [Code.SIGNERS_TOO_FEW]


SUBSET = rule('threshold = 1, any_of = ["keys:k*"]', 'subset = true\nrequired_files = ["*.json"]\n')


def test_files_may_be_missing_only_where_the_rule_says_so(tmp_path):
    trusts.model(tmp_path, FILES)
    (tmp_path / "m/sub/b.txt").unlink()
    assert seen(tmp_path).code == Code.FILE_MISSING
    assert seen(tmp_path, asked=Asked(subset=True)).code == Code.FILE_MISSING
    decision = seen(tmp_path, SUBSET)
    assert (decision.verdict, decision.missing) == ("pass", ("sub/b.txt",))


def test_a_file_that_the_rule_requires_may_not_be_missing(tmp_path):
    trusts.model(tmp_path, FILES)
    (tmp_path / "m/config.json").unlink()
    assert seen(tmp_path, SUBSET).code == Code.FILE_MISSING
    assert seen(tmp_path, SUBSET.replace("*.json", "*.never")).code == Code.FILE_MISSING


def test_a_login_is_revoked_from_a_time_on():
    login = Authenticated(signer=Signer(method="sigstore", algorithm="", key_id="", signed_at="2026-05-01T00:00:00Z"))
    trust = Keyless(issuer="i", san="s")
    revoked = datetime(2026, 5, 1, tzinfo=UTC)
    made = Bundle(material=Material(method="sigstore"), envelope=None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vouching, "_keyless", lambda *_: login)
        ask = partial(vouching.vouch, made, ["sigstore:x"])
        assert ask({"sigstore:x": trust}, NOW)[0] is not None
        by, refused = ask({"sigstore:x": replace(trust, revoked=revoked)}, NOW)
        assert by is None
        assert refused[0][1].code == Code.SIGNER_REVOKED
        assert "logged 2026-05-01" in refused[0][1].reason
        later = datetime(2026, 5, 2, tzinfo=UTC)
        assert ask({"sigstore:x": replace(trust, revoked=later)}, NOW)[0] is not None
        login = replace(login, signer=replace(login.signer, signed_at=""))
        assert ask({"sigstore:x": replace(trust, revoked=later)}, NOW)[0] is None
