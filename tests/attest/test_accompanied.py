"""Statements and bills that come with a model count only for its very bytes, from a trusted signer, in their time."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.attest import accompanied, bundle, cyclonedx, keys, making, scan_predicate, spdx, statement, svr
from scanner.attest.authenticate import TrustedKey
from tests.attest.test_statement import RUN
from tests.builders import bills
from tests.builders.safetensors import safetensors

NOW = datetime(2026, 11, 28, 12, 30, tzinfo=UTC)
KEY = keys.generate("p256")
ANCHOR = TrustedKey(key=KEY.public_key())


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    return bills.of(tmp_path_factory.mktemp("good"), {"model.safetensors": safetensors(), "config.json": b"{}"})


def digests(bill):
    return {part.name: bytes.fromhex(part.sha256) for part in bill.parts}


def held(bill):
    return accompanied.of(digests(bill), ())


def signed(bill, *payloads, key=KEY):
    made = payloads or (
        statement.encode(bill, svr.TYPE, svr.predicate(bill, bills.MOMENT)),
        statement.encode(bill, scan_predicate.TYPE, scan_predicate.predicate(bill, RUN)),
    )
    return b"".join(statement.sign(one, making.with_key(key)) for one in made)


def codes(problems):
    return [one.code for one in problems]


def test_statements_over_these_bytes_have_no_problem(good):
    assert held(good).root == good.root
    assert accompanied.statements(signed(good), ANCHOR, held(good), NOW) == ()


def test_what_signs_the_model_and_what_git_keeps_is_none_of_its_bytes(good):
    more = {**digests(good), "model.sig": bytes(32), ".git/config": bytes(32)}
    assert accompanied.of(more, ("model.sig",)) == held(good)


def test_another_signer_is_refused(good):
    raw = signed(good, key=keys.generate("p256"))
    assert codes(accompanied.statements(raw, ANCHOR, held(good), NOW)) == ["hint-mismatch"] * 2


def test_one_changed_byte_of_the_model_is_noticed(good):
    found = accompanied.of({**digests(good), "config.json": bytes(32)}, ())
    problems = accompanied.statements(signed(good), ANCHOR, found, NOW)
    assert codes(problems) == ["attestation-other-bytes"] * 2
    assert "config.json" in problems[0].reason


def test_a_statement_that_nothing_passed_is_no_pass(tmp_path):
    bad = bills.of(tmp_path, {"bad.pkl": bills.PICKLE})
    payload = statement.encode(bad, scan_predicate.TYPE, scan_predicate.predicate(bad, RUN))
    assert codes(accompanied.statements(signed(bad, payload), ANCHOR, held(bad), NOW)) == ["attestation-not-passed"]


def test_a_bill_alone_says_nothing_of_a_pass(good):
    made = json.loads(cyclonedx.write(good, version="1.6", moment=bills.MOMENT))
    raw = signed(good, statement.encode(good, cyclonedx.PREDICATE, made))
    assert codes(accompanied.statements(raw, ANCHOR, held(good), NOW)) == ["attestation-missing"]


@pytest.mark.parametrize(
    ("now", "oldest", "expected"),
    [
        (NOW, None, []),
        (NOW, timedelta(days=1), []),
        (NOW, timedelta(minutes=10), ["attestation-outdated"] * 2),
        (NOW + timedelta(days=40), None, ["attestation-outdated"]),
        (NOW - timedelta(days=1), None, ["attestation-not-yet-valid"] * 2),
    ],
)
def test_a_statement_counts_in_its_time_only(good, now, oldest, expected):
    assert codes(accompanied.statements(signed(good), ANCHOR, held(good), now, oldest=oldest)) == expected


def test_an_empty_file_says_nothing(good):
    assert codes(accompanied.statements(b"\n", ANCHOR, held(good), NOW)) == ["attestation-missing"]


def test_a_line_that_is_no_bundle_is_refused_beside_good_ones(good):
    assert codes(accompanied.statements(signed(good) + b"{}\n", ANCHOR, held(good), NOW)) == ["bundle-empty"]


@pytest.fixture(scope="module")
def sealed(good):
    """Sign once: a signature's length differs from one to the next."""
    return signed(good, statement.encode(good, svr.TYPE, svr.predicate(good, bills.MOMENT)))


@given(st.data())
def test_any_changed_byte_of_a_statement_is_noticed_or_only_in_the_hint_beside_the_signature(good, sealed, data):
    raw = sealed
    place = data.draw(st.integers(0, len(raw) - 2))
    changed = raw[:place] + bytes([raw[place] ^ data.draw(st.integers(1, 255))]) + raw[place + 1 :]
    if accompanied.statements(changed, ANCHOR, held(good), NOW) == ():
        before, after = (bundle.parse(one.strip()) for one in (raw, changed))
        assert replace(after.envelope, keyid="") == replace(before.envelope, keyid="")
        assert after.material == before.material


@pytest.mark.parametrize("write", [
    lambda bill: cyclonedx.write(bill, version="1.7", moment=bills.MOMENT),
    lambda bill: spdx.write(bill, moment=bills.MOMENT),
])  # fmt: skip
def test_a_bill_is_of_these_bytes_or_refused(good, write):
    raw = write(good).encode()
    assert accompanied.bill(raw, held(good)) == ()
    for other in ({**digests(good), "config.json": bytes(32)}, {**digests(good), "more": bytes(32)}, {}):
        assert codes(accompanied.bill(raw, accompanied.of(other, ()))) == ["bom-other-bytes"]
    assert codes(accompanied.bill(b"{}", held(good))) == ["statement-shape"]
