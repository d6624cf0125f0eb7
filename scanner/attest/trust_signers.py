"""Who is trusted, as the tables `[trust.…]` of a policy say it: read with all their keys and certificates."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from scanner.attest import certificates, keys
from scanner.attest.certificates import STANDARD, Requirements
from scanner.attest.trust import Authority, Key, Keyless, Trusted
from scanner.attest.trust_table import Table
from scanner.attest.vouching import ATTRIBUTES
from scanner.usage import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from cryptography import x509

PURPOSES: Final = {
    "codeSigning": certificates.CODE_SIGNING,
    "emailProtection": "1.3.6.1.5.5.7.3.4",
    "clientAuth": "1.3.6.1.5.5.7.3.2",
}
"""Extended key usages by the names that RFC 5280 gives them; others are written as OIDs."""

_OID = re.compile(r"[0-2](?:\.(?:0|[1-9][0-9]{0,18})){1,32}", re.ASCII)
_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*", re.ASCII)


def read(table: Table, folder: Path) -> dict[str, Trusted]:
    """Read every signer by its kind and name: "keys:NAME", "ca:NAME", "sigstore:NAME". Raises `UsageError`."""
    kinds: tuple[tuple[str, Callable[[Table, Path], Trusted]], ...] = (
        ("keys", _key),
        ("ca", _authority),
        ("sigstore", _keyless),
    )
    found: dict[str, Trusted] = {}
    for kind, take in kinds:
        for name, one in table.table(kind).named():
            if not _NAME.fullmatch(name):
                raise one.refused(key="", reason="a signer's name has letters, digits, - _ and . alone")
            found[f"{kind}:{name}"] = take(one, folder)
            one.done()
    return found


def _key(table: Table, folder: Path) -> Key:
    file = table.text("file")
    valid = table.table("valid")
    made = Key(
        key=keys.load_public(_file(table, "file", folder / file), file),
        since=valid.moment("from"),
        until=valid.moment("until"),
        revoked=table.moment("revoked_at"),
        clocks=_certificates(table, "timestamps", folder),
    )
    valid.done()
    if made.since and made.until and made.since >= made.until:
        raise table.refused(key="valid", reason="ends before it begins")
    return made


def _authority(table: Table, folder: Path) -> Authority:
    subject = table.table("subject")
    wanted = {name: subject.text(name) for name in ATTRIBUTES if name in subject}
    for name in ATTRIBUTES:
        subject.text(name, "")
    subject.done()
    roots = _certificates(table, "roots", folder)
    if not roots:
        raise table.refused(key="roots", reason="is missing; add it")
    purposes = tuple(_purpose(table, one) for one in table.texts("eku", ()))
    return Authority(
        roots=roots,
        wanted=Requirements(purposes=purposes, purpose_named=True) if purposes else STANDARD,
        subject=tuple(wanted.items()),
        revoked=table.moment("revoked_at"),
        clocks=_certificates(table, "timestamps", folder),
    )


def _purpose(table: Table, name: str) -> str:
    if name not in PURPOSES and not _OID.fullmatch(name):
        raise table.refused(key="eku", reason=f"{name!r} is unknown; one of {', '.join(PURPOSES)}, or an OID")
    return PURPOSES.get(name, name)


def _keyless(table: Table, folder: Path) -> Keyless:
    identity = table.table("identity")
    issuer, san = identity.text("issuer"), identity.text("san")
    identity.done()
    revoked = table.moment("revoked_at")
    root, sha256 = table.text("trusted_root", ""), table.text("trusted_root_sha256", "")
    age, fetched = table.duration("max_root_age"), table.moment("trusted_root_fetched")
    if bool(root) != bool(sha256):
        raise table.refused(key="trusted_root", reason="goes with trusted_root_sha256, the digest that pins the file")
    if sha256 and not _SHA256.fullmatch(sha256):
        raise table.refused(key="trusted_root_sha256", reason="write 64 hexadecimal digits in lower case")
    if bool(age) != bool(fetched):
        raise table.refused(
            key="max_root_age", reason="goes with trusted_root_fetched, the day on which the file was fetched"
        )
    if age and not root:
        raise table.refused(key="max_root_age", reason="goes with trusted_root")
    if san.strip("*?/") == "":
        raise table.refused(key="identity", reason="a san of wildcards alone trusts everybody")
    try:
        until = fetched + age if age and fetched else None
    except OverflowError as error:
        raise table.refused(key="trusted_root_fetched", reason="no day that there is") from error
    return Keyless(
        issuer=issuer,
        san=san,
        root=folder / root if root else None,
        sha256=sha256,
        root_until=until,
        revoked=revoked,
    )


def _file(table: Table, key: str, file: Path) -> bytes:
    try:
        return keys.read(file)
    except UsageError as error:
        raise table.refused(key, str(error)) from error


def _certificates(table: Table, key: str, folder: Path) -> "tuple[x509.Certificate, ...]":
    name = table.text(key, "")
    return tuple(certificates.load(_file(table, key, folder / name), name)) if name else ()
