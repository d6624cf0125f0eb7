"""Keys: made, locked, read, named, and what is no key."""

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from scanner.attest import keys
from scanner.limits import KEY_NBYTES
from scanner.usage import UsageError
from tests.builders import bundles


def pem(key) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


@pytest.mark.parametrize("curve", keys.CURVES)
def test_a_made_key_signs_what_it_verifies_locked_or_not(curve):
    key = keys.generate(curve)
    for secret in (None, b"pass"):
        raw = keys.private_pem(key, secret)
        assert keys.is_encrypted(raw) is bool(secret)
        read = keys.load_private(raw, secret, "k")
        public = keys.load_public(keys.public_pem(read.public_key()), "k")
        assert keys.verify(public, keys.sign(read, b"m"), b"m")
        assert not keys.verify(public, keys.sign(read, b"m"), b"n")
        assert keys.algorithm(public).startswith(f"ecdsa-{curve}-sha")


@pytest.mark.parametrize("curve", keys.CURVES)
def test_a_public_key_is_written_and_read_as_other_programs_do(curve):
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    for number in range(1, 40):
        key = bundles.key(number, curve).public_key()
        written = key.public_bytes(serialization.Encoding.PEM, form)
        assert keys.public_pem(key) == written
        for raw in (written, written.replace(b"\n", b"\r\n")):
            assert keys.key_id(keys.load_public(raw, "k")) == bundles.hint(bundles.key(number, curve))


def test_a_point_that_is_not_on_its_curve_is_no_key():
    written = keys.public_pem(bundles.key().public_key()).splitlines()
    written[2] = b"A" * len(written[2])
    with pytest.raises(UsageError):
        keys.load_public(b"\n".join(written), "k")


def test_a_wrong_passphrase_is_one_line_that_does_not_repeat_it():
    raw = keys.private_pem(bundles.key(), b"right")
    for secret in (b"wrong-one", None):
        with pytest.raises(UsageError) as caught:
            keys.load_private(raw, secret, "k.pem")
        assert str(caught.value) == "k.pem: wrong passphrase, or a broken file"


def test_an_open_key_is_read_whatever_passphrase_is_at_hand():
    assert keys.load_private(keys.private_pem(bundles.key(), None), b"unused", "k")


@pytest.mark.parametrize(
    "key",
    [
        rsa.generate_private_key(65537, 2048),
        ed25519.Ed25519PrivateKey.generate(),
        ec.derive_private_key(7, ec.SECP256K1()),
    ],
    ids=["rsa", "ed25519", "secp256k1"],
)
def test_a_key_of_another_kind_is_refused(key):
    with pytest.raises(UsageError):
        keys.load_private(pem(key), None, "k")
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    with pytest.raises(UsageError):
        keys.load_public(public, "k")


@pytest.mark.parametrize("raw", [b"", b"hello", b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"])
def test_what_is_no_key_is_refused_in_one_line(raw):
    for load in (lambda: keys.load_public(raw, "k"), lambda: keys.load_private(raw, None, "k")):
        with pytest.raises(UsageError) as caught:
            load()
        assert "\n" not in str(caught.value)


def test_two_public_keys_in_a_file_name_no_signer():
    one = keys.public_pem(bundles.key().public_key())
    with pytest.raises(UsageError, match="several"):
        keys.load_public(one + one, "k")


def test_a_private_key_is_not_taken_for_a_public_one():
    with pytest.raises(UsageError):
        keys.load_public(keys.private_pem(bundles.key(), None), "k")


def test_notes_around_a_key_do_no_harm():
    raw = b"Public Key Information:\n\tx\n" + keys.public_pem(bundles.key().public_key()) + b"\nend\n"
    assert keys.key_id(keys.load_public(raw, "k")) == bundles.hint(bundles.key())


def test_a_huge_file_is_no_key_and_is_not_read_whole(tmp_path):
    file = tmp_path / "k"
    with file.open("wb") as stream:
        stream.truncate(KEY_NBYTES + 1)
    with pytest.raises(UsageError, match="larger"):
        keys.read(file)
    with pytest.raises(UsageError):
        keys.read(tmp_path / "none")
