"""A trust policy as TOML: read strictly, with all its keys and certificates, before anything is verified."""

import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final, get_args

from scanner.attest import attested, certificates, keys, matching, svr, trust_table
from scanner.attest.certificates import STANDARD, Requirements
from scanner.attest.oms import LEGACY
from scanner.attest.trust import (
    Action,
    Authority,
    Bases,
    Files,
    Key,
    Keyless,
    Rule,
    Signatures,
    Statement,
    Trust,
    Trusted,
    Unknown,
)  # fmt: skip
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
_BASE = re.compile(r"hf:[A-Za-z0-9][\w.-]*(?:/[A-Za-z0-9][\w.-]*)?@[0-9a-f]{40}|sha256:[0-9a-f]{64}", re.ASCII)
_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*", re.ASCII)


def load(file: Path) -> Trust:
    """Read a policy. Raises `UsageError`: one line with the file, the line, the key and what to do."""
    raw = keys.read(file) if file.exists() else None
    if raw is None:
        message = f"{file}: no such file"
        raise UsageError(message)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        message = f"{file}: is not UTF-8"
        raise UsageError(message) from error
    top = trust_table.parse(file, text)
    version = top.one_of("version", (1,), 0)
    if version != 1:
        raise top.refused(key="version", reason="is missing; add version = 1")
    defaults = top.table("defaults")
    trusted = top.table("trust")
    signers = _signers(trusted, file.parent)
    rules = tuple(_rule(one, number, signers) for number, one in enumerate(top.tables("rule"), start=1))
    made = Trust(
        name=file.name,
        sha256=hashlib.sha256(raw).hexdigest(),
        folder=file.parent.resolve(),
        signers=signers,
        rules=rules,
        action=defaults.one_of("action", get_args(Action), "deny"),
        unsigned=defaults.one_of("unsigned_files", get_args(Files), "deny"),
        ignored=defaults.one_of("ignored_files", get_args(Files), "scan"),
        legacy=_legacy(defaults),
    )
    for one in (defaults, trusted, top):
        one.done()
    return made


def _legacy(table: Table) -> tuple[str, ...]:
    given = table.texts("legacy", ())
    for one in given:
        if one not in LEGACY:
            raise table.refused(key="legacy", reason=f"{one!r} is unknown; one of {', '.join(LEGACY)}")
    return given


def _signers(table: Table, folder: Path) -> dict[str, Trusted]:
    kinds: tuple[tuple[str, Callable[[Table, Path], Trusted]], ...] = (
        ("keys", _key),
        ("ca", _authority),
        ("sigstore", _keyless),
    )
    found: dict[str, Trusted] = {}
    for kind, read in kinds:
        for name, one in table.table(kind).named():
            if not _NAME.fullmatch(name):
                raise one.refused(key="", reason="a signer's name has letters, digits, - _ and . alone")
            found[f"{kind}:{name}"] = read(one, folder)
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
    return Keyless(issuer=issuer, san=san, root=folder / root if root else None, sha256=sha256, root_until=until)


def _rule(table: Table, number: int, signers: dict[str, Trusted]) -> Rule:
    made = Rule(
        name=f"rule {number} (line {table.source.line(table.way)})",
        match=_match(table),
        signatures=_signatures(table.table("signatures"), signers) if "signatures" in table else None,
        pin_revision=table.flag("pin_revision"),
        bases=_bases(table.table("base_models")) if "base_models" in table else None,
        statements=tuple(_statement(one, signers) for one in table.tables("attestation")),
    )
    table.knows("signatures", "base_models")
    table.one_of("transparency_log", ("required", "if-present"), "required")
    table.done()
    if made.signatures is None and not any(made.statements):
        raise table.refused(key="", reason="the rule asks for nothing signed; add signatures or an attestation")
    return made


def _match(table: Table) -> tuple[str, ...]:
    patterns = table.texts("match")
    for one in patterns:
        if fault := matching.fault(one):
            raise table.refused(key="match", reason=f"{one!r} {fault}")
    return patterns


def _signatures(held: Table, signers: dict[str, Trusted]) -> Signatures:
    made = Signatures(threshold=held.count("threshold"), any_of=_named(held, "any_of", signers))
    if "distinct" in held and not held.flag("distinct"):
        raise held.refused(
            key="distinct", reason="a threshold counts distinct signers; one that does not counts nothing"
        )
    held.flag("distinct")
    held.done()
    return made


def _named(table: Table, key: str, signers: dict[str, Trusted]) -> tuple[str, ...]:
    """Take globs over signers; one that names nobody is a mistake."""
    globs = table.texts(key)
    for one in globs:
        if not matching.signers(one, signers):
            raise table.refused(key, f"{one!r} names no signer; known: {', '.join(signers) or 'none'}")
    return globs


def _bases(held: Table) -> Bases:
    made = Bases(allow=held.texts("allow"), unknown=held.one_of("unknown", get_args(Unknown), "deny"))
    for one in made.allow:
        if not _BASE.fullmatch(one):
            raise held.refused(
                key="allow", reason=f"{one!r} is no pin; write hf:OWNER/NAME@COMMIT (40 digits) or sha256:ROOT"
            )
    held.done()
    return made


def _statement(table: Table, signers: dict[str, Trusted]) -> Statement:
    made = Statement(
        type=table.text("type"),
        signed_by=_named(table, "signed_by", signers),
        max_age=table.duration("max_age"),
        require=table.texts("require", ()),
        verifier=table.text("verifier", ""),
    )
    if made.type not in attested.TYPES:
        raise table.refused(key="type", reason=f"unknown; one of {', '.join(attested.TYPES)}")
    if made.require and made.type != svr.TYPE:
        raise table.refused(key="require", reason=f"properties are listed by {svr.TYPE} alone")
    table.done()
    return made


def _file(table: Table, key: str, file: Path) -> bytes:
    try:
        return keys.read(file)
    except UsageError as error:
        raise table.refused(key, str(error)) from error


def _certificates(table: Table, key: str, folder: Path) -> "tuple[x509.Certificate, ...]":
    name = table.text(key, "")
    return tuple(certificates.load(_file(table, key, folder / name), name)) if name else ()
