"""Who signed: `Signer`, as far as a key, a certificate or a transparency log can tell."""

from typing import Literal

from scanner.record import record

Method = Literal["key", "certificate", "sigstore"]


@record
class Signer:
    """A signer whose signature has been checked. Times are RFC 3339 in UTC; what is not known is empty.

    `key_id` is the SHA-256 of the public key as PEM text, hex: the hint that OMS bundles carry.
    `certificate_sha256` is that of the leaf's DER; `subject`, `issuer` and `serial` (hex) are the leaf's.
    `identity` is the leaf's subject alternative name (keyless: an address or workflow), `oidc_issuer` who vouched
    for it. `valid_from` and `valid_until` bound the leaf. `signed_at` is when a log or a timestamp saw the signature;
    a key and a certificate alone tell no time.
    """

    method: Method
    algorithm: str
    key_id: str
    subject: str = ""
    issuer: str = ""
    serial: str = ""
    certificate_sha256: str = ""
    identity: str = ""
    oidc_issuer: str = ""
    valid_from: str = ""
    valid_until: str = ""
    signed_at: str = ""
