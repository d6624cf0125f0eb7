"""Keys in tokens (PKCS #11): SoftHSM where it is installed, and what services raise, which is one line.

    apt-get install softhsm2; pip install 'securesystemslib[hsm]'

SOFTHSM2_LIB names the library where it lies elsewhere than Debian puts it.
"""

import os
import re
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding

from scanner import cli
from scanner.attest import keys, making
from scanner.attest.authenticate import TrustedRoots
from scanner.attest.verify import verify
from scanner.usage import UsageError
from tests.builders import bundles, trusts

services = pytest.importorskip("securesystemslib.signer")

PLACES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/pkcs11/libsofthsm2.so", "/usr/lib/libsofthsm2.so",
          "/opt/homebrew/lib/softhsm/libsofthsm2.so")  # fmt: skip
LIBRARY = os.environ.get("SOFTHSM2_LIB") or next(filter(os.path.exists, PLACES), None)
PIN = "4711-and-more"
CURVES = {2: "secp256r1", 3: "secp384r1", 4: "secp521r1"}


@pytest.fixture(scope="module")
def token(tmp_path_factory):
    """Make a token with a key on each curve; return the public keys by number."""
    pkcs11 = pytest.importorskip("pkcs11", reason="python-pkcs11 is not installed")
    if LIBRARY is None or shutil.which("softhsm2-util") is None:
        pytest.skip("SoftHSM is not installed")
    from pkcs11.util.ec import encode_ec_public_key, encode_named_curve_parameters

    folder = tmp_path_factory.mktemp("token")
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder}\nlog.level = ERROR\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOFTHSM2_CONF", str(folder / "softhsm2.conf"))
        patch.setenv("PYKCS11LIB", LIBRARY)
        line = ["softhsm2-util", "--module", LIBRARY, "--init-token", "--free", "--label", "release"]
        subprocess.run([*line, "--so-pin", "so-pin", "--pin", PIN], check=True, capture_output=True)
        library = pkcs11.lib(LIBRARY)
        library.reinitialize()
        held = library.get_token(token_label="release")  # noqa: S106 - a name, not a secret
        made = {}
        with held.open(user_pin=PIN, rw=True) as session:
            for number, curve in CURVES.items():
                parameters = session.create_domain_parameters(
                    pkcs11.KeyType.EC,
                    {pkcs11.Attribute.EC_PARAMS: encode_named_curve_parameters(curve)},
                    local=True,
                )
                public, _ = parameters.generate_keypair(store=True, id=bytes([number]))
                made[number] = encode_ec_public_key(public)
        yield made


@pytest.fixture(autouse=True)
def model(tmp_path, monkeypatch):
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ASSAY_PASSPHRASE", raising=False)
    (tmp_path / "k.pub").write_bytes(keys.public_pem(bundles.key().public_key()))
    return bundles.lay(tmp_path / "m", trusts.FILES)


def published(raw: bytes, file: Path) -> None:
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    file.write_bytes(keys.public_pem(load_der_public_key(raw)))


def signing(uri="hsm:2?label=release", public="k.pub") -> int:
    return cli.main(["sign", "m", "--service", uri, "--public-key", public])


def refused(capsys, *line) -> str:
    assert signing(*line) == 2
    printed = capsys.readouterr()
    assert re.fullmatch(r"assay: [^\n]+\n", printed.err)
    assert PIN not in printed.err + printed.out
    assert not Path("m/model.sig").exists()
    return printed.err


@pytest.mark.parametrize("number", [2, 3])
def test_a_key_that_never_leaves_its_token_signs_and_its_public_half_verifies(number, token, monkeypatch):
    published(token[number], Path("t.pub"))
    monkeypatch.setenv("ASSAY_PASSPHRASE", PIN)
    assert signing(f"hsm:{number}?label=release", "t.pub") == 0
    assert cli.main(["verify", "m", "--key", "t.pub"]) == 0
    assert cli.main(["verify", "m", "--key", "k.pub"]) == 1


def test_a_wrong_pin_is_one_line(token, monkeypatch, capsys):
    published(token[2], Path("t.pub"))
    monkeypatch.setenv("ASSAY_PASSPHRASE", "0000")
    assert "wrong PIN" in refused(capsys, "hsm:2?label=release", "t.pub")


@pytest.mark.parametrize("uri", ["hsm:9?label=release", "hsm:2?label=none", "hsm:x?label=release"])
def test_a_key_or_token_that_is_not_there_is_one_line(uri, token, monkeypatch, capsys):
    published(token[2], Path("t.pub"))
    monkeypatch.setenv("ASSAY_PASSPHRASE", PIN)
    refused(capsys, uri, "t.pub")


def test_another_public_key_and_a_curve_that_the_library_cannot_do_are_one_line(token, monkeypatch, capsys):
    monkeypatch.setenv("ASSAY_PASSPHRASE", PIN)
    assert "another key than the given public one" in refused(capsys, "hsm:2?label=release", "k.pub")
    published(token[4], Path("t.pub"))
    refused(capsys, "hsm:4?label=release", "t.pub")


def test_the_pin_is_asked_for_before_the_scan_and_once(monkeypatch, capsys):
    assert "hsm:2 wants a PIN; set ASSAY_PASSPHRASE" in refused(capsys, "hsm:2")
    asked = []
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("getpass.getpass", lambda prompt: asked.append(prompt) or PIN)
    monkeypatch.setattr(services.Signer, "from_priv_key_uri", Stub.made(lambda _: 1 / 0))
    refused(capsys, "hsm:2")
    assert asked == ["PIN for hsm:2: "]


class SdkError(Exception):
    """What the client of a cloud raises: below `Exception` alone, and over several lines."""


class Stub:
    def __init__(self, act, secret=None):
        self._act, self._secret = act, secret

    @classmethod
    def made(cls, act):
        return staticmethod(lambda _uri, _key, secret=None: cls(act, secret))

    def sign(self, payload):
        return self._act(payload)


def raising(error):
    def act(_payload):
        raise error

    return act


FAILURES = {
    "several lines": (SdkError("AccessDenied:\n  you may not\n"), "AccessDenied: you may not"),
    "no words": (SdkError(), "SdkError"),
    "a timeout": (TimeoutError("timed out"), "timed out"),
    "escapes": (SdkError("\x1b[31mred"), r"\\x1b\[31mred"),
}


@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.parametrize("uri", ["gcpkms:projects/p/k", "awskms:alias/k", "azurekms://v/k"])
def test_whatever_a_service_raises_is_one_line(uri, failure, monkeypatch, capsys):
    error, told = FAILURES[failure]
    monkeypatch.setattr(services.Signer, "from_priv_key_uri", Stub.made(raising(error)))
    assert re.search(told, refused(capsys, uri))
    monkeypatch.setattr(services.Signer, "from_priv_key_uri", staticmethod(lambda *_: raising(error)(b"")))
    assert re.search(told, refused(capsys, uri))


def test_a_service_that_answers_with_no_signature_is_one_line(monkeypatch, capsys):
    for answer in (None, services.Signature("", "no hex"), services.Signature("", "00")):
        monkeypatch.setattr(services.Signer, "from_priv_key_uri", Stub.made(lambda _, answer=answer: answer))
        refused(capsys, "gcpkms:k")


@pytest.mark.parametrize(
    ("uri", "extra", "client"),
    [
        ("gcpkms:k", "gcpkms", "google"),
        ("awskms:k", "awskms", "boto3"),
        ("azurekms://v/k", "azurekms", "azure"),
        ("hv:k/1", "vault", "hvac"),
    ],
)
def test_a_client_that_is_not_installed_is_one_line_that_says_what_to_install(uri, extra, client, capsys):
    if find_spec(client) is not None:
        pytest.skip(f"{client} is installed")
    assert f"pip install 'securesystemslib[{extra}]'" in refused(capsys, uri)


@pytest.mark.parametrize("uri", ["nosuch:k", "k"])
def test_a_service_that_nobody_knows_is_one_line(uri, capsys):
    refused(capsys, uri)


def test_a_service_that_signs_well_is_believed(model, monkeypatch):
    signature = lambda payload: services.Signature("", keys.sign(bundles.key(), payload).hex())  # noqa: E731
    monkeypatch.setattr(services.Signer, "from_priv_key_uri", Stub.made(signature))
    assert signing("gcpkms:k") == 0
    assert verify(model, bundles.trusted())[0].verdict == "pass"


def test_a_certificate_may_stand_for_the_public_key_of_a_service(model, monkeypatch):
    held, top = bundles.chain()
    Path("chain.pem").write_bytes(b"".join(one.public_bytes(Encoding.PEM) for one in held))
    signature = lambda payload: services.Signature("", keys.sign(bundles.key(), payload).hex())  # noqa: E731
    monkeypatch.setattr(services.Signer, "from_priv_key_uri", Stub.made(signature))
    line = ["sign", "m", "--service", "gcpkms:k", "--certificate", "chain.pem"]
    assert cli.main([*line, "--public-key", "k.pub"]) == 2
    assert cli.main(["sign", "m", "--service", "gcpkms:k", "--chain", "chain.pem", "--public-key", "k.pub"]) == 2
    assert cli.main(line) == 0
    assert verify(model, TrustedRoots(roots=[top]), now=bundles.NOW)[0].verdict == "pass"


def test_a_certificate_for_a_key_of_another_kind_is_one_line(capsys):
    key = rsa.generate_private_key(65537, 2048)
    Path("rsa.pem").write_bytes(bundles.certificate("A", key).public_bytes(Encoding.PEM))
    Path("k.pem").write_bytes(keys.private_pem(bundles.key(), None))
    for line in (["--key", "k.pem"], ["--service", "gcpkms:k"]):
        assert cli.main(["sign", "m", *line, "--certificate", "rsa.pem"]) == 2
        assert re.fullmatch(r"assay: the certificate cannot sign: [^\n]+\n", capsys.readouterr().err)


def test_a_refusal_of_the_one_who_is_asked_is_passed_on(monkeypatch):
    def asked(_name):
        message = "nobody to ask"
        raise UsageError(message)

    class Asking(Stub):
        def sign(self, _payload):
            return self._secret("pin")

    monkeypatch.setattr(services.Signer, "from_priv_key_uri", Asking.made(None))
    with pytest.raises(UsageError, match=r"^nobody to ask$"):
        making.with_service("hsm:2", bundles.key().public_key(), asked)(b"{}")
