"""A Sigstore instance on loopback: Fulcio with its certificate log, Rekor in both its versions, and a clock.

What the client library sends is answered as the public services answer (sigstore/fulcio, `fulcio.proto`;
sigstore/rekor, `openapi.yaml`; sigstore/rekor-tiles, `rekor_service.proto`), with keys of its own.
"""

import base64
import hashlib
import json
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID

from scanner.attest import canonical, keyless_signing
from scanner.attest.making import Maker
from tests.builders import bundles, stamps
from tests.builders.bundles import b64
from tests.builders.web_server import Asked, Site, served

LOG_NAME = "rekor.example"
SCTS, ISSUER_V1, ISSUER_V2 = "1.3.6.1.4.1.11129.2.4.2", "1.3.6.1.4.1.57264.1.1", "1.3.6.1.4.1.57264.1.8"
SINCE = {"start": "2020-01-01T00:00:00Z"}
WORKFLOW = "https://github.com/org/repo/.github/workflows/release.yml@refs/tags/v1"
GITHUB = "https://token.actions.githubusercontent.com"

Answer = tuple[int, dict[str, str], bytes]


def public(number: int) -> bytes:
    return bundles.key(number).public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def log_id(number: int) -> bytes:
    return hashlib.sha256(public(number)).digest()


def ecdsa(number: int, message: bytes) -> bytes:
    return bundles.key(number).sign(message, ec.ECDSA(hashes.SHA256()))


def token(subject: str = WORKFLOW, issuer: str = GITHUB, *, seconds: int = 600, **claims: object) -> str:
    """Make an identity token, signed by nobody."""
    now = int(datetime.now(UTC).timestamp())
    held = {"aud": "sigstore", "iss": issuer, "sub": subject, "iat": now - 5, "exp": now + seconds, **claims}
    parts = (json.dumps({"alg": "RS256", "typ": "JWT"}).encode(), json.dumps(held).encode(), b"x")
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)


def _tree(leaves: list[bytes]) -> bytes:
    """Hash a tree of leaves (RFC 6962 §2.1)."""
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    half = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\x01" + _tree(leaves[:half]) + _tree(leaves[half:])).digest()


def _path(at: int, leaves: list[bytes]) -> list[bytes]:
    if len(leaves) == 1:
        return []
    half = 1 << (len(leaves) - 1).bit_length() - 1
    if at < half:
        return [*_path(at, leaves[:half]), _tree(leaves[half:])]
    return [*_path(at - half, leaves[half:]), _tree(leaves[:half])]


@dataclass
class Instance:
    """Services with keys from `number` on. `rekor` is the version that clients are told of; `clock` stamps, or None.

    `lifetime` is that of certificates; `log_delay` is added to the time that the first version of the log writes.
    `broken` maps a service ("fulcio", "rekor") to what it answers instead.
    """

    number: int = 301
    rekor: int = 1
    clock: stamps.Clock | None = None
    lifetime: timedelta = timedelta(minutes=10)
    log_delay: timedelta = timedelta()
    broken: dict[str, Answer] = field(default_factory=dict)
    entries: list[bytes] = field(default_factory=lambda: [b"first", b"second"])

    @cached_property
    def authority(self) -> x509.Certificate:
        return bundles.certificate(
            "Fulcio", bundles.key(self.number), authority=True, days=(-3000, 3000), signs=False,
        )  # fmt: skip

    def trusted_root(self) -> dict:
        """Say whom to trust, as `trusted_root.json` does."""

        def log(number: int, name: str) -> dict:
            key = {"rawBytes": b64(public(number)), "keyDetails": "PKIX_ECDSA_P256_SHA_256", "validFor": SINCE}
            return {
                "baseUrl": f"https://{name}",
                "hashAlgorithm": "SHA2_256",
                "publicKey": key,
                "logId": {"keyId": b64(log_id(number))},
            }

        def authority(name: str, chain: list[x509.Certificate]) -> dict:
            held = [{"rawBytes": b64(one.public_bytes(Encoding.DER))} for one in chain]
            return {
                "subject": {"organization": name, "commonName": name},
                "uri": f"https://{name}",
                "certChain": {"certificates": held},
                "validFor": SINCE,
            }

        clocks = [] if self.clock is None else [authority("clock.example", [self.clock.leaf, self.clock.root])]
        return {
            "mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
            "tlogs": [log(self.number + 1, LOG_NAME)],
            "certificateAuthorities": [authority("fulcio.example", [self.authority])],
            "ctlogs": [log(self.number + 2, "certificates.example")],
            "timestampAuthorities": clocks,
        }

    def configuration(self, url: str) -> dict:
        """Say where the services are, as a client trust configuration does."""

        def service(version: int, path: str = "") -> list[dict]:
            return [{"url": url + path, "majorApiVersion": version, "validFor": SINCE, "operator": "example"}]

        return {
            "mediaType": "application/vnd.dev.sigstore.clienttrustconfig.v0.1+json",
            "trustedRoot": self.trusted_root(),
            "signingConfig": {
                "mediaType": "application/vnd.dev.sigstore.signingconfig.v0.2+json",
                "caUrls": service(1),
                "oidcUrls": service(1, "/auth"),
                "rekorTlogUrls": service(self.rekor),
                "tsaUrls": service(1, "/stamp") if self.clock else [],
                "rekorTlogConfig": {"selector": "ANY"},
                "tsaConfig": {"selector": "ANY"},
            },
        }

    @contextmanager
    def served(self) -> Iterator[Site]:
        """Serve the instance."""
        pages = {
            "/api/v2/signingCert": self._certificate,
            "/api/v1/log/entries": self._first,
            "/api/v2/log/entries": self._second,
            "/stamp": self._stamp,
        }
        with served(Site(pages=dict(pages))) as site:
            yield site

    @contextmanager
    def maker(self, folder: Path, trusted: "Instance | None" = None, **claims: object) -> Iterator[Maker]:
        """Serve the instance to a signer, who is told of it in `services.json`; `trusted` takes its place in that."""
        with self.served() as site:
            told = {**self.configuration(site.url), "trustedRoot": (trusted or self).trusted_root()}
            (folder / "services.json").write_text(json.dumps(told))
            yield keyless_signing.signing(folder / "services.json", token(**claims))

    def _certificate(self, asked: Asked) -> Answer:
        if "fulcio" in self.broken:
            return self.broken["fulcio"]
        claims = asked.headers["authorization"].removeprefix("Bearer ").split(".")[1]
        who = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
        wanted = base64.b64decode(json.loads(asked.body)["certificateSigningRequest"])
        leaf = self.issue(x509.load_pem_x509_csr(wanted).public_key(), who)
        chain = [one.public_bytes(Encoding.PEM).decode() for one in (leaf, self.authority)]
        return 201, {}, json.dumps({"signedCertificateEmbeddedSct": {"chain": {"certificates": chain}}}).encode()

    def issue(self, key: object, who: dict) -> x509.Certificate:
        """Vouch for a key of somebody, and log that."""
        now = datetime.now(UTC)
        name = x509.RFC822Name(who["email"]) if "email" in who else x509.UniformResourceIdentifier(who["sub"])
        issuer = who["iss"].encode()
        usage = dict.fromkeys((
            "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
            "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
        ), False)  # fmt: skip
        above = bundles.key(self.number)
        built = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([]))
            .issuer_name(self.authority.subject)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(seconds=5))
            .not_valid_after(now + self.lifetime)
            .add_extension(x509.KeyUsage(**{**usage, "digital_signature": True}), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CODE_SIGNING]), critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(above.public_key()), critical=False)
            .add_extension(x509.SubjectAlternativeName([name]), critical=True)
            .add_extension(_extension(ISSUER_V1, issuer), critical=False)
            .add_extension(_extension(ISSUER_V2, stamps.tlv(0x0C, issuer)), critical=False)
        )
        before = built.sign(above, hashes.SHA256()).tbs_certificate_bytes
        logged = self._certificate_logged(before, int(now.timestamp() * 1000))
        return built.add_extension(_extension(SCTS, stamps.tlv(0x04, logged)), critical=False).sign(
            above, hashes.SHA256()
        )

    def _certificate_logged(self, before: bytes, milliseconds: int) -> bytes:
        """Promise to log a certificate (RFC 6962 §3.2 and §3.3)."""
        entry = log_id(self.number) + len(before).to_bytes(3, "big") + before
        signed = struct.pack("!BBQH", 0, 0, milliseconds, 1) + entry + b"\x00\x00"
        signature = ecdsa(self.number + 2, signed)
        one = struct.pack("!B32sQHBBH", 0, log_id(self.number + 2), milliseconds, 0, 4, 3, len(signature)) + signature
        return struct.pack("!HH", len(one) + 2, len(one)) + one

    def _first(self, asked: Asked) -> Answer:
        if "rekor" in self.broken:
            return self.broken["rekor"]
        proposed = json.loads(asked.body)["spec"]["proposedContent"]
        envelope = json.loads(proposed["envelope"])
        payload = base64.b64decode(envelope["payload"])
        body = canonical.encode(
            {
                "apiVersion": "0.0.1",
                "kind": "dsse",
                "spec": {
                    "envelopeHash": {"algorithm": "sha256", "value": bundles.sha256(proposed["envelope"].encode())},
                    "payloadHash": {"algorithm": "sha256", "value": bundles.sha256(payload)},
                    "signatures": [
                        {"signature": one["sig"], "verifier": proposed["verifiers"][0]}
                        for one in envelope["signatures"]
                    ],
                },
            }
        )
        at = int((datetime.now(UTC) + self.log_delay).timestamp())
        return 201, {}, json.dumps({"0" * 64: self._entry(body, at)}).encode()

    def _entry(self, body: bytes, at: int) -> dict:
        index, size, top, path = self._append(body)
        name = log_id(self.number + 1).hex()
        promised = {"body": b64(body), "integratedTime": at, "logID": name, "logIndex": index}
        return {
            **promised,
            "verification": {
                "signedEntryTimestamp": b64(ecdsa(self.number + 1, canonical.encode(promised))),
                "inclusionProof": {
                    "logIndex": index,
                    "treeSize": size,
                    "rootHash": top.hex(),
                    "hashes": [one.hex() for one in path],
                    "checkpoint": self._checkpoint(size, top),
                },
            },
        }

    def relogged(self, made: dict) -> dict:
        """Log the envelope of a bundle anew, in the first version; return the bundle with that entry."""
        material = made["verificationMaterial"]
        leaf = x509.load_der_x509_certificate(base64.b64decode(material["certificate"]["rawBytes"]))
        proposed = {
            "envelope": json.dumps(made["dsseEnvelope"]),
            "verifiers": [b64(leaf.public_bytes(Encoding.PEM))],
        }
        answer = self._first(Asked("", {}, json.dumps({"spec": {"proposedContent": proposed}}).encode()))
        (held,) = json.loads(answer[2]).values()
        proof = held["verification"]["inclusionProof"]
        entry = {
            "logIndex": str(held["logIndex"]),
            "logId": {"keyId": b64(bytes.fromhex(held["logID"]))},
            "kindVersion": {"kind": "dsse", "version": "0.0.1"},
            "integratedTime": str(held["integratedTime"]),
            "inclusionPromise": {"signedEntryTimestamp": held["verification"]["signedEntryTimestamp"]},
            "inclusionProof": {
                "logIndex": str(proof["logIndex"]),
                "rootHash": b64(bytes.fromhex(proof["rootHash"])),
                "treeSize": str(proof["treeSize"]),
                "hashes": [b64(bytes.fromhex(one)) for one in proof["hashes"]],
                "checkpoint": {"envelope": proof["checkpoint"]},
            },
            "canonicalizedBody": held["body"],
        }
        return {**made, "verificationMaterial": {**material, "tlogEntries": [entry]}}

    def _second(self, asked: Asked) -> Answer:
        if "rekor" in self.broken:
            return self.broken["rekor"]
        wanted = json.loads(asked.body)["hashedRekordRequestV002"]
        data = {"algorithm": "SHA2_256", "digest": wanted["digest"]}
        spec = {"hashedRekordV002": {"data": data, "signature": wanted["signature"]}}
        body = canonical.encode({"apiVersion": "0.0.2", "kind": "hashedrekord", "spec": spec})
        index, size, top, path = self._append(body)
        made = {
            "logIndex": str(index),
            "logId": {"keyId": b64(log_id(self.number + 1))},
            "kindVersion": {"kind": "hashedrekord", "version": "0.0.2"},
            "inclusionProof": {
                "logIndex": str(index),
                "rootHash": b64(top),
                "treeSize": str(size),
                "hashes": list(map(b64, path)),
                "checkpoint": {"envelope": self._checkpoint(size, top)},
            },
            "canonicalizedBody": b64(body),
        }
        return 201, {}, json.dumps(made).encode()

    def _append(self, body: bytes) -> tuple[int, int, bytes, list[bytes]]:
        self.entries.append(body)
        index = len(self.entries) - 1
        return index, len(self.entries), _tree(self.entries), _path(index, self.entries)

    def _checkpoint(self, size: int, top: bytes) -> str:
        note = f"{LOG_NAME}\n{size}\n{b64(top)}\n"
        signed = log_id(self.number + 1)[:4] + ecdsa(self.number + 1, note.encode())
        return f"{note}\n\u2014 {LOG_NAME} {b64(signed)}\n"

    def _stamp(self, asked: Asked) -> Answer:
        if self.clock is None:
            return 404, {}, b""
        return 200, stamps.REPLY, self.clock.answer(asked.body)


def _extension(kind: str, content: bytes) -> x509.UnrecognizedExtension:
    return x509.UnrecognizedExtension(x509.ObjectIdentifier(kind), content)
