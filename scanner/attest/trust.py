"""What a trust policy says: who may sign, and what must be signed and attested for which models."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from scanner.attest.certificates import STANDARD, Requirements
from scanner.record import record

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

Action = Literal["deny", "warn", "audit"]
Files = Literal["deny", "scan", "allow"]
Unknown = Literal["deny", "allow"]


@record
class Key:
    """A signer by key. It signs from `since` until before `until`, and nothing from `revoked` on.

    `clocks` are authorities whose timestamps tell when a signature was made; without one it is made now.
    """

    key: "EllipticCurvePublicKey"
    since: datetime | None = None
    until: datetime | None = None
    revoked: datetime | None = None
    clocks: Sequence["x509.Certificate"] = ()


@record
class Authority:
    """Signers by certificate. `subject` has a glob for the attributes of the leaf's name (RFC 4514 keywords)."""

    roots: Sequence["x509.Certificate"]
    wanted: Requirements = STANDARD
    subject: tuple[tuple[str, str], ...] = ()
    revoked: datetime | None = None
    clocks: Sequence["x509.Certificate"] = ()


@record
class Keyless:
    """Signers by identity: `san` is a glob over the leaf's alternative name. `root` is read when it is needed.

    Nothing counts that the log saw from `revoked` on.

    `sha256` pins the content of `root`, "" for the built-in one; it is no longer trusted after `root_until`.
    """

    issuer: str
    san: str
    root: Path | None = None
    sha256: str = ""
    root_until: datetime | None = None
    revoked: datetime | None = None


Trusted = Key | Authority | Keyless


@record
class Signatures:
    """So many distinct signers of those that globs over "keys:NAME", "ca:NAME" and "sigstore:NAME" name."""

    threshold: int
    any_of: tuple[str, ...]


@record
class Statement:
    """A statement that must come with a model: its type, its signers, its age and what it must list."""

    type: str
    signed_by: tuple[str, ...]
    max_age: timedelta | None = None
    require: tuple[str, ...] = ()
    verifier: str = ""


@record
class Bases:
    """Base models that a model may come from: "hf:OWNER/NAME@COMMIT" or "sha256:ROOT"."""

    allow: tuple[str, ...]
    unknown: Unknown = "deny"


@record
class Rule:
    """What is asked of models that one of `match` names. `name` says which rule it is, and in which line.

    `subset`: signed files may be missing, as after a partial download, but none that `required` has a glob for.
    """

    name: str
    match: tuple[str, ...]
    signatures: Signatures | None = None
    pin_revision: bool = False
    bases: Bases | None = None
    subset: bool = False
    required: tuple[str, ...] = ()
    statements: tuple[Statement, ...] = ()


@record
class Trust:
    """A whole policy. `folder` is where it lies: `file:` patterns are relative to it. `sha256` is its own digest."""

    name: str
    sha256: str
    folder: Path
    signers: Mapping[str, Trusted]
    rules: tuple[Rule, ...]
    action: Action = "deny"
    unsigned: Files = "deny"
    ignored: Files = "scan"
    legacy: tuple[str, ...] = ()
