"""Keys, chains and signature bundles, well made and not: keys are derived from numbers, so that runs are alike."""

import base64
import hashlib
import json
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from scanner.attest import dsse, keys
from scanner.attest.authenticate import TrustedKey
from scanner.report import SCHEMA, Digested, Report, Tool

MEDIA_TYPE = "application/vnd.dev.sigstore.bundle.v0.3+json"
IN_TOTO = "application/vnd.in-toto+json"
STATEMENT = "https://in-toto.io/Statement/v1"
PREDICATE = "https://model_signing/signature/v1.0"
NOW = datetime(2026, 6, 1, tzinfo=UTC)
CURVES = {"p256": ec.SECP256R1(), "p384": ec.SECP384R1(), "p521": ec.SECP521R1()}


@cache
def key(number: int = 7, curve: str = "p256") -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(number, CURVES[curve])


def trusted(number: int = 7, curve: str = "p256") -> TrustedKey:
    return TrustedKey(key=key(number, curve).public_key())


def b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def root(digests: list[str]) -> str:
    return hashlib.sha256(b"".join(map(bytes.fromhex, digests))).hexdigest()


def resources(files: dict[str, bytes]) -> list[dict]:
    return [{"name": name, "algorithm": "sha256", "digest": sha256(content)} for name, content in files.items()]


def statement(listed: list[dict], *, digest: str | None = None, **serialization) -> dict:
    """Build a statement over listed resources; further values go into its serialization, None takes one out."""
    how = {"method": "files", "hash_type": "sha256", "allow_symlinks": False, "ignore_paths": [], **serialization}
    made = digest
    if made is None:
        try:
            made = root([one["digest"] for one in listed])
        except (ValueError, TypeError):
            made = "0" * 64
    return {
        "_type": STATEMENT,
        "subject": [{"name": "m", "digest": {"sha256": made}}],
        "predicateType": PREDICATE,
        "predicate": {"serialization": {k: v for k, v in how.items() if v is not None}, "resources": listed},
    }


def hint(private: ec.EllipticCurvePrivateKey) -> str:
    return keys.key_id(private.public_key())


def bundle(payload: dict | bytes, private=None, *, material=None, pae=dsse.pae, sha256_only=False) -> dict:
    """Sign a statement (or any bytes) and wrap it, with the key's hint unless other material is given."""
    private = private or key()
    raw = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    message = pae(IN_TOTO, raw)
    signature = private.sign(message, ec.ECDSA(hashes.SHA256())) if sha256_only else keys.sign(private, message)
    return {
        "mediaType": MEDIA_TYPE,
        "verificationMaterial": material or {"publicKey": {"hint": hint(private)}, "tlogEntries": []},
        "dsseEnvelope": {
            "payload": b64(raw),
            "payloadType": IN_TOTO,
            "signatures": [{"sig": b64(signature), "keyid": ""}],
        },
    }


def over(files: dict[str, bytes], private=None, **serialization) -> dict:
    """Sign files as they are."""
    return bundle(statement(resources(files), **serialization), private)


def lay(folder, files: dict[str, bytes]):
    """Write files below a folder and return it."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    folder.mkdir(exist_ok=True)
    return folder


def signed_model(folder, files: dict[str, bytes], made: dict | bytes):
    """Lay files and their signature."""
    lay(folder, files)
    (folder / "model.sig").write_bytes(made if isinstance(made, bytes) else json.dumps(made).encode())
    return folder


def report(verdict: str = "pass") -> Report:
    nothing = Digested(name="test", sha256="0" * 64)
    tool = Tool(name="assay", version="0")
    empty = dict.fromkeys((one.name for one in fields(Report)), ())
    return Report(
        **{**empty, "schema": SCHEMA, "tool": tool, "ruleset": nothing, "policy": nothing, "verdict": verdict}
    )


def said(verdict: str = "pass"):
    """Stand in for a scan: it says this verdict and digests nothing."""
    return lambda _paths: report(verdict)


def named(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


CODE_SIGNING = (ExtendedKeyUsageOID.CODE_SIGNING,)
TLS = (ExtendedKeyUsageOID.SERVER_AUTH,)


def certificate(  # noqa: PLR0913 - each argument is one thing that can be wrong with a certificate
    subject: str,
    private,
    issuer: "tuple[x509.Certificate, ec.EllipticCurvePrivateKey] | None" = None,
    *,
    authority: bool = False,
    pathlen: int | None = None,
    days: tuple[int, int] = (-30, 365),
    purposes=CODE_SIGNING,
    signs: bool | None = True,
    signs_certificates: bool | None = None,
    address: str = "",
    critical: bool = False,
) -> x509.Certificate:
    """Make a certificate. `days` are those of its validity, counted from `NOW`; None leaves an extension out.

    `critical` is about its purposes.
    """
    parent = issuer[0].subject if issuer else named(subject)
    built = (
        x509.CertificateBuilder()
        .subject_name(named(subject))
        .issuer_name(parent)
        .public_key(private.public_key())
        .serial_number(1000 + len(subject))
        .not_valid_before(NOW + timedelta(days=days[0]))
        .not_valid_after(NOW + timedelta(days=days[1]))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=pathlen), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(private.public_key()), critical=False)
    )
    if signs is not None:
        may = authority if signs_certificates is None else signs_certificates
        usage = {
            "digital_signature": signs, "content_commitment": False, "key_encipherment": False,
            "data_encipherment": False, "key_agreement": False, "key_cert_sign": may, "crl_sign": False,
            "encipher_only": False, "decipher_only": False,
        }  # fmt: skip
        built = built.add_extension(x509.KeyUsage(**usage), critical=True)
    if purposes and not authority:
        built = built.add_extension(x509.ExtendedKeyUsage(purposes), critical=critical)
    if address:
        built = built.add_extension(x509.SubjectAlternativeName([x509.RFC822Name(address)]), critical=False)
    if issuer:
        ski = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer[1].public_key())
        built = built.add_extension(ski, critical=False)
    return built.sign(issuer[1] if issuer else private, hashes.SHA256())


def chain(**leaf) -> tuple[list[x509.Certificate], x509.Certificate]:
    """Make leaf and intermediate, and the root above them; the leaf is of `key()`."""
    top = certificate("Root", key(101), authority=True, days=(-900, 900))
    middle = certificate("Between", key(102), (top, key(101)), authority=True, days=(-900, 900))
    return [certificate("Release", key(), (middle, key(102)), **leaf), middle], top


def chain_material(held: list[x509.Certificate]) -> dict:
    ders = [one.public_bytes(serialization.Encoding.DER) for one in held]
    return {"x509CertificateChain": {"certificates": [{"rawBytes": b64(raw)} for raw in ders]}, "tlogEntries": []}
