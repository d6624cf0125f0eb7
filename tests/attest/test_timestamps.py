"""Timestamps: only a token of a trusted authority, over this very signature, says when it was made."""

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from hypothesis import given
from hypothesis import strategies as st

from scanner.attest import certificates, der, timestamps
from scanner.attest.errors import AttestError, Code
from scanner.attest.policed import verify
from tests.builders import bundles, trusts

DATA = Path(__file__).parents[1] / "data" / "timestamps"
CLOCKS = [x509.load_pem_x509_certificate((DATA / "root.pem").read_bytes())]
SIGNED = (DATA / "signed").read_bytes()
NOW = datetime(2027, 6, 1, tzinfo=UTC)
STAMPED = datetime(2026, 11, 28, tzinfo=UTC)


def told(raw, signed=SIGNED, clocks=CLOCKS, now=NOW):
    return timestamps.verify(raw, signed, clocks, now)


def refused(raw, reason, **more):
    with pytest.raises(AttestError, match=reason) as caught:
        told(raw, **more)
    return caught.value.code


@pytest.mark.parametrize("name", ["rsa.tsr", "ec.tsr", "token.tst"])
def test_a_token_over_these_bytes_tells_its_time(name):
    moment = told((DATA / name).read_bytes())
    assert STAMPED <= moment < STAMPED + timedelta(days=1)


@pytest.mark.parametrize("name", ["rsa.tsr", "ec.tsr"])
def test_a_token_over_other_bytes_tells_nothing(name):
    raw = (DATA / name).read_bytes()
    assert refused(raw, "over other bytes", signed=SIGNED + b"!") == Code.TIMESTAMP_INVALID


def test_an_authority_that_the_caller_does_not_trust_tells_nothing():
    raw = (DATA / "ec.tsr").read_bytes()
    _, other = bundles.chain()
    assert refused(raw, "no trusted root", clocks=[other]) == Code.CERTIFICATE_UNTRUSTED


def test_a_time_that_is_yet_to_come_is_refused():
    assert refused((DATA / "ec.tsr").read_bytes(), "yet to come", now=STAMPED) == Code.TIMESTAMP_INVALID


@pytest.mark.parametrize("name", ["rsa.tsr", "ec.tsr"])
def test_a_token_cut_anywhere_is_refused(name):
    raw = (DATA / name).read_bytes()
    for size in range(len(raw)):
        with pytest.raises(AttestError):
            told(raw[:size])


@pytest.mark.parametrize("name", ["rsa.tsr", "ec.tsr"])
def test_no_changed_bit_changes_the_time(name):
    raw = (DATA / name).read_bytes()
    moment = told(raw)
    for at in range(0, len(raw), 3):
        changed = bytearray(raw)
        changed[at] ^= 1 << (at % 8)
        try:
            assert told(bytes(changed)) == moment  # what is not signed: the status, unsigned names
        except AttestError:
            continue


@given(st.binary(max_size=200))
def test_bytes_that_are_no_token_are_refused_and_nothing_else_happens(raw):
    with pytest.raises(AttestError):
        told(raw)


@pytest.mark.parametrize(
    "raw",
    [
        b"\x30",
        b"\x30\x80",
        b"\x30\x81\x05aaaaa",
        b"\x30\x82\x00\x81",
        b"\x30\x05a",
        b"\x02\x85\x01\x00\x00\x00\x00",
    ],
)
def test_a_length_that_lies_or_is_not_the_shortest_is_refused(raw):
    with pytest.raises(der.DerError):
        der.values(raw)


def test_the_earliest_of_several_times_counts_and_broken_ones_are_passed_by():
    both = [b"x", (DATA / "rsa.tsr").read_bytes(), (DATA / "ec.tsr").read_bytes()]
    assert timestamps.first(both, SIGNED, CLOCKS, NOW) == min(map(told, both[1:]))
    with pytest.raises(AttestError, match="cannot be read"):
        timestamps.first(both[:1], SIGNED, CLOCKS, NOW)


def model(tmp_path):
    made = bundles.lay(tmp_path / "m", trusts.FILES)
    shutil.copy(DATA / "model.sig", made / "model.sig")
    shutil.copy(DATA / "root.pem", tmp_path / "tsa.pem")
    return made


@pytest.mark.parametrize(
    ("extra", "code"),
    [
        ("valid = { until = 2027-01-01 }", Code.KEY_EXPIRED),
        ('valid = { until = 2027-01-01 }\ntimestamps = "tsa.pem"', Code.VERIFIED),
        ('valid = { until = 2026-11-01 }\ntimestamps = "tsa.pem"', Code.KEY_EXPIRED),
        ('valid = { from = 2027-01-01 }\ntimestamps = "tsa.pem"', Code.KEY_NOT_YET_VALID),
        ('revoked_at = 2027-01-01\ntimestamps = "tsa.pem"', Code.VERIFIED),
        ("revoked_at = 2027-01-01", Code.SIGNER_REVOKED),
        ('revoked_at = 2026-11-01\ntimestamps = "tsa.pem"', Code.SIGNER_REVOKED),
    ],
)
def test_a_stamped_signature_is_judged_at_its_time_where_the_policy_trusts_the_clock(tmp_path, extra, code):
    made = model(tmp_path)
    trust = trusts.load(tmp_path, extra=extra)
    decision, _ = verify(made, trust, scan=bundles.said(), now=NOW)
    assert decision.code == code


def test_a_timestamp_of_another_signature_does_not_count(tmp_path):
    made = model(tmp_path)
    bundle = json.loads((made / "model.sig").read_bytes())
    again = bundles.over(trusts.FILES, ignore_paths=["model.sig"])
    bundle["dsseEnvelope"] = again["dsseEnvelope"]
    (made / "model.sig").write_text(json.dumps(bundle))
    trust = trusts.load(tmp_path, extra='valid = { until = 2027-01-01 }\ntimestamps = "tsa.pem"')
    decision, _ = verify(made, trust, scan=bundles.said(), now=NOW)
    assert decision.code == Code.TIMESTAMP_INVALID


def test_a_certificate_that_is_not_for_timestamps_alone_stamps_nothing():
    leaf = bundles.chain()[0][0]
    with pytest.raises(AttestError, match="not for timestamps"):
        timestamps._check_purpose(leaf)
    assert certificates.CODE_SIGNING != timestamps.TIME_STAMPING
