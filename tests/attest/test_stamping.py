"""Timestamps asked for while signing: only an honest answer to this very question is kept, and nothing half-written."""

import hashlib
import re
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from scanner import cli
from scanner.attest import bundle, keys, policed, stamping, timestamps, trust_file
from scanner.attest.errors import Code
from scanner.limits import KEY_NBYTES
from scanner.usage import UsageError
from tests.builders import bundles, stamps, trusts
from tests.builders.web_server import Site, served

SIGNATURE = b"a signature"


def site(clock: stamps.Clock) -> Site:
    return Site(pages={"/": lambda asked: (200, stamps.REPLY, clock.answer(asked.body))})


def asked(clock: stamps.Clock, clocks=None) -> bytes:
    with served(site(clock)) as made:
        return stamping.stamping(f"{made.url}/", clocks)(SIGNATURE)


def refused(url, reason, clocks=None) -> str:
    with pytest.raises(UsageError, match=reason) as caught:
        stamping.stamping(url, clocks)(SIGNATURE)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("rooted", [False, True])
def test_an_answer_that_holds_is_kept_as_it_came(rooted):
    clock = stamps.Clock()
    raw = asked(clock, [clock.root] if rooted else None)
    moment = timestamps.verify(raw, SIGNATURE, [clock.root], datetime.now(UTC))
    assert datetime.now(UTC) - moment < timedelta(minutes=1)


def test_two_requests_for_one_signature_differ_in_what_must_come_back():
    one, other = (stamping.request(SIGNATURE, bytes([1, number])) for number in (1, 2))
    assert one != other
    assert hashlib.sha256(SIGNATURE).digest() in one


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"lies": {"nonce": 7}}, "another request"),
        ({"lies": {"imprint": b"0" * 32}}, "over other bytes"),
        ({"lies": {"status": 2}}, "did not grant"),
        ({"at": datetime(2099, 1, 1, tzinfo=UTC)}, "yet to come"),
        ({"purposes": (ExtendedKeyUsageOID.CODE_SIGNING,)}, "not for timestamps"),
    ],
)
def test_an_answer_that_is_not_to_this_question_is_refused(change, reason):
    with served(site(stamps.Clock(**change))) as made:
        refused(f"{made.url}/", reason)


def test_an_authority_that_nobody_named_vouches_for_is_refused():
    with served(site(stamps.Clock())) as made:
        refused(f"{made.url}/", "no trusted root", [stamps.Clock(number=501).root])


PAGES = {
    "down": (503, {}, b"busy"),
    "moved": (302, {"location": "http://127.0.0.1:9/"}, b""),
    "empty": (200, {}, b""),
    "a page": (200, {}, b"<html>" * 99),
    "endless": (200, {}, bytes(KEY_NBYTES + 1)),
    "cut": (200, {"content-length": "99", "connection": "close"}, b"x"),
}


@pytest.mark.parametrize("page", PAGES)
def test_what_is_no_answer_is_one_line(page):
    with served(Site(pages={"/": lambda _: PAGES[page]})) as made:
        refused(f"{made.url}/", r"^timestamp of 127\.0\.0\.1: ")


def test_nobody_there_and_an_address_that_is_none_are_one_line_without_what_it_holds():
    refused("http://127.0.0.1:9/", "refused")
    for wrong in ("", "tsa.example", "file:///etc/passwd", "ftp://a/b", "http://", "data:,x"):
        refused(wrong, "--timestamp-url: no address")
    assert "secret" not in refused("http://u:secret@127.0.0.1:9/?key=secret", "timestamp of 127")


@pytest.fixture
def model(tmp_path, monkeypatch):
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    (tmp_path / "k.pem").write_bytes(keys.private_pem(bundles.key(), None))
    return bundles.lay(tmp_path / "m", trusts.FILES)


def signing(clock: stamps.Clock, *more: str) -> int:
    with served(site(clock)) as made:
        return cli.main(["sign", "m", "--key", "k.pem", "--timestamp-url", f"{made.url}/", *more])


def test_on_the_line_a_stamp_lies_in_the_bundle_and_a_policy_goes_by_its_time(model):
    clock = stamps.Clock(at=datetime(2026, 6, 1, tzinfo=UTC))
    (model.parent / "tsa.pem").write_bytes(clock.root.public_bytes(Encoding.PEM))
    assert signing(clock, "--timestamp-root", "tsa.pem") == 0
    assert len(bundle.read(model / "model.sig").material.timestamps) == 1
    window = 'valid = { until = 2026-07-01 }\ntimestamps = "tsa.pem"'
    later = datetime(2027, 6, 1, tzinfo=UTC)
    for extra, code in ((window, Code.VERIFIED), (window.partition("\n")[0], Code.KEY_EXPIRED)):
        trust = trust_file.load(trusts.policy(model.parent, extra=extra))
        assert policed.verify(model, trust, scan=bundles.said(), now=later)[0].code == code


AUTHORITY = """[trust.ca.ours]
roots = "root.pem"
{clock}
[[rule]]
match = ["file:m"]
signatures = {{ any_of = ["ca:*"] }}
"""


@pytest.mark.parametrize(
    ("stamped", "trusted", "code"),
    [
        (datetime(2026, 6, 1, tzinfo=UTC), True, Code.VERIFIED),
        (datetime(2026, 6, 1, tzinfo=UTC), False, Code.CERTIFICATE_EXPIRED),
        (datetime(2026, 6, 5, tzinfo=UTC), True, Code.CERTIFICATE_EXPIRED),
        (datetime(2026, 5, 20, tzinfo=UTC), True, Code.CERTIFICATE_NOT_YET_VALID),
        (None, True, Code.CERTIFICATE_EXPIRED),
    ],
)
def test_on_the_line_a_certificate_that_has_expired_signs_for_the_time_of_its_stamp(stamped, trusted, code, model):
    held, top = bundles.chain(days=(-3, 3))
    clock = stamps.Clock(at=stamped)
    for name, certificates in (("chain.pem", held), ("root.pem", [top]), ("tsa.pem", [clock.root])):
        (model.parent / name).write_bytes(b"".join(one.public_bytes(Encoding.PEM) for one in certificates))
    if stamped is None:
        assert cli.main(["sign", "m", "--key", "k.pem", "--certificate", "chain.pem"]) == 0
    else:
        assert signing(clock, "--certificate", "chain.pem") == 0
    text = AUTHORITY.format(clock='timestamps = "tsa.pem"' if trusted else "")
    trust = trust_file.load(trusts.policy(model.parent, text, numbers=()))
    decision, _ = policed.verify(model, trust, scan=bundles.said(), now=datetime(2027, 6, 1, tzinfo=UTC))
    assert [one.code for one in decision.checks if one.what.startswith("signature ")] == [code]
    assert (decision.verdict == "pass") == (code == Code.VERIFIED)


def test_on_the_line_a_stamp_that_fails_leaves_the_old_signature_and_nothing_else(model, capsys):
    assert signing(stamps.Clock()) == 0
    before = {path: path.read_bytes() for path in model.rglob("*") if path.is_file()}
    capsys.readouterr()
    assert signing(stamps.Clock(lies={"nonce": 7})) == 2
    assert re.fullmatch(r"assay: timestamp of 127\.0\.0\.1: [^\n]+\n", capsys.readouterr().err)
    assert {path: path.read_bytes() for path in model.rglob("*") if path.is_file()} == before


def test_statements_are_stamped_as_signatures_are(model):
    clock = stamps.Clock()
    with served(site(clock)) as made:
        line = ["attest", "m", "--key", "k.pem", "--timestamp-url", f"{made.url}/", "--out", "m.jsonl"]
        assert cli.main(line) == 0
    for one in (model.parent / "m.jsonl").read_bytes().splitlines():
        held = bundle.parse(one)
        assert timestamps.first(held.material.timestamps, held.envelope.signature, [clock.root], datetime.now(UTC))


@pytest.mark.parametrize(
    "line",
    [
        ("--key", "k.pem", "--timestamp-root", "k.pem"),
        ("--key", "k.pem", "--timestamp-url", "http://127.0.0.1:9", "--timestamp-root", "k.pem"),
        ("--key", "k.pem", "--timestamp-url", "nowhere"),
        ("--sigstore", "--timestamp-url", "http://127.0.0.1:9"),
    ],
)
def test_a_line_that_cannot_be_carried_out_is_one_line(line, model, capsys):
    assert cli.main(["sign", str(model), *line]) == 2
    assert re.fullmatch(r"assay: [^\n]+\n", capsys.readouterr().err)
