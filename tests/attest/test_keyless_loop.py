"""Keyless signatures in a loop on loopback: the real client library, and services that answer as the public ones do."""

import base64
import hashlib
import json
import re
import threading
from datetime import timedelta

import pytest

from scanner import cli
from scanner.attest import bundle, keyless_signing, policed, trust_file
from scanner.attest.authenticate import TrustedIdentity, authenticate
from scanner.attest.errors import AttestError, Code
from scanner.usage import UsageError
from tests.builders import bundles, instance, stamps
from tests.builders.instance import GITHUB, WORKFLOW, Instance

pytest.importorskip("sigstore")

WAYS = {"log": (1, False), "log and clock": (1, True), "second log and clock": (2, True)}
STATEMENT = json.dumps(bundles.statement(bundles.resources({"a": b"a"}))).encode()


def services(way: str, **more) -> Instance:
    rekor, clock = WAYS[way]
    return Instance(rekor=rekor, clock=stamps.Clock() if clock else None, **more)


def root_of(made: Instance, folder, name="root.json"):
    (folder / name).write_text(json.dumps(made.trusted_root()))
    return folder / name


def signing(made: Instance, folder, **how) -> bytes:
    with made.maker(folder, **how) as make:
        return make(STATEMENT)


def who(root, identity=WORKFLOW, issuer=GITHUB) -> TrustedIdentity:
    return TrustedIdentity(identity=identity, issuer=issuer, root=root)


def code(made: bytes | dict, by: TrustedIdentity) -> Code:
    raw = made if isinstance(made, bytes) else json.dumps(made).encode()
    try:
        authenticate(bundle.parse(raw), by, bundles.NOW)
    except AttestError as error:
        return error.code if "\n" not in error.reason else Code.KEYLESS_REFUSED
    return Code.VERIFIED


def entry(made: dict) -> dict:
    return made["verificationMaterial"]["tlogEntries"][0]


@pytest.mark.parametrize("way", WAYS)
def test_what_is_signed_in_the_loop_verifies_and_says_who_signed_and_when(way, tmp_path):
    made = services(way)
    raw = signing(made, tmp_path)
    signer = authenticate(bundle.parse(raw), who(root_of(made, tmp_path)), bundles.NOW).signer
    assert (signer.method, signer.identity, signer.oidc_issuer) == ("sigstore", WORKFLOW, GITHUB)
    assert signer.valid_from <= signer.signed_at <= signer.valid_until


def test_an_address_signs_like_a_workflow(tmp_path):
    made = services("log")
    google = "https://accounts.google.com"
    raw = signing(made, tmp_path, subject="1", issuer=google, email="a@example.com")
    assert code(raw, who(root_of(made, tmp_path), "a@example.com", google)) == Code.VERIFIED


def test_each_cause_of_a_refusal_has_its_own_code(tmp_path):
    made = services("log")
    root = root_of(made, tmp_path)
    raw = signing(made, tmp_path)
    assert code(raw, who(root)) == Code.VERIFIED
    assert code(raw, who(root, identity=WORKFLOW + "0")) == Code.IDENTITY_MISMATCH
    assert code(raw, who(root, issuer="https://gitlab.com")) == Code.ISSUER_MISMATCH
    assert code(raw, who(root_of(Instance(number=401), tmp_path, "other.json"))) == Code.CERTIFICATE_UNTRUSTED
    assert code(raw, who(None)) == Code.CERTIFICATE_UNTRUSTED
    unlogged = made.trusted_root() | {"ctlogs": Instance(number=401).trusted_root()["ctlogs"]}
    (tmp_path / "unlogged.json").write_text(json.dumps(unlogged))
    assert code(raw, who(tmp_path / "unlogged.json")) == Code.CERTIFICATE_UNLOGGED


CHANGES = {
    "body": lambda one: one.update(canonicalizedBody=bundles.b64(base64.b64decode(one["canonicalizedBody"]) + b" ")),
    "index": lambda one: one.update(logIndex="7"),
    "time": lambda one: one.update(integratedTime=str(int(one["integratedTime"]) + 1)),
    "promise": lambda one: one["inclusionPromise"].update(signedEntryTimestamp=bundles.b64(b"0" * 70)),
    "leaf": lambda one: one["inclusionProof"].update(logIndex="1"),
    "size": lambda one: one["inclusionProof"].update(treeSize="4"),
    "hashes": lambda one: one["inclusionProof"].update(hashes=[]),
    "root": lambda one: one["inclusionProof"].update(rootHash=bundles.b64(b"0" * 32)),
    "checkpoint": lambda one: one["inclusionProof"]["checkpoint"].update(
        envelope=one["inclusionProof"]["checkpoint"]["envelope"].replace("\n3\n", "\n4\n")
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_log_entry_that_was_tampered_with_is_refused_as_such(change, tmp_path):
    made = services("log")
    value = json.loads(signing(made, tmp_path))
    CHANGES[change](entry(value))
    assert code(value, who(root_of(made, tmp_path))) == Code.LOG_ENTRY_INVALID


def test_a_log_entry_of_another_signature_is_refused(tmp_path):
    made = services("log")
    one, other = (json.loads(signing(made, tmp_path)) for _ in range(2))
    entry(one).clear()
    entry(one).update(entry(other))
    assert code(one, who(root_of(made, tmp_path))) == Code.LOG_ENTRY_INVALID


@pytest.mark.parametrize(
    ("delay", "expected"),
    [
        (timedelta(), Code.VERIFIED),
        (timedelta(hours=1), Code.CERTIFICATE_EXPIRED),
        (timedelta(hours=-1), Code.CERTIFICATE_NOT_YET_VALID),
    ],
)
def test_a_certificate_counts_only_for_the_time_at_which_the_log_saw_it(delay, expected, tmp_path):
    made = services("log")
    value = json.loads(signing(made, tmp_path))
    made.log_delay = delay
    assert code(made.relogged(value), who(root_of(made, tmp_path))) == expected


@pytest.mark.parametrize("way", WAYS)
def test_without_a_time_that_somebody_trusted_tells_nothing_is_accepted(way, tmp_path):
    made = services(way)
    value = json.loads(signing(made, tmp_path))
    entry(value).pop("inclusionPromise", None)
    value["verificationMaterial"].pop("timestampVerificationData", None)
    assert code(value, who(root_of(made, tmp_path))) == Code.TIME_MISSING


def test_a_time_that_the_log_does_not_promise_is_not_shown(tmp_path):
    made = services("second log and clock")
    value = json.loads(signing(made, tmp_path))
    entry(value)["integratedTime"] = "1"
    signer = authenticate(bundle.parse(json.dumps(value).encode()), who(root_of(made, tmp_path)), bundles.NOW).signer
    assert signer.signed_at > "2026"


def test_a_timestamp_of_another_clock_or_another_signature_is_no_time(tmp_path):
    made = services("second log and clock")
    value, other = (json.loads(signing(made, tmp_path)) for _ in range(2))
    root = root_of(made, tmp_path)
    made.clock = stamps.Clock(number=501)
    assert code(value, who(root_of(made, tmp_path, "other.json"))) == Code.TIMESTAMP_INVALID
    made.clock = None
    assert code(value, who(root_of(made, tmp_path, "none.json"))) == Code.TIMESTAMP_INVALID
    times = other["verificationMaterial"]["timestampVerificationData"]
    value["verificationMaterial"]["timestampVerificationData"] = times
    assert code(value, who(root)) == Code.TIMESTAMP_INVALID
    times["rfc3161Timestamps"][0]["signedTimestamp"] = bundles.b64(b"no timestamp")
    assert code(value, who(root)) == Code.TIMESTAMP_INVALID


def test_a_changed_statement_or_signature_is_refused_as_such(tmp_path):
    made = services("log")
    value = json.loads(signing(made, tmp_path))
    root = root_of(made, tmp_path)
    value["dsseEnvelope"]["payload"] = bundles.b64(STATEMENT.replace(b'"a"', b'"b"'))
    assert code(value, who(root)) == Code.SIGNATURE_INVALID
    assert code(made.relogged(value), who(root)) == Code.SIGNATURE_INVALID


@pytest.mark.parametrize("time", ["9" * 30, "-1", "253402300800", "x", "1e3"])
def test_a_time_that_there_cannot_be_is_refused_without_a_crash(time, tmp_path):
    made = services("log")
    value = json.loads(signing(made, tmp_path))
    entry(value)["integratedTime"] = time
    assert code(value, who(root_of(made, tmp_path))) != Code.VERIFIED


def test_a_root_that_is_none_or_trusts_nobody_is_a_mistake_of_the_line(tmp_path):
    raw = signing(services("log"), tmp_path)
    empty = {key: [] for key in ("tlogs", "certificateAuthorities", "ctlogs", "timestampAuthorities")}
    kind = {"mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1"}
    for text in ("", "no json", "{}", "[]", json.dumps({**kind, **empty})):
        (tmp_path / "bad.json").write_text(text)
        with pytest.raises(UsageError, match=r"bad\.json: no trusted root[^\n]+$"):
            code(raw, who(tmp_path / "bad.json"))
    with pytest.raises(UsageError, match="No such file"):
        code(raw, who(tmp_path / "none.json"))


FAILING = {
    "a refusal": {"fulcio": (400, {}, b'{"code": 3, "message": "no such issuer"}')},
    "a refusal without words": {"fulcio": (403, {}, b"")},
    "no certificate": {"fulcio": (201, {}, b"{}")},
    "no json": {"fulcio": (201, {}, b"<html>")},
    "a log that is down": {"rekor": (503, {}, b"")},
    "a log that answers with nothing": {"rekor": (201, {}, b"{}")},
    "a log that answers with something else": {"rekor": (201, {}, b'{"a": {"body": "e30="}}')},
}


@pytest.mark.parametrize("failure", FAILING)
@pytest.mark.parametrize("way", ["log", "second log and clock"])
def test_a_service_that_fails_is_one_line(way, failure, tmp_path):
    with pytest.raises(UsageError, match=r"^keyless signing: [^\n]{5,}$"):
        signing(services(way, broken=FAILING[failure]), tmp_path)


def test_a_service_that_is_not_there_and_a_clock_that_refuses_are_one_line(tmp_path):
    made = services("second log and clock")
    (tmp_path / "nobody.json").write_text(json.dumps(made.configuration("http://127.0.0.1:9")))
    with pytest.raises(UsageError, match=r"^keyless signing: [^\n]+$"):
        keyless_signing.signing(tmp_path / "nobody.json", instance.token())(STATEMENT)
    made.clock.lies["status"] = 2
    with pytest.raises(UsageError, match=r"^keyless signing: [^\n]+$"):
        signing(made, tmp_path)


def test_a_service_that_never_answers_is_one_line(monkeypatch, tmp_path):
    monkeypatch.setattr(keyless_signing, "SECONDS", 0.5)
    free = threading.Event()
    made = services("log")
    monkeypatch.setattr(made, "_certificate", lambda _: free.wait(20) and (503, {}, b""))
    try:
        with pytest.raises(UsageError, match=r"did not answer within 0\.5 seconds"):
            signing(made, tmp_path)
    finally:
        free.set()


def test_a_token_that_has_run_out_is_one_line(tmp_path):
    with pytest.raises(UsageError, match=r"^keyless signing: [^\n]+$"):
        signing(services("log"), tmp_path, seconds=-60)


def test_a_token_of_the_environment_is_asked_for_again_after_the_scan(monkeypatch, tmp_path):
    made, offered = services("log"), [instance.token("https://ci.example/old"), instance.token()]
    monkeypatch.setattr("sigstore.oidc.detect_credential", lambda: offered.pop(0))
    with made.served() as site:
        (tmp_path / "services.json").write_text(json.dumps(made.configuration(site.url)))
        raw = keyless_signing.signing(tmp_path / "services.json")(STATEMENT)
    assert code(raw, who(root_of(made, tmp_path))) == Code.VERIFIED


@pytest.mark.parametrize("late", [timedelta(hours=1), timedelta(hours=-1)])
def test_what_the_services_make_is_not_kept_where_it_would_not_verify(late, tmp_path):
    with pytest.raises(UsageError, match="keyless signing"):
        signing(services("log", log_delay=late), tmp_path)
    with pytest.raises(UsageError, match="keyless signing"):
        signing(services("log"), tmp_path, trusted=Instance(number=401))


@pytest.fixture
def model(tmp_path, monkeypatch):
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    (tmp_path / "token").write_text(instance.token() + "\n")
    return bundles.lay(tmp_path / "m", {"config.json": b"{}", "sub/notes.txt": b"hello\n"})


def signed(made: Instance, folder) -> int:
    with made.served() as site:
        (folder / "services.json").write_text(json.dumps(made.configuration(site.url)))
        return cli.main(["sign", "m", "--sigstore", "--identity-token", "token", "--trust-config", "services.json"])


@pytest.mark.parametrize("way", WAYS)
def test_on_the_line_a_model_is_signed_and_verified_against_a_pinned_root(way, model, capsys):
    made = services(way)
    root_of(made, model.parent)
    assert signed(made, model.parent) == 0
    line = ["verify", "m", "--identity", WORKFLOW, "--issuer", GITHUB, "--trusted-root", "root.json"]
    capsys.readouterr()
    assert cli.main(line) == 0
    assert re.search(rf"{re.escape(WORKFLOW)}", capsys.readouterr().out)
    assert cli.main([*line, "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["signer"]["oidc_issuer"] == GITHUB
    (model / "config.json").write_bytes(b"[]")
    assert cli.main(line) == 1
    assert "(file-changed)" in capsys.readouterr().out


def test_on_the_line_a_service_that_fails_leaves_no_signature(model, capsys):
    assert signed(services("log", broken=FAILING["a log that is down"]), model.parent) == 2
    assert re.fullmatch(r"assay: keyless signing: [^\n]+\n", capsys.readouterr().err)
    assert not (model / "model.sig").exists()


POLICY = """version = 1
[trust.sigstore.ours]
trusted_root = "root.json"
trusted_root_sha256 = "{digest}"
identity = {{ issuer = "{issuer}", san = "https://github.com/org/repo/.github/workflows/release.yml@refs/tags/v*" }}
[[rule]]
match = ["file:m"]
signatures = {{ any_of = ["sigstore:ours"] }}
"""


@pytest.mark.parametrize(
    ("issuer", "root", "verdict"),
    [(GITHUB, 301, "pass"), ("https://gitlab.com", 301, "fail"), (GITHUB, 401, "fail")],
)
def test_a_trust_policy_pins_the_root_of_the_instance(issuer, root, verdict, model):
    made = services("second log and clock")
    signed(made, model.parent)
    file = root_of(made if root == made.number else Instance(number=root), model.parent)
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    (model.parent / "t.toml").write_text(POLICY.format(digest=digest, issuer=issuer))
    decision, _ = policed.verify(model, trust_file.load(model.parent / "t.toml"), scan=bundles.said())
    assert decision.verdict == verdict
