"""Chains of certificates: what leads to a trusted root at the right time, for the right purpose, and what does not."""

from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from scanner.attest import certificates
from scanner.attest.certificates import Requirements
from scanner.attest.errors import AttestError, Code
from scanner.limits import CHAIN_CERTIFICATES
from scanner.usage import UsageError
from tests.builders import bundles
from tests.builders.bundles import NOW, certificate, chain, key


def code(held, top, at=NOW, wanted=certificates.STANDARD) -> Code:
    with pytest.raises(AttestError) as caught:
        certificates.verify(held, [top], at, wanted)
    assert "\n" not in caught.value.reason
    return caught.value.code


def test_a_chain_that_leads_to_a_trusted_root_names_its_signer():
    held, top = chain(address="release@example.com")
    signer = certificates.verify(held, [top], NOW)
    assert (signer.subject, signer.identity) == ("CN=Release", "release@example.com")
    assert signer.key_id == bundles.hint(key())
    assert (signer.valid_from, signer.valid_until) == ("2026-05-02T00:00:00Z", "2027-06-01T00:00:00Z")


def test_a_root_within_the_chain_does_no_harm_and_no_good():
    held, top = chain()
    assert certificates.verify([*held, top], [top], NOW)
    other = certificate("Root", key(103), authority=True)
    assert code([*held, top], other) == Code.CERTIFICATE_UNTRUSTED


def test_an_intermediate_that_is_missing_or_of_another_root_is_untrusted():
    held, top = chain()
    assert code(held[:1], top) == Code.CERTIFICATE_UNTRUSTED
    assert code(held, certificate("Root", key(103), authority=True)) == Code.CERTIFICATE_UNTRUSTED


@pytest.mark.parametrize(
    ("leaf", "expected"),
    [
        ({"days": (-30, -1)}, Code.CERTIFICATE_EXPIRED),
        ({"days": (1, 30)}, Code.CERTIFICATE_NOT_YET_VALID),
        ({"purposes": bundles.TLS}, Code.CERTIFICATE_PURPOSE),
        ({"signs": False}, Code.CERTIFICATE_KEY_USAGE),
        ({"signs": None}, Code.CERTIFICATE_KEY_USAGE),
    ],
)
def test_a_leaf_out_of_its_time_or_purpose_is_refused(leaf, expected):
    assert code(*chain(**leaf)) == expected


def test_a_leaf_without_a_purpose_is_for_any_unless_one_must_be_named():
    held, top = chain(purposes=())
    assert certificates.verify(held, [top], NOW)
    assert code(held, top, wanted=Requirements(purpose_named=True)) == Code.CERTIFICATE_PURPOSE


def test_the_time_that_is_asked_for_decides_not_the_clock():
    held, top = chain()
    assert certificates.verify(held, [top], NOW + timedelta(days=364))
    assert code(held, top, NOW + timedelta(days=366)) == Code.CERTIFICATE_EXPIRED
    assert code(held, top, NOW - timedelta(days=31)) == Code.CERTIFICATE_NOT_YET_VALID


@pytest.mark.parametrize(
    ("days", "expected"), [((-90, -1), Code.CERTIFICATE_EXPIRED), ((1, 90), Code.CERTIFICATE_NOT_YET_VALID)]
)
@pytest.mark.parametrize("which", ["root", "intermediate"])
def test_an_authority_out_of_its_time_is_refused(which, days, expected):
    top = certificate("Root", key(101), authority=True, days=days if which == "root" else (-900, 900))
    middle_days = days if which == "intermediate" else (-900, 900)
    middle = certificate("Between", key(102), (top, key(101)), authority=True, days=middle_days)
    assert code([certificate("Release", key(), (middle, key(102))), middle], top) == expected


@pytest.mark.parametrize("middle", [{"authority": False}, {"authority": True, "signs_certificates": False}])
def test_a_certificate_that_may_not_sign_certificates_is_no_link(middle):
    top = certificate("Root", key(101), authority=True)
    between = certificate("Between", key(102), (top, key(101)), **middle)
    assert code([certificate("Release", key(), (between, key(102))), between], top) == Code.CERTIFICATE_UNTRUSTED


def test_a_path_longer_than_its_root_allows_is_untrusted():
    top = certificate("Root", key(101), authority=True, pathlen=0)
    middle = certificate("Between", key(102), (top, key(101)), authority=True)
    assert code([certificate("Release", key(), (middle, key(102))), middle], top) == Code.CERTIFICATE_UNTRUSTED


def test_a_chain_of_more_certificates_than_the_bound_is_not_followed():
    held, top = chain()
    assert code([held[0], *[held[1]] * CHAIN_CERTIFICATES], top) == Code.CHAIN_TOO_LONG


def test_a_signer_of_another_name_is_refused_where_one_is_asked_for():
    held, top = chain(address="release@example.com")
    for name in ("Release", "release@example.com"):
        assert certificates.verify(held, [top], NOW, Requirements(identity=name))
    for name in ("Releas", "release@example.co", "*"):
        assert code(held, top, wanted=Requirements(identity=name)) == Code.IDENTITY_MISMATCH


def test_a_key_that_model_signing_does_not_know_is_refused():
    top = certificate("Root", key(101), authority=True)
    for private in (rsa.generate_private_key(65537, 2048), ec.derive_private_key(7, ec.SECP256K1())):
        assert code([certificate("Release", private, (top, key(101)))], top) == Code.KEY_UNSUPPORTED


def test_bytes_that_are_no_certificate_are_refused():
    with pytest.raises(AttestError) as caught:
        certificates.parse([b"\x30\x03\x02\x01\x00"])
    assert caught.value.code == Code.CERTIFICATE_UNREADABLE


def test_a_certificate_with_any_byte_changed_is_refused_and_nothing_else_is_raised():
    held, top = chain()
    raw = held[0].public_bytes(serialization.Encoding.DER)
    for at in range(len(raw)):
        broken = raw[:at] + bytes([raw[at] ^ 0xFF]) + raw[at + 1 :]
        try:
            found = certificates.parse([broken])
        except AttestError:
            continue
        assert code([*found, held[1]], top)


def test_a_file_without_certificates_is_a_mistake_of_the_caller():
    for raw in (b"", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"):
        with pytest.raises(UsageError):
            certificates.load(raw, "roots.pem")


def test_several_certificates_and_notes_between_them_are_read():
    held, top = chain()
    pem = b"note\n".join(one.public_bytes(serialization.Encoding.PEM) for one in [*held, top])
    assert certificates.load(pem, "x") == [*held, top]
    assert isinstance(held[0], x509.Certificate)
    assert held[0].fingerprint(hashes.SHA256())
